import { ANY_VERSION, type BindingFact, type ClassId, type Facts, type FnId, type FunctionFact, type Value, type ValueId } from "../core/facts.js";
import { once } from "../core/once.js";
import { ClassMembers, type Side } from "./class-members.js";
import { type Constant, constantOf, constantsGiven, constantsOf } from "./constants.js";
import { Contexts } from "./contexts.js";
import { isAlwaysGiven } from "./given.js";
import { heldBy } from "./held.js";
import { Hierarchy } from "./hierarchy.js";
import { EACH, SAME_AS_ARGUMENT } from "./known-methods.js";
import type { Links } from "./links.js";
import { MethodCallers } from "./method-callers.js";
import { MethodFinder } from "./methods.js";
import type { Occurrences } from "./occurrences.js";
import { globalPath, keysOf, NO_PARTS, PartFinder, type Parts } from "./parts.js";
import { returnedTo } from "./returned-to.js";
import { Schemas } from "./schemas.js";
import { sitesOf } from "./sites.js";
import { Undeclared } from "./undeclared.js";
import { WrittenBefore } from "./written-before.js";

/** Names, casts and `await` are followed this far. */
const MOST_STEPS = 50;
/** More roads than this to one value, and no verdict could name them all. */
const MOST_SOURCES = 12;
/** Functions that a list or a table names one by one are all meant. */
const MOST_FUNCTIONS = 60;
/**
 * Steps for each value of a file. Most files take two or three; circles within circles (recursion over the parts of what
 * it returns) can take exponentially many, and there everything not yet known stays what it is.
 */
const MOST_WORK = 30;
/** Sources of sources: a program of many files could ask deeper than the stack goes. */
const DEEPEST = 250;

/** A value whose sources are being worked out. */
interface Pending {
  readonly index: number;
  list: readonly ValueId[];
  /** Another member of its circle has grown since its list was made. */
  isStale: boolean;
  isOpen: boolean;
}

/**
 * Where the values of a file come from. Values may depend on each other in circles (a loop's variable, recursion): the
 * sources of all values of a circle are worked out together, again and again until nothing is added, so that the
 * answer is the same whichever of them is asked for first.
 */
export class Sources {
  readonly links: Links;
  readonly classes: ClassMembers;
  readonly hierarchy: () => Hierarchy;
  /** The classes that implement what a value's declared type names; set by the one who knows types. */
  implementing: (value: ValueId) => readonly ClassId[] = () => [];
  /** The side of a class that a value's declared type names; set by the one who knows types. */
  typedSide: (value: ValueId) => Side | null = () => null;
  /** How often a type was left on the way to it; set by the same one. */
  typesCut: () => number = () => 0;
  readonly #facts: Facts;
  readonly parts: PartFinder;
  readonly schemas: () => Schemas;
  readonly #contexts: () => Contexts;
  readonly methods: MethodFinder;
  readonly writtenBefore: WrittenBefore;
  readonly #done: (readonly ValueId[] | undefined)[];
  readonly #functions: (readonly FnId[] | undefined)[];
  readonly #methodCallers: MethodCallers;
  readonly #pending = new Map<ValueId, Pending>();
  readonly #stack: ValueId[] = [];
  /** What files write to names that nobody declares. */
  readonly #undeclared: Undeclared;
  /** The lowest index of a pending value that was met since the walk of the current one began. */
  #lowest = Infinity;
  #partialReads = 0;
  #grew = false;
  #work = 0;
  #depth = 0;

  constructor(facts: Facts, links: Links, occurrences: Occurrences) {
    this.#facts = facts;
    this.hierarchy = once(() => new Hierarchy(facts, occurrences, (value) => this.sameAs(value)));
    this.schemas = once(() => new Schemas(facts, this));
    this.#contexts = once(() => new Contexts(facts, this));
    this.methods = new MethodFinder(facts, this);
    this.#methodCallers = new MethodCallers(facts, this);
    this.#done = new Array(facts.values.length);
    this.#functions = new Array(facts.values.length);
    this.links = links;
    this.classes = new ClassMembers(facts, links, (value) => this.of(value));
    this.parts = new PartFinder(facts, this);
    this.writtenBefore = new WrittenBefore(facts, links, (value) => this.of(value));
    this.#undeclared = new Undeclared(facts);
  }

  of(value: ValueId): readonly ValueId[] {
    const done = this.#done[value];
    if (done) return done;
    if (this.#isWorn()) return (this.#done[value] = [value]);
    const known = this.#pending.get(value);
    if (known && (known.isOpen || !known.isStale)) {
      this.#partialReads++;
      this.#lowest = Math.min(this.#lowest, known.index);
      return known.list;
    }
    const same = this.sameAs(value);
    if (same === value && this.#isItself(value)) return (this.#done[value] = [value]);
    if (same !== value) {
      const list = this.of(same);
      if (this.#done[same]) this.#done[value] = list;
      return list;
    }
    // Further down than any program means: what stands there is itself.
    if (this.#depth >= DEEPEST) {
      this.#partialReads++;
      return [value];
    }
    const pending = known ?? this.#enter(value);
    const outer = { lowest: this.#lowest, grew: this.#grew };
    for (;;) {
      this.#lowest = Infinity;
      this.#grew = false;
      this.#visit(value, pending);
      // Not the first of its circle, or only met again on the way: whoever entered it goes on until all are complete.
      if (known !== undefined) this.#lowest = Math.min(this.#lowest, pending.index);
      if (known !== undefined || this.#lowest < pending.index) break;
      if (this.#lowest > pending.index || !this.#grew || this.#isWorn()) {
        this.#finish(value);
        break;
      }
      // Those of its circle that came after it, and no others: a circle within another is gone over for itself.
      for (const member of this.#stack.slice(pending.index + 1)) (this.#pending.get(member) as Pending).isStale = true;
    }
    this.#lowest = Math.min(this.#lowest, outer.lowest);
    this.#grew ||= outer.grew;
    return pending.list;
  }

  #isWorn(): boolean {
    return this.#work++ > MOST_WORK * this.#facts.values.length + 5000;
  }

  /** How often an answer was given that is not complete yet: what is derived from such a one must not be kept. */
  get partialReads(): number {
    return this.#partialReads;
  }

  /** What a value is but another name for, without a choice on the way: most are, and none of those needs a circle's care. */
  sameAs(value: ValueId): ValueId {
    let at = value;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const of = this.#value(at);
      let next: ValueId | undefined;
      if (of.kind === "cast" || of.kind === "await") next = of.of;
      else if (of.kind === "assign") next = of.value;
      else if (of.kind === "global") {
        const held = this.#undeclared.of(at, of.name);
        next = held.length === 1 ? held[0] : undefined;
      } else if (of.kind === "var" && of.version !== ANY_VERSION) {
        const version = this.#facts.bindings[of.binding]?.versions[of.version];
        next = version?.of ? undefined : version?.value;
      }
      if (next === undefined) return at;
      at = next;
    }
    // A name that holds nothing but itself.
    return value;
  }

  #isItself(value: ValueId): boolean {
    const of = this.#value(value);
    if (of.kind === "global") return this.#undeclared.of(value, of.name).length === 0;
    if (isLeaf(of)) return true;
    if (of.kind === "var") return of.version !== ANY_VERSION && this.#facts.bindings[of.binding]?.versions[of.version]?.by === "empty";
    if (of.kind !== "member") return false;
    // A part of what another file or the host gives.
    const object = this.#value(of.object);
    if (object.kind === "global") return object.name !== "exports";
    return object.kind === "var" && this.#facts.bindings[object.binding]?.from !== undefined && this.links.memberWrites(object.binding).length === 0;
  }

  #enter(value: ValueId): Pending {
    const pending: Pending = { index: this.#stack.length, list: [], isStale: true, isOpen: false };
    this.#stack.push(value);
    this.#pending.set(value, pending);
    return pending;
  }

  #visit(value: ValueId, pending: Pending): void {
    this.#depth++;
    pending.isOpen = true;
    const found = new Set(pending.list);
    this.parts.apart(() => this.#collect(value, found));
    pending.isOpen = false;
    pending.isStale = false;
    this.#depth--;
    if (found.size > pending.list.length) {
      pending.list = [...found].sort((a, b) => a - b);
      this.#grew = true;
    }
  }

  /** The circle that began with this value is complete. */
  #finish(value: ValueId): void {
    while (this.#stack.length > 0) {
      const last = this.#stack.pop() as ValueId;
      const list = this.#pending.get(last)?.list ?? [];
      this.#done[last] = list.length === 0 ? [last] : list;
      this.#pending.delete(last);
      if (last === value) return;
    }
  }

  constant(value: ValueId): Constant | undefined {
    return constantOf(this.#facts, (v) => this.of(v), value);
  }

  constants(value: ValueId): readonly Constant[] | null {
    return constantsOf(this.#facts, (v) => this.of(v), value) ?? constantsGiven(this.#facts, (fn) => this.links.callers(fn), (v) => this.of(v), this.sameAs(value));
  }

  /** Of which class of this file a value is, by its form or its declared type. */
  sideOf(source: ValueId): Side | null {
    const value = this.#value(source);
    return isLeaf(value) ? null : (this.classes.sideOf(source, value) ?? (TYPED.has(value.kind) ? this.typedSide(source) : null));
  }

  functions(value: ValueId): readonly FnId[] {
    const known = this.#functions[value];
    if (known) return known;
    const before = this.incomplete;
    const found = new Set<FnId>();
    for (const source of this.of(value)) {
      const of = this.#value(source);
      if (of.kind === "function") found.add(of.fn);
      else if (of.kind === "member") for (const name of keysOf(this, of)) if (name !== null) for (const fn of this.methods.of(of.object, name)) found.add(fn);
    }
    const list = [...found];
    if (this.incomplete === before) this.#functions[value] = list;
    return list;
  }

  /** Grows with everything that was not complete when it was read. */
  get incomplete(): number {
    return this.#partialReads + this.typesCut();
  }

  #collect(id: ValueId, found: Set<ValueId>): void {
    const through = (next: ValueId): void => {
      if (found.size <= MOST_SOURCES || (found.size <= MOST_FUNCTIONS && this.#value(this.sameAs(next)).kind === "function")) for (const s of this.of(next)) found.add(s);
    };
    const value = this.#value(id);
    switch (value.kind) {
      case "var": {
        const held = heldBy(this.#facts.bindings[value.binding] as BindingFact, value.version);
        if (held.length === 0) found.add(id);
        else held.forEach(through);
        return;
      }
      case "global":
        this.#undeclared.of(id, value.name).forEach(through);
        return;
      case "cast":
      case "await":
        through(value.of);
        return;
      case "choice":
        through(value.then);
        through(value.otherwise);
        return;
      case "logical":
        if (value.op !== "&&") through(value.left);
        through(value.right);
        return;
      case "sequence":
        if (value.items.length > 0) through(value.items[value.items.length - 1] as ValueId);
        return;
      case "assign":
        through(value.value);
        return;
      case "default":
        through(value.of);
        if (!this.isAlwaysGiven(value.of)) through(value.fallback);
        return;
      case "this": {
        found.add(id);
        const object = this.links.objectOf(this.#facts.owner[id] as FnId);
        if (object !== null) through(object);
        return;
      }
      case "param":
        found.add(id);
        if (!value.rest) [...this.#given(value), ...this.methods.given(id)].forEach(through);
        return;
      case "element": {
        const items = this.parts.items(value.of);
        items.values.forEach(through);
        if (!items.isAll || items.values.length === 0) found.add(id);
        return;
      }
      case "member": {
        for (const name of keysOf(this, value)) {
          const over = name === null ? null : this.writtenBefore.of(value.object, name, id);
          const parts = over === null ? this.parts.of(value.object, name) : { values: over, isAll: true };
          if (parts === null) return;
          parts.values.forEach(through);
          if (!parts.isAll || parts.values.length === 0) found.add(id);
        }
        [...this.#contexts().ofMember(value), ...this.methods.given(id)].forEach(through);
        return;
      }
      case "call": {
        const results = value.form === undefined ? this.#results(value) : NO_PARTS;
        results.values.forEach(through);
        if (!results.isAll || results.values.length === 0) found.add(id);
        [...this.#contexts().ofCall(value), ...this.methods.given(id)].forEach(through);
        return;
      }
      default:
        found.add(id);
    }
  }

  /** Is it a parameter that every caller gives, so that its default never shows? */
  isAlwaysGiven(id: ValueId): boolean {
    return isAlwaysGiven(this.#facts, this, id);
  }

  /** A parameter is what its callers give, where all callers are in this file, and what a list or a promise hands over. */
  #given(param: Value & { kind: "param" }): ValueId[] {
    const given: ValueId[] = [];
    for (const caller of this.links.callers(param.fn) ?? this.#methodCallers.of(param.fn)) {
      const site = this.#value(caller) as Value & { kind: "call" };
      const arg = site.args[param.index];
      if (arg !== undefined && !site.args.slice(0, param.index + 1).some((a) => this.#value(a).kind === "spread")) given.push(arg);
    }
    given.push(...this.#calledWith(param.fn, param.index));
    for (const { from, isElement } of this.handedOver(param.fn, param.index)) {
      if (isElement) given.push(...this.parts.items(from).values);
      else given.push(from);
    }
    return given;
  }

  /** `withClient(async (client) => …)`: what a function that it is given to calls it with. */
  #calledWith(fn: FnId, index: number): ValueId[] {
    return sitesOf(this.#facts).ofFunction(fn).flatMap(({ call, arg, path }) => {
      const takers = path.length > 0 ? [] : this.functions((this.#value(call) as Value & { kind: "call" }).callee);
      return takers.flatMap((taker) => this.links.paramCalls(taker, arg).flatMap((inner) => (this.#value(inner) as Value & { kind: "call" }).args.slice(index, index + 1)));
    });
  }

  /** The lists whose elements, and the promises whose result, a function gets as this parameter. */
  handedOver(fn: FnId, index: number): readonly Handed[] {
    return sitesOf(this.#facts).ofFunction(fn).flatMap((site): readonly Handed[] => {
      const call = this.#value(site.call) as Value & { kind: "call" };
      const callee = this.#value(call.callee);
      if (callee.kind !== "member" || callee.name === null || site.arg !== 0 || site.path.length > 0) return [];
      if (EACH.get(callee.name) === index) return [{ from: callee.object, isElement: true }];
      return callee.name === "then" && index === 0 ? [{ from: callee.object, isElement: false }] : [];
    });
  }

  /** What a call gives of this file's values; `isAll` where it cannot be the call's own. */
  #results(call: Value & { kind: "call" }): Parts {
    const callee = this.#value(call.callee);
    const first = call.args[0];
    if (callee.kind === "member") {
      // `f.bind(x)` is `f` with its first arguments given; without arguments given it is `f` to us.
      if (callee.name === "bind" || callee.name === "finally") return { values: [callee.object], isAll: true };
      const path = globalPath(this.#facts, callee);
      if (first !== undefined && path !== null && (SAME_AS_ARGUMENT.has(path) || (path === "Promise.all" && this.parts.isList(first)))) return { values: [first], isAll: true };
      if (path === "Promise.race" || path === "Promise.any") return first === undefined ? NO_PARTS : { values: this.parts.items(first).values, isAll: true };
      if (first !== undefined && (callee.name === "then" || callee.name === "catch")) {
        const handlers = callee.name === "then" ? call.args.slice(0, 2) : [first];
        const handled = handlers.flatMap((handler) => this.functions(handler)).flatMap((fn) => this.links.returns(fn));
        return { values: callee.name === "catch" ? [callee.object, ...handled] : handled, isAll: true };
      }
      const taken = this.parts.taken(callee, call.args.length);
      if (taken !== null) return taken;
    }
    const functions = this.functions(call.callee).filter((fn) => !(this.#facts.functions[fn] as FunctionFact).generator);
    return { values: functions.flatMap((fn) => returnedTo(this.#facts, this, call, fn)), isAll: functions.length >= this.of(call.callee).length };
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

type Handed = { readonly from: ValueId; readonly isElement: boolean };

/** Kinds that may have a declared type of their own. */
export const TYPED: ReadonlySet<Value["kind"]> = new Set(["var", "param", "member", "call", "element"]);

function isLeaf(value: Value): boolean {
  return value.kind === "literal" || value.kind === "global" || value.kind === "function" || value.kind === "object" || value.kind === "array" || value.kind === "template" || value.kind === "binary" || value.kind === "unary";
}
