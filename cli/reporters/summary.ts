import { looksLikeConfigModule } from "../../config/config-modules.js";
import type { Finding } from "../../core/finding.js";
import type { Guarantee } from "../../core/rule.js";
import type { RunResult } from "../../engine/result.js";
import { unknownPlaces } from "../verdict.js";
import type { Report } from "./reporter.js";
import { wrap } from "./width.js";

/** The order in which DESIGN.md makes them. */
export const PROMISES = ["one path", "bounded time", "stable failures", "observability", "safety", "load", "data"] as const satisfies readonly Guarantee[];

/** A table: promise, number of findings, and the rules with theirs. */
export function summaryByPromise({ result, paint, width }: Report): string[] {
  if (result.findings.length === 0) return [];
  const rows = PROMISES.flatMap((promise) => {
    const own = result.findings.filter((f) => f.promise === promise);
    return own.length === 0 ? [] : [{ promise, count: String(own.length), rules: byRule(own) }];
  });
  const names = Math.max(...rows.map((r) => r.promise.length));
  const digits = Math.max(...rows.map((r) => r.count.length));
  const indent = names + digits + 4;
  return rows.map(({ promise, count, rules }) => {
    const text = wrap(rules, width === undefined ? undefined : width - indent, " ".repeat(indent));
    return `${promise.padEnd(names)}  ${paint("bold", count.padStart(digits))}  ${paint("dim", text)}`;
  });
}

function byRule(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([rule, n]) => `${rule} ${n}`).join(", ");
}

/** How many entries of the program are proved clear, and how many are not. */
export function entriesLine({ result: { entries, rules }, paint }: Report): string[] {
  if (entries === null || entries.list.length === 0) return [];
  const { proved, found, unknown } = entries;
  const parts = [
    paint(proved === entries.list.length ? "green" : "bold", `${proved} proved clear`),
    ...(found > 0 ? [`${found} with findings`] : []),
    ...(unknown > 0 ? [`${unknown} with something unknown on the way`] : []),
  ];
  return [`${plural(entries.list.length, "entry", "entries")} of the program, by ${plural(rules.ran.length, "rule")}: ${parts.join(", ")}`];
}

/** The last lines: how many, of what, and whether that can be trusted. */
export function conclusion(report: Report): string[] {
  const { result, verdict, paint } = report;
  const { findings } = result;
  const style = verdict.exitCode === 0 ? "green" : "red";
  const lines = [`${paint(["bold", style], headline(result))} ${paint("dim", `(${details(result)}) in ${seconds(result.durationMs)}`)}`];
  if (verdict.exitCode === 2) lines.push(paint(["bold", "red"], `This run cannot be trusted: ${verdict.reasons.join("; ")}`));
  for (const clause of verdict.tooMuch) lines.push(paint(["bold", "red"], `Too much is unknown: ${clause}`));
  if (verdict.exitCode !== 2 && result.rules.ran.length === 0) lines.push(paint("yellow", "No rule is on, so nothing was judged"));
  lines.push(...configModuleHint(report));
  const first = findings.find((f) => report.rules.some((r) => r.name === f.rule));
  if (first !== undefined && !report.quiet) lines.push(paint("dim", `Why, and what is fine: nobypass explain ${first.rule}`));
  return lines;
}

/** Most reads of the environment are in the files that are there for it; three hundred findings in one of them are one question. */
function configModuleHint({ result: { findings }, paint, quiet }: Report): string[] {
  const counts = new Map<string, number>();
  for (const { rule, file } of findings) if (rule === "raw-env" && looksLikeConfigModule(file)) counts.set(file, (counts.get(file) ?? 0) + 1);
  const files = [...counts].filter(([, n]) => n > 4).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const [most] = files;
  if (most === undefined || quiet) return [];
  const sum = files.reduce((all, [, n]) => all + n, 0);
  const others = files.length === 1 ? "" : ` and ${plural(files.length - 1, "file")} called like it`;
  return [paint("yellow", `${sum} findings of raw-env are in ${most[0]}${others}: if that is where the environment is read, name it in the config, under config (nobypass init proposes it)`)];
}

/** One line without colours, for whoever gets the report in a file. */
export const shortSummary = (result: RunResult): string => `${headline(result)} (${details(result)})`;

function headline({ findings, counts }: RunResult): string {
  if (counts.files === 0) return "Nothing was checked";
  if (findings.length === 0) return "No findings";
  const warnings = findings.filter((f) => f.severity === "warn").length;
  const files = new Set(findings.map((f) => f.file)).size;
  return `${plural(findings.length, "finding")}${warnings === 0 ? "" : warnings === findings.length ? ", all of them warnings," : `, ${plural(warnings, "warning")} among them,`} in ${plural(files, "file")}`;
}

function details(result: RunResult): string {
  const { counts } = result;
  const unknown = unknownPlaces(result);
  const parts = [`${plural(counts.files, "file")} checked`];
  if (unknown > 0) parts.push(`${unknown} unknown`);
  if (counts.suppressed > 0) parts.push(`${counts.suppressed} suppressed`);
  if (counts.outsideTsconfig > 0) parts.push(`${counts.outsideTsconfig} outside every tsconfig`);
  return parts.join(", ");
}

const plural = (n: number, noun: string, many = `${noun}s`): string => `${n} ${n === 1 ? noun : many}`;
const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`);
