import { STATUS_CODES } from "node:http";
import type { Edge } from "./edge.js";
import { AppFailure, type AppError } from "./failure.js";
import { failureOf, rowsOf, statusOf } from "./mask.js";
import { safe } from "./safe.js";
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

/** The title of a code, and its fields that a client may see. The names of operations and services are ours: they stay inside. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  NOT_FOUND: ["Not found", "resource", "id"],
  VALIDATION: ["Invalid input", "issues"],
  UNAUTHORIZED: ["Not authenticated"],
  FORBIDDEN: ["Not allowed"],
  CONFLICT: ["Conflict", "resource"],
  RATE_LIMITED: ["Too many requests", "retryAfter"],
  OVERLOADED: ["Overloaded", "retryAfter"],
  TIMEOUT: ["Took too long"],
  CANCELLED: ["Cancelled"],
  UPSTREAM_FAILURE: ["A service behind this one failed"],
  INTERNAL: ["Internal error"],
};
/** Of a code of one's own without a row, nothing but the code is known to be fit to show. */
const UNLISTED = ["Refused"];

/**
 * The answer to a client: nothing but a code and the fields declared for it. What is left out is told in the entry's line.
 * `clientStatus`: the 4xx that the framework's own error carries, such as for a body it could not read.
 */
export function problemAt(edge: Edge, error: unknown, clientStatus?: number): Problem {
  const problem = problemOf(error, edge.requestId, clientStatus);
  edge.note({ code: problem.body.code } as AppError, error);
  return problem;
}

/**
 * The one mask. Only codes and the fields declared for them get out: no message, stack, cause, query or path.
 * `clientStatus` is a 4xx that the framework itself gave an error of its own (an unreadable body), which stays what it was.
 */
export function problemOf(error: unknown, requestId?: string, clientStatus?: number): Problem {
  if (clientStatus !== undefined && clientStatus >= 400 && clientStatus < 500 && !(error instanceof AppFailure) && rowsOf(error) === undefined) {
    const title = STATUS_CODES[clientStatus] ?? "Refused";
    return shape(title.toUpperCase().replace(/[^A-Z]+/g, "_"), clientStatus, title, [], {}, requestId);
  }
  const { error: failure } = failureOf(error);
  const { code } = failure;
  const row = state.settings.problems?.[code];
  const [title = "", ...fields] = row === undefined ? (Object.hasOwn(SHOWN, code) ? (SHOWN[code] as readonly string[]) : UNLISTED) : [row.title, ...(row.fields ?? [])];
  return shape(code, statusOf(failure), title, fields, failure, requestId);
}

function shape(code: string, status: number, title: string, fields: readonly string[], values: object, requestId: string | undefined): Problem {
  const body: Record<string, unknown> = { type: `urn:problem:${code.toLowerCase().replaceAll("_", "-")}`, title, status, ...(requestId !== undefined && { instance: `urn:request:${requestId}` }), code };
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  for (const field of fields) {
    const value = (values as Record<string, unknown>)[field];
    // What JSON cannot tell is left out.
    if (!(field in body) && safe(() => JSON.stringify(value), undefined) !== undefined) body[field] = field === "issues" ? issuesOf(value) : value;
  }
  const { retryAfter } = values as { retryAfter?: unknown };
  if (typeof retryAfter === "number" && retryAfter >= 0 && retryAfter < Infinity) headers["retry-after"] = String(Math.ceil(retryAfter));
  if (requestId !== undefined) headers["x-request-id"] = requestId;
  return { status, headers, body: body as ProblemBody };
}

/** Only path and message: an issue as a schema library makes it may carry the value. */
const issuesOf = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((issue: { path?: unknown; message?: unknown }) => ({ path: String(issue.path ?? ""), message: String(issue.message ?? "") })) : [];
