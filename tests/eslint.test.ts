import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { Linter as Linter9 } from "eslint9";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadConfig } from "../config/load.js";
import { run } from "../engine/run.js";
import plugin, { configs } from "../eslint/index.js";
import { extract } from "../facts/extract.js";
import { applyEdits } from "../fixes/edit.js";
import { rules } from "../rules/index.js";
import { fixtureRules } from "./support/fixtures.js";
import { type FixtureTree, fixtureTree, installPipeline, type TreeFile } from "./support/fixture-tree.js";
import { judgeTextBy } from "./support/judge-file.js";
import { lint, said, sorted, type Said } from "./support/lint.js";
import { tempTree, writeFiles } from "./temp-tree.js";

// Counts calls, and changes nothing.
vi.mock("../facts/extract.js", async (original) => {
  const actual = await original<typeof import("../facts/extract.js")>();
  return { ...actual, extract: vi.fn(actual.extract) };
});
beforeEach(() => void vi.mocked(extract).mockClear());

const BOM = /^\uFEFF/;
let tree: FixtureTree;
beforeAll(async () => void (tree = await fixtureTree()));
afterAll(() => tree.remove());

/** What the rules say of a file by themselves, without a host. */
function judged({ root, path, text }: TreeFile): Said[] {
  const loaded = loadConfig(root);
  const bare = text.replace(BOM, "");
  const beside = new Map(tree.files.filter((f) => f.root === root).map((f) => [f.path, f.text.replace(BOM, "")]));
  for (const path of [".env.example", ".env.sample"]) if (existsSync(join(root, path))) beside.set(path, readFileSync(join(root, path), "utf8"));
  const all = judgeTextBy(rules, { root, loaded }, path, bare, beside).flatMap(({ rule, judgements }) =>
    judgements
      .filter((j) => j.verdict === "found")
      .map(({ start, end, message, fix: propose }): Said => {
        const fix = propose?.() ?? null;
        if (fix === null || fix.tier === "manual" || fix.edits.some((e) => e.file !== undefined && e.file !== path)) return { rule: rule.name, start, end, message };
        const { tier, title } = fix;
        return { rule: rule.name, start, end, message, fix: { tier, ...(tier === "review" && { title }), result: applyEdits(bare, fix.edits) } };
      }),
  );
  return sorted(all);
}

const inEslint = (file: TreeFile, more: Partial<Parameters<typeof lint>[1]> = {}): Said[] =>
  sorted(said(file.text, lint(file.text, { cwd: file.root, filename: file.absolute, ...more })));

const known = new Map<string, Said[]>();
/** In ESLint 10, by the config on the disk; several tests ask. */
function asSet(file: TreeFile): Said[] {
  let all = known.get(file.absolute);
  if (all === undefined) known.set(file.absolute, (all = inEslint(file)));
  return all;
}

/** Every third: what differs between hosts differs in many files. `npm run test:deep` takes all. */
const someOf = (files: readonly TreeFile[]): readonly TreeFile[] => files.filter((_, i) => process.env["NOBYPASS_FIXTURES"] === "all" || i % 3 === 0);

describe.each(fixtureRules())("the fixtures of %s", (rule) => {
  const files = (): readonly TreeFile[] => tree.files.filter((f) => f.rule === rule);

  it("are judged in ESLint as without it: same places, messages and fixes, by one extraction for all rules", () => {
    for (const file of files()) {
      const expected = judged(file);
      vi.mocked(extract).mockClear();
      expect(asSet(file), file.absolute).toEqual(expected);
      // None at all where the text shows that no rule has anything to say; fixes may ask for other files.
      const own = vi.mocked(extract).mock.calls.filter(([parsed]) => parsed.text === file.text.replace(BOM, "")).length;
      expect(own, file.absolute).toBeLessThanOrEqual(1);
      if (expected.length > 0) expect(own, file.absolute).toBe(1);
    }
    expect(files().length).toBeGreaterThan(9);
  });

  it("are judged by settings as by the config on the disk", () => {
    for (const file of someOf(files())) {
      expect(inEslint(file, { settings: { nobypass: loadConfig(file.root).config } }), file.absolute).toEqual(asSet(file));
    }
  });

  it("are judged in ESLint 9 as in ESLint 10", () => {
    for (const file of someOf(files())) {
      expect(inEslint(file, { host: Linter9 as unknown as typeof Linter }), file.absolute).toEqual(asSet(file));
    }
  });

  it("have no finding in ESLint that the command line has not", () => {
    const key = (f: Pick<Said, "rule" | "start" | "end" | "message">): string => `${f.rule} ${f.start}-${f.end} ${f.message}`;
    let findings = 0;
    // A case is a program: one file, or a folder of them.
    const folder = join(tree.dir, rule);
    const caseOf = (f: TreeFile): string => (f.root === folder ? f.absolute : f.root);
    for (const name of new Set(files().map(caseOf))) {
      const ours = files().filter((f) => caseOf(f) === name);
      const root = (ours[0] as TreeFile).root;
      const { findings: all, problems } = run({ cwd: root, paths: ours.map((f) => f.absolute), alone: true });
      expect(problems).toEqual([]);
      for (const file of ours) {
        const cli = new Set(all.filter((f) => f.file === file.path).map((f) => key({ ...f, ...f.span })));
        const missing = asSet(file).map(key).filter((k) => !cli.has(k));
        expect(missing, file.absolute).toEqual([]);
        findings += cli.size;
      }
    }
    expect(findings).toBeGreaterThan(20);
  });
});

it("offers fixes of both tiers", () => {
  const tiers = new Set(tree.files.flatMap((file) => asSet(file).map((s) => s.fix?.tier)));
  expect([...tiers].sort()).toEqual(["review", "safe", undefined]);
});

describe("the versions under test", () => {
  it("are ESLint 10 and 9", () => {
    expect([Linter.version, Linter9.version].map((v) => v.split(".")[0])).toEqual(["10", "9"]);
  });
});

describe("presets", () => {
  const names = (all: typeof rules): string[] => [...all.map((r) => `nobypass/${r.name}`), "nobypass/directive"].sort();

  it("are computed from the rules", () => {
    expect(Object.keys(configs.recommended.rules ?? {}).sort()).toEqual(names(rules.filter((r) => r.preset === "recommended")));
    expect(Object.keys(configs.strict.rules ?? {}).sort()).toEqual(names(rules));
    expect(plugin.configs).toBe(configs);
    expect(Object.keys(plugin.rules).map((r) => `nobypass/${r}`).sort()).toEqual(names(rules));
  });

  it("name the plugin and its version", () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
    expect(plugin.meta).toEqual({ name: "nobypass", version, namespace: "nobypass" });
  });

  it("enable a rule that waits for the pipeline, and it is silent until there is one", () => {
    const waiting = rules.filter((r) => r.needsPipeline && r.preset === "recommended");
    expect(waiting.map((r) => r.name)).toContain("bare-entry");
    const text = 'import express from "express";\nexpress().get("/", async (_, res) => void res.json(await all()));\n';
    const found = (installed: boolean): string[] => {
      const cwd = tempTree({ "package.json": "{}", "src/app.ts": text });
      if (installed) installPipeline(cwd);
      const messages = lint(text, { cwd, filename: join(cwd, "src/app.ts"), config: { ...configs.recommended } });
      return said(text, messages).map((s) => s.rule);
    };
    expect(found(false)).not.toContain("bare-entry");
    expect(found(true)).toContain("bare-entry");
  });
});

describe("a text", () => {
  const cwd = (): string => tempTree({ "package.json": "{}", "nobypass.config.json": '{ "preset": "strict" }' });

  it.each([["<input>"], ["<text>"], [undefined]])("of an unsaved buffer (%s) is judged as a server file of the folder", (filename) => {
    const messages = lint("console.log(1);\n", { cwd: cwd(), ...(filename !== undefined && { filename }) });
    expect(messages.map((m) => [m.ruleId, m.line, m.column])).toEqual([["nobypass/console", 1, 1]]);
  });

  it("with a BOM, CRLF and characters outside the BMP is reported, and edited, at the right place", () => {
    const root = cwd();
    installPipeline(root);
    const text = '\uFEFFlet face = "😀";\r\nconst a = "😀"; console.log(face, a);\r\ntry { face = f(); } catch (error) { throw new Error("😀"); }\r\n';
    const messages = lint(text, { cwd: root, filename: join(root, "a.ts") });
    expect(messages.map((m) => [m.ruleId, m.line, m.column, m.endLine, m.endColumn])).toEqual([
      ["nobypass/console", 2, 17, 2, 37],
      ["nobypass/swallowed-error", 3, 21, 3, 34],
    ]);
    const fixed = 'let face = "😀";\r\nconst a = "😀"; console.log(face, a);\r\ntry { face = f(); } catch (error) { throw new Error("😀", { cause: error }); }\r\n';
    expect(said(text, messages)[1]?.fix).toEqual({ tier: "safe", result: fixed });
    expect(new Linter({ cwd: root }).verifyAndFix(text, [configs.strict], { filename: join(root, "a.js") }).output).toBe(`\uFEFF${fixed}`);
  });

  it("that the command line would not judge is not judged", () => {
    const root = cwd();
    const linter = (config: Linter.Config, filename: string, text = "console.log(1);\n"): Linter.LintMessage[] =>
      new Linter({ cwd: root }).verify(text, [{ files: ["**/*.vue", "**/*.ts"], languageOptions: { parser: tsParser as unknown as Linter.Parser } }, configs.strict, config], { filename: join(root, filename) });
    expect(linter({}, "a.ts")).toHaveLength(1);
    expect(linter({}, "App.vue")).toEqual([]);
    expect(linter({}, "types.d.ts")).toEqual([]);
    expect(linter({ ignores: ["!**/node_modules/"] }, "node_modules/some/index.js")).toEqual([]);
    expect(linter({}, ".yarn/releases/yarn.cjs")).toEqual([]);
    const processor: Linter.Processor = { preprocess: (text) => [{ text, filename: "0.js" }], postprocess: (messages) => messages.flat() };
    expect(linter({ files: ["**/*.md"], processor }, "guide.md")).toEqual([]);
    // The block did reach the linter:
    expect(linter({ files: ["**/*.md"], processor }, "guide.md", "debugger; (")).not.toEqual([]);
  });

  it("that is linted again under another config is judged by that one", () => {
    const root = cwd();
    const linter = new Linter({ cwd: root });
    const messages = (settings: object): number => linter.verify(linter.getSourceCode() ?? "console.log(1);\n", [configs.strict, { settings: { nobypass: settings } }], { filename: join(root, "a.js") }).length;
    expect(messages({ preset: "strict" })).toBe(1);
    expect(messages({ rules: { console: "off" } })).toBe(0);
  });
});

describe("a config that cannot be used", () => {
  const text = "console.log(1);\nconsole.log(2);\n";
  const broken: readonly (readonly [string, Readonly<Record<string, string>>, object | undefined, RegExp])[] = [
    ["in settings", {}, { preset: "loose" }, /^settings\.nobypass: the config cannot be used\n {2}preset: /],
    ["on disk", { "nobypass.config.json": '{ "preset": ' }, undefined, /nobypass\.config\.json: the config cannot be used\n/],
    ["with an unknown rule", { "nobypass.config.json": '{ "rules": { "consol": "off" } }' }, undefined, /did you mean `console`/],
    ["that throws", { "nobypass.config.ts": 'throw new Error("no"); export default {};' }, undefined, /reading it fails: no/],
    ["with a pipeline that is not there", { "nobypass.config.json": '{ "pipeline": { "log": "./log.js:log" } }' }, undefined, /pipeline\.log: `\.\/log\.js` does not resolve/],
    ["with a catalog that throws", { "nobypass.config.json": '{ "catalog": ["rows.ts"] }', "rows.ts": 'throw new Error("no rows");' }, undefined, /rows\.ts: the config cannot be used\n {2}reading it fails: no rows/],
  ];

  it.each(broken)("%s is one message for each file, and nothing is judged", (_, files, settings, message) => {
    const cwd = tempTree({ "package.json": "{}", ...files });
    for (const filename of ["a.ts", "b.ts"]) {
      const messages = lint(text, { cwd, filename: join(cwd, filename), ...(settings && { settings: { nobypass: settings } }) });
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatchObject({ line: 1, column: 1, severity: 2 });
      expect(messages[0]?.message).toMatch(message);
    }
  });

  it("is judged by again once it is mended", () => {
    const cwd = tempTree({ "package.json": "{}" });
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const messages = (config: string): (string | null)[] => {
        writeFiles(cwd, { "nobypass.config.json": config });
        vi.setSystemTime(Date.now() + 60_000);
        return lint(text, { cwd, filename: join(cwd, "a.ts") }).map((m) => m.message);
      };
      expect(messages("{")).toHaveLength(1);
      expect(messages('{ "preset": "strict" }')).toHaveLength(2);
      expect(messages('{ "rules": { "console": "off" } }')).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("suppressions", () => {
  const strict = { nobypass: { preset: "strict" } };
  const cwd = (): string => tempTree({ "package.json": "{}", "nobypass.config.json": '{ "preset": "strict" }' });
  /** Lines of what ESLint says, unused directives included. */
  const lines = (text: string, settings: object = strict): string[] => {
    const root = cwd();
    return lint(text, { cwd: root, filename: join(root, "a.ts"), settings: settings as Readonly<Record<string, unknown>>, config: { linterOptions: { reportUnusedDisableDirectives: "error" } } }).map((m) => `${m.line} ${m.ruleId ?? m.message}`);
  };
  /** The same of the command line. */
  const inCli = (text: string): string[] => {
    const root = cwd();
    writeFiles(root, { "a.ts": text });
    return run({ cwd: root, paths: [join(root, "a.ts")] }).findings.map((f) => `${f.start.line} nobypass/${f.rule}`);
  };

  it("by `nobypass-disable-next-line` count, and their faults are reported", () => {
    const text = [
      "// nobypass-disable-next-line console -- first boot, no log yet",
      "console.log(1);",
      "// nobypass-disable-next-line console",
      "console.log(2);",
      "// nobypass-disable-next-line consol -- a reason",
      "console.log(3);",
      "// nobypass-disable-next-line console -- a reason until:2020-01-01",
      "console.log(4);",
      "",
    ].join("\n");
    const expected = ["3 nobypass/directive", "4 nobypass/console", "5 nobypass/directive", "6 nobypass/console", "7 nobypass/directive", "8 nobypass/console"];
    expect(lines(text)).toEqual(expected);
    expect(inCli(text)).toEqual(expected);
  });

  const linters: readonly (readonly [string, string, readonly string[]])[] = [
    ["next line", "// eslint-disable-next-line nobypass/console -- why\nconsole.log(1);\nconsole.log(2);", ["3 nobypass/console"]],
    ["next line of a long comment", "/* eslint-disable-next-line nobypass/console --\n why\n*/\nconsole.log(1);\nconsole.log(2);", ["5 nobypass/console"]],
    ["same line", "console.log(1); // eslint-disable-line nobypass/console, no-console -- why\nconsole.log(2);", ["2 nobypass/console"]],
    ["everything", "console.log(1);\n/* eslint-disable -- why */\nconsole.log(2);", ["1 nobypass/console"]],
    ["a range", "/* eslint-disable nobypass/console */\nconsole.log(1);\n/* eslint-enable nobypass/console */\nconsole.log(2);", ["4 nobypass/console"]],
    ["a range with dashes", "/* eslint-disable nobypass/console --- why */ console.log(1);", []],
    ["enabled alone after everything", "/* eslint-disable */\nconsole.log(1);\n/* eslint-enable nobypass/console */\nconsole.log(2);", ["4 nobypass/console"]],
    ["from where it stands", "console.log(1); /* eslint-disable nobypass/console */ console.log(2);\nconsole.log(3);", ["1 nobypass/console"]],
    ["another rule", "console.log(1); // eslint-disable-line nobypass/raw-env", ["1 nobypass/console"]],
  ];
  it.each(linters)("by `eslint-disable` (%s) count, are ESLint's own to report as unused, and agree with the command line", (_, text, expected) => {
    const unused = /^\d+ Unused eslint-disable/;
    const said = lines(`${text}\n`);
    expect(said.filter((l) => !unused.test(l))).toEqual(expected);
    expect(said.filter((l) => unused.test(l) && !text.includes("raw-env") && !text.includes("no-console"))).toEqual([]);
    expect(inCli(`${text}\n`)).toEqual(expected);
  });

  it("by `oxlint-disable` count in ESLint too", () => {
    const text = "// oxlint-disable-next-line nobypass/console -- why\nconsole.log(1);\nconsole.log(2);\n";
    expect(lines(text)).toEqual(["3 nobypass/console"]);
    expect(inCli(text)).toEqual(["3 nobypass/console"]);
  });

  it("by config `exemptions` count until their day", () => {
    const exempt = (until: string): object => ({ nobypass: { preset: "strict", exemptions: [{ rule: "console", files: ["*.ts"], reason: "moves in Q3", until }] } });
    expect(lines("console.log(1);\n", exempt("2999-01-01"))).toEqual([]);
    expect(lines("console.log(1);\n", exempt("2020-01-01"))).toEqual(["1 nobypass/console"]);
  });

  it("that are faulty are not reported in generated code, which nobody writes", () => {
    const text = "// @generated\n// nobypass-disable-next-line console\nconsole.log(1);\n";
    expect(lines(text)).toEqual([]);
    expect(inCli(text)).toEqual([]);
  });

  it("by config `rules` count, whatever ESLint's severity", () => {
    expect(lines("console.log(1);\n", { nobypass: { rules: { console: "off" } } })).toEqual([]);
    expect(lines("console.log(1);\n", { nobypass: { rules: { console: ["warn", { allow: ["a.ts"] }] } } })).toEqual([]);
  });
});

describe("with type information", () => {
  it("nothing changes", () => {
    const files = tree.files.filter((f) => f.rule === "swallowed-error" && f.root === join(tree.dir, f.rule) && /^(?:example|fix-|rethrown|jest|callback).*\.[cm]?[tj]s$/.test(f.path)).slice(0, 8);
    expect(files.length).toBeGreaterThan(4);
    const tsconfigRootDir = join(tree.dir, "swallowed-error");
    writeFileSync(join(tsconfigRootDir, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, allowJs: true, noEmit: true, module: "nodenext", types: [] }, include: ["*"] }));
    let typed = 0;
    const parser = { ...tsParser, parseForESLint: (...args: Parameters<typeof tsParser.parseForESLint>) => {
      const result = tsParser.parseForESLint(...args);
      if (result.services.program !== null) typed++;
      return result;
    } };
    for (const file of files) {
      const config: Linter.Config = { files: ["**/*"], languageOptions: { parser: parser as unknown as Linter.Parser, parserOptions: { projectService: true, tsconfigRootDir } } };
      expect(inEslint(file, { config }), file.absolute).toEqual(asSet(file));
    }
    expect(typed).toBe(files.length);
  });
});

it("has pages and options as ESLint's own tools expect them", () => {
  for (const [name, { meta }] of Object.entries(plugin.rules)) {
    expect(meta?.schema, name).toEqual([]);
    expect(meta?.docs?.url, name).toMatch(/^https:\/\/github\.com\/nobypass\/nobypass\/blob\/main\/docs\/(?:rules\/[a-z-]+|suppressing)\.md$/);
    expect(meta?.docs?.description, name).toMatch(/\w/);
  }
});
