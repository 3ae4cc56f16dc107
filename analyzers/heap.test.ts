import { describe, expect, it } from "vitest";
import { Heap, type Token } from "./heap.js";

describe("what objects inherit", () => {
  const circle = (size: number): { heap: Heap; objects: Token[]; getter: Token } => {
    const heap = new Heap(0);
    const objects = Array.from({ length: size }, (_, id) => heap.token("object", id));
    const getter = heap.token("function", 0);
    for (const object of objects.slice(1)) heap.define(object, "name", getter, "getter");
    return { heap, objects, getter };
  };

  it("is read once of each object, where all inherit from all others", () => {
    const { heap, objects } = circle(7);
    const to = heap.node();
    for (const object of objects) for (const proto of objects) heap.inherits(object, proto);
    const value = heap.token("value", 0);
    heap.add(heap.field(objects[6] as Token, "other"), value);
    heap.read(objects[0] as Token, "other", to, () => undefined);
    heap.solve();
    expect(heap.at(to)).toEqual([value]);
  });

  it("tells a getter once, whether it is inherited before or after the read", () => {
    const { heap, objects, getter } = circle(7);
    const told: Token[] = [];
    heap.read(objects[0] as Token, "name", heap.node(), (fn) => told.push(fn));
    for (const object of objects) for (const proto of objects) heap.inherits(object, proto);
    expect(told).toEqual(objects.slice(1).map(() => getter));
  });
});
