import type { BindingId, ClassId, Facts, TypeExpr, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { Occurrences } from "./occurrences.js";
import { Providers } from "./providers.js";

/** One that so many classes implement says nothing about who is called. */
const MOST_IMPLEMENTATIONS = 40;

const NONE: readonly never[] = [];

/** Who stands below a class or an interface, as far as anybody makes instances of it. One pass, made when first asked. */
export class Hierarchy {
  readonly #facts: Facts;
  readonly #occurrences: Occurrences;
  readonly #sameAs: (value: ValueId) => ValueId;
  readonly #below = new Map<ClassId, ClassId[]>();
  readonly #implementing = new Map<BindingId, ClassId[]>();
  readonly #extending = new Map<BindingId, BindingId[]>();
  readonly #alive = new Set<ClassId>();
  /** Those that a library hands out, of which nobody in the program may make any. */
  readonly #handedOut = new Set<ClassId>();
  readonly #known = new Map<string, readonly ClassId[]>();
  readonly providers: Providers;

  constructor(facts: Facts, occurrences: Occurrences, sameAs: (value: ValueId) => ValueId) {
    this.#facts = facts;
    this.#occurrences = occurrences;
    this.#sameAs = sameAs;
    facts.classes.forEach((cls, id) => {
      const base = cls.extends === null ? null : this.classOf(cls.extends);
      if (base !== null && base !== id) push(this.#below, base, id);
      for (const type of cls.implements) this.#implements(type, id);
    });
    for (const { kind, binding, extends: bases } of facts.types) {
      if (kind === "interface" && binding !== null) for (const base of bases) if (base.t === "name" && base.binding !== undefined) push(this.#extending, base.binding, binding);
    }
    this.#bringToLife();
    this.providers = new Providers(facts, sameAs, (value) => this.classOf(value));
  }

  /** The classes whose instances a value of a class may be: it and those below it, of which somebody makes instances. */
  ofClass(cls: ClassId): readonly ClassId[] {
    return this.#once(`${cls}`, () => {
      const provided = this.providers.classesFor(cls);
      if (provided.length > 0) return provided;
      const alive = this.#living(this.#allBelow([cls]));
      return alive.length > 0 ? alive : [cls];
    });
  }

  /** The classes that implement an interface, as far as somebody makes instances of them. */
  ofInterface(binding: BindingId): readonly ClassId[] {
    return this.#once(`i${binding}`, () => {
      const bindings = new Set([binding]);
      for (const at of bindings) for (const below of this.#extending.get(at) ?? NONE) bindings.add(below);
      const all = this.#allBelow([...bindings].flatMap((b) => this.#implementing.get(b) ?? []));
      const alive = this.#living(all);
      return alive.length > 0 ? alive : all.filter((c) => this.#facts.classes[c]?.abstract !== true);
    });
  }

  /** Where the program makes some itself, nobody else's are among them: who calls is in the program too. */
  #living(all: readonly ClassId[]): readonly ClassId[] {
    const alive = all.filter((c) => this.#alive.has(c));
    return alive.length > 0 ? alive : all.filter((c) => this.#handedOut.has(c));
  }

  #once(key: string, find: () => readonly ClassId[]): readonly ClassId[] {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = find();
      this.#known.set(key, (known = known.length > MOST_IMPLEMENTATIONS ? NONE : known));
    }
    return known;
  }

  #allBelow(roots: readonly ClassId[]): readonly ClassId[] {
    const all = new Set(roots);
    for (const at of all) for (const below of this.#below.get(at) ?? NONE) all.add(below);
    return [...all];
  }

  #implements(type: TypeExpr, cls: ClassId): void {
    if (type.t !== "name" || type.binding === undefined) return;
    const binding = this.#facts.bindings[type.binding];
    const held = binding?.kind === "class" || binding?.kind === "import" ? binding.versions[0]?.value : undefined;
    const value = held === undefined ? undefined : this.#facts.values[held];
    // `implements` of a class is all that an abstract one asks for.
    if (value?.kind === "class") push(this.#below, value.cls, cls);
    else push(this.#implementing, type.binding, cls);
  }

  classOf(value: ValueId): ClassId | null {
    const same = this.#facts.values[this.#sameAs(value)];
    return same?.kind === "class" ? same.cls : null;
  }

  /** Instances are made by `new`, and by whoever is given the class: a container, a factory, another file. */
  #bringToLife(): void {
    const { values, bindings, exports, classes } = this.#facts;
    values.forEach((value, id) => {
      if (value.kind === "class" ? classes[value.cls]?.name === null || this.#isHanded(id) : value.kind === "var" && this.#isHanded(id)) {
        const cls = this.classOf(id);
        if (cls !== null) this.#alive.add(cls);
      }
    });
    for (const e of exports) {
      if (e.typeOnly || e.linked === true) continue;
      const held = e.value ?? (e.binding === undefined ? undefined : bindings[e.binding]?.versions[0]?.value);
      const value = held === undefined ? undefined : values[held];
      if (value?.kind === "class") (e.open === true ? this.#handedOut : this.#alive).add(value.cls);
    }
  }

  #isHanded(read: ValueId): boolean {
    return this.#occurrences.users(read).some((user) => {
      const of = this.#facts.values[user] as Value;
      if (of.kind === "member") return false;
      if (of.kind === "call") return of.form === "new" || of.callee !== read;
      return !(of.kind === "binary" && of.op === "instanceof");
    });
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  listAt(map, key).push(value);
}

