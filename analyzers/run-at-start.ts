import type { FnId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { invocations } from "./invocations.js";

/** Does a function run only while the module is loaded? Not if another file may call it, or nobody here does. */
export const runsAtStart: Answer<(fn: FnId) => boolean> = {
  name: "runs at start",
  of(file) {
    const { facts } = file;
    const known = new Map<FnId, boolean>();
    const runs = (fn: FnId): boolean => {
      const before = known.get(fn);
      if (before !== undefined) return before;
      // Recursion starts somewhere else.
      known.set(fn, true);
      const fact = facts.functions[fn];
      if (fact?.kind === "module") return true;
      const callers = file.get(flow).callers(fn);
      const answer = fact?.kind === "static" ? runs(fact.parent ?? 0) : callers === null || callers.length === 0 ? isGiven(fn) : callers.every((call) => runs(facts.owner[call] as FnId));
      known.set(fn, answer);
      return answer;
    };
    /** `main().then(() => …)`, `names.map((name) => …)`: a function that stands where it is given has no other caller. */
    const isGiven = (fn: FnId): boolean => {
      const where = file.get(context);
      const self = where.valueOf(fn);
      const call = self === null ? null : where.parent(self);
      if (call === null || facts.values[call]?.kind !== "call") return false;
      const by = facts.owner[call] as FnId;
      return runs(by) && file.get(invocations)({ fn: by, frame: null }).some(({ run, how, at }) => run.fn === fn && at.id === call && (how === "call" || how === "callback" || how === "crossing"));
    };
    return runs;
  },
};

/** A file that a thread of its own runs: nobody else waits there. */
export const isWorkerFile: Answer<boolean> = {
  name: "is worker file",
  of: ({ text }) => /\bparentPort\b/.test(text) && /["'`](?:node:)?worker_threads["'`]/.test(text),
};
