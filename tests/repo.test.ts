import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { providerSecrets } from "../catalog/secrets/scan.js";
import { PROMISES } from "../cli/reporters/summary.js";
import { rules } from "../rules/index.js";
import { CONFIG_KEYS } from "../scripts/config-keys.js";
import { staleDocs } from "../scripts/doc-pages.js";
import { casesOf, fixtureRules, PROGRAMS } from "./support/fixtures.js";
import { filesIn, root, sourceFiles, textOf } from "./support/sources.js";

/** What a reviewer would otherwise have to say again. */

const files = filesIn();
const sources = sourceFiles();
const isTest = (path: string): boolean => path.endsWith(".test.ts");
const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");

describe("imports", () => {
  const facts = ["core", "config", "catalog", "facts"];
  const judged = [...facts, "analyzers", "fixes", "rules"];
  /** What each folder may import beside itself. A folder that is not listed is not part of the house yet. */
  const may: Readonly<Record<string, readonly string[]>> = {
    core: [],
    config: ["core"],
    catalog: ["core"],
    facts: ["core"],
    analyzers: facts,
    fixes: [...facts, "analyzers"],
    rules: judged,
    eslint: judged,
    engine: judged,
    apply: judged,
    cli: [...judged, "engine", "apply"],
    lsp: [...judged, "engine", "apply"],
    pipeline: [],
    // The root export: light, so that it may only load the engine when asked.
    "": [...judged, "engine", "apply"],
    // Development only: nothing that is shipped may import these.
    scripts: [...judged, "engine", "apply", "cli", "tests", "eslint"],
    bench: [...judged, "engine", "apply", "cli", "tests", "eslint"],
    tests: [...judged, "engine", "apply", "cli", "lsp", "eslint", "scripts", "bench"],
  };

  it("flow one way", () => {
    const wrong = sources.flatMap(({ path, imports }) => {
      const from = folderOf(path);
      const allowed = may[from];
      if (allowed === undefined) return [`${path}: the folder ${from}/ has no place in the order of imports`];
      // A test stands beside what it tests and may call in whatever it takes; nothing may import it.
      return imports
        .filter((i) => i.isOwn && ((isTest(i.to) && !isTest(path)) || (folderOf(i.to) !== from && !allowed.includes(folderOf(i.to)) && !isTest(path))))
        .map((i) => `${path} imports ${i.to}`);
    });
    expect(wrong).toEqual([]);
  });

  it("of the file system stand where what is read is noted", () => {
    const may = /^(?:config\/disk\.ts|engine\/cache\/.*|analyzers\/postgres-parser\.ts)$/;
    const judged = sources.filter(({ path }) => !isTest(path) && /^(?:core|config|catalog|facts|analyzers|fixes|rules|engine)\//.test(path));
    expect(judged.filter(({ path, imports }) => !may.test(path) && imports.some((i) => /^(?:node:)?fs(?:\/|$)/.test(i.to))).map((s) => s.path)).toEqual([]);
  });

  it("of ts-morph stand only behind the oracle and the type-check guard, of the compiler only in tests", () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter((i) => (i.to === "ts-morph" && !/^(?:analyzers\/oracle|apply)\//.test(path)) || (i.to === "typescript" && !(i.typeOnly && path.startsWith("analyzers/oracle/")) && !/(?:^|\/)tests\//.test(path) && !isTest(path)))
        .map((i) => `${path} imports ${i.to}`),
    );
    expect(wrong).toEqual([]);
  });

  it("of the plugin never lead to a parser, a compiler, the engine or the command line", () => {
    const byPath = new Map(sources.map((s) => [s.path, s]));
    const reached = new Map<string, string>([["eslint/index.ts", ""]]);
    const wrong: string[] = [];
    for (const path of reached.keys()) {
      for (const { to, isOwn, typeOnly } of byPath.get(path)?.imports ?? []) {
        if (typeOnly) continue;
        if (isOwn && !reached.has(to)) reached.set(to, path);
        if (FOREIGN_TO_THE_PLUGIN.test(to) || /^(?:engine|cli|lsp|apply|tests|scripts)\//.test(to)) wrong.push(`${path} imports ${to}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(reached.size).toBeGreaterThan(20); // not silent for a wrong reason
  });

  const FOREIGN_TO_THE_PLUGIN = /^(?:oxc-parser|typescript|ts-morph|@typescript-eslint\/(?:typescript-estree|parser|utils|type-utils))(?:\/|$)/;
});

describe("rules", () => {
  const ruleFiles = sources.filter((s) => s.path.startsWith("rules/") && /^export default rule\(/m.test(s.text)).map((s) => basename(s.path, ".ts"));
  const names = rules.map((r) => r.name);

  it("have one name: the file, the list, the fixtures, the page", () => {
    expect([...ruleFiles].sort()).toEqual([...names].sort());
    expect([...fixtureRules()].sort()).toEqual([...names].sort());
    expect(files.filter((f) => /^docs\/rules\/(?!README)/.test(f)).map((f) => basename(f, ".md")).sort()).toEqual([...names].sort());
    for (const program of PROGRAMS) expect(files.some((f) => f.startsWith(`fixtures/${program}/`)), `fixtures/${program} is listed as a program`).toBe(true);
  });

  it("stand in the order of the promises", () => {
    const order = rules.map((r) => PROMISES.indexOf(r.promise));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("say of themselves what their pages need", () => {
    for (const rule of rules) {
      expect(rule.fine, `${rule.name}.fine`).not.toEqual([]);
      expect(textOf(`rules/${rule.name}.ts`), rule.name).not.toContain("FILL IN");
      if (rule.fix === "none") expect(rule.fixNote, `${rule.name} has no fix and does not say why`).not.toBe("");
    }
    for (const { name, looksFor } of rules) {
      expect(Object.keys(looksFor), `${name}.looksFor`).not.toEqual([]);
      // A pattern with a place of its own answers differently from call to call.
      for (const pattern of [looksFor.text, looksFor.path]) expect(pattern?.flags ?? "", `${name}.looksFor`).not.toMatch(/[gy]/);
    }
    expect(Object.keys(CONFIG_KEYS).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(rules.map((r) => [r.name, r] as const))("%s is held by fixtures: found, cleared, and a golden file for each safe fix", async (name, rule) => {
    const cases = (await casesOf(name)).map((c) => ({ name: c.name, files: c.files, marks: c.files.flatMap((f) => f.expected.filter((e) => e.rule === name).map((e) => e.mark)) }));
    const sourcesOf = cases.filter((c) => !c.files.every((f) => f.isGolden));
    const wants = sourcesOf.filter((c) => c.marks.some((m) => m === "want" || m === "want:p"));
    const silent = sourcesOf.filter((c) => c.marks.includes("clear") || !wants.includes(c));
    expect(cases.some((c) => c.marks.includes("clear")), "no fixture has a `clear`").toBe(true);
    expect(wants.length, "cases with a `want`").toBeGreaterThanOrEqual(8);
    expect(silent.length, "cases with a `clear`, or without a `want`").toBeGreaterThanOrEqual(8);
    if (rule.depth !== "program") expect(cases.some((c) => c.marks.includes("want")), "a rule that one file can decide has plain wants").toBe(true);
    // A fix of another tier may have them too, but is not always offered: the pipeline may not resolve.
    if (rule.fix === "safe" || rule.fix === "none") expect(cases.some((c) => c.files.some((f) => f.isGolden)), `fix is ${rule.fix}, so are there .fixed files?`).toBe(rule.fix === "safe");
  });
});

describe("tests", () => {
  it("are all run", () => {
    const held = /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo)\b/;
    expect(sources.filter((s) => isTest(s.path) && held.test(s.text)).map((s) => s.path)).toEqual([]);
  });
});

describe("files", () => {
  const MOST_LINES = 400;
  /** Longer, and why: data of the catalog. */
  const long: Readonly<Record<string, string>> = {};

  it("are short enough to be read at once", () => {
    const lines = (text: string): number => text.trimEnd().split("\n").length;
    expect(Object.keys(long).filter((path) => !sources.some((s) => s.path === path && lines(s.text) > MOST_LINES)), "no longer long").toEqual([]);
    expect(sources.filter((s) => !(s.path in long) && lines(s.text) > MOST_LINES).map((s) => `${s.path}: ${lines(s.text)} lines`)).toEqual([]);
  });

  it("are named for what is in them", () => {
    expect(sources.filter((s) => /^(?:utils?|helpers?|common|misc)\b/.test(basename(s.path))).map((s) => s.path)).toEqual([]);
  });

  it("hold no token that a scanner would take for a real one", () => {
    const wrong = files
      .filter((path) => basename(path) !== "package-lock.json")
      .flatMap((path) => textOf(path).split("\n").flatMap((line, i) => providerSecrets(line).map((s) => `${path}:${i + 1}: ${s.provider}`)));
    expect(wrong).toEqual([]);
  });
});

describe("documents", () => {
  it("that are generated are current (npm run docs repairs them)", async () => {
    expect((await staleDocs()).map(({ path, is }) => `${path} is ${is}`)).toEqual([]);
  });

  it("link to files that are there", () => {
    const wrong = files
      .filter((path) => path.endsWith(".md") && !path.startsWith("fixtures/"))
      .flatMap((path) =>
        [...textOf(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((m) => m[1] as string).filter((to) => !existsSync(join(root, dirname(path), to))).map((to) => `${path} links to ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  it("of decisions have a number of their own, in one row", () => {
    const records = files.filter((f) => f.startsWith("docs/decisions/")).map((f) => basename(f)).sort();
    expect(records.filter((f) => !/^\d{4}-[a-z0-9-]+\.md$/.test(f))).toEqual([]);
    expect(records.map((f) => Number(f.slice(0, 4)))).toEqual(records.map((_, i) => i + 1));
  });
});

describe("package.json", () => {
  const manifest = JSON.parse(textOf("package.json")) as { files: string[]; bin: object; exports: object; scripts: Record<string, string> };

  it("ships what there is", () => {
    const targets = [...JSON.stringify([manifest.bin, manifest.exports]).matchAll(/"\.\/dist\/([^"]+?)(?:\.d)?\.[jt]s"/g)].map((m) => `${m[1]}.ts`);
    expect(targets.length).toBeGreaterThanOrEqual(5);
    expect(targets.filter((path) => !files.includes(path))).toEqual([]);
    expect(manifest.files.filter((f) => f !== "dist" && !f.startsWith("!") && !files.includes(f))).toEqual([]);
  });

  it("runs scripts that are there", () => {
    const named = Object.values(manifest.scripts).flatMap((s) => [...s.matchAll(/\bscripts\/\S+/g)].map((m) => m[0]));
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });
});
