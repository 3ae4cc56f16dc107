import type { Rule } from "../../core/rule.js";
import type { RunResult } from "../../engine/result.js";
import type { Paint } from "../paint.js";
import type { Verdict } from "../verdict.js";

/** Everything a format may say of one run. */
export interface Report {
  readonly result: RunResult;
  readonly verdict: Verdict;
  /** The meta of all rules, for formats that describe them. */
  readonly rules: readonly Rule[];
  /** Findings and problems only. */
  readonly quiet: boolean;
  /** Also each undecided place, and stacks. */
  readonly verbose: boolean;
  readonly paint: Paint;
  /** Columns of the terminal; undefined where nobody knows, and then nothing is wrapped. */
  readonly width: number | undefined;
  /** The project's root seen from its repository's: `""`, or `services/api`. Services that show SARIF count from there. */
  readonly inRepository: string;
}

/** A whole report as text, ending in a line end; empty if there is nothing to say. */
export type Reporter = (report: Report) => string;
