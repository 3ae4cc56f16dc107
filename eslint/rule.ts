import type { Rule as EslintRule } from "eslint";
import type { Edit, Judgement } from "../core/finding.js";
import type { Rule } from "../core/rule.js";
import { DIRECTIVE } from "../rules/directives.js";
import { judge } from "../rules/judge.js";
import { close, linted, type LintedFile, NOTHING } from "./file.js";

const DOCS = "https://github.com/nobypass/nobypass/blob/main/docs";

/** One of our rules as an ESLint rule. It takes no options: the config is the command line's. */
export function toEslintRule(rule: Rule): EslintRule.RuleModule {
  return {
    meta: {
      type: "problem",
      docs: { description: rule.finds, url: `${DOCS}/rules/${rule.name}.md`, recommended: rule.preset === "recommended" },
      ...(rule.fix !== "none" && { fixable: "code" as const, hasSuggestions: true }),
      schema: [],
      messages: { found: "{{message}}", fix: "{{title}}" },
    },
    create: (context) => ({
      Program() {
        const file = usable(context, rule.name);
        if (!file?.judging.has(rule) || rule.looksFor.aloneWith?.(file.view) === false) return;
        for (const judgement of judge(rule, file.view, "found")) {
          if (!file.suppressions.suppresses(judgement)) report(context, file, judgement);
        }
      },
      "Program:exit": close,
    }),
  };
}

/** The faults of our own directives: a comment that suppresses nothing must not pass for one that does. */
export const directiveRule: EslintRule.RuleModule = {
  meta: {
    type: "problem",
    docs: { description: "directives without a reason, with an unknown rule, or past their date", url: `${DOCS}/suppressing.md`, recommended: true },
    schema: [],
    messages: { found: "{{message}}" },
  },
  create: (context) => ({
    Program() {
      const { sourceCode } = context;
      for (const { start, end, message } of usable(context, DIRECTIVE)?.suppressions.faults ?? []) {
        context.report({ loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) }, messageId: "found", data: { message } });
      }
    },
    "Program:exit": close,
  }),
};

/** The file, if it can be judged; why it cannot is reported by the first rule that asks. */
function usable(context: EslintRule.RuleContext, rule: string): LintedFile | null {
  const file = linted(context);
  if (file === NOTHING) return null;
  if (!("problem" in file)) return file;
  file.reportedBy ??= rule;
  if (file.reportedBy === rule) context.report({ loc: { line: 1, column: 0 }, messageId: "found", data: { message: file.problem } });
  return null;
}

function report(context: EslintRule.RuleContext, file: LintedFile, judgement: Judgement): void {
  const { sourceCode } = context;
  const loc = { start: sourceCode.getLocFromIndex(judgement.start), end: sourceCode.getLocFromIndex(judgement.end) };
  const fix = judgement.fix?.() ?? null;
  // ESLint edits one file: a fix that reaches further belongs to `nobypass fix`.
  const edits = fix !== null && fix.edits.every((e) => e.file === undefined || e.file === file.view.path) ? fix.edits : null;
  const apply = (fixer: EslintRule.RuleFixer): EslintRule.Fix[] => (edits ?? []).map((e: Edit) => fixer.replaceTextRange([e.start, e.end], e.text));
  context.report({
    loc,
    messageId: "found",
    data: { message: judgement.message },
    ...(edits !== null && fix?.tier === "safe" && { fix: apply }),
    ...(edits !== null && fix?.tier === "review" && { suggest: [{ messageId: "fix", data: { title: fix.title }, fix: apply }] }),
  });
}
