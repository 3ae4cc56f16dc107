import type { Rules } from "./op.js";

const SAFE_TO_REPEAT: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** Answers that a second try may better. */
export const TRANSIENT: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function mayRepeat(rules: Rules, method: string, headers: { has(name: string): boolean }): boolean {
  return rules.idempotent === true || SAFE_TO_REPEAT.has(method) || headers.has("idempotency-key");
}

/** Milliseconds; a date is not worth a clock that may be wrong. */
export const retryAfter = (value: unknown): number => (typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : 0);
