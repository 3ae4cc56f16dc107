import type { CallValue, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Call } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { context } from "./context.js";
import { decoratorDoubt } from "./decorator-doubt.js";
import { type Entry, entries } from "./entries.js";
import { flow } from "./flow.js";
import { type Invocation, invocations } from "./invocations.js";
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

/** A way from an entry, or from what runs on the way of entries. */
export type Way = Reached<Entry | Middleware>;

/** What serving an entry runs, from one of the functions that serve it. */
export interface Served<By = Entry> {
  readonly entry: By;
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

/** The same for what runs on the way of entries. */
export const servedOnTheWay: Answer<readonly Served<Middleware>[]> = {
  name: "served on the way",
  of(file) {
    return file.get(middleware).flatMap((by) => by.runs.map((closure) => ({ entry: by, root: closure.fn, states: statesFrom(file, { closure, doubt: null, mayNotRun: null }) })));
  },
};

/** The ways to each of some calls, of entries first; of each the shortest first, and no two of one kind. */
export function waysTo(file: FileView, wanted: Iterable<Call>): ReadonlyMap<ValueId, readonly Way[]> {
  const ways = new Map<ValueId, Way[]>();
  const byFunction = new Map<FnId, Call[]>();
  for (const call of wanted) {
    if (ways.has(call.id)) continue;
    ways.set(call.id, []);
    listAt(byFunction, file.facts.owner[call.id] as FnId).push(call);
  }
  for (const { entry, root, states } of [...file.get(served), ...file.get(servedOnTheWay)]) {
    for (const state of states) {
      const calls = byFunction.get(state.closure.fn);
      if (calls === undefined) continue;
      const { path, crossed, isLoose, apart, doubt, mayNotRun, isOnce } = state;
      for (const call of calls) {
        const nobodyWaits = crossed && (isLoose || !(isKept(file, call.id) || isOfAPromise(path)));
        ways.get(call.id)?.push({ call, entry, root, path, crossed, isLoose: nobodyWaits, apart, doubt, mayNotRun, isOnce });
      }
    }
  }
  for (const list of ways.values()) list.sort((a, b) => a.path.length - b.path.length);
  return ways;
}

/** Does a call's result outlive the request, so that the first one alone pays for it? */
export function isRemembered(file: FileView, { call, path, root }: Pick<Reached, "call" | "path" | "root">): boolean {
  return outlives(file.get(memory)(call.id), root, { path });
}

function outlives(life: FnId | null, root: FnId, by: Pick<State, "path">): boolean {
  return life !== null && (life === 0 || (life !== root && !by.path.some((p) => p.run.fn === life)));
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
  const { closures: served, open } = file.get(closures).of(entry.handler, entry.given?.frame ?? null);
  const roots: Root[] = served.map((closure) => ({ closure, ...own }));
  if (open === null && roots.length > 0) return roots;
  const name = open === null ? null : wrapperName(file, open);
  const hidden = `\`${name}\` runs the handler, out of sight of this file`;
  const doubt = entry.doubt ?? (name === null || NO_DISPATCH.test(name) || passesBy(file, (file.facts.values[open as ValueId] as CallValue).callee) ? null : hidden);
  const mayNotRun = entry.doubt ?? (name !== null && REMEMBERS.test(name) ? hidden : null);
  const known = new Set(served.map((c) => c.fn));
  return [...roots, ...entry.functions.filter((fn) => !known.has(fn)).map((fn) => ({ closure: { fn, frame: null }, doubt, mayNotRun }))];
}

/** `await limited(() => …)`: what is waited for has run. What an object of a package is given it may as well keep. */
function isAwaited(file: FileView, { id, value }: Call): boolean {
  const up = file.get(context).parent(id);
  return value.form === undefined && (file.facts.values[value.callee] as Value).kind === "var" && up !== null && file.facts.values[up]?.kind === "await";
}

/** Is it of a package that knows nothing of the pipeline? Whatever else it does with a function, no dispatch is in between. */
function passesBy(file: FileView, callee: ValueId): boolean {
  const symbols = file.get(flow).symbols(callee);
  return symbols.length > 0 && symbols.every(({ text }) => {
    const module = text.slice(0, text.lastIndexOf(":"));
    return module === "global" || file.settings.passesBy(module, file.homeOf({ value: callee }).path);
  });
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
  /** Put together anew for each who asks: of most ways nobody does. */
  readonly path: readonly Invocation[];
  /** The last step of the path, and how many it has. */
  readonly last: Invocation | null;
  readonly length: number;
  readonly crossed: boolean;
  readonly isLoose: boolean;
  readonly apart: Reached["apart"];
  readonly doubt: string | null;
  readonly mayNotRun: string | null;
  readonly isOnce: boolean;
}

/** Programs of thousands of helpers exist; ways longer than this explain nothing to anybody. */
export const LONGEST_PATH = 24;

function statesFrom(file: FileView, { closure, doubt, mayNotRun }: Root): readonly State[] {
  const runs = file.get(invocations);
  const { of: stepOf, numberOf } = file.get(steps);
  const root = closure.fn;
  const first = new Followed(null, null, closure, { crossed: false, isLoose: false, apart: null, doubt: doubt ?? file.get(decoratorDoubt)(root), mayNotRun, isOnce: false });
  const seen = new Set([kindOf(numberOf(closure), false, false, null, first.doubt, mayNotRun, false)]);
  const queue = [first];
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as Followed;
    if (state.length === LONGEST_PATH) continue;
    for (const run of runs(state.closure)) {
      const step = stepOf(run);
      const { how } = run;
      const onItsOwn = how === "later" || how === "event" || how === "detached" ? how : null;
      // What runs on its own has left the dispatch it was started in.
      const crossed = onItsOwn === null && (how === "crossing" || state.crossed);
      const isLoose = crossed && how !== "crossing" && (state.isLoose || !step.isKept);
      const apart = onItsOwn ?? state.apart;
      const doubt = state.doubt ?? step.doubt;
      const mayNotRun = state.mayNotRun ?? step.mayNotRun;
      const isOnce = state.isOnce || outlives(step.life, root, state);
      // Most of what a function runs is known already: only what is new gets a way of its own.
      const kind = kindOf(step.to, crossed, isLoose, apart, doubt, mayNotRun, isOnce);
      if (seen.has(kind)) continue;
      seen.add(kind);
      queue.push(new Followed(state, run, run.run, { crossed, isLoose, apart, doubt, mayNotRun, isOnce }));
    }
  }
  return queue;
}

type Condition = Omit<State, "closure" | "path" | "last" | "length">;

/** A state by the one before it: of thousands of ways through one program each shares its beginning with others. */
class Followed implements State {
  readonly closure: Closure;
  readonly last: Invocation | null;
  readonly length: number;
  readonly crossed: boolean;
  readonly isLoose: boolean;
  readonly apart: Reached["apart"];
  readonly doubt: string | null;
  readonly mayNotRun: string | null;
  readonly isOnce: boolean;
  readonly #before: Followed | null;

  constructor(before: Followed | null, last: Invocation | null, closure: Closure, { crossed, isLoose, apart, doubt, mayNotRun, isOnce }: Condition) {
    this.#before = before;
    this.last = last;
    this.length = before === null ? 0 : before.length + 1;
    this.closure = closure;
    this.crossed = crossed;
    this.isLoose = isLoose;
    this.apart = apart;
    this.doubt = doubt;
    this.mayNotRun = mayNotRun;
    this.isOnce = isOnce;
  }

  get path(): readonly Invocation[] {
    const path = new Array<Invocation>(this.length);
    let at: Followed = this;
    for (let i = this.length - 1; i >= 0; i--) {
      path[i] = at.last as Invocation;
      at = at.#before as Followed;
    }
    return path;
  }
}

const APART = [null, "later", "event", "detached"] as const;

/** Equal for two ways to a function that nothing tells apart. */
function kindOf(to: number, crossed: boolean, isLoose: boolean, apart: State["apart"], doubt: string | null, mayNotRun: string | null, isOnce: boolean): number {
  const flags = Number(crossed) | (Number(isLoose) << 1) | (Number(doubt === null) << 2) | (Number(mayNotRun === null) << 3) | (Number(isOnce) << 4) | (APART.indexOf(apart) << 5);
  return to * 128 + flags;
}

/** What an invocation means for every way that takes it. */
interface Step {
  /** Equal for the same function in the same context. */
  readonly to: number;
  readonly isKept: boolean;
  readonly doubt: string | null;
  readonly mayNotRun: string | null;
  /** The function whose run the call's result outlives, as `memory` says it. */
  readonly life: FnId | null;
}

/** A program has many more ways than invocations: what these say is worked out once. */
const steps: Answer<{ readonly of: (run: Invocation) => Step; readonly numberOf: (closure: Closure) => number }> = {
  name: "steps",
  of(file) {
    const numbers = new Map<string, number>();
    const known = new Map<Invocation, Step>();
    const numberOf = (closure: Closure): number => {
      const key = keyOf(closure);
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    };
    return {
      numberOf,
      of(run) {
        let step = known.get(run);
        if (step === undefined) known.set(run, (step = { to: numberOf(run.run), isKept: isKept(file, run.at.id), life: file.get(memory)(run.at.id), ...openings(file, run) }));
        return step;
      },
    };
  },
};

function openings(file: FileView, run: Invocation): Pick<Step, "doubt" | "mayNotRun"> {
  const name = run.how === "maybe" ? calleeText(file, run.at) : null;
  const runsIt = name === null || NO_DISPATCH.test(name);
  return {
    doubt: file.get(decoratorDoubt)(run.run.fn) ?? (runsIt || (isAwaited(file, run.at) && passesBy(file, run.at.target)) ? null : `\`${name}\` is of another file, and what it does with the function is not known here`),
    mayNotRun: name !== null && (REMEMBERS.test(name) || !runsIt) ? `\`${name}\` is of another file, and whether it runs the function each time is not known here` : null,
  };
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
