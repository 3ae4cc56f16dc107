import { AppFailure, type AppError } from "./failure.js";

export type CutCode = "TIMEOUT" | "CANCELLED";

/** Without a stack: it would show the timer, and thousands may be made at once. */
export function bare(error: AppError, cause?: unknown): AppFailure {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const failure = new AppFailure(error, { message: "op" in error ? `${error.code} ${error.op}` : error.code, ...(cause !== undefined && { cause }) });
  Error.stackTraceLimit = limit;
  return failure;
}

/** Whole seconds, as Retry-After has them. */
export const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** `wait`: milliseconds until it may be worth another try. */
export const overloaded = (wait = 0): AppFailure => bare({ code: "OVERLOADED", retryAfter: seconds(wait) });

export const cutOf = (code: CutCode, op: string): AppFailure => bare({ code, op });
