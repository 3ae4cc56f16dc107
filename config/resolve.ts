import { dirname, isAbsolute } from "node:path";
import { SOURCE_EXTENSIONS, sourcesOfBuilt } from "./built-from.js";
import { entriesOf, isFile } from "./disk.js";
import { type PackageInfo, type PackageLookup, splitPackageName } from "./package-json.js";
import { absolutePosix, toPosix } from "./path.js";
import { readTsconfig, type Tsconfig, type WorkspaceFolder } from "./tsconfig.js";

export interface ResolvedImport {
  /** The source file, where one is there; a package that is declared but not built yet has none. */
  readonly file: string | undefined;
  readonly package: string | undefined;
}

/**
 * What an import means, seen from a folder: relative paths, tsconfig `paths` and `baseUrl`, `#imports`, packages and their `exports`.
 * More lenient than any run time on purpose: it answers "is this name meant to exist?", so any condition of `exports` will do.
 * One instance is a snapshot, like the lookup it is given.
 */
export class ImportResolver {
  private readonly tsconfigs = new Map<string, Aliases | undefined>();
  private readonly answers = new Map<string, ResolvedImport | undefined>();
  constructor(private readonly packages: PackageLookup, private readonly workspaceFolder?: WorkspaceFolder) {}

  resolve(name: string, fromDir: string): ResolvedImport | undefined {
    const key = `${fromDir}\0${name}`;
    if (!this.answers.has(key)) this.answers.set(key, this.find(name, fromDir, true));
    return this.answers.get(key);
  }

  /** What a file there can import today: a package of the workspace only where somebody linked it. */
  installed(name: string, fromDir: string): ResolvedImport | undefined {
    return this.find(name, fromDir, false);
  }

  /** The file behind a name that a tsconfig or jsconfig explains, by `paths` or `baseUrl`. */
  aliased(name: string, dir: string): string | undefined {
    return this.aliasesOf(dir)?.file(name);
  }

  private find(name: string, dir: string, unlinked: boolean): ResolvedImport | undefined {
    if (/^\.\.?(?:\/|$)/.test(name) || isAbsolute(name)) return inFile(sourceFile(absolutePosix(dir, name)));
    return inFile(this.aliased(name, dir)) ?? (name.startsWith("#") ? this.throughImports(name, dir, unlinked) : this.inPackages(name, dir, unlinked));
  }

  private throughImports(name: string, dir: string, unlinked: boolean): ResolvedImport | undefined {
    const pkg = this.packages.nearest(dir);
    if (pkg === undefined) return undefined;
    for (const { target, rest } of matches(asRecord(pkg.imports), name)) {
      for (const path of leaves(target)) {
        const to = path.replaceAll("*", () => rest);
        const found = to.startsWith(".") ? inFile(builtFile(pkg.dir, to)) : to.startsWith("#") ? undefined : this.inPackages(to, pkg.dir, unlinked);
        if (found) return found;
      }
    }
    return undefined;
  }

  private inPackages(name: string, dir: string, unlinked: boolean): ResolvedImport | undefined {
    const { packageName, subpath } = splitPackageName(name);
    const own = this.packages.nearest(dir);
    if (own?.name === packageName) return inPackage(own, subpath); // a package may import itself
    const shared = unlinked ? this.inWorkspace(packageName) : undefined;
    if (shared) return inPackage(shared, subpath);
    for (let at = dir; ; at = toPosix(dirname(at))) {
      const pkg = this.packages.exactly(`${at}/node_modules/${packageName}`);
      if (pkg) return inPackage(pkg, subpath);
      if (toPosix(dirname(at)) === at) return undefined;
    }
  }

  /** A package of the same workspace: what is in `node_modules` only links to its folder, once somebody installed. */
  private inWorkspace(packageName: string): PackageInfo | undefined {
    const folder = this.workspaceFolder?.(packageName);
    return folder === undefined ? undefined : this.packages.exactly(folder);
  }

  private aliasesOf(dir: string): Aliases | undefined {
    if (this.tsconfigs.has(dir)) return this.tsconfigs.get(dir);
    const parent = toPosix(dirname(dir));
    const own = ["tsconfig.json", "jsconfig.json"].map((name) => `${dir}/${name}`).find(isFile);
    const found = own !== undefined ? new Aliases(own, this.workspaceFolder) : parent === dir ? undefined : this.aliasesOf(parent);
    this.tsconfigs.set(dir, found);
    return found;
  }
}

/** What `paths` and `baseUrl` of one tsconfig make of names. */
class Aliases {
  private readonly configs: readonly Tsconfig[];
  private readonly answers = new Map<string, string | undefined>();

  constructor(file: string, workspaceFolder: WorkspaceFolder | undefined) {
    const config = readTsconfig(file, workspaceFolder);
    const says = (c: Tsconfig): boolean => Object.keys(c.paths).length > 0 || c.baseUrl !== undefined;
    // One that only refers to others leaves the names to them.
    this.configs = says(config) ? [config] : config.references.map((reference) => readTsconfig(reference, workspaceFolder)).filter(says);
  }

  file(name: string): string | undefined {
    if (!this.answers.has(name)) this.answers.set(name, this.find(name));
    return this.answers.get(name);
  }

  private find(name: string): string | undefined {
    for (const config of this.configs) {
      for (const { target, rest } of matches(config.paths, name)) {
        for (const path of target) {
          const file = sourceFile(absolutePosix(config.pathsBase, path.replace("*", () => rest)));
          if (file !== undefined) return file;
        }
      }
      const file = config.baseUrl === undefined || !this.stands(name, config.baseUrl) ? undefined : sourceFile(`${config.baseUrl}/${name}`);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  private readonly heads = new Map<string, ReadonlySet<string>>();

  /** Is there anything in a base folder that a name begins with? Most names are of packages, and many places to look would be in vain. */
  private stands(name: string, base: string): boolean {
    let heads = this.heads.get(base);
    if (heads === undefined) this.heads.set(base, (heads = new Set(namesIn(base).flatMap((n) => [n, n.replace(/\.[^.]+$/, "")]))));
    const head = name.split("/", 1)[0] ?? name;
    return heads.has(head) || heads.has(head.replace(/\.[^.]+$/, ""));
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return entriesOf(dir).map((e) => e.name);
    // nobypass-disable-next-line swallowed-error -- a base folder that is not there holds nothing
  } catch {
    return [];
  }
}

const inPackages = new WeakMap<PackageInfo, Map<string, ResolvedImport | undefined>>();

/**
 * What a subpath (`""`, `/http`) of a package means. Undefined: it is not declared, or nothing is there. Remembered with the package,
 * which is a part of the same snapshot: every file of a workspace imports the same few.
 */
export function inPackage(pkg: PackageInfo, subpath: string): ResolvedImport | undefined {
  const known = inPackages.get(pkg) ?? new Map<string, ResolvedImport | undefined>();
  inPackages.set(pkg, known);
  if (!known.has(subpath)) known.set(subpath, lookedUp(pkg, subpath));
  return known.get(subpath);
}

function lookedUp(pkg: PackageInfo, subpath: string): ResolvedImport | undefined {
  const declared = pkg.name;
  if (pkg.exports === undefined || pkg.exports === null) {
    const file = subpath !== "" ? builtFile(pkg.dir, `.${subpath}`) : (firstFile(pkg.main.map((m) => builtFile(pkg.dir, m))) ?? sourceFile(pkg.dir));
    return file === undefined && (subpath !== "" || pkg.main.length === 0) ? undefined : { file, package: declared };
  }
  for (const { target, rest } of matches(exportsMap(pkg.exports), `.${subpath}`)) {
    const paths = leaves(target).map((path) => path.replaceAll("*", () => rest));
    // `null` forbids what a wider pattern would allow.
    return paths.length === 0 ? undefined : { file: firstFile(paths.map((p) => builtFile(pkg.dir, p))), package: declared };
  }
  return undefined;
}

/** A source file as an import may write it: exact, `.js` for `.ts`, without extension, or a folder with an index. */
export function sourceFile(path: string): string | undefined {
  const written = /^(.*)\.([cm]?)js(x?)$/.exec(path);
  const meant = written ? [`${written[1]}.${written[2]}ts${written[3]}`, ...(written[2] ? [] : [`${written[1]}.tsx`])] : [];
  return [...meant, path, ...SOURCE_EXTENSIONS.map((e) => path + e), ...SOURCE_EXTENSIONS.map((e) => `${path}/index${e}`)].find(isFile);
}

/** A target of a package.json: the file itself, or a source it is built from. Sources first: those are what we judge. */
function builtFile(dir: string, target: string): string | undefined {
  const [exact = target, ...sources] = sourcesOfBuilt(target).map((path) => `${dir}/${path}`);
  return [...sources.filter((p) => /\.[cm]?tsx?$/.test(p)), exact, ...sources].find(isFile) ?? sourceFile(exact);
}

const inFile = (file: string | undefined): ResolvedImport | undefined => (file === undefined ? undefined : { file, package: undefined });
const firstFile = (files: readonly (string | undefined)[]): string | undefined => files.find((f) => f !== undefined);

/** Keys that a name matches, the most specific first; a key has at most one `*`. */
function matches<T>(map: Readonly<Record<string, T>>, name: string): { readonly target: T; readonly rest: string }[] {
  if (Object.hasOwn(map, name)) return [{ target: map[name] as T, rest: "" }]; // hasOwn just said so
  return Object.entries(map)
    .flatMap(([key, target]) => {
      const star = key.indexOf("*");
      if (star < 0) return [];
      const [head, tail] = [key.slice(0, star), key.slice(star + 1)];
      const fits = name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
      return fits ? [{ target, rest: name.slice(head.length, name.length - tail.length), weight: head.length }] : [];
    })
    .sort((a, b) => b.weight - a.weight);
}

/** All paths in a conditional target, in the order they are written. `null` forbids, so it gives none. */
export function leaves(target: unknown): string[] {
  if (typeof target === "string") return [target];
  return typeof target === "object" && target !== null ? Object.values(target).flatMap(leaves) : [];
}

/** `exports` as a map of subpaths, also where it is a text, a list or conditions only. */
export function exportsMap(exports: unknown): Readonly<Record<string, unknown>> {
  const map = asRecord(exports);
  return Object.keys(map).some((key) => key.startsWith(".")) ? map : { ".": exports };
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
