/** One provider's token format. A row with neither `starts` nor `holds` has nothing of its own to look for: its pattern is for the whole text, and it needs a name. */
export interface SecretFormat {
  readonly id: string;
  readonly provider: string;
  /** Every match begins with one of these (two characters or more, case as written). The pattern is tried there, behind a word boundary. */
  readonly starts?: readonly string[];
  /** For formats whose fixed text stands in the middle: the pattern is tried only in texts that hold one of these. */
  readonly holds?: readonly string[];
  /** Written without boundaries; `scan.ts` adds them. Every repetition is over one character class, so that no text makes it backtrack more than linearly. */
  readonly pattern: RegExp;
  /** Matched only where the name around the literal fits. */
  readonly needsName?: RegExp;
  /** Made to be shown: never a secret, whatever it is called. */
  readonly publishable?: true;
  /** What a pattern cannot say. */
  readonly accepts?: (match: string) => boolean;
}

export const UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/** A name that says both whose it is and that it opens something: many formats are bare hashes, and `SENTRY_RELEASE` is one too. */
export const named = (owner: string): RegExp =>
  new RegExp(`^(?!.*(?:public|publishable|hash|digest|sha\\d))(?=.*(?:${owner}))(?=.*(?:key|token|secret|auth|pass|pwd|credential|pat$|webhook))`, "i");
