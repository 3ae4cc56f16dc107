import { randomFillSync } from "node:crypto";
import { Context } from "./context.js";
import type { Scope } from "./scope.js";
import type { Given } from "./repeat.js";
import { state } from "./state.js";

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
  return new Context(entry, traceId, traceId, "01");
}

/** Where a request goes on: every call and every attempt is a span of its own. */
export function traceHeaders(context: Context): Record<string, string> {
  const headers: Record<string, string> = { traceparent: `00-${context.traceId}-${hex(8)}-${context.traceFlags}` };
  if (context.traceState !== undefined) headers["tracestate"] = context.traceState;
  headers["x-request-id"] = context.requestId;
  return headers;
}

/** What a call to another origin carries beside the headers it is given: of the trace what they do not say, of time and tries only our own word. */
export function outgoingHeaders(scope: Scope, origin: string, given: object): Given {
  const { configured } = state;
  const headers = scope.context && configured?.isTraced(origin) !== false ? traceHeaders(scope.context) : {};
  for (const name in given) delete headers[name];
  return Object.assign(headers, configured?.told(scope, origin));
}

/** Headers that are handed on would be a client's word about time and tries. */
export function withoutWord(headers: Given): Given {
  delete headers[REMAINING_HEADER];
  delete headers[RETRYING_HEADER];
  return headers;
}
