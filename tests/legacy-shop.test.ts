import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../engine/run.js";
import { rules } from "../rules/index.js";
import { fixturesDir } from "./support/fixtures.js";

interface Sin {
  readonly rule: string;
  readonly file: string;
  readonly code: string;
  /** Found by the program only. */
  readonly depth?: "program";
}

const shop = join(fixturesDir, "legacy-shop");
const sins = JSON.parse(readFileSync(join(shop, "sins.json"), "utf8")) as Sin[];

/** `sins.json` lists by hand every place where a rule is broken; whoever wrote it had RULES to go by, not the tool. */
describe("the legacy shop", () => {
  const result = run({ cwd: shop, paths: [shop], rules: rules.map((r) => r.name) });

  it.each(rules.map((r) => r.name))("%s is found where it is, and nowhere else", (rule) => {
    const expected = sins.filter((s) => s.rule === rule).map((s) => `${s.file}:${lineOf(s)}`);
    const found = result.findings.filter((f) => f.rule === rule).map((f) => `${f.file}:${f.start.line}`);
    expect([...new Set(found)].sort()).toEqual([...new Set(expected)].sort());
  });

  it("has every sin of the rule table at least twice", () => {
    const counts = new Map<string, number>();
    for (const { rule } of sins) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    expect([...counts.values()].every((n) => n >= 2)).toBe(true);
    expect(counts.size).toBe(25);
  });

  it("is judged whole", () => {
    expect(result.problems).toEqual([]);
  });
});

function lineOf({ file, code }: Sin): number {
  const lines = readFileSync(join(shop, file), "utf8").split("\n");
  const at = lines.findIndex((line) => line.includes(code));
  expect(lines.filter((line) => line.includes(code)), `${file}: ${code}`).toHaveLength(1);
  return at + 1;
}
