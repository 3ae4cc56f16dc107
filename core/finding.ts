import type { FileView, FixTier, Guarantee, Own, RuleName } from "./rule.js";

/** Half-open offsets in a file's text, a BOM not counted. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One text change. No byte outside `start..end` changes. */
export interface Edit extends Span {
  readonly text: string;
  /** Project path of the file, where it is not the finding's own. */
  readonly file?: string;
  /** There is no such file yet: all edits of it begin and end at 0, and one after the other they are its text. */
  readonly creates?: true;
  readonly beside?: Beside;
}

/** How an insertion gets on with those of other fixes at the same place, when several fixes are made together. */
export interface Beside {
  /** Which comes first: the lower one; equal ones in the order of their findings. */
  readonly rank?: number;
  /** What parts it from the one before it: the comma of a list that has none at its end. */
  readonly joint?: string;
  /** What it adds, such as a key: a fix that adds the same in other words, or for another `reason`, cannot be made too. */
  readonly adds?: string;
  readonly reason?: string;
}

export interface Fix {
  readonly tier: FixTier;
  /** A verb phrase: "Bound the call with AbortSignal.timeout". */
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** Another place that belongs to a finding: an alias, a client's creation, a use. */
export interface Related extends Span {
  readonly file?: string;
  readonly message: string;
  /** On the way from the entry or the source to what is found; steps come in that order, and the place of the finding is the last. */
  readonly step?: true;
}

/** What a rule says of a site. Silence is none of them. */
export type Verdict = "found" | "clear" | "unknown";

/** One judgement of one site by one rule. */
export interface Judgement extends Span {
  readonly rule: RuleName;
  readonly verdict: Verdict;
  /** found: what is wrong; unknown: why nobody can say; clear: empty. */
  readonly message: string;
  /** What is judged, for the identity: the callee and the shape of its arguments, never a literal. */
  readonly subject: string;
  /** Path of the enclosing function: `UserService.create`. */
  readonly symbol: string;
  readonly related: readonly Related[];
  /** Computed on demand: most findings are never fixed. */
  readonly fix: (() => Fix | null) | null;
  /** The same, of what the program knows, in the finding's own file. */
  readonly fixIn?: (own: Own) => Fix | null;
  /** A better fix at another place; `span` is where that is, in the file or the program that was judged. */
  readonly elsewhere?: Elsewhere & { readonly span: Span };
}

/** A fix at a place that another file may hold: made of that file's own view. Its edits without a `file` are of that file. */
export interface Elsewhere {
  fix(file: FileView, span: Span): Fix | null;
}

export type Severity = "error" | "warn";

/** A judgement that reaches the user. */
export interface Finding {
  readonly rule: RuleName;
  readonly promise: Guarantee;
  readonly severity: Severity;
  /** POSIX path relative to the project. */
  readonly file: string;
  readonly span: Span;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
  readonly symbol: string;
  /** The same finding has the same identity after edits elsewhere; no line number and no literal is part of it. */
  readonly identity: string;
  readonly related: readonly RelatedPlace[];
  readonly fix: Fix | null;
}

export interface RelatedPlace {
  readonly step?: true;
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
}

/** 1-based line, 1-based column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
