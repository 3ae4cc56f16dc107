import { describe, expect, it } from "vitest";
import { rules } from "../rules/index.js";
import { casesOf, type FixtureFile } from "./support/fixtures.js";
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
      for (const file of c.files.filter((f) => !f.isGolden)) {
        const judged = judgeText(rule, c, file.path, file.text).map((j) => ({ ...j, line: lineAt(file.text, j.start) }));
        wrong.push(...differences(file, judged).map((d) => `${file.path}:${d}`));
      }
      expect(wrong).toEqual([]);
    });
  });
}

interface Judged {
  readonly verdict: string;
  readonly line: number;
  readonly message: string;
}

function differences(file: FixtureFile, judged: readonly Judged[]): string[] {
  const wrong: string[] = [];
  const left = [...judged];
  for (const want of file.expected.filter((e) => e.mark !== "want:p")) {
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
    if (extra.verdict === "unknown" && silent.includes(extra.line)) wrong.push(`${extra.line} is unknown: ${extra.message}`);
  }
  return wrong;
}
