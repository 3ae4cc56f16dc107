import type { TSESTree } from "@typescript-eslint/types";
import { type ParseResult, parseSync } from "oxc-parser";
import { isSql } from "../config/migration-files.js";
import type { Facts } from "../core/facts.js";
import { extract, type Parsed } from "../facts/extract.js";
import { extractSql } from "../facts/sql.js";
import type { ParseFailure } from "./result.js";

/**
 * The CLI's parser. `text` has no BOM. A `.js` file may hold JSX, as most tools allow, and types as Flow writes them
 * where TypeScript writes them the same; what only Flow has (`{| |}`, `(x: T)`, `import typeof`) is an error.
 */
export function parse(path: string, text: string): Parsed | ParseFailure {
  const result = run(path, text);
  const failure = failureOf(result);
  if (failure) return failure;
  return { program: result.program as unknown as TSESTree.Program, comments: result.comments as unknown as TSESTree.Comment[], text };
}

/** Whether a file parses, without the tree: handing that over costs more than parsing. */
export function syntaxError(path: string, text: string): ParseFailure | null {
  return failureOf(run(path, text));
}

/** The facts of a file, or why it has none. */
export function factsOf(path: string, text: string): Facts | ParseFailure {
  if (isSql(path)) return extractSql(text);
  const parsed = parse(path, text);
  if ("message" in parsed) return parsed;
  try {
    return extract(parsed);
  } catch (err) {
    // Thousands of calls or operators within each other, as generated code has them, are more than the stack holds.
    if (err instanceof RangeError) return { message: "the file is nested too deeply to be followed", start: 0 };
    throw err;
  }
}

function run(path: string, text: string): ParseResult {
  if (/\.[cm]?ts$/.test(path)) return parsedAs("ts", "module", path, text);
  const lang = path.endsWith(".tsx") ? "tsx" : "jsx";
  const result = inEitherSystem(lang, path, text);
  if (lang === "tsx" || failureOf(result) === null) return result;
  // Type parameters of an arrow function begin an element in TSX.
  return (["tsx", "ts"] as const).map((typed) => inEitherSystem(typed, path, text)).find((typed) => failureOf(typed) === null) ?? result;
}

type Language = "ts" | "tsx" | "jsx";

function inEitherSystem(lang: Language, path: string, text: string): ParseResult {
  const result = parsedAs(lang, "unambiguous", path, text);
  // Only in CommonJS, where a file is the body of a function, may its top level `return`.
  return failureOf(result)?.message.includes("'return' statement") === true && !result.module.hasModuleSyntax ? parsedAs(lang, "commonjs", path, text) : result;
}

function parsedAs(lang: Language, sourceType: "module" | "commonjs" | "unambiguous", path: string, text: string): ParseResult {
  return parseSync(path, text, { lang, astType: "ts", preserveParens: false, sourceType });
}

function failureOf(result: ParseResult): ParseFailure | null {
  const error = result.errors.find((e) => e.severity === "Error");
  return error ? { message: error.message, start: error.labels[0]?.start ?? 0 } : null;
}
