import { createRequire } from "node:module";
import type { Linter, Rule as EslintRule } from "eslint";
import { DIRECTIVE } from "../rules/directives.js";
import { rules } from "../rules/index.js";
import { directiveRule, toEslintRule } from "./rule.js";

const { version } = createRequire(import.meta.url)("nobypass/package.json") as { version: string };

// Spelled out, not `ESLint.Plugin`: what users write is checked against these names, under ESLint 9's types and under 10's.
interface Plugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly rules: Record<string, EslintRule.RuleModule>;
  readonly configs: { readonly recommended: Linter.Config; readonly strict: Linter.Config };
}

const plugin: Omit<Plugin, "configs"> = {
  meta: { name: "nobypass", version, namespace: "nobypass" },
  rules: { ...Object.fromEntries(rules.map((rule) => [rule.name, toEslintRule(rule)])), [DIRECTIVE]: directiveRule },
};

/** Severity only decides how ESLint shows a finding; whether there is one, the nobypass config decides. */
function preset(name: "recommended" | "strict"): Linter.Config {
  const names = rules.filter((rule) => name === "strict" || rule.preset === "recommended").map((rule) => rule.name);
  return {
    name: `nobypass/${name}`,
    plugins: { nobypass: plugin },
    rules: Object.fromEntries([...names, DIRECTIVE].map((rule) => [`nobypass/${rule}`, "error"])),
  };
}

export const configs: Plugin["configs"] = { recommended: preset("recommended"), strict: preset("strict") };

const withConfigs: Plugin = { ...plugin, configs };
export default withConfigs;
