import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempTree, writeFiles } from "../tests/temp-tree.js";
import { discoverFiles, type DiscoverOptions } from "./files.js";

const find = (root: string, paths: readonly string[] = [], options: Partial<DiscoverOptions> = {}) => {
  const found = discoverFiles(paths, { cwd: root, ...options });
  const short = (path: string): string => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
  return { ...found, files: found.files.map(short), tsconfigs: found.tsconfigs.map(short), problems: found.problems.map((p) => ({ ...p, path: short(p.path) })) };
};

it("finds every kind of source and nothing else, in one order", () => {
  const root = tempTree(Object.fromEntries(
    ["b.ts", "a.mts", "a.cts", "a.tsx", "a.js", "a.mjs", "a.cjs", "a.jsx", "B.ts", "a/z.ts", "a-b.ts", ".server/x.ts", "no.d.ts", "no.d.mts", "no.css.d.ts", "no.json", "no.vue", "ts", ".pnp.cjs", ".yarn/releases/y.cjs", "node_modules/x/index.js", "deep/node_modules/x/index.js", "test/fixtures/f.ts"].map((f) => [f, ""]),
  ));
  expect(find(root).files).toEqual([".server/x.ts", "B.ts", "a-b.ts", "a.cjs", "a.cts", "a.js", "a.jsx", "a.mjs", "a.mts", "a.tsx", "a/z.ts", "b.ts", "test/fixtures/f.ts"]);
  expect(find(root).problems).toEqual([]);
});

it("honours .gitignore at every level, as git does", () => {
  const root = tempTree({
    ".gitignore": "dist/\n/only-root.ts\n*.gen.ts\n!keep.gen.ts\n",
    ".git/info/exclude": "private.ts\n",
    "a.ts": "", "private.ts": "", "only-root.ts": "", "x/only-root.ts": "", "dist/a.js": "", "x/dist/a.js": "", "x.gen.ts": "", "keep.gen.ts": "", "x/private.ts": "",
    "pkg/.gitignore": "/build\n!x.gen.ts\nlocal.ts\n", "pkg/build/a.ts": "", "pkg/deep/build/a.ts": "", "pkg/x.gen.ts": "", "pkg/local.ts": "", "local.ts": "",
  });
  const expected = ["a.ts", "keep.gen.ts", "local.ts", "pkg/deep/build/a.ts", "pkg/x.gen.ts", "x/only-root.ts"];
  expect(find(root).files).toEqual(expected);
  // From a folder below, the rules above still hold.
  expect(find(join(root, "pkg")).files).toEqual(["deep/build/a.ts", "x.gen.ts"]);
  expect(find(root, ["x"]).files).toEqual(["x/only-root.ts"]);
});

it("walks a folder of packages that .gitignore takes back by its name: the project's own code lies there", () => {
  const root = tempTree({
    ".gitignore": "node_modules\n!packages/node_modules\n",
    "a.ts": "", "node_modules/x/index.js": "", "packages/node_modules/@own/api/index.js": "", "packages/node_modules/@own/api/node_modules/x/index.js": "", "packages/other/node_modules/x/index.js": "",
    "listed/.gitignore": "*\n!*/\n!*.ts\n", "listed/b.ts": "", "listed/node_modules/x/c.ts": "",
  });
  expect(find(root).files).toEqual(["a.ts", "listed/b.ts", "packages/node_modules/@own/api/index.js"]);
});

it("leaves a .gitignore above the repository alone", () => {
  const root = tempTree({ ".gitignore": "repo\n*.ts\n", "repo/a.ts": "" });
  mkdirSync(join(root, "repo/.git"));
  expect(find(join(root, "repo")).files).toEqual(["a.ts"]);
});

it("reads only what lies below where there is no repository", () => {
  const root = tempTree({ ".gitignore": "*.ts", "sub/.gitignore": "b.ts", "sub/a.ts": "", "sub/b.ts": "" });
  rmSync(join(root, ".git"), { recursive: true });
  expect(find(join(root, "sub")).files).toEqual(["a.ts"]);
});

it("takes what was named, ignored or not", () => {
  const root = tempTree({ ".gitignore": "ignored\n*.gen.ts\n", "a.ts": "", "ignored/a.ts": "", "ignored/x.gen.ts": "", "ignored/in/.gitignore": "no.ts", "ignored/in/no.ts": "", "b.gen.ts": "", "fixtures/f.ts": "" });
  expect(find(root).files).toEqual(["a.ts", "fixtures/f.ts"]);
  expect(find(root, ["ignored", "fixtures"]).files).toEqual(["fixtures/f.ts", "ignored/a.ts", "ignored/x.gen.ts"]);
  expect(find(root, [".", "ignored/in/"]).problems).toEqual([{ kind: "path", path: "ignored/in", message: "there are no source files here", hint: expect.stringContaining(".gitignore") as string }]);
  expect(find(root, ["b.gen.ts", "./b.gen.ts"]).files).toEqual(["b.gen.ts"]);
});

it("takes files, folders and globs, also with brackets in real names", () => {
  const root = tempTree({ "app/[id]/route.ts": "", "app/i/route.ts": "", "src/a.ts": "", "src/b.test.ts": "", "src/deep/c.test.ts": "", ".gitignore": "gone.test.ts", "src/gone.test.ts": "" });
  expect(find(root, ["app/[id]/route.ts"]).files).toEqual(["app/[id]/route.ts"]);
  expect(find(root, ["app/[id]"]).files).toEqual(["app/[id]/route.ts"]);
  expect(find(root, ["src/**/*.test.ts"]).files).toEqual(["src/b.test.ts", "src/deep/c.test.ts"]);
  expect(find(join(root, "app"), ["../src/*.{test,spec}.ts"]).files).toEqual([`${root}/src/b.test.ts`]);
  expect(find(root, [`${root}/src/a*`, "src/deep"]).files).toEqual(["src/a.ts", "src/deep/c.test.ts"]);
});

it.each([
  ["src/usr.ts", "there is no such file or folder", "did you mean src/user.ts?"],
  ["nowhere/a.ts", "there is no such file or folder", "paths are relative to the current folder"],
  ["src/user.ts/x", "there is no such file or folder", "paths are relative to the current folder"],
  ["docs", "there are no source files here", ""],
  ["docs/a.md", "this is no source file", ""],
  ["types.d.ts", "this is no source file", ""],
  ["src/*.js", "no source file matches this glob", ""],
  ["none/**", "no source file matches this glob", ""],
])("refuses %s: %s", (path, message, hint) => {
  const root = tempTree({ "src/user.ts": "", "docs/a.md": "", "types.d.ts": "" });
  const { files, problems } = find(root, [path]);
  expect(files).toEqual([]);
  expect(problems).toEqual([{ kind: "path", path, message, hint: hint || (expect.any(String) as string) }]);
});

it("has a problem where there is nothing to judge at all", () => {
  expect(find(tempTree({ "README.md": "" })).problems.map((p) => p.message)).toEqual(["there are no source files here"]);
});

it("counts what no tsconfig names, and judges it nevertheless", () => {
  const root = tempTree({
    "tsconfig.json": '{ // c\n "include": ["src", "tools/*.ts",], "exclude": ["**/*.test.ts", "src/old", "**/skip"] }',
    "src/a.ts": "", "src/x/skip/y.ts": "", "src/deep/b.tsx": "", "src/a.test.ts": "", "src/old/x.ts": "", "tools/t.ts": "", "tools/deep/t.ts": "", "src/c.js": "", "eslint.config.js": "",
  });
  const { files, outsideTsconfig, assumed, problems } = find(root);
  expect([files.length, outsideTsconfig, problems]).toEqual([9, 6, []]);
  expect(assumed).toEqual(["no paths given: the whole project"]);
});

it("follows references and extends, and takes every package's own tsconfig", () => {
  const root = tempTree({
    "tsconfig.json": '{ "files": [], "references": [{ "path": "./a" }, { "path": "./b/tsconfig.app.json" }, { "path": "a" }] }',
    "base.json": '{ "include": ["${configDir}/src"], "compilerOptions": { "allowJs": true } }',
    "a/tsconfig.json": '{ "extends": "../base", "references": [{ "path": ".." }] }', "a/src/x.ts": "", "a/src/x.js": "", "a/x.ts": "",
    "b/tsconfig.app.json": '{ "extends": ["../base.json", "@conf/ts"], "exclude": ["src/skip.ts"] }', "b/src/x.ts": "", "b/src/skip.ts": "", "b/src/y.js": "",
    "node_modules/@conf/ts/package.json": '{ "tsconfig": "./x.json" }', "node_modules/@conf/ts/x.json": '{ "compilerOptions": { "allowJs": false } }',
    "c/tsconfig.json": "{}", "c/any/x.ts": "",
  });
  const { tsconfigs, outsideTsconfig, problems } = find(root);
  expect(tsconfigs).toEqual(["a/tsconfig.json", "b/tsconfig.app.json", "c/tsconfig.json", "tsconfig.json"]);
  expect(problems).toEqual([]);
  expect(outsideTsconfig).toBe(3); // a/x.ts, b/src/skip.ts, b/src/y.js
});

it("adds the folders outside that a tsconfig names", () => {
  const root = tempTree({
    "app/tsconfig.json": '{ "include": ["src", "../beside/src", "../gone/src"], "references": [{ "path": "../lib" }] }', "app/src/a.ts": "",
    "beside/src/s.ts": "", "beside/other.ts": "", "lib/tsconfig.json": "{}", "lib/l.ts": "", "unrelated/u.ts": "",
  });
  expect(find(join(root, "app")).files).toEqual(["src/a.ts", `${root}/beside/src/s.ts`, `${root}/lib/l.ts`]);
  expect(find(join(root, "app"), ["src"]).files).toEqual(["src/a.ts"]);
});

it("says what is wrong with the project's tsconfig, and passes over a broken one in a fixture", () => {
  const root = tempTree({ "tsconfig.json": '{ "extends": "@none/x",\n "include": [ }', "a.ts": "", "fixtures/x/tsconfig.json": "{ broken", "fixtures/x/a.ts": "" });
  expect(find(root).problems.map((p) => [p.kind, p.path, p.message])).toEqual([["project", "tsconfig.json", `${root}/tsconfig.json:2:15 expected a value but found \`}\``]]);
  writeFiles(root, { "tsconfig.json": '{ "extends": "./none", "references": [{ "path": "gone" }] }' });
  expect(find(root).problems.map((p) => p.message)).toEqual([`${root}/tsconfig.json extends "./none", which is not there`, "a tsconfig refers to this one, which is not there"]);
  expect(find(root, [], { project: "tsconfig.buld.json" }).problems.map((p) => p.message)).toContain("config `project` names a tsconfig that is not there");
});

it("assumes nothing of what a package says that is not installed, and is not stopped by it", () => {
  const root = tempTree({ "tsconfig.json": '{ "extends": ["@none/x", "./own"], "include": ["src"] }', "own.json": '{ "extends": "@none/y/strict.json" }', "src/a.ts": "", "b.ts": "" });
  expect(find(root)).toMatchObject({ problems: [], outsideTsconfig: 1, tsconfigs: ["tsconfig.json"] });
  expect(find(root).assumed).toContain("one tsconfig extends a package that is not installed (@none/x, @none/y/strict.json): what it says is not known");
});

it("reads what a tsconfig extends out of a package of the workspace before anybody installs", () => {
  const root = tempTree({
    "app/tsconfig.json": '{ "extends": "@team/tsconfig/base.json" }', "app/src/a.ts": "", "app/b.ts": "",
    "lib/tsconfig.json": '{ "extends": "@team/tsconfig" }', "lib/a.ts": "", "lib/a.js": "",
    "conf/base.json": '{ "include": ["${configDir}/src"] }', "conf/lib.json": '{ "compilerOptions": { "allowJs": true } }', "conf/package.json": '{ "tsconfig": "lib.json" }',
  });
  const { problems, outsideTsconfig, assumed } = find(root, [], { workspaces: [{ name: "@team/tsconfig", dir: `${root}/conf` }] });
  expect(problems).toEqual([]);
  expect(outsideTsconfig).toBe(1); // app/b.ts
  expect(assumed.filter((a) => a.includes("not installed"))).toEqual([]);
});

it("does not count a file as typed for a broken tsconfig beside it", () => {
  const root = tempTree({ "tsconfig.json": '{ "include": ["src"] }', "src/a.ts": "", "fixtures/x/tsconfig.json": "{ broken", "fixtures/x/a.ts": "" });
  expect(find(root)).toMatchObject({ outsideTsconfig: 1, tsconfigs: ["tsconfig.json"], problems: [] });
});

it("survives tsconfigs that extend each other", () => {
  const root = tempTree({ "tsconfig.json": '{ "extends": "./b.json" }', "b.json": '{ "extends": "./tsconfig.json" }', "a.ts": "" });
  expect(find(root).problems.map((p) => p.message)).toEqual([`${root}/b.json extends "./tsconfig.json", which extends it in turn`]);
});

it("takes the tsconfig that the config names", () => {
  const root = tempTree({ "tsconfig.build.json": '{ "include": ["src"] }', "src/a.ts": "", "b.ts": "" });
  expect(find(root)).toMatchObject({ outsideTsconfig: 2, assumed: ["no tsconfig.json: files are judged by names, without types", "no paths given: the whole project"] });
  expect(find(root, [], { project: "tsconfig.build.json" })).toMatchObject({ outsideTsconfig: 1, tsconfigs: ["tsconfig.build.json"] });
});

it("follows links that lead out, each once, and none in circles", () => {
  const outside = tempTree({ "o.ts": "", "in/p.ts": "", "node_modules/y/i.ts": "" });
  const root = tempTree({ "src/a.ts": "" });
  symlinkSync(outside, join(root, "linked"));
  symlinkSync(outside, join(root, "again"));
  symlinkSync(root, join(outside, "back"));
  symlinkSync(join(root, "src"), join(root, "src/self"));
  symlinkSync(join(outside, "node_modules/y"), join(root, "a-installed"));
  symlinkSync(join(outside, "node_modules/y/i.ts"), join(root, "installed.ts"));
  symlinkSync("loop", join(root, "loop"));
  symlinkSync("nowhere", join(root, "dead.ts"));
  symlinkSync(join(root, "src/a.ts"), join(root, "same.ts"));
  expect(find(root).files).toEqual(["again/in/p.ts", "again/o.ts", "src/a.ts"]);
});

it("takes workspaces that lie outside of the folder", () => {
  const root = tempTree({ "main/a.ts": "", "side/b.ts": "" });
  expect(find(join(root, "main"), [], { workspaces: [{ name: "side", dir: `${root}/side` }, { name: "gone", dir: `${root}/gone` }] }).files).toEqual(["a.ts", `${root}/side/b.ts`]);
});
