import type { RunResult } from "../engine/result.js";
import type { ExitCode } from "./io.js";

export interface VerdictOptions {
  /** A server file that does not parse, or a rule that crashed, makes the run untrustworthy. */
  readonly strict: boolean;
  readonly maxUnknown: number | undefined;
}

export interface Verdict {
  readonly exitCode: ExitCode;
  /** Why it cannot be trusted, as clauses; empty unless the exit code is 2. */
  readonly reasons: readonly string[];
  /** What is too much beside findings, as clauses; the exit code is 1 then, or 2. */
  readonly tooMuch: readonly string[];
}

/** Places of which nobody can say: those that rules could not decide, and calls on the way of entries that lead nobody knows where. */
export const unknownPlaces = ({ counts, entries }: RunResult): number => counts.unknown + (entries?.open.length ?? 0);

/** What a run means for whoever started it. 2 beats 1: findings of a run that missed files are not all the findings. */
export function verdictOf(result: RunResult, { strict, maxUnknown }: VerdictOptions): Verdict {
  const reasons: string[] = [];
  const count = (kind: string): number => result.problems.filter((p) => p.kind === kind && !p.harmless).length;
  const because = (n: number, one: string, many: string): void => void (n > 0 && reasons.push(n === 1 ? one : `${n} ${many}`));

  because(count("config"), result.counts.files === 0 ? "the config cannot be used" : "something in the config cannot be used", "problems in the config");
  because(count("files"), "what was to be checked could not be read", "things to check could not be read");
  if (strict) {
    because(count("parse"), "a file does not parse, so it was not judged", "files do not parse, so they were not judged");
    because(count("crash"), "nobypass crashed on the way, so something was not judged", "crashes on the way, so something was not judged");
  }
  const unknown = unknownPlaces(result);
  const tooMuch = maxUnknown === undefined || unknown <= maxUnknown ? [] : [`${unknown} ${unknown === 1 ? "place" : "places"} could not be decided, and --max-unknown is ${maxUnknown}`];
  // Whatever the problem was: nothing has been judged, so nothing is clean.
  if (reasons.length === 0 && result.counts.files === 0) reasons.push("no file was checked");
  if (reasons.length > 0) return { exitCode: 2, reasons, tooMuch };
  return { exitCode: tooMuch.length > 0 || result.findings.some((f) => f.severity === "error") ? 1 : 0, reasons, tooMuch };
}
