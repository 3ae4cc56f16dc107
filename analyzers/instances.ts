import type { CallValue, ClassId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Closures } from "./closures.js";
import { type Flow, flow } from "./flow.js";
import { type Closure, type Frame, keyOf } from "./frames.js";
import { heldBy } from "./held.js";
import { SAME_AS_ARGUMENT } from "./known-methods.js";
import { makers, type Making } from "./makers.js";
import { isAssign, ObjectParts, type Part } from "./object-parts.js";
import { globalPath, keysOf } from "./parts.js";
import { methodAround } from "./this-of.js";

/** An object as one place makes it: two of one class were given different things, and do different things. */
export interface Instance {
  /** Null for an object literal. */
  readonly cls: ClassId | null;
  /** The `new`, or the literal; null where only the class is known. */
  readonly made: ValueId | null;
  /** What was given where it is made. */
  readonly frame: Frame | null;
  /** Equal for equal instances. */
  readonly key: string;
}

/** Names of names, and objects in objects. */
const MOST_STEPS = 40;
/** So many different objects are told apart by nobody. */
const MOST = 8;
/** A method that runs on more than this is taken for all of them together. */
const MOST_SELVES = 16;
/** What objects are made in, within what they are made in: as deep as frames go. */
const DEEPEST = 4;
/** Past this the chain of base classes goes in a circle. */
const DEEPEST_BASE = 10;

/** What is no function, whatever it holds. */
const IS_NO_FUNCTION: ReadonlySet<Value["kind"]> = new Set(["literal", "template", "array", "object", "binary"]);

const NOTHING = new Map<string, never>();

/**
 * Which objects a value is, seen from within a call: `new Loader(fromDisk)` of one route is not `new Loader(fromMemory)` of
 * another. Either all that it may be is known, or nothing is said.
 */
export class Instances {
  readonly #facts: Facts;
  readonly #flow: Flow;
  readonly #closures: Pick<Closures, "of" | "called" | "standIns">;
  readonly #making: () => Making;
  readonly #known = new Map<string, readonly Instance[] | null>();
  /** Questions on the way: a list's node that holds the next leads back to itself. */
  readonly #asked = new Set<string>();
  readonly #selves = new Map<FnId, Map<string, Frame>>();
  readonly #constructions = new Map<string, Frame | null>();
  readonly #parts: ObjectParts;

  constructor(file: FileView, by: Pick<Closures, "of" | "called" | "standIns">) {
    this.#facts = file.facts;
    this.#flow = file.get(flow);
    this.#closures = by;
    this.#making = () => file.get(makers);
    this.#parts = new ObjectParts(file, (id, frame) => this.of(id, frame));
  }

  /** All objects that a value may be; null where it may be something else. */
  of(id: ValueId, from: Frame | null): readonly Instance[] | null {
    const frame = this.seenBy(this.#facts.owner[id] as FnId, from);
    const key = `${id} ${frame?.key ?? ""}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#asked.has(key)) return null;
    this.#asked.add(key);
    const found = new Map<string, Instance>();
    const isAll = this.#walk(id, frame, found, 0);
    this.#asked.delete(key);
    const list = isAll && found.size > 0 && found.size <= MOST ? [...found.values()] : null;
    this.#known.set(key, list);
    return list;
  }

  /** Does what a call gives say more of a parameter than all calls together? Made of nothing of ours, it does what its class does. */
  tellsMore(given: readonly Instance[], param: ValueId): boolean {
    const plain = this.of(param, null);
    if (plain === null || plain.length !== given.length) return true;
    const known = new Set(plain.map((instance) => instance.key));
    return !given.every(({ key, cls }) => known.has(key) || (key === `n${cls}` && known.has(`c${cls}`)));
  }

  /** The functions that a member of such an object is; null where nothing more is known of it than of all objects together. */
  functions(id: ValueId, member: Value & { kind: "member" }, frame: Frame | null): readonly Closure[] | null {
    const { object, name } = member;
    if (this.#value(object).kind === "super") {
      const self = name === null ? null : this.#self(object, frame);
      return self === null ? null : this.#flow.functions(id).map((fn) => ({ fn, frame: this.#as(self, fn) }));
    }
    const found: Closure[] = [];
    const keys = keysOf(this.#flow, member);
    for (const instance of this.of(object, frame) ?? [null]) {
      for (const key of keys) {
        const own = instance === null ? null : this.#functionsOf(instance, key);
        if (own === null) return null;
        found.push(...own);
      }
    }
    return found;
  }

  /** The innermost frame whose parameters, or whose `this`, a function sees. */
  seenBy(fn: FnId, frame: Frame | null): Frame | null {
    for (let at = frame; at; at = at.around) {
      for (let outer: FnId | null = fn; outer !== null; outer = this.#facts.functions[outer]?.parent ?? null) if (outer === at.fn) return at;
    }
    return null;
  }

  #walk(id: ValueId, frame: Frame | null, found: Map<string, Instance>, steps: number): boolean {
    if (steps > MOST_STEPS || found.size > MOST) return false;
    const value = this.#value(id);
    const on = (next: ValueId): boolean => this.#walk(next, frame, found, steps + 1);
    switch (value.kind) {
      case "object":
        return this.#make(found, null, id, value.props.map((prop) => prop.value), frame);
      case "call":
        return value.form === "new" ? this.#new(id, value, frame, found) : this.#called(id, value, frame, found, steps);
      case "var": {
        const binding = this.#facts.bindings[value.binding];
        const held = binding === undefined ? [] : heldBy(binding, value.version);
        return held.length > 0 ? held.every((next) => this.#addAll(found, this.of(next, frame)) || this.#isNothing(next)) : this.#typed(id, found);
      }
      case "param": {
        const given = givenTo(value, frame);
        return given === null ? this.#anywhere(id, found) : this.#addAll(found, given);
      }
      case "member":
        return this.#addAll(found, this.#held(value, frame)) || this.#anywhere(id, found);
      case "this": {
        const self = this.#self(id, frame);
        return self !== null && this.#add(found, self);
      }
      case "cast":
      case "await":
        return on(value.of);
      case "assign":
        return on(value.value);
      case "choice":
        return on(value.then) && on(value.otherwise);
      case "logical":
        return (value.op === "&&" || on(value.left)) && on(value.right);
      case "default":
        return on(value.of) && on(value.fallback);
      case "sequence":
        return value.items.length > 0 && on(value.items.at(-1) as ValueId);
      default:
        return false;
    }
  }

  /** `let service = null`, until it is made. */
  #isNothing(id: ValueId): boolean {
    const value = this.#value(id);
    return (value.kind === "literal" && value.value === null) || (value.kind === "global" && value.name === "undefined");
  }

  #add(found: Map<string, Instance>, instance: Instance): boolean {
    found.set(instance.key, instance);
    return true;
  }

  #addAll(found: Map<string, Instance>, all: readonly Instance[] | null): boolean {
    for (const instance of all ?? []) this.#add(found, instance);
    return all !== null;
  }

  #new(id: ValueId, { callee, args }: CallValue, frame: Frame | null, found: Map<string, Instance>): boolean {
    const [of, ...others] = this.#flow.sources(callee).map((source) => this.#value(source));
    return of?.kind === "class" && others.length === 0 && this.#make(found, of.cls, id, args, frame);
  }

  #called(id: ValueId, value: CallValue, frame: Frame | null, found: Map<string, Instance>, steps: number): boolean {
    const callee = this.#value(value.callee);
    const [first] = value.args;
    if (first !== undefined && callee.kind === "member" && SAME_AS_ARGUMENT.has(globalPath(this.#facts, callee) ?? "")) return this.#walk(first, frame, found, steps + 1);
    if (isAssign(this.#facts, value)) return this.#make(found, null, id, value.args, frame);
    return this.#addAll(found, this.#returned(value, frame)) || this.#typed(id, found);
  }

  /**
   * It is another one wherever it is made of other functions or objects, and for each call of the function it is made in
   * where that gives it others. A record of data is none at all.
   */
  #make(found: Map<string, Instance>, cls: ClassId | null, made: ValueId, parts: readonly ValueId[], frame: Frame | null): boolean {
    const told = parts.filter((part) => this.#holds(part, frame));
    if (told.length === 0) return cls !== null && this.#add(found, { cls, made, frame: null, key: `n${cls}` });
    const seen = frame !== null && told.some((part) => this.#differsIn(part, frame)) ? frame : null;
    return this.#add(found, { cls, made, frame: seen, key: seen === null ? `${made}` : `${made}<${seen.key}>` });
  }

  /** Is it a function of the program, or an object with such? */
  #holds(id: ValueId, frame: Frame | null): boolean {
    const { kind } = this.#value(id);
    return kind !== "literal" && kind !== "template" && kind !== "global" && (this.of(id, frame) !== null || this.#closures.of(id, frame).closures.length > 0);
  }

  /** Is it another one within a call than for all calls together? */
  #differsIn(id: ValueId, frame: Frame): boolean {
    if (namesOf(this.of(id, frame)) !== namesOf(this.of(id, null))) return true;
    const functions = (from: Frame | null): string => this.#closures.of(id, from).closures.map(keyOf).join(" ");
    return functions(frame) !== functions(null);
  }

  /** What a function of the program makes for its caller. */
  #returned({ callee, args, form }: CallValue, frame: Frame | null): readonly Instance[] | null {
    if (form !== undefined) return null;
    const { closures, open } = this.#closures.of(callee, frame);
    if (open !== null || closures.length === 0) return null;
    const given = args.some((arg) => this.#value(arg).kind === "spread") ? null : args;
    const found: Instance[] = [];
    for (const closure of closures) {
      if (this.#facts.functions[closure.fn]?.generator === true) return null;
      const { frame: inner } = this.#closures.called(closure, given, frame);
      const returns = this.#flow.returns(closure.fn);
      if (returns.length === 0) return null;
      for (const returned of returns) {
        const made = this.of(returned, inner);
        if (made === null) return null;
        found.push(...made);
      }
    }
    return found;
  }

  /** What a part of such an object holds. */
  #held(member: Value & { kind: "member" }, frame: Frame | null): readonly Instance[] | null {
    const found: Instance[] = [];
    const keys = keysOf(this.#flow, member);
    for (const instance of this.of(member.object, frame) ?? [null]) {
      for (const part of keys.flatMap<Part | null>((key) => (instance === null ? null : this.#parts.of(instance, key)) ?? [null])) {
        const made = part === null ? null : this.of(part.value, this.#construction(part.of, this.#facts.owner[part.value] as FnId));
        if (made === null) return null;
        found.push(...made);
      }
    }
    return found;
  }

  /** The same wherever it is asked: what all callers give, what every object of the kind holds. */
  #anywhere(id: ValueId, found: Map<string, Instance>): boolean {
    const sources = this.#flow.sources(id);
    const isMade = (source: ValueId): boolean => {
      const value = this.#value(source);
      return value.kind === "object" || (value.kind === "call" && value.form === "new");
    };
    return sources.every(isMade) ? sources.every((source) => this.#addAll(found, this.of(source, null))) : this.#typed(id, found);
  }

  /** Of one class, whoever made it. */
  #typed(id: ValueId, found: Map<string, Instance>): boolean {
    const cls = this.#flow.classOf(id);
    return cls !== null && this.#add(found, ofClass(cls));
  }

  /** The object that a method runs on. */
  #self(id: ValueId, frame: Frame | null): Instance | null {
    const method = methodAround(this.#facts, this.#facts.owner[id] as FnId);
    for (let at = frame; at; at = at.around) if (at.fn === method && at.self !== undefined) return at.self;
    return null;
  }

  #functionsOf(instance: Instance, name: string | null): readonly Closure[] | null {
    const method = instance.cls === null || name === null ? null : (this.#flow.member(instance.cls, name)?.method ?? null);
    if (method !== null) return this.#onIt(method, instance, instance.frame);
    const found: Closure[] = [];
    for (const part of this.#parts.of(instance, name) ?? [null]) {
      const own = part === null ? null : this.#functionsIn(part, instance);
      // A table holds other things beside its handlers.
      if (own === null && (part === null || name !== null || !IS_NO_FUNCTION.has(this.#value(part.value).kind))) return null;
      found.push(...(own ?? []));
    }
    return found.length === 0 ? null : found;
  }

  #functionsIn({ value: id, of }: Part, instance: Instance): readonly Closure[] | null {
    const value = this.#value(id);
    // `{ find() { … } }`, whose `this` is the literal.
    if (instance.cls === null && value.kind === "function" && this.#facts.functions[value.fn]?.kind !== "arrow") return this.#onIt(value.fn, instance, of.frame);
    const { closures, open } = this.#closures.of(id, this.#construction(of, this.#facts.owner[id] as FnId));
    return open !== null || closures.length === 0 ? null : closures;
  }

  /** A method as it runs on one object. */
  #onIt(method: FnId, instance: Instance, around: Frame | null): readonly Closure[] {
    return this.#closures.standIns(method).map((now) => (now.fn === method ? { fn: method, frame: this.#as(instance, method, false, around) } : now));
  }

  /** What one of its makers sees: the constructor of its class or of one above it, with what the `new` gave; the initialisers of its fields. */
  #construction(instance: Instance, fn: FnId): Frame | null {
    if (instance.cls === null) return instance.frame;
    if (instance.made === null) return this.#facts.functions[fn]?.kind === "fields" ? this.#as(instance, fn) : null;
    const key = `${instance.key} ${fn}`;
    let known = this.#constructions.get(key);
    if (known === undefined) {
      // While it is worked out: a constructor that gives what it holds to itself.
      this.#constructions.set(key, null);
      this.#constructions.set(key, (known = this.#constructed(instance, fn)));
    }
    return known;
  }

  #constructed(instance: Instance, fn: FnId): Frame | null {
    const made = this.#value(instance.made as ValueId) as CallValue;
    let { args, frame } = { args: this.#plain(made.args), frame: instance.frame };
    let at: ClassId | null = instance.cls;
    for (let depth = 0; at !== null && depth < DEEPEST_BASE; depth++) {
      const { fields, constructor } = this.#making().own(at);
      if (fn === fields) return this.#as(instance, fn, true);
      if (constructor !== null) {
        const { frame: inner } = this.#closures.called({ fn: constructor, frame: this.#as(instance, constructor, true) }, args, frame);
        if (constructor === fn) return inner;
        args = this.#plain(this.#making().superCall(constructor)?.args ?? []);
        frame = inner;
      }
      at = this.#making().baseOf(at);
    }
    return null;
  }

  #plain(args: readonly ValueId[]): readonly ValueId[] | null {
    return args.some((arg) => this.#value(arg).kind === "spread") ? null : args;
  }

  /** The function as it runs on this object; null where that is what it does on every object. */
  #as(self: Instance, fn: FnId, always = false, seen: Frame | null = self.frame): Frame | null {
    // It adds nothing to what stands within what: the object was made outside.
    const objectDepth = self.frame?.objectDepth ?? 0;
    if (objectDepth > DEEPEST || !(always || self.cls === null || this.#differs(self, fn))) return null;
    let known = this.#selves.get(fn);
    if (known === undefined) this.#selves.set(fn, (known = new Map()));
    const around = self.cls === null ? this.seenBy(fn, seen) : null;
    const key = around === self.frame ? self.key : `${self.key} ${around?.key ?? ""}`;
    let frame = known.get(key);
    if (frame === undefined && known.size < MOST_SELVES) {
      known.set(key, (frame = { fn, given: NOTHING, objects: NOTHING, self, around, key: `${fn}.on${known.size}`, depth: around?.depth ?? 0, objectDepth }));
    }
    return frame ?? null;
  }

  /** Are there others that it runs on? */
  #differs(self: Instance, fn: FnId): boolean {
    const cls = this.#facts.functions[fn]?.cls ?? null;
    return cls !== null && (self.frame !== null || this.#making().places(cls) > 1 || this.#flow.classesBelow(cls).length > 1);
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

export const namesOf = (list: readonly Instance[] | null): string => list?.map((instance) => instance.key).join("|") ?? "";

const ofClass = (cls: ClassId): Instance => ({ cls, made: null, frame: null, key: `c${cls}` });

/** The objects that the call on the way gave to a parameter; null where it gave none that is known. */
function givenTo({ fn, index, rest }: Value & { kind: "param" }, frame: Frame | null): readonly Instance[] | null {
  for (let at = frame; at && !rest; at = at.around) if (at.fn === fn && at.self === undefined) return at.objects.get(`${index}`) ?? null;
  return null;
}
