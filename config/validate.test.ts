import { expect, it } from "vitest";
import { defineConfig } from "./define.js";
import { symbolPath, validateConfig } from "./validate.js";

const RULES = ["bypass", "missing-timeout", "console"];
const problems = (value: unknown): string[] => validateConfig(value, RULES).problems.map((p) => `${p.path} | ${p.message} | ${p.hint}`);

it("accepts every key of the design", () => {
  const config = defineConfig({
    preset: "strict",
    project: "tsconfig.json",
    modules: ["src/modules/*"],
    adapters: ["src/adapters/**", "!src/adapters/x/**"],
    config: ["src/config.ts"],
    pipeline: { dispatch: { use: "#infra/http:call", shape: "(fn, opts)" }, log: "./src/log:log" },
    ambient: { express: ["pipeline"], nest: ["ValidationPipe"] },
    policies: [{ entries: "POST /login", require: ["rateLimit"] }, { entries: ["A", "B"], require: [] }],
    roles: { script: ["tools/**"] },
    catalog: ["./nobypass/*.ts"],
    rules: { "missing-timeout": "error", console: ["error", { allow: ["src/boot/**"] }], bypass: ["off"] },
    exemptions: [{ rule: ["bypass"], files: ["src/legacy/**"], reason: "moved in Q3", owner: "@payments", until: "2028-02-29" }],
  });
  expect(validateConfig(config, RULES)).toEqual({ config, problems: [] });
  expect(problems({ preset: undefined, pipeline: "@acme/pipeline" })).toEqual([]);
});

it("is as strict in types as it is at run time", () => {
  // @ts-expect-error: `prest` is no key
  expect(problems(defineConfig({ prest: "strict" }))).toHaveLength(1);
  // @ts-expect-error: an exemption needs a reason
  expect(problems(defineConfig({ exemptions: [{ rule: "bypass", files: [] }] }))).toHaveLength(1);
});

it("collects all problems, each with its key path and a way out", () => {
  expect(problems({ prest: "strict", rules: { "mising-timeout": "error", console: "fatal" }, exemptions: [{ rule: "bypass", files: ["a"] }] })).toEqual([
    "prest | there is no key `prest` | did you mean `preset`?",
    'rules["mising-timeout"] | there is no rule `mising-timeout` | did you mean `missing-timeout`?',
    'rules.console | expected "error", "warn", "off", found the text "fatal" | example: "error"',
    "exemptions[0].reason | is missing | say why these files are exempt: the reason is printed in every report",
  ]);
});

it.each([
  [null, " | expected an object, found null | example: export default { preset: \"recommended\" }"],
  [() => ({}), " | the config is a function | export the object itself: it is read synchronously, also by editors"],
  [{ zzz: 1 }, "zzz | there is no key `zzz` | the keys are preset, project, types, modules, adapters, config, pipeline, ambient, policies, roles, catalog, rules, exemptions"],
  [{ toString: 1 }, "toString | there is no key `toString` | the keys are preset, project, types, modules, adapters, config, pipeline, ambient, policies, roles, catalog, rules, exemptions"],
  [{ preset: "stict" }, 'preset | expected "recommended", "strict", found the text "stict" | did you mean "strict"?'],
  [{ modules: "src/*" }, 'modules | expected a list, found the text "src/*" | example: ["src/modules/*"]'],
  [{ adapters: ["/abs/x"] }, "adapters[0] | `/abs/x` is an absolute path | globs are relative to the config file"],
  [{ adapters: ["../x"] }, "adapters[0] | `../x` lies outside of the config file's folder, so it matches nothing | put the config file into the folder that holds them all"],
  [{ config: ["src\\config.ts"] }, "config[0] | `src\\config.ts` has a backslash | globs have forward slashes on every platform"],
  [{ pipeline: "#infra/http:call" }, 'pipeline | `#infra/http:call` names one export, but `pipeline` as text is a module that exports all names | say which name it is: { dispatch: "#infra/http:call" }'],
  [{ pipeline: { dispach: "a:b" } }, "pipeline.dispach | there is no key `dispach` in `pipeline` | did you mean `dispatch`?"],
  [{ pipeline: { log: "#infra/log" } }, 'pipeline.log | `#infra/log` does not say which export is meant | write module:export, for example "#infra/log:dispatch"'],
  [{ pipeline: { dispatch: { shape: "fn" } } }, 'pipeline.dispatch.use | is missing | example: "#infra/http:call"'],
  [{ pipeline: { dispatch: { use: "a:b", shape: "(f)" } } }, 'pipeline.dispatch.shape | expected "(name, fn)", "(fn, opts)", "fn", found the text "(f)" | example: "(name, fn)"'],
  [{ ambient: { express: "pipeline" } }, 'ambient.express | expected a list, found the text "pipeline" | example: ["pipeline"]'],
  [{ policies: [{ entries: "x", require: ["ratelimit"] }] }, 'policies[0].require[0] | expected "rateLimit", "authorize", "csrf", found the text "ratelimit" | did you mean "rateLimit"?'],
  [{ policies: [{ require: [] }] }, 'policies[0].entries | is missing | example: { entries: "POST /login", require: ["rateLimit"] }'],
  [{ roles: { scripts: ["x"] } }, "roles.scripts | there is no key `scripts` in `roles` | did you mean `script`?"],
  [{ rules: { "nobypass/console": "off" } }, 'rules["nobypass/console"] | there is no rule `nobypass/console` | did you mean `console`?'],
  [{ rules: { console: ["error", { alow: [] }] } }, "rules.console[1].alow | there is no key `alow` in `rules.console[1]` | did you mean `allow`?"],
  [{ rules: { console: 2 } }, 'rules.console | expected "error", "warn", "off", found 2 | example: "error"'],
  [{ exemptions: [{ rule: "bypass", files: ["a"], reason: " " }] }, 'exemptions[0].reason | expected text, found blank text | example: "moved in Q3"'],
  [{ exemptions: [{ rule: "bypass", files: ["a"], reason: "r", until: "2027-02-29" }] }, 'exemptions[0].until | there is no day 2027-02-29 | write YYYY-MM-DD, for example "2027-03-01"'],
  [{ exemptions: [{ rule: "bypass", files: ["a"], reason: "r", until: "1.3.2027" }] }, 'exemptions[0].until | expected a day, YYYY-MM-DD, found the text "1.3.2027" | example: "2027-03-01"'],
  [{ exemptions: [{ rule: "*", files: ["a"], reason: "r" }] }, "exemptions[0].rule | there is no rule `*` | the rules are bypass, missing-timeout, console"],
])("%j", (config, problem) => {
  expect(problems(config)).toEqual([problem]);
});

it("takes rule names as they are when it is given none", () => {
  expect(validateConfig({ rules: { anything: "error" } }).problems).toEqual([]);
});

it("splits a symbol path at the last colon", () => {
  expect(symbolPath("#a/b:c")).toEqual({ module: "#a/b", export: "c" });
  expect(symbolPath("C:\\x\\y.ts:http.get")).toEqual({ module: "C:\\x\\y.ts", export: "http.get" });
  expect(["@a/b", "./x:", ":y", "./x:a-b", "C:/x/y"].map(symbolPath)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});
