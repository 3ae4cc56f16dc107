import type { Value, ValueId } from "../core/facts.js";
import { type FileView, type Glance, type Report, rule } from "../core/rule.js";
import { type Call, callsWithin } from "../analyzers/calls.js";
import { within } from "../analyzers/caught.js";
import { callsites } from "../analyzers/callsites.js";
import { retriesClashesOnly } from "../analyzers/clashes.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { mayBeUnrepeatable, unrepeatable } from "../analyzers/repeatable.js";
import { type Retry, retries } from "../analyzers/retries.js";
import { type Limits, limitsOf } from "../analyzers/retry-limits.js";
import { Turns } from "../analyzers/turns.js";
import { ontoPolicy } from "../fixes/retry-policy.js";

/** A comment may stand before the parenthesis; a `do` without a brace has its `while`. */
const LOOP = /\b(?:for|while)\b\s*(?:await\b\s*)?[(/]|\bdo\b\s*[{/]/;
const AGAIN = /\bcatch\b|\bsetTimeout\b|\bthen\b|["'](?:close|error|disconnect|exit|end)["']|\.on(?:close|error|disconnect)\b|\b(?:if|\?)\s*\(!?\s*_?e(?:rr(?:or)?)?\b/;
const RESULT = /\b(?:ok|success|succeeded|isOk|isErr|isSuccess|isFailure|isError|error|failed|status|statusCode)\b/;

export default rule({
  name: "unsafe-retry",
  promise: "stable failures",
  finds: "a retry written by hand without a cap, a growing delay or a bound on the whole, or of a call that must not run twice",
  why: "When a dependency struggles, such a loop keeps the caller waiting for good and sends the load that holds the dependency down; a payment that is tried twice may be made twice.",
  fine: [
    "all three: a cap on attempts, a delay that grows or is random, and a deadline or signal from before the first attempt that is checked or handed on",
    "a signal or deadline that comes in as a parameter: the bound is its callers' matter",
    "a whole retry inside of `dispatch`, or one that races against a timer",
    "retries of libraries: p-retry, async-retry, cockatiel, axios-retry, got, a queue's own attempts",
    "loops that do other work in each turn: consumers, pages, items, mirrors, ports, new candidates after a clash",
    "one attempt more and no other, by a flag: `if (!again) return load(id, true)`",
    "with a cap: goes on only where a unique value was taken (`instanceof UniqueConstraintError`, `23505`, `P2002`, `EEXIST`), since nothing was done and nothing struggles",
    "polling for a state, repeating timers, and loops that go on after a success",
    "a call with an idempotency key, an upsert, `insert … on conflict`",
    "one finding for a retry, whatever it lacks, at the loop or the recursive function; a call handed to a retry of its own file that must not run twice is found at that call",
  ],
  depth: "both",
  fix: "review",
  fixNote: "A `for` loop that only tries one call of a known library again (`try { return await call() } catch { await sleep(…) }`, the last error thrown) becomes `dispatch(name, …)`, with `retry` as a row of the policy table: where the file, or the one that sets up the pipeline, calls `pipeline.configure`. Only if what is tried may run twice, as reads may. How long to wait is then the pipeline's, which backs off with jitter. Everything else is for a human, and the finding says why.",
  roles: ["server", "script", "migration"],
  preset: "recommended",
  looksFor: { told: (file) => AGAIN.test(file.text) || (tries(file) && LOOP.test(file.text) && RESULT.test(file.text)) },
  judge(file, report) {
    for (const retry of file.get(retries)) {
      judgeRetry(file, report, retry);
      judgeHanded(file, report, retry);
    }
  },
});

/** What is tried is waited for or has an effect. */
function tries(file: Glance): boolean {
  return file.writes(["await", "yield"]) || file.mentions(["effects"]);
}

function judgeRetry(file: FileView, report: Report, retry: Retry): void {
  const limits = limitsOf(file, retry, new Turns(file, retry.turns));
  if (limits.cap === "given" && retriesClashesOnly(file, retry)) return report.clear(retry.at);
  const twice = unrepeatable(file, retry.attempt);
  const lacks = lacking(limits);
  const extra = { subject: retry.subject, fix: () => ontoPolicy(file, retry), ...(twice !== null && { related: [{ ...file.span({ value: twice.id }), message: "the call that must not run twice" }] }) };
  if (lacks.length > 0 || twice !== null) {
    const parts = [...(lacks.length > 0 ? [`has ${listed(lacks)}`] : []), ...(twice !== null ? [`repeats \`${textOf(file, twice)}\`, which must not run twice`] : [])];
    report.found(retry.at, `this retry ${parts.join(" and ")}`, extra);
  } else if (limits.delay === "unknown") report.unknown(retry.at, "whether its delay grows is in another file");
  else if (limits.bound === "unknown") report.unknown(retry.at, "whether something bounds the whole is in another file");
  else {
    const named = mayBeUnrepeatable(file, retry.attempt);
    if (named !== null) report.unknown(retry.at, `whether \`${textOf(file, named)}\` may run twice is in another file`);
    else report.clear(retry.at);
  }
}

function lacking({ cap, delay, bound }: Limits): string[] {
  return [
    ...(cap === "missing" ? ["no cap on attempts"] : []),
    ...(delay === "missing" ? ["no delay"] : delay === "fixed" ? ["a delay that never grows"] : []),
    ...(bound === "missing" ? ["no bound on the whole"] : []),
  ];
}

const listed = (parts: readonly string[]): string => (parts.length < 3 ? parts.join(" and ") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);

/** A function that tries what its caller gives it: the call that must not run twice is found where it is given. */
function judgeHanded(file: FileView, report: Report, retry: Retry): void {
  if (retriesClashesOnly(file, retry)) return;
  for (const { fn, index } of triedParams(file, retry)) {
    for (const site of file.get(callsites)(fn)) {
      const call = file.facts.values[site] as Value & { kind: "call" };
      const given = call.args[index];
      if (given === undefined || within(retry.turns.spans[0] ?? retry.at, file.span({ value: site }))) continue;
      for (const own of file.get(flow).functions(given)) {
        const twice = unrepeatable(file, file.span({ mark: file.facts.functions[own]?.at ?? 0 }));
        if (twice === null) continue;
        report.found({ value: twice.id }, `\`${textOf(file, twice)}\` must not run twice, and is handed to a retry`, { related: [{ ...retry.at, message: "the retry that repeats it" }] });
      }
    }
  }
}

/** The parameters that the attempt calls, of a function that the retry stands in. */
function triedParams(file: FileView, retry: Retry): { fn: number; index: number }[] {
  const around = new Set(file.get(context).functionsAround(retry.subject));
  const found: { fn: number; index: number }[] = [];
  for (const { value } of callsWithin(file, retry.attempt)) {
    for (const source of file.get(flow).sources(value.callee)) {
      const of = file.facts.values[source] as Value;
      if (of.kind === "param" && around.has(of.fn)) found.push({ fn: of.fn, index: of.index });
    }
  }
  return found;
}

function textOf(file: FileView, call: Pick<Call, "value">): string {
  const at: ValueId = call.value.callee;
  const { start, end } = file.span({ value: at });
  const text = file.text.slice(start, end).replace(/\s+/g, " ");
  return text.length > 60 ? `…${text.slice(-50)}` : text;
}
