import { Catalog } from "../../catalog/catalog.js";
import { libraries } from "../../catalog/index.js";
import { findProject } from "../../config/project.js";
import { roleOf } from "../../config/roles.js";
import type { Judgement } from "../../core/finding.js";
import type { Rule } from "../../core/rule.js";
import { View } from "../../analyzers/view.js";
import { parse } from "../../engine/parse.js";
import { extract } from "../../facts/extract.js";
import { judge } from "../../rules/judge.js";
import { Relevance } from "../../rules/relevance.js";
import { settingsOf } from "../../rules/settings.js";
import type { FixtureCase } from "./fixtures.js";

export const catalog = new Catalog(libraries);

/** Judges one text of a case by one rule, as the CLI's engine does with a single file. */
export function judgeText(rule: Rule, c: Pick<FixtureCase, "root" | "loaded">, path: string, text: string): Judgement[] {
  const parsed = parse(path, text);
  if ("message" in parsed) throw new Error(`${path} does not parse: ${parsed.message}`);
  const project = findProject(c.loaded);
  const settings = settingsOf({ loaded: c.loaded, project, catalog, pipelineResolves: true });
  // As on every surface: a rule that finds nothing worth a look in the text does not run.
  if (!new Relevance(text, path, settings).has(rule)) return [];
  const view = new View(extract(parsed), text, path, roleOf(path, text.slice(0, 2048), project, c.loaded.config), settings);
  return judge(rule, view);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i++) if (text[i] === "\n") line++;
  return line;
}
