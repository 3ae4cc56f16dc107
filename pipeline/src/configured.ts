import type { AppError } from "./failure.js";
import { origins } from "./origins.js";
import { rulesWith, type Rules } from "./op.js";
import { assignDefined, rowFor } from "./patterns.js";
import type { EntryPolicy } from "./settings.js";
import { state } from "./state.js";

/** What looks into the settings. Comes with `configure`: without it there is nothing to look into. */
export const configured = {
  ...origins,

  rulesOf(name: string, rules: Rules): Rules {
    const { mode, defaults, ops } = state.settings;
    const base = rulesWith(rulesWith(rules, { mode }), defaults?.dispatch ?? {});
    // The default time is for calls outside any entry; inside one, what the entry has left is the bound.
    return rulesWith({ ...base, timeout: Infinity }, rowFor(ops, name));
  },

  /** What holds for an entry, and how much of it was said of this one. */
  entryPolicy(name: string, own: EntryPolicy): EntryPolicy & { readonly said: EntryPolicy } {
    const { mode, defaults, entries } = state.settings;
    const said = assignDefined(rowFor(entries, name), own);
    return { ...assignDefined({ mode }, { ...defaults?.entry, ...said }), said };
  },

  errorRow(error: unknown): AppError | undefined {
    for (const [type, to] of state.settings.errors ?? []) if (error instanceof type) return to(error);
    return undefined;
  },
};
