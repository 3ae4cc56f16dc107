import type { AppError } from "./failure.js";
import { origins } from "./origins.js";
import { rowFor } from "./patterns.js";
import { state } from "./state.js";

/** What looks into the settings. Comes with `configure`: without it there is nothing to look into. */
export const configured = {
  ...origins,
  rowFor,
  errorRow(error: unknown): AppError | undefined {
    for (const [type, to] of state.settings.errors ?? []) if (error instanceof type) return to(error);
    return undefined;
  },
};
