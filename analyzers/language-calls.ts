import type { CallValue, ValueId } from "../core/facts.js";
import { ANY, type Node, type Token } from "./heap.js";
import { INDEX, isElement, KEYED, KEYS, LISTS, OF_LIBRARY, type Running } from "./object-runs.js";

/** Methods of lists by what they hand to their callback: the elements, in this place. */
const EACH: Readonly<Record<string, number>> = { forEach: 0, map: 0, filter: 0, some: 0, every: 0, find: 0, findIndex: 0, findLast: 0, findLastIndex: 0, flatMap: 0, reduce: 1, reduceRight: 1, sort: 0, toSorted: 0 };
const SAME = new Set(["filter", "slice", "splice", "reverse", "toReversed", "sort", "toSorted", "concat", "fill", "flat", "values", "entries", "with", "toSpliced"]);
const ONE = new Set(["find", "findLast", "pop", "shift", "at"]);
const ADDS = new Set(["push", "unshift", "add"]);

/** `list.map(fn)`, `f.call(x)`, `generator.next()`: what the language does with an object's method. */
export function methodOfLanguage(objects: Running, name: string, self: Token, { args }: CallValue, id: ValueId): void {
  const { heap } = objects;
  const { kind, id: of } = heap.what(self);
  if (kind === "function" || kind === "bound" || kind === "settles") return ofFunction(objects, name, self, args, id);
  if (kind === "generator") {
    if (name !== "next" && name !== "return" && name !== "throw") return;
    if (args[0] !== undefined) heap.flows(args[0], heap.field(self, "@@sent"));
    return heap.add(id, heap.token("step", of));
  }
  if (name === "__defineGetter__" || name === "__defineSetter__") {
    const field = args[0] === undefined ? null : objects.nameOf(null, args[0]);
    if (field !== null && args[1] !== undefined) heap.each(args[1], (fn) => heap.define(self, field, fn, name === "__defineGetter__" ? "getter" : "setter"));
    return;
  }
  if (kind === "map" && ofMap(objects, name, self, args, id)) return;
  if (!LISTS.has(kind)) return;
  const elements = heap.node();
  heap.eachField(self, (field, node) => void (isElement(field) && heap.flows(node, elements)));
  const [first, second] = args;
  if (ADDS.has(name)) {
    for (const arg of args) {
      const value = objects.value(arg);
      if (value.kind === "spread") objects.elements(value.of, heap.field(self, ANY), value.of);
      else heap.flows(arg, heap.field(self, ANY));
    }
    if (name === "add") heap.add(id, self);
    return;
  }
  if (ONE.has(name)) heap.flows(elements, id);
  // What `values()` gives is a list here, and nobody asks a list itself for what comes next.
  if (name === "next") {
    const step = heap.token("object", id);
    heap.flows(elements, heap.field(step, "value"));
    return heap.add(id, step);
  }
  const made = heap.token("list", id);
  const all = heap.field(made, ANY);
  if (SAME.has(name)) {
    heap.add(id, made);
    if (name === "entries") {
      const pair = heap.token("pair", id);
      heap.add(all, pair);
      heap.flows(elements, heap.field(pair, "1"));
    } else if (name === "slice") sliced(objects, self, made, args);
    else heap.flows(elements, all);
    if (name === "concat") for (const arg of args) heap.each(arg, (token) => (LISTS.has(heap.what(token).kind) ? objects.elements(listOf(objects, token), all, arg) : heap.add(all, token)));
    if (name === "flat" || name === "concat") heap.each(elements, (inner) => heap.eachField(inner, (_, node) => heap.flows(node, all)));
    if (name === "splice") for (const arg of args.slice(2)) heap.flows(arg, heap.field(self, ANY));
    if (name === "fill" && first !== undefined) heap.flows(first, all);
  }
  const place = Object.hasOwn(EACH, name) ? EACH[name] : undefined;
  if (place === undefined || first === undefined) return;
  const result = heap.node();
  if (name === "map" || name === "flatMap") {
    heap.add(id, made);
    heap.flows(result, all);
    if (name === "flatMap") heap.each(result, (inner) => heap.eachField(inner, (_, node) => heap.flows(node, all)));
  }
  if (place === 1) heap.flows(result, id);
  const self2 = heap.node();
  heap.add(self2, self);
  const reduced = heap.node();
  if (place === 1) {
    heap.flows(result, reduced);
    if (second !== undefined) {
      heap.flows(second, reduced);
      heap.flows(second, id);
    } else heap.flows(elements, reduced);
  }
  const given: Node[] = place === 1 ? [reduced, elements, heap.node(), self2] : name === "sort" || name === "toSorted" ? [elements, elements] : [elements, heap.field(self, KEYS), self2];
  heap.each(first, (fn) => {
    objects.callback(fn, given, result, id);
    // `forEach(fn, self)`
    if (place === 0 && second !== undefined && heap.what(fn).kind === "function") heap.flows(second, objects.thisOf(heap.what(fn).id));
  });
}

/** `map.get("a")`: what was set under that key, or under one that nobody knows. */
function ofMap(objects: Running, name: string, self: Token, args: readonly ValueId[], id: ValueId): boolean {
  const { heap } = objects;
  const [key, value] = args;
  if (key !== undefined && (name === "get" || name === "set")) {
    for (const known of objects.namesOf(null, key)) {
      const field = heap.field(self, known === null ? ANY : KEYED + known);
      if (name === "set") {
        if (value !== undefined) heap.flows(value, field);
      } else if (known !== null) {
        heap.flows(field, id);
        heap.flows(heap.field(self, ANY), id);
      } else heap.eachField(self, (of, node) => void (isElement(of) && heap.flows(node, id)));
    }
    if (name === "set") {
      heap.flows(key, heap.field(self, KEYS));
      heap.add(id, self);
    }
    return true;
  }
  if (name !== "keys" && name !== "entries") return false;
  const made = heap.token("list", id);
  heap.add(id, made);
  if (name === "keys") heap.flows(heap.field(self, KEYS), heap.field(made, ANY));
  else objects.elements(listOf(objects, self), heap.field(made, ANY), id);
  return true;
}

function listOf({ heap }: Running, token: Token): Node {
  const node = heap.node();
  heap.add(node, token);
  return node;
}

/** `new Map(list)`, `new Promise((resolve) => …)`. */
export function madeByLanguage(objects: Running, name: string, { args }: CallValue, id: ValueId): void {
  const { heap } = objects;
  const [first, second] = args;
  if (name === "Promise" && first !== undefined) {
    const rejected = heap.token("promise", id);
    heap.add(id, rejected);
    const given = [heap.node(), heap.node()];
    heap.add(given[0] as Node, objects.settles(id, 0, id));
    heap.add(given[1] as Node, objects.settles(id, 1, heap.field(rejected, "@@rejected")));
    return heap.each(first, (fn) => objects.callback(fn, given, null, id));
  }
  if (name === "Proxy") return objects.proxies.make([first, second].filter((v) => v !== undefined), id);
  if (!COLLECTIONS.has(name)) return;
  const made = heap.token(name === "Array" ? "list" : name.endsWith("Map") ? "map" : "collection", id);
  heap.add(id, made);
  if (first === undefined || name === "Array") return;
  const elements = heap.node();
  objects.elements(first, elements, first);
  if (name.endsWith("Set")) heap.flows(elements, heap.field(made, ANY));
  else {
    heap.each(elements, (pair) => {
      const { kind, id: of } = heap.what(pair);
      const written = kind === "list" ? objects.value(of) : undefined;
      const key = written?.kind === "array" ? written.items[0] : undefined;
      for (const name of key == null ? [null] : objects.namesOf(null, key)) heap.flows(heap.field(pair, "1"), heap.field(made, name === null ? ANY : KEYED + name));
      heap.flows(heap.field(pair, "0"), heap.field(made, KEYS));
    });
  }
}

const COLLECTIONS = new Set(["Map", "Set", "WeakMap", "WeakSet", "Array"]);

function ofFunction(objects: Running, name: string, fn: Token, args: readonly ValueId[], id: ValueId): void {
  const { heap } = objects;
  const [self, ...rest] = args;
  const isFunction = heap.what(fn).kind === "function";
  if (name === "bind") return heap.add(id, objects.bind(fn, self ?? null, rest, id));
  if (name !== "call" && name !== "apply") return;
  if (isFunction && self !== undefined) heap.flows(self, objects.thisOf(heap.what(fn).id));
  if (name === "call") return objects.invoke(fn, rest, id, null, id, "call");
  objects.invoke(fn, [], id, null, id, "call");
  if (isFunction && rest[0] !== undefined) listed(objects, fn, rest[0]);
}

const PARTIAL = new Set(["partial", "curry", "once", "memoize", "ary", "unary", "debounce", "throttle", "promisify"]);
const JOINED = new Set(["flow", "flowRight", "pipe", "compose", "over"]);

/** `_.partial(f, 1)`, `pipe(f, g)`: a function of the functions it is given. */
export function madeOf(objects: Running, name: string | null, { callee, args }: CallValue, id: ValueId): void {
  const [first, ...rest] = args;
  if (name === "inherits" && first !== undefined && rest[0] !== undefined) return inherited(objects, first, rest[0]);
  if (name === null || first === undefined || !(PARTIAL.has(name) || JOINED.has(name))) return;
  const { heap } = objects;
  // A function of the program's own does what it says itself.
  const bind = (of: ValueId, more: readonly ValueId[]): void => heap.each(of, (fn) => heap.what(fn).kind === "function" && heap.at(callee).length === 0 && heap.add(id, objects.bind(fn, null, more, id)));
  if (PARTIAL.has(name)) bind(first, name === "partial" ? rest : []);
  else for (const arg of args) bind(arg, []);
}

/** `Array.prototype.slice.call(arguments, 1)`: a list's method, of whatever is like one. */
export function borrowed(objects: Running, borrowedBy: ValueId, call: CallValue, id: ValueId): void {
  const method = objects.value(borrowedBy);
  const [self, ...args] = call.args;
  if (self === undefined || method.kind !== "member" || method.name === null) return;
  const { name } = method;
  const of = objects.value(method.object);
  const holder = of.kind === "member" && of.name === "prototype" ? objects.value(of.object) : of;
  if (holder.kind === "global" ? holder.name !== "Array" : of.kind !== "array") return;
  objects.heap.each(self, (list) => methodOfLanguage(objects, name, list, { ...call, args }, id));
}

/** `util.inherits(Square, Shape)` */
function inherited(objects: Running, below: ValueId, above: ValueId): void {
  const { heap } = objects;
  const { kind } = objects.value(objects.sameAs(above));
  if (kind === "member" || kind === "var" || kind === "call") heap.each(below, (sub) => heap.add(heap.field(sub, OF_LIBRARY), sub));
  heap.each(below, (sub) => heap.each(objects.prototypeOf(sub), (proto) => heap.each(above, (base) => heap.each(objects.prototypeOf(base), (from) => heap.inherits(proto, from)))));
}

/** `list.slice(1, 3)`: each in its new place, where the bounds are numbers. */
function sliced(objects: Running, list: Token, made: Token, [from, to]: readonly ValueId[]): void {
  const { heap } = objects;
  const start = from === undefined ? 0 : Number(objects.nameOf(null, from) ?? NaN);
  const end = to === undefined ? Infinity : Number(objects.nameOf(null, to) ?? NaN);
  heap.eachField(list, (name, node) => {
    const index = INDEX.test(name) && start >= 0 && end >= 0 ? Number(name) : null;
    if (index === null) heap.flows(node, heap.field(made, ANY));
    else if (index >= start && index < end) heap.flows(node, heap.field(made, String(index - start)));
  });
}

/** The elements of a list as the arguments of a function, each in its place. */
export function listed(objects: Running, fn: Token, list: Node): void {
  const { heap } = objects;
  const { id } = heap.what(fn);
  const params = objects.facts.functions[id]?.params ?? [];
  heap.each(list, (token) => {
    heap.eachField(token, (name, node) => {
      const given = heap.token("arguments", id);
      const places = name === ANY ? params.map((_, i) => i) : INDEX.test(name) ? [Number(name)] : [];
      for (const place of places) {
        objects.giveRest(id, node, place);
        if (params[place] !== undefined && !params[place].rest) heap.flows(node, objects.paramNode(id, place));
      }
      heap.flows(node, heap.field(given, name));
    });
  });
}
