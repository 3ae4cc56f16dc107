import type { Rules } from "./op.js";

const SAFE_TO_REPEAT: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** Answers that a second try may better. */
export const TRANSIENT: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The rules of one request: tried again is only what may run twice, and can be sent twice. */
export function rulesOf(rules: Rules, method: string, headers: { has(name: string): boolean }, isReplayable = true): Rules {
  if (rules.retry === 0 || (isReplayable && (rules.idempotent === true || SAFE_TO_REPEAT.has(method) || headers.has("idempotency-key")))) return rules;
  return { ...rules, retry: 0, plain: rules.breaker === undefined };
}

export function urlOf(url: string | URL, base?: string): URL | undefined {
  try {
    return new URL(url, base);
    // nobypass-disable-next-line swallowed-error -- what takes the address says so itself
  } catch {
    return undefined;
  }
}

/** Milliseconds; a date is not worth a clock that may be wrong. */
export const retryAfter = (value: unknown): number => (typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : 0);
