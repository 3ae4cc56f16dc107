import { traceHeaders } from "./correlation.js";
import type { Arrival } from "./arrival.js";
import type { ProblemBody } from "./problem.js";
import { als } from "./state.js";

/** What is used of the contexts that Nest's transports hand to a handler beside the message. */
interface Beside {
  /** Kafka's message has headers, RabbitMQ's has properties. */
  getMessage?(): { readonly headers?: Bag; readonly properties?: { readonly headers?: Bag; readonly correlationId?: unknown } } | undefined;
  /** Of NATS. */
  getHeaders?(): { values?(name: string): unknown } | undefined;
  /** Of TCP. */
  getSocketRef?(): { readonly netSocket?: { readonly remoteAddress?: string } } | undefined;
  /** gRPC's metadata, which are no context. */
  getMap?(): unknown;
  get?(name: string): unknown;
}

type Bag = Readonly<Record<string, unknown>> | null | undefined;

interface GrpcCall {
  getPeer(): string;
  readonly cancelled?: boolean;
  on(event: "cancelled", listener: () => void): unknown;
}

/** Texts of an unreasonable length are not even looked at. */
const LONGEST = 1_024;

/** What comes with a message: its trace and its request by name, and over a connection of its own who sent it. */
export function arrivalOf(args: readonly unknown[]): Arrival {
  const beside = Object(args[1]) as Beside;
  const call = callOf(args);
  if (call !== undefined) return { header: (name) => textOf(beside.get?.(name)), peer: call.getPeer().replace(/:\d+$/, "") };
  if (beside.getHeaders) return { header: untimed((name) => beside.getHeaders?.()?.values?.(name)) };
  if (beside.getMessage) {
    const { headers, properties } = Object(beside.getMessage()) as NonNullable<ReturnType<NonNullable<Beside["getMessage"]>>>;
    const bag = Object(headers ?? properties?.headers) as NonNullable<Bag>;
    return { header: untimed((name) => (Object.hasOwn(bag, name) ? bag[name] : undefined)), requestId: textOf(bag["x-request-id"] ?? properties?.correlationId) };
  }
  return { header: () => undefined, peer: beside.getSocketRef?.()?.netSocket?.remoteAddress };
}

/** The call of gRPC, which says when nobody waits for it any more. */
export function callOf([, metadata, call]: readonly unknown[]): GrpcCall | undefined {
  return typeof (Object(metadata) as Beside).getMap === "function" && typeof (Object(call) as GrpcCall).getPeer === "function" ? (call as GrpcCall) : undefined;
}

/** In a queue time passes that nobody has counted: what the sender had left says nothing when it arrives. */
const untimed = (value: (name: string) => unknown) => (name: string): string | undefined => (/^x-nobypass-/.test(name) ? undefined : textOf(value(name)));

/** Clients of brokers give texts, bytes, or lists of them. What comes twice says nothing certain. */
function textOf(value: unknown): string | undefined {
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const text = one instanceof Uint8Array && one.length <= LONGEST ? Buffer.from(one).toString() : one;
  return typeof text === "string" && text.length <= LONGEST ? text : undefined;
}

/** What a message takes along: as headers of Kafka, NATS and RabbitMQ, or in gRPC's metadata. */
export function correlation(): Record<string, string> {
  const context = als.getStore()?.context;
  return context === undefined ? {} : traceHeaders(context);
}

const GRPC: Readonly<Record<string, number>> = { CANCELLED: 1, VALIDATION: 3, TIMEOUT: 4, NOT_FOUND: 5, FORBIDDEN: 7, RATE_LIMITED: 8, CONFLICT: 10, INTERNAL: 13, OVERLOADED: 14, UPSTREAM_FAILURE: 14, UNAUTHORIZED: 16 };

/** gRPC knows numbers, and sends whatever else an error says: a refusal of one's own is a failed precondition. */
export const grpcStatus = ({ code, status, instance }: ProblemBody): object => ({ code: (Object.hasOwn(GRPC, code) && GRPC[code]) || (status < 500 ? 9 : 13), details: `${code} ${instance}` });
