import type { ValueId } from "../core/facts.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { type Caught, caught, type Handler } from "../analyzers/caught.js";
import { flow } from "../analyzers/flow.js";
import { occurrences } from "../analyzers/occurrences.js";
import { answers, isProbe } from "../analyzers/probe.js";
import { nameOf, reports } from "../analyzers/reports.js";
import { callsOf, type Thrown, thrownAnew } from "../analyzers/thrown-anew.js";
import { uses } from "../analyzers/uses.js";
import { keepCause } from "../fixes/cause.js";

/** Functions that are known to do nothing with their argument. */
const NOOP = /^(?:(?:lodash|lodash-es|underscore|rxjs):noop|lodash(?:-es)?\/noop(?:\.js)?:|lodash\.noop:|global:Function\.prototype|(?:lodash|lodash-es|underscore):constant\(\))$/;

export default rule({
  name: "swallowed-error",
  promise: "stable failures",
  finds: "a caught error that nobody reads, logs or throws on, and a new error that drops its cause",
  why: "An outage then looks like an empty result, and whoever searches for the reason finds neither a message nor a stack.",
  fine: [
    "a catch that reads the error (not `void e`), logs, throws, rejects, or answers with a failure of the contract, or of a result (`err(…)`, `E.left(…)`)",
    "a probe: the try only parses, writes down or checks for existence (`JSON.parse`, `JSON.stringify`, `new URL`, `access` …), and the catch yields the answer",
    "a handler that the caller or another file gives: it gets the error",
    "`promise.catch(() => {})` as a statement where the same promise is awaited elsewhere: the error arrives there",
    "a new error with `{ cause: e }` or with the error as an argument of its own class, a contract failure, or a public error",
    "metrics: counting a failure is not telling what it was, so a counter alone is found",
  ],
  depth: "both",
  fix: "safe",
  fixNote: "Adds `{ cause: e }` where a new error drops the caught one and its class is known to take it. What else to do with an error is for a human to decide.",
  roles: ["server", "script", "migration"],
  preset: "recommended",
  // "then" is a word of every other comment.
  looksFor: { words: ["catch", "then"], text: /\bcatch\b|[.["'`/]\s*then\b|\bthen\s*[(\]}:]/ },
  judge(file, report) {
    for (const site of file.get(caught)) {
      if (arrivesElsewhere(file, site)) report.clear(site.at);
      else judgeSite(file, site, report);
    }
  },
});

function judgeSite(file: FileView, site: Caught, report: Report): void {
  const { at, subject } = site;
  const noop = site.elsewhere.find((v) => file.get(flow).symbols(v).some((node) => NOOP.test(node.text)));
  if (noop !== undefined) {
    report.found(at, `\`${nameOf(file, noop)}\` does nothing with the error: it is neither read, logged nor thrown on`, { subject });
    return;
  }
  let open: string | null = null;
  for (const handler of site.handlers) {
    const thrown = thrownAnew(file, handler);
    const dropped = thrown.filter((t) => t.cause === "dropped");
    if (dropped.length > 0) {
      report.found(at, `${thrownWords(file, dropped)} is thrown on without the caught error as its cause`, { subject, fix: () => keepCause(file, handler, dropped) });
      return;
    }
    const verdict = judgeHandler(file, site, handler, thrown);
    if (verdict === "found") {
      report.found(at, "the error is swallowed: it is neither read, logged nor thrown on", { subject });
      return;
    }
    open ??= verdict;
  }
  if (open === null && site.elsewhere.some((v) => /^(?:noop|ignore|swallow)/i.test(nameOf(file, v)))) open = "what the given function does with the error is in another file";
  if (open === null) report.clear(at);
  else report.unknown(at, open);
}

/** `found`, a reason why nobody can say, or null where it is handled. */
function judgeHandler(file: FileView, site: Caught, handler: Handler, thrown: readonly Thrown[]): string | null {
  const unknown = thrown.find((t) => t.cause === "unknown");
  if (unknown) return `whether ${thrownWords(file, [unknown])} is a public error or a failure of the contract is in another file`;
  if (handler.error !== null && file.get(uses).isUsed(handler.error)) return null;
  if (site.chain !== null && file.get(occurrences).readsArguments(handler.fn)) return null;
  if (thrown.length > 0) return null;
  const said = callsOf(file, handler).map((call) => ({ call, does: file.get(reports)(call) }));
  if (said.some((s) => s.does === "logs" || s.does === "fails")) return null;
  const probe = answers(file, handler) ? isProbe(file, site) : "no";
  if (probe === "yes") return null;
  // What is waited for by `.catch` does more than check.
  if (probe === "elsewhere" && site.chain === null) return "whether the attempt does more than check what it is given is in another file";
  const may = said.find((s) => s.does === "may");
  return may ? `whether \`${nameOf(file, may.call.target)}\` logs or throws is in another file` : "found";
}

function thrownWords(file: FileView, thrown: readonly Thrown[]): string {
  const first = thrown[0];
  const value = file.facts.values[first?.made?.call ?? first?.value ?? 0];
  const name = value?.kind === "call" ? nameOf(file, value.callee) : "";
  return name === "" ? "a new error" : `\`${name}\``;
}

/** The same promise is awaited or handed on elsewhere; `.catch(() => {})` only keeps the process from ending first. */
function arrivesElsewhere(file: FileView, site: Caught): boolean {
  if (site.chain === null || file.get(uses).isUsed(site.chain.call)) return false;
  const { promise } = site.chain;
  return samePlace(file, promise).some((read) => read !== promise && isAwaited(file, read));
}

/** The reads of the variable or of the `this` field that a value is. */
function samePlace(file: FileView, id: ValueId): readonly ValueId[] {
  const isThis = (v: ValueId): boolean => file.facts.values[v]?.kind === "this";
  const value = file.facts.values[id];
  if (value?.kind === "var") return file.get(occurrences).reads(value.binding);
  if (value?.kind !== "member" || !isThis(value.object)) return [];
  return file.facts.values.flatMap((v, read) => (v.kind === "member" && v.name === value.name && isThis(v.object) ? [read] : []));
}

/** Awaited, returned, or given to a call; not merely the head of another chain that ends in nothing. */
function isAwaited(file: FileView, read: ValueId): boolean {
  const users = file.get(occurrences).users(read);
  if (users.length === 0) return file.get(uses).isUsed(read);
  return users.some((u) => {
    const user = file.facts.values[u];
    return user?.kind === "await" || user?.kind === "array" || user?.kind === "object" || (user?.kind === "call" && user.callee !== read);
  });
}
