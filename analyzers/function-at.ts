import type { FnId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";

/** The innermost function around an offset of the text; a module where no other is. */
export const functionAt: Answer<(offset: number) => FnId> = {
  name: "functions by their place",
  of({ facts }) {
    const { marks } = facts.spans;
    const from = (fn: FnId): number => marks[2 * (facts.functions[fn]?.at ?? 0)] as number;
    const to = (fn: FnId): number => marks[2 * (facts.functions[fn]?.at ?? 0) + 1] as number;
    const sorted = facts.functions.map((_, fn) => fn).sort((a, b) => from(a) - from(b) || to(b) - to(a));
    return (offset) => {
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (from(sorted[middle] as FnId) <= offset) low = middle + 1;
        else high = middle;
      }
      let at: FnId | null = sorted[low - 1] ?? null;
      while (at !== null && to(at) <= offset) at = facts.functions[at]?.parent ?? null;
      return at ?? 0;
    };
  },
};
