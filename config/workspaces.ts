import { entriesOf, readText } from "./disk.js";
import { globBase, globTest, isGlob } from "./glob.js";
import type { PackageInfo, PackageLookup } from "./package-json.js";

/** Patterns of workspace packages that the package.json and the pnpm-workspace.yaml in this folder declare: where somebody went over to pnpm, only one of them is kept up. */
export function workspaceGlobs(dir: string, packages: PackageLookup): readonly string[] {
  return [...new Set([...(packages.exactly(dir)?.workspaces ?? []), ...pnpmPackages(dir)])];
}

/** Does the workspace root `dir` count the package at `path` (relative to it) as its own? */
export const claims = (globs: readonly string[], path: string): boolean => exactTest(globs)(path);

/** The workspace packages below `dir`, in path order; where that is no workspace, those of the workspaces in its folders: `web/` beside code in other languages. */
export function workspacePackages(dir: string, packages: PackageLookup): readonly PackageInfo[] {
  const globs = workspaceGlobs(dir, packages);
  return globs.length > 0 ? claimedBy(globs, dir, packages) : folders(dir).sort().flatMap((name) => claimedBy(workspaceGlobs(`${dir}/${name}`, packages), `${dir}/${name}`, packages));
}

function claimedBy(globs: readonly string[], dir: string, packages: PackageLookup): readonly PackageInfo[] {
  if (globs.length === 0) return [];
  const test = exactTest(globs);
  const found = new Map<string, PackageInfo>();
  const visit = (path: string, deepest: number): void => {
    if (path !== "" && test(path)) {
      const info = packages.exactly(`${dir}/${path}`);
      if (info) found.set(path, info);
    }
    if (path.split("/").length >= deepest && path !== "") return;
    for (const child of folders(path === "" ? dir : `${dir}/${path}`)) visit(path === "" ? child : `${path}/${child}`, deepest);
  };
  for (const glob of globs) {
    if (glob.startsWith("!")) continue;
    const pattern = glob.replace(/^\.\//, "").replace(/\/+$/, "");
    // `a/**` may lie at any depth; ten is more than any workspace nests, and keeps a stray `**` off a whole disk.
    const base = isGlob(pattern) ? globBase(pattern) : pattern;
    visit(base === "." ? "" : base, pattern.includes("**") ? 10 : pattern.split("/").length);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, info]) => info);
}

/** A workspace pattern names the package folder itself, never what is in it (unlike our own globs). */
function exactTest(globs: readonly string[]): (path: string) => boolean {
  const clean = globs.map((g) => g.replace(/^(!?)\.\//, "$1").replace(/\/+$/, ""));
  const test = globTest(clean.filter((g) => isGlob(g)));
  const literal = new Set(clean.filter((g) => !isGlob(g)));
  return (path) => !literal.has(`!${path}`) && (literal.has(path) || test(path));
}

function folders(dir: string): string[] {
  try {
    return entriesOf(dir, "tree")
      .filter((e) => e.isDirectory() && e.name !== "node_modules" && !e.name.startsWith("."))
      .map((e) => e.name);
    // nobypass-disable-next-line swallowed-error -- a pattern may name a folder that is not there
  } catch {
    return [];
  }
}

/**
 * `packages:` of pnpm-workspace.yaml, as a block or a flow list of plain or quoted text: all that pnpm itself documents.
 * Anchors, tags and multi-line scalars are not understood.
 */
function pnpmPackages(dir: string): string[] {
  let text: string;
  try {
    text = readText(`${dir}/pnpm-workspace.yaml`);
    // nobypass-disable-next-line swallowed-error -- not a pnpm workspace
  } catch {
    return [];
  }
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "$1").trimEnd());
  const start = lines.findIndex((line) => /^["']?packages["']?\s*:/.test(line));
  if (start < 0) return [];
  const flow = [lines[start]?.replace(/^[^:]*:/, "") ?? "", ...lines.slice(start + 1)].join(" ").trim();
  if (flow.startsWith("[")) return flow.slice(1, Math.max(flow.indexOf("]"), 1)).split(",").map(unquote).filter(Boolean);
  const out: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item) out.push(unquote(item[1] ?? ""));
    else if (line.trim() !== "") break;
  }
  return out.filter(Boolean);
}

const unquote = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, "$2");
