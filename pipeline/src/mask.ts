import { AppFailure, type AppError } from "./failure.js";
import { bare } from "./outcome.js";
import { safe } from "./safe.js";
import { state } from "./state.js";

const STATUS: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  VALIDATION: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  TIMEOUT: 504,
  CANCELLED: 503,
  UPSTREAM_FAILURE: 502,
  INTERNAL: 500,
};
/** A code of one's own that has no row is a refusal. */
const UNLISTED = 422;

export const statusOf = ({ code }: AppError): number => state.settings.problems?.[code]?.status ?? (Object.hasOwn(STATUS, code) ? (STATUS[code] as number) : UNLISTED);

/** What an error means to a caller: itself if it is a failure, what the configured rows say, else INTERNAL. */
export function failureOf(error: unknown): AppFailure {
  if (error instanceof AppFailure) return error;
  const mapped = rowsOf(error);
  return mapped ? bare(mapped, error) : bare({ code: "INTERNAL" }, error);
}

/** The error the row is given is the one to report; its own must not get out. */
export const rowsOf = (error: unknown): AppError | undefined => safe(() => state.configured?.errorRow(error), undefined);
