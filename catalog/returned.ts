import type { SymbolPath } from "./library.js";

/** Calls that give a value which says whether they succeeded, and that throw nothing. */
export interface ResultRow {
  readonly calls: readonly SymbolPath[];
  /** Declared types of such a value. */
  readonly types?: readonly SymbolPath[];
  /** Declared types of functions that give such a value. */
  readonly given?: readonly SymbolPath[];
  /** Its methods that give another such value; every other one looks at it. */
  readonly chain: readonly string[];
}

/** Calls that give a promise and are no effect. (An effect gives one unless its row says otherwise.) With a callback as their last argument they give none. */
export interface PromiseRow {
  readonly calls: readonly SymbolPath[];
  /** Takes a function as its last argument and gives a promise all the same. */
  readonly runs?: true;
}
