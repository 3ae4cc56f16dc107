import type { LoopStatement, Statement } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/** What ends the work at hand for good. */
export type Leave = (s: Statement) => boolean;

/** Does every way through the statements meet one that leaves? */
export function alwaysLeaves(body: readonly Statement[], isLeave: Leave): boolean {
  return body.some((s) => {
    if (isLeave(s)) return true;
    switch (s.kind) {
      case "block":
        return alwaysLeaves(s.body, isLeave);
      case "if":
        return s.otherwise.length > 0 && alwaysLeaves(s.then, isLeave) && alwaysLeaves(s.otherwise, isLeave);
      case "try":
        if (s.finalizer && alwaysLeaves(s.finalizer, isLeave)) return true;
        return alwaysLeaves(s.body, isLeave) && (!s.handler || alwaysLeaves(s.handler.body, isLeave));
      case "switch":
        return s.cases.some((c) => c.test === null) && s.cases.every((c) => alwaysLeaves(c.body, (inner) => (inner.kind !== "break" || inner.label !== undefined) && isLeave(inner)));
      default:
        return false;
    }
  });
}

/** A return, or a break out of the loop. A throw leaves too, where nothing of the loop catches it. */
export function leavesLoop(file: FileView, loop: LoopStatement, { orThrows }: { orThrows: boolean }): Leave {
  return (s) => {
    if (s.kind === "return") return true;
    if (s.kind === "break") return s.label === undefined || s.label === loop.label;
    return orThrows && (s.kind === "throw" || endsProcess(file, s));
  };
}

/** Is there no way from these statements into the next turn? A `continue` on the way is one. */
export function endsLoop(file: FileView, loop: LoopStatement, body: readonly Statement[]): boolean {
  let goesOn = false;
  eachOwn(body, (s) => (goesOn ||= s.kind === "continue" && (s.label === undefined || s.label === loop.label)));
  return !goesOn && alwaysLeaves(body, leavesLoop(file, loop, { orThrows: true }));
}

const EXIT = /^(?:global:process\.|process:)(?:exit|abort)$/;

export function endsProcess(file: FileView, s: Statement): boolean {
  if (s.kind !== "eval") return false;
  const value = file.facts.values[s.value];
  return value?.kind === "call" && file.get(flow).symbols(value.callee).some((node) => EXIT.test(node.text));
}

/** The statements of a body with those inside of them, but not those of inner loops: their `break` means something else. */
export function eachOwn(body: readonly Statement[], visit: (s: Statement, list: readonly Statement[], index: number) => void): void {
  body.forEach((s, i) => {
    visit(s, body, i);
    switch (s.kind) {
      case "block":
        eachOwn(s.body, visit);
        break;
      case "if":
        eachOwn(s.then, visit);
        eachOwn(s.otherwise, visit);
        break;
      case "try":
        eachOwn(s.body, visit);
        if (s.handler) eachOwn(s.handler.body, visit);
        if (s.finalizer) eachOwn(s.finalizer, visit);
        break;
      case "switch":
        for (const c of s.cases) eachOwn(c.body, visit);
        break;
    }
  });
}
