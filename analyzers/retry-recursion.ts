import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { attemptIn, isOtherWork } from "./attempts.js";
import { type Call, calls, callsWithin } from "./calls.js";
import { within } from "./caught.js";
import { context } from "./context.js";
import { type Failing, failing } from "./failing.js";
import { eachStatement, flow } from "./flow.js";
import { isModule } from "./links.js";
import { alwaysLeaves, endsProcess, type Leave } from "./ways-out.js";
import { eachMadeOf, isMadeOf } from "./made-of.js";
import { nameOf } from "./reports.js";
import type { Retry } from "./retries.js";
import { Turns } from "./turns.js";

/** A function between the failure and the next turn: `scheduleReconnect`. */
const BETWEEN = /retr|reconn|again|schedul|restart|backoff|resub|reopen|reestablish|resume/i;
const TIMERS = /^(?:global:|timers:)(?:setTimeout|setImmediate|process\.nextTick|queueMicrotask)$|^(?:global:)?process[.:]nextTick$/;
const HANDS_ON = /^(?:then|finally|nextTick)$/;
const ERROR = /^_?(?:e|er|err|error|ex|exception|failure)\d?$/i;
const DEEPEST = 3;

/** Functions that are called again from where their own failure is dealt with, by themselves, a timer or each other. */
export function recursiveRetries(file: FileView): Retry[] {
  const places = file.get(failing);
  const found = new Map<FnId, { readonly retry: Retry; readonly between: readonly FnId[] }>();
  for (const place of places) {
    const around = file.get(context).functionsAround(place.from).filter((fn) => !isModule(file.facts, fn));
    const back = wayBack(file, place, new Set(around));
    // One circle of functions is one retry, wherever it is entered.
    if (back === null || [...found].some(([fn, known]) => fn === back.fn || back.between.includes(fn) || known.between.includes(back.fn))) continue;
    const retry = ofFunction(file, place, back, places);
    if (retry !== null) found.set(back.fn, { retry, between: back.between });
  }
  return [...found.values()].map(({ retry }) => retry);
}

interface WayBack {
  readonly fn: FnId;
  /** The calls that begin the next turn, and the functions that they stand in beside `fn`. */
  readonly again: readonly Call[];
  readonly between: readonly FnId[];
}

/** From a place back to a function that it stands in. */
function wayBack(file: FileView, place: Failing, around: ReadonlySet<FnId>): WayBack | null {
  let spans: readonly Span[] = [place.span];
  const between: FnId[] = [];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    const next: FnId[] = [];
    const again = new Map<FnId, Call[]>();
    const by = depth === 0 && place.by !== undefined ? file.get(flow).functions(place.by).find((fn) => around.has(fn)) : undefined;
    if (by !== undefined) return { fn: by, again: [], between };
    for (const call of spans.flatMap((span) => callsWithin(file, span))) {
      if (tellsCaller(file, call)) continue;
      for (const fn of begun(file, call)) {
        if (around.has(fn)) listAt(again, fn).push(call);
        else if (!between.includes(fn) && (place.isEvent || BETWEEN.test(file.facts.functions[fn]?.name ?? ""))) next.push(fn);
      }
    }
    const fn = [...around].find((f) => again.has(f));
    if (fn !== undefined) return { fn, again: again.get(fn) as Call[], between };
    if (next.length === 0) return null;
    between.push(...new Set(next));
    spans = [...new Set(next)].map((f) => file.span({ mark: (file.facts.functions[f] as FunctionFact).at }));
  }
  return null;
}

/** `if (err) return done(err)`: whoever is told of the failure, a function around this one too, was not asked to try again. */
function tellsCaller(file: FileView, { target, value }: Call): boolean {
  const { sameAs } = file.get(flow);
  const isParam = (id: ValueId | undefined): boolean => id !== undefined && file.facts.values[sameAs(id)]?.kind === "param";
  return isParam(target) && isParam(value.args[0]) && ERROR.test(nameOf(file, value.args[0] as ValueId));
}

/** The functions of this file that a call runs: itself, by a timer, or when a promise settles. */
function begun(file: FileView, call: Call): FnId[] {
  const answers = file.get(flow);
  const called = call.value.form === undefined ? answers.functions(call.target) : [];
  const callee = file.facts.values[call.value.callee] as Value;
  const isHandedOn = (callee.kind === "member" && HANDS_ON.test(callee.name ?? "")) || call.symbols.some((node) => TIMERS.test(node.text));
  return isHandedOn ? [...called, ...call.value.args.flatMap((arg) => answers.functions(arg))] : [...called];
}

function ofFunction(file: FileView, place: Failing, { fn, again, between }: WayBack, places: readonly Failing[]): Retry | null {
  const fact = file.facts.functions[fn] as FunctionFact;
  const span = file.span({ mark: fact.at });
  const attempt = place.attempt ?? span;
  const subject = place.tried ?? attemptIn(file, attempt, null)?.id ?? null;
  if (subject === null) return null;
  const own = places.filter((p) => within(span, p.span));
  const starts = new Set<FnId>([fn, ...between]);
  // What runs again after a success too is no retry: an interval, the next page, the next job.
  const also = callsWithin(file, span).some((call) => begun(file, call).some((f) => starts.has(f)) && !own.some((p) => within(p.span, file.span({ value: call.id }))));
  if (also) return null;
  const spans = [span, ...between.map((f) => file.span({ mark: (file.facts.functions[f] as FunctionFact).at }))];
  const givenAnew = new Set<string>();
  for (const call of again) if (!givesTheSame(file, fn, call, { attempt, handler: place.span }, givenAnew)) return null;
  const turns = { spans, givenAnew };
  if (!place.isEvent && isOtherWork(file, attempt, new Turns(file, { spans, givenAnew: new Set() }), place.span)) return null;
  const head = headOf(file, fact, span);
  return { form: "recursion", at: head, subject, attempt, turns, loop: null, again: again.map((c) => c.id), isCapped: false };
}

/** The first line of a function: up to its body. */
function headOf(file: FileView, fact: FunctionFact, span: Span): Span {
  const body = fact.bodyAt === null ? span : file.span({ mark: fact.bodyAt });
  const text = file.text.slice(span.start, body.start).trimEnd();
  return text === "" ? span : { start: span.start, end: span.start + text.length };
}

const COUNTS = /attempt|retr|tr(?:y|ies)|^n$|^i$|count|left|remaining|delay|backoff|wait|depth|deadline|signal|start|max|error|err$|fresh|refreshed/i;

/** Does a call begin the same work again? What counts the turns is told in `givenAnew`. */
function givesTheSame(file: FileView, fn: FnId, call: Call, tried: Tried, givenAnew: Set<string>): boolean {
  const { params } = file.facts.functions[fn] as FunctionFact;
  const args = begun(file, call).includes(fn) && file.get(flow).functions(call.target).includes(fn) ? call.args : call.value.args.slice(2);
  if (args === null) return true;
  let read: ReadonlySet<number> | undefined;
  return params.every((param, index) => {
    const arg = args[index];
    if (arg === undefined || param.rest) return true;
    const value = file.facts.values[arg] as Value;
    if (value.kind === "var" && value.binding === param.binding && isOneVersion(file, value.binding)) return true;
    const isOf = isMadeOf(file, arg, (_, v) => (v.kind === "var" && v.binding === param.binding) || (v.kind === "param" && v.fn === fn && v.index === index));
    const isObject = value.kind === "object";
    if (isObject) for (const prop of value.props) if (prop.name !== null && prop.form === "init" && file.get(flow).constant(prop.value) === undefined) givenAnew.add(`.${prop.name}`);
    if (isOf && !isObject) givenAnew.add(`${fn}:${index}`);
    if (isObject || value.kind === "literal" || value.kind === "function") return true;
    const name = param.binding === null ? "" : (file.facts.bindings[param.binding]?.name ?? "");
    return COUNTS.test(name) || isCopy(file, arg) || !(read ??= readIn(file, fn, tried)).has(index);
  });
}

function isOneVersion(file: FileView, binding: number): boolean {
  return (file.facts.bindings[binding]?.versions.length ?? 0) <= 1;
}

interface Tried {
  readonly attempt: Span;
  readonly handler: Span;
}

/** `const next = { ...options, left: options.left - 1 }`. */
function isCopy(file: FileView, arg: ValueId): boolean {
  return file.get(flow).sources(arg).every((source) => file.facts.values[source]?.kind === "object");
}

/** The parameters of a function that names in the attempt itself, outside of its handler, are made of. */
function readIn(file: FileView, fn: FnId, { attempt, handler }: Tried): ReadonlySet<number> {
  const names = file.facts.values.flatMap((v, id) => {
    if (v.kind !== "var") return [];
    const span = file.span({ value: id });
    return within(attempt, span) && !within(handler, span) ? [id] : [];
  });
  const read = new Set<number>();
  eachMadeOf(file, names, (v) => {
    if (v.kind === "param" && v.fn === fn) read.add(v.index);
  });
  return read;
}

const STARTS = /^(?:connect|reconnect|listen|open|start|login|subscribe|init(?:iali[sz]e)?|createConnection)$/;

/** A client that is started again from its own failure: `socket.on("close", () => setTimeout(() => socket.connect(port), 1000))`. */
export function restarts(file: FileView): Retry[] {
  const text = (id: ValueId): string => {
    const { start, end } = file.span({ value: id });
    return file.text.slice(start, end).replace(/\s+|[?!]/g, "");
  };
  return file.get(failing).flatMap((place) => {
    const listens = file.facts.values[place.from];
    const callee = place.isEvent && listens?.kind === "call" ? (file.facts.values[listens.callee] as Value) : undefined;
    if (callee?.kind !== "member" || file.facts.values[callee.object]?.kind === "call") return [];
    const again = callsWithin(file, place.span).filter((call) => {
      const target = file.facts.values[call.target] as Value;
      const around = file.get(context).functionsAround(place.from);
      return call.id !== place.from && !file.get(flow).functions(call.target).some((fn) => around.includes(fn)) && target.kind === "member" && STARTS.test(target.name ?? "") && text(target.object) === text(callee.object);
    });
    if (again.length === 0) return [];
    const { start } = file.span({ value: place.from });
    const head = { start, end: Math.max(start, file.span({ value: listens?.kind === "call" ? (listens.args[0] as ValueId) : place.from }).end) };
    return [{ form: "recursion", at: head, subject: place.from, attempt: place.span, turns: { spans: [place.span], givenAnew: new Set<string>() }, loop: null, again: again.map((c) => c.id), isCapped: false } satisfies Retry];
  });
}

/** `setInterval(async () => { try { await connect(); clearInterval(timer) } catch {} }, 1000)`. */
export function intervalRetries(file: FileView): Retry[] {
  const found: Retry[] = [];
  if (!/\bsetInterval\b/.test(file.text)) return found;
  for (const call of file.get(calls)) {
    if (!call.symbols.some((node) => /^(?:global|timers):setInterval$/.test(node.text)) || call.value.args[0] === undefined) continue;
    for (const fn of file.get(flow).functions(call.value.args[0])) {
      const fact = file.facts.functions[fn] as FunctionFact;
      const attempt = endedBySuccess(file, fn, fact);
      if (attempt === null) continue;
      const turns = { spans: [file.span({ mark: fact.at })], givenAnew: new Set<string>() };
      found.push({ form: "interval", at: file.span({ value: call.id }), subject: attempt.call, attempt: attempt.span, turns, loop: null, again: [], isCapped: false });
    }
  }
  return found;
}

function endedBySuccess(file: FileView, fn: FnId, fact: FunctionFact): { readonly call: ValueId; readonly span: Span } | null {
  let found: { call: ValueId; span: Span } | null = null;
  const clears = (span: Span): boolean => callsWithin(file, span).some((call) => nameOf(file, call.target) === "clearInterval");
  const leaves: Leave = (s) => s.kind === "return" || s.kind === "throw" || endsProcess(file, s);
  eachStatement(fact.body, (s) => {
    if (s.kind !== "try" || !s.handler || found !== null) return;
    const span = file.span({ mark: s.bodyAt });
    const call = attemptIn(file, span, fn);
    const handler = file.span({ mark: s.handler.bodyAt });
    const after = { start: handler.end, end: file.span({ mark: fact.at }).end };
    const endsInTry = s.body.some((inner) => inner.kind === "eval" && clears(file.span({ mark: inner.at })));
    if (call !== null && !alwaysGivesUp(file, handler) && (endsInTry || (alwaysLeaves(s.handler.body, leaves) && clears(after)))) found = { call: call.id, span };
  });
  return found;
}

/** The handler ends the interval whatever happens: it is not tried again. */
function alwaysGivesUp(file: FileView, handler: Span): boolean {
  return callsWithin(file, handler).some((call) => nameOf(file, call.target) === "clearInterval" && !file.get(context).enclosing(call.id).some((e) => e.statement.kind === "if" && e.part !== "head"));
}
