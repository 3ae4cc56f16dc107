import { symlinkSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import { checkPipeline, pipelineSymbols, resolvePipeline } from "./pipeline.js";
import { findProject } from "./project.js";
import { PIPELINE_NAMES, type NobypassConfig } from "./schema.js";

const at = (root: string, config: NobypassConfig = {}) => {
  const loaded = { config, file: undefined, dir: root };
  const project = findProject(loaded);
  return {
    from: (file: string) => resolvePipeline(loaded, project, join(root, file)),
    check: (...also: string[]) => checkPipeline(loaded, project, also.map((d) => join(root, d))),
  };
};
const RUNTIME = { "package.json": "{}", "node_modules/@nobypass/pipeline/package.json": '{ "name": "@nobypass/pipeline", "exports": { ".": "./dist/index.js", "./express": "./dist/express.js" } }' };

it("judges by @nobypass/pipeline when nothing is configured, installed or not", () => {
  const installed = at(tempTree(RUNTIME));
  expect(installed.from("src/deep/a.ts").resolves).toBe(true);
  expect(installed.check()).toEqual({ resolves: true, problems: [] });
  const missing = at(tempTree({ "package.json": "{}" }));
  expect(missing.from("src/a.ts").resolves).toBe(false);
  expect(missing.check()).toEqual({ resolves: false, problems: [] });
  expect([...pipelineSymbols({ config: {}, file: undefined, dir: "/" }).keys()]).toEqual([...PIPELINE_NAMES]);
  expect(missing.from("src/a.ts").names.get("dispatch")).toEqual({ module: "@nobypass/pipeline", export: "dispatch", shape: undefined, resolves: false, file: undefined });
});

it("finds a linked runtime, and the runtime from within itself", () => {
  const root = tempTree({ "package.json": '{ "workspaces": ["pipeline"] }', "pipeline/package.json": '{ "name": "@nobypass/pipeline", "exports": "./dist/index.js" }', "pipeline/src/index.ts": "", "app/a.ts": "" });
  expect(at(root).from("app/a.ts").resolves).toBe(false);
  expect(at(root).from("pipeline/src/x.ts").names.get("log")).toMatchObject({ resolves: true, file: `${root}/pipeline/src/index.ts` });
  mkdirSync(join(root, "node_modules/@nobypass"), { recursive: true });
  symlinkSync(join(root, "pipeline"), join(root, "node_modules/@nobypass/pipeline"));
  expect(at(root).from("app/a.ts").resolves).toBe(true);
});

it("sees only what each package of a workspace can see, and has no problem while one sees it", () => {
  const root = tempTree({
    "package.json": '{ "workspaces": ["apps/*"] }', "apps/web/package.json": "{}", "apps/api/package.json": "{}",
    "apps/api/node_modules/@acme/pipe/package.json": '{ "name": "@acme/pipe", "main": "index.js" }', "apps/api/node_modules/@acme/pipe/index.js": "",
    "server/package.json": "{}", "server/node_modules/@acme/other/package.json": "{}", "server/node_modules/@acme/other/index.js": "",
  });
  const pipe = at(root, { pipeline: "@acme/pipe" });
  expect([pipe.from("apps/api/src/a.ts").resolves, pipe.from("apps/web/src/a.ts").resolves]).toEqual([true, false]);
  expect(pipe.check()).toEqual({ resolves: true, problems: [] });
  expect(at(root, { pipeline: "@acme/other" }).check().problems).toHaveLength(1);
  expect(at(root, { pipeline: "@acme/other" }).check("server").problems).toEqual([]);
});

const INFRA = {
  "package.json": JSON.stringify({
    name: "app",
    imports: { "#infra/*": { development: "./dist/infra/*.js", default: "./lib/infra/*.js" }, "#log": "./src/log.ts", "#log/x": null, "#ext": "@acme/ext/sub" },
  }),
  "tsconfig.json": '{ "extends": "./base.json", /* c */ "compilerOptions": {} }',
  "base.json": '{ "compilerOptions": { "paths": { "@infra/*": ["./missing/*", "./src/infra/*"], "@infra/special/*": ["./src/*"], "one": ["./src/log.ts"], } } }',
  // Less specific than `@infra/special/*`, and without the name.
  "src/infra/special/log.ts": "export const other = 1;",
  "src/infra/http.ts": "export async function call() {}\nexport const http = {};",
  "src/log.ts": "const log = 1; export { log };",
  "src/star.ts": "export * from './log.js';",
  "src/folder/index.ts": "export default class {}",
  "node_modules/@acme/ext/package.json": '{ "name": "@acme/ext", "exports": { "./sub": { "import": "./dist/sub.js" }, "./private/*": null } }',
};

it.each([
  "./src/infra/http.js:call", "./src/infra/http:call", "./src/infra/http.ts:http.get", "./src/folder:default", "./src/star:anything",
  "#infra/http:call", "#log:log", "#ext:x", "@infra/http:call", "@infra/special/log:log", "one:log", "@acme/ext/sub:x",
])("resolves %s", (use) => {
  expect(at(tempTree(INFRA), { pipeline: { dispatch: use } }).check()).toEqual({ resolves: true, problems: [] });
});

it.each([
  ["app:x", "`app` does not resolve"], // it has neither exports, main nor an index
  ["./src/nothing:call", "`./src/nothing` does not resolve"],
  ["#infra/none:call", "`#infra/none` does not resolve"],
  ["#log/x:call", "`#log/x` does not resolve"],
  ["#other:call", "`#other` does not resolve"],
  ["@infra/none:call", "`@infra/none` does not resolve"],
  ["@acme/ext:call", "`@acme/ext` does not resolve"],
  ["@acme/ext/private/a:call", "`@acme/ext/private/a` does not resolve"],
  ["@acme/none:call", "`@acme/none` does not resolve"],
  ["./src/infra/http:cal", "`./src/infra/http` has no export `cal`"],
  ["#infra/http:dispatch", "`#infra/http` has no export `dispatch`"],
])("refuses %s", (use, message) => {
  const { resolves, problems } = at(tempTree(INFRA), { pipeline: { dispatch: { use, shape: "fn" } } }).check();
  expect(problems.map((p) => [p.path, p.message])).toEqual([["pipeline.dispatch.use", message]]);
  expect(resolves).toBe(message.includes("no export")); // the module is there; the name in it is the problem
});

it("gives the file, so that any spelling of the import is recognised", () => {
  const root = tempTree(INFRA);
  const { names } = at(root, { pipeline: { dispatch: { use: "#infra/http:call", shape: "(fn, opts)" }, log: "./src/log:log" } }).from("src/modules/a/x.ts");
  expect([...names]).toEqual([
    ["dispatch", { module: "#infra/http", export: "call", shape: "(fn, opts)", resolves: true, file: `${root}/src/infra/http.ts` }],
    ["log", { module: "./src/log", export: "log", shape: undefined, resolves: true, file: `${root}/src/log.ts` }],
  ]);
});

it("names the export that was meant", () => {
  const { problems } = at(tempTree(INFRA), { pipeline: { dispatch: "./src/infra/http:cal" } }).check();
  expect(problems[0]?.hint).toBe("did you mean `./src/infra/http:call`?");
});

it("reports a module that is not there once, not for each name", () => {
  expect(at(tempTree({}), { pipeline: "@nobypass/pipeline" }).check().problems).toEqual([
    { path: "pipeline", message: "`@nobypass/pipeline` does not resolve", hint: "install it: npm install @nobypass/pipeline" },
  ]);
});
