import type { Rule } from "../../core/rule.js";
import { docsAddress } from "../own-package.js";

/** A rule as SARIF describes it. What is no rule of the list (a fault in a directive) has its name alone. */
export function ruleDescriptor(name: string, rule: Rule | undefined): object {
  if (rule === undefined) return { id: name };
  const address = docsAddress(name);
  return {
    id: name,
    shortDescription: { text: sentence(rule.finds) },
    fullDescription: { text: rule.why },
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    ...(address === undefined ? {} : { helpUri: address }),
    defaultConfiguration: { level: "error" },
    properties: { tags: [rule.promise], promise: rule.promise, preset: rule.preset },
  };
}

const helpText = (rule: Rule): string =>
  [`${sentence(rule.finds)} ${rule.why}`, ...(rule.fine.length === 0 ? [] : [`Fine: ${rule.fine.join("; ")}.`]), fixText(rule)].join("\n\n");

const helpMarkdown = (rule: Rule): string =>
  [`**${sentence(rule.finds)}** ${rule.why}`, ...(rule.fine.length === 0 ? [] : [`Fine:\n${rule.fine.map((f) => `- ${f}`).join("\n")}`]), fixText(rule)].join("\n\n");

const fixText = (rule: Rule): string => `${rule.fix === "none" ? "No automatic fix." : `Fix: ${rule.fix}.`}${rule.fixNote === "" ? "" : ` ${rule.fixNote}`}`;

const sentence = (phrase: string): string => `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
