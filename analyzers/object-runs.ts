import type { ClassId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { closures } from "./closures.js";
import { isMethodOfList } from "./declared-lists.js";
import { flow } from "./flow.js";
import { methodAround } from "./links.js";
import { ANY, Heap, type Node, type Token } from "./heap.js";
import { Registrars } from "./listening.js";
import { Proxies } from "./proxies.js";

export interface Ran {
  readonly at: ValueId;
  readonly fn: FnId;
  readonly how: "call" | "callback" | "event" | "getter" | "setter" | "iterator" | "dispose" | "conversion";
}

/** Kinds of objects that have elements. */
export const LISTS: ReadonlySet<string> = new Set(["list", "arguments", "collection", "map"]);
export const INDEX = /^\d+$/;
/** Before the key of a map, where that is a constant. */
export const KEYED = "@@key ";
/** Where the keys of a map stand. */
export const KEYS = "@@keys";

/** Where it says of a function that what it makes is a library's thing too. */
export const OF_LIBRARY = "@@library";

/** Arguments and elements further on are not kept apart. */
const MOST_PLACES = 16;

export const isElement = (field: string): boolean => field === ANY || INDEX.test(field) || field.startsWith(KEYED);

/** What it means, to what objects hold, that a function runs: with what, as whose method, and what it gives. */
export abstract class Running {
  readonly facts: Facts;
  readonly heap: Heap;
  readonly nameOf: (name: string | null, key: ValueId | undefined) => string | null;
  /** All names that a key may be; null stands for any. */
  readonly namesOf: (name: string | null, key: ValueId | undefined) => readonly (string | null)[];
  protected readonly ranAt = new Map<string, Ran>();
  /** The functions that read `arguments`: of no other it is worth knowing what stands there. */
  readonly #readsArguments = new Set<FnId>();
  readonly #thisOf = new Map<FnId, Node>();
  readonly #returnOf = new Map<FnId, Node>();
  readonly #yieldOf = new Map<FnId, Node>();
  readonly #bound = new Map<Token, { readonly target: Token; readonly self: Node | null; readonly args: readonly ValueId[] }>();
  readonly #boundAt = new Map<string, Token>();
  readonly #settles = new Map<Token, Node>();
  protected readonly fieldsOf = new Map<ClassId, FnId>();
  readonly proxies: Proxies;
  readonly registrars: Registrars;
  readonly sameAs: (value: ValueId) => ValueId;
  /** Is it a list's own method, of what is declared to be a list? */
  readonly isOfList: (object: ValueId, name: string) => boolean;
  /** What is under a method's name when its decorators have had their say. */
  readonly standIns: (method: FnId) => readonly FnId[];

  constructor(file: FileView) {
    this.facts = file.facts;
    this.heap = new Heap(file.facts.values.length);
    file.facts.values.forEach((value, id) => {
      if (value.kind === "global" && value.name === "arguments") this.#readsArguments.add(methodAround(file.facts, file.facts.owner[id] as FnId));
    });
    const { constant, constants, sameAs } = file.get(flow);
    this.isOfList = (object, name) => isMethodOfList(file.get(flow), object, name);
    this.sameAs = sameAs;
    this.standIns = (method) => file.get(closures).standIns(method).map((c) => c.fn);
    this.proxies = new Proxies(this);
    this.registrars = new Registrars(file.facts, sameAs);
    this.nameOf = (name, key) => {
      if (name !== null || key === undefined) return name;
      const of = this.value(sameAs(key));
      const symbol = of.kind === "member" ? this.value(of.object) : undefined;
      if (of.kind === "member" && symbol?.kind === "global" && symbol.name === "Symbol") return `@@${of.name ?? ""}`;
      const made = this.value(sameAs(key));
      const maker = made.kind === "call" ? this.value(made.callee) : undefined;
      if (maker?.kind === "global" && maker.name === "Symbol") return `@@symbol ${sameAs(key)}`;
      const known = constant(key);
      return known === undefined || known === null ? null : String(known);
    };
    this.namesOf = (name, key) => {
      const one = this.nameOf(name, key);
      if (one !== null || key === undefined) return [one];
      return constants(key)?.map(String) ?? [null];
    };
  }

  value(id: ValueId): Value {
    return this.facts.values[id] as Value;
  }

  thisOf(fn: FnId): Node {
    return this.#nodeOf(this.#thisOf, fn);
  }

  returnOf(fn: FnId): Node {
    return this.#nodeOf(this.#returnOf, fn);
  }

  #nodeOf(nodes: Map<FnId, Node>, fn: FnId): Node {
    let node = nodes.get(fn);
    if (node === undefined) nodes.set(fn, (node = this.heap.node()));
    return node;
  }

  /** Where the prototype of what a class or function makes stands. */
  prototypeOf(token: Token): Node {
    const { kind, id } = this.heap.what(token);
    const node = this.heap.field(token, "prototype");
    if (kind === "function") {
      this.heap.add(node, this.heap.token("prototype", id));
      this.heap.add(this.heap.field(this.heap.token("prototype", id), "constructor"), token);
    }
    return node;
  }

  copy(from: Token, to: Token, at: ValueId, without: readonly string[] = []): void {
    const isProto = this.heap.what(from).kind === "proto";
    if (from !== to && !isProto) {
      this.heap.eachGetter(from, (name, getter) => {
        if (without.includes(name)) return;
        const got = this.heap.node();
        this.got(at, getter, from, got);
        const setter = this.heap.setter(to, name);
        if (setter === null) this.heap.flows(got, this.heap.field(to, name));
        else this.callback(setter, [got], null, at, "setter");
      });
    }
    // What a class defines is not enumerable.
    if (from !== to) this.heap.eachField(from, (name, node) => void (!(isProto && this.heap.isOwn(from, name)) && !without.includes(name) && name !== "prototype" && this.heap.flows(node, this.heap.field(to, name))));
  }

  get(object: Token, name: string | null, to: Node, at: ValueId): void {
    const { kind } = this.heap.what(object);
    if (kind === "proxy") return this.proxies.get(object, name, to, at);
    if (kind === "generator" && name !== null && INDEX.test(name)) return this.heap.flows(this.#nodeOf(this.#yieldOf, this.heap.what(object).id), to);
    // The elements of a list are none of its methods.
    if (LISTS.has(kind) && name !== null && !INDEX.test(name)) return this.heap.flows(this.heap.field(object, name), to);
    this.heap.read(object, name, to, (getter, self, into) => this.got(at, getter, self, into));
  }

  protected got(at: ValueId, getter: Token, self: Token, to: Node): void {
    this.ran(at, getter, "getter");
    const { id } = this.heap.what(getter);
    this.heap.add(this.thisOf(id), self);
    this.heap.flows(this.returnOf(id), to);
  }

  make(made: Token, args: readonly ValueId[], at: ValueId, self: Node | null): void {
    const { heap } = this;
    const { kind, id } = heap.what(made);
    if (kind === "function") {
      const instance = heap.token("made", id);
      heap.each(this.prototypeOf(made), (proto) => heap.inherits(instance, proto));
      if (self === null) heap.add(at, instance);
      else heap.flows(self, this.thisOf(id));
      heap.add(this.thisOf(id), instance);
      heap.each(heap.field(made, OF_LIBRARY), () => heap.flows(this.#madeBy(at), this.thisOf(id)));
      this.invoke(made, args, null, null, at, "call");
      return heap.each(this.returnOf(id), (token) => heap.what(token).kind !== "function" && heap.add(at, token));
    }
    if (kind === "proxy") return this.proxies.call(made, args, at, at, "make");
    if (kind === "bound") return void (this.#bound.get(made) && this.make((this.#bound.get(made) as { target: Token }).target, args, at, self));
    if (kind !== "class") return;
    if (self === null) heap.add(at, heap.token("instance", id));
    if (self === null && this.isOfLibrary(id)) return this.#makeOne(made, args, at, this.#madeBy(at));
    this.#makeOne(made, args, at, self);
  }

  /** One that a library may know by itself, as it knows who listens to an emitter. */
  #madeBy(at: ValueId): Node {
    const { heap } = this;
    const node = heap.node();
    heap.add(at, heap.token("emitter", at));
    heap.add(node, heap.token("emitter", at));
    return node;
  }

  constructorOf(cls: ClassId): FnId | null {
    return this.facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn ?? null;
  }

  /** Does its chain of base classes lead out of the program? */
  isOfLibrary(cls: ClassId): boolean {
    for (let at: ClassId | null = cls, depth = 0; at !== null && depth < 12; depth++) {
      const base: ValueId | null = this.facts.classes[at]?.extends ?? null;
      if (base === null) return false;
      const of = this.value(this.sameAs(base));
      if (of.kind !== "class") return of.kind !== "call";
      at = of.cls;
    }
    return false;
  }

  #makeOne(made: Token, args: readonly ValueId[], at: ValueId, self: Node | null): void {
    const { heap } = this;
    const { id } = heap.what(made);
    const constructor = this.constructorOf(id);
    const fields = this.fieldsOf.get(id);
    if (fields !== undefined) {
      this.ran(at, heap.token("function", fields), "call");
      if (self !== null) heap.flows(self, this.thisOf(fields));
    }
    if (constructor === null) {
      const base = this.facts.classes[id]?.extends ?? null;
      const instance = heap.node();
      heap.add(instance, heap.token("instance", id));
      if (self !== null) heap.flows(self, instance);
      if (base !== null) heap.each(base, (above) => this.make(above, args, at, instance));
      return;
    }
    if (self !== null) heap.flows(self, this.thisOf(constructor));
    this.invoke(heap.token("function", constructor), args, null, null, at, "call");
    // A constructor that returns an object gives that one: a function, a proxy around itself.
    heap.flows(this.returnOf(constructor), self ?? at);
  }

  /** Runs a function with these arguments; what it gives goes to `to`. */
  invoke(fn: Token, args: readonly (ValueId | null)[], to: Node | null, self: Token | null, at: ValueId, how: Ran["how"]): void {
    const { heap } = this;
    const { kind, id } = heap.what(fn);
    if (kind === "settles") {
      const settled = this.#settles.get(fn);
      if (args[0] != null && settled !== undefined) heap.flows(args[0], settled);
      return;
    }
    if (kind === "proxy") return this.proxies.call(fn, args, to, at, "call");
    if (kind === "bound") {
      const bound = this.#bound.get(fn);
      if (!bound) return;
      this.invoke(bound.target, [...bound.args, ...args], to, null, at, how);
      if (bound.self !== null && heap.what(bound.target).kind === "function") heap.flows(bound.self, this.thisOf(heap.what(bound.target).id));
      return;
    }
    if (kind !== "function") return;
    this.ran(at, fn, how);
    if (self !== null) heap.add(this.thisOf(id), self);
    this.registrars.called(id, args);
    const of = this.facts.functions[id];
    const given = this.#readsArguments.has(id) ? heap.token("arguments", id) : null;
    let spreadFrom = Infinity;
    const give = (from: Node, index: number): void => {
      const param = of?.params[index];
      if (param !== undefined && !param.rest) heap.flows(from, this.paramNode(id, index));
      this.giveRest(id, from, index);
      if (given !== null) heap.flows(from, heap.field(given, index > MOST_PLACES ? ANY : String(index)));
    };
    const everywhere = (from: Node, index: number): void => {
      for (let p = index; p < Math.max(of?.params.length ?? 0, index + 1); p++) give(from, p);
      if (given !== null) heap.flows(from, heap.field(given, ANY));
    };
    args.forEach((arg, i) => {
      if (arg === null) return;
      const value = this.value(arg);
      if (value.kind === "spread") {
        spreadFrom = Math.min(spreadFrom, i);
        heap.each(value.of, (token) => {
          const isList = LISTS.has(heap.what(token).kind);
          if (isList) heap.eachField(token, (name, node) => void (INDEX.test(name) ? give(node, i + Number(name)) : name === ANY && everywhere(node, i)));
        });
        const others = heap.node();
        this.elements(value.of, others, value.of, true);
        everywhere(others, i);
      } else if (i > spreadFrom) for (let p = spreadFrom; p <= Math.max(of?.params.length ?? 0, i); p++) give(arg, p);
      else if (value.kind !== "literal") give(arg, i);
    });
    if (to !== null) heap.flows(this.result(id), to);
  }

  giveRest(fn: FnId, from: Node, index: number): void {
    const params = this.facts.functions[fn]?.params ?? [];
    const last = params.at(-1);
    if (last?.rest !== true || index < params.length - 1) return;
    const list = this.heap.token("list", last.value);
    this.heap.add(this.paramNode(fn, params.length - 1), list);
    // What hands on all it is given and one more would never end.
    const place = index - params.length + 1;
    this.heap.flows(from, this.heap.field(list, place > MOST_PLACES ? ANY : String(place)));
  }

  /** What a parameter holds: the value that stands for it. */
  paramNode(fn: FnId, index: number): Node {
    const param = this.facts.functions[fn]?.params[index];
    if (param === undefined) return this.heap.node();
    // With a default, what is read is a value that has this one as its operand.
    let at = param.value;
    for (let value = this.value(at); value.kind === "default"; value = this.value(at)) at = value.of;
    return at;
  }

  /** What a call of it gives. */
  result(fn: FnId): Node {
    if (this.facts.functions[fn]?.generator !== true) return this.returnOf(fn);
    const node = this.heap.node();
    const { heap } = this;
    const generator = heap.token("generator", fn);
    heap.add(node, generator);
    const step = heap.token("step", fn);
    heap.flows(this.#nodeOf(this.#yieldOf, fn), heap.field(step, "value"));
    heap.flows(this.returnOf(fn), heap.field(step, "value"));
    return node;
  }

  yieldOf(fn: FnId): Node {
    return this.#nodeOf(this.#yieldOf, fn);
  }

  bind(target: Token, self: Node | null, args: readonly ValueId[], at: ValueId): Token {
    const key = `${at} ${target}`;
    const bound = this.#boundAt.get(key) ?? this.heap.token("bound", this.#boundAt.size);
    this.#boundAt.set(key, bound);
    if (!this.#bound.has(bound)) this.#bound.set(bound, { target, self, args });
    return bound;
  }

  /** The function that settles a promise: what it is called with is what the promise gives. */
  settles(at: ValueId, how: number, to: Node): Token {
    const token = this.heap.token("settles", at * 2 + how);
    this.#settles.set(token, to);
    return token;
  }

  /** Runs a function that was handed over, with what stands in these places. */
  callback(fn: Token, given: readonly Node[], to: Node | null, at: ValueId, how: Ran["how"] = "callback"): void {
    const { heap } = this;
    const { kind, id } = heap.what(fn);
    if (kind === "settles" || kind === "bound") return this.invoke(fn, [], to, null, at, how);
    if (kind !== "function") return;
    this.ran(at, fn, how);
    given.forEach((node, i) => {
      heap.flows(node, this.paramNode(id, i));
      this.giveRest(id, node, i);
      if (this.#readsArguments.has(id)) heap.flows(node, heap.field(heap.token("arguments", id), String(i)));
    });
    if (to !== null) heap.flows(this.result(id), to);
  }

  /** What going over a value gives, one after the other. */
  elements(from: Node, to: Node, at: ValueId, isWithoutLists = false): void {
    const { heap } = this;
    heap.each(from, (token) => {
      const { kind, id } = heap.what(token);
      if (LISTS.has(kind)) {
        if (isWithoutLists) return;
        const into = kind === "map" ? this.pairs(token) : to;
        if (into !== to) heap.add(to, heap.token("pair", heap.what(token).id));
        heap.eachField(token, (name, node) => void (isElement(name) && heap.flows(node, into)));
        return;
      }
      if (kind === "generator") heap.flows(this.#nodeOf(this.#yieldOf, id), to);
      else if (kind !== "function" && kind !== "step") for (const symbol of ["@@iterator", "@@asyncIterator"]) this.iterator(token, symbol, to, at);
    });
  }

  /** What going over a map gives: a key and what it stands for. Returns where the latter is. */
  pairs(map: Token): Node {
    const { heap } = this;
    const pair = heap.token("pair", heap.what(map).id);
    heap.flows(heap.field(map, KEYS), heap.field(pair, "0"));
    return heap.field(pair, "1");
  }

  protected iterator(token: Token, symbol: string, to: Node, at: ValueId): void {
    const { heap } = this;
    const makes = heap.node();
    this.get(token, symbol, makes, at);
    heap.each(makes, (fn) => {
      const iterator = heap.node();
      this.invoke(fn, [], iterator, token, at, "iterator");
      heap.each(iterator, (made) => {
        if (heap.what(made).kind === "generator") return heap.flows(this.#nodeOf(this.#yieldOf, heap.what(made).id), to);
        const next = heap.node();
        this.get(made, "next", next, at);
        heap.each(next, (step) => {
          const given = heap.node();
          this.invoke(step, [], given, made, at, "iterator");
          heap.each(given, (result) => this.get(result, "value", to, at));
        });
      });
    });
  }

  ran(at: ValueId, fn: Token, how: Ran["how"]): void {
    const { kind, id } = this.heap.what(fn);
    if (kind === "function") this.ranAt.set(`${at} ${id}`, this.ranAt.get(`${at} ${id}`) ?? { at, fn: id, how });
  }
}
