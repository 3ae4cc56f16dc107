import { arriveFrom, single, validRequestId, type HeaderOf } from "./arrival.js";
import { traceHeaders } from "./correlation.js";
import type { Edge } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { AppFailure } from "./failure.js";
import { keep } from "./keep.js";
import { linked } from "./linked.js";
import { log } from "./log.js";
import { statusOf } from "./mask.js";
import { problemOf } from "./problem.js";
import type { EntryPolicy } from "./settings.js";
import { als } from "./state.js";

type Processor = (job: any, token?: string, signal?: AbortSignal) => unknown;

/** What is used of bullmq's job. */
interface Job {
  readonly id?: string | undefined;
  readonly data?: unknown;
  /** When a worker took it, on the wall clock. */
  readonly processedOn?: number | undefined;
  readonly opts?: { readonly attempts?: number | undefined } | undefined;
  /** Those that are over. */
  readonly attemptsMade?: number | undefined;
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
  const plan = new EntryPlan(name, policy);
  const entered = keep(processor, async function (this: unknown, job: Job, token?: string, theirs?: AbortSignal): Promise<unknown> {
    const edge = arriveFrom(plan, { header: headersOf(job), carrier: job });
    // The queue will try the whole again, so nothing inside does: three times three would be nine.
    if ((job.opts?.attempts ?? 1) - (job.attemptsMade ?? 0) > 1) edge.scope.retrying = true;
    const { signal, unlink } = linked(edge.scope.signal, theirs);
    const args = [job, token, signal];
    const cancel = (): void => edge.cancel();
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel);
    let hasBegun = false;
    try {
      return await edge.run(() => {
        hasBegun = true;
        return Reflect.apply(processor, this, args) as unknown;
      }, args);
    } catch (error) {
      const names = namesOf(error);
      if (MOVED.test(names)) throw error;
      const failure = masked(edge, error, names);
      if (!hasBegun && (await isPutBack(failure, job, token))) named(failure, "DelayedError");
      throw failure;
    } finally {
      unlink();
      edge.end();
    }
  } as (this: never, ...args: never[]) => unknown);
  // Only a processor of three parameters is given the signal by which bullmq cancels.
  return Object.defineProperty(entered, "length", { value: Math.max(3, processor.length) });
}

/** The data of a job, with the request it comes from: `queue.add("welcome", correlated({ to }))`. */
export function correlated<T extends object>(data: T): T & Correlation {
  const context = als.getStore()?.context;
  return context === undefined || Array.isArray(data) ? data : { ...data, _ctx: traceHeaders(context) };
}

/** Whoever may write to the queue wrote this, so it is read like headers from outside. */
function headersOf({ id, data }: Job): HeaderOf {
  const { _ctx } = Object(data) as Correlation;
  // The processor's schema for the data need not know of it.
  if (_ctx !== undefined) Reflect.defineProperty(data as object, "_ctx", { enumerable: false });
  const sent = Object(_ctx) as Readonly<Record<string, string | undefined>>;
  const requestId = validRequestId(single(sent["x-request-id"])) ?? id?.replace(/[^A-Za-z0-9._-]/g, ".");
  return (name) => (name === "x-request-id" ? requestId : sent[name]);
}

/** Not a failure: the processor has put the job elsewhere, and says so. */
const MOVED = /\b(?:Delayed|Waiting|WaitingChildren)Error\b|bullmq:rateLimitExceeded$/;

/** Whatever bullmq knows its errors by: a class above theirs, their name, or for the rate limit the message. */
function namesOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const names = [error.name];
  for (let type: unknown = error; type instanceof Error; type = Object.getPrototypeOf(type)) names.push(type.constructor.name);
  if (error.message.startsWith("bullmq:")) names.push(error.message);
  return names.join();
}

/** As it is stored: the code, and the fields that any client may see. No stack, which has paths; the cause is for listeners in this process. */
function masked(edge: Edge, error: unknown, names: string): AppFailure {
  const { error: known, cause = error } = edge.failure(error);
  const { type: _type, title: _title, status: _status, code, ...fields } = problemOf(new AppFailure(known)).body;
  const message = Object.keys(fields).length === 0 ? code : `${code} ${JSON.stringify(fields)}`;
  const failure = new AppFailure(known, { message, cause });
  failure.stack = `${failure.name}: ${message}`;
  const isFinal = statusOf(known) < 500 && !("retryAfter" in known);
  return isFinal || /\bUnrecoverableError\b/.test(names) ? named(failure, "UnrecoverableError") : failure;
}

/** An own property: it lasts through the messages of a sandboxed processor. */
const named = (failure: AppFailure, name: string): AppFailure => Object.defineProperty(failure, "name", { value: name, configurable: true });

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
