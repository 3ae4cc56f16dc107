import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { tempTree, writeFiles } from "../tests/temp-tree.js";

const here = import.meta.dirname;

/** Writes the URL of everything that `import` loads; what `require` loads is in Node's cache. */
const HOOKS = `
  import { writeSync } from "node:fs";
  export async function load(url, context, next) { writeSync(2, "loaded " + url + "\\n"); return next(url, context); }`;
const MAIN = `
  import { createRequire, register } from "node:module";
  register("./hooks.mjs", import.meta.url);
  const { loadConfig } = await import("./config/load.js");
  const { config } = loadConfig(process.argv[2]);
  for (const file of Object.keys(createRequire(import.meta.url).cache)) process.stderr.write("loaded " + file + "\\n");
  process.stdout.write(JSON.stringify(config));`;

/** Reads a config in a fresh Node, with this folder compiled as it will be shipped, and gives the paths of all modules loaded. */
function loadInFreshNode(files: Readonly<Record<string, string>>): { readonly config: unknown; readonly loaded: readonly string[] } {
  const project = tempTree(files);
  const build = tempTree({ "package.json": '{ "type": "module" }', "hooks.mjs": HOOKS, "main.mjs": MAIN });
  symlinkSync(join(here, "../node_modules"), join(build, "node_modules"));
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  for (const name of readdirSync(here).filter((n) => n.endsWith(".ts") && !n.endsWith(".test.ts"))) {
    const { outputText } = ts.transpileModule(readFileSync(join(here, name), "utf8"), { compilerOptions: options });
    writeFiles(build, { [`config/${name.replace(/\.ts$/, ".js")}`]: outputText });
  }
  const stderr = join(build, "stderr");
  const stdout = execFileSync("sh", ["-c", '"$0" main.mjs "$1" 2>"$2"', process.execPath, project, stderr], { cwd: build, encoding: "utf8" });
  const loaded = [...readFileSync(stderr, "utf8").matchAll(/^loaded (.*)$/gm)].map((m) => m[1] ?? "");
  return { config: JSON.parse(stdout), loaded };
}

const HEAVY = /\/node_modules\/(?:typescript|@ts-morph|ts-morph|oxc-parser|@typescript-eslint)\//;

it("reads a JSON config without jiti", () => {
  const { config, loaded } = loadInFreshNode({ "nobypass.config.json": '{ "preset": "strict" }' });
  expect(config).toEqual({ preset: "strict" });
  expect(loaded.some((path) => path.endsWith("/config/load.js"))).toBe(true); // the list is not empty for a wrong reason
  expect(loaded.filter((path) => path.includes("/node_modules/"))).toEqual([]);
});

it("reads a TypeScript config without a compiler of TypeScript", () => {
  const { config, loaded } = loadInFreshNode({
    "nobypass.config.ts": 'import { defineConfig } from "nobypass";\nimport { dirs } from "./dirs.js";\nexport default defineConfig({ adapters: dirs });',
    "dirs.ts": 'export const dirs: string[] = ["src/adapters/**"];',
    // If anything asked for it from the project, this would answer.
    "node_modules/typescript/index.js": 'throw new Error("typescript was loaded");',
    "node_modules/nobypass/index.js": 'throw new Error("the package was loaded");',
  });
  expect(config).toEqual({ adapters: ["src/adapters/**"] });
  expect(loaded.some((path) => path.includes("/node_modules/jiti/"))).toBe(true);
  expect(loaded.filter((path) => HEAVY.test(path))).toEqual([]);
});
