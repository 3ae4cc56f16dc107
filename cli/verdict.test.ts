import { expect, it } from "vitest";
import type { RunProblem } from "../engine/result.js";
import { findingAt, runResult } from "../tests/support/cli.js";
import { verdictOf } from "./verdict.js";

const error = findingAt("a.ts", "x();", "x()");
const warning = findingAt("a.ts", "x();", "x()", { severity: "warn" });
const problem = (kind: RunProblem["kind"], harmless?: true): RunProblem => ({ kind, message: "m", hint: "h", ...(harmless && { harmless }) });
const lax = { strict: false, maxUnknown: undefined };
const strict = { strict: true, maxUnknown: undefined };

it("0 is clean or warnings alone, 1 is an error", () => {
  expect(verdictOf(runResult(), lax)).toEqual({ exitCode: 0, reasons: [], tooMuch: [] });
  expect(verdictOf(runResult({ findings: [warning] }), strict).exitCode).toBe(0);
  expect(verdictOf(runResult({ findings: [warning, error] }), lax).exitCode).toBe(1);
});

it("2 beats 1, and says why", () => {
  const result = runResult({ findings: [error], problems: [problem("config"), problem("config"), problem("files")] });
  expect(verdictOf(result, lax)).toEqual({ exitCode: 2, reasons: ["2 problems in the config", "what was to be checked could not be read"], tooMuch: [] });
});

it.each(["parse", "crash"] as const)("%s makes a run untrustworthy only if it is strict, and the file is judged", (kind) => {
  expect(verdictOf(runResult({ problems: [problem(kind)] }), lax).exitCode).toBe(0);
  expect(verdictOf(runResult({ problems: [problem(kind)] }), strict).exitCode).toBe(2);
  expect(verdictOf(runResult({ problems: [problem(kind, true)] }), strict).exitCode).toBe(0);
});

it("counts what could not be decided only if asked to", () => {
  const unknown = [1, 2, 3].map((line) => ({ rule: "raw-throw", file: "a.ts", start: { line, column: 1 }, reason: "r" }));
  expect(verdictOf(runResult({ unknown }), strict).exitCode).toBe(0);
  expect(verdictOf(runResult({ unknown }), { strict: false, maxUnknown: 3 }).exitCode).toBe(0);
  expect(verdictOf(runResult({ unknown }), { strict: false, maxUnknown: 2 })).toEqual({ exitCode: 1, reasons: [], tooMuch: ["3 places could not be decided, and --max-unknown is 2"] });
  const open = { file: "a.ts", start: { line: 9, column: 1 }, reason: "r", entries: 2 };
  expect(verdictOf(runResult({ unknown, entries: { proved: 0, found: 0, unknown: 1, list: [], open: [open] } }), { strict: false, maxUnknown: 3 }).exitCode).toBe(1);
  expect(verdictOf(runResult({ unknown, problems: [problem("config")] }), { strict: false, maxUnknown: 2 }).exitCode).toBe(2);
});

it("is never clean when nothing was judged", () => {
  const nothing = runResult({ counts: { files: 0, outsideTsconfig: 0, found: 0, clear: 0, unknown: 0, suppressed: 0 }, problems: [problem("crash")] });
  expect(verdictOf(nothing, lax)).toEqual({ exitCode: 2, reasons: ["no file was checked"], tooMuch: [] });
});
