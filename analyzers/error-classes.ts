import type { ClassId, FunctionFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callsBeside } from "./beside.js";
import { flow } from "./flow.js";

/** The argument of the built-in error classes that takes `{ cause }`. */
const OPTIONS_AT: ReadonlyMap<string, number> = new Map([
  ...["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"].map((name) => [`global:${name}`, 1] as const),
  ["global:AggregateError", 2],
]);
/** Deeper hierarchies are a cycle or nobody's. */
const MOST_BASES = 8;

/** Where a built-in error class takes its options; null if it is none. */
export function builtInOptions(file: FileView, callee: ValueId): number | null {
  if (localClass(file, callee) !== null) return null;
  const symbols = file.get(flow).symbols(callee);
  return symbols.length === 1 ? (OPTIONS_AT.get(symbols[0]?.text ?? "") ?? null) : null;
}

/** The class of this file that is meant. */
export function localClass(file: FileView, callee: ValueId): ClassId | null {
  const sources = file.get(flow).sources(callee);
  const value = sources.length === 1 ? file.facts.values[sources[0] as ValueId] : undefined;
  return value?.kind === "class" ? value.cls : null;
}

export function constructorOf(file: FileView, cls: ClassId): FunctionFact | null {
  const member = file.facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null);
  return member?.fn == null ? null : (file.facts.functions[member.fn] ?? null);
}

/** The last `extends` that this file shows; null where a class extends nothing. */
export function baseOf(file: FileView, cls: ClassId): ValueId | null {
  let base = file.facts.classes[cls]?.extends ?? null;
  for (let depth = 0; base !== null && depth < MOST_BASES; depth++) {
    const inner = localClass(file, base);
    if (inner === null) return base;
    base = file.facts.classes[inner]?.extends ?? null;
  }
  return base;
}

/** Its message is made for clients, because that of a class it extends is. */
export function isPublicClass(file: FileView, cls: ClassId): boolean {
  const base = baseOf(file, cls);
  return base !== null && file.get(flow).symbols(base).some((node) => node.rows("errors").length > 0);
}

/** Everything it extends is known here, so that nothing elsewhere makes it public or a failure of the contract. */
export function isRooted(file: FileView, cls: ClassId): boolean {
  const base = baseOf(file, cls);
  return base === null || builtInOptions(file, base) !== null;
}

/** The argument that takes the options, if a call with so many arguments leaves it free or fills it itself. */
export function freeOptions(file: FileView, cls: ClassId, given: number): number | null {
  const index = forwarded(file, cls, 0);
  return index !== null && index <= given ? index : null;
}

/** The constructor's parameter that becomes the options of the built-in class at the root. */
function forwarded(file: FileView, cls: ClassId, depth: number): number | null {
  const base = file.facts.classes[cls]?.extends ?? null;
  if (base === null || depth > MOST_BASES) return null;
  const inner = localClass(file, base);
  const at = inner === null ? builtInOptions(file, base) : forwarded(file, inner, depth + 1);
  const constructor = constructorOf(file, cls);
  if (at === null || constructor === null) return at;
  const superCall = callsBeside(file, base).find((c) => file.facts.values[c.target]?.kind === "super" && file.facts.functions[file.facts.owner[c.id] as number] === constructor);
  const passed = superCall?.value.args[at];
  const options: Value | undefined = passed === undefined ? undefined : file.facts.values[passed];
  if (options?.kind !== "var") return null;
  const index = constructor.params.findIndex((p) => p.binding === options.binding && !p.rest);
  return index !== -1 && takesCause(constructor.params[index]?.type) ? index : null;
}

/** Would `{ cause: unknown }` be accepted? */
function takesCause(type: TypeExpr | undefined): boolean {
  if (type === undefined) return true;
  if (type.t === "name") return type.name === "ErrorOptions";
  if (type.t === "keyword") return type.name === "any";
  if (type.t !== "object") return false;
  const cause = type.members.find((m) => m.name === "cause");
  const accepts = cause?.type?.t === "keyword" && (cause.type.name === "unknown" || cause.type.name === "any");
  return accepts && type.members.every((m) => m.optional || m.name === "cause");
}
