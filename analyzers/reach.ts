import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { context } from "./context.js";
import { type Entry, entries } from "./entries.js";
import { callsOf, type Invocation, invocations } from "./invocations.js";
import { NO_DISPATCH } from "./sanctioned.js";

/** A call that serving an entry leads to, on one way. */
export interface Reached {
  readonly call: Call;
  readonly entry: Entry;
  /** From the entry's function to the call's, outermost first; empty where the call stands in the handler itself. */
  readonly path: readonly Invocation[];
  /** Inside the callback of a dispatch that waits for it. */
  readonly crossed: boolean;
  /** In a dispatch too, but nobody waits: what blocks is crossed, a promise is not. */
  readonly isLoose: boolean;
  /** Left to run on its own: by a timer, a listener or `detach`. */
  readonly apart: "later" | "event" | "detached" | null;
  /** What another file decides: whether it is run at all, or crosses there. */
  readonly doubt: string | null;
}

/** Every call that the entries of this file reach within it; the shortest way first, and no two ways of one kind. */
export const reach: Answer<readonly Reached[]> = {
  name: "reach",
  of(file) {
    return file.get(entries).flatMap((entry) => rootsOf(file, entry).flatMap(({ closure, doubt }) => from(file, entry, closure, doubt)));
  },
};

interface Root {
  readonly closure: Closure;
  readonly doubt: string | null;
}

/** The functions that serve an entry. Where a wrapper of another file makes the handler, what it was given serves with a doubt. */
function rootsOf(file: FileView, entry: Entry): readonly Root[] {
  if (entry.handler === null) return entry.functions.map((fn) => ({ closure: { fn, frame: null }, doubt: entry.doubt }));
  const { closures: served, open } = file.get(closures).of(entry.handler, null);
  const roots: Root[] = served.map((closure) => ({ closure, doubt: entry.doubt }));
  if (open === null && roots.length > 0) return roots;
  const name = open === null ? null : wrapperName(file, open);
  const doubt = entry.doubt ?? (name === null || NO_DISPATCH.test(name) ? null : `\`${name}\` runs the handler, out of sight of this file`);
  const known = new Set(served.map((c) => c.fn));
  return [...roots, ...entry.functions.filter((fn) => !known.has(fn)).map((fn) => ({ closure: { fn, frame: null }, doubt }))];
}

function wrapperName(file: FileView, open: ValueId): string | null {
  const value = file.facts.values[open] as Value;
  if (value.kind !== "call") return null;
  const { start, end } = file.span({ value: value.callee });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}

interface State {
  readonly closure: Closure;
  readonly path: readonly Invocation[];
  readonly crossed: boolean;
  readonly isLoose: boolean;
  readonly apart: Reached["apart"];
  readonly doubt: string | null;
}

/** Programs of thousands of helpers exist; ways longer than this explain nothing to anybody. */
const LONGEST_PATH = 24;

function from(file: FileView, entry: Entry, closure: Closure, doubt: string | null): Reached[] {
  const found: Reached[] = [];
  const runs = file.get(invocations);
  const callsIn = file.get(callsOf);
  const seen = new Set<string>();
  const queue: State[] = [];
  const add = (state: State): void => {
    const key = `${keyOf(state.closure)} ${state.crossed} ${state.isLoose} ${state.apart} ${state.doubt === null}`;
    if (seen.has(key) || state.path.length > LONGEST_PATH) return;
    seen.add(key);
    queue.push(state);
  };
  add({ closure, path: [], crossed: false, isLoose: false, apart: null, doubt });
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as State;
    for (const call of callsIn(state.closure.fn)) {
      found.push({ call, entry, path: state.path, crossed: state.crossed, isLoose: state.crossed && (state.isLoose || !isKept(file, call.id)), apart: state.apart, doubt: state.doubt });
    }
    for (const run of runs(state.closure)) add(after(file, state, run));
  }
  return found;
}

function after(file: FileView, state: State, run: Invocation): State {
  const path = [...state.path, run];
  const apart = run.how === "later" || run.how === "event" || run.how === "detached" ? run.how : null;
  const doubt = state.doubt ?? (run.how === "maybe" && !NO_DISPATCH.test(calleeText(file, run.at)) ? `\`${calleeText(file, run.at)}\` is of another file, and what it does with the function is not known here` : null);
  // What runs on its own has left the dispatch it was started in.
  if (apart !== null) return { closure: run.run, path, crossed: false, isLoose: false, apart, doubt };
  if (run.how === "crossing") return { closure: run.run, path, crossed: true, isLoose: false, apart: state.apart, doubt };
  return { closure: run.run, path, crossed: state.crossed, isLoose: state.crossed && (state.isLoose || !isKept(file, run.at.id)), apart: state.apart, doubt };
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
