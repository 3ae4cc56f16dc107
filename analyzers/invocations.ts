import type { CallbackRow, EntryRow } from "../catalog/library.js";
import type { CallValue, Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callAt, calls, unwritten } from "./calls.js";
import { type Closure, type Closures, closures, type Frame, keyOf } from "./closures.js";
import { enclosingClass, type Flow, flow } from "./flow.js";
import { makers, type Making } from "./makers.js";
import { LISTENS, listeners } from "./listeners.js";
import type { Ran } from "./object-runs.js";
import { objectRuns, type OneRan } from "./objects.js";
import { sanctioned } from "./sanctioned.js";
import { sitesOf } from "./sites.js";
import { isToldOfErrors } from "./told-of-errors.js";

/**
 * How a function is run at a call:
 * `call` it is what is called · `callback` by what it is given to, in the course of that call or of its promise ·
 * `crossing` as the work of a dispatch · `detached` by `detach` · `later` by a timer · `event` as a listener ·
 * `maybe` it is given to a function of which this file says nothing.
 */
export type How = "call" | "callback" | "crossing" | "detached" | "later" | "event" | "maybe";

export interface Invocation {
  /** The call that runs it, or that it is given to. */
  readonly at: Call;
  readonly run: Closure;
  readonly how: How;
  /** Once for each element, attempt or event. */
  readonly times: "once" | "many";
  /** What becomes of the errors it throws; `propagate` for a call. */
  readonly errors: CallbackRow["errors"];
  /** What objects may hold says so: nothing surer does, and the place may be no call at all, as the read of a getter is none. */
  readonly byObject?: Ran["how"];
}

/** The functions of this file that a function runs, with the contexts of shared helpers kept apart. */
export const invocations: Answer<(by: Closure) => readonly Invocation[]> = {
  name: "invocations",
  of(file) {
    const finder = new Finder(file);
    const known = new Map<string, readonly Invocation[]>();
    return (by) => {
      const key = keyOf(by);
      let found = known.get(key);
      if (!found) known.set(key, (found = finder.by(by)));
      return found;
    };
  },
};

/** The calls of each function, those of functions inside it left out. */
export const callsOf: Answer<(fn: FnId) => readonly Call[]> = {
  name: "calls of a function",
  of(file) {
    const found: Call[][] = [];
    for (const call of file.get(calls)) (found[file.facts.owner[call.id] as FnId] ??= []).push(call);
    return (fn) => found[fn] ?? [];
  },
};

/** Where contracts are implemented: the call, the values that the contract may be, and who answers. */
const implementations: Answer<readonly { readonly id: ValueId; readonly contracts: readonly ValueId[]; readonly answer: ValueId }[]> = {
  name: "implementations",
  of(file) {
    return file.get(calls).flatMap(({ id, target, args }) => {
      const [contract, answer] = args ?? [];
      if (contract === undefined || answer === undefined || file.get(sanctioned)(target) !== "implement") return [];
      return [{ id, contracts: file.get(flow).sources(contract), answer }];
    });
  },
};

/** Methods that run what they are given for each element, whatever list they belong to. */
const EACH = new Set(["map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "reduce", "reduceRight", "sort", "toSorted"]);
/** So many methods of what a caller gives may be meant, and all are taken for it. */
const MOST_GIVEN = 8;
/** Methods of a list that only put it there, or look for it. */
const KEEPS = new Set(["push", "unshift", "concat", "fill", "includes", "indexOf", "lastIndexOf"]);
/** What the language has and takes functions as it takes anything: it hands them on, and runs none. */
const HANDS_ON = /^global:(?:Promise\.(?!try)|Object\.(?!groupBy)|Array\.(?:of|isArray)$|console\.)/;
/** `spread` and `tap` of bluebird and Q. */
const CHAIN = new Set(["then", "catch", "finally", "spread", "tap"]);
/** A chain is followed back this far. */
const MOST_STEPS = 20;
/** Send what a chain has built. */
const ENDS = new Set(["exec", "end"]);
/** Names of the pipeline that make something of a function and do not run it. */
const MAKES = new Set(["entry", "implement", "port", "contract"]);

class Finder {
  readonly #file: FileView;
  readonly #facts: Facts;
  readonly #flow: Flow;
  readonly #closures: Closures;

  get making(): Making {
    return this.#file.get(makers);
  }

  constructor(file: FileView) {
    this.#file = file;
    this.#facts = file.facts;
    this.#flow = file.get(flow);
    this.#closures = file.get(closures);
  }

  by({ fn, frame }: Closure): readonly Invocation[] {
    const found: Invocation[] = [];
    for (const call of this.#file.get(callsOf)(fn)) {
      const makes = call.value.form === "new" || this.#facts.values[call.target]?.kind === "super";
      if (makes && this.#made(call, frame, found)) continue;
      const { closures: called, open } = makes ? { closures: [], open: call.target } : this.#closures.of(call.target, frame);
      for (const closure of called) found.push({ at: call, run: this.#closures.called(closure, call.args, frame), how: "call", times: "once", errors: "propagate" });
      for (const answer of this.#implementations(call)) for (const run of this.#closures.of(answer, frame).closures) found.push({ at: call, run, how: "crossing", times: "once", errors: "propagate" });
      if (called.length === 0 || open !== null) this.#given(call, frame, found);
      for (const hook of this.#flow.hooks(call.value)) found.push({ at: call, run: { fn: hook, frame: null }, how: "callback", times: "once", errors: "reject" });
      // A listener runs in the course of whoever emits, and nobody waits for it.
      for (const listener of this.#file.get(listeners)(call)) for (const run of this.#closures.of(listener, null).closures) found.push({ at: call, run, how: "event", times: "many", errors: "uncaught" });
    }
    for (const ran of this.#file.get(objectRuns)(fn)) this.#byObject(ran, frame, found);
    return found;
  }

  /** Asked where nothing better says who is called. */
  #byObject({ at, fn, how, of }: OneRan, frame: Frame | null, found: Invocation[]): void {
    const call = this.#file.get(callAt)(at) ?? unwritten(at);
    const known = found.filter((f) => f.at.id === at);
    if (known.some((f) => f.how !== "maybe" && f.byObject === undefined && (how === "call" || how === "callback" || f.run.fn === fn))) return;
    // What all callers together give says little of what one of them does.
    if (of > this.#mostMeant(call.target)) return;
    for (const maybe of known) if (maybe.run.fn === fn && maybe.how === "maybe") found.splice(found.indexOf(maybe), 1);
    const run = how === "call" ? this.#closures.called({ fn, frame: null }, call.args, frame) : { fn, frame: null };
    if (how === "event") return void found.push({ at: call, run: { fn, frame: null }, how, times: "many", errors: "uncaught", byObject: how });
    found.push({ at: call, run, how: how === "callback" ? "callback" : "call", times: (how === "callback" && this.#isEach(call.target)) || how === "iterator" ? "many" : "once", errors: "propagate", byObject: how });
  }

  #mostMeant(callee: ValueId): number {
    if (this.#isGiven(callee)) return 1;
    const value = this.#facts.values[callee] as Value;
    return value.kind === "member" && this.#isGiven(value.object) ? MOST_GIVEN : Infinity;
  }

  /** Does a caller give it, and none that goes over a list? */
  #isGiven(id: ValueId): boolean {
    return this.#flow.sources(id).some((source) => {
      const value = this.#facts.values[source] as Value;
      return value.kind === "param" && !sitesOf(this.#facts).ofFunction(value.fn).some(({ call, arg }) => arg === 0 && this.#isEach((this.#facts.values[call] as CallValue).callee));
    });
  }

  #isEach(callee: ValueId): boolean {
    const value = this.#facts.values[callee] as Value;
    return value.kind === "member" && value.name !== null && EACH.has(value.name);
  }

  /** Who answers where a contract is called: `implement` binds it, and gives the contract back. */
  #implementations(call: Call): readonly ValueId[] {
    const all = this.#file.get(implementations);
    if (all.length === 0 || call.value.form !== undefined || !this.#isContract(call.target)) return [];
    const called = this.#flow.sources(call.target);
    return all.flatMap(({ id, contracts, answer }) => (called.includes(id) || contracts.some((c) => called.includes(c)) ? [answer] : []));
  }

  #isContract(callee: ValueId): boolean {
    const name = this.#file.get(sanctioned)(callee);
    return name !== null && /^(?:contract|implement)\(/.test(name);
  }

  /**
   * `new Service()` runs its constructor and the initialisers of its fields, `super()` those of the base. True where a
   * constructor of the program takes the arguments, so that nobody else does.
   */
  #made(call: Call, frame: Frame | null, found: Invocation[]): boolean {
    const { making } = this;
    const takes = (fns: readonly FnId[]): boolean => fns.some((fn) => this.#facts.functions[fn]?.kind === "constructor");
    const run = (fn: FnId, args: Call["args"]): void => void found.push({ at: call, run: this.#closures.called({ fn, frame: null }, args, frame), how: "call", times: "once", errors: "propagate" });
    if ((this.#facts.values[call.target] as Value).kind === "super") {
      const cls = enclosingClass(this.#facts, this.#facts.owner[call.id] as FnId);
      const base = cls === null ? null : making.baseOf(cls);
      const fns = base === null ? [] : making.of(base);
      for (const fn of fns) run(fn, call.args);
      return takes(fns);
    }
    const sources = this.#flow.sources(call.target);
    let isAll = sources.length > 0;
    for (const source of sources) {
      const value = this.#facts.values[source] as Value;
      const fns = value.kind === "class" ? making.of(value.cls) : value.kind === "function" ? [value.fn] : [];
      for (const fn of fns) run(fn, call.args);
      isAll &&= value.kind === "function" || takes(fns);
    }
    return isAll;
  }

  /** The functions among the arguments of a call that leaves this file. */
  #given(call: Call, frame: Frame | null, found: Invocation[]): void {
    const { args } = call.value;
    for (const [index, arg] of args.entries()) {
      const values = this.#functionsIn(arg);
      if (values.length === 0) continue;
      const how = this.#howRun(call, index, args.length);
      if (how === null) continue;
      const { runsResult, ...run } = how;
      for (const value of values) {
        for (const closure of this.#closures.of(value, frame).closures) {
          found.push({ at: call, run: closure, ...run });
          if (runsResult === true) for (const result of this.#flow.returns(closure.fn)) for (const task of this.#closures.of(result, closure.frame).closures) found.push({ at: call, run: task, ...run });
        }
      }
    }
  }

  /** The argument, or the properties of an object literal. */
  #functionsIn(arg: ValueId): readonly ValueId[] {
    const value = this.#facts.values[arg] as Value;
    if (value.kind === "object") return value.props.flatMap((p) => (p.form === "spread" ? [] : this.#functionsIn(p.value)));
    if (value.kind === "array") return value.items.flatMap((i) => (i === null ? [] : this.#functionsIn(i)));
    return value.kind === "function" || value.kind === "var" || value.kind === "member" || value.kind === "param" || value.kind === "cast" || (value.kind === "call" && value.form === undefined) ? [arg] : [];
  }

  #howRun(call: Call, index: number, count: number): (Omit<Invocation, "at" | "run"> & Pick<CallbackRow, "runsResult">) | null {
    const name = this.#file.get(sanctioned)(call.target);
    if (name !== null) {
      if (MAKES.has(name.split(".")[0] as string)) return null;
      if (name === "dispatch") return { how: "crossing", times: "once", errors: "propagate" };
      if (name === "detach") return { how: "detached", times: "once", errors: "swallow" };
      return { how: "callback", times: name === "map" ? "many" : "once", errors: name === "attempt" ? "swallow" : "reject" };
    }
    // Who knows what objects hold knows better.
    if (call.symbols.some((s) => s.text.startsWith("global:Reflect.") || HANDS_ON.test(s.text)) || this.#settles(call.target) || this.#flow.isOfSchema(call.value)) return null;
    for (const symbol of call.symbols) {
      // Registered, and run by the framework.
      if (symbol.rows("entries").some(({ row }) => !isTimer(row)) || symbol.rows("middleware").length > 0) return null;
      if (symbol.rows("wraps").length > 0) return null;
      for (const { row } of symbol.rows("callbacks")) if (index === (row.arg === "last" ? count - 1 : row.arg)) return { how: howOf(row), times: row.times, errors: row.errors, ...(row.runsResult && { runsResult: true }) };
    }
    if (index === count - 1 && this.#isAsked(call)) return { how: "later", times: "once", errors: "uncaught" };
    const callee = this.#facts.values[call.target] as Value;
    if (callee.kind === "member" && callee.name !== null) {
      // Whosever map it is, what is set in it, or asked for by a key, does not run.
      if (KEEPS.has(callee.name) || (callee.name === "set" ? count === 2 : count === 1 && (callee.name === "has" || callee.name === "delete"))) return null;
      if (CHAIN.has(callee.name)) return { how: "callback", times: "once", errors: "reject" };
      if (LISTENS.has(callee.name) && index === 1 && this.#isText(call.value.args[0])) return { how: "event", times: callee.name === "once" ? "once" : "many", errors: "uncaught" };
      if (EACH.has(callee.name) && index === 0) return { how: "callback", times: "many", errors: "propagate" };
    }
    return { how: "maybe", times: "once", errors: "propagate" };
  }

  /** `pool.query(sql, (error, rows) => …)`: what leaves the process tells the function that it is given last how it went. */
  #isAsked(call: Call): boolean {
    const callee = this.#facts.values[call.target] as Value;
    if (call.value.form !== undefined || (callee.kind === "member" && CHAIN.has(callee.name ?? "")) || !isToldOfErrors(this.#file, call.value.args.at(-1))) return false;
    return this.#isEffect(call) || (callee.kind === "member" && ENDS.has(callee.name ?? "") && call.value.args.length === 1 && this.#begins(callee.object));
  }

  /** `Users.find(query).limit(1)`, `superagent.get(url).query(q)` */
  #begins(id: ValueId): boolean {
    for (let at = id, steps = 0; steps < MOST_STEPS; steps++) {
      const value = this.#facts.values[at] as Value;
      if (value.kind === "member") at = value.object;
      else if (value.kind !== "call" || value.form !== undefined) return false;
      else if (this.#isEffect(this.#file.get(callAt)(at))) return true;
      else at = value.callee;
    }
    return false;
  }

  readonly #isEffect = (call: Call | undefined): boolean => call?.symbols.some((s) => s.rows("effects").length > 0) === true;

  /** `resolve` of `new Promise((resolve, reject) => …)`: what it is given, the promise gives. */
  #settles(callee: ValueId): boolean {
    const of = this.#facts.values[this.#flow.sameAs(callee)] as Value;
    if (of.kind !== "param" || of.index > 1) return false;
    return sitesOf(this.#facts).ofFunction(of.fn).some(({ call, arg, path }) => {
      const made = this.#facts.values[call] as CallValue;
      const callee = this.#facts.values[made.callee] as Value;
      return arg === 0 && path.length === 0 && made.form === "new" && callee.kind === "global" && callee.name === "Promise";
    });
  }

  #isText(arg: ValueId | undefined): boolean {
    return arg !== undefined && typeof this.#flow.constant(arg) === "string";
  }
}

/** A timer is an entry at start-up alone. */
const isTimer = ({ register }: EntryRow): boolean => register.by === "call" && register.atStartup === true;

function howOf(row: CallbackRow): How {
  if (row.when === "event") return "event";
  return row.when === "later" && row.errors === "uncaught" ? "later" : "callback";
}
