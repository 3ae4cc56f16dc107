import type { Facts, FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { context, type Enclosing } from "./context.js";
import { flow } from "./flow.js";
import { passedBy } from "./passed.js";

/** What is certain where a value is read. */
export type Condition =
  /** A test that came out so on every way here. */
  | { readonly kind: "test"; readonly test: ValueId; readonly isTrue: boolean }
  /** A `switch` that came to one of these cases. */
  | { readonly kind: "case"; readonly on: ValueId; readonly tests: readonly ValueId[] }
  /** A call that was made on every way here, and returned. */
  | { readonly kind: "call"; readonly call: ValueId }
  /** `req.body = value`: a member that was written on every way here. */
  | { readonly kind: "write"; readonly member: ValueId; readonly value: ValueId };

const NEVER_RETURNS = new Set(["global:process.exit", "process:exit", "global:process.abort", "koa:Context().throw", ...["redirect", "permanentRedirect", "notFound", "forbidden", "unauthorized"].map((name) => `next/navigation:${name}`)]);

/**
 * The conditions under which a value is evaluated: branches around it, early exits before it, `a && b`, `a ? b : c`; for a
 * function inside another also those where it is made, which hold for what is never written again.
 */
export function conditionsAt(file: FileView, value: ValueId): readonly Condition[] {
  const found: Condition[] = [];
  const where = file.get(context);
  for (let at: ValueId | null = value; at !== null; ) {
    inExpression(file, at, found);
    const enclosing = where.enclosing(at);
    enclosing.forEach((e, i) => {
      around(file, e, at as ValueId, found);
      // A declared function is there before the statements that stand before it.
      if (e.statement.kind !== "declare") before(file, e.statement, bodyOf(file, e.statement, enclosing[i + 1], file.facts.owner[at as ValueId] as FnId), found);
    });
    at = where.valueOf(file.facts.owner[at] as FnId);
  }
  return found;
}

function test(facts: Facts, id: ValueId, isTrue: boolean, found: Condition[]): void {
  const value = facts.values[id] as Value;
  if (value.kind === "unary" && value.op === "!") return test(facts, value.of, !isTrue, found);
  if (value.kind === "logical" && value.op === (isTrue ? "&&" : "||")) {
    test(facts, value.left, isTrue, found);
    return test(facts, value.right, isTrue, found);
  }
  if (value.kind === "cast") return test(facts, value.of, isTrue, found);
  found.push({ kind: "test", test: id, isTrue });
}

function inExpression(file: FileView, value: ValueId, found: Condition[]): void {
  const where = file.get(context);
  for (let at = value, up = where.parent(at); up !== null; at = up, up = where.parent(at)) {
    const of = file.facts.values[up] as Value;
    if (of.kind === "logical" && of.right === at && of.op !== "??") test(file.facts, of.left, of.op === "&&", found);
    else if (of.kind === "choice" && of.test !== at) test(file.facts, of.test, of.then === at, found);
  }
}

function around(file: FileView, { statement, part }: Enclosing, value: ValueId, found: Condition[]): void {
  if (statement.kind === "if" && part !== "head") test(file.facts, statement.test, part === "then", found);
  else if (statement.kind === "loop" && part === "body" && statement.test !== null && statement.form !== "doWhile") test(file.facts, statement.test, true, found);
  else if (statement.kind === "switch" && part === "body") {
    const { start } = file.span({ value });
    const index = statement.cases.findIndex(({ at }) => within(file.span({ mark: at }), start));
    if (index === -1) return;
    // Cases that fall through into this one lead here as well.
    let first = index;
    while (first > 0 && !exits(file, statement.cases[first - 1]?.body ?? [])) first--;
    const tests = statement.cases.slice(first, index + 1).map((c) => c.test);
    if (tests.every((t) => t !== null)) found.push({ kind: "case", on: statement.on, tests });
  }
}

/** What stood before a statement in its block, and let through only what it let through. */
function before(file: FileView, statement: Statement, body: readonly Statement[], found: Condition[]): void {
  for (const s of body) {
    if (s === statement) return;
    if (s.kind === "if") for (const passed of passedBy(s, (b) => exits(file, b))) test(file.facts, passed.test, passed.want, found);
    else if (s.kind === "eval") calledIn(file.facts, s.value, found);
    else if (s.kind === "try" && (!s.handler || exits(file, s.handler.body))) for (const inner of s.body) if (inner.kind === "eval") calledIn(file.facts, inner.value, found);
  }
}

function calledIn(facts: Facts, id: ValueId, found: Condition[]): void {
  const value = facts.values[id] as Value;
  if (value.kind === "await") calledIn(facts, value.of, found);
  else if (value.kind === "call") found.push({ kind: "call", call: id });
  else if (value.kind === "assign" && value.op === "=" && value.target !== null && "member" in value.target) found.push({ kind: "write", member: value.target.member, value: value.value });
}

/** Does nothing come after these statements? */
export function exits(file: FileView, body: readonly Statement[]): boolean {
  return body.some((s) => {
    switch (s.kind) {
      case "return":
      case "throw":
      case "break":
      case "continue":
        return true;
      case "block":
        return exits(file, s.body);
      case "if":
        return s.otherwise.length > 0 && exits(file, s.then) && exits(file, s.otherwise);
      case "eval":
        return neverReturns(file, s.value);
      default:
        return false;
    }
  });
}

function neverReturns(file: FileView, id: ValueId, isAwaited = false): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "await") return neverReturns(file, value.of, true);
  if (value.kind !== "call") return false;
  if (file.get(callAt)(id)?.symbols.some((s) => NEVER_RETURNS.has(s.text))) return true;
  const made = file.get(flow).functions(value.callee);
  return made.length > 0 && made.every((fn) => {
    const { returnType: type, body, async, generator } = file.facts.functions[fn] as FunctionFact;
    // `refuse("…")`: nothing but a throw, whatever it is declared to give.
    return (type?.t === "keyword" && type.name === "never") || (!generator && (!async || isAwaited) && body.length > 0 && body.at(-1)?.kind === "throw" && body.every((s) => s.kind === "throw" || s.kind === "eval" || s.kind === "define"));
  });
}

function bodyOf(file: FileView, inner: Statement, outer: Enclosing | undefined, fn: FnId): readonly Statement[] {
  if (outer === undefined) return file.facts.functions[fn]?.body ?? [];
  const { statement: s, part } = outer;
  switch (s.kind) {
    case "if":
      return part === "then" ? s.then : s.otherwise;
    case "loop":
      return part === "init" ? s.init : s.body;
    case "try":
      return part === "handler" ? (s.handler?.body ?? []) : part === "finalizer" ? (s.finalizer ?? []) : s.body;
    case "switch":
      return s.cases.find((c) => c.body.includes(inner))?.body ?? [];
    case "block":
      return s.body;
    default:
      return [];
  }
}

const within = (outer: { readonly start: number; readonly end: number }, at: number): boolean => outer.start <= at && at < outer.end;
