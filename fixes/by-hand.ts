import type { Fix } from "../core/finding.js";

/** No edit, but why there is none: a human decides. */
export const byHand = (reason: string): Fix => ({ tier: "manual", title: reason, edits: [] });
