import type { Finding, Position } from "../../core/finding.js";
import type { RunProblem } from "../../engine/result.js";
import { codeFrame } from "./code-frame.js";
import { concealedLines } from "./conceal.js";
import { unknownPlaces } from "../verdict.js";
import type { Report, Reporter } from "./reporter.js";
import { type Site, sitesOf } from "./sites.js";
import { conclusion, entriesLine, summaryByPromise } from "./summary.js";
import { oneLine, printable, wrap } from "./width.js";

/** The report for people: what was assumed, the findings, what they add up to, and what could not be judged. */
export const pretty: Reporter = (report) => {
  const { result, quiet } = report;
  const blocks = [
    quiet ? [] : assumptions(report),
    ...findingBlocks(report),
    quiet ? [] : summaryByPromise(report),
    quiet ? [] : entriesLine(report),
    quiet ? [] : waiting(report),
    quiet ? [] : undecided(report),
    ...result.problems.map((p) => problem(p, report)),
    quiet && report.verdict.exitCode !== 2 ? [] : conclusion(report),
  ];
  const filled = blocks.filter((block) => block.length > 0);
  return filled.length === 0 ? "" : `${filled.map((block) => block.join("\n")).join("\n\n")}\n`;
};

function assumptions({ result, paint, width }: Report): string[] {
  const indent = " ".repeat("assumed: ".length);
  return result.assumed.map((text) => paint("dim", `assumed: ${wrap(oneLine(text), less(width, indent.length), indent)}`));
}

function findingBlocks(report: Report): string[][] {
  const { result } = report;
  const lines = concealedLines(result.sources, result.findings);
  return sitesOf(result.findings).map((site) => siteBlock(site, lines(site[0].file), report));
}

function siteBlock(site: Site, lines: readonly string[] | undefined, { paint, width }: Report): string[] {
  const [first] = site;
  const severity = site.some((f) => f.severity === "error") ? "error" : "warn";
  const place = paint(["bold", "cyan"], `${printable(first.file)}:${first.start.line}:${first.start.column}`);
  const inside = first.symbol === "" ? "" : paint("dim", `  in ${oneLine(first.symbol)}`);
  const longest = Math.max(...site.map((f) => ruleLabel(f).length));
  const fixes = [...new Set(site.flatMap((f) => (f.fix === null ? [] : [`fix (${f.fix.tier}): ${oneLine(f.fix.title)}`])))];
  return [
    `${place}${inside}`,
    ...(lines === undefined ? [] : codeFrame(lines, first.start, first.end, { width, paint, severity })),
    ...site.flatMap((f) => findingLines(f, longest, width, paint)),
    ...fixes.map((text) => `  ${paint("green", wrap(text, less(width, 4), "    "))}`),
  ];
}

function findingLines(finding: Finding, longest: number, width: number | undefined, paint: Report["paint"]): string[] {
  const label = ruleLabel(finding);
  const indent = " ".repeat(longest + 4);
  const style = finding.severity === "error" ? "red" : "yellow";
  const message = wrap(oneLine(finding.message), less(width, indent.length), indent);
  return [
    `  ${paint(style, label)}${" ".repeat(longest - label.length)}  ${message}`,
    ...witnessLines(finding, indent, width, paint),
  ];
}

/** The places of a finding in the order they are told: from the entry or source to what is found. Of a long way the middle is left out. */
function witnessLines({ related }: Finding, indent: string, width: number | undefined, paint: Report["paint"]): string[] {
  const left = related.length - MOST_STEPS;
  const shown = left > 1 ? [...related.slice(0, MOST_STEPS / 2), ...related.slice(-MOST_STEPS / 2)] : related;
  const lines = shown.map((r) => {
    const at = `${printable(r.file)}:${r.start.line}:${r.start.column}`;
    return `${indent}${paint("cyan", at)}  ${paint("dim", wrap(oneLine(r.message), less(width, indent.length + at.length + 2), `${indent}  `))}`;
  });
  if (left > 1) lines.splice(MOST_STEPS / 2, 0, paint("dim", `${indent}… ${left} more steps: --format json has all of them`));
  return lines;
}

/** Of a way that is longer, the first and last steps are shown. */
const MOST_STEPS = 8;

/** The severity in words too: without colours it would be lost. */
const ruleLabel = (finding: Finding): string => (finding.severity === "warn" ? `${finding.rule} (warning)` : finding.rule);

function waiting({ result, paint, width }: Report): string[] {
  if (result.rules.waiting.length === 0) return [];
  const text = `waiting for a pipeline that resolves: ${result.rules.waiting.join(", ")} (install @nobypass/pipeline, or name your own under \`pipeline\` in the config)`;
  return [paint("dim", wrap(text, less(width, 2), "  "))];
}

const less = (width: number | undefined, taken: number): number | undefined => (width === undefined ? undefined : Math.max(MIN_ROOM, width - taken));
/** Narrower than this nobody can read: then lines are too long rather than a word each. */
const MIN_ROOM = 16;

const TOP_REASONS = 5;

/** What nobody could decide: places of rules, and calls on the way of entries. The reasons that count most first, or all of the places. */
function undecided({ result, verbose, paint, width }: Report): string[] {
  const { unknown } = result;
  const open = result.entries?.open ?? [];
  const count = unknownPlaces(result);
  if (count === 0) return [];
  const title = `${count} ${count === 1 ? "place" : "places"} could not be decided`;
  const sites = [...unknown, ...open.map((o) => ({ ...o, rule: LOST }))];
  const reasons = new Map<string, number>();
  for (const { rule, reason } of sites) {
    const key = `${rule}  ${oneLine(reason)}`;
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  }
  const sorted = [...reasons].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const digits = String(sorted[0]?.[1] ?? 0).length;
  const indent = " ".repeat(digits + 4);
  const rest = sorted.length - TOP_REASONS;
  const shown = verbose ? sorted : sorted.slice(0, TOP_REASONS);
  return [
    title,
    ...shown.map(([text, n]) => `  ${String(n).padStart(digits)}  ${paint("dim", wrap(text, less(width, indent.length), indent))}`),
    ...(verbose
      ? ["", ...unknown.map((u) => `  ${place(u, paint)}  ${u.rule}  ${oneLine(u.reason)}`), ...open.map((o) => `  ${place(o, paint)}  ${LOST}  ${oneLine(o.reason)} (on the way of ${o.entries} ${o.entries === 1 ? "entry" : "entries"})`)]
      : rest > 0
        ? [paint("dim", `${indent}and ${rest} other ${rest === 1 ? "reason" : "reasons"}: --verbose lists each place`)]
        : []),
  ];
}

/** Stands where a rule's name would: no rule loses the way, it is lost for all of them. */
const LOST = "(call)";

const place = ({ file, start }: { readonly file: string; readonly start: Position }, paint: Report["paint"]): string => paint("cyan", `${printable(file)}:${start.line}:${start.column}`);

function problem({ kind, file, start, message, hint, stack, harmless }: RunProblem, { paint, width, verbose }: Report): string[] {
  const what = { parse: "does not parse", crash: "crash", config: "config", files: "cannot be checked" }[kind];
  const place = file === undefined ? "" : `${printable(file)}${start === undefined ? "" : `:${start.line}:${start.column}`}`;
  const body = (text: string): string => `  ${wrap(oneLine(text), less(width, 2), "  ")}`;
  return [
    `${paint(harmless ? "yellow" : ["bold", "red"], what)}${place === "" ? "" : `  ${paint("cyan", place)}`}`,
    body(message),
    ...(hint === "" ? [] : [paint("dim", body(hint))]),
    ...(verbose && stack !== undefined ? [paint("dim", stack.replace(/^/gm, "    "))] : []),
  ];
}
