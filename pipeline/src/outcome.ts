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

export const cutOf = (code: CutCode, op: string): AppFailure => bare({ code, op });
