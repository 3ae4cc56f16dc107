import { sourcesOfBuilt, SOURCE_EXTENSIONS } from "./built-from.js";
import { globRegExp, type PathTest } from "./glob.js";
import type { PackageInfo } from "./package-json.js";
import { exportsMap, leaves } from "./resolve.js";

/**
 * Which files (relative to the module's folder) are its public entry: what `exports` or `main` of its package.json point at, or are
 * built from; else its index, in the folder itself or, for a package, in `src/`.
 */
export function entryTest(pkg: PackageInfo | undefined): PathTest {
  const exported = pkg?.exports === undefined || pkg.exports === null ? pkg?.main : Object.values(exportsMap(pkg.exports)).flatMap(leaves);
  const sources = (exported ?? []).filter((target) => /\.[cm]?[jt]sx?$|\*$/.test(target)).flatMap(sourcesOfBuilt);
  if (sources.length === 0) {
    const index = new Set(["", ...(pkg ? ["src/"] : [])].flatMap((dir) => SOURCE_EXTENSIONS.map((e) => `${dir}index${e}`)));
    return (path) => index.has(path);
  }
  const files = new Set(sources);
  // The star of `exports` spans folders: `./*` lets everything through.
  const patterns = sources.filter((s) => s.includes("*")).map((s) => globRegExp(`{${s.replace("*", "**/*")},${s}}`));
  return (path) => files.has(path) || patterns.some((re) => re.test(path));
}
