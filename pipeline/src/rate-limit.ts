import { wheel } from "./state.js";

/** `limit` in any `per` milliseconds, all at once if they like, then evenly. */
export interface RateLimitRule {
  readonly limit: number;
  readonly per: number;
}

export interface RateLimitStore {
  /** Takes one, in one atomic step. How many milliseconds to wait; 0: taken. */
  take(key: string, rule: RateLimitRule): number | Promise<number>;
}

const MOST_KEYS = 100_000;

/** One number a key (GCRA): when the next would be due if all came evenly. For one process; several share a store of their own. */
export function memoryRateLimits(most = MOST_KEYS): RateLimitStore {
  const dues = new Map<string, number>();
  return {
    take(key, { limit, per }) {
      const now = wheel.clock.now();
      const due = Math.max(dues.get(key) ?? 0, now);
      const step = per / limit;
      const wait = due + step - per - now;
      // A rounding error is not a reason to refuse.
      if (wait > 1e-6) return wait;
      // Set anew, so that the map stays in order of use and the first key is the one to forget.
      dues.delete(key);
      dues.set(key, due + step);
      if (dues.size > most) dues.delete(dues.keys().next().value as string);
      return 0;
    },
  };
}
