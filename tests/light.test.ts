import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPackage, repository } from "./support/built.js";
import { writeFiles } from "./temp-tree.js";

/** Writes the URL of everything that `import` loads; what `require` loads is in Node's cache. */
const HOOKS = `
  import { writeSync } from "node:fs";
  export async function load(url, context, next) { writeSync(2, "loaded " + url + "\\n"); return next(url, context); }`;
const RUN = (body: string): string => `
  import { createRequire, register } from "node:module";
  register("./hooks.mjs", import.meta.url);
  const require = createRequire(import.meta.url);
  ${body}
  for (const file of Object.keys(require.cache)) process.stderr.write("loaded " + file + "\\n");`;

let built: ReturnType<typeof builtPackage>;
beforeAll(() => void (built = builtPackage()));
afterAll(() => built.remove());

/** What a fresh Node loads, by path inside the package or from `node_modules` on; and what the script prints. */
function inFreshNode(body: string, files: Readonly<Record<string, string>> = {}): { readonly stdout: string; readonly all: readonly string[]; readonly ours: readonly string[]; readonly packages: readonly string[] } {
  writeFiles(built.dir, { "hooks.mjs": HOOKS, "main.mjs": RUN(body), ...files });
  const stderr = join(built.dir, "stderr");
  const { status, stdout } = spawnSync("sh", ["-c", '"$0" main.mjs 2>"$1"', process.execPath, stderr], { cwd: built.dir, encoding: "utf8" });
  if (status !== 0) throw new Error(readFileSync(stderr, "utf8").replaceAll(/^loaded .*\n/gm, ""));
  const loaded = [...readFileSync(stderr, "utf8").matchAll(/^loaded (.*)$/gm)].map((m) => m[1] ?? "");
  const dist = "/node_modules/nobypass/dist/";
  const ours = loaded.filter((path) => path.includes(dist)).map((path) => path.slice(path.indexOf(dist) + dist.length));
  const packages = loaded.filter((path) => path.includes("/node_modules/") && !path.includes(dist) && !path.endsWith("/node_modules/nobypass/package.json")).map((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "");
  return { stdout, all: loaded, ours: [...new Set(ours)].sort(), packages: [...new Set(packages)].sort() };
}

it("the plugin loads nothing of others, and nothing of the command line", () => {
  const { ours, packages } = inFreshNode('await import("nobypass/eslint");');
  expect(packages).toEqual([]);
  expect(ours).toContain("rules/console.js"); // the list is not empty for a wrong reason
  expect([...new Set(ours.map((path) => path.split("/")[0]))].sort()).toEqual(["analyzers", "catalog", "config", "core", "eslint", "facts", "fixes", "rules"]);
});

it("the plugin judges by a TypeScript config with jiti added, and no compiler", () => {
  const { stdout, ours, packages } = inFreshNode(
    `
      const { default: plugin } = await import("nobypass/eslint");
      const eslint = await import(${JSON.stringify(join(repository, "node_modules/eslint/lib/api.js"))});
      const linter = new eslint.Linter({ cwd: import.meta.dirname ?? process.cwd() });
      const lint = (file) => linter.verify("console.log(1);", [plugin.configs.strict], { filename: process.cwd() + "/" + file }).map((m) => m.ruleId);
      console.log(JSON.stringify([lint("app.js"), lint("tools/run.js")]));`,
    {
      "package.json": "{}",
      "nobypass.config.ts": 'import { defineConfig } from "nobypass";\nconst script: string[] = ["tools/**"];\nexport default defineConfig({ preset: "strict", roles: { script } });',
    },
  );
  expect(JSON.parse(stdout)).toEqual([["nobypass/console"], []]);
  expect(packages).toContain("jiti");
  expect(packages.filter((name) => /^(?:typescript|ts-morph|@ts-morph\/.*|oxc-parser|@typescript-eslint\/.*)$/.test(name))).toEqual([]);
  expect(ours.filter((path) => /^(?:cli|engine|apply|lsp)\//.test(path))).toEqual([]);
});

it("the parser of PostgreSQL comes with the first migration that has SQL", () => {
  const lint = (file: string, text: string): string => `
      const { default: plugin } = await import("nobypass/eslint");
      const eslint = await import(${JSON.stringify(join(repository, "node_modules/eslint/lib/api.js"))});
      const linter = new eslint.Linter({ cwd: process.cwd() });
      console.log(JSON.stringify(linter.verify(${JSON.stringify(text)}, [plugin.configs.strict], { filename: process.cwd() + ${JSON.stringify(`/${file}`)} }).map((m) => m.ruleId)));`;
  const migration = (call: string): string => `exports.up = (knex) => knex.${call};\nexports.down = (knex) => knex.schema.createTable("a", () => {});`;
  const builder = inFreshNode(lint("migrations/1.js", migration('schema.dropTable("a")')), { "package.json": "{}" });
  expect(JSON.parse(builder.stdout)).toEqual(["nobypass/unsafe-migration"]);
  expect(builder.packages).not.toContain("libpg-query");
  const sql = inFreshNode(lint("migrations/2.js", migration('raw("DROP TABLE a")')), { "package.json": "{}" });
  expect(JSON.parse(sql.stdout)).toEqual(["nobypass/unsafe-migration"]);
  expect(sql.packages).toContain("libpg-query");
});

it("the root export loads `defineConfig` alone; the engine comes with the first check", () => {
  const before = inFreshNode('const { defineConfig } = await import("nobypass"); console.log(defineConfig({ preset: "strict" }).preset);');
  expect(before.stdout).toBe("strict\n");
  expect(before.ours).toEqual(["config/define.js", "index.js"]);
  expect(before.packages).toEqual([]);
  const after = inFreshNode('const { check } = await import("nobypass"); console.log((await check({ cwd: process.cwd(), paths: ["src"] })).findings.length);', { "src/a.ts": "console.log(1);" });
  expect(after.stdout).toBe("1\n");
  expect(after.packages).toContain("oxc-parser");
  expect(after.packages.filter((name) => /^(?:typescript|ts-morph|@typescript-eslint\/(?:parser|typescript-estree))$/.test(name))).toEqual([]);
});

it("what is shipped is joined, and loads no more for it", () => {
  const loaded = (entry: string): { readonly packages: readonly string[]; readonly bytes: number } => {
    const { all, packages } = inFreshNode(`await import(${JSON.stringify(pathToFileURL(join(repository, "dist", entry)).href)});`);
    const files = all.filter((url) => url.startsWith(pathToFileURL(join(repository, "dist")).href));
    return { packages, bytes: files.map((url) => statSync(fileURLToPath(url)).size).reduce((a, b) => a + b, 0) };
  };
  const [root, plugin] = [loaded("index.js"), loaded("eslint/index.js")];
  expect([root.packages, plugin.packages]).toEqual([[], []]);
  expect(root.bytes).toBeLessThan(10_000);
  expect(plugin.bytes).toBeGreaterThan(100_000);
});
