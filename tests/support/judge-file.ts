import { Catalog } from "../../catalog/catalog.js";
import { libraries } from "../../catalog/index.js";
import { findProject } from "../../config/project.js";
import { roleOf } from "../../config/roles.js";
import type { Judgement } from "../../core/finding.js";
import type { OtherFiles, Rule } from "../../core/rule.js";
import { View } from "../../analyzers/view.js";
import { factsOf } from "../../engine/parse.js";
import { judge } from "../../rules/judge.js";
import { Relevance } from "../../rules/relevance.js";
import { settingsOf } from "../../rules/settings.js";
import type { FixtureCase } from "./fixtures.js";

export const catalog = new Catalog(libraries);

/** The texts of a case's files by their paths, without BOMs. */
export type Texts = ReadonlyMap<string, string>;

/** Judges one text of a case by one rule, as the CLI's engine does with a single file; `texts` are the files beside it, for fixes. */
export function judgeText(rule: Rule, c: Pick<FixtureCase, "root" | "loaded">, path: string, text: string, texts: Texts = new Map()): Judgement[] {
  return judgeTextBy([rule], c, path, text, texts).flatMap(({ judgements }) => judgements);
}

/** The same for several rules, which share the file's facts as they do on every surface. */
export function judgeTextBy(
  rules: readonly Rule[],
  c: Pick<FixtureCase, "root" | "loaded">,
  path: string,
  text: string,
  texts: Texts = new Map(),
): { readonly rule: Rule; readonly judgements: Judgement[] }[] {
  const facts = factsOf(path, text);
  if ("message" in facts) throw new Error(`${path} does not parse: ${facts.message}`);
  const project = findProject(c.loaded);
  const settings = settingsOf({ loaded: c.loaded, project, catalog, pipelineResolves: true });
  const viewOf = (at: string, of: string): View => new View(at === path ? facts : (factsOf(at, of) as typeof facts), of, at, roleOf(at, of.slice(0, 2048), project, c.loaded.config), settings, others);
  const others: OtherFiles = {
    text: (at) => texts.get(at) ?? null,
    view: (at) => (texts.has(at) ? viewOf(at, texts.get(at) as string) : null),
    isFree: (at) => texts.size > 0 && !texts.has(at),
  };
  // As on every surface: a rule that finds nothing worth a look in the text does not run.
  const relevance = new Relevance(text, path, settings);
  const view = viewOf(path, text);
  return rules.map((rule) => ({ rule, judgements: relevance.has(rule) ? judge(rule, view) : [] }));
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i++) if (text[i] === "\n") line++;
  return line;
}
