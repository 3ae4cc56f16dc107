import type { AppError, AppErrorCode } from "./failure.js";
import type { RateLimitRule, RateLimitStore } from "./rate-limit.js";

/** `observe` logs `would_…` where `enforce` refuses or cuts. */
export type Mode = "observe" | "enforce";

/** How calls of one name are treated. Times in milliseconds. */
export type Policy = PolicyBase & (
  | { readonly retry?: 0 | undefined; readonly idempotent?: boolean | "method" | undefined }
  /** Trying again is only for what may run twice. `"method"`: as the HTTP method or an Idempotency-Key says. */
  | { readonly retry: number; readonly idempotent: true | "method" }
);

interface PolicyBase {
  readonly mode?: Mode | undefined;
  /** For the whole call: queueing, tries and pauses. Never longer than what the caller has left. `Infinity` for none. */
  readonly timeout?: number | undefined;
  /** For one try of several. */
  readonly attemptTimeout?: number | undefined;
  /** In flight at once; a slot is free again when the work has settled, not when its caller was released. */
  readonly concurrency?: number | undefined;
  /** How many may wait for a slot, for as long as their time lasts. */
  readonly queue?: number | undefined;
  /** Which errors are worth another try; without it, all but refusals. */
  readonly retryIf?: ((error: unknown) => boolean) | undefined;
  /** After so many failures in a row, refuse for `cooldown`, then let one through. */
  readonly breaker?: { readonly failures: number; readonly cooldown: number } | false | undefined;
  /** From here on a call that succeeds is logged too. */
  readonly slow?: number | undefined;
}

/** How one entry is treated. Times in milliseconds. */
export interface EntryPolicy<A extends readonly unknown[] = readonly any[]> {
  readonly mode?: Mode | undefined;
  readonly timeout?: number | undefined;
  /** For a stream: how long nothing may be sent. */
  readonly idle?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly rateLimit?: (RateLimitRule & { readonly key?: ((...args: A) => string) | undefined }) | undefined;
  /** Anything but `true` refuses. */
  readonly authorize?: ((...args: A) => boolean | Promise<boolean>) | undefined;
  /** The one place for something of one's own: it must return what `next` returns. */
  readonly around?: ((next: () => unknown, entry: { readonly name: string; readonly requestId: string }) => unknown) | undefined;
}

/** What the log is written through: pino, or anything of its shape. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How a code is shown to a client. Fields that are not named stay inside. */
export interface ProblemRow {
  readonly status: number;
  readonly title: string;
  readonly fields?: readonly string[] | undefined;
}

export type ErrorRow<T = any> = readonly [type: abstract new (...args: any[]) => T, to: (error: T) => AppError];

export interface Settings {
  readonly mode?: Mode | undefined;
  readonly defaults?: { readonly entry?: EntryPolicy | undefined; readonly dispatch?: Policy | undefined } | undefined;
  /** By name of the dispatch; `*` stands for any text. The more literal row wins, key by key. */
  readonly ops?: Readonly<Record<string, Policy>> | undefined;
  /** By name of the entry. */
  readonly entries?: Readonly<Record<string, EntryPolicy>> | undefined;
  /** Error classes that mean a failure. The first that matches wins. */
  readonly errors?: readonly ErrorRow[] | undefined;
  readonly problems?: { readonly [C in AppErrorCode]?: ProblemRow } | undefined;
  /** Further keys whose values no log line shows. */
  readonly redact?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  /** Of the built-in logger. */
  readonly level?: "debug" | "info" | "warn" | "error" | "silent" | undefined;
  /** Origins that get the trace and the request id; all of them unless given. */
  readonly propagate?: readonly string[] | undefined;
  readonly trust?: {
    /** Addresses or ranges whose time bound is believed: `["10.0.0.0/8", "::1"]`. */
    readonly peers?: readonly string[] | undefined;
    /** Addresses or ranges of proxies, whose X-Forwarded-For says whom a rate limit counts. What the framework trusts itself need not be named again. */
    readonly proxies?: readonly string[] | undefined;
    /** Origins that are told how much time is left: `["https://stock.internal"]`. */
    readonly origins?: readonly string[] | undefined;
  } | undefined;
  readonly rateLimits?: RateLimitStore | undefined;
  readonly shutdown?: {
    readonly signals?: readonly NodeJS.Signals[] | undefined;
    readonly within?: number | undefined;
    /** Runs first: stop accepting, for example `() => server.close()`. Its promise is waited for too: `() => worker.close()`. */
    readonly before?: (() => unknown) | undefined;
    /** Runs last, when nothing needs it any more, one after the other: `[() => pool.end(), () => logger.flush()]`. */
    readonly after?: (() => unknown) | readonly (() => unknown)[] | undefined;
    /** For all of `after` together. One that hangs takes its share, not that of those behind it. */
    readonly afterWithin?: number | undefined;
  } | undefined;
}
