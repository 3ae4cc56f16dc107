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
  /** Under which names it holds what was asked for, and why that failed; rows of `passes` put it there. */
  readonly holds?: { readonly value: string; readonly error: string };
  readonly opens?: readonly OpenRow[];
}

/**
 * Methods that take what a result holds. `value` and `error`: which argument, or which property of the first, is the function that gets it.
 * `gives`: what these functions return (`match`), a result that holds it in the place of what they got (`mapErr`), the result that they
 * return (`orElse`), the result itself, or what it holds (`unwrap`).
 */
export interface OpenRow {
  readonly methods: readonly string[];
  readonly value?: number | string;
  readonly error?: number | string;
  readonly gives: "returned" | "part" | "result" | "itself" | "value" | "error";
}

/** Calls that give a promise and are no effect. (An effect gives one unless its row says otherwise.) With a callback as their last argument they give none. */
export interface PromiseRow {
  readonly calls: readonly SymbolPath[];
  /** Takes a function as its last argument and gives a promise all the same. */
  readonly runs?: true;
}
