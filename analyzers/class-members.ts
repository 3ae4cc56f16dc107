import type { CallValue, ClassId, Facts, FnId, TypeExpr, Value, ValueId } from "../core/facts.js";
import { enclosingClass, type Links } from "./links.js";
import { PrototypeWrites } from "./prototype-writes.js";

/** A class of this file, as itself or as an instance of it. */
export interface Side {
  readonly cls: ClassId;
  readonly isStatic: boolean;
}

/** What a class of this file has under a name. */
export interface OwnMember {
  /** The field's initial value, what is assigned to it, and the parameter property. */
  readonly values: readonly ValueId[];
  readonly type?: TypeExpr;
  /** Of the field. */
  readonly decorators: readonly ValueId[];
  readonly getter: FnId | null;
  readonly method: FnId | null;
}

const HANDS_OUT = new Set(["get", "resolve"]);

/** Past this the chain of base classes goes in a circle. */
const DEEPEST_BASE = 10;

/** The classes of a file with what they inherit from each other. */
export class ClassMembers {
  readonly #facts: Facts;
  readonly #links: Links;
  readonly #sources: (value: ValueId) => readonly ValueId[];
  readonly #known = new Map<string, OwnMember | null>();
  readonly #prototypes: PrototypeWrites;

  constructor(facts: Facts, links: Links, sources: (value: ValueId) => readonly ValueId[]) {
    this.#facts = facts;
    this.#links = links;
    this.#sources = sources;
    this.#prototypes = new PrototypeWrites(facts, sources);
  }

  /** Of which class a value is, as far as its own form says. */
  sideOf(id: ValueId, value: Value): Side | null {
    if (value.kind === "class") return { cls: value.cls, isStatic: true };
    if (value.kind === "this" || value.kind === "super") {
      const fn = this.#facts.owner[id] as FnId;
      const cls = enclosingClass(this.#facts, fn) ?? this.#links.functionClasses.around(fn);
      const of = cls !== null && value.kind === "super" ? this.base(cls) : cls;
      return of === null ? null : { cls: of, isStatic: this.#links.isStatic(fn) };
    }
    if (value.kind === "call" && value.form === "new") {
      for (const callee of this.#sources(value.callee)) {
        const made = this.#facts.values[callee] as Value;
        if (made.kind === "class") return { cls: made.cls, isStatic: false };
        const cls = made.kind === "function" ? this.#links.functionClasses.madeBy(made.fn) : null;
        if (cls !== null) return { cls, isStatic: false };
        if (made.kind === "this") return this.#instanceOf(this.sideOf(callee, made));
      }
    }
    return value.kind === "call" && value.form === undefined ? this.#handedOut(value) : null;
  }

  /** `container.get(Service)`, `container.resolve(Service)`: who is asked for a class gives its instance. */
  #handedOut(call: CallValue): Side | null {
    const callee = this.#facts.values[call.callee] as Value;
    const [asked] = call.args;
    if (asked === undefined || callee.kind !== "member" || callee.name === null || !HANDS_OUT.has(callee.name)) return null;
    for (const source of this.#sources(asked)) {
      const of = this.#facts.values[source] as Value;
      if (of.kind === "class") return { cls: of.cls, isStatic: false };
    }
    return null;
  }

  #instanceOf(side: Side | null): Side | null {
    return side?.isStatic ? { cls: side.cls, isStatic: false } : null;
  }

  /** The class of this file that it extends. */
  base(cls: ClassId): ClassId | null {
    const base = this.#facts.classes[cls]?.extends;
    for (const source of base == null ? [] : this.#sources(base)) {
      const value = this.#facts.values[source] as Value;
      if (value.kind === "class" && value.cls !== cls) return value.cls;
    }
    return null;
  }

  /** The nearest member of the name, here or in a base class of this file. */
  find(side: Side, name: string): OwnMember | null {
    let cls: ClassId | null = side.cls;
    for (let depth = 0; cls !== null && depth < DEEPEST_BASE; depth++) {
      const own = this.#own({ cls, isStatic: side.isStatic }, name);
      if (own !== null) return own;
      cls = this.base(cls);
    }
    return null;
  }

  #own(side: Side, name: string): OwnMember | null {
    const key = `${side.cls}${side.isStatic ? "::" : "."}${name}`;
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = this.#look(side, name)));
    return known;
  }

  #look({ cls, isStatic }: Side, name: string): OwnMember | null {
    const put = isStatic || cls < 0 ? null : this.#prototypes.of(cls, name);
    if (put !== null) return this.#putThere(put);
    const members = this.#facts.classes[cls]?.members.filter((m) => m.name === name && m.static === isStatic && m.kind !== "constructor") ?? [];
    const property = isStatic ? null : this.#parameterProperty(cls, name);
    const ofFunction = cls < 0 ? this.#links.functionClasses.method(cls, name) : null;
    const written = cls < 0 ? this.#links.functionClasses.fields(cls, name) : this.#links.fieldWrites(cls, isStatic, name);
    if (members.length === 0 && property === null && written.length === 0 && ofFunction === null) return null;
    const initial = members.flatMap((m) => (m.kind === "field" && m.value !== null ? [m.value] : []));
    const getter = members.find((m) => m.kind === "getter")?.fn ?? null;
    const type = members.find((m) => m.type)?.type ?? property?.type ?? (getter === null ? undefined : this.#facts.functions[getter]?.returnType);
    return {
      values: [...new Set([...initial, ...written, ...(property === null ? [] : [property.value])])],
      ...(type && { type }),
      decorators: members.flatMap((m) => (m.kind === "field" ? m.decorators : [])),
      getter,
      method: members.find((m) => m.kind === "method" && m.fn !== null)?.fn ?? ofFunction,
    };
  }

  #putThere(value: ValueId): OwnMember {
    const [only, ...others] = this.#sources(value).map((source) => this.#facts.values[source] as Value);
    return { values: [value], decorators: [], getter: null, method: others.length === 0 && only?.kind === "function" ? only.fn : null };
  }

  #parameterProperty(cls: ClassId, name: string): { value: ValueId; type?: TypeExpr } | null {
    const constructor = this.#facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null);
    const fn = constructor?.fn == null ? undefined : this.#facts.functions[constructor.fn];
    for (const param of fn?.params ?? []) {
      const binding = param.property && param.binding !== null ? this.#facts.bindings[param.binding] : undefined;
      // With a default the binding's value is more than the parameter.
      if (binding?.name === name) return { value: binding.versions[0]?.value ?? param.value, ...(param.type && { type: param.type }) };
    }
    return null;
  }
}
