import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { context } from "./context.js";
import { decoratorDoubt } from "./decorator-doubt.js";
import { type Entry, entries } from "./entries.js";
import { callsOf, type Invocation, invocations } from "./invocations.js";
import { memory } from "./memory.js";
import { type Middleware, middleware } from "./on-the-way.js";
import { NO_DISPATCH } from "./sanctioned.js";

/** A call that serving an entry leads to, on one way. */
export interface Reached<By = Entry> {
  readonly call: Call;
  readonly entry: By;
  /** The function that serves it. */
  readonly root: FnId;
  /** From that function to the call's, outermost first; empty where the call stands in the handler itself. */
  readonly path: readonly Invocation[];
  /** Inside the callback of a dispatch that waits for it. */
  readonly crossed: boolean;
  /** In a dispatch too, but nobody waits: what blocks is crossed, a promise is not. */
  readonly isLoose: boolean;
  /** Left to run on its own: by a timer, a listener or `detach`. */
  readonly apart: "later" | "event" | "detached" | null;
  /** What another file decides: whether it is run at all, or crosses there. */
  readonly doubt: string | null;
  /** What another file decides: whether it is run at all, for each request. */
  readonly mayNotRun: string | null;
  /** Something on the way runs for the first that comes only: what it gives is kept. */
  readonly isOnce: boolean;
}

/** What serving an entry runs, from one of the functions that serve it. */
export interface Served {
  readonly entry: Entry;
  readonly root: FnId;
  /** The shortest way to each function first; a way longer than `LONGEST_PATH` is not followed to its end. */
  readonly states: readonly State[];
}

/** Which functions the entries of this file run. */
export const served: Answer<readonly Served[]> = {
  name: "served",
  of(file) {
    return file.get(entries).flatMap((entry) => rootsOf(file, entry).map((root) => ({ entry, root: root.closure.fn, states: statesFrom(file, root) })));
  },
};

/** Every call that the entries of this file reach within it; the shortest way first, and no two ways of one kind. */
export const reach: Answer<readonly Reached[]> = {
  name: "reach",
  of(file) {
    return file.get(served).flatMap(({ entry, root, states }) => reachedBy(file, entry, root, states));
  },
};

/** The same for what runs on the way of entries. */
export const reachOnTheWay: Answer<readonly Reached<Middleware>[]> = {
  name: "reach on the way",
  of(file) {
    return file.get(middleware).flatMap((by) => by.runs.flatMap((closure) => reachedBy(file, by, closure.fn, statesFrom(file, { closure, doubt: null, mayNotRun: null }))));
  },
};

/** Does a call's result outlive the request, so that the first one alone pays for it? */
export function isRemembered(file: FileView, { call, path, root }: Pick<Reached, "call" | "path" | "root">): boolean {
  const life = file.get(memory)(call.id);
  return life !== null && (life === 0 || (life !== root && !path.some((p) => p.run.fn === life)));
}

interface Root {
  readonly closure: Closure;
  readonly doubt: string | null;
  readonly mayNotRun: string | null;
}

/** The functions that serve an entry. Where a wrapper of another file makes the handler, what it was given serves with a doubt. */
function rootsOf(file: FileView, entry: Entry): readonly Root[] {
  const own = { doubt: entry.doubt, mayNotRun: entry.doubt };
  if (entry.handler === null) return entry.functions.flatMap((fn) => file.get(closures).standIns(fn).map((closure) => ({ closure, ...own })));
  const { closures: served, open } = file.get(closures).of(entry.handler, null);
  const roots: Root[] = served.map((closure) => ({ closure, ...own }));
  if (open === null && roots.length > 0) return roots;
  const name = open === null ? null : wrapperName(file, open);
  const hidden = `\`${name}\` runs the handler, out of sight of this file`;
  const doubt = entry.doubt ?? (name === null || NO_DISPATCH.test(name) ? null : hidden);
  const mayNotRun = entry.doubt ?? (name !== null && REMEMBERS.test(name) ? hidden : null);
  const known = new Set(served.map((c) => c.fn));
  return [...roots, ...entry.functions.filter((fn) => !known.has(fn)).map((fn) => ({ closure: { fn, frame: null }, doubt, mayNotRun }))];
}

/** Names of functions that may run what they are given once for many. */
const REMEMBERS = /memo|cache|once|lazy/i;

function wrapperName(file: FileView, open: ValueId): string | null {
  const value = file.facts.values[open] as Value;
  if (value.kind !== "call") return null;
  const { start, end } = file.span({ value: value.callee });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}

/** A function that is run, and how control came there. */
export interface State {
  readonly closure: Closure;
  readonly path: readonly Invocation[];
  readonly crossed: boolean;
  readonly isLoose: boolean;
  readonly apart: Reached["apart"];
  readonly doubt: string | null;
  readonly mayNotRun: string | null;
  readonly isOnce: boolean;
}

/** Programs of thousands of helpers exist; ways longer than this explain nothing to anybody. */
export const LONGEST_PATH = 24;

export function statesFrom(file: FileView, { closure, doubt, mayNotRun }: Root): readonly State[] {
  const runs = file.get(invocations);
  const seen = new Set<string>();
  const queue: State[] = [];
  // Most of what a function runs is known already: only what is new gets a way of its own.
  const add = (state: Omit<State, "path">, before: readonly Invocation[], run: readonly Invocation[]): void => {
    const key = `${keyOf(state.closure)} ${state.crossed} ${state.isLoose} ${state.apart} ${state.doubt === null} ${state.mayNotRun === null} ${state.isOnce}`;
    if (seen.has(key) || before.length + run.length > LONGEST_PATH) return;
    seen.add(key);
    queue.push({ ...state, path: [...before, ...run] });
  };
  add({ closure, crossed: false, isLoose: false, apart: null, doubt: doubt ?? file.get(decoratorDoubt)(closure.fn), mayNotRun, isOnce: false }, [], []);
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as State;
    for (const run of runs(state.closure)) add(after(file, state, run, closure.fn), state.path, [run]);
  }
  return queue;
}

function reachedBy<By>(file: FileView, entry: By, root: FnId, states: readonly State[]): Reached<By>[] {
  const callsIn = file.get(callsOf);
  return states.flatMap(({ closure, path, crossed, isLoose, apart, doubt, mayNotRun, isOnce }) =>
    callsIn(closure.fn).map((call) => ({ call, entry, root, path, crossed, isLoose: crossed && (isLoose || !(isKept(file, call.id) || isOfAPromise(path))), apart, doubt, mayNotRun, isOnce })),
  );
}

function after(file: FileView, state: State, run: Invocation, root: FnId): Omit<State, "path"> {
  const apart = run.how === "later" || run.how === "event" || run.how === "detached" ? run.how : null;
  const name = run.how === "maybe" ? calleeText(file, run.at) : null;
  const doubt = state.doubt ?? file.get(decoratorDoubt)(run.run.fn) ?? (name !== null && !NO_DISPATCH.test(name) ? `\`${name}\` is of another file, and what it does with the function is not known here` : null);
  const mayNotRun = state.mayNotRun ?? (name !== null && (REMEMBERS.test(name) || !NO_DISPATCH.test(name)) ? `\`${name}\` is of another file, and whether it runs the function each time is not known here` : null);
  const isOnce = state.isOnce || isRemembered(file, { call: run.at, path: state.path, root });
  const on = { closure: run.run, doubt, mayNotRun, isOnce };
  // What runs on its own has left the dispatch it was started in.
  if (apart !== null) return { ...on, crossed: false, isLoose: false, apart };
  if (run.how === "crossing") return { ...on, crossed: true, isLoose: false, apart: state.apart };
  return { ...on, crossed: state.crossed, isLoose: state.crossed && (state.isLoose || !isKept(file, run.at.id)), apart: state.apart };
}

/** The executor of a promise: who waits for that waits for what settles it. */
function isOfAPromise(path: readonly Invocation[]): boolean {
  const last = path.at(-1);
  return last?.how === "callback" && last.at.value.form === "new" && last.at.symbols.some((s) => s.text === "global:Promise");
}

function calleeText(file: FileView, call: Call): string {
  const { start, end } = file.span({ value: call.value.callee });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}

/** Is what a call gives awaited, returned or handed on? Then who waits for its function waits for it. */
export function isKept(file: FileView, call: ValueId): boolean {
  const where = file.get(context);
  for (let at = call; ; ) {
    const up = where.parent(at);
    if (up === null) return where.statement(at)?.kind !== "eval";
    const value = file.facts.values[up] as Value;
    switch (value.kind) {
      case "await":
      case "yield":
      case "array":
      case "object":
      case "assign":
        return true;
      case "unary":
        return value.op !== "void" && value.op !== "typeof";
      case "call":
        if (value.callee !== at) return true;
        break;
      case "sequence":
        if (value.items.at(-1) !== at) return false;
        break;
    }
    at = up;
  }
}
