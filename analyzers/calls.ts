import type { CallValue, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import type { SymbolNode } from "../catalog/catalog.js";
import { flow } from "./flow.js";

/** A call, seen through `call`, `apply` and `bind`. */
export interface Call {
  readonly id: ValueId;
  readonly value: CallValue;
  /** What is called in the end: of `f.call(x, a)` it is `f`. */
  readonly target: ValueId;
  /** Its arguments; null where a spread or `apply` hides them. */
  readonly args: readonly ValueId[] | null;
  /** Who is called. */
  readonly symbols: readonly SymbolNode[];
}

/** All calls of a file in order of evaluation, with who they call. */
export const calls: Answer<readonly Call[]> = {
  name: "calls",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    const found: Call[] = [];
    facts.values.forEach((value, id) => {
      if (value.kind !== "call") return;
      let target = value.callee;
      let args: readonly ValueId[] | null = value.args;
      const callee = facts.values[target];
      if (callee?.kind === "member" && (callee.name === "call" || callee.name === "apply") && answers.symbols(callee.object).length > 0) {
        target = callee.object;
        if (callee.name === "call") args = args.slice(1);
        else {
          const list = args[1] === undefined ? undefined : facts.values[args[1]];
          args = list?.kind === "array" && list.items.every((i) => i !== null) ? (list.items as ValueId[]) : null;
        }
      }
      if (args?.some((a) => facts.values[a]?.kind === "spread")) args = null;
      found.push({ id, value, target, args, symbols: answers.symbols(target) });
    });
    return found;
  },
};
