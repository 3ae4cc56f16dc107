import { describe, expect, it } from "vitest";
import type { Judgement } from "../core/finding.js";
import { applyEdits } from "../fixes/edit.js";
import bypass from "../rules/bypass.js";
import missingTimeout from "../rules/missing-timeout.js";
import stringSql from "../rules/string-sql.js";
import unvalidatedInput from "../rules/unvalidated-input.js";
import { casesOf } from "./support/fixtures.js";
import { judgeText } from "./support/judge-file.js";

/** What two rules find at one place is one site, which one edit mends: the same for both, or one that the other can stand beside. */
const PAIRS = [[missingTimeout, bypass], [stringSql, unvalidatedInput]];
const both = PAIRS.flatMap((pair) => pair.map(({ name }) => ({ name, pair })));

describe.each(both)("both rules over the fixtures of $name", async ({ name, pair }) => {
  const cases = await casesOf(name);
  it.each(cases.map((c) => [c.name, c] as const))("%s", (_, c) => {
    for (const file of c.files) {
      const judged = (text: string): readonly Judgement[] => pair.flatMap((rule) => judgeText(rule, c, file.path, text).filter((j) => j.verdict === "found"));
      const text = file.text.replace(/^\uFEFF/, "");
      const found = judged(text);
      const editsOf = (j: Judgement) => {
        const fix = j.fix?.();
        return fix && fix.tier !== "manual" ? fix.edits : [];
      };
      for (const one of found) {
        const other = found.find((j) => j.rule !== one.rule && j.start === one.start && j.end === one.end);
        if (other && editsOf(other).length > 0 && editsOf(one).length > 0) expect(editsOf(other)).toEqual(editsOf(one));
      }
      const fixed = applyEdits(text, found.flatMap(editsOf));
      expect(applyEdits(fixed, judged(fixed).flatMap(editsOf)), "a second time").toBe(fixed);
    }
  });
});
