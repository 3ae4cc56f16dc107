import { alsoNoting, noteAgain } from "../../config/disk.js";
import type { AnswersSource, Surfaces } from "../asking.js";
import type { Store } from "./store.js";
import { hashOf, stillHolds, type Trace, Tracer } from "./trace.js";

interface Kept {
  readonly key: string;
  /** Everything that the compiler read, but for the sources below. */
  readonly trace: Trace;
  /** Sources of the project, by what others see of them. */
  readonly surfaces: readonly (readonly [path: string, hash: string])[];
  readonly answers: unknown;
}

/**
 * Answers of the compiler, kept for as long as the same is asked, and all it read is as it was. Of the project's own sources that is
 * what others see of them: a change within a function whose result is declared asks nothing anew.
 */
export class KeptAnswers implements AnswersSource {
  readonly #store: Store;
  readonly #maker: string;

  constructor(store: Store, maker: string) {
    this.#store = store;
    this.#maker = maker;
  }

  of<T>(scope: string, questions: object, surfaces: Surfaces, ask: () => T): T {
    const name = `types-${hashOf(scope).replace(/\W/g, "").slice(0, 16)}`;
    const key = hashOf(JSON.stringify([this.#maker, scope, questions]));
    const kept = this.#store.readJson<Kept>(name);
    if (kept?.key === key && kept.surfaces.every(([path, hash]) => hashedAt(surfaces, path) === hash)) {
      const trace = stillHolds(kept.trace);
      if (trace !== null) {
        noteAgain(trace);
        return kept.answers as T;
      }
    }
    const tracer = new Tracer();
    const answers = alsoNoting(tracer, ask);
    const { files, ...others } = tracer.trace();
    const own = files.flatMap(([path]) => {
      const hash = hashedAt(surfaces, path);
      return hash === null ? [] : [[path, hash] as const];
    });
    const sources = new Set(own.map(([path]) => path));
    const trace: Trace = { ...others, files: files.filter(([path]) => !sources.has(path)) };
    if (tracer.isWhole) this.#store.write(name, Buffer.from(JSON.stringify({ key, trace, surfaces: own, answers } satisfies Kept)));
    return answers;
  }
}

function hashedAt(surfaces: Surfaces, path: string): string | null {
  const surface = surfaces(path);
  return surface === null ? null : hashOf(surface);
}
