import { traceHeaders, validRequestId, type HeaderOf } from "./correlation.js";
import { arrive, type Edge } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { AppFailure } from "./failure.js";
import { keep } from "./keep.js";
import { linked } from "./linked.js";
import { log } from "./log.js";
import { problemOf, statusOf } from "./mask.js";
import type { EntryPolicy } from "./settings.js";
import { als } from "./state.js";

type Processor = (job: any, token?: string, signal?: AbortSignal) => unknown;

/** What is used of bullmq's job. */
interface Job {
  readonly id?: string | undefined;
  readonly data?: unknown;
  /** When a worker took it, on the wall clock. */
  readonly processedOn?: number | undefined;
  moveToDelayed?(timestamp: number, token?: string): Promise<unknown>;
}

/** What `correlated` adds to the data of a job. */
export interface Correlation {
  readonly _ctx?: Readonly<Record<string, string>>;
}

/**
 * A job's processor, entered. What it throws is what bullmq stores: a code, and the fields that any client may see.
 * Failures are tried again as the job's `attempts` say; refusals are final. A job for which there is no room, or which comes
 * while the process shuts down, goes back to its queue without the loss of an attempt.
 */
export function entry<F extends Processor>(name: string, processor: F, policy?: EntryPolicy<Parameters<F>>): F {
  const plan = EntryPlan.of(name, processor, policy);
  const entered = keep(processor, async function (this: unknown, job: Job, token?: string, signal?: AbortSignal): Promise<unknown> {
    const edge = arrive(plan, { header: headersOf(job), carrier: job });
    const both = linked(edge.scope.signal, signal);
    const cancel = (): void => edge.cancel();
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
    let hasBegun = false;
    try {
      return await edge.run(() => {
        hasBegun = true;
        return Reflect.apply(processor, this, [job, token, both.signal]) as unknown;
      }, [job, token, both.signal]);
    } catch (error) {
      if (isMove(error)) throw error;
      const failure = masked(edge, error);
      if (!hasBegun && (await isPutBack(failure, job, token))) named(failure, "DelayedError");
      throw failure;
    } finally {
      both.unlink();
      signal?.removeEventListener("abort", cancel);
      edge.end();
    }
  } as (this: never, ...args: never[]) => unknown);
  // Only a processor of three parameters is given the signal by which bullmq cancels.
  return Object.defineProperty(entered, "length", { value: Math.max(3, processor.length), configurable: true });
}

/** The data of a job, with the request it comes from: `queue.add("welcome", correlated({ to }))`. */
export function correlated<T extends object>(data: T): T & Correlation {
  const context = als.getStore()?.context;
  return context === undefined || Array.isArray(data) ? data : { ...data, _ctx: traceHeaders(context) };
}

/** Whoever may write to the queue wrote this, so it is read like headers from outside. */
function headersOf({ id, data }: Job): HeaderOf {
  const given: unknown = typeof data === "object" && data !== null ? (data as { _ctx?: unknown })._ctx : undefined;
  const sent = (typeof given === "object" && given !== null ? given : {}) as Readonly<Record<string, string | undefined>>;
  // The processor's schema for the data need not know of it.
  if (given !== undefined) Reflect.defineProperty(data as object, "_ctx", { enumerable: false });
  const requestId = typeof sent["x-request-id"] === "string" ? validRequestId(sent["x-request-id"]) : undefined;
  return (name) => {
    if (name === "x-request-id") return requestId ?? id?.replace(/[^A-Za-z0-9._-]/g, ".");
    return name === "traceparent" || name === "tracestate" ? sent[name] : undefined;
  };
}

/** bullmq knows its errors by class or by name; the rate limit's by its message. */
function isNamed(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  for (let type: unknown = error; type instanceof Error; type = Object.getPrototypeOf(type)) if (type.constructor.name === name) return true;
  return error.name === name;
}

const MOVES = ["DelayedError", "WaitingError", "WaitingChildrenError"];

/** Not a failure: the processor has put the job elsewhere, and says so. */
const isMove = (error: unknown): boolean => MOVES.some((name) => isNamed(error, name)) || (error instanceof Error && error.message === "bullmq:rateLimitExceeded");

/** As it is stored: the code, and the fields that any client may see. No stack, which has paths; the cause is for listeners in this process. */
function masked(edge: Edge, error: unknown): AppFailure {
  const { error: known, cause } = edge.failure(error);
  const { type: _type, title: _title, status: _status, code, ...fields } = problemOf(new AppFailure(known)).body;
  const message = Object.keys(fields).length === 0 ? code : `${code} ${JSON.stringify(fields)}`;
  const failure = new AppFailure(known, { message, cause: cause ?? error });
  failure.stack = `${failure.name}: ${message}`;
  const isFinal = statusOf(known) < 500 && !("retryAfter" in known);
  return isFinal || isNamed(error, "UnrecoverableError") ? named(failure, "UnrecoverableError") : failure;
}

/** An own property: it lasts through the messages of a sandboxed processor. */
const named = (failure: AppFailure, name: string): AppFailure => Object.defineProperty(failure, "name", { value: name, configurable: true, writable: true });

/** Where a refusal says when to come back, the job does. */
async function isPutBack({ error }: AppFailure, job: Job, token: string | undefined): Promise<boolean> {
  const { retryAfter } = error as { retryAfter?: unknown };
  if (typeof retryAfter !== "number" || job.processedOn === undefined || job.moveToDelayed === undefined) return false;
  try {
    await job.moveToDelayed(job.processedOn + retryAfter * 1_000, token);
    return true;
  } catch (err) {
    log.warn("job not put back", { err });
    return false;
  }
}
