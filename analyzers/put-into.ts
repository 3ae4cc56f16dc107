import type { BindingId, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { Answer } from "../core/rule.js";
import { callsThatMayHave } from "./calls.js";

/** What calls put into the object that a name holds: `Object.assign(filter, query)`. */
export const putInto: Answer<(binding: BindingId) => readonly ValueId[]> = {
  name: "put into",
  of(file) {
    const found = new Map<BindingId, ValueId[]>();
    for (const { symbols, args } of callsThatMayHave(file, ["passes"])) {
      const into = symbols.flatMap((s) => s.rows("passes").map(({ row }) => row.into)).find((arg) => arg !== undefined);
      const target = into === undefined ? undefined : args?.[into];
      const holder = target === undefined ? undefined : file.facts.values[target];
      if (holder?.kind === "var") listAt(found, holder.binding).push(...(args ?? []).filter((arg) => arg !== target));
    }
    return (binding) => found.get(binding) ?? NOTHING;
  },
};

const NOTHING: readonly ValueId[] = [];
