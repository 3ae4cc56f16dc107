import { expect, it } from "vitest";
import { rules } from "../rules/index.js";
import { DIRECTIVE } from "../rules/directives.js";
import { cli } from "../tests/support/cli.js";
import { tempTree } from "../tests/temp-tree.js";

it("lists every rule under its promise", async () => {
  const { exitCode, stdout } = await cli(["explain"]);
  expect(exitCode).toBe(0);
  for (const rule of rules) {
    const after = stdout.indexOf(`\n  ${rule.name} `);
    expect(after).toBeGreaterThan(stdout.indexOf(rule.promise));
  }
});

it.each(rules.map((r) => [r.name, r] as const))("says everything about %s within 96 columns", async (name, rule) => {
  const { exitCode, stdout } = await cli(["explain", name]);
  expect(exitCode).toBe(0);
  const words = stdout.replace(/\s+/g, " ");
  for (const text of [rule.promise, rule.why, rule.fixNote, rule.fix === "none" ? "None." : rule.fix, `docs/rules/${name}.md`, ...rule.fine]) expect(words.toLowerCase()).toContain(text.toLowerCase());
  expect(stdout.split("\n").filter((line) => line.length > 96)).toEqual([]);
});

it("knows the findings that are no rule's", async () => {
  const { exitCode, stdout } = await cli(["explain", DIRECTIVE]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("nobypass-disable-next-line");
});

const FILES = {
  "package.json": `{ "name": "shop", "private": true, "type": "module", "dependencies": { "express": "^5.0.0" } }`,
  "src/app.ts": `import express from "express";\nimport { rates } from "./rates.js";\nconst app = express();\napp.get("/rates", async (req, res) => {\n  res.json(await rates());\n});\n\nconst one = 1;\n`,
  "src/stock.ts": `import express from "express";\nexport const stock = {\n  all: () => fetch("https://stock.example.com"),\n};\nexport const app = express();\napp.get("/stock", async (_req, res) => void res.json(await stock.all()));\n`,
  "src/rates.ts": `export async function rates() {\n  return fetch("https://rates.example.com");\n}\n// the end\n`,
  "src/app.test.ts": `console.log(1);\n`,
};

it("tells of a place what each rule says, what is called, and who comes by", async () => {
  const cwd = tempTree(FILES);
  const { exitCode, stdout, stderr } = await cli(["explain", "src/rates.ts:2"], { cwd });
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^src\/rates\.ts:2\n/);
  expect(stdout).toMatch(/ {2}found {2}missing-timeout {2}\S/);
  expect(stdout).toMatch(/2:10 {2}fetch {2}.*global:fetch \(.*effects/);
  expect(stdout).toMatch(/Reached by\n {2}GET \/rates\n/);
  expect((await cli(["explain", "src/stock.ts:3"], { cwd })).stdout).toMatch(/Reached by\n {2}GET \/stock\n/);
  expect(stdout).toMatch(/Waiting for a pipeline that resolves\n {2}.*bypass/);
  expect((await cli(["explain", "src/app.ts:8"], { cwd })).stdout).toContain("none of their business");
  expect((await cli(["explain", "src/rates.ts:4"], { cwd })).stdout).toContain("The line holds nothing to judge.");
});

it("tells it to programs too, from wherever they stand", async () => {
  const cwd = tempTree(FILES);
  const { stdout } = await cli(["explain", "rates.ts:2:10", "--format", "json"], { cwd: `${cwd}/src` });
  const told = JSON.parse(stdout) as { verdicts: { rule: string; verdict: string }[] };
  expect(told).toMatchObject({ version: 1, file: expect.stringMatching(/rates\.ts$/) as string, line: 2, role: "server", calls: [{ text: "fetch", start: { line: 2, column: 10 } }] });
  expect(told.verdicts).toContainEqual(expect.objectContaining({ rule: "missing-timeout", verdict: "found" }));
});

it("refuses places that are not there, and says what is", async () => {
  const cwd = tempTree(FILES);
  for (const [place, says] of [["src/none.ts:1", /there is no file src\/none\.ts/], ["src/rates.ts:99", /has no line 99\n.*it has 5 lines/], ["src/rates.ts:0", /has no line 0/], ["src/rates.ts", /names no line/]] as const) {
    const { exitCode, stdout, stderr } = await cli(["explain", place], { cwd });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(says);
  }
});
