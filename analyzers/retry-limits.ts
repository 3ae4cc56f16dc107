import type { BindingFact, Statement, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { eachBeside } from "./beside.js";
import { isDispatched } from "./call-bounds.js";
import { callsWithin } from "./calls.js";
import { within } from "./caught.js";
import { conditionsAt } from "./conditions.js";
import { context } from "./context.js";
import { eachStatement, flow } from "./flow.js";
import { isMadeOf } from "./made-of.js";
import { races } from "./races.js";
import type { Retry } from "./retries.js";
import { nameOf } from "./reports.js";
import { sanctioned } from "./sanctioned.js";
import { signalWorths } from "./signals.js";
import type { Turns } from "./turns.js";
import { waitOf } from "./waits.js";

export type Limit = "given" | "missing" | "unknown";

export interface Limits {
  readonly cap: Limit;
  /** `fixed`: it waits, and each time as long. */
  readonly delay: Limit | "fixed";
  readonly bound: Limit;
}

/** What keeps a retry from going on for too long and too fast. */
export function limitsOf(file: FileView, retry: Retry, turns: Turns): Limits {
  if (isOnceMore(file, retry)) return { cap: "given", delay: "given", bound: "given" };
  const tests = testsOf(file, retry, turns);
  return { cap: retry.isCapped || tests.some((t) => caps(file, t.test, turns)) ? "given" : "missing", delay: delayOf(file, retry, turns), bound: boundOf(file, retry, turns, tests) };
}

/** `if (!again) return load(id, true)`: there is one attempt more, and no other. */
function isOnceMore(file: FileView, { form, again }: Retry): boolean {
  return form === "recursion" && again.length > 0 && again.every((id) => {
    const call = file.facts.values[id] as Value;
    if (call.kind !== "call") return false;
    const fns = new Set(file.get(flow).functions(call.callee));
    return conditionsAt(file, id).some((c) => c.kind === "test" && given(file, c.test, call.args, fns) === !c.isTrue);
  });
}

/** The flag that the next attempt gets where this one reads it: as an argument, or as a property of one. */
function given(file: FileView, test: ValueId, args: readonly ValueId[], fns: ReadonlySet<number>): unknown {
  const { constant, sources } = file.get(flow);
  const value = file.facts.values[test] as Value;
  if (value.kind === "member") {
    const props = args.flatMap((arg) => sources(arg)).map((s) => file.facts.values[s] as Value).flatMap((v) => (v.kind === "object" ? v.props : []));
    const prop = props.findLast((p) => p.name !== null && p.name === value.name);
    return prop === undefined ? undefined : constant(prop.value);
  }
  if (value.kind !== "var") return undefined;
  for (const fn of fns) {
    const index = file.facts.functions[fn]?.params.findIndex((p) => p.binding === value.binding) ?? -1;
    const arg = index === -1 ? undefined : args[index];
    if (arg !== undefined) return constant(arg);
  }
  return undefined;
}

interface Test {
  readonly test: ValueId;
}

/** The conditions on which a retry goes on or ends. */
function testsOf(file: FileView, retry: Retry, turns: Turns): Test[] {
  const found: Test[] = [];
  const asked = namesIn(file, retry.loop?.test ?? null);
  // `else done = error`, of `while (!done)`.
  const isAsked = (id: ValueId): boolean => {
    const write = file.facts.values[id] as Value;
    return write.kind === "assign" && write.op === "=" && write.target !== null && "binding" in write.target && asked.has(write.target.binding);
  };
  const decides = (branch: readonly Statement[]): boolean => {
    let does = false;
    eachStatement(branch, (s) => {
      does ||= s.kind === "return" || s.kind === "throw" || s.kind === "break" || s.kind === "continue" || retry.again.some((call) => within(file.span({ mark: s.at }), file.span({ value: call })));
      // `reject(error)`, `process.exit(1)`, `clearInterval(timer)`.
      does ||= s.kind === "eval" && (ends(file, s.value) || isAsked(s.value));
    });
    return does;
  };
  for (const s of turns.statements) {
    if (s.kind === "loop" && s.test !== null && retry.loop === s) found.push({ test: s.test });
    if (s.kind === "if" && (decides(s.then) || decides(s.otherwise))) found.push({ test: s.test });
  }
  eachBeside(file, { value: retry.subject }, (value, id) => {
    if ((value.kind === "choice" || value.kind === "logical") && turns.has(id)) {
      const test = value.kind === "choice" ? value.test : value.left;
      const holds = retry.again.some((call) => within(file.span({ value: id }), file.span({ value: call })) && !within(file.span({ value: test }), file.span({ value: call })));
      if (holds || (value.kind === "choice" && retry.again.length > 0)) found.push({ test });
    }
  });
  return found;
}

/** The names that a condition reads. */
function namesIn(file: FileView, test: ValueId | null): ReadonlySet<number> {
  const found = new Set<number>();
  const note = (_: ValueId, value: Value): boolean => {
    if (value.kind === "var") found.add(value.binding);
    return false;
  };
  if (test !== null) isMadeOf(file, test, note, (_, v) => v.kind !== "var" && v.kind !== "call");
  return found;
}

const ENDS = /^(?:reject|rej|callback|cb|done|next|fail|exit|abort|clearInterval|clearTimeout|stop|emit|kill|bail)$/;

function ends(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "await") return ends(file, value.of);
  return value.kind === "call" && ENDS.test(nameOf(file, value.callee));
}

/** A comparison with what counts the turns; one with infinity never says stop. */
function caps(file: FileView, test: ValueId, turns: Turns): boolean {
  return turns.isCounted(test) && !isMadeOf(file, test, (_, v) => v.kind === "binary" && [v.left, v.right].some((side) => isEndless(file, side)));
}

const ENDLESS = /^global:(?:Infinity|Number\.(?:POSITIVE_INFINITY|MAX_SAFE_INTEGER|MAX_VALUE))$/;

function isEndless(file: FileView, side: ValueId): boolean {
  const answers = file.get(flow);
  const sources = answers.sources(side);
  return sources.length > 0 && sources.every((source) => answers.symbols(source).some((node) => ENDLESS.test(node.text)));
}

function delayOf(file: FileView, retry: Retry, turns: Turns): Limits["delay"] {
  if (retry.form === "interval") return "fixed";
  let best: Limits["delay"] = "missing";
  const spans = retry.turns.spans;
  for (const call of spans.flatMap((span) => callsWithin(file, span))) {
    const wait = waitOf(file, call, retry.again);
    if (wait === null) continue;
    if (wait.decided === "elsewhere" || (wait.delay !== null && turns.varies(wait.delay, wait.given))) return "given";
    if (wait.decided === "unknown" || (wait.delay !== null && isDecidedElsewhere(file, wait.delay))) best = "unknown";
    else if (best === "missing") best = "fixed";
  }
  return best;
}

/** `await sleep(backoff.next())`: what it gives is another file's matter. */
function isDecidedElsewhere(file: FileView, delay: ValueId): boolean {
  const answers = file.get(flow);
  return isMadeOf(file, delay, (_, v) => v.kind === "call" && v.form === undefined && answers.functions(v.callee).length === 0 && !answers.symbols(v.callee).some((n) => n.text.startsWith("global:")));
}

const NOW = /^(?:global:(?:Date\.now|performance\.now|process\.(?:hrtime|uptime)(?:\.bigint)?|Date|Bun\.nanoseconds)|process:(?:hrtime|uptime)(?:\.bigint)?|perf_hooks:performance\.now|(?:dayjs|moment|luxon|date-fns):.*)$/;
const DEADLINE = /deadline|expir(?:e[sd]|y)|time_?[lL]eft|remaining_?[tT]ime|timeRemaining|giveUpAt|stopAt|endsAt|endTime|^until$|timed_?[oO]ut|elapsed|budget/i;

function boundOf(file: FileView, retry: Retry, turns: Turns, tests: readonly Test[]): Limit {
  const around = boundAround(file, retry, turns);
  if (around === "given") return around;
  if (tests.some(({ test }) => isTimed(file, test, turns) || isEndedByTimer(file, test, turns))) return "given";
  let found: Limit = around;
  eachBeside(file, { value: retry.subject }, (value, id) => {
    if (found === "given" || !turns.has(id)) return;
    for (const signal of signalsIn(file, value)) {
      const worth = worthOf(file, signal, turns);
      if (worth !== "missing" && found !== "unknown") found = worth;
      if (worth === "given") found = worth;
    }
  });
  return found;
}

/** A deadline that was set before: the time now is compared with it, or something says that it is over. */
function isTimed(file: FileView, test: ValueId, turns: Turns): boolean {
  let now = false;
  let before = false;
  let named = false;
  isMadeOf(file, test, (id, v) => {
    const isNow = v.kind === "call" && (file.get(flow).symbols(v.callee).some((node) => NOW.test(node.text)) || /^(?:now|hrtime|elapsed\w*)$/.test(nameOf(file, v.callee)));
    const isOurs = turns.has(id);
    if (isNow) {
      now = true;
      before ||= !isOurs;
    } else if (v.kind === "param" || (v.kind === "member" && file.get(flow).constant(id) === undefined && !isOfNow(file, v))) before ||= !isPartOfTurn(file, id, turns);
    if (v.kind === "var" && isOfOtherTime(file, v, turns)) before = true;
    const name = v.kind === "var" || v.kind === "member" || v.kind === "call" ? nameOf(file, v.kind === "call" ? v.callee : id) : "";
    named ||= DEADLINE.test(name) && !isPartOfTurn(file, id, turns) && !(v.kind === "var" && turns.change(v.binding) === "step");
    return false;
  });
  return (now && before) || named;
}

/** `Date.now`, `performance.now`: no value of before. */
function isOfNow(file: FileView, value: Value & { kind: "member" }): boolean {
  const object = file.facts.values[value.object] as Value;
  return object.kind === "global" || (object.kind === "call" && object.form === "new");
}

/** A name that another file gives. */
function isOfOtherTime(file: FileView, value: Value & { kind: "var" }, turns: Turns): boolean {
  const binding = file.facts.bindings[value.binding] as BindingFact;
  return binding.from !== undefined && DEADLINE.test(binding.name) && turns.change(value.binding) === null;
}

/** Is it, or what it is a part of, made in the turn itself? */
function isPartOfTurn(file: FileView, id: ValueId, turns: Turns): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return isPartOfTurn(file, value.object, turns);
  if (value.kind === "caught") return turns.has(id) || turns.hasSpan(file.span({ mark: value.at }));
  if (value.kind === "call") {
    const callee = file.facts.values[value.callee] as Value;
    return callee.kind === "member" ? isPartOfTurn(file, callee.object, turns) : turns.has(id);
  }
  if (value.kind !== "var") return false;
  const binding = file.facts.bindings[value.binding] as BindingFact;
  return binding.kind !== "param" && binding.versions.length > 0 && binding.versions.every((v) => v.value !== undefined && turns.has(v.value));
}

/** A flag that a timer outside of the turns sets. */
function isEndedByTimer(file: FileView, test: ValueId, turns: Turns): boolean {
  const { facts } = file;
  const where = file.get(context);
  return isMadeOf(file, test, (_, v) => {
    if (v.kind !== "var" || !facts.bindings[v.binding]?.shared) return false;
    return (facts.bindings[v.binding]?.versions ?? []).some(({ by, value }) => {
      if (by !== "write" || value === undefined || turns.has(value)) return false;
      const self = where.valueOf(facts.owner[value] as number);
      const timer = self === null ? null : where.parent(self);
      const call = timer === null ? undefined : facts.values[timer];
      return call?.kind === "call" && file.get(flow).symbols(call.callee).some((node) => /:setTimeout$/.test(node.text));
    });
  });
}

/** Signals that a value of a turn looks at or hands on. */
function signalsIn(file: FileView, value: Value): ValueId[] {
  if (value.kind === "member") return value.name === "aborted" || value.name === "throwIfAborted" ? [value.object] : [];
  if (value.kind === "object") return value.props.filter((p) => p.name === "signal" && p.form !== "method").map((p) => p.value);
  if (value.kind !== "call") return [];
  return value.args.filter((arg) => {
    const { kind } = file.facts.values[arg] as Value;
    if (kind === "var" || kind === "member") return /signal$/i.test(nameOf(file, arg));
    return kind === "call" && file.get(flow).symbols(arg).some((node) => node.text.startsWith("global:AbortSignal."));
  });
}

/** A signal made before the turns, or one that the caller gives, and that somebody may abort. */
function worthOf(file: FileView, signal: ValueId, turns: Turns, depth = 0): Limit {
  const answers = file.get(flow);
  let found: Limit = "missing";
  for (const source of answers.sources(signal)) {
    const value = file.facts.values[source] as Value;
    if (value.kind === "call" && turns.has(source)) {
      // `AbortSignal.any([outer, AbortSignal.timeout(…)])`: each of them is looked at.
      for (const arg of depth < 4 ? value.args : []) {
        const list = file.facts.values[arg] as Value;
        for (const item of list.kind === "array" ? list.items : [arg]) {
          if (item === null) continue;
          const worth = file.facts.values[item]?.kind === "literal" ? "missing" : worthOf(file, item, turns, depth + 1);
          if (worth === "given") return "given";
        }
      }
      continue;
    }
    if (value.kind === "literal" || value.kind === "binary" || isPartOfTurn(file, source, turns)) continue;
    const worths = signalWorths(file, source);
    if (worths.includes("yes") || worths.includes("caller")) return "given";
    if (worths.includes("unknown")) found = value.kind === "member" || value.kind === "var" || value.kind === "call" ? "given" : "unknown";
  }
  return found;
}

/** The whole runs inside of a dispatch, or races against a timer. */
function boundAround(file: FileView, { subject, turns: { spans } }: Retry, turns: Turns): Limit {
  const where = file.get(context);
  const race = file.get(races);
  const first = spans[0];
  let found: Limit = "missing";
  for (const fn of where.functionsAround(subject)) {
    const self = where.valueOf(fn);
    if (self === null || first === undefined || (turns.has(self) && !within(file.span({ value: self }), first))) continue;
    const parent = where.parent(self);
    const around = parent === null ? undefined : file.facts.values[parent];
    if (around?.kind === "call" && around.args.includes(self) && file.get(sanctioned)(around.callee) === "dispatch") return "given";
    const outer = (file.get(flow).callers(fn) ?? []).filter((call) => !turns.has(call));
    if (race(self) === "yes" || (outer.length > 0 && outer.every((call) => race(call) === "yes" || isDispatched(file, call)))) return "given";
    if (race(self) === "maybe" || outer.some((call) => race(call) === "maybe")) found = "unknown";
  }
  return found;
}
