import type { FnId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { callsites } from "./callsites.js";
import { flow } from "./flow.js";

/** Does a function run only while the module is loaded? Not if another file may call it, or nobody here does. */
export const runsAtStart: Answer<(fn: FnId) => boolean> = {
  name: "runs at start",
  of(file) {
    const { facts } = file;
    const known = new Map<FnId, boolean>([[0, true]]);
    const runs = (fn: FnId): boolean => {
      const before = known.get(fn);
      if (before !== undefined) return before;
      // Recursion starts somewhere else.
      known.set(fn, true);
      const fact = facts.functions[fn];
      const callers = fact?.kind === "static" ? [] : file.get(flow).callers(fn) ?? givenTo(fn);
      const answer = fact?.kind === "static" ? runs(fact.parent ?? 0) : callers.length > 0 && callers.every((call) => runs(facts.owner[call] as FnId));
      known.set(fn, answer);
      return answer;
    };
    /** `main().then(() => …)`: a function that stands where it is given has no other caller. */
    const givenTo = (fn: FnId): readonly number[] => (facts.functions[fn]?.name === null ? file.get(callsites)(fn) : []);
    return runs;
  },
};

/** A file that a thread of its own runs: nobody else waits there. */
export const isWorkerFile: Answer<boolean> = {
  name: "is worker file",
  of: ({ text }) => /\bparentPort\b/.test(text) && /["'`](?:node:)?worker_threads["'`]/.test(text),
};
