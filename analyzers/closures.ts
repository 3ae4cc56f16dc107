import type { Facts, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { Decorated } from "./decorated.js";
import { type Flow, flow } from "./flow.js";
import { eachStatement } from "./links.js";
import { sanctioned } from "./sanctioned.js";
import { type Closure, type Frame, Frames, keyOf, MOST_FRAMES, objectDepthOf } from "./frames.js";
import { heldBy } from "./held.js";
import { fromTheEnd, takenFromTheEnd } from "./inlets.js";
import { type Instance, Instances } from "./instances.js";
import { EACH } from "./known-methods.js";
import { sitesOf } from "./sites.js";

export { type Closure, type Frame, keyOf } from "./frames.js";

export interface Resolved {
  readonly closures: readonly Closure[];
  /** Who else it may be, where this file does not say: the value that nobody could follow. */
  readonly open: ValueId | null;
}

/** Which functions of this file a value is, seen from within a call. */
export interface Closures {
  of(value: ValueId, frame: Frame | null): Resolved;
  /** Is it a part of objects that are all known, with all that is ever put there? */
  isOfKnownObjects(value: ValueId, frame: Frame | null): boolean;
  /** The function as these arguments call it. */
  called(closure: Closure, args: readonly ValueId[] | null, from: Frame | null): Closure;
  /** What the functions of one registration see: what a call gave to the function that registers, or a list's element to its loop. */
  registered(given: { readonly fn: FnId; readonly element: ValueId | null; readonly args: readonly ValueId[] }, from: Frame | null): Frame;
  /** What runs where a method is called: itself, or what its decorators have put in its place. */
  standIns(method: FnId): readonly Closure[];
}

export const closures: Answer<Closures> = { name: "closures", of: (file) => new FileClosures(file) };

/** Helpers given to helpers given to helpers: further in, what a parameter holds is what all its callers give. */
const DEEPEST_FRAME = 4;
/** Steps from a value to a function. */
const MOST_STEPS = 40;

/** What a name, a part or a call may stand for. */
const MAY_BE_OBJECT: ReadonlySet<Value["kind"]> = new Set(["var", "param", "member", "call", "object", "this", "await", "cast"]);

/** What a key that is made at run time may find: `handlers[req.method]`. */
const ANY_OF = "*";

const NO_CLOSURES: readonly Closure[] = [];

class FileClosures implements Closures {
  readonly #facts: Facts;
  readonly #flow: Flow;
  readonly #nameOf: (value: ValueId) => string | null;
  readonly #frames = new Frames();
  readonly #known = new Map<string, Resolved>();
  /** Questions on the way: a helper that is given what it makes of what it is given leads back to itself. */
  readonly #asked = new Set<string>();
  readonly #standIns = new Map<FnId, readonly Closure[]>();
  readonly #decorated: Decorated;
  readonly #instances: Instances;

  constructor(file: FileView) {
    this.#facts = file.facts;
    this.#flow = file.get(flow);
    this.#decorated = new Decorated(file.facts, this.#flow);
    this.#nameOf = file.get(sanctioned);
    this.#instances = new Instances(file, this);
  }

  of(value: ValueId, frame: Frame | null): Resolved {
    const key = `${value} ${frame?.key ?? ""}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#asked.has(key)) return { closures: [], open: value };
    this.#asked.add(key);
    const walk = new Walk();
    this.#walk(value, frame, walk, 0);
    const found: Resolved = { closures: [...walk.found.values()], open: walk.open };
    this.#asked.delete(key);
    this.#known.set(key, found);
    return found;
  }

  isOfKnownObjects(id: ValueId, frame: Frame | null): boolean {
    const value = this.#value(id);
    return value.kind === "member" && this.#instances.functions(id, value, frame) !== null;
  }

  called(closure: Closure, args: readonly ValueId[] | null, from: Frame | null): Closure {
    return this.#framed(closure, args, from, MOST_FRAMES);
  }

  registered({ fn, element, args }: { readonly fn: FnId; readonly element: ValueId | null; readonly args: readonly ValueId[] }, from: Frame | null): Frame {
    const { params } = this.#facts.functions[fn] as FunctionFact;
    const given = new Map<string, readonly Closure[]>();
    const objects = new Map<string, readonly Instance[]>();
    if (element !== null) this.#give(`e${element}`, this.#flow.sameAs(args[0] as ValueId), from, given);
    else {
      args.forEach((arg, i) => {
        if (params[i] === undefined || params[i].rest) return;
        this.#give(`${i}`, this.#flow.sameAs(arg), from, given);
        this.#giveObject(`${i}`, arg, from, params[i].value, objects);
      });
      const first = params.length - 1;
      const rest = params[first]?.rest === true ? args.slice(first) : [];
      rest.forEach((arg, i) => this.#give(`${first}.${i}`, this.#flow.sameAs(arg), from, given));
      // Also counted from the end: `args[args.length - 1]`.
      rest.forEach((_, i) => given.set(`${first}.${i - rest.length}`, given.get(`${first}.${i}`) ?? []));
      if (rest.length > 0) given.set(`${first}`, rest.flatMap((_, i) => given.get(`${first}.${i}`) ?? []));
    }
    return { ...(this.#frames.of(fn, given, objects, null, Infinity) as Frame), isOfOne: true };
  }

  #give(key: string, arg: ValueId, from: Frame | null, given: Map<string, readonly Closure[]>): void {
    const put = (key: string, value: ValueId): void => {
      if (!this.#mayBeFunction(value)) return;
      const found = this.of(value, from).closures.filter((c) => (c.frame?.depth ?? 0) < DEEPEST_FRAME);
      if (found.length > 0) given.set(key, found);
    };
    put(key, arg);
    const object = this.#value(arg);
    if (object.kind !== "object") return;
    for (const prop of object.props) if (prop.name !== null) put(`${key}.${prop.name}`, prop.value);
    if (object.props.every((prop) => prop.name !== null && (!this.#mayBeFunction(prop.value) || given.has(`${key}.${prop.name}`)))) {
      const all = object.props.flatMap((prop) => given.get(`${key}.${prop.name}`) ?? []);
      if (all.length > 0) given.set(`${key}.${ANY_OF}`, all);
    }
  }

  #framed(closure: Closure, args: readonly ValueId[] | null, from: Frame | null, most: number): Closure {
    const { fn, frame } = closure;
    if (args === null || (frame?.depth ?? 0) >= DEEPEST_FRAME) return closure;
    const given = new Map<string, readonly Closure[]>();
    const objects = new Map<string, readonly Instance[]>();
    const { params } = this.#facts.functions[fn] as FunctionFact;
    args.forEach((arg, i) => {
      if (params[i] === undefined || params[i].rest) return;
      this.#give(`${i}`, arg, from, given);
      this.#giveObject(`${i}`, arg, from, params[i].value, objects);
    });
    if (given.size === 0 && objects.size === 0) return closure;
    const made = this.#frames.of(fn, given, objects, frame, most);
    return made === null ? closure : { fn, frame: made };
  }

  /** What the parameter is not known to be anyway. */
  #giveObject(key: string, arg: ValueId, from: Frame | null, param: ValueId, objects: Map<string, readonly Instance[]>): void {
    const found = MAY_BE_OBJECT.has(this.#value(arg).kind) ? this.#instances.of(arg, from) : null;
    if (found === null || !found.every((object) => objectDepthOf(object) < DEEPEST_FRAME)) return;
    if (this.#instances.tellsMore(found, param)) objects.set(key, found);
  }

  standIns(method: FnId): readonly Closure[] {
    let known = this.#standIns.get(method);
    if (known === undefined) {
      // While it is worked out: a decorator that calls what it decorates by its name.
      this.#standIns.set(method, [{ fn: method, frame: null }]);
      this.#standIns.set(method, (known = this.#replaced(method)));
    }
    return known;
  }

  #replaced(method: FnId): readonly Closure[] {
    let now: readonly Closure[] = [{ fn: method, frame: null }];
    for (const decorator of this.#decorated.of(method)) {
      const { closures: by, open } = this.of(decorator, null);
      const made = by.flatMap(({ fn, frame }) => {
        const key = `${fn}.of${method}`;
        const given = new Map([["0", now], ["2.value", now]]);
        const depth = 1 + Math.max(frame?.depth ?? 0, ...now.map((c) => c.frame?.depth ?? 0));
        const seen: Frame = { fn, given, objects: new Map(), around: frame, key, depth, objectDepth: frame?.objectDepth ?? 0 };
        return this.#decorated.replacements(fn).flatMap(({ value }) => this.of(value, seen).closures);
      });
      if (made.length > 0) now = open === null ? made : [...now, ...made];
    }
    return now;
  }

  #mayBeFunction(id: ValueId): boolean {
    const { kind } = this.#value(id);
    return kind !== "literal" && kind !== "template" && kind !== "binary" && kind !== "object" && kind !== "array" && kind !== "await";
  }

  #walk(id: ValueId, frame: Frame | null, walk: Walk, steps: number): void {
    if (steps > MOST_STEPS) return walk.isOpen(id);
    const value = this.#value(id);
    const on = (next: ValueId): void => this.#walk(next, frame, walk, steps + 1);
    switch (value.kind) {
      case "function":
        return walk.add({ fn: value.fn, frame: this.#seenBy(value.fn, frame) });
      case "var": {
        if (walk.hasSeen(id, frame)) return;
        const binding = this.#facts.bindings[value.binding];
        const held = binding === undefined ? [] : heldBy(binding, value.version);
        return held.length > 0 ? held.forEach(on) : walk.isOpen(id);
      }
      case "param":
        return this.#param(id, `${value.index}`, value.fn, frame, walk);
      case "member":
        return this.#member(id, value, frame, walk);
      case "call":
        return this.#call(id, value, frame, walk, steps);
      case "cast":
      case "await":
        return on(value.of);
      case "choice":
        on(value.then);
        return on(value.otherwise);
      case "logical":
        if (value.op !== "&&") on(value.left);
        return on(value.right);
      case "sequence":
        return value.items.slice(-1).forEach(on);
      case "assign":
        return on(value.value);
      case "default":
        on(value.of);
        if (!this.#isGiven(value.of, frame)) on(value.fallback);
        return;
      case "element":
      case "rest":
        return this.#anyOf(id, frame, walk);
      default:
        return;
    }
  }

  /** A parameter is what this call gave; where no call is known, what all of them give. */
  #param(id: ValueId, key: string, fn: FnId, frame: Frame | null, walk: Walk): void {
    for (let at = frame; at; at = at.around) {
      if (at.fn !== fn || at.self !== undefined) continue;
      const given = at.given.get(key);
      // A frame of objects alone says nothing of functions.
      if (given === undefined && at.given.size === 0 && at.objects.size > 0) break;
      if (given) given.forEach((c) => walk.add(c));
      else walk.isOpen(id);
      return;
    }
    const given = frame === null ? null : this.#ofAllGiven(fn, Number(key), frame);
    if (given !== null) given.forEach((c) => walk.add(c));
    else this.#anyOf(id, frame, walk);
  }

  /** `handlers.reduce((done, handler) => …)` over all that a call has given: each of them, and no other call's. */
  #ofAllGiven(fn: FnId, index: number, frame: Frame): readonly Closure[] | null {
    for (const { call, arg } of sitesOf(this.#facts).ofFunction(fn)) {
      const callee = this.#value((this.#value(call) as Value & { kind: "call" }).callee);
      if (arg !== 0 || callee.kind !== "member" || callee.name === null || EACH.get(callee.name) !== index) continue;
      const list = this.#value(this.#flow.sameAs(callee.object));
      if (list.kind !== "param" || !list.rest) continue;
      for (let at: Frame | null = frame; at; at = at.around) if (at.fn === list.fn) return at.given.get(`${list.index}`) ?? null;
    }
    return null;
  }

  /** Is it a parameter that this call gives, or that every caller does? */
  #isGiven(id: ValueId, frame: Frame | null): boolean {
    const value = this.#value(id);
    if (value.kind !== "param") return false;
    for (let at = frame; at; at = at.around) if (at.fn === value.fn && at.self === undefined) return at.given.has(`${value.index}`);
    return this.#flow.isAlwaysGiven(id);
  }

  #member(id: ValueId, value: Value & { kind: "member" }, frame: Frame | null, walk: Walk): void {
    const of = this.#held(value.object);
    const param = of === undefined ? undefined : this.#value(of);
    if (param?.kind === "param") {
      if (this.#isGivenPart(id, param, value.name ?? fromTheEnd(this.#facts, this.#flow, value) ?? ANY_OF, frame, walk)) return;
    } else if (param?.kind === "element") {
      for (let at = frame; at; at = at.around) {
        const given = at.given.get(`e${of}.${value.name}`);
        if (given) return given.forEach((closure) => walk.add(closure));
      }
    }
    const own = this.#instances.functions(id, value, frame);
    if (own === null) this.#anyOf(id, frame, walk);
    else own.forEach((closure) => walk.add(closure));
  }

  #held(id: ValueId): ValueId | undefined {
    const value = this.#value(id);
    return value.kind === "var" ? this.#facts.bindings[value.binding]?.versions[Math.max(value.version, 0)]?.value : id;
  }

  /** What this call gives as a part of a parameter, if it does. */
  #isGivenPart(id: ValueId, { fn, index }: Value & { kind: "param" }, part: string, frame: Frame | null, walk: Walk): boolean {
    const key = `${index}.${part}`;
    for (let at = frame; at; at = at.around) {
      if (at.fn !== fn || !at.given.has(key)) continue;
      this.#param(id, key, fn, frame, walk);
      return true;
    }
    return false;
  }

  #anyOf(id: ValueId, frame: Frame | null, walk: Walk): void {
    const found = this.#flow.functions(id);
    for (const fn of found) {
      const standIns = this.#facts.functions[fn]?.kind === "method" ? this.standIns(fn) : NO_CLOSURES;
      if (standIns.length === 0 || (standIns.length === 1 && standIns[0]?.fn === fn)) walk.add({ fn, frame: this.#seenBy(fn, frame) });
      else standIns.forEach((closure) => walk.add(closure));
    }
    if (found.length === 0) walk.isOpen(id);
  }

  /** What makes a function: a local one that returns one, the pipeline's `entry`, `bind`, a wrapper the catalog knows. */
  #call(id: ValueId, value: Value & { kind: "call" }, frame: Frame | null, walk: Walk, steps: number): void {
    if (value.form === "new" || walk.hasSeen(id, frame)) return;
    const name = this.#nameOf(value.callee);
    if (name === "entry" || name?.startsWith("entry.")) return value.args.forEach((arg) => this.#mayBeFunction(arg) && this.#walk(arg, frame, walk, steps + 1));
    const callee = this.#value(value.callee);
    if (callee.kind === "member" && callee.name === "bind") return this.#walk(callee.object, frame, walk, steps + 1);
    // `args.at(-1)`, `args.pop()`
    const last = callee.kind === "member" ? takenFromTheEnd(this.#flow, callee.name, value.args) : null;
    const list = last === null || callee.kind !== "member" ? undefined : this.#held(callee.object);
    const rest = list === undefined ? undefined : this.#value(list);
    if (last !== null && rest?.kind === "param" && rest.rest && this.#isGivenPart(id, rest, last, frame, walk)) return;
    for (const { row } of this.#flow.symbols(value.callee).flatMap((n) => n.rows("wraps"))) {
      const arg = value.args.at(row.arg === "last" ? -1 : row.arg);
      if (arg !== undefined) return this.#walk(arg, frame, walk, steps + 1);
    }
    const makers = this.of(value.callee, frame);
    if (makers.open !== null || makers.closures.length === 0) walk.isOpen(id);
    for (const maker of makers.closures) {
      const fact = this.#facts.functions[maker.fn] as FunctionFact;
      if (fact.async || fact.generator) continue;
      const args = value.args.some((a) => this.#value(a).kind === "spread") ? null : value.args;
      const inner = this.#framed(maker, args, frame, frame === null || frame.isOfOne ? Infinity : MOST_FRAMES);
      eachStatement(fact.body, (s) => void (s.kind === "return" && s.value !== null && this.#walk(s.value, inner.frame, walk, steps + 1)));
    }
  }

  /** The innermost frame whose parameters a function sees from where it stands. */
  #seenBy(fn: FnId, frame: Frame | null): Frame | null {
    for (let at = frame; at; at = at.around) {
      for (let outer = this.#facts.functions[fn]?.parent ?? null; outer !== null; outer = this.#facts.functions[outer]?.parent ?? null) if (outer === at.fn) return at;
    }
    return null;
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

class Walk {
  readonly found = new Map<string, Closure>();
  readonly #seen = new Set<string>();
  open: ValueId | null = null;

  add(closure: Closure): void {
    this.found.set(keyOf(closure), closure);
  }

  isOpen(value: ValueId): void {
    this.open ??= value;
  }

  hasSeen(value: ValueId, frame: Frame | null): boolean {
    const key = `${value} ${frame?.key ?? ""}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }
}
