import type { SymbolNode } from "../catalog/catalog.js";
import type { BindingId, ClassId, Facts, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Sources } from "./sources.js";

/** `User.scope("a").unscoped().findOne()`: longer chains are not written. */
const LONGEST_CHAIN = 10;

/** Who the catalog's methods of a class give, where a class of the program inherits them: `class User extends Model`, `await User.findOne()`. */
export class Records {
  readonly #facts: Facts;
  readonly #sources: Sources;
  /** What of a library a class of the program extends. */
  readonly #bases: (cls: ClassId) => readonly SymbolNode[];
  #names: ReadonlyMap<ClassId, BindingId> | undefined;

  constructor(facts: Facts, sources: Sources, bases: (cls: ClassId) => readonly SymbolNode[]) {
    this.#facts = facts;
    this.#sources = sources;
    this.#bases = bases;
  }

  /** The class, or a list of it, whose instance an inherited call gives; null: it is no such call. */
  typeOf(call: Value & { kind: "call" }): TypeExpr | null {
    const given = this.#inherited(call, 0);
    if (given === null) return null;
    const made = given.base.call();
    const type = this.#nameOf(given.cls);
    if (type === null || !made.leadsSomewhere) return null;
    return given.node === made ? type : given.node.element() === made ? { t: "array", of: type } : null;
  }

  /** The class, what it extends, and what the catalog says the call gives. */
  #inherited(call: Value & { kind: "call" }, depth: number): { readonly cls: ClassId; readonly base: SymbolNode; readonly node: SymbolNode } | null {
    const callee = this.#facts.values[call.callee] as Value;
    if (call.form !== undefined || callee.kind !== "member" || callee.name === null || depth > LONGEST_CHAIN) return null;
    const cls = this.#classBehind(callee.object, depth);
    if (cls === null || this.#sources.classes.find({ cls, isStatic: true }, callee.name) !== null) return null;
    const base = this.#bases(cls).find((node) => node.leadsSomewhere);
    return base === undefined ? null : { cls, base, node: base.member(callee.name).call() };
  }

  /** The class itself, or what a call gives that only narrows it: `User.scope("active")`. */
  #classBehind(object: ValueId, depth: number): ClassId | null {
    for (const source of this.#sources.of(object)) {
      const side = this.#sources.sideOf(source);
      if (side?.isStatic) return side.cls;
      const value = this.#facts.values[source] as Value;
      const narrowed = value.kind === "call" ? this.#inherited(value, depth + 1) : null;
      if (narrowed !== null && narrowed.node === narrowed.base) return narrowed.cls;
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
