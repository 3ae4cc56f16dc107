import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The package as it will be shipped, at `node_modules/nobypass` of a fresh folder: each module compiled by itself, which
 * `isolatedModules` and `verbatimModuleSyntax` make equal to what `npm run build` writes, and never older than the source.
 */
export function builtPackage(): { readonly dir: string; readonly plugin: string; remove(): void } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "nobypass-built-")));
  const root = join(dir, "node_modules/nobypass");
  const { include } = JSON.parse(readFileSync(join(repository, "tsconfig.build.json"), "utf8")) as { readonly include: readonly string[] };
  const files = include.flatMap((entry) => (entry.endsWith(".ts") ? [entry] : readdirSync(join(repository, entry), { recursive: true, encoding: "utf8" }).map((file) => join(entry, file))));
  for (const file of files.filter((f) => f.endsWith(".ts") && !f.endsWith(".test.ts"))) {
    const target = join(root, "dist", file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, ts.transpileModule(readFileSync(join(repository, file), "utf8"), { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true } }).outputText);
  }
  writeFileSync(join(root, "package.json"), readFileSync(join(repository, "package.json")));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  return { dir, plugin: join(root, "dist/eslint/index.js"), remove: () => rmSync(dir, { recursive: true, force: true }) };
}
