import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { type Call, callsWithin } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { isMadeOf } from "./made-of.js";
import { nameOf } from "./reports.js";
import { type Turns, namesAnAttempt } from "./turns.js";
import { waitOf } from "./waits.js";

/** Helpers of helpers, as far as they are looked into for a wait. */
const DEEPEST = 3;

/** The call that a stretch of code tries: one with an effect, or one that is waited for. Null where it tries none. */
export function attemptIn(file: FileView, span: Span, fn: FnId | null): Call | null {
  const inside = callsWithin(file, span).filter((call) => waitOf(file, call) === null || hasEffectWithin(file, call, DEEPEST));
  const own = inside.filter((call) => fn === null || file.facts.owner[call.id] === fn);
  return own.find((call) => hasEffect(call)) ?? own.find((call) => isWaitedFor(file, call.id)) ?? null;
}

/** A function that waits somewhere on its way to an effect is no wait. */
function hasEffectWithin(file: FileView, call: Call, depth: number): boolean {
  if (hasEffect(call)) return true;
  if (depth === 0 || call.value.form !== undefined) return false;
  return file.get(flow).functions(call.target).some((fn) => callsWithin(file, file.span({ mark: (file.facts.functions[fn] as FunctionFact).at })).some((inner) => inner.id !== call.id && hasEffectWithin(file, inner, depth - 1)));
}

const hasEffect = (call: Call): boolean => call.symbols.some((node) => node.rows("effects").length > 0);

/** Awaited or yielded, by itself, in a list that is, or at the head of a chain that is. */
function isWaitedFor(file: FileView, id: ValueId): boolean {
  const where = file.get(context);
  for (let at = where.parent(id), from = id; at !== null; from = at, at = where.parent(at)) {
    const value = file.facts.values[at] as Value;
    if (value.kind === "await" || value.kind === "yield") return true;
    const isChain = value.kind === "member" || value.kind === "array" || value.kind === "cast" || value.kind === "choice" || value.kind === "logical";
    if (!isChain && !(value.kind === "call" && (value.callee === from || /^(?:all|race|any|allSettled|resolve)$/.test(nameOf(file, value.callee))))) return false;
  }
  return false;
}

/** Gives another one each time it is called: a new candidate, the next item of a queue. */
const ANOTHER = /^(?:next|shift|pop|dequeue|receive\w*|take|poll|brpop|blpop|lpop|rpop|read(?:line)?|nanoid|uuid|v[1457]|ulid|cuid|createId)$|random|uuid|nanoid|generate|unique|candidate|[nN]ext[A-Z]|mirror|fallback/i;

/** Is it other work in each turn: another item, page, port, mirror or candidate? */
export function isOtherWork(file: FileView, attempt: Span, turns: Turns, handler: Span | null): boolean {
  const isOther = (id: ValueId, v: Value): boolean => {
    switch (v.kind) {
      case "var": {
        if (turns.isTakenFrom(id)) return true;
        if (namesAnAttempt(file, id)) return false;
        const change = turns.change(v.binding);
        if (change === null) return false;
        // What only the handler puts there is what the failure taught; a step there goes on to another.
        return change === "step" || !isWrittenOnlyIn(file, v.binding, handler);
      }
      case "member":
        return turns.isTakenFrom(id);
      case "element":
      case "key":
        return turns.has(id) && !holderNamesAnAttempt(file, id);
      case "call":
        return turns.has(id) && ANOTHER.test(nameOf(file, v.callee));
      default:
        return false;
    }
  };
  const stop = (_: ValueId, v: Value): boolean => !(v.kind === "var" && isCountOnly(file, v));
  return callsWithin(file, attempt).some((call) => {
    const callee = file.facts.values[call.value.callee] as Value;
    const parts = callee.kind === "member" ? [callee.object, ...call.value.args] : call.value.args;
    return parts.some((part) => isMadeOf(file, part, isOther, stop));
  });
}

/** Does what a turn does depend on the item that it is about: `switch (strategy)`, `if (mirror.isLocal)`? */
export function choosesByItem(file: FileView, turns: Turns): boolean {
  const isItem = (id: ValueId, v: Value): boolean => (v.kind === "element" || v.kind === "key") && turns.has(id) && !holderNamesAnAttempt(file, id);
  return turns.statements.some((s) => (s.kind === "switch" && isMadeOf(file, s.on, isItem)) || (s.kind === "if" && isMadeOf(file, s.test, isItem)));
}

/** Items that only count: `[1, 2, 3]`, `Array(3).keys()`, `range(3)`. */
export function isRange(file: FileView, list: ValueId): boolean {
  return file.get(flow).sources(list).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "array") return value.items.every((item) => item !== null && (typeof file.get(flow).constant(item) === "number" || file.facts.values[item]?.kind === "spread"));
    return value.kind === "call" && /^(?:keys|range|times|fill|Array|from)$/.test(nameOf(file, value.callee));
  });
}

function isCountOnly(file: FileView, value: Value & { kind: "var" }): boolean {
  return /attempt|retr/i.test(file.facts.bindings[value.binding]?.name ?? "");
}

function holderNamesAnAttempt(file: FileView, element: ValueId): boolean {
  return file.facts.bindings.some((b) => /attempt|retr|tr(?:y|ies)|^_+$|^_|delay|wait|backoff|^ms$/i.test(b.name) && b.versions.some((v) => v.value === element));
}

function isWrittenOnlyIn(file: FileView, binding: number, handler: Span | null): boolean {
  if (handler === null) return false;
  return file.facts.values.every((value, id) => {
    if (value.kind !== "assign" || value.target === null || "member" in value.target || value.target.binding !== binding) return true;
    const { start, end } = file.span({ value: id });
    return handler.start <= start && end <= handler.end;
  });
}
