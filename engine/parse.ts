import type { TSESTree } from "@typescript-eslint/types";
import { parseSync } from "oxc-parser";
import type { Parsed } from "../facts/extract.js";

export interface ParseFailure {
  readonly message: string;
  readonly start: number;
}

/** The CLI's parser. `text` has no BOM. A `.js` file may hold JSX, as most tools allow. */
export function parse(path: string, text: string): Parsed | ParseFailure {
  const lang = languageOf(path);
  const result = parseSync(path, text, { lang, astType: "ts", preserveParens: false, sourceType: /\.[cm]?ts$/.test(path) ? "module" : "unambiguous" });
  const error = result.errors.find((e) => e.severity === "Error");
  if (error) return { message: error.message, start: error.labels[0]?.start ?? 0 };
  return { program: result.program as unknown as TSESTree.Program, comments: result.comments as unknown as TSESTree.Comment[], text };
}

function languageOf(path: string): "ts" | "tsx" | "js" | "jsx" {
  if (path.endsWith(".tsx")) return "tsx";
  if (/\.[cm]?ts$/.test(path)) return "ts";
  return "jsx";
}
