import type { FnId, Value } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { flow } from "./flow.js";
import type { OutsideKind } from "./outside.js";

/**
 * The parameter that a framework fills for what the method is decorated with: `@MessagePattern("sum") sum(data)`. Where
 * any parameter has a decorator of its own, the framework fills those and no other.
 */
export const filledParameters: Answer<ReadonlyMap<FnId, { readonly index: number; readonly what: OutsideKind }>> = {
  name: "filled parameters",
  of(file) {
    const { facts } = file;
    const found = new Map<FnId, { index: number; what: OutsideKind }>();
    for (const member of facts.classes.flatMap((c) => c.members)) {
      if (member.fn === null || member.decorators.length === 0) continue;
      if (facts.functions[member.fn]?.params.some((p) => p.decorators.length > 0)) continue;
      for (const decorator of member.decorators) {
        const value = facts.values[decorator] as Value;
        for (const { row } of file.get(flow).symbols(value.kind === "call" ? value.callee : decorator).flatMap((node) => node.rows("sources"))) {
          if ("methods" in row.from) found.set(member.fn, { index: row.from.param, what: row.what });
        }
      }
    }
    return found;
  },
};
