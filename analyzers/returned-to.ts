import type { Facts, FnId, FunctionFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Links } from "./links.js";

interface Names {
  readonly links: Links;
  sameAs(value: ValueId): ValueId;
  functions(value: ValueId): readonly FnId[];
}

/** Choices within choices of what a function returns. */
const DEEPEST = 6;

/** What a function returns to one of its callers: of its own parameters what that caller gave, and not what all of them do. */
export function returnedTo(facts: Facts, names: Names, call: Value & { kind: "call" }, fn: FnId): readonly ValueId[] {
  const returned = names.links.returns(fn);
  const callee = facts.values[call.callee] as Value;
  // `f.call(x, a)` counts its arguments otherwise.
  if (callee.kind === "member" && (callee.name === "call" || callee.name === "apply")) return returned;
  const spread = call.args.findIndex((arg) => facts.values[arg]?.kind === "spread");
  const made = spread === -1 ? madeFor(facts.functions[fn] as FunctionFact, names, call) : [];
  if (made.length > 0) return made;
  const given = (result: ValueId, depth: number): readonly ValueId[] => {
    const value = facts.values[names.sameAs(result)] as Value;
    const next = (of: ValueId): readonly ValueId[] => given(of, depth + 1);
    if (depth > DEEPEST) return [result];
    if (value.kind === "choice") return [...next(value.then), ...next(value.otherwise)];
    if (value.kind === "logical") return value.op === "&&" ? next(value.right) : [...next(value.left), ...next(value.right)];
    // `method.bind(db)` does what the method does.
    const made = value.kind === "call" ? (facts.values[value.callee] as Value) : undefined;
    const bound = made?.kind === "member" && made.name === "bind" ? next(made.object) : [];
    if (made?.kind === "member" && bound.some((of) => of !== made.object)) return bound;
    if (value.kind !== "param" || value.fn !== fn || value.rest || (spread !== -1 && spread <= value.index)) return [result];
    const arg = call.args[value.index];
    return arg === undefined ? [result] : [arg];
  };
  return returned.flatMap((result) => given(result, 0));
}

/** `remember<T>(name: string, make: () => T): T`: what the function gives that this call hands in, wherever it is kept in the meantime. */
function madeFor({ typeParams, returnType, params }: FunctionFact, names: Names, call: Value & { kind: "call" }): readonly ValueId[] {
  const given = typeParams.find((name) => isOnly(returnType, name));
  if (given === undefined) return [];
  return params.flatMap(({ type, rest }, i) => {
    const arg = call.args[i];
    if (arg === undefined || rest || type?.t !== "function" || !isOnly(type.returns, given)) return [];
    return names.functions(arg).flatMap((made) => names.links.returns(made));
  });
}

/** Is the type that parameter, or a promise of it, or nothing? */
function isOnly(type: TypeExpr | undefined, name: string): boolean {
  if (type?.t === "union") return type.items.some((item) => isOnly(item, name)) && type.items.every((item) => isOnly(item, name) || item.t === "keyword" || item.t === "literal");
  if (type?.t !== "name") return false;
  return type.name === name || ((type.name === "Promise" || type.name === "PromiseLike" || type.name === "Awaited") && isOnly(type.args?.[0], name));
}
