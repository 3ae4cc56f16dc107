import type { Edit, Finding, Position } from "../../core/finding.js";
import type { Entries } from "../../engine/result.js";
import { wholeEdits } from "../../fixes/transaction.js";
import { version } from "../own-package.js";
import type { Reporter } from "./reporter.js";

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const SCHEMA_VERSION = 1;

/**
 * For programs; docs/json-output.md describes it. No time and no duration: the same code gives the same bytes, so that two
 * reports can be compared.
 */
export const json: Reporter = ({ result, verdict, verbose }) => {
  const document = {
    version: SCHEMA_VERSION,
    tool: { name: "nobypass", version: version() },
    root: result.root,
    configFile: result.configFile,
    exitCode: verdict.exitCode,
    untrusted: verdict.reasons,
    tooMuch: verdict.tooMuch,
    assumed: result.assumed,
    rules: result.rules,
    counts: result.counts,
    findings: result.findings.map(findingOf),
    unknown: result.unknown.map((u) => ({ rule: u.rule, file: u.file, ...at(u.start), reason: u.reason })),
    entries: result.entries === null ? null : entriesOf(result.entries),
    problems: result.problems.map((p) => ({
      kind: p.kind,
      file: p.file ?? null,
      ...(p.start === undefined ? { line: null, column: null } : at(p.start)),
      message: p.message,
      hint: p.hint,
      harmless: p.harmless ?? false,
      ...(verbose && p.stack !== undefined ? { stack: p.stack } : {}),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};

function findingOf(f: Finding): object {
  return {
    rule: f.rule,
    promise: f.promise,
    severity: f.severity,
    file: f.file,
    ...range(f.start, f.end),
    message: f.message,
    symbol: f.symbol,
    identity: f.identity,
    related: f.related.map((r) => ({ file: r.file, ...range(r.start, r.end), message: r.message, step: r.step ?? false })),
    fix: f.fix === null ? null : { tier: f.fix.tier, title: f.fix.title, edits: wholeEdits({ file: f.file, fix: f.fix }).map((e) => editOf(e, f.file)) },
  };
}

function entriesOf({ proved, found, unknown, list, open }: Entries): object {
  return {
    proved,
    found,
    unknown,
    list: list.map((e) => ({ file: e.file, ...at(e.start), name: e.name, framework: e.framework, proof: e.proof, found: e.found, unknown: e.unknown, reasons: e.reasons.map((r) => ({ rule: r.rule, file: r.file, ...at(r.start), reason: r.reason })) })),
    open: open.map((o) => ({ file: o.file, ...at(o.start), reason: o.reason, entries: o.entries })),
  };
}

const at = ({ line, column }: Position): object => ({ line, column });
const range = (start: Position, end: Position): object => ({ line: start.line, column: start.column, endLine: end.line, endColumn: end.column });
const editOf = (edit: Edit, file: string): object => ({ file: edit.file ?? file, start: edit.start, end: edit.end, text: edit.text, ...(edit.creates && { creates: true }) });
