/** One thing that is wrong with a config. A run with any of these cannot be trusted (exit 2). */
export interface ConfigProblem {
  /** Where: a key path (`exemptions[0].until`), or empty for the whole file. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
}

/** A config that cannot be used. The message is complete for a terminal: no stack is needed to act on it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    /** The config file, or where the settings came from. */
    readonly file: string,
    readonly problems: readonly ConfigProblem[],
    /** What to do next, in one sentence. */
    readonly hint: string,
  ) {
    super([`${file}: the config cannot be used`, ...problems.map(line), hint].filter(Boolean).join("\n"));
    this.stack = `${this.name}: ${this.message}`;
  }
}

const line = (p: ConfigProblem): string => `  ${p.path ? `${p.path}: ` : ""}${p.message}${p.hint ? ` (${p.hint})` : ""}`;
