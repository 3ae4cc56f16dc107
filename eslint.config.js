import parser from "@typescript-eslint/parser";
import nobypass from "nobypass/eslint";

export default [
  { ignores: ["**/dist/", "fixtures/", "node_modules/", "coverage/"] },
  {
    files: ["**/*.ts", "**/*.js", "**/*.mjs"],
    languageOptions: { parser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-constant-condition": "error",
      "no-control-regex": "error",
      "no-debugger": "error",
      "no-dupe-else-if": "error",
      "no-duplicate-imports": ["error", { allowSeparateTypeImports: true }],
      "no-empty": "error",
      "no-fallthrough": "error",
      "no-self-assign": "error",
      "no-unreachable": "error",
      "no-unsafe-finally": "error",
      "no-useless-catch": "error",
      "no-useless-escape": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  nobypass.configs.recommended,
];
