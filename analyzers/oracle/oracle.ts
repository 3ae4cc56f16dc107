/**
 * What a compiler is asked, and what it answers: plain data both ways, so that another compiler can answer. `path` is relative to
 * the project's root; offsets are those of facts (UTF-16, a BOM not counted).
 */
export interface Question {
  /** type: of which type an expression is · promise: whether a call gives a promise. */
  readonly kind: "type" | "promise";
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** The member that is read from it. A type that has no name of its own is told by who declares this. */
  readonly member?: string;
}

/** A type by its name: of a package, under each of the modules that may export it, or declared in a file of the project. */
export type NamedType = { readonly module: string; readonly name: string } | { readonly path: string; readonly name: string };

export type OracleAnswer =
  /** The type, then what it extends; nearest first. */
  | { readonly types: readonly NamedType[] }
  | { readonly gives: "promise" | "none" };

export interface Oracle {
  /** One answer a question; null where the compiler cannot tell either (`any`, a type without a name). */
  ask(questions: readonly Question[]): readonly (OracleAnswer | null)[];
}

/** The files that one tsconfig owns, as far as anything is asked of them. */
export interface Scope {
  /** Absolute; null: the defaults of TypeScript. */
  readonly tsconfig: string;
  /** Declarations that no file imports, and all see. Absolute. */
  readonly ambient: readonly string[];
  /** What paths of questions are relative to. */
  readonly root: string;
}

/** null: there is no compiler. */
export type OracleFor = (scope: Scope) => Oracle | null;
