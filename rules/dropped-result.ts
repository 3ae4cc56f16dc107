import type { ValueId } from "../core/facts.js";
import { type FileView, rule } from "../core/rule.js";
import { calls } from "../analyzers/calls.js";
import { isDropped, whereTo } from "../analyzers/dropped.js";
import { isOutcome, results } from "../analyzers/results.js";
import { pathOf } from "../analyzers/paths.js";
import { unwrapped } from "../fixes/unwrap.js";

export default rule({
  name: "dropped-result",
  promise: "stable failures",
  finds: "a Result that nobody looks at",
  why: "A function that returns its failures throws none: whoever drops the Result goes on as if the call had succeeded.",
  fine: [
    "a Result that is read in any way: its tag or error, `match`, `isOk`, `unwrapOr`, destructuring, a comparison",
    "a Result that is returned, thrown, kept in an object or given to a function that reads its parameter",
    "what counts as one: `attempt`, `ok` and `err` of the pipeline, results of libraries (neverthrow, Effect, fp-ts, `safeParse`), classes of your own that ask `isOk` and `isErr` or `isLeft` and `isRight` (by other words where they are named like a Result), and unions told apart by a tag (`ok`, `success`, `type: \"error\"`) where a branch has a reason (`error`, `message` …)",
    "`map`, `mapErr` and `andThen` give another Result, and look at none: dropped at the end of a chain it is found there",
    "functions of other files: unknown where their declared type is named like a Result",
  ],
  depth: "both",
  fix: "review",
  fixNote: "`unwrap(…)` around an awaited or synchronous Result of the pipeline: it throws the failure. Of other Results, and where the call is not awaited, none: what a failure means there is a decision.",
  roles: ["server"],
  preset: "recommended",
  looksFor: {
    text: /\b(?:ok|isOk|isErr|isError|isFail|isLeft|isRight|success|successful|succeeded|isSuccess|isFailure|failed|valid|isValid|attempt|safeParse(?:Async)?)\b|(?:Result|Either|Outcome)\b|["'](?:err|error|failure|fail|failed|left|rejected|invalid)["']/i,
    catalog: ["results"],
  },
  judge(file, report) {
    const known = file.get(results);
    for (const { id } of file.get(calls)) {
      const end = whereTo(file, id);
      // Asked of the last call that has it only, so that one Result is one finding.
      if (end.call !== id) continue;
      const lost = isDropped(file, end.value);
      const given = known.of(id);
      const isList = !isOutcome(given) && known.isList(id);
      const at = { value: id };
      if (!isOutcome(given) && !isList) {
        if (given === "open" && lost !== null) report.unknown(at, "whether its type is a Result is decided in another file");
      } else if (lost === null) report.clear(at);
      else report.found(at, messageFor(file, id, lost, isList), { fix: () => (isOutcome(given) && given.whose === "ours" ? unwrapped(file, id, end.value, lost) : null) });
    }
  },
});

function messageFor(file: FileView, id: ValueId, lost: "statement" | "void" | "unread", isList: boolean): string {
  const what = `\`${pathOf(file, id)}\` gives ${isList ? "a list of Results" : "a Result"}`;
  if (lost === "unread") return `${what} that is kept and never read: a failure goes unnoticed`;
  return `${what} that nobody looks at: a failure goes unnoticed${lost === "void" ? ", and `void` only hides that" : ""}`;
}
