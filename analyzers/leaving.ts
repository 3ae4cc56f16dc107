import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { bareness } from "./bareness.js";
import type { Call } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { isDecorated } from "./decorated.js";
import { type Entry, entries, entriesOf } from "./entries.js";
import { escapes, type Exit } from "./escapes.js";
import { filtered, isAsked } from "./exception-filters.js";
import { flow } from "./flow.js";
import type { Invocation } from "./invocations.js";
import { isModule } from "./links.js";
import { listeners } from "./listeners.js";
import type { Raising } from "./raisings.js";
import { type Edge, push, running, Runs } from "./running.js";
import { sanctioned } from "./sanctioned.js";
import { type Thrown } from "./thrown.js";

/** An error that leaves an entry point, or comes out in another module. */
export interface Left {
  /** Null where it comes out in another module. */
  readonly entry: Entry | null;
  /** The module whose code gets it. */
  readonly module: string | null;
  /** The calls, and the reads of getters, that it comes back through, outermost first. */
  readonly route: readonly ValueId[];
  /** What another file decides. */
  readonly doubt: string | null;
}

/** What becomes of what is thrown or rejected: whether serving an entry gets there, and which bare entry or which module it leaves. */
export interface Leaving {
  isReached(raising: Raising): boolean;
  /** The way out that this file proves, or else the one that it does not exclude; null where there is none. */
  of(raising: Raising, thrown: Thrown): Left | null;
  /** Does somebody catch it on every way, and keep it? Where nobody knows who runs a function, it may leave. */
  isKept(raising: Raising, thrown: Thrown): boolean;
}

export const leaving: Answer<Leaving> = { name: "leaving", of: (file) => new Ways(file) };

const LONGEST_ROUTE = 24;

interface Root {
  readonly entry: Entry;
  readonly doubt: string | null;
}

interface State {
  readonly node: string;
  readonly exit: Exit;
  readonly route: readonly ValueId[];
  /** Who got it last. */
  readonly by: Edge | null;
}

class Ways implements Leaving {
  readonly #file: FileView;
  readonly #served: Runs;
  readonly #roots = new Map<string, Root[]>();

  constructor(file: FileView) {
    this.#file = file;
    const served: Closure[] = [];
    for (const entry of file.get(entries)) {
      for (const [closure, root] of this.#rootsOf(entry)) {
        if (root !== null) push(this.#roots, keyOf(closure), root);
        served.push(closure);
      }
    }
    this.#served = new Runs(file, served);
  }

  /** The functions that serve an entry, and whether errors leave it: null where the pipeline is around it, or a framework that answers for all of them. */
  #rootsOf(entry: Entry): readonly [Closure, Root | null][] {
    const bare = this.#file.get(bareness)(entry);
    const root = bare.is === "entered" || entry.row.answersErrors === true ? null : { entry, doubt: bare.is === "bare" ? null : bare.reason };
    const served = entry.handler === null ? [] : this.#file.get(closures).of(entry.handler, entry.given?.frame ?? null).closures;
    const known = new Set(served.map((c) => c.fn));
    const inside = entry.functions.filter((fn) => !known.has(fn));
    // Inside a wrapper of this file the handler is one of those that the wrapper runs, not a way out itself.
    return [...served.map((c): [Closure, Root | null] => [c, root]), ...(served.length > 0 ? [] : inside).map((fn): [Closure, Root | null] => [{ fn, frame: null }, root])];
  }

  isReached(raising: Raising): boolean {
    return this.#served.has(raising.fn) || this.#served.has(this.#functionOf(raising));
  }

  of(raising: Raising, thrown: Thrown): Left | null {
    let doubtful: Left | null = null;
    for (const { node, exit, route } of this.#ways(this.#served, raising, thrown)) {
      for (const { entry, doubt } of this.#roots.get(node) ?? []) {
        const isFiltered = this.#file.get(filtered)(entry, thrown);
        if (isFiltered === true) continue;
        const left: Left = { entry, module: null, route, doubt: exit.doubt ?? doubt ?? (isFiltered === false ? null : isFiltered) };
        if (left.doubt === null) return left;
        doubtful ??= left;
      }
    }
    return this.#outOfModule(raising, thrown) ?? doubtful;
  }

  /** Where code of another module calls, and does not catch it there. */
  #outOfModule(raising: Raising, thrown: Thrown): Left | null {
    const own = this.#moduleOf(raising.at);
    if (own === null || isAsked(this.#file, thrown)) return null;
    for (const { route, exit, by } of this.#ways(this.#file.get(running), raising, thrown)) {
      const module = by === null || exit.how === "next" ? null : this.#moduleOf({ value: by.at });
      if (by !== null && module !== null && module.dir !== own.dir && exit.doubt === null && !this.#isGiven(by)) return { entry: null, module: module.name, route, doubt: null };
    }
    return null;
  }

  isKept(raising: Raising, thrown: Thrown): boolean {
    const runs = this.#file.get(running);
    const fn = this.#functionOf(raising);
    if (runs.contextsOf(fn).size === 0) return false;
    for (const { node } of this.#ways(runs, raising, thrown)) if (this.#isOpen(runs, node)) return false;
    return true;
  }

  /** May others run it than those that are known? Another file may, but not one that is made inside of another: that is run by whom it is given to. */
  #isOpen(runs: Runs, node: string): boolean {
    const fn = Number.parseInt(node, 10);
    const parent = this.#file.facts.functions[fn]?.parent ?? null;
    return runs.callersOf(node).length === 0 || parent === null || isModule(this.#file.facts, parent) || this.#file.get(entriesOf)(fn).length > 0;
  }

  #moduleOf(at: Place): { readonly name: string; readonly dir: string } | null {
    return this.#file.settings.moduleOf(this.#file.homeOf(at).path);
  }

  /** `work()`, where `work` is what a helper was given: what it throws is its giver's. A call of the pipeline gives failures. */
  #isGiven({ invocation }: Edge): boolean {
    if (invocation === null) return false;
    const { target } = invocation.at;
    return this.#file.get(sanctioned)(target) !== null || isDecorated(this.#file, target) || this.#file.get(flow).sources(target).some((s) => this.#file.facts.values[s]?.kind === "param");
  }

  #functionOf({ promise, fn }: Raising): FnId {
    return promise === null ? fn : (this.#file.facts.owner[promise] as FnId);
  }

  /** Every function that an error leaves, from where it arises. */
  *#ways(runs: Runs, raising: Raising, thrown: Thrown): Generator<State> {
    const nodes = runs.contextsOf(this.#functionOf(raising));
    if (nodes.size === 0) return;
    const at = this.#file.get(escapes);
    const first = raising.promise === null ? at.thrownAt(raising.value as ValueId, thrown) : at.rejecting(raising.promise, thrown);
    const queue: State[] = [];
    const seen = new Set<string>();
    const add = (state: State): void => {
      const key = `${state.node} ${state.exit.how} ${state.exit.doubt === null}`;
      if (seen.has(key) || state.route.length > LONGEST_ROUTE) return;
      seen.add(key);
      queue.push(state);
    };
    for (const node of nodes) for (const exit of first) add({ node, exit, route: [], by: null });
    for (let i = 0; i < queue.length; i++) {
      const state = queue[i] as State;
      yield state;
      for (const by of runs.callersOf(state.node)) {
        const { caller, at: call, invocation } = by;
        const exits = invocation === null ? at.thrownAt(call, thrown).map((e) => ({ how: e.how, doubt: state.exit.doubt ?? e.doubt })) : this.#through(invocation, state.exit, thrown);
        for (const exit of exits) add({ node: caller, exit, route: [call, ...state.route], by });
      }
    }
  }

  /** What leaves the function that runs another, when that one throws or rejects. */
  #through({ at, how, errors, run, byObject }: Invocation, exit: Exit, thrown: Thrown): readonly Exit[] {
    if (exit.how === "next") return [exit];
    // `emit` calls its listeners one after the other, and what one of them throws is thrown there.
    if (how === "event" && exit.how === "throw" && this.#file.get(listeners)(at).length > 0) return this.#file.get(escapes).thrownAt(at.id, thrown).map((e) => ({ how: e.how, doubt: exit.doubt ?? e.doubt }));
    if (how === "later" || how === "event" || how === "detached" || errors === "swallow" || errors === "uncaught") return [];
    const maybe = how === "maybe" ? "what becomes of the error is decided where the function is given to" : null;
    const doubted = (exits: readonly Exit[]): readonly Exit[] => exits.map((e) => ({ how: e.how, doubt: exit.doubt ?? e.doubt ?? maybe }));
    const walk = this.#file.get(escapes);
    const { generator, async } = this.#file.facts.functions[run.fn] as FunctionFact;
    if (generator && how === "call") return doubted(walk.iterating(at.id, thrown, async));
    const isAsync = exit.how === "reject";
    // `await using` waits where the block ends.
    if (byObject === "dispose" && isAsync) return doubted(walk.thrownAt(at.id, thrown));
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
