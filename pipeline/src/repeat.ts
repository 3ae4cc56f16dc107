import type { Rules } from "./op.js";
import { safe } from "./safe.js";

const SAFE_TO_REPEAT: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** Answers that a second try may better. */
export const TRANSIENT: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The rules of one request: tried again is only what may run twice, and can be sent twice. */
export function rulesOf(rules: Rules, method: string, given: object, body: unknown): Rules {
  if (rules.retry === 0 || (!isSpent(body) && (rules.idempotent === true || SAFE_TO_REPEAT.has(method) || "idempotency-key" in given))) return rules;
  return { ...rules, retry: 0, plain: rules.breaker === undefined };
}

/** Headers by their lower-case names. */
export type Given = Record<string, string>;

export function urlOf(url: string | URL, base?: string | URL): URL | undefined {
  return safe(() => new URL(url, base), undefined);
}

/** Milliseconds; a date is not worth a clock that may be wrong. */
export const retryAfter = (value: unknown): number => (/^\d{1,6}$/.test(String(value)) ? Number(value) * 1_000 : 0);

/** A stream can be sent once: those of the platform, and the older ones of the package `form-data`. */
export const isSpent = (body: unknown): boolean => Symbol.asyncIterator in Object(body) || typeof (body as { pipe?: unknown } | null | undefined)?.pipe === "function";
