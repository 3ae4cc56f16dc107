import type { LoopStatement, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Span } from "../core/finding.js";
import { loopRetries } from "./retry-loops.js";
import { intervalRetries, recursiveRetries, restarts } from "./retry-recursion.js";
import type { TurnsOf } from "./turns.js";

/** Code written by hand that tries the same again after a failure. */
export interface Retry {
  readonly form: "loop" | "recursion" | "interval";
  /** The head of the loop or of the recursive function, or the call that sets the timer. */
  readonly at: Span;
  /** The call that is tried. */
  readonly subject: ValueId;
  /** Where the calls that are tried stand. */
  readonly attempt: Span;
  readonly turns: TurnsOf;
  readonly loop: LoopStatement | null;
  /** The calls that begin the next turn; none in a loop. */
  readonly again: readonly ValueId[];
  /** So many turns as a list or range has items. */
  readonly isCapped: boolean;
}

export const retries: Answer<readonly Retry[]> = {
  name: "retries",
  of(file: FileView) {
    const found = [...loopRetries(file), ...recursiveRetries(file), ...restarts(file), ...intervalRetries(file)];
    return found.sort((a, b) => a.at.start - b.at.start);
  },
};
