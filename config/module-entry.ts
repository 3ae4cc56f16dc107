import { isBuiltPath, sourcesOfBuilt, SOURCE_EXTENSIONS } from "./built-from.js";
import { isFile, readText } from "./disk.js";
import { globRegExp, type PathTest } from "./glob.js";
import type { PackageInfo } from "./package-json.js";
import { exportsMap, leaves } from "./resolve.js";

/**
 * Which files (relative to the module's folder) are its public entry: what `exports` or `main` of its package.json point at, or are
 * built from; else its index, in the folder itself or in its `src/`.
 */
export function entryTest(pkg: PackageInfo | undefined): PathTest {
  const map = pkg?.exports === undefined || pkg.exports === null ? undefined : exportsMap(pkg.exports);
  const sources = sourcesOf(map === undefined ? (pkg?.main ?? []) : Object.values(map).flatMap(leaves));
  if (sources.length === 0) {
    const index = new Set(["", "src/"].flatMap((dir) => SOURCE_EXTENSIONS.map((e) => `${dir}index${e}`)));
    return (path) => index.has(path);
  }
  const files = new Set(sources);
  const patterns = starred(sources);
  const forbidden = starred(sourcesOf(map === undefined ? [] : forbiddenTargets(map)));
  return (path) => files.has(path) || (patterns.some((re) => re.test(path)) && !forbidden.some((re) => re.test(path)));
}

/**
 * Does a module have an entry at all? What `exports` names, or `main` among what is built, has been declared, whether or not we find
 * the source. An index that holds nothing (`export {};`) is none: its package is made to be imported file by file.
 */
export function hasEntry(pkg: PackageInfo | undefined, dir: string): boolean {
  if (pkg?.exports !== undefined && pkg.exports !== null) return true;
  const main = pkg?.main ?? [];
  const found = main.flatMap((target) => sourcesOfBuilt(target).map((path) => `${dir}/${path}`).find(isFile) ?? []);
  if (found.length === 0 && main.some(isBuiltPath)) return true;
  const files = found.length > 0 ? found : ["", "src/"].flatMap((sub) => SOURCE_EXTENSIONS.map((e) => `${dir}/${sub}index${e}`)).filter(isFile);
  return files.some(isNotEmpty);
}

function isNotEmpty(file: string): boolean {
  const code = readText(file).replace(/\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*/g, "");
  return !/^\uFEFF?\s*export\s*\{\s*\}\s*;?\s*$/.test(code);
}

const sourcesOf = (targets: readonly string[]): string[] => targets.filter((target) => /\.[cm]?[jt]sx?$|\*$/.test(target)).flatMap(sourcesOfBuilt);

/** The star of `exports` spans folders: `./*` lets everything through. */
const starred = (sources: readonly string[]): RegExp[] => sources.filter((s) => s.includes("*")).map((s) => globRegExp(`{${s.replace("*", "**/*")},${s}}`));

/** Where the wider patterns would lead what `"./internal/*": null` forbids. */
function forbiddenTargets(map: Readonly<Record<string, unknown>>): string[] {
  const wider = Object.entries(map).filter(([key, target]) => key.includes("*") && leaves(target).length > 0);
  const closed = Object.keys(map).filter((key) => leaves(map[key]).length === 0);
  return closed.flatMap((key) =>
    wider.flatMap(([pattern, target]) => {
      const [head = "", tail = ""] = pattern.split("*");
      if (!key.startsWith(head) || !key.endsWith(tail)) return [];
      const inner = key.slice(head.length, key.length - tail.length);
      return leaves(target).map((path) => path.replace("*", () => inner));
    }),
  );
}
