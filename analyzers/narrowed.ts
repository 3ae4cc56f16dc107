import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { eachStatement } from "./links.js";
import { eachOperand } from "./operands.js";

/**
 * May the compiler know more of `user.email` than its declaration says, by a test in the same function before `from`? It
 * forgets that within a function of its own, which it does not of a constant or a parameter by itself.
 */
export const narrowed: Answer<(member: ValueId, from: number) => boolean> = {
  name: "narrowed",
  of(file) {
    const { values } = file.facts;
    // By function and path, where the first test begins.
    const tested = new Map<FnId, Map<string, number>>();
    // Of `a.b.length > 0` nobody learns what `a.b` is; of `a.b.kind === "x"` and of `a.b?.c` they do.
    const collect = (fn: FnId, id: ValueId, isPart: boolean): void => {
      const value = values[id] as Value;
      const path = isPart ? null : pathOf(file, id);
      if (path !== null) {
        const known = tested.get(fn) ?? new Map<string, number>();
        const { start } = file.span({ value: id });
        tested.set(fn, known.set(path, Math.min(known.get(path) ?? start, start)));
      }
      const isCompared = value.kind === "binary" && EQUALITY.test(value.op);
      eachOperand(value, (operand) => {
        collect(fn, operand, value.kind === "member" && value.object === operand && value.optional !== true);
        const of = values[operand];
        if (isCompared && of?.kind === "member") collect(fn, of.object, false);
      });
    };
    file.facts.functions.forEach(({ body }, fn) => {
      eachStatement(body, (s) => {
        if ((s.kind === "if" || s.kind === "loop") && s.test !== null) collect(fn, s.test, false);
        else if (s.kind === "switch") {
          collect(fn, s.on, false);
          const on = values[s.on];
          if (on?.kind === "member") collect(fn, on.object, false);
        }
      });
    });
    values.forEach((value, id) => {
      const fn = file.facts.owner[id] as FnId;
      if (value.kind === "logical") collect(fn, value.left, false);
      else if (value.kind === "choice") collect(fn, value.test, false);
      else if (value.kind === "assign" && value.target !== null && "member" in value.target) collect(fn, value.target.member, false);
    });
    return (member, from) => {
      const path = pathOf(file, member);
      return path !== null && (tested.get(file.facts.owner[member] as FnId)?.get(path) ?? Infinity) < from;
    };
  },
};

const EQUALITY = /^[!=]==?$/;

/** `user.email` of one `user`. */
function pathOf(file: FileView, id: ValueId): string | null {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "member" || value.name === null) return null;
  const object = file.facts.values[value.object] as Value;
  if (object.kind === "var") return `${object.binding}.${value.name}`;
  if (object.kind === "this") return `this.${value.name}`;
  const rest = pathOf(file, value.object);
  return rest === null ? null : `${rest}.${value.name}`;
}
