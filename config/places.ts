import { posix } from "node:path";
import type { Places } from "../core/rule.js";
import { entriesOf, isFile } from "./disk.js";
import { globBase, globTest, isGlob } from "./glob.js";
import { relativePosix } from "./path.js";
import type { ProjectInfo } from "./project.js";
import type { NobypassConfig } from "./schema.js";
import { isSourceFile } from "./source-file.js";

const CONFIG = /^(?:app[-.])?(?:config|configuration|env|environment|settings)(?:[-.](?:config|env|schema|validation|vars|service))?$/i;
const SETUP = /^(?:pipeline|policies|policy|bootstrap|instrumentation|instrument|setup|main|server|app|index)$/i;
/** Folders that modules used by everybody lie in. */
const SHARED = /^(?:src|config|configuration|env|environment|settings|lib|libs|common|shared|core|infra|infrastructure|platform|utils?|server|app|pipeline)$/i;
const ENV_EXAMPLES = [".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env"];

/** Where fixes find the config module and the rest, by the config and by names; only folders above the file, and those at their side, are looked into. */
export function placesOf(project: ProjectInfo, config: NobypassConfig, from: string): Places {
  const pkg = project.packageOf(from);
  const base = pkg === undefined ? "" : relativePosix(project.root, pkg.dir);
  const root = base === "" || base.startsWith("..") ? "" : `${base}/`;
  const dirs = foldersNear(project, from, root);
  const files = dirs.flatMap((dir) => listing(project, dir).files.map((name) => dir + name)).filter((path) => path !== from && isSourceFile(posix.basename(path)));
  const listed = config.config;
  const configModules = listed === undefined ? files.filter(isNamedConfig) : [...new Set(listed.flatMap((pattern) => matching(project, pattern)))];
  return {
    configModules,
    newConfigModule: newModule(project, listed, from, root),
    setups: files.filter((path) => SETUP.test(stem(path))),
    envExample: root + (ENV_EXAMPLES.find((name) => isFile(`${project.root}/${root}${name}`)) ?? ".env.example"),
    isModule: pkg?.isModule ?? false,
    dependencies: pkg?.dependencies ?? new Set(),
  };
}

/** `config.ts`, `env.schema.ts`, and whatever lies in a folder of such a name. */
const isNamedConfig = (path: string): boolean => CONFIG.test(stem(path)) || CONFIG.test(posix.basename(posix.dirname(path)));

const stem = (path: string): string => posix.basename(path).replace(/\.[cm]?[jt]sx?$/, "");

/** The folders from the file's own up to its package's, each with the shared ones in it; with a slash at the end. */
function foldersNear(project: ProjectInfo, from: string, root: string): string[] {
  const found: string[] = [];
  for (let dir = folderOf(from); dir.startsWith(root); dir = folderOf(dir.slice(0, -1))) {
    found.push(dir, ...listing(project, dir).folders.filter((name) => SHARED.test(name)).map((name) => `${dir}${name}/`));
    if (dir === root) break;
  }
  return [...new Set(found)];
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

const listings = new WeakMap<ProjectInfo, Map<string, Listing>>();

/** Remembered for as long as the project's snapshot. */
function listing(project: ProjectInfo, dir: string): Listing {
  const known = listings.get(project) ?? new Map<string, Listing>();
  listings.set(project, known);
  let answer = known.get(dir);
  if (answer === undefined) known.set(dir, (answer = read(`${project.root}/${dir}`)));
  return answer;
}

function read(dir: string): Listing {
  try {
    const entries = entriesOf(dir).sort((a, b) => (a.name < b.name ? -1 : 1));
    return { files: entries.filter((e) => e.isFile()).map((e) => e.name), folders: entries.filter((e) => e.isDirectory()).map((e) => e.name) };
    // nobypass-disable-next-line swallowed-error -- a folder that is not there, or not ours to read, holds nothing
  } catch {
    return { files: [], folders: [] };
  }
}

/** The sources that a pattern of config `config` names. */
function matching(project: ProjectInfo, pattern: string): string[] {
  const plain = pattern.replace(/^\.\//, "");
  if (isFile(`${project.root}/${plain}`)) return [plain];
  const base = globBase(plain).replace(/\/+$/, "");
  const dir = base === "" || base === "." ? "" : `${base}/`;
  const { files, folders } = listing(project, dir);
  const inside = [...files.map((name) => dir + name), ...folders.flatMap((folder) => listing(project, `${dir}${folder}/`).files.map((name) => `${dir}${folder}/${name}`))];
  const test = globTest([plain]);
  return inside.filter((path) => isSourceFile(posix.basename(path)) && test(path));
}

/** Beside the sources, in the language of the file that needs it. */
function newModule(project: ProjectInfo, listed: readonly string[] | undefined, from: string, root: string): string | null {
  const source = sourceFolder(project, from, root);
  const ending = /\.[cm]?[jt]s(?=x?$)/.exec(from)?.[0] ?? ".ts";
  // What imports it must be able to: a build may know one kind of file only.
  const beside = sourcesIn(project, source);
  if (beside.length > 0 && !beside.some((name) => name.endsWith(ending) || name.endsWith(`${ending}x`))) return null;
  const wanted = ["config", "env", "config/index", "config/env", "settings"].map((name) => source + name + ending);
  const test = listed === undefined ? null : globTest(listed.map((p) => p.replace(/^\.\//, "")));
  const candidates = test === null ? wanted.slice(0, 2) : [...(listed ?? []).map((p) => p.replace(/^\.\//, "")).filter((p) => !isGlob(p) && isSourceFile(posix.basename(p))), ...wanted].filter(test);
  return candidates.find((path) => !isTaken(project, path)) ?? null;
}

/** Where the sources of a file begin: `src/`, wherever it is; the package's folder if some lie there; else the first folder in it. */
function sourceFolder(project: ProjectInfo, from: string, root: string): string {
  const inside = from.slice(root.length);
  const src = /^(?:[^/]+\/)*?src\//.exec(inside)?.[0];
  if (src !== undefined) return root + src;
  return sourcesIn(project, root).length > 0 ? root : root + (/^[^/]+\//.exec(inside)?.[0] ?? "");
}

/** The sources directly in a folder, without what configures tools. */
const sourcesIn = (project: ProjectInfo, dir: string): readonly string[] => listing(project, dir).files.filter((name) => isSourceFile(name) && !/\.(?:config|setup|test|spec)\.|^(?:[Gg]ulpfile|[Gg]runtfile|\.)/.test(name));

/** `./config` may be one module only: `config.ts`, `config.js` or `config/`. */
function isTaken(project: ProjectInfo, path: string): boolean {
  const { files, folders } = listing(project, folderOf(path));
  const name = stem(path);
  return folders.includes(name) || files.some((file) => /\.(?:[cm]?[jt]sx?|json)$/.test(file) && file.slice(0, file.lastIndexOf(".")) === name);
}
