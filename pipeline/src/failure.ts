import { safe } from "./safe.js";

/**
 * The failures that may cross an edge, by code. A code base adds its own:
 * `declare module "@nobypass/pipeline" { interface AppErrors { CARD_DECLINED: { reason: string } } }`.
 */
export interface AppErrors {
  NOT_FOUND: { readonly resource: string; readonly id?: string | undefined };
  VALIDATION: { readonly issues: readonly ValidationIssue[] };
  UNAUTHORIZED: {};
  FORBIDDEN: {};
  CONFLICT: { readonly resource?: string | undefined };
  /** `retryAfter` in seconds. */
  RATE_LIMITED: { readonly retryAfter: number };
  OVERLOADED: { readonly retryAfter?: number | undefined };
  TIMEOUT: { readonly op: string };
  CANCELLED: { readonly op: string };
  UPSTREAM_FAILURE: { readonly service: string; readonly statusCode?: number | undefined };
  INTERNAL: {};
}

export interface ValidationIssue {
  /** Where, joined with dots; never the value. */
  readonly path: string;
  readonly message: string;
}

export type AppErrorCode = keyof AppErrors;
export type AppErrorOf<C extends AppErrorCode> = C extends AppErrorCode ? { readonly code: C } & AppErrors[C] : never;
export type AppError = AppErrorOf<AppErrorCode>;

/** Plain data: it may be stored, sent and compared. */
export type Result<T, E = AppError> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** The value, or its error thrown as an `AppFailure`. */
export function unwrap<T, E extends AppError>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new AppFailure(result.error);
}

const BRAND = Symbol.for("nobypass.AppFailure");

/** A failure that callers are meant to know. What it says is in `error`; its message and cause are for logs only. */
export class AppFailure<E extends AppError = AppError> extends Error {
  readonly error: E;

  constructor(error: E, options: FailOptions = {}) {
    super(options.message ?? error.code, options);
    this.error = error;
  }

  get code(): E["code"] {
    return this.error.code;
  }

  /** No message, stack or cause, whoever serialises it. */
  toJSON(): E {
    return this.error;
  }

  /** Holds across two installed copies. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === AppFailure ? typeof value === "object" && value !== null && safe(() => BRAND in value, false) : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}
Object.defineProperties(AppFailure.prototype, { [BRAND]: { value: true }, name: { value: "AppFailure", configurable: true, writable: true } });

export interface FailOptions {
  readonly cause?: unknown;
  /** For logs; never sent to a client. */
  readonly message?: string | undefined;
}

/** The data comes second where the code declares some, and may be left out where all of it is optional. */
export type FailArguments<C extends AppErrorCode> = {} extends AppErrors[C] ? [data?: AppErrors[C], options?: FailOptions] : [data: AppErrors[C], options?: FailOptions];

/** A failure to throw: `throw fail("NOT_FOUND", { resource: "project", id })`. */
export function fail<C extends AppErrorCode>(code: C, ...[data, options]: FailArguments<C>): AppFailure<AppErrorOf<C>> {
  const failure = new AppFailure<AppErrorOf<C>>({ ...(data as object), code } as unknown as AppErrorOf<C>, options);
  Error.captureStackTrace(failure, fail);
  return failure;
}
