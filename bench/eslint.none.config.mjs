import parser from "@typescript-eslint/parser";

export default [{ files: ["**/*.ts"], languageOptions: { parser }, linterOptions: { reportUnusedDisableDirectives: "off" } }];
