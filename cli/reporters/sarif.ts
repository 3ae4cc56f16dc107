import type { Edit, Finding, Position, Severity } from "../../core/finding.js";
import type { RuleName } from "../../core/rule.js";
import { listAt } from "../../core/lists.js";
import type { RunProblem } from "../../engine/result.js";
import { Lines } from "../../rules/directives.js";
import { wholeEdits } from "../../fixes/transaction.js";
import { homepage, version } from "../own-package.js";
import { ruleDescriptor } from "./sarif-rule.js";
import type { Report, Reporter } from "./reporter.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT = "SRCROOT";
/** GitHub refuses a run with more, so one more would hide all of them. Errors come first, the rest is counted in a notification. */
const MOST_RESULTS = 25_000;

/** SARIF 2.1.0 for code scanning and viewers: one run, and no time in it, so that the same code gives the same bytes. */
export const sarif: Reporter = (report) => {
  const { result, verdict } = report;
  const names = ruleNames(report);
  const sorted = [...result.findings].sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
  const left = Math.max(0, sorted.length - MOST_RESULTS);
  const isConfig = (p: RunProblem): boolean => p.kind === "config";
  const run = {
    tool: {
      driver: {
        name: "nobypass",
        semanticVersion: version(),
        ...(homepage() === undefined ? {} : { informationUri: homepage() }),
        rules: names.map((name) => ruleDescriptor(name, report.rules.find((r) => r.name === name))),
      },
    },
    invocations: [
      {
        executionSuccessful: verdict.exitCode !== 2,
        exitCode: verdict.exitCode,
        ...(verdict.reasons.length > 0 ? { exitCodeDescription: verdict.reasons.join("; ") } : {}),
        toolConfigurationNotifications: result.problems.filter(isConfig).map((p) => notification(p, report)),
        toolExecutionNotifications: [
          ...result.problems.filter((p) => !isConfig(p)).map((p) => notification(p, report)),
          ...(left > 0 ? [{ level: "warning", message: { text: `${left} more findings are left out: code scanning accepts ${MOST_RESULTS} in a run` } }] : []),
        ],
      },
    ],
    originalUriBaseIds: { [ROOT]: { description: { text: "The repository's root, or the project's where there is no repository." } } },
    columnKind: "utf16CodeUnits",
    newlineSequences: ["\r\n", "\n", "\r", "\u2028", "\u2029"],
    results: sorted.slice(0, MOST_RESULTS).map((f) => resultOf(f, names.indexOf(f.rule), report)),
    properties: { counts: result.counts, entries: entryCounts(report), rulesWaiting: result.rules.waiting, assumed: result.assumed },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)}\n`;
};

function entryCounts({ result: { entries } }: Report): object | null {
  return entries === null ? null : { proved: entries.proved, found: entries.found, unknown: entries.unknown, openCalls: entries.open.length };
}

/** All rules that ran, found anything or not: from that, services know which old alerts are closed. */
function ruleNames({ result }: Report): RuleName[] {
  return [...new Set([...result.rules.ran, ...result.findings.map((f) => f.rule)])];
}

function resultOf(finding: Finding, ruleIndex: number, report: Report): object {
  const { related, fix } = finding;
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: physical(finding.file, finding.start, finding.end, report),
        ...(finding.symbol === "" ? {} : { logicalLocations: [{ fullyQualifiedName: finding.symbol, kind: "function" }] }),
      },
    ],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((r, i) => ({ id: i + 1, message: { text: r.message }, physicalLocation: physical(r.file, r.start, r.end, report) })) }),
    ...codeFlows(finding, report),
    // Not `primaryLocationLineHash`: that one is computed by the upload action, which warns when it finds another.
    partialFingerprints: { "nobypass/v1": finding.identity },
    ...(fix === null || fix.edits.length === 0 ? {} : { fixes: [{ description: { text: fix.title }, artifactChanges: changes(wholeEdits({ file: finding.file, fix }), finding.file, report) }] }),
    properties: { promise: finding.promise, ...(fix === null ? {} : { fixTier: fix.tier }) },
  };
}

/** The way to the finding, which is its last location. */
function codeFlows(finding: Finding, report: Report): object {
  const steps = finding.related.filter((r) => r.step === true);
  if (steps.length === 0) return {};
  const locations = [...steps, finding].map((at, i) => ({ executionOrder: i + 1, importance: at === finding ? "essential" : "important", location: { message: { text: at.message }, physicalLocation: physical(at.file, at.start, at.end, report) } }));
  return { codeFlows: [{ message: { text: "From the entry or the source to what is found" }, threadFlows: [{ locations }] }] };
}

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warn: "warning" };

function changes(edits: readonly Edit[], own: string, report: Report): object[] {
  const byFile = new Map<string, Edit[]>();
  for (const edit of edits) listAt(byFile, edit.file ?? own).push(edit);
  return [...byFile].map(([file, list]) => {
    const text = report.result.sources.get(file);
    const lines = text === undefined ? undefined : new Lines(text);
    return { artifactLocation: artifact(file, report), replacements: list.map((edit) => ({ deletedRegion: deleted(edit, lines), insertedContent: { text: edit.text } })) };
  });
}

/** By line and column, which viewers know best; by offset in a file whose text we have not kept. */
function deleted({ start, end }: Edit, lines: Lines | undefined): object {
  if (lines === undefined) return { charOffset: start, charLength: end - start };
  const at = (offset: number): Position => ({ line: lines.of(offset), column: lines.columnOf(offset) });
  return region(at(start), at(end));
}

function notification({ kind, file, start, message, hint, stack, harmless }: RunProblem, report: Report): object {
  const inProject = file !== undefined && !/^(?:\/|[A-Za-z]:)/.test(file);
  const where = file === undefined || inProject ? "" : `${file}: `;
  return {
    level: harmless ? "note" : "error",
    message: { text: `${where}${message}${hint === "" ? "" : ` (${hint})`}` },
    ...(inProject ? { locations: [{ physicalLocation: start === undefined ? { artifactLocation: artifact(file, report) } : physical(file, start, undefined, report) }] } : {}),
    ...(stack !== undefined && report.verbose ? { exception: { kind, message: stack } } : {}),
    properties: { kind },
  };
}

const physical = (file: string, start: Position, end: Position | undefined, report: Report): object => ({ artifactLocation: artifact(file, report), region: region(start, end) });

const region = (start: Position, end: Position | undefined): object => ({ startLine: start.line, startColumn: start.column, ...(end === undefined ? {} : { endLine: end.line, endColumn: end.column }) });

/** From the repository's root, each segment escaped: `app/[id]/route.ts` is no URI as it stands. */
function artifact(file: string, { inRepository }: Report): object {
  const segments: string[] = [];
  for (const segment of [...inRepository.split("/"), ...file.split("/")].filter((s) => s !== "" && s !== ".")) {
    if (segment === ".." && segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else segments.push(segment);
  }
  return { uri: segments.map(encodeURIComponent).join("/"), uriBaseId: ROOT };
}
