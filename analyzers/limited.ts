import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { callsOf, type Invocation } from "./invocations.js";
import { optionAt } from "./options.js";
import type { Repeated } from "./per-element.js";
import { NO_DISPATCH } from "./sanctioned.js";

/** Names of what lets only so many through. */
const LIMITS = /limit|throttl|semaphore|\bsem\b|mutex|concurren|bottleneck|schedul|enqueue|pool\b|slot|runExclusive|withLock/i;
const TAKES = /^(?:acquire\w*|take|lock|waitForSlot|reserve\w*|wait)$/;

export type Limited = { readonly is: "limited" | "free" } | { readonly is: "unknown"; readonly name: string };

/** Does something on the way to an effect let only so many run at a time? What another file makes of a function may. */
export function limitedOn(file: FileView, { way, repetition }: Repeated): Limited {
  let open: string | null = null;
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
