import type { BindingFact, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { eachStatement, flow } from "./flow.js";
import { eachOperand } from "./operands.js";
import { heldBy } from "./held.js";

/** Values looked at for one question; a formula has ten. */
const MOST = 400;

/**
 * Is there one that passes among all that a value is made of? Names are followed to what they hold and calls of this
 * file's functions into what they return; parameters and what other files give end the way. `into: false` stops at a value.
 */
export function isMadeOf(file: FileView, value: ValueId, test: (id: ValueId, value: Value) => boolean, into: (id: ValueId, value: Value) => boolean = always): boolean {
  const { facts } = file;
  const seen = new Set<ValueId>();
  const left = [value];
  for (let id = left.pop(); id !== undefined && seen.size < MOST; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const of = facts.values[id] as Value;
    if (test(id, of)) return true;
    if (!into(id, of)) continue;
    eachOperand(of, (operand) => left.push(operand));
    if (of.kind === "var") left.push(...heldBy(facts.bindings[of.binding] as BindingFact, of.version));
    if (of.kind !== "call" || of.form !== undefined) continue;
    for (const fn of file.get(flow).functions(of.callee)) {
      eachStatement((facts.functions[fn] as FunctionFact).body, (s) => {
        if (s.kind === "return" && s.value !== null) left.push(s.value);
      });
    }
  }
  return false;
}

const always = (): boolean => true;
