import { noting } from "../config/disk.js";
import { isWorthKeeping, keep, keyOf, recall } from "./cache/outcomes.js";
import { ownCode } from "./cache/own-code.js";
import { cacheFolder, Store } from "./cache/store.js";
import { Tracer } from "./cache/trace.js";
import type { RunOptions, RunResult } from "./result.js";

export interface CacheOptions {
  /** Told why nothing can be kept; that is no failure of the run. */
  readonly onNote?: (note: string) => void;
}

/**
 * A run whose outcome is kept: as long as nothing has changed that it read, or looked for in vain, the same run judges nothing and loads
 * neither parser nor rules. What it gives is what `run` would give.
 */
export async function cachedRun(options: RunOptions, { onNote = () => undefined }: CacheOptions = {}): Promise<RunResult> {
  const started = performance.now();
  const store = new Store(cacheFolder(options.cwd), onNote);
  const key = keyOf(options, ownCode());
  const before = unlessItFails(() => recall(store, key, started));
  if (before !== null) return before;
  const { run } = await import("./run.js");
  const tracer = new Tracer();
  const result = noting(tracer, () => run(options));
  unlessItFails(() => {
    const trace = isWorthKeeping(result) ? tracer.trace() : null;
    if (trace !== null) keep(store, key, trace, result);
    store.tidy();
    return null;
  }, onNote);
  return result;
}

/** Files come and go while we look at them, and a cache is not worth a failed run. */
function unlessItFails<T>(work: () => T | null, onNote: (note: string) => void = () => undefined): T | null {
  try {
    return work();
  } catch (error) {
    onNote(`the cache cannot be used: ${(error as Error).message}`);
    return null;
  }
}
