import { describe, expect, it } from "vitest";
import type { Judgement } from "../core/finding.js";
import type { Rule } from "../core/rule.js";
import { applyEdits } from "../fixes/edit.js";
import { rules } from "../rules/index.js";
import { casesOf, fixedTreeOf, type FixtureCase } from "./support/fixtures.js";
import { fixTree } from "./support/fix-tree.js";
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

const fixesOf = (judgements: readonly Judgement[]) =>
  judgements.flatMap((j) => {
    const fix = j.verdict === "found" ? j.fix?.() : null;
    return fix && fix.tier !== "manual" ? [fix] : [];
  });

/** Without semicolons and line ends: where they stand is what ways of writing are about. */
const words = (text: string): string[] => tokensOf(text).map((t) => t.value.replace(/\s+/g, " ")).filter((v) => v !== ";");

type Fixed = { readonly titles: string; readonly texts: ReadonlyMap<string, string>; readonly isStable: boolean };

/** Which fixes are offered, and what they write. */
function fixed(rule: Rule, c: FixtureCase, texts: ReadonlyMap<string, string>): Fixed {
  if (texts.size > 1) {
    const made = fixTree(rule, c, texts);
    return { ...made, titles: titlesOf(made.titles) };
  }
  const [[path, text] = ["", ""]] = texts;
  const fixes = fixesOf(judgeText(rule, c, path, text));
  const result = applyEdits(text, fixes.flatMap((fix) => fix.edits));
  return { titles: titlesOf(fixes.map((fix) => fix.title)), texts: new Map([[path, result]]), isStable: fixesOf(judgeText(rule, c, path, result)).length === 0 };
}

const titlesOf = (titles: readonly string[]): string => titles.join("\n").replace(/\/\*<\d+>\*\//g, "");
const SOURCE = /\.[cm]?[jt]sx?$/;

function wrongWith(way: string, rewrite: (text: string) => string, rule: Rule, c: FixtureCase, originals: ReadonlyMap<string, string>): string[] {
  const plain = fixed(rule, c, originals);
  const written = new Map([...originals].map(([path, text]) => [path, SOURCE.test(path) ? rewrite(text).replace(BOM, "") : text] as const));
  const ours = fixed(rule, c, written);
  // A fix that would lose a comment is not offered, or another one in its place.
  const isWhole = way !== COMMENTS || ours.titles === plain.titles;
  const wrong: string[] = [];
  if (ours.titles !== plain.titles && isWhole) wrong.push(`other fixes: ${ours.titles} instead of ${plain.titles}`);
  if (plain.isStable && !ours.isStable) wrong.push("fixing it again changes it again");
  for (const [path, made] of ours.texts) if (SOURCE.test(path)) wrong.push(...wrongText(way, made, plain.texts.get(path), written.get(path) ?? "", isWhole).map((w) => (originals.size > 1 ? `${path}: ${w}` : w)));
  return wrong;
}

function wrongText(way: string, made: string, wantedText: string | undefined, text: string, isWhole: boolean): string[] {
  const wrong: string[] = [];
  try {
    const [got, wanted] = [words(made), words(wantedText ?? "")];
    const at = wanted.findIndex((word, i) => word !== got[i]);
    if (isWhole && at !== -1) wrong.push(`other words: … ${got.slice(Math.max(at - 3, 0), at + 6).join(" ")} … instead of … ${wanted.slice(Math.max(at - 3, 0), at + 6).join(" ")} …`);
  } catch (error) {
    return [`does not parse: ${String(error)}`];
  }
  const lost = (text.match(COMMENT) ?? []).filter((comment) => !made.includes(comment));
  if (lost.length > 0) wrong.push(`comments are lost: ${lost.map((c) => text.slice(text.indexOf(c) - 20, text.indexOf(c) + 30)).join(" | ")}`);
  if (way === "CRLF" && /(?<!\r)\n/.test(made)) wrong.push("a line ends otherwise than the others");
  // What is created follows the file that asks for it, which may have no line that begins with anything.
  if (way === "tabs" && text !== "" && /^ +\S/m.test(made) && !/^ +\S/m.test(text)) wrong.push("a line begins with spaces");
  // But before a line that would go on with it.
  if (way === "no semicolons" && /;[^\S\n]*$(?!\s*(?:\/\/[^\n]*\s*)*[([`])/m.test(made) && !/;\s*$/m.test(text)) wrong.push("a semicolon where there are none");
  return wrong;
}

for (const rule of rules) {
  const cases = await casesOf(rule.name);
  const tortured = cases.flatMap((c): (readonly [string, FixtureCase, ReadonlyMap<string, string>])[] => {
    const tree = fixedTreeOf(c);
    if (tree !== null) return [[c.name, c, tree.before]];
    return c.files.filter((f) => f.golden !== undefined && !f.isGolden && !/(?:x|\.sql)$/.test(f.path)).map((f) => [`${c.name}/${f.path}`, c, new Map([[f.path, f.text.replace(BOM, "")]])]);
  });
  if (tortured.length === 0) continue;
  describe(`the fixes of ${rule.name}`, () => {
    it.each(WAYS)("hold under %s", (way, rewrite) => {
      expect(tortured.flatMap(([name, c, texts]) => wrongWith(way, rewrite, rule, c, texts).map((w) => `${name}: ${w}`))).toEqual([]);
    });
  });
}
