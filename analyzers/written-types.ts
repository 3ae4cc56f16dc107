import type { ClassId, Facts, TypeExpr, TypeFact } from "../core/facts.js";

/** Types that mean, to a caller, the type they are given. A promise does, since `await` leaves no trace. */
const SAME = new Set(["Promise", "PromiseLike", "Awaited", "Readonly", "Partial", "Required", "NonNullable", "Pick", "Omit", "Exclude", "Extract"]);
const LISTS = new Set(["Array", "ReadonlyArray", "Set", "ReadonlySet", "Iterable", "IterableIterator", "Iterator", "Generator", "AsyncIterable", "AsyncIterableIterator", "AsyncGenerator", "ArrayIterator"]);
const MAPS = new Set(["Map", "ReadonlyMap", "WeakMap"]);
const NO_VALUE = new Set(["undefined", "null", "void", "never"]);
/** Methods of a list that give one of its elements, and those that give a list of them. */
export const GIVES_ONE = new Set(["find", "findLast", "at", "pop", "shift", "values", "next"]);
export const GIVES_LIST = new Set(["filter", "slice", "sort", "toSorted", "reverse", "toReversed", "concat", "splice", "values", "flat"]);

/** Aliases and base interfaces are followed this far: they may go in a circle. */
const DEEPEST = 12;

/** The types of one file as they are written: what their members, elements and results are, as far as the file says. */
export class WrittenTypes {
  readonly #facts: Facts;
  #byBinding: ReadonlyMap<number, TypeFact> | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Without what means the same to a caller: aliases, `| undefined`, `Promise`, `Readonly`, a type parameter's bound. */
  bare(type: TypeExpr | undefined | null): TypeExpr | null {
    let at = type;
    for (let depth = 0; at && depth < DEEPEST; depth++) {
      const next = this.#step(at);
      if (next === at) return at;
      at = next;
    }
    return at ?? null;
  }

  #step(type: TypeExpr): TypeExpr | null {
    if (type.t === "union") {
      const left = type.items.filter((i) => !(i.t === "keyword" && NO_VALUE.has(i.name)) && !(i.t === "literal" && (i.value === null || i.value === false)));
      return left.length === 1 ? (left[0] as TypeExpr) : type;
    }
    if (type.t === "indexed") return this.#indexed(type);
    if (type.t !== "name") return type;
    if (type.binding === undefined) return SAME.has(type.name) && type.args?.[0] ? type.args[0] : type;
    const fact = this.fact(type.binding);
    if (fact?.kind === "alias") return fact.type;
    const binding = this.#facts.bindings[type.binding];
    return binding?.kind === "type" && !fact && binding.type ? binding.type : type;
  }

  #indexed(type: TypeExpr & { t: "indexed" }): TypeExpr | null {
    if (type.index.t === "literal") return this.member(type.object, String(type.index.value)) ?? (this.#isOfLibrary(type.object) ? type : null);
    return type.index.t === "keyword" ? this.element(type.object) : null;
  }

  /** What its members are, only the catalog knows: `import("pg")`, `Pool`, `Parameters<typeof db.transaction>`. */
  #isOfLibrary(type: TypeExpr): boolean {
    const of = this.bare(type);
    if (of?.t !== "name") return of?.t === "import";
    return of.binding === undefined ? of.name === "Parameters" : this.#facts.bindings[of.binding]?.from !== undefined;
  }

  member(type: TypeExpr | undefined | null, name: string, depth = 0): TypeExpr | null {
    const of = this.bare(type);
    if (of === null || depth > DEEPEST) return null;
    switch (of.t) {
      case "object":
        return (of.members.find((m) => m.name === name) ?? of.members.find((m) => m.name === null))?.type ?? null;
      case "intersection":
      case "union":
        for (const item of of.items) {
          const found = this.member(item, name, depth + 1);
          if (found !== null) return found;
        }
        return null;
      case "tuple":
        return of.items[Number(name)] ?? null;
      case "array":
        return /^\d+$/.test(name) ? of.of : this.#listMethod(of, name);
      case "name": {
        const fact = of.binding === undefined ? undefined : this.fact(of.binding);
        if (fact?.kind === "interface") {
          for (const base of [fact.type, ...fact.extends]) {
            const found = this.member(base, name, depth + 1);
            if (found !== null) return found;
          }
          return null;
        }
        if (of.binding !== undefined) return null;
        if (of.name === "Record") return of.args?.[1] ?? null;
        if (MAPS.has(of.name)) return ofMap(of.args ?? [], name);
        return /^\d+$/.test(name) ? this.element(of) : this.#listMethod(of, name);
      }
      default:
        return null;
    }
  }

  /** May a value of the type come without the member? */
  isOptional(type: TypeExpr | undefined | null, name: string, depth = 0): boolean {
    const of = this.bare(type);
    if (of === null || depth > DEEPEST) return false;
    if (of.t === "object") return of.members.some((m) => m.name === name && m.optional);
    if (of.t === "intersection" || of.t === "union") return of.items.some((item) => this.isOptional(item, name, depth + 1));
    const fact = of.t === "name" && of.binding !== undefined ? this.fact(of.binding) : undefined;
    return fact?.kind === "interface" && [fact.type, ...fact.extends].some((base) => this.isOptional(base, name, depth + 1));
  }

  #listMethod(list: TypeExpr, name: string): TypeExpr | null {
    if (GIVES_LIST.has(name) && name !== "values") return { t: "function", params: [], returns: list };
    const element = GIVES_ONE.has(name) ? this.element(list) : null;
    return element === null ? null : { t: "function", params: [], returns: element };
  }

  /** What a loop over it gives, or `x[i]` with a key nobody knows. */
  element(type: TypeExpr | undefined | null): TypeExpr | null {
    const of = this.bare(type);
    if (of?.t === "array") return of.of;
    if (of?.t === "tuple") return of.items.length === 1 ? (of.items[0] as TypeExpr) : null;
    if (of?.t === "object") return of.members.length === 1 && of.members[0]?.name === null ? (of.members[0].type ?? null) : null;
    if (of?.t !== "name" || of.binding !== undefined || !of.args) return null;
    if (LISTS.has(of.name)) return of.args[0] ?? null;
    if (MAPS.has(of.name)) return { t: "tuple", items: of.args };
    return of.name === "Record" ? (of.args[1] ?? null) : null;
  }

  result(type: TypeExpr | undefined | null): TypeExpr | null {
    const of = this.bare(type);
    return of?.t === "function" ? (of.returns ?? null) : null;
  }

  param(type: TypeExpr | undefined | null, index: number): TypeExpr | null {
    const of = this.bare(type);
    return of?.t === "function" ? (of.params[index] ?? null) : null;
  }

  /** The class of this file whose instance it declares. */
  classOf(type: TypeExpr | undefined | null): ClassId | null {
    const of = this.bare(type);
    const binding = of?.t === "name" && of.binding !== undefined && !of.name.includes(".") ? this.#facts.bindings[of.binding] : undefined;
    const only = binding?.kind === "class" || binding?.kind === "import" ? binding.versions[0]?.value : undefined;
    const value = only === undefined ? undefined : this.#facts.values[only];
    return value?.kind === "class" ? value.cls : null;
  }

  /** The alias or interface that a name of this file declares. */
  fact(binding: number): TypeFact | undefined {
    this.#byBinding ??= new Map(this.#facts.types.flatMap((t) => (t.binding === null || t.kind === "enum" ? [] : [[t.binding, t] as const])));
    return this.#byBinding.get(binding);
  }
}

/** What the methods of a map give: one of its values, or a list of them, of its keys or of both. */
function ofMap(args: readonly TypeExpr[], name: string): TypeExpr | null {
  const [key, value] = args;
  if (key === undefined || value === undefined) return null;
  const gives = { get: value, values: { t: "array", of: value }, keys: { t: "array", of: key }, entries: { t: "array", of: { t: "tuple", items: [key, value] } } } as const;
  return Object.hasOwn(gives, name) ? { t: "function", params: [], returns: gives[name as keyof typeof gives] } : null;
}

/** `AbortSignal | undefined`, `Options | null`. */
export function isMissable(type: TypeExpr | undefined): boolean {
  return type?.t === "union" && type.items.some((i) => (i.t === "keyword" && NO_VALUE.has(i.name)) || (i.t === "literal" && i.value === null));
}
