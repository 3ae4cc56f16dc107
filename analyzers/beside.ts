import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";

/** Does a value of the file in which one stands answer to a test? What a function does is not looked for in a whole program. */
export const someBeside = (file: FileView, id: ValueId, test: (value: Value, id: ValueId) => boolean): boolean => someAt(file, { value: id }, test);

function someAt(file: FileView, place: Place, test: (value: Value, id: ValueId) => boolean): boolean {
  const { from, to } = file.homeOf(place).values;
  for (let at = from; at < to; at++) if (test(file.facts.values[at] as Value, at)) return true;
  return false;
}

/** Every value of the file in which something stands. */
export function eachBeside(file: FileView, place: Place, visit: (value: Value, id: ValueId) => void): void {
  someAt(file, place, (value, at) => {
    visit(value, at);
    return false;
  });
}

/** The calls of each file, by the first of its values. */
const byHome: Answer<ReadonlyMap<ValueId, readonly Call[]>> = {
  name: "calls by their file",
  of(file) {
    const found = new Map<ValueId, Call[]>();
    for (const call of file.get(calls)) {
      const { from } = file.homeOf({ value: call.id }).values;
      listAt(found, from).push(call);
    }
    return found;
  },
};

const NONE: readonly Call[] = [];

/** The calls of the file in which a value stands. */
export const callsBeside = (file: FileView, id: ValueId): readonly Call[] => file.get(byHome).get(file.homeOf({ value: id }).values.from) ?? NONE;
