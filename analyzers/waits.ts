import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callsWithin } from "./calls.js";
import { flow } from "./flow.js";
import { nameOf } from "./reports.js";
import { standsIn } from "./text-order.js";

/** A call that lets time pass, and how long. */
export interface Wait {
  readonly call: ValueId;
  /** The value that says how long; null where nobody does, or a function of another file decides. */
  readonly delay: ValueId | null;
  /** `elsewhere`: how it grows is another file's matter, and its name says that it does. */
  readonly decided: "here" | "elsewhere" | "unknown";
  /** Where a helper of this file waits: what its parameter is given. */
  readonly given?: (param: Value & { kind: "param" }) => ValueId | undefined;
}

const TIMER = /^(?:global:|timers:)setTimeout$/;
const PROMISED = /^timers\/promises:(?:setTimeout|scheduler\.wait)$|^timers:promises\.(?:setTimeout|scheduler\.wait)$|^global:Bun\.sleep(?:Sync)?$|^global:scheduler\.wait$/;
const PACKAGE = /^(?:delay|sleep-promise|es-toolkit|es-toolkit\/promise|p-sleep|yoctodelay|await-sleep):(?:delay|sleep)?$/;
const NAMED = /^(?:sleep|delay|wait|pause|snooze|timeout|cooldown|setTimeout(?:Async|Promise)?)(?:Ms|Sec(?:ond)?s?|For|Async|Millis\w*|Before\w*|Between\w*|[Rr]andom\w*|With\w*|_\w+)?$|(?:Sleep|Delay|Wait|Pause|Backoff|BackOff|Cooldown|Jitter)$|[bB]ack_?[oO]ff|jitter/;
const GROWS = /back_?off|jitter|exponential/i;
/** A timer that ends something, rather than going on; what takes its listener off an abort does not. */
const ENDS = /\babort|\brej(?:ect)?\b|\bdestroy|\bcancel|\bthrow\b|\bkill|\bdisconnect\(|\bterminate|timed_?[oO]ut/;
const TAKEN_OFF = /\b(?:removeEventListener|removeListener|off)\([^()]*\)/g;
const DEEPEST = 3;

/** How a call waits; null if it does not. `goesOn`: calls for whose sake one waits, whatever else the timer does. */
export function waitOf(file: FileView, call: Call, goesOn: readonly ValueId[] = [], depth = 0): Wait | null {
  const args = call.args ?? call.value.args;
  const texts = call.symbols.map((node) => node.text);
  if (texts.some((t) => TIMER.test(t))) {
    const [first, second] = args;
    if (first === undefined || (endsSomething(file, first) && !goesOn.some((id) => standsIn(file, id, first)))) return null;
    // `promisify(setTimeout)(ms)`.
    if (args.length === 1 && file.get(flow).functions(first).length === 0 && file.get(flow).constant(first) !== undefined) return here(call, first);
    return here(call, second ?? null);
  }
  if (texts.some((t) => PROMISED.test(t))) return here(call, args[0] ?? null);
  if (texts.includes("global:Atomics.wait")) return here(call, args[3] ?? null);
  const own = call.value.form === undefined ? file.get(flow).functions(call.target) : [];
  for (const fn of own) {
    const wait = depth < DEEPEST ? ownWait(file, call, fn, depth) : null;
    if (wait !== null) return wait;
  }
  if (own.length > 0 || call.value.form !== undefined) return null;
  // A bound is no wait: `AbortSignal.timeout(ms)`.
  if (texts.some((t) => t.startsWith("global:AbortSignal."))) return null;
  const name = nameOf(file, call.target);
  if (texts.some((t) => PACKAGE.test(t)) || NAMED.test(name)) {
    const delay = args.find((a) => !isOptions(file, a)) ?? null;
    return { call: call.id, delay, decided: GROWS.test(name) ? "elsewhere" : delay === null ? "unknown" : "here" };
  }
  return null;
}

const here = (call: Call, delay: ValueId | null): Wait => ({ call: call.id, delay, decided: "here" });

function isOptions(file: FileView, id: ValueId): boolean {
  const { kind } = file.facts.values[id] as Value;
  return kind === "object" || kind === "function";
}

/** A helper of this file that waits: `const sleep = (ms) => new Promise((r) => setTimeout(r, ms))`. */
function ownWait(file: FileView, call: Call, fn: FnId, depth: number): Wait | null {
  const fact = file.facts.functions[fn] as FunctionFact;
  for (const inner of callsWithin(file, file.span({ mark: fact.at }))) {
    if (inner.id === call.id) return null;
    const wait = waitOf(file, inner, [], depth + 1);
    if (wait === null) continue;
    const args = call.args ?? call.value.args;
    const given = (param: Value & { kind: "param" }): ValueId | undefined => (param.fn === fn ? args[param.index] : wait.given?.(param));
    return { ...wait, call: call.id, given };
  }
  return null;
}

/** Told by what the callback says: `() => controller.abort()`, `reject`. */
function endsSomething(file: FileView, callback: ValueId): boolean {
  const { start, end } = file.span({ value: callback });
  return ENDS.test(file.text.slice(start, end).replace(TAKEN_OFF, ""));
}
