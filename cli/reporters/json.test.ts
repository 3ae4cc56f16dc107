import { expect, it } from "vitest";
import type { Entries } from "../../engine/result.js";
import { findingAt, reportOf, runResult } from "../../tests/support/cli.js";
import { version } from "../own-package.js";
import { json } from "./json.js";

const FILE = "src/a.ts";
const TEXT = "first();\nconsole.log(1);\n";

const OPEN = { file: "src/b.ts", start: { line: 3, column: 5 }, reason: "text is run as code" };
const ENTRIES: Entries = {
  proved: 1,
  found: 0,
  unknown: 1,
  list: [
    { file: FILE, start: { line: 1, column: 1 }, name: "GET /a", framework: "express", proof: "proved", found: 0, unknown: 0, reasons: [] },
    { file: FILE, start: { line: 2, column: 1 }, name: null, framework: "koa", proof: "unknown", found: 0, unknown: 1, reasons: [{ rule: null, ...OPEN }] },
  ],
  open: [{ ...OPEN, entries: 1 }],
};

it("has the shape that docs/json-output.md promises", () => {
  const fix = { tier: "review", title: "Use log", edits: [{ start: 9, end: 20, text: "log.info" }, { start: 0, end: 0, text: "x", file: "src/b.ts" }] } as const;
  const result = runResult({
    findings: [findingAt(FILE, TEXT, "console.log(1)", { symbol: "C.m", fix, related: [{ file: "src/b.ts", start: { line: 1, column: 2 }, end: { line: 1, column: 5 }, message: "the alias" }] })],
    unknown: [{ rule: "raw-throw", file: FILE, start: { line: 4, column: 9 }, reason: "no types" }],
    entries: ENTRIES,
    problems: [{ kind: "config", message: "bad", hint: "mend it" }],
    sources: new Map([[FILE, TEXT]]),
  });
  expect(JSON.parse(json(reportOf(result)))).toEqual({
    version: 1,
    tool: { name: "nobypass", version: version() },
    root: "/project",
    configFile: null,
    exitCode: 2,
    untrusted: ["something in the config cannot be used"],
    tooMuch: [],
    assumed: [],
    rules: { ran: ["console"], waiting: [] },
    counts: { files: 1, outsideTsconfig: 0, found: 1, clear: 0, unknown: 1, suppressed: 0 },
    findings: [
      {
        rule: "console",
        promise: "observability",
        severity: "error",
        file: FILE,
        line: 2,
        column: 1,
        endLine: 2,
        endColumn: 15,
        message: "`console.log` bypasses the pipeline's log",
        symbol: "C.m",
        identity: "id-9",
        related: [{ file: "src/b.ts", line: 1, column: 2, endLine: 1, endColumn: 5, message: "the alias", step: false }],
        fix: { tier: "review", title: "Use log", edits: [{ file: FILE, start: 9, end: 20, text: "log.info" }, { file: "src/b.ts", start: 0, end: 0, text: "x" }] },
      },
    ],
    unknown: [{ rule: "raw-throw", file: FILE, line: 4, column: 9, reason: "no types" }],
    entries: {
      proved: 1,
      found: 0,
      unknown: 1,
      list: [
        { file: FILE, line: 1, column: 1, name: "GET /a", framework: "express", proof: "proved", found: 0, unknown: 0, reasons: [] },
        { file: FILE, line: 2, column: 1, name: null, framework: "koa", proof: "unknown", found: 0, unknown: 1, reasons: [{ rule: null, file: "src/b.ts", line: 3, column: 5, reason: "text is run as code" }] },
      ],
      open: [{ file: "src/b.ts", line: 3, column: 5, reason: "text is run as code", entries: 1 }],
    },
    problems: [{ kind: "config", file: null, line: null, column: null, message: "bad", hint: "mend it", harmless: false }],
  });
});

it("gives the same bytes however long the run took", () => {
  expect(json(reportOf(runResult({ durationMs: 1 })))).toBe(json(reportOf(runResult({ durationMs: 2 }))));
});

it("has stacks only with verbose", () => {
  const result = runResult({ problems: [{ kind: "crash", message: "boom", hint: "", stack: "at x" }] });
  expect(json(reportOf(result))).not.toContain("at x");
  expect(json(reportOf(result, { verbose: true }))).toContain("at x");
});
