import type { ClassId, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/**
 * The constant that a field of an error holds: itself, or what its constructor is given where the error is made, through
 * the `super(…)` of the classes in between (`classes` begin with that of the error). Undefined where that is no constant.
 */
export function givenTo(file: FileView, held: ValueId, classes: readonly ClassId[], made: ValueId | null): unknown {
  const { facts } = file;
  const { constant, sameAs } = file.get(flow);
  const constructorOf = (cls: ClassId): FnId | null => facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn ?? null;
  let value = held;
  let above = classes.length;
  // Each turn is at least one class further down.
  for (;;) {
    const known = constant(value);
    if (known !== undefined) return known;
    const of = facts.values[sameAs(value)] as Value;
    const at = of.kind === "param" && !of.rest ? classes.findIndex((cls) => constructorOf(cls) === of.fn) : -1;
    if (of.kind !== "param" || at === -1 || at >= above) return undefined;
    above = at;
    const below = classes.slice(0, at).findLast((cls) => constructorOf(cls) !== null);
    const call = below === undefined ? made : (file.get(superCalls).get(constructorOf(below) as FnId) ?? null);
    const args = call === null ? undefined : (facts.values[call] as Value);
    const next = args?.kind === "call" && !args.args.some((a) => facts.values[a]?.kind === "spread") ? args.args[of.index] : undefined;
    if (next === undefined) return undefined;
    value = next;
  }
}

/** The one `super(…)` of each constructor. */
const superCalls: Answer<ReadonlyMap<FnId, ValueId | null>> = {
  name: "super calls",
  of({ facts }) {
    const found = new Map<FnId, ValueId | null>();
    facts.values.forEach((value, id) => {
      if (value.kind !== "call" || facts.values[value.callee]?.kind !== "super") return;
      const by = facts.owner[id] as FnId;
      found.set(by, found.has(by) ? null : id);
    });
    return found;
  },
};
