import type { Fix } from "../../core/finding.js";
import type { Rule } from "../../core/rule.js";
import { isSourceFile } from "../../config/source-file.js";
import { makeFixes, type Wanted } from "../../fixes/transaction.js";
import type { FixtureCase } from "./fixtures.js";
import { judgeText, type Texts } from "./judge-file.js";

export interface FixedTexts {
  readonly titles: readonly string[];
  readonly texts: Texts;
  /** Is there nothing left to fix? */
  readonly isStable: boolean;
}

/** All fixes of one rule in all files of a case, made together, as often as there are some that others stood in the way of. */
export function fixTree(rule: Rule, c: FixtureCase, before: Texts): FixedTexts {
  let texts = before;
  const titles: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const wanted = wantedIn(rule, c, texts);
    if (turn === 0) titles.push(...wanted.map(({ fix }) => fix.title));
    const made = makeFixes(wanted, (path) => texts.get(path) ?? null);
    texts = new Map([...texts, ...made.texts]);
    if (made.left.length === 0) break;
  }
  return { titles, texts, isStable: wantedIn(rule, c, texts).length === 0 };
}

function wantedIn(rule: Rule, c: FixtureCase, texts: Texts): Wanted[] {
  return [...texts].filter(([path]) => isSourceFile(path.slice(path.lastIndexOf("/") + 1))).flatMap(([file, text]) => judgeText(rule, c, file, text, texts).flatMap((j): Wanted[] => {
    const fix: Fix | null = j.verdict === "found" ? (j.fix?.() ?? null) : null;
    return fix && fix.tier !== "manual" ? [{ file, fix }] : [];
  }));
}
