import type { FnId, FunctionFact, LoopStatement, Statement } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { eachStatement, flow } from "./flow.js";

/**
 * Functions that come to no end: `while (true) { …; await sleep(interval); }`, and nothing leaves the loop. Started with
 * the program, such a one works for as long as it runs. A loop that ends when something is ready does not, nor does one
 * that waits for nothing.
 */
export const endless: Answer<(fn: FnId) => boolean> = {
  name: "endless",
  of(file) {
    const isAlways = ({ form, test }: LoopStatement): boolean => (form === "for" && test === null) || ((form === "while" || form === "doWhile") && test !== null && file.get(flow).constant(test) === true);
    return (fn) => {
      const { async, generator, body } = file.facts.functions[fn] as FunctionFact;
      if (!async || generator) return false;
      let found = false;
      eachStatement(body, (s) => void (found ||= s.kind === "loop" && isAlways(s) && !isLeft(s.body, true)));
      return found;
    };
  },
};

/** `break` out of a loop or a switch within leaves that one; one with a label is taken to lead out. */
function isLeft(body: readonly Statement[], isOurs: boolean): boolean {
  return body.some((s): boolean => {
    switch (s.kind) {
      case "return":
        return true;
      case "break":
        return isOurs || s.label !== undefined;
      case "if":
        return isLeft(s.then, isOurs) || isLeft(s.otherwise, isOurs);
      case "loop":
        return isLeft(s.body, false);
      case "try":
        return isLeft(s.body, isOurs) || isLeft(s.handler?.body ?? [], isOurs) || isLeft(s.finalizer ?? [], isOurs);
      case "switch":
        return s.cases.some((c) => isLeft(c.body, false));
      case "block":
        return isLeft(s.body, isOurs);
      default:
        return false;
    }
  });
}
