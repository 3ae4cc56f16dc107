import type { FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { eachStatement, flow } from "./flow.js";
import { isMadeOf } from "./made-of.js";
import { nameOf } from "./reports.js";

/** Parts of a result that say whether it succeeded. */
const GOOD = /^(?:ok|success|succeeded|isOk|isSuccess)$/;
const BAD = /^(?:error|err|failed|isErr|isError|isFailure|failure)$/;
const STATUS = /^(?:status|statusCode|code)$/;

/** Does a test that holds (`negated`: that does not hold) say that what was tried has succeeded? What state it is in is another question. */
export function tellsSuccess(file: FileView, test: ValueId, negated: boolean): boolean {
  return tells(file, test) === (negated ? "bad" : "good");
}

export function tellsFailure(file: FileView, test: ValueId, negated: boolean): boolean {
  return tells(file, test) === (negated ? "good" : "bad");
}

function tells(file: FileView, test: ValueId): "good" | "bad" | null {
  const value = file.facts.values[test] as Value;
  switch (value.kind) {
    case "unary":
      return value.op === "!" ? other(tells(file, value.of)) : null;
    case "cast":
    case "await":
      return tells(file, value.of);
    case "logical":
      return tells(file, value.left) ?? tells(file, value.right);
    case "binary":
      return compared(file, value);
    case "call":
      return byName(nameOf(file, value.callee)) ?? (isCaughtResult(file, test) ? "good" : null);
    case "var":
    case "member":
      if (isRetryAfter(file, test)) return "bad";
      return byName(partName(file, test)) ?? (isCaughtResult(file, test) ? "good" : null);
    default:
      return null;
  }
}

const other = (told: "good" | "bad" | null): "good" | "bad" | null => (told === null ? null : told === "good" ? "bad" : "good");

function byName(name: string): "good" | "bad" | null {
  return GOOD.test(name) ? "good" : BAD.test(name) ? "bad" : null;
}

const namesRetryAfter: Answer<boolean> = { name: "names retry-after", of: ({ text }) => /retry-?after/i.test(text) };

/** The server names a time to come again. */
function isRetryAfter(file: FileView, id: ValueId): boolean {
  if (!file.get(namesRetryAfter)) return false;
  return isMadeOf(file, id, (_, v) => (v.kind === "member" && /^retry-?after$/i.test(v.name ?? "")) || (v.kind === "literal" && typeof v.value === "string" && /^retry-after$/i.test(v.value)));
}

/** Of `const { ok: sent } = await …` it is `ok`. */
function partName(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "var") return nameOf(file, id);
  const held = file.facts.bindings[value.binding]?.versions[Math.max(0, value.version)]?.value;
  const of = held === undefined ? undefined : file.facts.values[held];
  if (of?.kind !== "member") return "";
  // `const [err, data] = await to(f())`: the place says nothing, the name does.
  return of.name !== null && !/^\d+$/.test(of.name) ? of.name : (file.facts.bindings[value.binding]?.name ?? "");
}

/** `res.status === 200`, `res.status < 500`, `result === null` of what gives null on failure. A text is a state: `job.status === "done"`. */
function compared(file: FileView, value: Value & { kind: "binary" }): "good" | "bad" | null {
  const constant = file.get(flow).constant(value.right);
  const isEqual = value.op === "===" || value.op === "==";
  const isUnequal = value.op === "!==" || value.op === "!=";
  if (typeof constant === "boolean" || constant === null || isUndefined(file, value.right)) {
    const told = tells(file, value.left);
    if (told === null || !(isEqual || isUnequal)) return null;
    return isEqual === (constant === true) ? told : other(told);
  }
  if (typeof constant !== "number" || !STATUS.test(partName(file, value.left))) return null;
  const isGood = constant < 400;
  if (isEqual) return isGood ? "good" : "bad";
  if (isUnequal) return isGood ? "bad" : "good";
  return value.op.startsWith("<") ? "good" : value.op.startsWith(">") ? (constant >= 300 ? "bad" : "good") : null;
}

function isUndefined(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "global" && value.name === "undefined";
}

/** A result that is nothing where the attempt failed: `await f().catch(() => null)`, or a function of this file that catches and answers so. */
function isCaughtResult(file: FileView, id: ValueId): boolean {
  return isMadeOf(
    file,
    id,
    (_, v) => v.kind === "call" && v.form === undefined && (isCatch(file, v) || file.get(flow).functions(v.callee).some((fn) => answersNothing(file, file.facts.functions[fn] as FunctionFact))),
    (_, v) => v.kind === "var" || v.kind === "await" || v.kind === "cast",
  );
}

function isCatch(file: FileView, call: Value & { kind: "call" }): boolean {
  const callee = file.facts.values[call.callee] as Value;
  const handler = call.args[0];
  if (callee.kind !== "member" || callee.name !== "catch" || handler === undefined) return false;
  return file.get(flow).functions(handler).some((fn) => {
    const { body } = file.facts.functions[fn] as FunctionFact;
    let gives = true;
    eachStatement(body, (s) => {
      if (s.kind === "return" && s.value !== null) gives &&= isNothing(file, s.value);
      if (s.kind === "throw") gives = false;
    });
    return gives;
  });
}

const known = new WeakMap<FunctionFact, boolean>();

function answersNothing(file: FileView, fact: FunctionFact): boolean {
  let does = known.get(fact) ?? false;
  if (known.has(fact)) return does;
  eachStatement(fact.body, (s) => {
    if (s.kind !== "try" || !s.handler) return;
    eachStatement(s.handler.body, (inner) => {
      if (inner.kind === "return") does ||= inner.value === null || isNothing(file, inner.value);
    });
  });
  known.set(fact, does);
  return does;
}

function isNothing(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return isUndefined(file, id) || (value.kind === "literal" && (value.value === null || value.value === false)) || (value.kind === "unary" && value.op === "void");
}
