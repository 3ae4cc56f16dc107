import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { configFromSettings } from "../config/load.js";
import { findProject } from "../config/project.js";
import { View } from "../analyzers/view.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import { applyEdits } from "../fixes/edit.js";
import { rules } from "../rules/index.js";
import { judge } from "../rules/judge.js";
import { settingsOf } from "../rules/settings.js";
import { repository } from "./support/built.js";
import { catalog } from "./support/judge-file.js";

/** Code of many styles and years that nobody here wrote: ES modules, CommonJS, bundles, what compilers put out. */
const PACKAGES = [
  "@typescript-eslint/parser", "@vitest/runner", "acorn", "ajv", "chai", "core-js", "css-select", "eslint", "espree", "esquery",
  "fast-check", "ignore", "jiti", "js-yaml", "minimatch", "pino", "publint", "regenerator-runtime", "semver", "tsx", "vscode-jsonrpc", "yargs", "zod",
];
/** Of each package its largest files, which have most to stumble over, but no whole compilers. */
const MOST_FILES = 25;
const LARGEST = 200_000;

const SOURCE = /(?<!\.d)\.(?:[cm]?[jt]s|[jt]sx)$/;

function sourcesOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .flatMap((e) => (e.name === "node_modules" ? [] : e.isDirectory() ? sourcesOf(join(dir, e.name)) : SOURCE.test(e.name) ? [join(dir, e.name)] : []))
    .map((file) => ({ file, size: statSync(file).size }))
    .filter(({ size }) => size <= LARGEST)
    .sort((a, b) => b.size - a.size || (a.file < b.file ? -1 : 1))
    .slice(0, MOST_FILES)
    .map(({ file }) => file);
}

const installed = PACKAGES.flatMap((name) => {
  try {
    return [[name, realpathSync(join(repository, "node_modules", name))] as const];
  } catch {
    return [];
  }
});

const loaded = configFromSettings({ preset: "strict" }, "/nowhere");
const settings = settingsOf({ loaded, project: findProject(loaded), catalog, pipelineResolves: true });

it("twenty packages are installed to try", () => {
  expect(installed.length).toBeGreaterThanOrEqual(20);
});

// None is left out because its text says nothing to it: each rule judges each file, as a server file.
describe.each(installed)("the sources of %s", (_, dir) => {
  it("crash no rule and no fix", () => {
    const wrong: string[] = [];
    let judged = 0;
    for (const file of sourcesOf(dir)) {
      const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
      const parsed = parse(file, text);
      if ("message" in parsed) continue;
      const view = new View(extract(parsed), text, "src/file.ts", "server", settings);
      for (const rule of rules) {
        try {
          for (const judgement of judge({ ...rule, roles: ["server"] }, view)) {
            const fix = judgement.verdict === "found" ? judgement.fix?.() : null;
            if (!fix || fix.edits.some((e) => e.file !== undefined)) continue;
            const fixed = parse(file, applyEdits(text, fix.edits));
            if ("message" in fixed) wrong.push(`${rule.name} writes into ${relative(dir, file)} what does not parse: ${fixed.message}`);
          }
        } catch (error) {
          wrong.push(`${rule.name} on ${relative(dir, file)}: ${error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 3).join(" ") : String(error)}`);
        }
      }
      judged++;
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(0);
  }, 120_000);
});
