import type { FnId, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Closure, keyOf } from "./closures.js";
import { flow } from "./flow.js";
import { type Invocation, invocations } from "./invocations.js";
import { startsUp } from "./repeated-once.js";

/** Who runs a function in one of its contexts, and how. */
export interface Edge {
  readonly caller: string;
  /** The call, or the member whose getter it is. */
  readonly at: ValueId;
  /** Null for a getter. */
  readonly invocation: Invocation | null;
}

/** More contexts for each function than any code has by hand. */
const MOST_CONTEXTS = 4;
/** A small file may have more. */
const FEWEST_NODES = 4000;

const NO_EDGES: readonly Edge[] = [];
const NO_CONTEXTS: ReadonlySet<string> = new Set();

/** The functions that some functions lead to, in their contexts, and who runs whom. */
export class Runs {
  readonly #contexts = new Map<FnId, Set<string>>();
  readonly #callers = new Map<string, Edge[]>();

  constructor(file: FileView, from: Iterable<Closure>) {
    const most = Math.max(FEWEST_NODES, MOST_CONTEXTS * file.facts.functions.length);
    const queue: Closure[] = [];
    const seen = new Set<string>();
    const add = (closure: Closure): void => {
      const key = keyOf(closure);
      if (seen.has(key) || seen.size > most) return;
      seen.add(key);
      this.#contexts.set(closure.fn, (this.#contexts.get(closure.fn) ?? new Set()).add(key));
      queue.push(closure);
    };
    const runs = file.get(invocations);
    const reads = file.get(getterReads);
    for (const root of from) add(root);
    for (let at = 0; at < queue.length; at++) {
      const closure = queue[at] as Closure;
      for (const invocation of runs(closure)) {
        push(this.#callers, keyOf(invocation.run), { caller: keyOf(closure), at: invocation.at.id, invocation });
        add(invocation.run);
      }
      for (const { at, fn } of reads(closure.fn)) {
        const run: Closure = { fn, frame: null };
        push(this.#callers, keyOf(run), { caller: keyOf(closure), at, invocation: null });
        add(run);
      }
    }
  }

  has(fn: FnId): boolean {
    return this.#contexts.has(fn);
  }

  contextsOf(fn: FnId): ReadonlySet<string> {
    return this.#contexts.get(fn) ?? NO_CONTEXTS;
  }

  callersOf(node: string): readonly Edge[] {
    return this.#callers.get(node) ?? NO_EDGES;
  }
}

/** All that runs when it is asked to, and not only while the program starts. */
export const running: Answer<Runs> = {
  name: "running",
  of(file) {
    const isStart = file.get(startsUp);
    return new Runs(file, file.facts.functions.flatMap((_, fn) => (isStart(fn) ? [] : [{ fn, frame: null }])));
  },
};

/** The getters that a function runs by reading a member. */
const getterReads: Answer<(by: FnId) => readonly { readonly at: ValueId; readonly fn: FnId }[]> = {
  name: "getters read",
  of(file) {
    const { facts } = file;
    const found = new Map<FnId, { at: ValueId; fn: FnId }[]>();
    const names = new Set(facts.classes.flatMap((c) => c.members.flatMap((m) => (m.kind === "getter" && m.name !== null ? [m.name] : []))));
    if (names.size > 0) {
      facts.values.forEach((value, at) => {
        if (value.kind !== "member" || value.name === null || !names.has(value.name)) return;
        for (const fn of file.get(flow).getters(at)) push(found, facts.owner[at] as FnId, { at, fn });
      });
    }
    return (by) => found.get(by) ?? [];
  },
};

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  listAt(map, key).push(value);
}
