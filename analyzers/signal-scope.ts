import type { BindingFact, FnId, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { abortSignals, type SignalHolder } from "./abort-signals.js";
import { callsBeside } from "./beside.js";
import { type Call, callAt, calls } from "./calls.js";
import { type Closure, keyOf } from "./closures.js";
import { conditionsAt } from "./conditions.js";
import { context } from "./context.js";
import { eachStatement, flow } from "./flow.js";
import { type Invocation, invocations } from "./invocations.js";
import { isInside } from "./links.js";
import { occurrences } from "./occurrences.js";
import { isKept } from "./reach.js";
import { sanctioned } from "./sanctioned.js";
import { standsIn } from "./text-order.js";

/** The signal that a place has to hand on: one with a name, or that of the dispatch in whose callback it stands. */
export type InScope = { readonly holder: SignalHolder } | { readonly dispatch: Call; readonly callback: FnId };

export interface SignalScope {
  /** The nearest signal in scope at a call that runs in its lifetime; null where there is none, or where work must go on without. */
  at(call: ValueId): InScope | null;
  /** `signal ? fetch(url, { signal }) : fetch(url)`: in the other branch there is none. */
  isMissing(inScope: InScope, call: ValueId): boolean;
  /** Does it stand in a function with a signal? Told without a look at what runs when. */
  mayBeAt(call: ValueId): boolean;
}

const bindingsByName: Answer<ReadonlyMap<string, readonly BindingFact[]>> = {
  name: "bindings by name",
  of({ facts }) {
    const found = new Map<string, BindingFact[]>();
    for (const binding of facts.bindings) listAt(found, binding.name).push(binding);
    return found;
  },
};

export const signalScope: Answer<SignalScope> = { name: "signal scope", of: (file) => new Scope(file) };

/** Calls that keep a function for later, by the last name they are called by. */
const KEEPS = /^(?:on[A-Z]?\w*|once|off|add\w*|prepend\w*|subscribe|register\w*|use|route|get|post|put|patch|delete|process|consume|schedule|handle|define\w*|set[A-Z]\w*|every|cron|job)$/;

/** Helpers of helpers: a function's own functions are near. */
const MOST_RUNS = 200;

class Scope implements SignalScope {
  readonly #file: FileView;
  readonly #holders = new Map<FnId, SignalHolder[]>();
  readonly #dispatches = new Map<FnId, Call>();
  readonly #courses = new Map<FnId, ReadonlySet<FnId>>();

  constructor(file: FileView) {
    this.#file = file;
    for (const holder of file.get(abortSignals)) {
      listAt(this.#holders, holder.fn).push(holder);
    }
    for (const call of file.get(calls)) {
      const callback = call.value.args.map((arg) => file.facts.values[arg] as Value).find((v) => v.kind === "function");
      if (callback?.kind === "function" && file.get(sanctioned)(call.value.callee) === "dispatch") this.#dispatches.set(callback.fn, call);
    }
  }

  mayBeAt(call: ValueId): boolean {
    if (this.#holders.size === 0 && this.#dispatches.size === 0) return false;
    return this.#file.get(context).functionsAround(call).some((fn) => this.#holders.has(fn) || this.#dispatches.has(fn));
  }

  at(call: ValueId): InScope | null {
    const { facts } = this.#file;
    const owner = facts.owner[call] as FnId;
    for (const fn of this.#file.get(context).functionsAround(call)) {
      const dispatch = this.#dispatches.get(fn);
      const holders = this.#holders.get(fn) ?? [];
      if (dispatch === undefined && holders.length === 0) continue;
      if (!this.#courseOf(fn).has(owner)) return null;
      const seen = holders.filter((h) => this.#isSeen(h, call));
      // The latest is made of those before it: `AbortSignal.any([signal, …])`.
      const holder = seen.findLast((h) => h.param === null) ?? (dispatch === undefined ? seen.at(-1) : undefined);
      if (dispatch === undefined && holder === undefined) continue;
      if (this.#mustRun(call, fn)) return null;
      if (holder) return { holder };
      if (dispatch) return { dispatch, callback: fn };
    }
    return null;
  }

  /** The functions that run in the course of one, and stand in it. */
  #courseOf(fn: FnId): ReadonlySet<FnId> {
    const known = this.#courses.get(fn);
    if (known) return known;
    const course = new Set<FnId>([fn]);
    const seen = new Set<string>();
    const queue: Closure[] = [{ fn, frame: null }];
    for (let next = queue.pop(); next; next = queue.pop()) {
      for (const run of this.#file.get(invocations)(next)) {
        if (!this.#stays(run) || seen.size > MOST_RUNS || seen.has(keyOf(run.run))) continue;
        seen.add(keyOf(run.run));
        // A helper on the way (`withRetry(() => …)`) stands elsewhere, and what it is given here.
        if (isInside(this.#file.facts, run.run.fn, fn)) course.add(run.run.fn);
        queue.push(run.run);
      }
    }
    this.#courses.set(fn, course);
    return course;
  }

  #stays({ how, at, run }: Invocation): boolean {
    if (how === "crossing" || how === "callback") return true;
    const isAsync = this.#file.facts.functions[run.fn]?.async ?? false;
    if (how === "call") return !isAsync || isKept(this.#file, at.id);
    if (how !== "maybe" || !isKept(this.#file, at.id)) return false;
    const callee = this.#file.facts.values[at.target] as Value;
    return !(callee.kind === "member" && callee.name !== null && KEEPS.test(callee.name));
  }

  /** Is the name visible at the call, does it have its value by then, and is it still of use? */
  #isSeen(holder: SignalHolder, call: ValueId): boolean {
    const { bindings, owner } = this.#file.facts;
    const name = bindings[holder.binding]?.name;
    const around = this.#file.get(context).functionsAround(call);
    const inner = new Set(around.slice(0, around.indexOf(holder.fn)));
    if (name !== undefined && this.#file.get(bindingsByName).get(name)?.some((b) => inner.has(b.fn) && b.kind !== "type") === true) return false;
    const first = bindings[holder.binding]?.versions.find((v) => v.value !== undefined)?.value;
    if (first === undefined || this.#isParam(first)) return true;
    if (owner[first] !== holder.fn) return false;
    const place = this.#placeIn(holder.fn, call);
    if (place === null || this.#file.span({ value: first }).end > this.#file.span({ value: place }).start) return false;
    const blocks = this.#file.get(context).enclosing(first).slice(1);
    const here = this.#file.get(context).enclosing(place);
    if (!blocks.every((b) => here.some((h) => h.statement === b.statement && h.part === b.part))) return false;
    return holder.is !== "controller" || !this.#isSpent(holder, call);
  }

  isMissing(inScope: InScope, call: ValueId): boolean {
    if (!("holder" in inScope)) return false;
    const { text } = inScope.holder;
    const { values } = this.#file.facts;
    const isIt = (id: ValueId): boolean => {
      const { start, end } = this.#file.span({ value: id });
      return this.#file.text.slice(start, end).replace("?.", ".") === text;
    };
    return conditionsAt(this.#file, call).some((c) => {
      if (c.kind !== "test") return false;
      const test = values[c.test] as Value;
      if (test.kind !== "binary") return !c.isTrue && isIt(c.test);
      const isNothing = [test.left, test.right].some((side) => this.#isNothing(side));
      return isNothing && (isIt(test.left) || isIt(test.right)) && c.isTrue === /^==/.test(test.op) && /^[!=]=/.test(test.op);
    });
  }

  #isNothing(id: ValueId): boolean {
    const value = this.#file.facts.values[id] as Value;
    return (value.kind === "literal" && value.value === null) || (value.kind === "global" && value.name === "undefined");
  }

  #isParam(id: ValueId): boolean {
    const value = this.#file.facts.values[id] as Value;
    if (value.kind === "param") return true;
    if (value.kind === "member") return this.#isParam(value.object);
    return value.kind === "default" && this.#isParam(value.of);
  }

  /** Where in the text of a function a call stands: itself, or the function in it that has it. */
  #placeIn(fn: FnId, call: ValueId): ValueId | null {
    let at: ValueId | null = call;
    while (at !== null && this.#file.facts.owner[at] !== fn) at = this.#file.get(context).valueOf(this.#file.facts.owner[at] as FnId);
    return at;
  }

  /** Nobody aborts it, or the timer alone that would have is cleared before the call. */
  #isSpent(holder: SignalHolder, call: ValueId): boolean {
    const { facts } = this.#file;
    const around = this.#file.get(occurrences);
    const aborts: ValueId[] = [];
    for (const read of around.reads(holder.binding)) {
      const user = around.users(read)[0];
      const value = user === undefined ? undefined : facts.values[user];
      if (value?.kind !== "member") return false;
      if (value.name === "abort") aborts.push(user as ValueId);
      else if (value.name !== "signal") return false;
    }
    const cleared = callsBeside(this.#file, call).filter((c) => facts.owner[c.id] === holder.fn && c.symbols.some((s) => s.text === "global:clearTimeout") && this.#isPast(c.id, call));
    const timers = cleared.flatMap((c) => (c.args?.[0] === undefined ? [] : this.#file.get(flow).sources(c.args[0])));
    return aborts.every((at) => timers.some((timer) => standsIn(this.#file, at, timer)));
  }

  /** Does it run before, on every way? */
  #isPast(before: ValueId, call: ValueId): boolean {
    const place = this.#placeIn(this.#file.facts.owner[before] as FnId, call);
    if (place === null || this.#file.span({ value: before }).start > this.#file.span({ value: place }).start) return false;
    const here = new Set(this.#file.get(context).enclosing(place).map((e) => e.statement));
    return this.#file.get(context).enclosing(before).slice(1).every((e) => here.has(e.statement) || e.statement.kind === "block" || (e.statement.kind === "try" && e.part !== "handler"));
  }

  /** Clean-up that has to run although, or because, the signal was aborted. */
  #mustRun(call: ValueId, outer: FnId): boolean {
    const where = this.#file.get(context);
    for (let at: ValueId | null = call; at !== null; at = where.valueOf(this.#file.facts.owner[at] as FnId)) {
      const list = where.enclosing(at);
      for (const { statement, part } of list) {
        if (part === "finalizer") return true;
        if (part === "handler" && !this.#isRetried(call, at)) return true;
        if (statement.kind === "if" && (part === "then" || part === "otherwise") && this.#testsAborted(statement.test) === (part === "then" ? "yes" : "no")) return true;
      }
      const around = list.map((e) => e.statement);
      if (this.#isAfterLoop(at, around) || this.#isOnTheWayOut(at, around)) return true;
      if (this.#file.facts.owner[at] === outer) return false;
    }
    return false;
  }

  /** In a catch: a pause before the next attempt, or the fallback whose answer is wanted, is no clean-up. */
  #isRetried(call: ValueId, at: ValueId): boolean {
    const statement = this.#file.get(context).statement(call);
    if (at !== call) return false;
    if (statement?.kind === "return" || statement?.kind === "define") return true;
    const found = this.#file.get(callAt)(call);
    return found?.symbols.some((s) => /^(?:timers\/promises|timers:promises|global:setTimeout)/.test(s.text)) ?? false;
  }

  #testsAborted(test: ValueId): "yes" | "no" | null {
    const value = this.#file.facts.values[test] as Value;
    if (value.kind === "member") return value.name === "aborted" ? "yes" : null;
    if (value.kind === "logical" && value.op === "&&") return this.#testsAborted(value.left) ?? this.#testsAborted(value.right);
    if (value.kind !== "unary" || value.op !== "!") return null;
    const inner = this.#testsAborted(value.of);
    return inner === null ? null : inner === "yes" ? "no" : "yes";
  }

  /** Behind the return of what went well, and before the throw that always follows: what is undone there is undone for good. */
  #isOnTheWayOut(at: ValueId, around: readonly Statement[]): boolean {
    const { facts } = this.#file;
    const body = facts.functions[facts.owner[at] as FnId]?.body ?? [];
    const index = body.findIndex((s) => s === around.at(-1));
    if (index === -1 || around.some((s) => s.kind === "loop")) return false;
    const after = body.slice(index + 1);
    if (!after.some((s) => s.kind === "throw") || has(body.slice(index), "return")) return false;
    return body.slice(0, index).some((s) => s.kind === "if" && has(s.then, "return"));
  }

  /** Behind `while (!signal.aborted) { … }`. */
  #isAfterLoop(at: ValueId, around: readonly Statement[]): boolean {
    const { facts } = this.#file;
    const fn = facts.functions[facts.owner[at] as FnId];
    const start = this.#file.span({ value: at }).start;
    const visit = (body: readonly Statement[]): boolean =>
      body.some((s) => {
        if (s.kind === "loop") return !around.includes(s) && this.#file.span({ mark: s.at }).end <= start && [s.test, s.over].some((t) => t !== null && this.#testsAborted(t) === "no");
        if (s.kind === "try") return visit(s.body);
        return s.kind === "block" && visit(s.body);
      });
    return fn !== undefined && visit(fn.body);
  }
}

function has(body: readonly Statement[], kind: Statement["kind"]): boolean {
  let found = false;
  eachStatement(body, (s) => (found ||= s.kind === kind));
  return found;
}
