import type ts from "typescript";
import { entriesOf, exists, isFile, readText, realPath, statOf } from "../../config/disk.js";
import { isInside, toPosix } from "../../config/path.js";
import { listAt } from "../../core/lists.js";
import { ImportsThatMatter } from "./imports-that-matter.js";
import type { Question, Scope } from "./oracle.js";

/** Where the compiler is told that its own declarations lie; they come with it, not from the disk. */
const LIBRARY = "/node_modules/typescript/lib";

/** The text of one of the compiler's own declarations. */
export type LibraryText = (path: string) => string | undefined;

/**
 * What the compiler reads the project through. Everything is read where a run's outcome learns of it, and nothing is written. A
 * program for a few questions costs what it has to read, so imports that decide none of them lead nowhere.
 */
export function compilerHost(compiler: typeof ts, options: ts.CompilerOptions, { root }: Scope, questions: readonly Question[], library: LibraryText): ts.CompilerHost {
  const asked = new Map<string, Question[]>();
  for (const question of questions) listAt(asked, `${root}/${question.path}`).push(question);
  const read = (path: string): string | undefined => (path.startsWith(`${LIBRARY}/`) ? library(path) : isFile(path) ? readText(path).replace(/^\uFEFF/, "") : undefined);
  const canonical = (path: string): string => path;
  const resolved = compiler.createModuleResolutionCache(root, canonical, options);
  const host: ts.CompilerHost = {
    // What comments say is of no type, but in JavaScript.
    jsDocParsingMode: compiler.JSDocParsingMode.ParseForTypeInfo,
    getSourceFile: (path, languageVersion) => {
      const text = read(path);
      return text === undefined ? undefined : compiler.createSourceFile(path, text, languageVersion);
    },
    getDefaultLibLocation: () => LIBRARY,
    getDefaultLibFileName: (of) => `${LIBRARY}/${withoutBrowser(compiler.getDefaultLibFileName(of))}`,
    getCurrentDirectory: () => root,
    getCanonicalFileName: canonical,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
    readFile: read,
    fileExists: isFile,
    directoryExists: (path) => statOf(path)?.isDirectory() ?? false,
    getDirectories: (path) => (exists(path) ? entriesOf(path).flatMap((e) => (e.isDirectory() ? [e.name] : [])) : []),
    realpath: (path) => (exists(path) ? toPosix(realPath(path)) : path),
    resolveModuleNameLiterals: (paths, from, redirected, of, source) => paths.map((path) => (matter().has(from, path.text) ? resolve(path, source, redirected, of) : { resolvedModule: undefined })),
  };
  const resolve = (path: ts.StringLiteralLike, source: ts.SourceFile, redirected: ts.ResolvedProjectReference | undefined, of: ts.CompilerOptions): ts.ResolvedModuleWithFailedLookupLocations =>
    compiler.resolveModuleName(path.text, source.fileName, of, host, resolved, redirected, compiler.getModeForUsageLocation(source, path, of));
  let known: ImportsThatMatter | undefined;
  const matter = (): ImportsThatMatter =>
    (known ??= new ImportsThatMatter(
      compiler,
      {
        source: (path) => {
          const text = isInside(root, path) && !path.includes("/node_modules/") && !path.endsWith(".json") ? read(path) : undefined;
          if (text === undefined) return null;
          const impliedNodeFormat = compiler.getImpliedNodeFormatForFile(path, resolved.getPackageJsonInfoCache(), host, options);
          return compiler.createSourceFile(path, text, { languageVersion: compiler.ScriptTarget.Latest, impliedNodeFormat }, true);
        },
        resolve: (source, path) => resolve(path, source, undefined, options).resolvedModule?.resolvedFileName ?? null,
        isAsked: (path, start, end) => asked.get(path)?.some((q) => q.start >= start && q.end <= end) === true,
      },
      asked.keys(),
    ));
  return host;
}

/** A project that does not say which libraries it uses is given a browser's too: a third of all that is read, and a server's globals are @types/node's. */
const withoutBrowser = (library: string): string => (library === "lib.d.ts" ? "lib.es5.d.ts" : library === "lib.es6.d.ts" ? "lib.es2015.d.ts" : library.replace(".full.", "."));
