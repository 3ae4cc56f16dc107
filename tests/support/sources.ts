import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** Relative to the repository, POSIX. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written; a relative one as the path of the `.ts` file it means. */
  readonly to: string;
  readonly isOwn: boolean;
  /** `import type`, which leaves nothing at run time. An `import { type X }` still loads the module. */
  readonly typeOnly: boolean;
}

const LEFT_OUT = new Set(["node_modules", "dist", "coverage", ".git", ".cache"]);

/** All files of the repository below a folder, without what is installed or built. */
export function filesIn(folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** The project's own TypeScript: everything but the fixtures. */
export function sourceFiles(): SourceFile[] {
  return filesIn()
    .filter((path) => path.endsWith(".ts") && !path.startsWith("fixtures/"))
    .map((path) => {
      const text = textOf(path);
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (module: ts.Node | undefined, typeOnly: boolean): void => {
    if (module === undefined || !ts.isStringLiteralLike(module)) return;
    const isOwn = module.text.startsWith(".");
    found.push({ to: isOwn ? posix.join(dirname(path), module.text).replace(/\.js$/, ".ts") : module.text, isOwn, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === "require"))) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023));
  return found;
}
