import { listAt } from "../core/lists.js";
import { globSource, isGlob } from "./glob.js";
import type { LoadedConfig } from "./load.js";
import { entryTest, hasEntry } from "./module-entry.js";
import { PackageLookup, type PackageInfo } from "./package-json.js";
import { relativePosix } from "./path.js";
import { ImportResolver } from "./resolve.js";
import { workspacePackages } from "./workspaces.js";

export interface ModuleInfo {
  /** Its folder's name, or its package's. */
  readonly name: string;
  /** Relative to the project's root. */
  readonly dir: string;
  /** Is there an entry at all? A module without one has no inside. */
  hasEntry(): boolean;
  /** Is this file (relative to the project's root) its public entry? */
  isEntry(path: string): boolean;
}

/** Folders, packages and modules of a project. A snapshot: what it was once asked stays answered. */
export interface ProjectInfo {
  /** Absolute, POSIX. All paths below are relative to it. */
  readonly root: string;
  /** What a module is here. With `folders` there may be none at all: then the project is one module. */
  readonly moduleRule: "config" | "workspaces" | "folders";
  readonly workspaces: readonly PackageInfo[];
  readonly packages: PackageLookup;
  readonly imports: ImportResolver;
  workspaceNamed(name: string): PackageInfo | undefined;
  /** The module that a file lies in. */
  moduleOf(path: string): ModuleInfo | undefined;
  /** In no module, and directly in a package's folder or its `src/`: here modules are put together, anything may be imported. */
  isCompositionRoot(path: string): boolean;
  /** The package that a file belongs to; its `dir` is absolute. */
  packageOf(path: string): PackageInfo | undefined;
}

const snapshots = new WeakMap<LoadedConfig, { readonly at: number; readonly project: ProjectInfo }>();

/** The project that a config describes. With `trustMs` a snapshot not older than that is given again; an editor needs it. */
export function findProject(loaded: LoadedConfig, options: { readonly trustMs?: number } = {}): ProjectInfo {
  const last = snapshots.get(loaded);
  const now = Date.now();
  if (last && options.trustMs !== undefined && now - last.at < options.trustMs && now >= last.at) return last.project;
  const project = new Snapshot(loaded);
  snapshots.set(loaded, { at: now, project });
  return project;
}

const DEFAULT_FOLDERS = "src/{modules,features,domains}/*";
const MAY_BE_MODULE = /\/src\/(?:modules|features|domains)\//;

class Snapshot implements ProjectInfo {
  readonly root: string;
  readonly packages = new PackageLookup();
  readonly imports = new ImportResolver(this.packages, (name) => this.workspaceNamed(name)?.dir);
  readonly moduleRule: ProjectInfo["moduleRule"];
  readonly workspaces: readonly PackageInfo[];
  private readonly modules = new Map<string, ModuleInfo>();
  private readonly byFolder = new Map<string, ModuleInfo | undefined>();
  private readonly workspaceDirs: ReadonlySet<string>;
  private readonly workspaceNames: ReadonlyMap<string | undefined, PackageInfo>;
  private readonly patterns: readonly RegExp[];

  constructor(loaded: LoadedConfig) {
    this.root = loaded.dir;
    this.workspaces = workspacePackages(loaded.dir, this.packages);
    this.workspaceDirs = new Set(this.workspaces.map((pkg) => relativePosix(this.root, pkg.dir)));
    const byName = new Map<string | undefined, PackageInfo[]>();
    for (const pkg of this.workspaces) listAt(byName, pkg.name).push(pkg);
    // Of two workspaces side by side each has its own, and a name alone does not say which.
    this.workspaceNames = new Map([...byName].flatMap(([name, [pkg, another]]) => (pkg === undefined || another !== undefined ? [] : [[name, pkg] as const])));
    this.moduleRule = loaded.config.modules ? "config" : this.workspaces.length > 0 ? "workspaces" : "folders";
    this.patterns = (loaded.config.modules ?? [DEFAULT_FOLDERS]).map(folderRegExp);
  }

  workspaceNamed(name: string): PackageInfo | undefined {
    return this.workspaceNames.get(name);
  }

  moduleOf(path: string): ModuleInfo | undefined {
    const folder = folderOf(path);
    if (!this.byFolder.has(folder)) {
      const dir = this.moduleDir(folder);
      this.byFolder.set(folder, dir === undefined ? undefined : this.moduleAt(dir));
    }
    return this.byFolder.get(folder);
  }

  isCompositionRoot(path: string): boolean {
    if (this.moduleOf(path)) return false;
    const pkg = this.packageOf(path);
    const base = pkg ? relativePosix(this.root, pkg.dir) : "";
    const folder = folderOf(path);
    return folder === "" || folder === "src" || folder === base || folder === (base === "" ? "src" : `${base}/src`);
  }

  packageOf(path: string): PackageInfo | undefined {
    const folder = folderOf(path);
    return this.packages.nearest(folder === "" ? this.root : `${this.root}/${folder}`);
  }

  /** The innermost folder, of those above a file, that is a module. */
  private moduleDir(folder: string): string | undefined {
    if (this.moduleRule === "workspaces") {
      for (let dir = folder; dir !== ""; dir = folderOf(dir)) if (this.workspaceDirs.has(dir)) return dir;
      return undefined;
    }
    // Most folders are in none of the default ones, wherever their package lies: the disk need not be asked.
    if (this.moduleRule === "folders" && !MAY_BE_MODULE.test(`/${folder}/`)) return undefined;
    // The default folders count from the nearest package, so that an editor in `server/` and a run above it agree.
    const pkg = this.moduleRule === "folders" ? this.packageOf(`${folder}/x`) : undefined;
    const base = pkg && pkg.dir.startsWith(`${this.root}/`) ? `${relativePosix(this.root, pkg.dir)}/` : "";
    const inner = `${folder}/`.slice(base.length);
    const dirs = this.patterns.map((re) => re.exec(inner)?.[1]).filter((d) => d !== undefined);
    const longest = dirs.sort((a, b) => b.length - a.length)[0];
    return longest === undefined ? undefined : base + longest;
  }

  private moduleAt(dir: string): ModuleInfo {
    const known = this.modules.get(dir);
    if (known) return known;
    const absolute = `${this.root}/${dir}`;
    const pkg = this.packages.exactly(absolute);
    const isEntry = entryTest(pkg);
    let has: boolean | undefined;
    const module: ModuleInfo = {
      name: pkg?.name ?? dir.slice(dir.lastIndexOf("/") + 1),
      dir,
      isEntry: (path) => path.startsWith(`${dir}/`) && isEntry(path.slice(dir.length + 1)),
      hasEntry: () => (has ??= hasEntry(pkg, absolute)),
    };
    this.modules.set(dir, module);
    return module;
  }
}

/** Matches `folder/` from its start and gives the module's folder as group 1. Greedy: of `a/**` the deepest. */
function folderRegExp(pattern: string): RegExp {
  const source = globSource(pattern);
  return new RegExp(`^(${isGlob(pattern) ? source : source.slice(0, source.lastIndexOf("(?:/.*)?"))})/`, "s");
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));
