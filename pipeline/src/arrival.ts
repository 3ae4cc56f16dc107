import { Context } from "./context.js";
import { hex, REMAINING_HEADER, RETRYING_HEADER } from "./correlation.js";
import { Edge } from "./edge.js";
import type { EntryPlan } from "./entry-plan.js";
import { root } from "./scope.js";
import { als } from "./state.js";
import { clientKey, clientOf, isTrusted } from "./trust.js";

export type HeaderOf = (name: string) => string | readonly string[] | undefined;

/** What is known of a request, message or run that comes from outside. */
export interface Arrival {
  /** A header by its lower-case name. */
  readonly header: HeaderOf;
  /** The address at the other end of the connection. It decides what is believed. */
  readonly peer?: string | undefined;
  /** Whoever asks, as the framework knows behind the proxies that it trusts. Whom a rate limit counts, and therefore only asked then. */
  readonly client?: (() => string | undefined) | undefined;
  /** The object that stands for the request. A second entry around the same one refines the first. */
  readonly carrier?: object | undefined;
  /** An id from elsewhere than a header, such as a job's. */
  readonly requestId?: string | undefined;
  /** Milliseconds that the platform grants, such as a lambda's. Only shortens. */
  readonly remaining?: number | undefined;
}

/** Opens an edge that inherits from no entry around it: correlated by its headers as far as they are well-formed, bound by what a trusted peer has left. */
export function arriveFrom(plan: EntryPlan, arrival: Arrival): Edge {
  const { header, peer, client, carrier, requestId, remaining = Infinity } = arrival;
  const around = carrier === undefined ? undefined : als.getStore()?.context;
  if (around?.edge !== undefined && around.carrier === carrier) return around.edge.inner(plan);
  const isBelieved = isTrusted(peer, "peers");
  const granted = isBelieved ? Math.min(remaining, remainingIn(header)) : remaining;
  const edge = new Edge(plan, contextFrom(plan.name, header, requestId, carrier), root, true, granted, () => clientKey(clientOf(peer, client?.(), header)));
  if (isBelieved && single(header(RETRYING_HEADER)) === "1") edge.scope.retrying = true;
  return edge;
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
// Version 00 has exactly these four parts; a later one may have more, but never less.
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** A header sent twice says nothing certain. */
export function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export const validRequestId = (value: string | undefined): string | undefined => (value !== undefined && REQUEST_ID.test(value) ? value : undefined);

export function remainingIn(header: HeaderOf): number {
  const value = single(header(REMAINING_HEADER));
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
function contextFrom(entry: string, header: HeaderOf, requestId: string | undefined, carrier: object | undefined): Context {
  const trace = parseTraceParent(single(header("traceparent")));
  const given = validRequestId(requestId) ?? validRequestId(single(header("x-request-id")));
  const traceId = trace?.traceId ?? hex(16);
  const traceState = trace && single(header("tracestate"));
  return new Context(entry, given ?? (trace === undefined ? traceId : hex(16)), traceId, trace?.flags ?? "01", traceState !== undefined && TRACESTATE.test(traceState) ? traceState : undefined, carrier);
}
