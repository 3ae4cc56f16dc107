import { expect, it } from "vitest";
import { cli, type Said } from "../tests/support/cli.js";
import { tempTree } from "../tests/temp-tree.js";

interface Answer {
  readonly ok: boolean;
  readonly diagnoses: readonly { readonly name: string; readonly state: string; readonly text: string; readonly hint: string }[];
}

async function doctor(files: Readonly<Record<string, string>>): Promise<Said & { readonly exitCode: number; readonly of: (name: string) => string[] }> {
  const cwd = tempTree(files);
  const shown = await cli(["doctor"], { cwd });
  const json = await cli(["doctor", "--json"], { cwd });
  const answer = JSON.parse(json.stdout) as Answer;
  expect(json.exitCode).toBe(shown.exitCode);
  expect(answer.ok).toBe(shown.exitCode === 0);
  for (const d of answer.diagnoses) expect(shown.stdout).toContain(d.text);
  return { ...shown, of: (name) => answer.diagnoses.filter((d) => d.name === name).map((d) => `${d.state}: ${d.text}${d.hint === "" ? "" : ` (${d.hint})`}`) };
}

const BASE = { "package.json": "{}", "tsconfig.json": '{ "include": ["src"] }', "src/a.ts": "export {};", "src/a.test.ts": "", "scripts/x.ts": "" };
const installed = (name: string, version: string): Record<string, string> => ({ [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }) });

it("describes a project that is as it should be", async () => {
  const { exitCode, stdout, of } = await doctor({
    ...BASE,
    "nobypass.config.json": '{ "rules": { "console": "off" } }',
    "eslint.config.mjs": 'import nobypass from "nobypass/eslint";',
    ...installed("typescript", "6.0.3"),
    ...installed("eslint", "10.15.0"),
    ...installed("typescript-eslint", "8.73.0"),
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\nReady\n$/);
  expect(of("config")).toEqual([expect.stringMatching(/^ok: \/.*\/nobypass\.config\.json$/)]);
  expect(of("tsconfig")).toEqual([expect.stringMatching(/^note: tsconfig\.json; 2 of 4 files/)]);
  expect(of("files")).toEqual(["ok: 1 server, 1 test, 2 script"]);
  expect(of("rules")[0]).toMatch(/^ok: on: .*off: console/);
  expect(of("typescript")).toEqual(["ok: 6.0.3"]);
  expect(of("eslint")).toEqual(["ok: 10.15.0, nobypass/eslint in eslint.config.mjs"]);
  expect(of("parser")[0]).toMatch(/^ok: oxc-parser \d/);
});

it("works without a config, a tsconfig or anything installed", async () => {
  const { exitCode, of } = await doctor({ "src/a.js": "" });
  expect(exitCode).toBe(0);
  expect(of("config")).toEqual(["note: none: defaults (`nobypass init` writes one)"]);
  expect(of("tsconfig")).toEqual(["note: none: files are judged by names, without types"]);
  expect(of("pipeline")[0]).toMatch(/^note: @nobypass\/pipeline is not installed/);
  expect(of("eslint")[0]).toMatch(/^note: not installed/);
});

it("fails for a bad config, and still says the rest", async () => {
  const { exitCode, stdout, of } = await doctor({ ...BASE, "nobypass.config.json": '{ "prest": "strict" }' });
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/1 to put right/);
  expect(of("config")[0]).toMatch(/^fail: .*no key `prest`.*did you mean `preset`/);
  expect(of("files")).toEqual(["ok: 1 server, 1 test, 1 script"]);
});

it("fails for a pipeline that does not resolve, a broken tsconfig, and an empty project", async () => {
  expect((await doctor({ ...BASE, "nobypass.config.json": '{ "pipeline": "@acme/pipe" }' })).of("pipeline")[0]).toMatch(/^fail: pipeline: `@acme\/pipe` does not resolve/);
  expect((await doctor({ ...BASE, "tsconfig.json": '{ "extends": "./nope.json" }' })).of("tsconfig")[0]).toMatch(/^fail: .*nope\.json/);
  expect((await doctor({ "package.json": "{}" })).of("files")[0]).toMatch(/^fail: there are no source files/);
});

it("knows the traps: TypeScript 7 beside typescript-eslint, two configs", async () => {
  const trapped = await doctor({ ...BASE, "nobypass.config.json": "{}", "nobypass.config.mjs": "export default {};", ...installed("typescript", "7.0.2"), ...installed("typescript-eslint", "8.73.0") });
  expect(trapped.exitCode).toBe(0);
  expect(trapped.of("typescript")[0]).toMatch(/^warn: 7\.0\.2 beside typescript-eslint 8\.73\.0.*@typescript\/typescript6/);
  expect(trapped.of("config")[1]).toMatch(/^warn: nobypass\.config\.mjs and nobypass\.config\.json are both there, and only nobypass\.config\.mjs counts/);
  expect((await doctor({ ...BASE, ...installed("typescript", "7.0.2") })).of("typescript")).toEqual(["ok: 7.0.2"]);
});
