import { listAt } from "../core/lists.js";
import { basename, dirname } from "node:path";
import { entriesOf, exists, isFile, statOf } from "../config/disk.js";
import { globBase, globTest, isGlob } from "../config/glob.js";
import { nearestName } from "../config/nearest-name.js";
import type { PackageInfo } from "../config/package-json.js";
import { absolutePosix, isInside, relativePosix, toPosix } from "../config/path.js";
import { isMigrationSql, isSql } from "../config/migration-files.js";
import { isSourceFile } from "../config/source-file.js";
import { readTsconfig, tsconfigFolders, tsconfigNames, type Tsconfig, type WorkspaceFolder } from "../config/tsconfig.js";
import { walk, type Walked } from "./walk.js";

/** Why a run cannot be trusted. */
export interface FileProblem {
  /** path: what the user named is not there or has no sources, always exit 2; project: a tsconfig or folder cannot be read. */
  readonly kind: "path" | "project";
  /** The path or the file that it is about. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export interface DiscoverOptions {
  /** What `paths` are relative to. */
  readonly cwd: string;
  /** The project's root (config/project.ts). Default: `cwd`. */
  readonly root?: string;
  /** Config `project`, relative to `root`. */
  readonly project?: string | undefined;
  /** The workspace packages, with their folders; absolute. */
  readonly workspaces?: readonly Pick<PackageInfo, "name" | "dir">[];
  /** `.sql` files beyond those in the usual places that are migrations, by config `roles`; the path is relative to `root`. */
  readonly isMigration?: (path: string) => boolean;
}

export interface DiscoveredFiles {
  /** Absolute POSIX paths, sorted by code unit, each once. */
  readonly files: readonly string[];
  /** Defaults that were assumed, as sentences for the first line of a run. */
  readonly assumed: readonly string[];
  /** How many of `files` no tsconfig names by `files` or `include`; these are judged by names. */
  readonly outsideTsconfig: number;
  /** The tsconfigs that were read; absolute. */
  readonly tsconfigs: readonly string[];
  readonly problems: readonly FileProblem[];
}

/**
 * The source files of a project, or those that `paths` (files, folders, globs) name. A tsconfig adds folders outside of the project's
 * and never takes a file away: what it leaves out is counted, not skipped, so that no file is passed over as clean.
 */
export function discoverFiles(paths: readonly string[], options: DiscoverOptions): DiscoveredFiles {
  const cwd = absolutePosix(".", options.cwd);
  const root = absolutePosix(cwd, options.root ?? ".");
  const problems: FileProblem[] = [];
  const assumed: string[] = [];
  const files = new Set<string>();
  const met = new Set<string>();
  const workspaces = options.workspaces ?? [];
  const workspaceDirs = workspaces.map((w) => w.dir);

  const isJudged = (name: string, path: string): boolean => {
    if (!isSql(name)) return isSourceFile(name);
    const inRoot = relativePosix(root, path);
    return isMigrationSql(inRoot) || (options.isMigration?.(inRoot) ?? false);
  };
  const take = (walked: Walked, test: (file: string) => boolean = () => true): number => {
    let taken = 0;
    for (const file of walked.files) if (test(file)) { files.add(file); taken++; }
    for (const file of walked.tsconfigs) met.add(file);
    for (const dir of walked.unreadable) problems.push({ kind: "project", path: dir, message: "this folder cannot be read", hint: "check its permissions, or ignore it in .gitignore" });
    return taken;
  };

  const named = options.project === undefined ? undefined : absolutePosix(root, options.project);
  if (named !== undefined && !isFile(named)) {
    problems.push({ kind: "path", path: named, message: "config `project` names a tsconfig that is not there", hint: hintFor(named, relativePosix(root, named)) });
  }

  const inputs = sortInputs(paths, cwd, problems);
  if (paths.length === 0) {
    const dirs = [cwd, ...(cwd === root ? workspaceDirs.filter((dir) => !isInside(cwd, dir) && exists(dir)) : [])];
    if (!exists(cwd)) problems.push({ kind: "path", path: cwd, message: "there is no such folder", hint: "" });
    else if (take(walk(dirs, isJudged)) === 0) problems.push(noSources(cwd));
  } else {
    const byFolder = inputs.folders.length > 0 ? walk(inputs.folders, isJudged) : undefined;
    if (byFolder) take(byFolder);
    const all = [...files];
    for (const dir of inputs.folders) if (!all.some((f) => isInside(dir, f))) problems.push(noSources(dir));
    for (const file of inputs.files) files.add(file);
    for (const { glob, base, test } of inputs.globs) {
      if (!exists(base) || take(walk([base], isJudged), test) === 0) problems.push({ kind: "path", path: glob, message: "no source file matches this glob", hint: "quote it, so that the shell leaves it alone; it is relative to the current folder" });
    }
  }

  const places = [cwd, root, ...workspaceDirs, ...inputs.folders, ...inputs.files.map((f) => toPosix(dirname(f)))];
  const tsconfigs = readAll([...(named !== undefined && isFile(named) ? [named] : []), ...nearby(places, root)], met, (name) => workspaces.find((w) => w.name === name)?.dir, problems);
  const inTsconfig = namedByAny(tsconfigs);
  if (paths.length === 0) {
    const beyond = tsconfigs.flatMap(tsconfigFolders).filter((dir) => !isInside(cwd, dir) && !isInside(dir, cwd) && !dir.includes("/node_modules/") && exists(dir));
    if (beyond.length > 0 && cwd === root) take(walk(outermost(beyond), isSourceFile), inTsconfig);
  }

  const sorted = [...files].sort();
  if (tsconfigs.length === 0) assumed.push("no tsconfig.json: files are judged by names, without types");
  const bare = tsconfigs.filter((t) => t.notInstalled.length > 0);
  if (bare.length > 0) assumed.push(`${bare.length === 1 ? "one tsconfig extends a package" : `${bare.length} tsconfigs extend packages`} that ${bare.length === 1 ? "is" : "are"} not installed (${[...new Set(bare.flatMap((t) => t.notInstalled))].join(", ")}): what ${bare.length === 1 ? "it says" : "they say"} is not known`);
  if (paths.length === 0) assumed.push(`no paths given: ${relativePosix(root, cwd) || "the whole project"}`);
  return {
    files: sorted,
    assumed,
    outsideTsconfig: sorted.filter((file) => !isSql(file) && !inTsconfig(file)).length,
    tsconfigs: tsconfigs.map((t) => t.file),
    problems,
  };
}

interface Inputs {
  readonly folders: string[];
  readonly files: string[];
  readonly globs: { readonly glob: string; readonly base: string; readonly test: (file: string) => boolean }[];
}

/** What each argument is. A path that exists is itself, brackets and all (`app/[id]/route.ts`); only then may it be a glob. */
function sortInputs(paths: readonly string[], cwd: string, problems: FileProblem[]): Inputs {
  const inputs: Inputs = { folders: [], files: [], globs: [] };
  for (const given of paths) {
    const path = absolutePosix(cwd, given);
    const stat = statOf(path);
    if (stat?.isDirectory()) inputs.folders.push(path);
    else if (stat?.isFile()) {
      if (isSourceFile(basename(path)) || isSql(path)) inputs.files.push(path);
      else problems.push({ kind: "path", path: given, message: "this is no source file", hint: "sources are .ts, .mts, .cts, .tsx, .js, .mjs, .cjs, .jsx and the .sql of migrations; .d.ts files hold no code" });
    } else if (isGlob(given)) {
      const pattern = toPosix(given).replace(/^(?:\.\/)+/, "");
      const base = absolutePosix(cwd, globBase(pattern));
      const test = globTest([pattern.startsWith("/") ? pattern : pattern.replace(/^(?:\.\.\/)+/, "")]);
      const from = absolutePosix(cwd, /^(?:\.\.\/)+/.exec(pattern)?.[0] ?? ".");
      inputs.globs.push({ glob: given, base, test: (file) => test(pattern.startsWith("/") ? file : relativePosix(from, file)) });
    } else problems.push({ kind: "path", path: given, message: "there is no such file or folder", hint: hintFor(path, given) });
  }
  return inputs;
}

/**
 * The tsconfigs given and all they refer to, each once, in the order of their paths. A broken one of the project is a problem, since
 * types would silently be missing; one merely `met` on the way (a template, a fixture) is left out.
 */
function readAll(own: readonly string[], met: ReadonlySet<string>, workspaceFolder: WorkspaceFolder, problems: FileProblem[]): Tsconfig[] {
  const read = new Map<string, Tsconfig>();
  const queue = new Set(own);
  for (const file of queue) {
    if (!isFile(file)) {
      problems.push({ kind: "project", path: file, message: "a tsconfig refers to this one, which is not there", hint: "correct its `references`" });
      continue;
    }
    const config = readTsconfig(file, workspaceFolder);
    for (const message of config.problems) problems.push({ kind: "project", path: file, message, hint: "correct the tsconfig" });
    read.set(file, config);
    for (const reference of config.references) queue.add(reference);
  }
  const others = new Set([...met].filter((file) => !queue.has(file)));
  for (const file of others) {
    const config = readTsconfig(file, workspaceFolder);
    if (config.problems.length > 0) continue;
    read.set(file, config);
    for (const reference of config.references) if (!read.has(reference) && isFile(reference)) others.add(reference);
  }
  return [...read.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Is a file named by one of them? Those in the folders above it are asked first: of a hundred packages, one has the answer. */
function namedByAny(tsconfigs: readonly Tsconfig[]): (file: string) => boolean {
  const all = tsconfigs.map(tsconfigNames);
  const byFolder = new Map<string, typeof all>();
  for (const [i, { file }] of tsconfigs.entries()) {
    const test = all[i];
    const dir = toPosix(dirname(file));
    if (test) listAt(byFolder, dir).push(test);
  }
  return (file) => {
    for (let dir = toPosix(dirname(file)); ; dir = toPosix(dirname(dir))) {
      if (byFolder.get(dir)?.some((test) => test(file))) return true;
      if (toPosix(dirname(dir)) === dir) return all.some((test) => test(file));
    }
  };
}

/** The nearest tsconfig.json of each folder, within the project. */
function nearby(dirs: readonly string[], root: string): string[] {
  const found = new Set<string>();
  for (const dir of new Set(dirs)) {
    for (let at = dir; ; at = toPosix(dirname(at))) {
      if (isFile(`${at}/tsconfig.json`)) { found.add(`${at}/tsconfig.json`); break; }
      if (at === root || toPosix(dirname(at)) === at) break;
    }
  }
  return [...found];
}

const outermost = (dirs: readonly string[]): string[] => [...new Set(dirs)].filter((dir) => !dirs.some((other) => other !== dir && isInside(other, dir)));
const noSources = (path: string): FileProblem => ({ kind: "path", path, message: "there are no source files here", hint: "sources are .ts, .mts, .cts, .tsx, .js, .mjs, .cjs, .jsx and the .sql of migrations; what .gitignore names is left out" });

function hintFor(path: string, given: string): string {
  let siblings: string[];
  try {
    siblings = entriesOf(dirname(path)).map((e) => e.name);
    // nobypass-disable-next-line swallowed-error -- the hint that follows serves as well
  } catch {
    return "paths are relative to the current folder";
  }
  const meant = nearestName(basename(path), siblings);
  return meant === undefined ? "paths are relative to the current folder" : `did you mean ${given.slice(0, given.length - basename(given).length)}${meant}?`;
}
