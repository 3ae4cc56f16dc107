import type { Call } from "./call.js";

/** Set by `./testing`: what runs in the place of a dispatched function. */
export type FaultHook = (op: string, run: (call: Call) => unknown) => (call: Call) => unknown;
