import type { SymbolNode } from "../catalog/catalog.js";
import type { BindingId, ClassId, Facts, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Sources } from "./sources.js";

/** `User.scope("a").unscoped().findOne()`: longer chains are not written. */
const LONGEST_CHAIN = 10;

/** Who the catalog's methods of a class give, where a class of the program inherits them: `class User extends Model`, `await User.findOne()`. */
export class Records {
  readonly #facts: Facts;
  readonly #sources: Sources;
  /** What of a library each class of the program extends. Worked out before anything is asked: in the middle of an answer it would be kept half done. */
  readonly #bases: ReadonlyMap<ClassId, SymbolNode>;
  /** Names under which some of these have a method that gives such an instance, or such a class again: all others are not gone into. */
  readonly #gives = new Map<string, boolean>();
  #names: ReadonlyMap<ClassId, BindingId> | undefined;

  constructor(facts: Facts, sources: Sources, baseOf: (cls: ClassId) => readonly SymbolNode[]) {
    this.#facts = facts;
    this.#sources = sources;
    const bases = new Map<ClassId, SymbolNode>();
    facts.classes.forEach(({ extends: base }, cls) => {
      const known = base === null ? undefined : baseOf(cls).find((node) => node.leadsSomewhere && node.call().leadsSomewhere);
      if (known !== undefined) bases.set(cls, known);
    });
    this.#bases = bases;
  }

  /** The class, or a list of it, whose instance an inherited call gives; null: it is no such call. */
  typeOf(call: Value & { kind: "call" }): TypeExpr | null {
    const given = this.#inherited(call, 0);
    if (given === null || given.gives === "class") return null;
    const type = this.#nameOf(given.cls);
    return type === null || given.gives === "one" ? type : { t: "array", of: type };
  }

  #inherited(call: Value & { kind: "call" }, depth: number): { readonly cls: ClassId; readonly gives: Gives } | null {
    const callee = this.#facts.values[call.callee] as Value;
    if (call.form !== undefined || callee.kind !== "member" || callee.name === null || depth > LONGEST_CHAIN || !this.#isGiving(callee.name)) return null;
    const cls = this.#classBehind(callee.object, depth);
    const base = cls === null ? undefined : this.#bases.get(cls);
    if (cls === null || base === undefined || this.#sources.classes.find({ cls, isStatic: true }, callee.name) !== null) return null;
    const gives = givenBy(base, callee.name);
    return gives === null ? null : { cls, gives };
  }

  #isGiving(name: string): boolean {
    let known = this.#gives.get(name);
    if (known === undefined) this.#gives.set(name, (known = [...new Set(this.#bases.values())].some((base) => givenBy(base, name) !== null)));
    return known;
  }

  /** The class itself, or what a call gives that only narrows it: `User.scope("active")`. */
  #classBehind(object: ValueId, depth: number): ClassId | null {
    for (const source of this.#sources.of(object)) {
      const side = this.#sources.sideOf(source);
      if (side?.isStatic) return side.cls;
      const value = this.#facts.values[source] as Value;
      const narrowed = value.kind === "call" ? this.#inherited(value, depth + 1) : null;
      if (narrowed?.gives === "class") return narrowed.cls;
    }
    return null;
  }

  #nameOf(cls: ClassId): TypeExpr | null {
    this.#names ??= this.#named();
    const binding = this.#names.get(cls);
    return binding === undefined ? null : { t: "name", name: this.#facts.bindings[binding]?.name ?? "", binding };
  }

  #named(): ReadonlyMap<ClassId, BindingId> {
    const names = new Map<ClassId, BindingId>();
    this.#facts.bindings.forEach((binding, id) => {
      const held = binding.kind === "class" ? binding.versions[0]?.value : undefined;
      const value = held === undefined ? undefined : this.#facts.values[held];
      if (value?.kind === "class" && !names.has(value.cls)) names.set(value.cls, id);
    });
    return names;
  }
}

/** An instance, several of them, or the class again with a scope. */
type Gives = "one" | "many" | "class";

function givenBy(base: SymbolNode, name: string): Gives | null {
  const node = base.member(name).call();
  const made = base.call();
  return node === made ? "one" : node === base ? "class" : node.element() === made ? "many" : null;
}
