import { describe, expect, it } from "vitest";
import type { Judgement } from "../core/finding.js";
import { applyEdits } from "../fixes/edit.js";
import { rules } from "../rules/index.js";
import { casesOf, type FixtureCase, type FixtureFile } from "./support/fixtures.js";
import { judgeText } from "./support/judge-file.js";
import { COMMENT, tokensOf, withBom, withComments, withCrlf, withoutSemicolons, withTabs } from "./support/torture.js";

/** Every golden once more, with its text written otherwise: what a fix writes may not hang on how the code is laid out. */
const BOM = /^\uFEFF/;

const COMMENTS = "comments between all tokens";

const WAYS: readonly (readonly [string, (text: string) => string])[] = [
  [COMMENTS, withComments],
  ["CRLF", withCrlf],
  ["tabs", withTabs],
  ["no semicolons", withoutSemicolons],
  ["a BOM", withBom],
];

type Judge = (text: string) => readonly Judgement[];

const fixesOf = (judgements: readonly Judgement[]) =>
  judgements.flatMap((j) => {
    const fix = j.verdict === "found" ? j.fix?.() : null;
    return fix && fix.tier !== "manual" ? [fix] : [];
  });

/** Without semicolons and line ends: where they stand is what ways of writing are about. */
const words = (text: string): string[] => tokensOf(text).map((t) => t.value.replace(/\s+/g, " ")).filter((v) => v !== ";");

/** Which fixes are offered, and what they write. */
function fixed(text: string, judged: Judge): { readonly titles: string; readonly text: string; readonly isStable: boolean } {
  const fixes = fixesOf(judged(text));
  const result = applyEdits(text, fixes.flatMap((fix) => fix.edits));
  return { titles: fixes.map((fix) => fix.title.replace(/\/\*<\d+>\*\//g, "")).join("\n"), text: result, isStable: fixesOf(judged(result)).length === 0 };
}

function wrongWith(way: string, written: string, original: string, judged: Judge): string[] {
  const plain = fixed(original, judged);
  const text = written.replace(BOM, "");
  const ours = fixed(text, judged);
  const wrong: string[] = [];
  try {
    const [got, wanted] = [words(ours.text), words(plain.text)];
    const at = wanted.findIndex((word, i) => word !== got[i]);
    // A fix that would lose a comment is not offered, or another one in its place.
    const isWhole = way !== COMMENTS || ours.titles === plain.titles;
    if (ours.titles !== plain.titles && isWhole) wrong.push(`other fixes: ${ours.titles} instead of ${plain.titles}`);
    else if (isWhole && at !== -1) wrong.push(`other words: … ${got.slice(Math.max(at - 3, 0), at + 6).join(" ")} … instead of … ${wanted.slice(Math.max(at - 3, 0), at + 6).join(" ")} …`);
  } catch (error) {
    return [`does not parse: ${String(error)}`];
  }
  if (plain.isStable && !ours.isStable) wrong.push("fixing it again changes it again");
  const lost = (text.match(COMMENT) ?? []).filter((comment) => !ours.text.includes(comment));
  if (lost.length > 0) wrong.push(`comments are lost: ${lost.map((c) => text.slice(text.indexOf(c) - 20, text.indexOf(c) + 30)).join(" | ")}`);
  if (way === "CRLF" && /(?<!\r)\n/.test(ours.text)) wrong.push("a line ends otherwise than the others");
  if (way === "tabs" && /^ +\S/m.test(ours.text) && !/^ +\S/m.test(text)) wrong.push("a line begins with spaces");
  if (way === "no semicolons" && /;\s*$/m.test(ours.text) && !/;\s*$/m.test(text)) wrong.push("a semicolon where there are none");
  return wrong;
}

for (const rule of rules) {
  const cases = await casesOf(rule.name);
  const golden = cases.flatMap((c): (readonly [string, FixtureCase, FixtureFile])[] => c.files.filter((f) => f.golden !== undefined && !f.isGolden && !/x$/.test(f.path)).map((f) => [`${c.name}/${f.path}`, c, f]));
  if (golden.length === 0) continue;
  describe(`the fixes of ${rule.name}`, () => {
    it.each(WAYS)("hold under %s", (way, rewrite) => {
      const wrong = golden.flatMap(([name, c, f]) => wrongWith(way, rewrite(f.text.replace(BOM, "")), f.text.replace(BOM, ""), (text) => judgeText(rule, c, f.path, text)).map((w) => `${name}: ${w}`));
      expect(wrong).toEqual([]);
    });
  });
}
