import { createRequire } from "node:module";
import type { ESLint, Linter } from "eslint";
import { DIRECTIVE } from "../rules/directives.js";
import { rules } from "../rules/index.js";
import { directiveRule, toEslintRule } from "./rule.js";

const { version } = createRequire(import.meta.url)("nobypass/package.json") as { version: string };

const plugin = {
  meta: { name: "nobypass", version, namespace: "nobypass" },
  rules: { ...Object.fromEntries(rules.map((rule) => [rule.name, toEslintRule(rule)])), [DIRECTIVE]: directiveRule },
} satisfies ESLint.Plugin;

/** Severity only decides how ESLint shows a finding; whether there is one, the nobypass config decides. */
function preset(name: "recommended" | "strict"): Linter.Config {
  const names = rules.filter((rule) => name === "strict" || rule.preset === "recommended").map((rule) => rule.name);
  return {
    name: `nobypass/${name}`,
    plugins: { nobypass: plugin },
    rules: Object.fromEntries([...names, DIRECTIVE].map((rule) => [`nobypass/${rule}`, "error"])),
  };
}

export const configs: { readonly recommended: Linter.Config; readonly strict: Linter.Config } = { recommended: preset("recommended"), strict: preset("strict") };

export default { ...plugin, configs };
