import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ConfigError } from "../config/problem.js";
import type { RunOptions, RunResult } from "../engine/result.js";
import { rules } from "../rules/index.js";
import { cli, fakeIo, type FakeTerminal, findingAt, runResult, type Said } from "../tests/support/cli.js";
import { tempTree, writeFiles } from "../tests/temp-tree.js";
import { check } from "./check.js";

type Values = Parameters<typeof check>[0];
const VALUES: Values = { format: undefined, output: undefined, rule: [], config: undefined, strict: undefined, "max-unknown": undefined, cache: undefined, types: undefined, watch: false, quiet: false, color: undefined, verbose: false, help: false };

/** The command with an engine that gives, or throws, what the test says. */
async function checkWith(outcome: RunResult | Error | ((options: RunOptions) => RunResult), values: Partial<Values> = {}, terminal: FakeTerminal = {}): Promise<Said & { readonly exitCode: number }> {
  const { io, said } = fakeIo(terminal);
  const run = (options: RunOptions): RunResult => {
    if (outcome instanceof Error) throw outcome;
    return typeof outcome === "function" ? outcome(options) : outcome;
  };
  const exitCode = await check({ ...VALUES, ...values }, [], io, { run, rules });
  return { exitCode, ...said() };
}

const found = runResult({ findings: [findingAt("src/a.ts", "console.log(1)", "console.log(1)")], sources: new Map([["src/a.ts", "console.log(1)"]]) });
const unparsed = runResult({ problems: [{ kind: "parse", file: "src/a.ts", start: { line: 1, column: 2 }, message: "Unexpected token", hint: "" }] });

it("hands on what was asked, and nothing that was not", async () => {
  const seen: RunOptions[] = [];
  const run = (options: RunOptions): RunResult => (seen.push(options), runResult());
  await checkWith(run);
  await checkWith(run, { rule: ["console", "raw-env", "console"], config: "other.json" });
  expect(seen).toEqual([{ cwd: "/nowhere", paths: [] }, { cwd: "/nowhere", paths: [], configPath: "other.json", rules: ["console", "raw-env"] }]);
});

it("prints nothing but the report on stdout, and nothing on stderr beside it", async () => {
  expect(await checkWith(runResult())).toEqual({ exitCode: 0, stdout: "No findings (1 file checked) in 1.2s\n", stderr: "" });
  const { exitCode, stdout, stderr } = await checkWith(found, { format: "json" });
  expect([exitCode, stderr]).toEqual([1, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, exitCode: 1 });
});

it("is strict where CI is set, unless told otherwise", async () => {
  const codes = async (values: Partial<Values>, env: FakeTerminal["env"] = {}): Promise<number> => (await checkWith(unparsed, values, { env })).exitCode;
  expect(await codes({})).toBe(0);
  expect(await codes({}, { CI: "true" })).toBe(2);
  expect(await codes({}, { CI: "1" })).toBe(2);
  expect(await codes({}, { CI: "false" })).toBe(0);
  expect(await codes({ strict: false }, { CI: "true" })).toBe(0);
  expect(await codes({ strict: true })).toBe(2);
});

it("says on stderr why a report for programs cannot be trusted", async () => {
  const { exitCode, stdout, stderr } = await checkWith(unparsed, { format: "sarif", strict: true });
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: false }] }] });
  expect(stderr).toBe("nobypass: this run cannot be trusted: a file does not parse, so it was not judged\n  src/a.ts:1:2: Unexpected token\n");
});

it("writes a whole report to a file, makes its folder, and says so", async () => {
  const cwd = tempTree({});
  expect(await checkWith(found, { format: "json", output: "out/report.json" }, { cwd })).toEqual({ exitCode: 1, stdout: "", stderr: "1 finding in 1 file (1 file checked): out/report.json\n" });
  expect(JSON.parse(readFileSync(join(cwd, "out/report.json"), "utf8"))).toMatchObject({ exitCode: 1 });
  expect(readdirSync(join(cwd, "out"))).toEqual(["report.json"]);
  expect((await checkWith(found, { output: "out/report.json", quiet: true }, { cwd })).stderr).toBe("");
  expect(readFileSync(join(cwd, "out/report.json"), "utf8")).toContain("src/a.ts:1:1");
});

it("does not leave an old report in the file when it fails", async () => {
  const cwd = tempTree({ "report.json": "old" });
  const { exitCode } = await checkWith(new Error("boom"), { format: "json", output: "report.json" }, { cwd });
  expect(exitCode).toBe(2);
  expect(JSON.parse(readFileSync(join(cwd, "report.json"), "utf8"))).toMatchObject({ exitCode: 2, problems: [{ kind: "crash", message: "internal error: boom" }] });
});

it("refuses to write over a folder", async () => {
  const cwd = tempTree({});
  mkdirSync(join(cwd, "out"));
  await expect(checkWith(found, { output: "out" }, { cwd })).rejects.toThrow(/it is a folder/);
});

it("tells what was thrown without a stack, unless asked for it", async () => {
  const boom = await checkWith(new Error("boom"));
  expect(boom).toMatchObject({ exitCode: 2, stderr: "" });
  expect(boom.stdout).toMatch(/internal error: boom\n.*please report/);
  expect(boom.stdout).not.toContain("check.test.ts");
  expect((await checkWith(new Error("boom"), { verbose: true })).stdout).toContain("check.test.ts");
  const config = await checkWith(new ConfigError("nobypass.config.ts", [{ path: "preset", message: "is wrong", hint: "mend it" }], "Run again."));
  expect(config.exitCode).toBe(2);
  expect(config.stdout).toMatch(/preset: is wrong \(mend it\)/);
  expect(config.stdout).not.toContain("please report");
});

it("has colours on a terminal, not in a file or with NO_COLOR", async () => {
  const cwd = tempTree({});
  expect((await checkWith(found, {}, { columns: 80 })).stdout).toContain("\x1b[");
  expect((await checkWith(found, {}, { columns: 80, env: { NO_COLOR: "1" } })).stdout).not.toContain("\x1b");
  expect((await checkWith(found, { color: false }, { columns: 80 })).stdout).not.toContain("\x1b");
  expect((await checkWith(found, { color: true })).stdout).toContain("\x1b[");
  await checkWith(found, { output: "report.txt" }, { cwd, columns: 80, env: { FORCE_COLOR: "1" } });
  expect(readFileSync(join(cwd, "report.txt"), "utf8")).not.toContain("\x1b");
});

it("shows progress on a terminal alone, and takes it away", async () => {
  const run = (options: RunOptions): RunResult => (options.onProgress?.(1, 2), runResult());
  const shown = (await checkWith(run, {}, { columns: 80 })).stderr;
  expect(shown).toContain("checking 1 of 2 files");
  expect(shown).toMatch(/\r\x1b\[2K$/); // eslint-disable-line no-control-regex
  expect((await checkWith(run)).stderr).toBe("");
  expect((await checkWith(run, { quiet: true }, { columns: 80 })).stderr).toBe("");
  expect((await checkWith(run, {}, { columns: 80, env: { CI: "1" } })).stderr).toBe("");
});

const PROJECT = { "package.json": '{ "type": "module" }', "tsconfig.json": '{ "include": ["src"] }', "src/a.ts": "export const a = () => console.log(1);\n", "src/b.ts": "export const b = 1;\n" };

it("end to end: findings, a clean folder, a rule alone", async () => {
  const cwd = tempTree(PROJECT);
  const all = await cli(["check"], { cwd });
  expect(all.exitCode).toBe(1);
  expect(all.stdout).toMatch(/^src\/a\.ts:1:24/m);
  expect(all.stdout).toContain("> 1 │ export const a");
  expect((await cli(["check", "src/b.ts"], { cwd })).exitCode).toBe(0);
  expect((await cli(["check", "--rule", "raw-env"], { cwd })).exitCode).toBe(0);
  expect((await cli(["check", "--rule=raw-env,console"], { cwd })).exitCode).toBe(1);
});

it("end to end: the same bytes twice, in formats for programs", async () => {
  const cwd = tempTree(PROJECT);
  for (const format of ["json", "sarif"]) {
    const once = await cli(["check", "--format", format], { cwd });
    expect(await cli(["check", "--format", format], { cwd })).toEqual(once);
  }
});

it("end to end: warnings alone are clean", async () => {
  const cwd = tempTree({ ...PROJECT, "nobypass.config.json": '{ "rules": { "console": "warn" } }' });
  const { exitCode, stdout } = await cli(["check"], { cwd });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("console (warning)");
});

it("end to end: what cannot be trusted", async () => {
  const cwd = tempTree({ ...PROJECT, "src/c.ts": "export const = 1;\n" });
  expect((await cli(["check"], { cwd })).exitCode).toBe(1);
  expect((await cli(["check"], { cwd, env: { CI: "true" } })).exitCode).toBe(2);
  expect((await cli(["check", "--strict", "src/c.ts"], { cwd })).stdout).toMatch(/does not parse {2}src\/c\.ts:1:/);
  expect((await cli(["check", "nope"], { cwd })).exitCode).toBe(2);
  writeFiles(cwd, { "nobypass.config.json": '{ "prest": "strict" }' });
  const bad = await cli(["check"], { cwd });
  expect(bad.exitCode).toBe(2);
  expect(bad.stdout).toMatch(/no key `prest`[^]*did you mean `preset`/);
  expect((await cli(["check", "--config", "missing.json"], { cwd })).exitCode).toBe(2);
  expect(existsSync(join(cwd, "missing.json"))).toBe(false);
});

it("end to end: paths in SARIF are those of the repository", async () => {
  const cwd = tempTree(Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`services/api/${path}`, text])));
  const { stdout } = await cli(["check", "--format", "sarif"], { cwd: join(cwd, "services/api") });
  expect(stdout).toContain('"uri": "services/api/src/a.ts"');
});
