import { log } from "./log.js";

/**
 * A pool's connection that comes when its caller has been released would be missing from the pool for ever. One is known
 * by what the drivers share: it takes queries (postgres.js: is itself called with them) and is released.
 */
export function giveBack(late: unknown): void {
  try {
    const { release, query = late } = Object(late) as { release?: unknown; query?: unknown };
    if (typeof release === "function" && typeof query === "function") release.call(late);
  } catch (err) {
    log.warn("failed after its end", { err });
  }
}
