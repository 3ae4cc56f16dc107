import { describe, expect, it } from "vitest";
import type { Judgement } from "../core/finding.js";
import { applyEdits } from "../fixes/edit.js";
import { rules } from "../rules/index.js";
import { casesOf, fixedTreeOf, type FixtureFile } from "./support/fixtures.js";
import { fixTree } from "./support/fix-tree.js";
import { judgeText, lineAt } from "./support/judge-file.js";

/**
 * Every finding needs a `want` and every `want` a finding; a line without one is silent. `clear` must be judged clear,
 * so that blindness does not pass for soundness. What the program alone can know is silent in one file.
 */
for (const rule of rules) {
  describe(rule.name, async () => {
    const cases = await casesOf(rule.name);
    it.each(cases.map((c) => [c.name, c] as const))("%s", (_, c) => {
      const wrong: string[] = [];
      const tree = fixedTreeOf(c);
      for (const file of c.files.filter((f) => !f.isGolden)) {
        const text = file.text.replace(BOM, "");
        const judgements = judgeText(rule, c, file.path, text);
        const judged = judgements.map((j) => ({ ...j, line: lineAt(text, j.start) }));
        wrong.push(...differences(file, judged, c.files.length > 1 || rule.depth === "program").map((d) => `${file.path}:${d}`));
        if (tree !== null) continue;
        if (file.golden === undefined) {
          wrong.push(...judgements.filter((j) => fixOf(j)?.tier === "safe").map((j) => `${file.path}:${lineAt(text, j.start)} has a safe fix, but the file no golden one`));
          continue;
        }
        const fixed = fixAll(text, judgements);
        expect(fixed).toBe(file.golden.replace(BOM, ""));
        expect(fixAll(fixed, judgeText(rule, c, file.path, fixed))).toBe(fixed);
      }
      expect(wrong).toEqual([]);
      if (tree === null) return;
      const fixed = fixTree(rule, c, tree.before);
      expect(Object.fromEntries(fixed.texts)).toEqual(Object.fromEntries(tree.after));
      expect(fixTree(rule, c, fixed.texts).texts).toEqual(fixed.texts);
    });
  });
}

it("has no golden file without its case", async () => {
  const cases = (await Promise.all(rules.map((rule) => casesOf(rule.name)))).flat().map((c) => `${c.rule}/${c.name}`);
  expect(cases.filter((name) => /\.fixed\.\w+$/.test(name) && !cases.includes(name.replace(".fixed.", ".")))).toEqual([]);
});

/** Stripped by whoever reads a file, and put back by whoever writes it. */
const BOM = /^\uFEFF/;

/** The fix that `nobypass fix` would make. */
function fixOf(judgement: Judgement) {
  const fix = judgement.verdict === "found" ? judgement.fix?.() : null;
  return fix && fix.tier !== "manual" ? fix : null;
}

function fixAll(text: string, judgements: readonly Judgement[]): string {
  return applyEdits(text, judgements.flatMap((j) => fixOf(j)?.edits ?? []));
}

interface Judged {
  readonly verdict: string;
  readonly line: number;
  readonly message: string;
}

/** In a case of several files what is clear may take another file to prove: here it is not found. */
function differences(file: FixtureFile, judged: readonly Judged[], hasOthers: boolean): string[] {
  const wrong: string[] = [];
  const left = [...judged];
  for (const want of file.expected.filter((e) => e.mark !== "want:p" && !(hasOthers && e.mark === "clear"))) {
    const verdict = want.mark === "want" ? "found" : want.mark;
    const hit = left.findIndex((j) => j.verdict === verdict && j.line === want.line && (want.message?.test(j.message) ?? true));
    if (hit === -1) {
      const instead = judged.filter((j) => j.line === want.line).map((j) => `${j.verdict} ${j.message}`);
      wrong.push(`${want.line} ${want.mark} is missing${instead.length > 0 ? `, but: ${instead.join("; ")}` : ""} | ${file.text.split("\n")[want.line - 1]?.trim()}`);
    } else left.splice(hit, 1);
  }
  const silent = file.expected.filter((e) => e.mark === "clear").map((e) => e.line);
  for (const extra of left) {
    if (extra.verdict === "found") wrong.push(`${extra.line} found without want: ${extra.message} | ${file.text.split("\n")[extra.line - 1]?.trim()}`);
    if (extra.verdict === "unknown" && !hasOthers && silent.includes(extra.line)) wrong.push(`${extra.line} is unknown: ${extra.message}`);
  }
  return wrong;
}
