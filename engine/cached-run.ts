import { noting } from "../config/disk.js";
import { KeptAnswers } from "./cache/answers.js";
import { FactsByBytes } from "./cache/facts-by-bytes.js";
import { isWorthKeeping, keep, keyOf, recall } from "./cache/outcomes.js";
import { ownCode } from "./cache/own-code.js";
import { cacheFolder, Store } from "./cache/store.js";
import { type Trace, Tracer } from "./cache/trace.js";
import type { RunOptions, RunResult } from "./result.js";

export interface CacheOptions {
  /** Told why nothing can be kept; that is no failure of the run. */
  readonly onNote?: (note: string) => void;
  /** For who runs again and again: facts stay in memory too. */
  readonly staysOpen?: boolean;
}

/** An outcome, and what it depends on. */
export interface Traced {
  readonly result: RunResult;
  readonly trace: Trace;
}

/**
 * Runs whose outcomes are kept: as long as nothing has changed that a run read, or looked for in vain, the same run judges nothing and
 * loads neither parser nor rules; where something has, files whose bytes are known are not parsed. What it gives is what `run` would give.
 */
export class Cache {
  readonly #store: Store;
  readonly #facts: FactsByBytes;
  readonly #onNote: (note: string) => void;

  constructor(cwd: string, { onNote = () => undefined, staysOpen = false }: CacheOptions = {}) {
    this.#onNote = onNote;
    this.#store = new Store(cacheFolder(cwd), onNote);
    this.#facts = new FactsByBytes(this.#store, ownCode(), { keepsValues: staysOpen });
  }

  async run(options: RunOptions): Promise<Traced> {
    const started = performance.now();
    const key = keyOf(options, ownCode());
    const before = this.#unlessItFails(() => recall(this.#store, key, started));
    if (before !== null) return before;
    const { run } = await import("./run.js");
    const tracer = new Tracer();
    const result = noting(tracer, () => run({ ...options, facts: this.#facts, answers: new KeptAnswers(this.#store, ownCode()) }));
    const trace = tracer.trace();
    this.#unlessItFails(() => {
      if (tracer.isWhole && isWorthKeeping(result)) keep(this.#store, key, trace, result);
      this.#facts.save();
      this.#store.tidy();
      return null;
    });
    return { result, trace };
  }

  /** Files come and go while we look at them, and a cache is not worth a failed run. */
  #unlessItFails<T>(work: () => T | null): T | null {
    try {
      return work();
    } catch (error) {
      this.#onNote(`the cache cannot be used: ${(error as Error).message}`);
      return null;
    }
  }
}

export const cachedRun = async (options: RunOptions, cache: CacheOptions = {}): Promise<RunResult> => (await new Cache(options.cwd, cache).run(options)).result;
