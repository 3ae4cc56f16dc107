import { STATUS_CODES } from "node:http";
import { AppFailure, type AppError } from "./failure.js";
import { bare } from "./outcome.js";
import type { ProblemRow } from "./settings.js";
import { state } from "./state.js";

/** An answer as RFC 9457 has it, ready to be sent. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly instance?: string;
  readonly code: string;
  readonly [field: string]: unknown;
}

/** The names of operations and services are ours, not the client's: where they appear in a failure, they stay inside. */
const ROWS: Readonly<Record<string, ProblemRow>> = {
  NOT_FOUND: { status: 404, title: "Not found", fields: ["resource", "id"] },
  VALIDATION: { status: 400, title: "Invalid input", fields: ["issues"] },
  UNAUTHORIZED: { status: 401, title: "Not authenticated" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  CONFLICT: { status: 409, title: "Conflict", fields: ["resource"] },
  RATE_LIMITED: { status: 429, title: "Too many requests", fields: ["retryAfter"] },
  OVERLOADED: { status: 503, title: "Overloaded", fields: ["retryAfter"] },
  TIMEOUT: { status: 504, title: "Took too long" },
  CANCELLED: { status: 503, title: "Cancelled" },
  UPSTREAM_FAILURE: { status: 502, title: "A service behind this one failed" },
  INTERNAL: { status: 500, title: "Internal error" },
};

/** A code of one's own that has no row: a refusal, of which nothing but the code is known to be fit to show. */
const UNLISTED: ProblemRow = { status: 422, title: "Refused" };

const configured = (code: string): ProblemRow | undefined => (state.settings.problems as Readonly<Record<string, ProblemRow | undefined>> | undefined)?.[code];
const rowOf = (code: string): ProblemRow => configured(code) ?? (Object.hasOwn(ROWS, code) ? (ROWS[code] as ProblemRow) : UNLISTED);

export const statusOf = (error: AppError): number => rowOf(error.code).status;

/** What an error means to a caller: itself if it is a failure, what the configured rows say, else INTERNAL. */
export function failureOf(error: unknown): AppFailure {
  if (error instanceof AppFailure) return error;
  const mapped = rowsOf(error);
  return mapped ? bare(mapped, error) : bare({ code: "INTERNAL" }, error);
}

function rowsOf(error: unknown): AppError | undefined {
  for (const [type, to] of state.settings.errors ?? []) {
    if (!(error instanceof type)) continue;
    try {
      return to(error);
      // nobypass-disable-next-line swallowed-error -- the error the row was given is the one to report; its own must not get out
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/**
 * The one mask. Only codes and the fields declared for them get out: no message, stack, cause, query or path.
 * `clientStatus` is a 4xx that the framework itself gave an error of its own (an unreadable body), which stays what it was.
 */
export function problemOf(error: unknown, requestId?: string, clientStatus?: number): Problem {
  if (clientStatus !== undefined && clientStatus >= 400 && clientStatus < 500 && !(error instanceof AppFailure) && rowsOf(error) === undefined) {
    const title = STATUS_CODES[clientStatus] ?? "Refused";
    return shape(title.toUpperCase().replace(/[^A-Z]+/g, "_"), { status: clientStatus, title }, {}, requestId);
  }
  const { error: failure } = failureOf(error);
  return shape(failure.code, rowOf(failure.code), failure, requestId);
}

function shape(code: string, { status, title, fields = [] }: ProblemRow, values: object, requestId: string | undefined): Problem {
  const body: Record<string, unknown> = { type: `urn:problem:${code.toLowerCase().replaceAll("_", "-")}`, title, status, ...(requestId !== undefined && { instance: `urn:request:${requestId}` }), code };
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  for (const field of fields) {
    const value = (values as Record<string, unknown>)[field];
    if (value !== undefined && !(field in body)) body[field] = field === "issues" ? issuesOf(value) : value;
  }
  const { retryAfter } = values as { retryAfter?: unknown };
  if (typeof retryAfter === "number" && retryAfter >= 0) headers["retry-after"] = String(Math.ceil(retryAfter));
  if (requestId !== undefined) headers["x-request-id"] = requestId;
  return { status, headers, body: body as ProblemBody };
}

/** Only path and message: an issue as a schema library makes it may carry the value. */
const issuesOf = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((issue: { path?: unknown; message?: unknown }) => ({ path: String(issue.path ?? ""), message: String(issue.message ?? "") })) : [];
