/**
 * package.json points at what is built (`./dist/cli.js`); we see what is written (`src/cli.ts`). The folders that build
 * tools write to by default are undone here. A tsconfig with an unusual `outDir` is not asked: this runs for each file.
 */
const OUT = /^(?:dist|build|lib|out|output)\/(?:(?:esm|cjs|es|mjs|module|commonjs|node|types)\/)?/;
/** Where the sources of `dist/index.js` lie; `lib/` is as often what is built. */
const SOURCES = ["src/", "lib/"];
const EXTENSION = /(?:\.d)?\.[cm]?[jt]sx?$/;
export const SOURCE_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"] as const;

/** Does a target of a package.json lie where build tools write to? Then it may be missing until somebody builds. */
export const isBuiltPath = (target: string): boolean => OUT.test(target.replace(/^(?:\.\/)+/, ""));

/** Paths, relative to the package, that a target of its package.json may be built from; the target itself is one of them. */
export function sourcesOfBuilt(target: string): string[] {
  const path = target.replace(/^(?:\.\/)+/, "");
  const stem = path.replace(EXTENSION, "");
  const inner = stem.replace(OUT, "");
  const stems = inner === stem ? [stem] : [stem, inner, ...(inner.startsWith("src/") ? [] : SOURCES.filter((dir) => !stem.startsWith(dir)).map((dir) => dir + inner))];
  return [path, ...stems.flatMap((s) => SOURCE_EXTENSIONS.map((e) => s + e))];
}
