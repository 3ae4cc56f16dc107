import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { heldBy } from "./held.js";
import { eachOperand } from "./operands.js";

/** Values looked at for one question; a formula has ten. */
const MOST = 400;

type Test = (id: ValueId, value: Value) => boolean;

/**
 * Is there one that passes among all that a value is made of? Names are followed to what they hold and calls of this
 * file's functions into what they return; parameters and what other files give end the way. `into: false` stops at a value.
 */
export function isMadeOf(file: FileView, value: ValueId, test: Test, into: Test = always): boolean {
  return search(file, [value], MOST, test, into);
}

/** All that these values are made of, each looked at once: a bundle's function has a thousand names. */
export function eachMadeOf(file: FileView, values: readonly ValueId[], visit: (value: Value) => void): void {
  const look: Test = (_, value) => {
    visit(value);
    return false;
  };
  search(file, [...values], Infinity, look, always);
}

function search(file: FileView, left: ValueId[], most: number, test: Test, into: Test): boolean {
  const { facts } = file;
  const seen = new Set<ValueId>();
  // What stands near first: a call on one side leads far.
  for (let i = 0; i < left.length && seen.size < most; i++) {
    const id = left[i] as ValueId;
    if (seen.has(id)) continue;
    seen.add(id);
    const of = facts.values[id] as Value;
    if (test(id, of)) return true;
    if (!into(id, of)) continue;
    eachOperand(of, (operand) => left.push(operand));
    if (of.kind === "var") for (const held of heldBy(facts.bindings[of.binding] as BindingFact, of.version)) left.push(held);
    if (of.kind !== "call" || of.form !== undefined) continue;
    for (const fn of file.get(flow).functions(of.callee)) for (const value of file.get(flow).returns(fn)) left.push(value);
  }
  return false;
}

const always = (): boolean => true;
