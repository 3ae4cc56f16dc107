import type { LoopStatement, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { context } from "./context.js";
import { Dependence } from "./dependence.js";
import { callsOf, type Invocation } from "./invocations.js";
import { optionAt } from "./options.js";
import type { Repeated } from "./per-element.js";
import { NO_DISPATCH } from "./sanctioned.js";

/** Names of what lets only so many through. */
const LIMITS = /limit|throttl|semaphore|\bsem\b|mutex|concurren|bottleneck|schedul|enqueue|pool\b|slot|runExclusive|withLock/i;
const TAKES = /^(?:acquire\w*|take|lock|waitForSlot|reserve\w*|wait)$/;

export type Limited = { readonly is: "limited" | "free" } | { readonly is: "unknown"; readonly name: string };

/** Does something on the way to an effect let only so many run at a time? What another file makes of a function may. */
export function limitedOn(file: FileView, repeated: Repeated): Limited {
  const { way, repetition } = repeated;
  let open: string | null = null;
  if (isWorker(file, repeated)) return { is: "limited" };
  for (let at = way; at !== null && at !== repetition.way; at = at.before) {
    if (isLimit(file, at.run)) return { is: "limited" };
    if (takesTurns(file, file.get(callsOf)(at.run.run.fn))) return { is: "limited" };
    const name = nameOf(file, at.run.at.target);
    if (at.run.how === "maybe" && !isPlain(name)) open ??= name;
    // One of our own, called so: what it counts is not seen here.
    else if (at.run.how === "call" && LIMITS.test(name)) open ??= name;
  }
  if (takesTurns(file, repetition.calls)) return { is: "limited" };
  return open === null ? { is: "free" } : { is: "unknown", name: open };
}

/** `for (let i = 0; i < workers; i++) running.push(drain(queue))`: each has a loop of its own, over what they all share. */
function isWorker(file: FileView, { effect, way, repetition }: Repeated): boolean {
  const where = file.get(context);
  const outer = repetition.span;
  const isOwn = (loop: LoopStatement): boolean => {
    const { start, end } = file.span({ mark: loop.at });
    return loop !== repetition.loop && !(start <= outer.start && outer.end <= end);
  };
  const loops: LoopStatement[] = [];
  const collect = (at: ValueId): void => where.enclosing(at).forEach(({ statement }) => void (statement.kind === "loop" && isOwn(statement) && loops.push(statement)));
  collect(effect.id);
  for (let at = way; at !== null && at !== repetition.way; at = at.before) collect(at.run.at.id);
  if (loops.length === 0) return false;
  const parts = new Dependence(file, repetition.isElement);
  return ![...effect.value.args, ...loops.flatMap((loop) => [loop.test, loop.over].filter((v) => v !== null))].some((value) => parts.on(value, way));
}

/** What is named for retries or traces, and not for what it holds back. */
const isPlain = (name: string): boolean => NO_DISPATCH.test(name) && !LIMITS.test(name) && !/queue|lock|mutex/i.test(name);

function isLimit(file: FileView, { at }: Invocation): boolean {
  return at.symbols.some((symbol) =>
    symbol.rows("callbacks").some(({ row }) => row.each === undefined && (row.limits === true || (row.limits !== undefined && optionAt(file, at, row.limits).certainty === "present"))),
  );
}

/** `await semaphore.acquire()` before the work. */
function takesTurns(file: FileView, calls: readonly Call[]): boolean {
  return calls.some((call) => {
    const callee = file.facts.values[call.target] as Value;
    return callee.kind === "member" && callee.name !== null && TAKES.test(callee.name) && call.symbols.every((s) => s.rows("effects").length === 0);
  });
}

function nameOf(file: FileView, value: ValueId): string {
  const { start, end } = file.span({ value });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}
