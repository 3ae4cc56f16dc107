import * as tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import plugin from "../../eslint/index.js";
import { applyEdits } from "../../fixes/edit.js";
import { Lines } from "../../rules/directives.js";

/** What one host says of one place, in words that are equal for all hosts. */
export interface Said {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** The tier and title of the fix, and the whole text after it. */
  readonly fix?: { readonly tier: "safe" | "review"; readonly title?: string; readonly result: string };
}

export interface LintOptions {
  readonly cwd: string;
  readonly filename?: string;
  /** ESLint 9, for one. */
  readonly host?: typeof Linter;
  readonly config?: Linter.Config;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** As in a host that parses the linted file alone, and nothing for a plugin. */
  readonly parsesNoOthers?: true;
}

/** The strict preset of our plugin, with the parser that most projects would have for the file. */
export function lint(text: string, { cwd, filename, host = Linter, config = {}, settings = {}, parsesNoOthers }: LintOptions): Linter.LintMessage[] {
  const linter = new host({ cwd, configType: "flat" });
  const configs: Linter.Config[] = [{ files: ["**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}", "**/*>"], ...plugin.configs.strict, settings, languageOptions: languageFor(filename ?? "x.ts", text) }, config, ...(parsesNoOthers ? [{ languageOptions: { parser: onlyOf(text) } }] : [])];
  return linter.verify(text, configs, filename);
}

function onlyOf(text: string): Linter.Parser {
  // ESLint hands a first line `#!…` on as a comment.
  const own = text.replace(BOM, "").replace(/^#!/, "//");
  return {
    parseForESLint(given: string, options: tsParser.ParserOptions) {
      // ESLint makes a comment of `#!`.
      if (given.slice(2) !== own.slice(2)) throw new Error("parses one file alone");
      return tsParser.parseForESLint(given, options);
    },
  } as unknown as Linter.Parser;
}

function languageFor(filename: string, text: string): Linter.LanguageOptions {
  if (!/\.[cm]?jsx?$/.test(filename)) return { parser: tsParser as unknown as Linter.Parser };
  const sourceType = /^(?:import|export)\b/m.test(text) ? "module" : "commonjs";
  return { sourceType, parserOptions: { ecmaFeatures: { jsx: true } } };
}

const BOM = /^\uFEFF/;

/** Messages as offsets of the text without its BOM. What is not ours (a parse error, an unused directive) is none of these. */
export function said(text: string, messages: readonly Linter.LintMessage[]): Said[] {
  const bare = text.replace(BOM, "");
  const starts = lineStarts(bare);
  const at = (line: number, column: number): number => (starts[line - 1] ?? NaN) + column - 1;
  return messages.map((m): Said => {
    if (m.ruleId?.startsWith("nobypass/") !== true) throw new Error(`not ours: ${m.ruleId ?? ""} ${m.message} (line ${m.line})`);
    const change = m.fix ?? m.suggestions?.[0]?.fix;
    return {
      rule: m.ruleId.slice("nobypass/".length),
      start: at(m.line, m.column),
      end: at(m.endLine ?? m.line, m.endColumn ?? m.column),
      message: m.message,
      ...(change && {
        fix: {
          tier: m.fix ? ("safe" as const) : ("review" as const),
          ...(m.suggestions?.[0] && { title: m.suggestions[0].desc }),
          result: applyEdits(bare, [{ start: change.range[0], end: change.range[1], text: change.text }]),
        },
      }),
    };
  });
}

function lineStarts(text: string): number[] {
  const lines = new Lines(text);
  const starts = [0];
  for (let i = 1; i <= text.length; i++) if (lines.of(i) > starts.length) starts.push(i);
  return starts;
}

/** In the order of places, so that two hosts can be compared. */
export const sorted = <T extends Said>(all: readonly T[]): T[] =>
  [...all].sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0) || (a.message < b.message ? -1 : 1));
