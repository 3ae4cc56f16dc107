import type { OptionPlace, SinkRow, SymbolPath } from "./library.js";

/** A call whose result holds what it is given: that of these arguments, or of what the method belongs to. One without a row may do anything with it. */
export interface PassRow {
  readonly calls: readonly SymbolPath[];
  readonly from: readonly (number | "this" | "all")[];
  /** Its result is a text. */
  readonly text?: true;
  /** What `proves` says holds only where what it is called on was made without this option. */
  readonly unlessMadeWith?: OptionPlace;
  /** What its result can do no harm as, or is proved to be of a path: a real path leads nowhere `up`. */
  readonly proves?: readonly (SinkRow["danger"] | "up" | "rooted")[];
  /** What was proved of the text says nothing of what is read out of it. */
  readonly undoes?: readonly SinkRow["danger"][];
  /** Nothing that could do harm as HTML is left where a method before it in the chain was given one of these: `unified().use(rehypeSanitize)`. */
  readonly sanitisedBy?: readonly SymbolPath[];
  /** This argument holds it afterwards: `Object.assign(target, given)`. */
  readonly into?: number;
  /** The result holds it under this property: `err(e).error`. */
  readonly under?: string;
  /** The argument is a function, and what it returns is meant. */
  readonly returned?: true;
}
