import type { BindingId, FnId, LoopStatement, Statement, TryStatement, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { attemptIn, choosesByItem, isOtherWork, isRange } from "./attempts.js";
import { someBeside } from "./beside.js";
import { within } from "./caught.js";
import { eachStatement, flow } from "./flow.js";
import { alwaysLeaves, eachOwn, endsLoop, type Leave, leavesLoop } from "./ways-out.js";
import { isMadeOf } from "./made-of.js";
import { tellsFailure, tellsSuccess } from "./outcome.js";
import type { Retry } from "./retries.js";
import { Turns } from "./turns.js";

/** Loops that end when the attempt succeeds, and go on when it fails. */
export function loopRetries(file: FileView): Retry[] {
  const found: Retry[] = [];
  file.facts.functions.forEach((fact, fn) => {
    eachStatement(fact.body, (s) => {
      if (s.kind !== "loop" || s.form === "forIn") return;
      const retry = ofLoop(file, fn, s);
      if (retry !== null) found.push(retry);
    });
  });
  return found;
}

function ofLoop(file: FileView, fn: FnId, loop: LoopStatement): Retry | null {
  const span = file.span({ mark: loop.at });
  const attempt = tried(file, fn, loop) ?? asked(file, fn, loop);
  if (attempt === null) return null;
  const { call, within: tries, handler } = attempt;
  const turns = { spans: [span], givenAnew: new Set<string>() };
  const changes = new Turns(file, turns);
  if (isOtherWork(file, tries, changes, handler) || (loop.over !== null && !isRange(file, loop.over) && choosesByItem(file, changes))) return null;
  const head = { start: span.start, end: headEnd(file, loop, span) };
  return { form: "loop", at: head, subject: call, attempt: tries, turns, loop, again: [], isCapped: loop.over !== null };
}

/** Up to the body; of a `do` up to its brace. */
function headEnd(file: FileView, loop: LoopStatement, span: Span): number {
  const body = file.span({ mark: loop.bodyAt });
  const text = file.text.slice(span.start, body.start).trimEnd();
  return text === "" ? span.end : span.start + text.length;
}

interface Attempted {
  readonly call: ValueId;
  readonly within: Span;
  readonly handler: Span | null;
}

/** `try { return await f() } catch { … }`, `try { r = await f() } catch { continue } return r`, `while (!done) try { …; done = true } …`. */
function tried(file: FileView, fn: FnId, loop: LoopStatement): Attempted | null {
  let found: Attempted | null = null;
  eachOwn(loop.body, (s, list, index) => {
    if (found !== null || s.kind !== "try" || !s.handler) return;
    if (endsLoop(file, loop, s.handler.body) || (s.finalizer && endsLoop(file, loop, s.finalizer))) return;
    const tries = file.span({ mark: s.bodyAt });
    const call = attemptIn(file, tries, fn);
    if (call === null || !endsOnSuccess(file, loop, s, list.slice(index + 1))) return;
    found = { call: call.id, within: tries, handler: file.span({ mark: s.handler.bodyAt }) };
  });
  return found;
}

function endsOnSuccess(file: FileView, loop: LoopStatement, s: TryStatement & { kind: "try" }, after: readonly Statement[]): boolean {
  const leaves = leavesLoop(file, loop, { orThrows: false });
  if (leavesIf(file, s.body, leaves, (test, negated) => tellsSuccess(file, test, negated))) return true;
  const good = writtenIn(file, s.body);
  const bad = writtenIn(file, s.handler?.body ?? []);
  // `ok = true` in the try and `failed = true` in the catch both tell the loop how it went.
  const tells = (test: ValueId, negated: boolean): boolean => tellsSuccess(file, test, negated) || isAbout(file, test, good) === (negated ? "not" : "is") || isAbout(file, test, bad) === (negated ? "is" : "not");
  if (loop.test !== null && goesOnBy(file, loop.test, good, bad)) return true;
  const goesOn: Leave = (inner) => inner.kind === "continue" || leavesLoop(file, loop, { orThrows: true })(inner);
  if (s.handler && alwaysLeaves(s.handler.body, goesOn)) return leavesIf(file, after, leaves, tells) || alwaysLeaves(after.slice(0, 4), leaves);
  return leavesIf(file, after, leaves, tells, true);
}

/** Do the statements leave, for certain or where a test says so? `tested`: only by a test. */
function leavesIf(file: FileView, body: readonly Statement[], leaves: Leave, tells: (test: ValueId, negated: boolean) => boolean, tested = false): boolean {
  if (!tested && alwaysLeaves(body, leaves)) return true;
  return body.some((s) => {
    if (s.kind === "block") return leavesIf(file, s.body, leaves, tells, tested);
    if (s.kind === "try") return leavesIf(file, s.body, leaves, tells, tested);
    if (s.kind !== "if") return false;
    return (alwaysLeaves(s.then, leaves) && tells(s.test, false)) || (alwaysLeaves(s.otherwise, leaves) && tells(s.test, true)) || (leavesIf(file, s.then, leaves, tells, true) && tells(s.test, false));
  });
}

/** Names and members that statements write, a step counted out: `attempts++` tells nothing. */
function writtenIn(file: FileView, body: readonly Statement[]): ReadonlySet<BindingId | string> {
  const found = new Set<BindingId | string>();
  const write = (id: ValueId): void => {
    const value = file.facts.values[id] as Value;
    if (value.kind === "sequence") value.items.forEach(write);
    if (value.kind !== "assign" || value.target === null || value.op !== "=") return;
    const { target } = value;
    if (!("member" in target)) {
      const isStep = isMadeOf(file, value.value, (_, v) => v.kind === "var" && v.binding === target.binding);
      if (!isStep) found.add(target.binding);
    } else found.add(textOf(file, target.member));
  };
  eachStatement(body, (s) => {
    if (s.kind === "eval") write(s.value);
    // A pattern's writes have no value of their own: `[a, b] = await …`.
    if (s.kind === "define") found.add(s.binding);
  });
  return found;
}

/** Does a test speak of one of these names, as it is or negated? */
function isAbout(file: FileView, test: ValueId, names: ReadonlySet<BindingId | string>): "is" | "not" | null {
  const value = file.facts.values[test] as Value;
  if (value.kind === "unary" && value.op === "!") {
    const inner = isAbout(file, value.of, names);
    return inner === null ? null : inner === "is" ? "not" : "is";
  }
  if (value.kind === "binary" && isNothing(file, value.right)) {
    const inner = isAbout(file, value.left, names);
    const isEqual = value.op === "===" || value.op === "==";
    return inner === null || !(isEqual || value.op.startsWith("!=")) ? null : isEqual ? (inner === "is" ? "not" : "is") : inner;
  }
  if (value.kind === "logical") return isAbout(file, value.left, names) ?? isAbout(file, value.right, names);
  if (value.kind === "var") return names.has(value.binding) ? "is" : null;
  if (value.kind === "member") return names.has(textOf(file, test)) ? "is" : null;
  return null;
}

function isNothing(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return (value.kind === "global" && value.name === "undefined") || (value.kind === "literal" && (value.value === null || value.value === false));
}

/** The thing that a loop waits for, by its name: `while (!this.connected)`. */
const STATE = /connect|ready|open|done|success|succeed|acquired|locked|sent|saved|complete|finish|^ok$|initiali[sz]ed|established|healthy|alive|available|loaded|resolved|listening/i;

/** The loop goes on by a name that the try or the catch writes, or until it is as it should be. */
function goesOnBy(file: FileView, test: ValueId, good: ReadonlySet<BindingId | string>, bad: ReadonlySet<BindingId | string>): boolean {
  const value = file.facts.values[test] as Value;
  if (value.kind === "logical") return goesOnBy(file, value.left, good, bad) || goesOnBy(file, value.right, good, bad);
  if (isAbout(file, test, good) === "not" || isAbout(file, test, bad) === "is") return true;
  if (value.kind === "binary" && isNumber(file, value.right)) return [value.left].some((side) => isAbout(file, side, good) === "is" && isConstantIn(file, side, good));
  if (value.kind !== "unary" || value.op !== "!") return tellsFailure(file, test, false) && mentions(file, test, good);
  const of = file.facts.values[value.of] as Value;
  const name = of.kind === "member" ? (of.name ?? "") : of.kind === "call" ? ((file.facts.values[of.callee] as { name?: string | null }).name ?? "") : "";
  return STATE.test(name);
}

const isNumber = (file: FileView, id: ValueId): boolean => typeof file.get(flow).constant(id) === "number";

/** `retries = 0` in the try ends `while (retries > 0)`. */
function isConstantIn(file: FileView, side: ValueId, good: ReadonlySet<BindingId | string>): boolean {
  const value = file.facts.values[side] as Value;
  if (value.kind !== "var" || !good.has(value.binding)) return false;
  return someBeside(file, side, (v) => v.kind === "assign" && v.op === "=" && v.target !== null && !("member" in v.target) && v.target.binding === value.binding && file.get(flow).constant(v.value) !== undefined);
}

function mentions(file: FileView, test: ValueId, names: ReadonlySet<BindingId | string>): boolean {
  return isMadeOf(file, test, (_, v) => v.kind === "var" && names.has(v.binding));
}

function textOf(file: FileView, id: ValueId): string {
  const { start, end } = file.span({ value: id });
  return file.text.slice(start, end).replace(/\s+/g, "");
}

/** Without a try: `const res = await fetch(url); if (res.ok) return res;`, `do { … } while (!res.ok)`. */
function asked(file: FileView, fn: FnId, loop: LoopStatement): Attempted | null {
  const leaves = leavesLoop(file, loop, { orThrows: false });
  const tests: ValueId[] = [];
  eachOwn(loop.body, (s, list, index) => {
    if (s.kind !== "if") return;
    const endsThen = alwaysLeaves(s.then, leaves);
    const goesOn = !endsLoop(file, loop, s.then) && alwaysLeaves(list.slice(index + 1), leaves) && s.then.some((t) => t.kind === "continue");
    if ((endsThen && tellsSuccess(file, s.test, false)) || ((alwaysLeaves(s.otherwise, leaves) || goesOn) && tellsFailure(file, s.test, false))) tests.push(s.test);
  });
  if (loop.test !== null && loop.form !== "for" && tellsFailure(file, loop.test, false)) tests.push(loop.test);
  for (const test of tests) {
    const call = askedOf(file, fn, test, file.span({ mark: loop.at }));
    if (call !== null) return { call, within: file.span({ value: call }), handler: null };
  }
  return null;
}

/** The call of this turn whose result a test asks. */
function askedOf(file: FileView, fn: FnId, test: ValueId, loop: Span): ValueId | null {
  let found: ValueId | null = null;
  isMadeOf(file, test, (id, v) => {
    if (v.kind !== "call") return false;
    const span = file.span({ value: id });
    if (within(loop, span) && attemptIn(file, span, fn)?.id === id) found = id;
    return found !== null;
  });
  return found;
}
