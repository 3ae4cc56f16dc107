import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Call } from "./calls.js";
import { clears } from "./cleared-timers.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { context } from "./context.js";
import { type Discarded, discarded } from "./discarded.js";
import { type Entry, entries } from "./entries.js";
import { flow } from "./flow.js";
import { callsOf, type Invocation, invocations } from "./invocations.js";
import { listeners } from "./listeners.js";
import { memory } from "./memory.js";
import { type Middleware, middleware } from "./on-the-way.js";
import { type Work, workOf } from "./work.js";

/** Work that serving an entry starts and that goes on after it has settled. */
export interface Outliving {
  /** A timer's callback · a listener · a promise that nobody waits for · a callback of an effect (a pool's query). */
  readonly kind: "timer" | "listener" | "promise" | "callback";
  /** Where it starts. */
  readonly at: ValueId;
  /** The call that takes the function; null for a promise. */
  readonly invocation: Invocation | null;
  readonly promise: Discarded | null;
  readonly entry: Entry | Middleware;
  /** From the function that serves the entry to the one that starts it. */
  readonly path: readonly Invocation[];
  /** Promises that the callback drops itself: what is around it cannot wait for them. */
  readonly dropped: readonly Discarded[];
  /** An effect that it has; null where another file says whether it has one. */
  readonly effect: Call | null;
  /** Why it may not be run, or have no effect. */
  readonly doubt: string | null;
  /** It answers the request, or somebody who is awaited hears from it: the entry has not settled before. */
  readonly isWaitedFor: boolean;
}

export const outliving: Answer<readonly Outliving[]> = { name: "outliving work", of: (file) => new Finder(file).all() };

/** More functions in more contexts than any file has by hand. */
const MOST_NODES = 4000;
const LONGEST_PATH = 24;
/** Methods of a list that take no notice of a promise. */
const DROPS = new Set(["forEach", "filter", "some", "every", "find", "findIndex"]);
/** A response that is over: what listens to it comes after. */
const OVER = new Set(["finish", "close"]);

interface State {
  readonly closure: Closure;
  readonly path: readonly Invocation[];
  readonly doubt: string | null;
}

class Finder {
  readonly #file: FileView;
  readonly #facts: Facts;
  readonly #found = new Map<ValueId, Outliving>();
  #promises: ReadonlyMap<FnId, readonly Discarded[]> | undefined;

  constructor(file: FileView) {
    this.#file = file;
    this.#facts = file.facts;
  }

  all(): readonly Outliving[] {
    for (const entry of this.#file.get(entries)) this.#serve(entry, this.#rootsOf(entry), entry.doubt);
    for (const by of this.#file.get(middleware)) this.#serve(by, by.runs, null);
    return [...this.#found.values()];
  }

  /** Whatever wraps a handler, what that one leaves behind nobody waits for. */
  #rootsOf(entry: Entry): readonly Closure[] {
    const served = entry.handler === null ? [] : this.#file.get(closures).of(entry.handler, entry.given?.frame ?? null).closures;
    const known = new Set(served.map((c) => c.fn));
    return [...served, ...entry.functions.filter((fn) => !known.has(fn)).map((fn) => ({ fn, frame: null }))];
  }

  #serve(entry: Entry | Middleware, roots: readonly Closure[], doubt: string | null): void {
    const queue: State[] = [];
    const seen = new Set<string>();
    const add = (state: State): void => {
      const key = `${keyOf(state.closure)} ${state.doubt === null}`;
      if (seen.has(key) || seen.size > MOST_NODES || state.path.length > LONGEST_PATH) return;
      seen.add(key);
      queue.push(state);
    };
    for (const closure of roots) add({ closure, path: [], doubt });
    for (let i = 0; i < queue.length; i++) {
      const state = queue[i] as State;
      for (const next of this.#visit(entry, state)) add(next);
    }
  }

  /** The work that a function starts; given back is what runs while the entry is served. */
  #visit(entry: Entry | Middleware, state: State): readonly State[] {
    const { closure, path } = state;
    const runs = this.#file.get(invocations)(closure);
    const lost = this.#lostIn(closure.fn);
    const served: State[] = [];
    const left = new Set<Invocation>();
    for (const promise of lost) {
      const inside = this.#callsIn(closure.fn, promise.whole);
      const started = runs.filter((run) => inside.includes(run.at) && run.how !== "detached");
      const work = workOf(this.#file, started.map((run) => run.run), inside);
      started.forEach((run) => left.add(run));
      const isWaitedFor = work.answers || this.#hasEnd(closure.fn);
      this.#add(entry, state, { kind: "promise", at: promise.whole, invocation: null, promise, dropped: [] }, { ...work, isWaitedFor });
      // What answers the request is still serving it.
      if (isWaitedFor) for (const run of started) if (run.how === "call" || run.how === "callback" || run.how === "crossing") served.push({ closure: run.run, path: [...path, run], doubt: state.doubt });
    }
    for (const run of runs) {
      if (left.has(run) || this.#file.get(memory)(run.at.id) === 0) continue;
      const kind = this.#kindOf(run);
      if (kind !== null) {
        const own = kind === "callback" || kind === "promise" ? [run.at] : [];
        const work = workOf(this.#file, [run.run], own);
        const isWaitedFor = this.#isWaitedFor(closure.fn, run, runs, kind, work);
        this.#add(entry, state, { kind, at: run.at.id, invocation: run, promise: null, dropped: this.#lostIn(run.run.fn) }, { ...work, isWaitedFor });
        if (work.answers && isWaitedFor) served.push({ closure: run.run, path: [...path, run], doubt: state.doubt });
        continue;
      }
      const maybe = run.how === "maybe" ? "another file decides whether and when the function is run" : null;
      served.push({ closure: run.run, path: [...path, run], doubt: state.doubt ?? maybe });
    }
    return served;
  }

  #add(entry: Entry | Middleware, { path, doubt }: State, start: Pick<Outliving, "kind" | "at" | "invocation" | "promise" | "dropped">, work: Work & { readonly isWaitedFor: boolean }): void {
    if (work.effect === null && (work.elsewhere === null || work.isWaitedFor)) return;
    const reason = doubt ?? (work.effect === null ? work.elsewhere : null);
    const known = this.#found.get(start.at);
    const made: Outliving = { ...start, entry, path, effect: work.effect, doubt: reason, isWaitedFor: work.isWaitedFor };
    if (known === undefined || rank(made) < rank(known)) this.#found.set(start.at, made);
  }

  #lostIn(fn: FnId): readonly Discarded[] {
    return (this.#promises ??= this.#byFunction()).get(fn) ?? [];
  }

  #byFunction(): ReadonlyMap<FnId, readonly Discarded[]> {
    const found = new Map<FnId, Discarded[]>();
    for (const site of this.#file.get(discarded)) {
      const whole = this.#facts.values[site.whole] as Value;
      if (site.is === "open" || whole.kind === "await" || (typeof site.is === "object" && (site.is.kind === "lazy" || site.is.lost === "awaitedList"))) continue;
      const fn = this.#facts.owner[site.whole] as FnId;
      listAt(found, fn).push(site);
    }
    return found;
  }

  #callsIn(fn: FnId, whole: ValueId): readonly Call[] {
    const { start, end } = this.#file.span({ value: whole });
    return this.#file.get(callsOf)(fn).filter((call) => {
      const at = this.#file.span({ value: call.id });
      return at.start >= start && at.end <= end;
    });
  }

  /** How a function is left to run on its own; null where whoever calls waits for it. */
  #kindOf({ at, run, how, errors }: Invocation): Outliving["kind"] | null {
    const isEffect = at.symbols.some((s) => s.rows("effects").some(({ row }) => row.sync !== true && row.shape !== "stream"));
    // Listeners that were there before are what `emit` calls.
    if (how === "event" && this.#file.get(listeners)(at).length > 0) return null;
    if (how === "event") return isEffect ? "callback" : "listener";
    if (how === "later") return isEffect ? "callback" : TIMERS.test(at.symbols[0]?.text ?? "") ? "timer" : "listener";
    if (how === "callback" && errors === "uncaught") return "timer";
    if (how === "maybe" && isEffect && at.value.args.at(-1) !== undefined && !this.#isKept(at)) return "callback";
    const callee = this.#facts.values[at.target] as Value;
    const drops = how === "callback" && errors === "propagate" && callee.kind === "member" && callee.name !== null && DROPS.has(callee.name);
    return drops && this.#facts.functions[run.fn]?.async === true ? "promise" : null;
  }

  #isKept(call: Call): boolean {
    const where = this.#file.get(context);
    return where.parent(call.id) !== null || where.statement(call.id)?.kind !== "eval";
  }

  #isWaitedFor(fn: FnId, run: Invocation, all: readonly Invocation[], kind: Outliving["kind"], work: Work): boolean {
    if (this.#hasEnd(fn) || this.#file.get(memory)(run.at.id) === 0) return true;
    if (kind === "timer") return work.answers || clears(this.#file, run.at.id);
    if (kind !== "listener") return work.answers;
    const emitter = this.#emitterOf(run);
    if (emitter === null) return work.answers;
    if (this.#isResponse(emitter) && OVER.has(this.#eventOf(run) ?? "")) return false;
    if (work.answers || this.#isPeer(emitter)) return true;
    // The events of one stream belong together: one of them answers, or tells whoever waits.
    return all.some((other) => other !== run && other.how === "event" && this.#emitterOf(other) === emitter && workOf(this.#file, [other.run], []).answers);
  }

  /** In the executor of a promise: its end is the promise's. */
  #hasEnd(fn: FnId): boolean {
    for (let at: FnId | null = fn; at !== null && at > 0; at = this.#facts.functions[at]?.parent ?? null) {
      const value = this.#file.get(context).valueOf(at);
      const made = value === null ? null : this.#file.get(context).parent(value);
      const call = made === null ? undefined : this.#facts.values[made];
      if (call?.kind === "call" && call.form === "new" && call.args[0] === value && this.#file.get(flow).symbols(call.callee).some((n) => /^(?:global:Promise|bluebird:)/.test(n.text))) return true;
    }
    return false;
  }

  /** What is listened to, by where it comes from. */
  #emitterOf({ at }: Invocation): ValueId | null {
    let callee = this.#facts.values[at.target] as Value;
    while (callee.kind === "member") {
      const object = this.#facts.values[callee.object] as Value;
      // `stream.on("a", f).on("b", g)`
      if (object.kind !== "call" || (this.#facts.values[object.callee] as Value).kind !== "member") return this.#file.get(flow).sources(callee.object)[0] ?? null;
      const inner = this.#facts.values[object.callee] as Value;
      if (inner.kind !== "member" || !/^(?:on|once|addListener)$/.test(inner.name ?? "")) return this.#file.get(flow).sources(callee.object)[0] ?? null;
      callee = inner;
    }
    return null;
  }

  #eventOf({ at }: Invocation): string | null {
    const event = at.args?.[0] === undefined ? undefined : this.#file.get(flow).constant(at.args[0]);
    return typeof event === "string" ? event : null;
  }

  #isResponse(emitter: ValueId): boolean {
    const value = this.#facts.values[emitter] as Value;
    return value.kind === "param" && value.index > 0;
  }

  /** The connection that a socket entry serves: its events are served as well. */
  #isPeer(emitter: ValueId): boolean {
    const value = this.#facts.values[emitter] as Value;
    return value.kind === "param" && value.index === 0 && this.#file.get(entries).some((e) => (e.kind === "socket" || e.kind === "rpc") && e.functions.includes(value.fn));
  }
}

const TIMERS = /^(?:global|timers|process|global:process|lodash|lodash-es)[:.](?:process\.)?(?:setTimeout|setInterval|setImmediate|nextTick|queueMicrotask|delay|defer)$/;

/** What is proved first, then the shorter way. */
function rank({ isWaitedFor, doubt, path }: Outliving): number {
  return (isWaitedFor ? 1000 : 0) + (doubt === null ? 0 : 100) + path.length;
}
