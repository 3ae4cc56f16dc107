import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { occurrences } from "./occurrences.js";
import { sitesOf } from "./sites.js";
import { uses } from "./uses.js";

/** The call that has a value last and the expression around it: `await`, casts, and `catch` and `finally` of a promise give it on. */
export function whereTo(file: FileView, id: ValueId): { readonly call: ValueId; readonly value: ValueId } {
  const { values } = file.facts;
  const where = file.get(context);
  let call = id;
  let value = id;
  for (;;) {
    const parent = where.parent(value);
    const of = parent === null ? undefined : values[parent];
    if (parent === null || of === undefined) return { call, value };
    if (of.kind === "await" || of.kind === "cast") value = parent;
    else if (of.kind === "member" && of.object === value && (of.name === "catch" || of.name === "finally")) {
      const next = where.parent(parent);
      const called = next === null ? undefined : values[next];
      if (next === null || called?.kind !== "call" || called.callee !== parent) return { call, value };
      call = value = next;
    } else return { call, value };
  }
}

/** How a value is lost, or null where somebody may look at it. */
export function isDropped(file: FileView, id: ValueId): "statement" | "void" | "unread" | null {
  if (isThrownAway(file, id)) return "statement";
  if (file.get(uses).isUsed(id)) return null;
  const parent = file.get(context).parent(id);
  const of = parent === null ? undefined : (file.facts.values[parent] as Value);
  if (of?.kind === "unary" && of.op === "void") return "void";
  return of?.kind === "assign" || file.get(occurrences).holders(id).length > 0 ? "unread" : "statement";
}

/** `orders.forEach((o) => settle(o))`: what the arrow gives goes nowhere. */
function isThrownAway(file: FileView, id: ValueId): boolean {
  const { facts } = file;
  const fn = facts.owner[id] as number;
  if (!facts.functions[fn]?.expressionBody || file.get(context).parent(id) !== null) return false;
  const sites = sitesOf(facts).ofFunction(fn);
  return sites.length > 0 && sites.every((site) => {
    const call = facts.values[site.call];
    const callee = call?.kind === "call" ? facts.values[call.callee] : undefined;
    return callee?.kind === "member" && callee.name === "forEach" && site.arg === 0;
  });
}
