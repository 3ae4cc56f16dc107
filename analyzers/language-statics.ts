import type { CallValue, ValueId } from "../core/facts.js";
import { ANY, type Token } from "./heap.js";
import { listed } from "./language-calls.js";
import { INDEX, type Running } from "./object-runs.js";

/** `Object.assign(a, b)`, `Reflect.apply(f, x, list)`: true where it is one of those. */
export function staticOfLanguage(objects: Running, path: string, { args }: CallValue, id: ValueId): boolean {
  const { heap } = objects;
  const [first, second, third] = args;
  if (first === undefined) return false;
  const made = heap.token("list", id);
  switch (path) {
    case "Object.assign":
      heap.flows(first, id);
      heap.each(first, (to) => args.slice(1).forEach((from) => heap.each(from, (token) => objects.copy(token, to, id))));
      return true;
    case "Object.create": {
      const object = heap.token("object", id);
      heap.add(id, object);
      heap.each(first, (proto) => heap.inherits(object, proto));
      if (second !== undefined) heap.each(second, (table) => described(objects, table, object));
      return true;
    }
    case "Object.setPrototypeOf":
    case "Reflect.setPrototypeOf":
      heap.flows(first, id);
      if (second !== undefined) heap.each(first, (object) => heap.each(second, (proto) => heap.inherits(object, proto)));
      return true;
    case "Object.getPrototypeOf":
      heap.each(first, (token) => {
        const { kind, id: of } = heap.what(token);
        if (kind === "instance") heap.add(id, heap.token("proto", of));
        else if (kind === "made") heap.add(id, heap.token("prototype", of));
      });
      return true;
    case "Object.freeze":
    case "Object.seal":
    case "Object.preventExtensions":
    case "Promise.resolve":
      heap.flows(first, id);
      return true;
    case "Promise.reject":
      heap.add(id, heap.token("promise", id));
      heap.flows(first, heap.field(heap.token("promise", id), "@@rejected"));
      return true;
    case "Promise.allSettled": {
      const outcome = heap.token("object", id);
      heap.add(id, made);
      heap.add(heap.field(made, ANY), outcome);
      const settled = heap.node();
      objects.elements(first, settled, first);
      heap.each(settled, (token) => {
        if (heap.what(token).kind === "promise") heap.flows(heap.field(token, "@@rejected"), heap.field(outcome, "reason"));
        else heap.add(heap.field(outcome, "value"), token);
      });
      return true;
    }
    case "Promise.all":
    case "Array.of":
    case "Promise.race":
    case "Promise.any":
      if (path === "Promise.race" || path === "Promise.any") objects.elements(first, id, first);
      else {
        heap.add(id, made);
        if (path === "Array.of") args.forEach((arg, i) => heap.flows(arg, heap.field(made, String(i))));
        else heap.each(first, (token) => objects.copy(token, made, id));
        if (path === "Promise.all") objects.elements(first, heap.field(made, ANY), first);
      }
      return true;
    case "Object.values":
    case "Object.entries":
      heap.add(id, made);
      heap.each(first, (token) =>
        heap.eachField(token, (_, node) => {
          if (path === "Object.values") return heap.flows(node, heap.field(made, ANY));
          const pair = heap.token("pair", id);
          heap.add(heap.field(made, ANY), pair);
          heap.flows(node, heap.field(pair, "1"));
        }),
      );
      return true;
    case "Object.fromEntries": {
      const object = heap.token("object", id);
      heap.add(id, object);
      const pairs = heap.node();
      objects.elements(first, pairs, first);
      heap.each(pairs, (pair) => heap.flows(heap.field(pair, "1"), heap.field(object, ANY)));
      return true;
    }
    // A copy of each own property, whatever its name: `Object.defineProperty(to, name, Object.getOwnPropertyDescriptor(from, name))`.
    case "Object.getOwnPropertyDescriptor":
    case "Reflect.getOwnPropertyDescriptor": {
      const name = second === undefined ? null : objects.nameOf(null, second);
      heap.each(first, (from) => {
        const descriptor = heap.token(name === null ? "descriptors" : "object", name === null ? from : id);
        heap.add(id, descriptor);
        if (name === null) heap.eachField(from, (field, node) => void (field !== "constructor" && heap.flows(node, heap.field(descriptor, field))));
        else heap.flows(heap.field(from, name), heap.field(descriptor, "value"));
      });
      return true;
    }
    case "Object.defineProperty":
    case "Reflect.defineProperty": {
      const name = second === undefined ? null : objects.nameOf(null, second);
      heap.flows(first, id);
      if (third !== undefined) heap.each(first, (object) => heap.each(third, (descriptor) => describe(objects, descriptor, object, name)));
      return true;
    }
    case "Object.defineProperties":
      heap.flows(first, id);
      if (second !== undefined) heap.each(first, (object) => heap.each(second, (table) => described(objects, table, object)));
      return true;
    case "Array.from": {
      heap.add(id, made);
      const elements = heap.node();
      objects.elements(first, elements, id);
      heap.each(first, (token) => heap.what(token).kind === "object" && heap.eachField(token, (name, node) => void (INDEX.test(name) && heap.flows(node, elements))));
      if (second === undefined) heap.flows(elements, heap.field(made, ANY));
      else
        heap.each(second, (fn) => {
          objects.callback(fn, [elements], heap.field(made, ANY), id);
          if (third !== undefined && heap.what(fn).kind === "function") heap.flows(third, objects.thisOf(heap.what(fn).id));
        });
      return true;
    }
    case "Reflect.apply":
      heap.each(first, (fn) => {
        objects.invoke(fn, [], id, null, id, "call");
        if (second !== undefined && heap.what(fn).kind === "function") heap.flows(second, objects.thisOf(heap.what(fn).id));
        if (third !== undefined && heap.what(fn).kind === "function") listed(objects, fn, third);
      });
      return true;
    case "Reflect.construct":
      heap.each(first, (fn) => {
        objects.make(fn, [], id, null);
        const { kind, id: of } = heap.what(fn);
        const maker = kind === "class" ? objects.constructorOf(of) : kind === "function" ? of : null;
        if (second !== undefined && maker !== null) listed(objects, heap.token("function", maker), second);
      });
      return true;
    case "Reflect.get":
      if (second !== undefined) heap.each(first, (object) => objects.get(object, objects.nameOf(null, second), id, id));
      return true;
    default:
      return false;
  }
}

function described(objects: Running, table: Token, object: Token): void {
  objects.heap.eachField(table, (name, node) => objects.heap.each(node, (descriptor) => describe(objects, descriptor, object, name)));
}

function describe({ heap }: Running, descriptor: Token, object: Token, name: string | null): void {
  if (heap.what(descriptor).kind === "descriptors") {
    if (name === null) heap.eachField(descriptor, (field, node) => heap.flows(node, heap.field(object, field)));
    return;
  }
  heap.flows(heap.field(descriptor, "value"), heap.field(object, name ?? ANY));
  if (name === null) return;
  for (const [form, of] of [["get", "getter"], ["set", "setter"]] as const) heap.each(heap.field(descriptor, form), (fn) => heap.define(object, name, fn, of));
}
