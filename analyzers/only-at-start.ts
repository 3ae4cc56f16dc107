import type { FnId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { type Closure, keyOf } from "./closures.js";
import { endless } from "./endless.js";
import { entries } from "./entries.js";
import { type Invocation, invocations } from "./invocations.js";
import { middleware } from "./on-the-way.js";

/**
 * Functions that files run while they are loaded, and that no entry leads to. It takes a program to say so: in one
 * file others may call them.
 */
export const onlyAtStart: Answer<(fn: FnId) => boolean> = {
  name: "only at start",
  of(file) {
    if (!file.isProgram) return () => false;
    const modules = file.facts.functions.flatMap((f, fn) => (f.kind === "module" ? [fn] : []));
    const served = [...file.get(entries).flatMap((e) => e.functions), ...file.get(middleware).flatMap((m) => m.runs.map((run) => run.fn))];
    // `new DataLoader(fetchAll)`, `events.on("paid", send)`, `queue.createRunner({ run })`: run when others ask for it, or when
    // whoever is given it sees fit. What comes to no end runs on long after the start.
    const isKept = ({ at, how, times, run }: Invocation): boolean => how === "event" || how === "maybe" || (times === "many" && at.value.form === "new") || file.get(endless)(run.fn);
    const from = (roots: readonly FnId[], isSkipped: (ran: Invocation) => boolean): ReadonlySet<FnId> => {
      const found = new Set<FnId>();
      const seen = new Set<string>();
      const queue: Closure[] = roots.map((fn) => ({ fn, frame: null }));
      for (let next = queue.pop(); next; next = queue.pop()) {
        const key = keyOf(next);
        if (seen.has(key)) continue;
        seen.add(key);
        found.add(next.fn);
        for (const ran of file.get(invocations)(next)) if (!isSkipped(ran)) queue.push(ran.run);
      }
      return found;
    };
    const atStart = from(modules, isKept);
    const whileServing = from(served, () => false);
    return (fn) => atStart.has(fn) && !whileServing.has(fn);
  },
};
