import { randomFillSync } from "node:crypto";
import { Context } from "./context.js";
import type { Scope } from "./scope.js";
import { state, wheel } from "./state.js";

/** Milliseconds that the caller still has: a duration, so that the two clocks need not agree. */
export const REMAINING_HEADER = "x-nobypass-remaining";
/** Somebody above tries again, so nobody below should. */
export const RETRYING_HEADER = "x-nobypass-retrying";

const POOL = 4_096;
const pool = Buffer.allocUnsafeSlow(POOL);
let used = POOL;

/** Random bytes are dear by the call and cheap by the page. */
export function hex(bytes: number): string {
  if (used + bytes > POOL) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString("hex", used, (used += bytes));
}

/** Of a request that came with nothing. */
export function correlate(entry: string): Context {
  const traceId = hex(16);
  return new Context(entry, traceId, traceId, "01", undefined, undefined);
}

/** Where a request goes on: every call and every attempt is a span of its own. */
export function traceHeaders(context: Context): Record<string, string> {
  const headers: Record<string, string> = { traceparent: `00-${context.traceId}-${hex(8)}-${context.traceFlags}` };
  if (context.traceState !== undefined) headers["tracestate"] = context.traceState;
  headers["x-request-id"] = context.requestId;
  return headers;
}

/** What a call to another origin carries. Of the trace what the call does not say itself; of time and tries only our own word, since headers that are handed on would be a client's. */
export function outgoingHeaders(scope: Scope, origin: string, given: { has(name: string): boolean }): Record<string, string | undefined> {
  const { propagate, trust } = state.settings;
  const { context } = scope;
  const headers: Record<string, string | undefined> = { [REMAINING_HEADER]: undefined, [RETRYING_HEADER]: undefined };
  if (context !== undefined && (propagate === undefined || propagate.includes(origin))) for (const [name, value] of Object.entries(traceHeaders(context))) if (!given.has(name)) headers[name] = value;
  if (trust?.origins?.includes(origin)) {
    if (scope.deadline !== Infinity) headers[REMAINING_HEADER] = String(Math.max(0, Math.floor(scope.deadline - wheel.clock.now())));
    if (scope.retrying) headers[RETRYING_HEADER] = "1";
  }
  return headers;
}
