import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../config/load.js";
import { cli } from "../tests/support/cli.js";
import { tempTree, writeFiles } from "../tests/temp-tree.js";
import { CONFIG_FORMATS } from "./config-text.js";

const SHOP = {
  "package.json": '{ "name": "shop", "type": "module" }',
  "tsconfig.json": "{}",
  "src/config.ts": 'import { z } from "zod";\nexport const config = z.object({ PORT: z.string() }).parse(process.env);\n',
  "src/modules/orders/index.ts": "",
  "src/modules/users/index.ts": "",
  "src/modules/users/env.ts": "export const port = process.env.PORT;",
  "src/run.ts": 'spawn("x", [], { env: process.env });',
};
const read = (root: string, file: string): string => readFileSync(join(root, file), "utf8");

it("writes what it found, says so, and names the next step", async () => {
  const cwd = tempTree(SHOP);
  const { exitCode, stdout, stderr } = await cli(["init"], { cwd });
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toMatchInlineSnapshot(`
    "Wrote nobypass.config.ts

      import { defineConfig } from "nobypass";

      export default defineConfig({
        preset: "recommended",      // "strict" adds the rules that ask most of a codebase
        modules: ["src/modules/*"], // each folder is a module; others import its index only
        config: ["src/config.ts"],  // the only files that read process.env
      });

    Next:
      npm install --save-dev nobypass
      npx nobypass check
    "
  `);
  expect(loadConfig(cwd).config).toEqual({ preset: "recommended", modules: ["src/modules/*"], config: ["src/config.ts"] });
  expect((await cli(["check"], { cwd })).exitCode).toBe(1);
});

it.each(CONFIG_FORMATS)("writes a %s config that can be used", async (format) => {
  const cwd = tempTree(SHOP);
  expect((await cli(["init", "--yes", "--format", format], { cwd })).exitCode).toBe(0);
  expect(loadConfig(cwd)).toMatchObject({ file: expect.stringContaining(`nobypass.config.${format}`) as string, config: { modules: ["src/modules/*"] } });
});

it("writes JavaScript where there is no TypeScript, and beside the package.json above", async () => {
  const cwd = tempTree({ "package.json": "{}", "src/a.js": "" });
  await cli(["init"], { cwd: join(cwd, "src") });
  expect(existsSync(join(cwd, "nobypass.config.mjs"))).toBe(true);
  expect(loadConfig(cwd).config).toEqual({ preset: "recommended" });
});

it("names the pipeline only where it is installed, and ESLint's lines only where ESLint is", async () => {
  const cwd = tempTree({ ...SHOP, "node_modules/@nobypass/pipeline/package.json": '{ "name": "@nobypass/pipeline", "main": "i.js" }', "node_modules/@nobypass/pipeline/i.js": "", "eslint.config.js": "" });
  const { stdout } = await cli(["init"], { cwd });
  expect(stdout).toContain("nobypass.configs.recommended");
  expect(loadConfig(cwd).config.pipeline).toBe("@nobypass/pipeline");
});

it("never writes over a config unless told to, and never beside one of another name", async () => {
  const cwd = tempTree({ ...SHOP, "nobypass.config.ts": "mine" });
  const refused = await cli(["init"], { cwd });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(/is there already\n.*--force/);
  expect((await cli(["init", "--force", "--format", "json"], { cwd })).exitCode).toBe(2);
  expect(existsSync(join(cwd, "nobypass.config.json"))).toBe(false);
  expect(read(cwd, "nobypass.config.ts")).toBe("mine");
  expect((await cli(["init", "--force"], { cwd })).exitCode).toBe(0);
  expect(read(cwd, "nobypass.config.ts")).toContain("defineConfig");
});

describe("on a terminal", () => {
  it("asks, takes Enter for what it found, and asks again after a slip", async () => {
    const cwd = tempTree(SHOP);
    const { exitCode, stderr } = await cli(["init"], { cwd, columns: 80, env: { NO_COLOR: "1" }, input: "strikt\nstrict\n\nsrc/config.ts, src/env/*\n" });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/\[recommended\].*did you mean strict\?/s);
    expect(loadConfig(cwd).config).toEqual({ preset: "strict", modules: ["src/modules/*"], config: ["src/config.ts", "src/env/*"] });
  });

  it("asks nothing with --yes", async () => {
    expect((await cli(["init", "--yes"], { cwd: tempTree(SHOP), columns: 80 })).stderr).toBe("");
  });

  it("writes nothing when the input ends, or the answers are no config", async () => {
    const cwd = tempTree(SHOP);
    expect(await cli(["init"], { cwd, columns: 80, input: "strict\n" })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("nothing was written") as string });
    expect(await cli(["init"], { cwd, columns: 80, input: "strict\n/abs/*\n\n" })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("absolute path") as string });
    expect(existsSync(join(cwd, "nobypass.config.ts"))).toBe(false);
  });
});

it("tells a file that checks the environment, or is called a config and reads it, from one that reads or passes it on", async () => {
  const files: Record<string, [text: string, isConfig: boolean]> = {
    "src/a.ts": ["export const env = cleanEnv(process.env, { PORT: port() });", true],
    "src/b.ts": ["export const env = createEnv({ server: {}, runtimeEnv: process.env });", true],
    "src/c.ts": ["export const env = v.parse(Schema, process.env);", true],
    "src/d.ts": ["export const env = config({ PORT: string() }, process.env);", true],
    "src/e.ts": ["const keys = Object.keys(process.env);", false],
    "src/f.ts": ["const port = parse(process.env.PORT);", false],
    "src/g.ts": ["const copy = { ...process.env };", false],
    "src/h.ts": ["const port = parse(process.env['PORT']);", false],
    "src/i.test.ts": ["Schema.parse(process.env);", false],
    "src/main.ts": ["const { a, b, c } = { a: process.env.A, b: process.env.B, c: process.env.C };", false],
    "src/mail/mail.config.ts": ["export const mail = { host: process.env.HOST, user: process.env.USER, port: process.env['PORT'] };", true],
    "src/payment/config.ts": ["export const isTest = process.env.PAYMENT_TEST === '1';", false],
  };
  const cwd = tempTree({ "package.json": "{}" });
  writeFiles(cwd, Object.fromEntries(Object.entries(files).map(([path, [text]]) => [path, text])));
  await cli(["init"], { cwd });
  expect(loadConfig(cwd).config.config).toEqual(Object.keys(files).filter((path) => files[path]?.[1]).sort());
});
