import { expect, it } from "vitest";
import { tempTree } from "../tests/temp-tree.js";
import { configFromSettings } from "./load.js";
import { findProject } from "./project.js";
import { errorsTakeCause } from "./type-library.js";

it.each([
  ["the compiler's default", {}, "src/a.ts", true],
  ["an edition before", { "tsconfig.json": '{ "compilerOptions": { "target": "ES2021" } }' }, "src/a.ts", false],
  ["one older than years", { "tsconfig.json": '{ "compilerOptions": { "target": "es6" } }' }, "src/a.mts", false],
  ["the edition that knows it", { "tsconfig.json": '{ "compilerOptions": { "target": "es2022" } }' }, "src/a.ts", true],
  ["what comes next", { "tsconfig.json": '{ "compilerOptions": { "target": "ESNext" } }' }, "src/a.ts", true],
  ["a library beyond the edition", { "tsconfig.json": '{ "compilerOptions": { "target": "es2019", "lib": ["dom", "ES2023"] } }' }, "src/a.ts", true],
  ["a library behind the edition", { "tsconfig.json": '{ "compilerOptions": { "target": "es2023", "lib": ["es2020", "es2022.array"] } }' }, "src/a.ts", false],
  ["that part of a library", { "tsconfig.json": '{ "compilerOptions": { "lib": ["es2020", "es2022.error"] } }' }, "src/a.ts", true],
  ["what is extended", { "tsconfig.json": '{ "extends": "./base.json" }', "base.json": '{ "compilerOptions": { "target": "es2018" } }' }, "src/a.ts", false],
  ["what is referred to", { "tsconfig.json": '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }', "tsconfig.app.json": '{ "compilerOptions": { "target": "es2018" } }' }, "src/a.ts", false],
  ["the nearest", { "tsconfig.json": '{ "compilerOptions": { "target": "es2018" } }', "src/tsconfig.json": '{ "compilerOptions": { "target": "es2022" } }' }, "src/b/a.ts", true],
  ["nothing in JavaScript", { "tsconfig.json": '{ "compilerOptions": { "target": "es2018" } }' }, "src/a.js", true],
] as const)("errors take a cause by %s", (_, files, path, expected) => {
  const loaded = configFromSettings({}, tempTree({ "package.json": "{}", [path]: "", ...files }));
  expect(errorsTakeCause(findProject(loaded), path)).toBe(expected);
});
