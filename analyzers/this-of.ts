import type { Facts, FnId } from "../core/facts.js";

/** Arrow functions share the `this` of what they stand in. */
export function methodAround(facts: Facts, fn: FnId): FnId {
  let id = fn;
  for (let fact = facts.functions[id]; fact && fact.kind === "arrow" && fact.cls === null && fact.parent !== null; fact = facts.functions[id]) id = fact.parent;
  return id;
}

/** The class whose `this` a function sees. */
export function enclosingClass(facts: Facts, fn: FnId): number | null {
  return facts.functions[methodAround(facts, fn)]?.cls ?? null;
}
