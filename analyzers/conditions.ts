import type { Facts, FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { Answer, FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { context, type Enclosing } from "./context.js";
import { flow } from "./flow.js";
import { passedBy } from "./passed.js";
import { placeOf, placesCovered } from "./places.js";

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
  return certainAt(file, value, (passed) => passed.all);
}

/** Those of them that are tests and cases: a file of thousands of calls is not walked for a few branches. */
export function choicesAt(file: FileView, value: ValueId): readonly (Condition & { readonly kind: "test" | "case" })[] {
  return certainAt(file, value, (passed) => passed.choices).filter((c) => c.kind === "test" || c.kind === "case");
}

/** All but the calls and writes before it that have nothing to do with a place. */
export function conditionsOn(file: FileView, value: ValueId, place: string | null): readonly Condition[] {
  return certainAt(file, value, (passed) => passed.on(place));
}

function certainAt(file: FileView, value: ValueId, which: (passed: Passed) => readonly Standing[]): readonly Condition[] {
  const found: Condition[] = [];
  const bodies = file.get(passedBodies);
  const where = file.get(context);
  for (let at: ValueId | null = value; at !== null; ) {
    inExpression(file, at, found);
    const enclosing = where.enclosing(at);
    enclosing.forEach((e, i) => {
      around(file, e, at as ValueId, found);
      // A declared function is there before the statements that stand before it.
      if (e.statement.kind === "declare") return;
      const body = bodyOf(file, e.statement, enclosing[i + 1], file.facts.owner[at as ValueId] as FnId);
      let passed = bodies.get(body);
      if (passed === undefined) bodies.set(body, (passed = new Passed(file, body)));
      const position = passed.position(e.statement);
      for (const { condition, by } of which(passed)) {
        if (by >= position) break;
        found.push(condition);
      }
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

/** A condition, which statement of its body sees to it, and its place among all of that body. */
interface Standing {
  readonly condition: Condition;
  readonly by: number;
  readonly order: number;
}

/** What the statements of a block let through, in their order: what stands before one of them has let through only that. */
class Passed {
  readonly all: readonly Standing[];
  readonly choices: readonly Standing[];
  readonly #file: FileView;
  readonly #positions: ReadonlyMap<Statement, number>;
  #byPlace: ReadonlyMap<string, readonly Standing[]> | undefined;
  readonly #on = new Map<string, readonly Standing[]>();

  constructor(file: FileView, body: readonly Statement[]) {
    this.#file = file;
    this.#positions = new Map(body.map((s, i) => [s, i]));
    const found: Condition[] = [];
    const all: Standing[] = [];
    body.forEach((s, by) => {
      through(file, s, found);
      for (let order = all.length; order < found.length; order++) all.push({ condition: found[order] as Condition, by, order });
    });
    this.all = all;
    this.choices = all.filter(({ condition: { kind } }) => kind === "test" || kind === "case");
  }

  position(statement: Statement): number {
    return this.#positions.get(statement) ?? this.#positions.size;
  }

  on(place: string | null): readonly Standing[] {
    this.#byPlace ??= this.#placed();
    const its = place === null ? undefined : this.#byPlace.get(place);
    if (place === null || its === undefined) return this.choices;
    let found = this.#on.get(place);
    if (found === undefined) this.#on.set(place, (found = [...this.choices, ...its].sort((a, b) => a.order - b.order)));
    return found;
  }

  #placed(): ReadonlyMap<string, readonly Standing[]> {
    const found = new Map<string, Standing[]>();
    for (const s of this.all) for (const place of new Set(this.#placesOf(s.condition))) listAt(found, place).push(s);
    return found;
  }

  #placesOf(condition: Condition): readonly string[] {
    if (condition.kind === "call") return (this.#file.get(callAt)(condition.call)?.args ?? []).flatMap((arg) => placesCovered(this.#file, arg));
    return condition.kind === "write" ? [placeOf(this.#file, condition.member) ?? []].flat() : [];
  }
}

const passedBodies: Answer<Map<readonly Statement[], Passed>> = { name: "passed bodies", of: () => new Map() };

/** What a statement lets through to those after it. */
function through(file: FileView, s: Statement, found: Condition[]): void {
  if (s.kind === "if") for (const passed of passedBy(s, (b) => exits(file, b))) test(file.facts, passed.test, passed.want, found);
  else if (s.kind === "eval") calledIn(file.facts, s.value, found);
  else if (s.kind === "try" && (!s.handler || exits(file, s.handler.body))) for (const inner of s.body) if (inner.kind === "eval") calledIn(file.facts, inner.value, found);
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
