import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { eachStatement } from "./links.js";
import { eachOperand } from "./operands.js";

/**
 * May the compiler know more of `user.email` here than its declaration says, by a test in the same function? It forgets
 * that within a function of its own, which it does not of a constant or a parameter by itself.
 */
export const narrowed: Answer<(member: ValueId) => boolean> = {
  name: "narrowed",
  of(file) {
    const tested = new Map<FnId, Set<string>>();
    const collect = (fn: FnId, id: ValueId): void => {
      const value = file.facts.values[id] as Value;
      const path = pathOf(file, id);
      if (path !== null) {
        const known = tested.get(fn);
        if (known) known.add(path);
        else tested.set(fn, new Set([path]));
      }
      eachOperand(value, (operand) => collect(fn, operand));
    };
    file.facts.functions.forEach(({ body }, fn) => {
      eachStatement(body, (s) => {
        if ((s.kind === "if" || s.kind === "loop") && s.test !== null) collect(fn, s.test);
        else if (s.kind === "switch") collect(fn, s.on);
      });
    });
    file.facts.values.forEach((value, id) => {
      const fn = file.facts.owner[id] as FnId;
      if (value.kind === "logical") collect(fn, value.left);
      else if (value.kind === "choice") collect(fn, value.test);
      else if (value.kind === "assign" && value.target !== null && "member" in value.target) collect(fn, value.target.member);
    });
    return (member) => {
      const path = pathOf(file, member);
      return path !== null && (tested.get(file.facts.owner[member] as FnId)?.has(path) ?? false);
    };
  },
};

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
