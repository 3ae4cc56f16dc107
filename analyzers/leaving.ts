import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { bareness } from "./bareness.js";
import type { Call } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { type Entry, entries } from "./entries.js";
import { escapes, type Exit } from "./escapes.js";
import { type Invocation, invocations } from "./invocations.js";
import { listeners } from "./listeners.js";
import type { Raising } from "./raisings.js";
import { type Thrown } from "./thrown.js";

/** An error that leaves an entry point. */
export interface Left {
  readonly entry: Entry;
  /** The calls that it comes back through, outermost first. */
  readonly route: readonly Call[];
  /** What another file decides. */
  readonly doubt: string | null;
}

/** What becomes of what is thrown or rejected: whether serving an entry gets there, and which bare entry it leaves. */
export interface Leaving {
  isReached(raising: Raising): boolean;
  /** The way out that this file proves, or else the one that it does not exclude; null where there is none. */
  of(raising: Raising, thrown: Thrown): Left | null;
}

export const leaving: Answer<Leaving> = { name: "leaving", of: (file) => new Graph(file) };

/** More functions in more contexts than any file has by hand. */
const MOST_NODES = 4000;
const LONGEST_ROUTE = 24;

interface Edge {
  readonly caller: string;
  readonly invocation: Invocation;
}

interface Root {
  readonly entry: Entry;
  readonly doubt: string | null;
}

interface State {
  readonly node: string;
  readonly exit: Exit;
  readonly route: readonly Call[];
}

class Graph implements Leaving {
  readonly #file: FileView;
  /** By function, its contexts that serving leads to. */
  readonly #nodes = new Map<FnId, Set<string>>();
  readonly #callers = new Map<string, Edge[]>();
  readonly #roots = new Map<string, Root[]>();

  constructor(file: FileView) {
    this.#file = file;
    const queue: Closure[] = [];
    const seen = new Set<string>();
    const add = (closure: Closure): void => {
      const key = keyOf(closure);
      if (seen.has(key) || seen.size > MOST_NODES) return;
      seen.add(key);
      this.#nodes.set(closure.fn, (this.#nodes.get(closure.fn) ?? new Set()).add(key));
      queue.push(closure);
    };
    for (const entry of file.get(entries)) {
      for (const [closure, root] of this.#rootsOf(entry)) {
        if (root !== null) push(this.#roots, keyOf(closure), root);
        add(closure);
      }
    }
    const runs = file.get(invocations);
    for (let at = 0; at < queue.length; at++) {
      const closure = queue[at] as Closure;
      for (const invocation of runs(closure)) {
        push(this.#callers, keyOf(invocation.run), { caller: keyOf(closure), invocation });
        add(invocation.run);
      }
    }
  }

  /** The functions that serve an entry, and whether it is bare: null where the pipeline is around it. */
  #rootsOf(entry: Entry): readonly [Closure, Root | null][] {
    const bare = this.#file.get(bareness)(entry);
    const root = bare.is === "entered" ? null : { entry, doubt: bare.is === "bare" ? null : bare.reason };
    const served = entry.handler === null ? [] : this.#file.get(closures).of(entry.handler, null).closures;
    const known = new Set(served.map((c) => c.fn));
    const inside = entry.functions.filter((fn) => !known.has(fn));
    // Inside a wrapper of this file the handler is one of those that the wrapper runs, not a way out itself.
    return [...served.map((c): [Closure, Root | null] => [c, root]), ...(served.length > 0 ? [] : inside).map((fn): [Closure, Root | null] => [{ fn, frame: null }, root])];
  }

  isReached({ fn, promise }: Raising): boolean {
    return this.#nodes.has(fn) || (promise !== null && this.#nodes.has(this.#file.facts.owner[promise] as FnId));
  }

  of(raising: Raising, thrown: Thrown): Left | null {
    const at = this.#file.get(escapes);
    const fn = raising.promise === null ? raising.fn : (this.#file.facts.owner[raising.promise] as FnId);
    const nodes = this.#nodes.get(fn);
    if (!nodes) return null;
    const first = raising.promise === null ? at.thrownAt(raising.value as ValueId, thrown) : at.rejecting(raising.promise, thrown);
    const queue: State[] = [];
    const seen = new Set<string>();
    const add = (state: State): void => {
      const key = `${state.node} ${state.exit.how} ${state.exit.doubt === null}`;
      if (seen.has(key) || state.route.length > LONGEST_ROUTE) return;
      seen.add(key);
      queue.push(state);
    };
    for (const node of nodes) for (const exit of first) add({ node, exit, route: [] });
    let doubtful: Left | null = null;
    for (let i = 0; i < queue.length; i++) {
      const { node, exit, route } = queue[i] as State;
      for (const { entry, doubt } of this.#roots.get(node) ?? []) {
        const left: Left = { entry, route, doubt: exit.doubt ?? doubt };
        if (left.doubt === null) return left;
        doubtful ??= left;
      }
      for (const { caller, invocation } of this.#callers.get(node) ?? []) {
        for (const on of this.#through(invocation, exit, thrown)) add({ node: caller, exit: on, route: [invocation.at, ...route] });
      }
    }
    return doubtful;
  }

  /** What leaves the function that runs another, when that one throws or rejects. */
  #through({ at, how, errors }: Invocation, exit: Exit, thrown: Thrown): readonly Exit[] {
    if (exit.how === "next") return [exit];
    // `emit` calls its listeners one after the other, and what one of them throws is thrown there.
    if (how === "event" && exit.how === "throw" && this.#file.get(listeners)(at).length > 0) return this.#file.get(escapes).thrownAt(at.id, thrown).map((e) => ({ how: e.how, doubt: exit.doubt ?? e.doubt }));
    if (how === "later" || how === "event" || how === "detached" || errors === "swallow" || errors === "uncaught") return [];
    const maybe = how === "maybe" ? "what becomes of the error is decided where the function is given to" : null;
    const doubted = (exits: readonly Exit[]): readonly Exit[] => exits.map((e) => ({ how: e.how, doubt: exit.doubt ?? e.doubt ?? maybe }));
    const walk = this.#file.get(escapes);
    const isAsync = exit.how === "reject";
    // Nobody has the promise of an async executor.
    if (how === "callback" && isAsync && at.value.form === "new") return [];
    if (how === "callback" && errors === "propagate" && isAsync && !this.#givesBack(at)) return [];
    if (isAsync || errors === "reject" || how === "crossing") return doubted(walk.rejecting(at.id, thrown));
    return doubted(walk.thrownAt(at.id, thrown));
  }

  /** `list.forEach(async …)` drops the promises, `list.map(async …)` gives them. */
  #givesBack({ target }: Call): boolean {
    const callee = this.#file.facts.values[target] as Value;
    return callee.kind !== "member" || callee.name === null || !DROPS.has(callee.name);
  }
}

const DROPS = new Set(["forEach", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "sort", "toSorted", "each", "forOwn", "forIn"]);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
