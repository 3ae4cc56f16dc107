import { types } from "node:util";
import { safe } from "./safe.js";

/** What does not let itself be asked is one: awaiting it is what tells why. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && (typeof value === "object" || typeof value === "function") && safe(() => typeof (value as { then?: unknown }).then === "function", true);
}

/** A promise of the platform, whose work has begun; not a subclass, which may wait to be awaited. */
export const isPromise = (value: unknown): value is Promise<unknown> => types.isPromise(value) && value.constructor.name === "Promise";
