/** How a value stands in a query's text, and where the value itself goes. */
export interface BindsRow {
  /** `${}`: the text becomes a tagged template. */
  readonly mark: "$1" | "?" | ":name" | "@name" | "${}";
  /**
   * An argument, or an option of it, that takes the values: a list, for `:name` an object. `beside`: an option next to
   * the text. `run`: the arguments of the method called on the result. `input`: a call of its own before it. `tag`:
   * the method that is the tag, "" for the client itself.
   */
  readonly into: { readonly arg: number; readonly path?: string } | { readonly beside: string } | { readonly tag: string } | "run" | "input";
  /** The dialect, where the package has one only: what else may stand before a value hangs on it. */
  readonly dialect?: "postgres" | "mysql" | "sqlite";
  /** How a list of values is given: `= any($1)`, `in (?)` with the list as one value, `in ${sql(list)}`, or nothing of the kind. */
  readonly lists?: "any" | "expanded" | "called";
  /** It may be a part of a text, such as a condition. */
  readonly part?: true;
  /** The client says of each value which type it has: a text is none for a number. */
  readonly typed?: true;
}
