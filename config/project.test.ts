import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { tempTree, writeFiles } from "../tests/temp-tree.js";
import { loadConfig, type LoadedConfig } from "./load.js";
import { findProject } from "./project.js";
import { projectRoot } from "./root.js";
import type { NobypassConfig } from "./schema.js";

const loadedAt = (dir: string, config: NobypassConfig = {}): LoadedConfig => ({ config, file: undefined, dir });
const projectOf = (files: Readonly<Record<string, string>>, config?: NobypassConfig) => findProject(loadedAt(tempTree(files), config));

it("finds the root from any folder of the project", () => {
  const root = tempTree({
    "package.json": '{ "workspaces": ["packages/*"] }',
    "packages/api/package.json": "{}",
    "packages/api/src/a.ts": "",
    "tools/package.json": "{}",
    "tools/src/a.ts": "",
  });
  expect(["packages/api/src", "packages/api", "packages", "."].map((d) => projectRoot(join(root, d)))).toEqual([root, root, root, root]);
  expect(projectRoot(join(root, "tools/src"))).toBe(`${root}/tools`); // no workspace claims it
  const nested = tempTree({ "package.json": '{ "workspaces": ["**"] }', "group/package.json": '{ "workspaces": ["*"] }', "group/a/package.json": "{}" });
  expect(projectRoot(join(nested, "group/a"))).toBe(nested);
});

it("falls back to a tsconfig, to the repository, to the folder itself", () => {
  const root = tempTree({ "a/tsconfig.json": "{}", "a/src/x.ts": "", "b/x.ts": "" });
  expect(projectRoot(join(root, "a/src"))).toBe(`${root}/a`);
  expect(projectRoot(join(root, "b"))).toBe(root);
});

it.each([
  ["npm", { "package.json": '{ "workspaces": ["packages/*", "apps/**", "!packages/old"] }' }],
  ["yarn", { "package.json": '{ "workspaces": { "packages": ["./packages/*/", "apps/**", "!packages/old"] } }' }],
  ["pnpm", { "package.json": "{}", "pnpm-workspace.yaml": "# which\npackages:\n  # all\n  - 'packages/*' # these\n  - \"apps/**\"\n\n  - '!packages/old'\ncatalog:\n  - x/*\n" }],
  ["pnpm beside npm", { "package.json": '{ "workspaces": ["packages/*"] }', "pnpm-workspace.yaml": "packages:\n  - packages/*\n  - apps/**\n  - '!packages/old'\n" }],
  ["pnpm, flow", { "package.json": "{}", "pnpm-workspace.yaml": "packages: ['packages/*',\n  \"apps/**\", '!packages/old']\n" }],
])("reads %s workspaces", (_, root) => {
  const pkg = (name: string): string => JSON.stringify({ name });
  const project = projectOf({
    ...root,
    "packages/a/package.json": pkg("a"), "packages/old/package.json": pkg("old"), "packages/none/x.ts": "",
    "apps/x/y/package.json": pkg("y"), "apps/x/node_modules/z/package.json": pkg("z"), "x/q/package.json": pkg("q"),
  });
  expect(project.workspaces.map((w) => w.name)).toEqual(["y", "a"]);
  expect(project.moduleRule).toBe("workspaces");
  expect(project.moduleOf("apps/x/y/src/deep/f.ts")).toMatchObject({ name: "y", dir: "apps/x/y" });
  expect(project.moduleOf("packages/none/x.ts")).toBeUndefined();
});

it("reads the workspaces of folders where the root is none", () => {
  const files = { "web/pnpm-workspace.yaml": "packages:\n  - 'packages/*'\n", "web/packages/db/package.json": '{ "name": "@acme/db" }', "old/package.json": '{ "workspaces": ["libs/*"] }', "old/libs/pay/package.json": '{ "name": "pay" }', "svc/main.go": "" };
  const project = projectOf(files);
  expect(project.workspaces.map((w) => w.name)).toEqual(["pay", "@acme/db"]);
  expect(project.moduleOf("web/packages/db/src/x.ts")).toMatchObject({ name: "@acme/db", dir: "web/packages/db" });
  expect(project.workspaceNamed("@acme/db")?.dir).toBe(`${project.root}/web/packages/db`);
  const twice = projectOf({ ...files, "old/libs/db/package.json": '{ "name": "@acme/db" }' });
  expect(twice.workspaceNamed("@acme/db")).toBeUndefined();
  expect(projectOf({ ...files, "package.json": '{ "workspaces": ["old/libs/*"] }' }).workspaces.map((w) => w.name)).toEqual(["pay"]);
});

it("takes modules from the config, the innermost that fits", () => {
  const project = projectOf({ "src/billing/index.ts": "" }, { modules: ["src/modules/*", "src/modules/*/sub/*", "src/billing"] });
  const dirs = ["src/modules/a/x.ts", "src/modules/a/sub/b/c/x.ts", "src/modules/x.ts", "src/billing/deep/x.ts", "src/main.ts", "src/billing2/x.ts"].map((p) => project.moduleOf(p)?.dir);
  expect(dirs).toEqual(["src/modules/a", "src/modules/a/sub/b", undefined, "src/billing", undefined, undefined]);
  expect(project.moduleRule).toBe("config");
});

it("takes src/{modules,features,domains}/* otherwise, counted from the nearest package", () => {
  const project = projectOf({ "package.json": "{}", "server/package.json": "{}", "src/x.ts": "" });
  expect(project.moduleOf("src/features/pay/x.ts")?.dir).toBe("src/features/pay");
  expect(project.moduleOf("server/src/domains/user/db/x.ts")?.dir).toBe("server/src/domains/user");
  expect(project.moduleOf("lib/src/modules/a/x.ts")).toBeUndefined();
  expect(project.moduleOf("src/other/x.ts")).toBeUndefined();
});

it("knows the composition root", () => {
  const project = projectOf({ "package.json": "{}", "server/package.json": "{}" }, { modules: ["src/modules/*"] });
  const roots = ["src/main.ts", "index.ts", "server/src/main.ts", "src/shared/x.ts", "src/modules/a/x.ts", "src/modules/x.ts"].map((p) => project.isCompositionRoot(p));
  expect(roots).toEqual([true, true, true, false, false, false]);
  const workspaces = projectOf({ "package.json": '{ "workspaces": ["api"] }', "api/package.json": "{}" });
  expect(["api/src/main.ts", "main.ts"].map((p) => workspaces.isCompositionRoot(p))).toEqual([false, true]);
});

it("knows the entry of a folder", () => {
  const project = projectOf({ "src/modules/a/index.ts": "", "src/modules/a/inner/index.ts": "", "src/modules/b/b.ts": "" });
  const a = project.moduleOf("src/modules/a/inner/index.ts");
  expect(["src/modules/a/index.ts", "src/modules/a/inner/index.ts", "src/modules/ab/index.ts"].map((p) => a?.isEntry(p))).toEqual([true, false, false]);
  expect([a?.hasEntry(), project.moduleOf("src/modules/b/b.ts")?.hasEntry()]).toEqual([true, false]);
});

it.each([
  ["an index that holds nothing", { main: "./index.ts" }, "/** Import the files. */\nexport {};\n", false],
  ["an index with an effect alone", { main: "./index.ts" }, "start();\n", true],
  ["a main that is not there", { main: "index.js" }, undefined, false],
  ["a main that is not built yet", { main: "dist/main.js" }, undefined, true],
  ["exports without a source", { exports: "./out/x.js" }, undefined, true],
])("knows whether a package has an entry at all: %s", (_, pkg, index, has) => {
  const project = projectOf({ "package.json": '{ "workspaces": ["p"] }', "p/package.json": JSON.stringify(pkg), ...(index !== undefined && { "p/index.ts": index }) });
  expect(project.moduleOf("p/x.ts")?.hasEntry()).toBe(has);
});

it.each([
  ["exports with conditions", { exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./http": "./dist/http/client.js", "./no": null } }, ["src/index.ts", "src/http/client.ts", "dist/index.js"], ["src/http/index.ts", "src/db.ts"]],
  ["exports as text", { exports: "./src/main.ts" }, ["src/main.ts"], ["src/index.ts"]],
  ["exports with a star", { exports: { "./*": "./src/public/*.ts" } }, ["src/public/a.ts", "src/public/b/c.ts"], ["src/private/a.ts"]],
  ["main", { main: "lib/index.js" }, ["src/index.ts", "index.ts"], ["src/other.ts"]],
  ["exports that hold no code", { exports: { "./package.json": "./package.json", "./style": "./style.css" } }, ["src/index.ts"], ["style.css.ts"]],
  ["neither", {}, ["src/index.ts", "index.tsx"], ["src/x.ts", "lib/index.ts"]],
])("knows the entry of a package with %s", (_, pkg, yes, no) => {
  const project = projectOf({ "package.json": '{ "workspaces": ["p"] }', "p/package.json": JSON.stringify({ name: "@x/p", ...pkg }), "p/src/index.ts": "" });
  const module = project.moduleOf("p/src/x.ts");
  expect(module?.name).toBe("@x/p");
  expect(module?.hasEntry()).toBe(true);
  expect(yes.filter((f) => !module?.isEntry(`p/${f}`))).toEqual([]);
  expect(no.filter((f) => module?.isEntry(`p/${f}`))).toEqual([]);
});

it("is a snapshot, renewed after trustMs", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
  const root = tempTree({ "package.json": "{}" });
  const loaded = loadConfig(root);
  const first = findProject(loaded, { trustMs: 100 });
  writeFiles(root, { "package.json": '{ "workspaces": ["a"] }', "a/package.json": "{}" });
  expect(findProject(loaded, { trustMs: 100 })).toBe(first);
  vi.setSystemTime(1100);
  expect(findProject(loaded, { trustMs: 100 }).moduleRule).toBe("workspaces");
  vi.useRealTimers();
});

it("takes `paths` out of a package of the workspace that nobody has installed", () => {
  const { imports, root } = projectOf({
    "package.json": '{ "workspaces": ["packages/*"] }',
    "packages/conf/package.json": '{ "name": "@team/conf" }', "packages/conf/base.json": '{ "compilerOptions": { "paths": { "~/*": ["${configDir}/src/*"] } } }',
    "packages/api/package.json": "{}", "packages/api/tsconfig.json": '{ "extends": "@team/conf/base.json" }', "packages/api/src/a.ts": "",
  });
  expect(imports.aliased("~/a", `${root}/packages/api/src`)).toBe(`${root}/packages/api/src/a.ts`);
});

it("finds a package of the workspace whether or not somebody linked it, by what its sources are", () => {
  const root = tempTree({
    "package.json": '{ "workspaces": ["apps/*", "packages/*"] }',
    "apps/api/package.json": '{ "name": "api" }', "apps/api/src/a.ts": "",
    "packages/mail/package.json": '{ "name": "@shop/mail", "main": "./dist/index.js" }', "packages/mail/src/index.ts": "",
    "packages/rates/package.json": '{ "name": "@shop/rates", "exports": { "./daily": "./dist/daily.js" } }', "packages/rates/lib/daily.ts": "",
    "node_modules/@shop/mail/package.json": '{ "name": "@shop/mail", "main": "index.js" }', "node_modules/@shop/mail/index.js": "",
  });
  const { imports } = findProject({ config: {}, file: undefined, dir: root });
  const from = `${root}/apps/api/src`;
  expect(imports.resolve("@shop/mail", from)?.file).toBe(`${root}/packages/mail/src/index.ts`);
  expect(imports.resolve("@shop/rates/daily", from)?.file).toBe(`${root}/packages/rates/lib/daily.ts`);
  expect([imports.resolve("@shop/rates", from), imports.resolve("@shop/nobody", from)]).toEqual([undefined, undefined]);
  expect(imports.installed("@shop/mail", from)?.file).toBe(`${root}/node_modules/@shop/mail/index.js`);
});
