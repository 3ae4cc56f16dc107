import type { CallValue, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { WrittenTypes } from "./written-types.js";

/**
 * What evaluating something gives: a *promise*; something *lazy*, a query that runs when it is awaited and not before;
 * *none* of these; or *open*: another file or a type that nobody wrote decides.
 */
export type Given = "promise" | "lazy" | "none" | "open";

const STRENGTH: readonly Given[] = ["promise", "lazy", "open", "none"];

/** Of several that may be given, the one that matters most. */
export function strongest(given: readonly Given[]): Given {
  return STRENGTH.find((g) => given.includes(g)) ?? "none";
}

/** What a declared type says; null where it says nothing (`any`, none at all). */
export interface PromiseTypes {
  given(type: TypeExpr | null | undefined): Given | null;
  /** Is what a class extends the promise of the language? */
  extendsPromise(base: ValueId | null): boolean;
  /** A list of promises. */
  isList(type: TypeExpr | null | undefined): boolean;
  /** What a value is declared to give when it is called like this; the first signature that takes so many arguments. */
  result(callee: ValueId, call: CallValue, given: (arg: ValueId) => Given | null): Given | null;
  /** The type of that, as it is written. */
  resultOf(callee: ValueId, call: CallValue): TypeExpr | null;
  /** Does `new` of such a value make a promise? */
  isConstructor(type: TypeExpr | null | undefined): boolean;
}

export const promiseTypes: Answer<PromiseTypes> = { name: "promise types", of: (file) => new FilePromiseTypes(file) };

const DEEPEST = 12;
const SAYS_NOTHING = new Set(["any", "unknown"]);
const LISTS = new Set(["Array", "ReadonlyArray", "Iterable", "Set"]);
/** Types of the language that are given and computed, so that nobody can say what they come to. */
const COMPUTED = /^(?:ReturnType|Awaited|Extract|Exclude|NonNullable|Parameters|InstanceType)$|Promise|Thenable|Deferred/;

class FilePromiseTypes implements PromiseTypes {
  readonly #file: FileView;
  readonly #types: WrittenTypes;

  constructor(file: FileView) {
    this.#file = file;
    this.#types = new WrittenTypes(file.facts);
  }

  given(type: TypeExpr | null | undefined): Given | null {
    return this.#given(type, 0);
  }

  #given(type: TypeExpr | null | undefined, depth: number): Given | null {
    if (type == null || depth > DEEPEST) return null;
    switch (type.t) {
      case "keyword":
        return SAYS_NOTHING.has(type.name) ? null : "none";
      case "union":
      case "intersection": {
        const parts = type.items.map((item) => this.#given(item, depth + 1));
        return parts.every((p) => p === null) ? null : strongest(parts.map((p) => p ?? "open"));
      }
      case "name":
        return this.#named(type, depth);
      case "query":
      case "import":
      case "indexed":
      case "other":
        return "open";
      default:
        return "none";
    }
  }

  #named(type: TypeExpr & { t: "name" }, depth: number): Given | null {
    const { facts } = this.#file;
    if (type.binding === undefined) {
      if (type.name === "Promise") return "promise";
      if (SAYS_NOTHING.has(type.name)) return null;
      return COMPUTED.test(type.name) ? "open" : "none";
    }
    const symbol = this.#file.get(flow).typeSymbol(type);
    if (symbol?.text === "bluebird:()") return "promise";
    const fact = this.#types.fact(type.binding);
    if (fact !== undefined) {
      if (fact.kind === "alias") return this.#given(fact.type, depth + 1);
      return fact.extends.some((base) => this.#given(base, depth + 1) === "promise") ? "promise" : fact.extends.length > 0 ? "open" : "none";
    }
    const binding = facts.bindings[type.binding];
    if (binding?.kind === "type" && binding.type) return this.#given(binding.type, depth + 1);
    const cls = this.#types.classOf(type);
    if (cls === null) return binding?.kind === "enum" ? "none" : "open";
    return this.extendsPromise(facts.classes[cls]?.extends ?? null) ? "promise" : "none";
  }

  extendsPromise(base: ValueId | null): boolean {
    return base !== null && this.#file.get(flow).symbols(base).some((node) => node.text === "global:Promise" || node.text === "bluebird:");
  }

  isConstructor(type: TypeExpr | null | undefined): boolean {
    const of = this.#types.bare(type);
    if (of?.t !== "name") return false;
    if (of.binding === undefined) return of.name === "PromiseConstructor";
    return this.#types.fact(of.binding)?.extends.some((base) => base.t === "name" && base.binding === undefined && base.name === "PromiseConstructor") === true;
  }

  isList(type: TypeExpr | null | undefined): boolean {
    const of = this.#types.bare(type);
    if (of?.t === "union") return of.items.some((item) => this.isList(item));
    if (of?.t === "array") return this.given(of.of) === "promise";
    if (of?.t === "tuple") return of.items.some((item) => this.given(item) === "promise");
    return of?.t === "name" && of.binding === undefined && LISTS.has(of.name) && this.given(of.args?.[0]) === "promise";
  }

  result(callee: ValueId, call: CallValue, given: (arg: ValueId) => Given | null): Given | null {
    const fits = (s: TypeExpr & { t: "function" }): boolean => takes(s, call, this.#file.facts.values) && this.#takesCallbacks(s, call, given);
    const first = this.#signatures(callee).find(fits);
    if (first !== undefined) return this.given(first.returns);
    // `(() => Promise<void>) | (() => void)`: one of them is called.
    const either = this.#types.bare(this.#file.get(flow).declared(callee));
    const each = either?.t === "union" ? either.items.map((item) => this.#types.bare(item)) : [];
    return each.some((of) => of?.t === "function" && fits(of) && this.given(of.returns) === "promise") ? "promise" : null;
  }

  resultOf(callee: ValueId, call: CallValue): TypeExpr | null {
    return this.#signatures(callee).find((s) => takes(s, call, this.#file.facts.values))?.returns ?? null;
  }

  /** A signature for `() => Promise<T>` is not the one of a call with a function that gives none. */
  #takesCallbacks(signature: TypeExpr & { t: "function" }, { args }: CallValue, given: (arg: ValueId) => Given | null): boolean {
    return signature.params.every((param, i) => {
      const of = this.#types.bare(param);
      const arg = args[i];
      if (of?.t !== "function" || arg === undefined || this.given(of.returns) === null) return true;
      const gives = given(arg);
      if (this.given(of.returns) === "promise") return gives !== "none";
      return gives !== "promise" || this.given(of.returns) === "open" || (of.returns?.t === "keyword" && of.returns.name === "void");
    });
  }

  #signatures(callee: ValueId): readonly (TypeExpr & { t: "function" })[] {
    const value = this.#file.facts.values[callee] as Value;
    const binding = value.kind === "var" ? this.#file.facts.bindings[value.binding] : undefined;
    const own = binding?.kind === "function" ? [binding.type, ...(binding.overloads ?? [])] : [this.#file.get(flow).declared(callee)];
    return own.flatMap((type) => {
      const of = this.#types.bare(type);
      return of?.t === "function" ? [of] : [];
    });
  }
}

function takes(signature: TypeExpr & { t: "function" }, { args }: CallValue, values: readonly Value[]): boolean {
  if (args.some((a) => values[a]?.kind === "spread")) return true;
  const least = signature.optionalFrom ?? signature.params.length - (signature.rest ? 1 : 0);
  return args.length >= Math.min(least, signature.params.length) && (signature.rest === true || args.length <= signature.params.length);
}
