import { randomFillSync } from "node:crypto";
import { Context } from "./context.js";
import type { Scope } from "./scope.js";
import { state, wheel } from "./state.js";

/** Milliseconds that the caller still has: a duration, so that the two clocks need not agree. */
export const REMAINING_HEADER = "x-nobypass-remaining";
/** Somebody above tries again, so nobody below should. */
export const RETRYING_HEADER = "x-nobypass-retrying";

export type HeaderOf = (name: string) => string | readonly string[] | undefined;

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
// Version 00 has exactly these four parts; a later one may have more, but never less.
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

const POOL = 4_096;
const pool = Buffer.allocUnsafeSlow(POOL);
let used = POOL;

/** Random bytes are dear by the call and cheap by the page. */
function hex(bytes: number): string {
  if (used + bytes > POOL) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString("hex", used, (used += bytes));
}

/** A header sent twice says nothing certain. */
export function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export const validRequestId = (value: string | undefined): string | undefined => (value !== undefined && REQUEST_ID.test(value) ? value : undefined);

export function remainingIn(header: HeaderOf | undefined): number {
  const value = single(header?.(REMAINING_HEADER));
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : Infinity;
}

export interface TraceParent {
  readonly traceId: string;
  readonly flags: string;
}

export function parseTraceParent(value: string | undefined): TraceParent | undefined {
  const match = value !== undefined && value.length <= 256 ? TRACEPARENT.exec(value) : null;
  if (match === null || (match[1] === "00" && match[5] !== undefined)) return undefined;
  // Of the flags only the sampled one is defined.
  return { traceId: match[2] as string, flags: Number.parseInt(match[4] as string, 16) & 1 ? "01" : "00" };
}

/** From what came in, as far as it is well-formed; the rest is made. */
export function correlate(entry: string, header: HeaderOf | undefined, requestId: string | undefined, carrier: object | undefined): Context {
  const trace = header && parseTraceParent(single(header("traceparent")));
  const given = validRequestId(requestId) ?? (header && validRequestId(single(header("x-request-id"))));
  const traceId = trace?.traceId ?? hex(16);
  const traceState = trace && header && single(header("tracestate"));
  return new Context(entry, given ?? (trace === undefined ? traceId : hex(16)), traceId, trace?.flags ?? "01", traceState !== undefined && TRACESTATE.test(traceState) ? traceState : undefined, carrier);
}

/** Where a request goes on: every call and every attempt is a span of its own. */
export function traceHeaders(context: Context): Record<string, string> {
  const headers: Record<string, string> = { traceparent: `00-${context.traceId}-${hex(8)}-${context.traceFlags}` };
  if (context.traceState !== undefined) headers["tracestate"] = context.traceState;
  headers["x-request-id"] = context.requestId;
  return headers;
}

/** What a call to another origin carries. */
export function outgoingHeaders(scope: Scope | undefined, origin: string): Record<string, string> {
  if (scope === undefined) return {};
  const { propagate, trust } = state.settings;
  const { context } = scope;
  const headers = context !== undefined && (propagate === undefined || propagate.includes(origin)) ? traceHeaders(context) : {};
  if (trust?.origins?.includes(origin)) {
    if (scope.deadline !== Infinity) headers[REMAINING_HEADER] = String(Math.max(0, Math.floor(scope.deadline - wheel.clock.now())));
    if (scope.retrying) headers[RETRYING_HEADER] = "1";
  }
  return headers;
}
