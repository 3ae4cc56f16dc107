import { mkdirSync, rmSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { tempTree, writeFiles } from "../tests/temp-tree.js";
import { configFromSettings, loadConfig } from "./load.js";
import { ConfigError } from "./problem.js";

afterEach(() => vi.useRealTimers());

const failure = (load: () => unknown): ConfigError => {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("expected a ConfigError");
};

it.each([
  ["nobypass.config.ts", 'import { defineConfig, type NobypassConfig } from "nobypass";\nenum L { A }\nexport default defineConfig({ preset: "strict" satisfies NobypassConfig["preset"] });'],
  ["nobypass.config.mts", 'export default { preset: "strict" as const };'],
  ["nobypass.config.js", 'import { defineConfig } from "nobypass"; export default defineConfig({ preset: "strict" });'],
  ["nobypass.config.js", 'const { defineConfig } = require("nobypass"); module.exports = defineConfig({ preset: "strict" });'],
  ["nobypass.config.mjs", 'export default { preset: "strict" };'],
  ["nobypass.config.cjs", 'module.exports = { preset: "strict" };'],
  ["nobypass.config.json", '{ "$schema": "x", /* c */ "preset": "strict", }'],
])("reads %s: %s", (name, text) => {
  const root = tempTree({ [name]: text, "src/deep/a.ts": "" });
  const loaded = loadConfig(join(root, "src/deep"));
  expect({ ...loaded, config: { preset: loaded.config.preset } }).toEqual({ config: { preset: "strict" }, file: `${root}/${name}`, dir: root });
});

it("takes the nearest config, and none from above the repository", () => {
  const root = tempTree({
    "nobypass.config.json": '{ "preset": "strict" }',
    "near/nobypass.config.json": '{ "preset": "recommended" }',
    "repo/src/a.ts": "",
    "repo/package.json": "{}",
  });
  mkdirSync(join(root, "repo/.git"));
  expect(loadConfig(join(root, "near")).config.preset).toBe("recommended");
  expect(loadConfig(join(root, "repo/src"))).toEqual({ config: {}, file: undefined, dir: `${root}/repo` });
  expect(loadConfig(join(root, "not/there/yet")).config.preset).toBe("strict");
});

it("gives the same object while nothing changes", () => {
  const root = tempTree({ "nobypass.config.ts": "export default {};", "a/x.ts": "", "b/x.ts": "" });
  expect(loadConfig(join(root, "a"))).toBe(loadConfig(join(root, "b")));
  const bare = tempTree({ "package.json": "{}", "a/x.ts": "" });
  expect(loadConfig(join(bare, "a"))).toBe(loadConfig(bare));
});

it.each([
  ["nobypass.config.ts", "export default { adapters: ['one'] };", "export default { adapters: ['two'] };"],
  ["nobypass.config.cjs", "module.exports = { adapters: ['one'] };", "module.exports = { adapters: ['two'] };"],
  ["nobypass.config.json", '{ "adapters": ["one"] }', '{ "adapters": ["two"] }'],
])("reads %s again when it changed", (name, one, two) => {
  const root = tempTree({ [name]: one });
  expect(loadConfig(root).config.adapters).toEqual(["one"]);
  writeFiles(root, { [name]: two });
  utimesSync(join(root, name), new Date(), new Date(Date.now() + 5000)); // same size: the time must tell
  expect(loadConfig(root).config.adapters).toEqual(["two"]);
});

it.each([
  ["nobypass.config.ts", 'import { shared } from "./parts/shared.js";\nexport default { adapters: shared };', "parts/shared.ts", (v: string) => `import { deep } from "./deep"; export const shared = [deep, "${v}"];`],
  ["nobypass.config.cjs", 'module.exports = { adapters: require("./shared.cjs") };', "shared.cjs", (v: string) => `module.exports = ["x", "${v}"];`],
  ["nobypass.config.mjs", 'import list from "./list.json" with { type: "json" };\nexport default { adapters: list };', "list.json", (v: string) => `["x", "${v}"]`],
])("reads %s again when a file it imports changed", (name, text, imported, content) => {
  const root = tempTree({ [name]: text, [imported]: content("one"), "parts/deep.ts": 'export const deep = "x";' });
  expect(loadConfig(root).config.adapters).toEqual(["x", "one"]);
  writeFiles(root, { [imported]: content("three") });
  expect(loadConfig(root).config.adapters).toEqual(["x", "three"]);
});

it("neither sees nor spoils what Node remembers of the same files", () => {
  const root = tempTree({ "nobypass.config.cjs": 'module.exports = { adapters: [require("./shared.cjs").name, require("./" + "computed.cjs")] };', "shared.cjs": 'exports.name = "one";', "computed.cjs": 'module.exports = "a";' });
  const require = createRequire(join(root, "x.js"));
  const before: unknown = require("./shared.cjs"); // as an eslint.config.cjs may have done
  writeFiles(root, { "shared.cjs": 'exports.name = "three";' });
  expect(loadConfig(root).config.adapters).toEqual(["three", "a"]);
  expect(require("./shared.cjs")).toBe(before);
  // A computed name is not watched, but the next reading is fresh all the same.
  writeFiles(root, { "computed.cjs": 'module.exports = "b";', "shared.cjs": 'exports.name = "four!";' });
  expect(loadConfig(root).config.adapters).toEqual(["four!", "b"]);
});

it("notices a config that appears nearer, and one that goes away", () => {
  const root = tempTree({ "nobypass.config.json": '{ "preset": "strict" }', "a/x.ts": "", "package.json": "{}" });
  expect(loadConfig(join(root, "a")).config.preset).toBe("strict");
  writeFiles(root, { "a/nobypass.config.json": '{ "preset": "recommended" }' });
  expect(loadConfig(join(root, "a")).config.preset).toBe("recommended");
  rmSync(join(root, "a/nobypass.config.json"));
  rmSync(join(root, "nobypass.config.json"));
  expect(loadConfig(join(root, "a")).file).toBeUndefined();
});

it("looks at the disk only as often as trustMs says", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  const root = tempTree({ "nobypass.config.json": '{ "adapters": ["one"] }' });
  const look = (): readonly string[] | undefined => loadConfig(root, { trustMs: 500 }).config.adapters;
  expect(look()).toEqual(["one"]);
  writeFiles(root, { "nobypass.config.json": '{ "adapters": ["three"] }' });
  vi.setSystemTime(1_000_499);
  expect(look()).toEqual(["one"]);
  vi.setSystemTime(1_000_500);
  expect(look()).toEqual(["three"]);
});

it("refuses a config that is wrong, and takes it once it is corrected", () => {
  const root = tempTree({ "nobypass.config.ts": 'export default { prest: "strict", modules: 1 };' });
  const error = failure(() => loadConfig(root));
  expect(error.file).toBe(`${root}/nobypass.config.ts`);
  expect(error.problems.map((p) => p.path)).toEqual(["prest", "modules"]);
  expect(error.message).toContain("did you mean `preset`?");
  expect(failure(() => loadConfig(root))).toBe(error);
  writeFiles(root, { "nobypass.config.ts": 'export default { preset: "strict" };' });
  expect(loadConfig(root).config.preset).toBe("strict");
});

it.each([
  ["nobypass.config.json", '{\n  "preset": strict\n}', "line 2, column 13: `strict` is no JSON value"],
  ["nobypass.config.ts", "export default { a: };", "reading it fails: ParseError: Unexpected token"],
  ["nobypass.config.ts", 'throw new Error("boom"); export default {};', "reading it fails: boom"],
  ["nobypass.config.ts", "export const config = {};", "exports nothing by default"],
  ["nobypass.config.mjs", "export default await Promise.resolve({});", "it awaits at top level"],
  ["nobypass.config.ts", 'import x from "./missing.js"; export default { adapters: x };', 'it imports "./missing.js", which is not there'],
  ["nobypass.config.ts", "export default async () => ({});", "the config is a function"],
])("says why %s cannot be read: %s", (name, text, message) => {
  const root = tempTree({ [name]: text });
  expect(failure(() => loadConfig(root)).problems[0]?.message).toContain(message);
});

it("reads a config whose import was missing as soon as it is there", () => {
  const root = tempTree({ "nobypass.config.ts": 'import x from "./later.js"; export default { adapters: x };' });
  failure(() => loadConfig(root));
  writeFiles(root, { "later.ts": 'export default ["x"];' });
  expect(loadConfig(root).config.adapters).toEqual(["x"]);
});

it("takes the named config and no other", () => {
  const root = tempTree({ "nobypass.config.json": "{}", "ci/strict.json": '{ "preset": "strict" }', "ci/x.txt": "" });
  expect(loadConfig(root, { configFile: "ci/strict.json" })).toEqual({ config: { preset: "strict" }, file: `${root}/ci/strict.json`, dir: `${root}/ci` });
  expect(failure(() => loadConfig(root, { configFile: "ci/none.json" })).problems[0]?.message).toBe("there is no such file");
  expect(failure(() => loadConfig(root, { configFile: "ci/x.txt" })).problems[0]?.message).toContain("a config is a .ts");
});

it("refuses unknown rules only for who knows the rules", () => {
  const root = tempTree({ "nobypass.config.json": '{ "rules": { "consol": "off" } }' });
  expect(loadConfig(root).config.rules).toEqual({ consol: "off" });
  expect(failure(() => loadConfig(root, { ruleNames: ["console"] })).problems[0]?.hint).toBe("did you mean `console`?");
});

it("takes a config from ESLint's settings", () => {
  const settings = { preset: "strict" };
  const loaded = configFromSettings(settings, "/project");
  expect(loaded).toEqual({ config: settings, file: undefined, dir: "/project" });
  expect(configFromSettings(settings, "/project")).toBe(loaded);
  expect(configFromSettings(settings, "/other").dir).toBe("/other");
  expect(failure(() => configFromSettings({ presets: 1 }, "/project")).file).toBe("settings.nobypass");
});
