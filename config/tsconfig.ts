import { dirname, isAbsolute, resolve } from "node:path";
import { exists, isFile, readText } from "./disk.js";
import { globSource, type PathTest } from "./glob.js";
import { JsoncError, parseJsonc } from "./jsonc.js";
import { splitPackageName } from "./package-json.js";
import { absolutePosix, toPosix } from "./path.js";

/** What a tsconfig says about files and names; read by hand, because `typescript` must not be loaded here. Paths are absolute, POSIX. */
export interface Tsconfig {
  readonly file: string;
  readonly files: readonly string[] | undefined;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  /** tsconfig files it refers to; not inherited through `extends`. */
  readonly references: readonly string[];
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** What `paths` are relative to. */
  readonly pathsBase: string;
  readonly baseUrl: string | undefined;
  readonly outDirs: readonly string[];
  readonly allowJs: boolean;
  /** The edition of the language, and the libraries it is typed by; as written. */
  readonly target: string | undefined;
  readonly lib: readonly string[] | undefined;
  /** What could not be read, as sentences; the rest is still usable. */
  readonly problems: readonly string[];
  /** Names that it extends out of packages that are not installed: what they say is not known, and nobody's mistake. */
  readonly notInstalled: readonly string[];
}

/** The folder of a package of the same workspace: linked into `node_modules` only once somebody installs. */
export type WorkspaceFolder = (packageName: string) => string | undefined;

interface Raw {
  files?: readonly string[];
  include?: readonly string[];
  exclude?: readonly string[];
  paths?: Readonly<Record<string, readonly string[]>>;
  pathsBase?: string;
  baseUrl?: string;
  outDir?: string;
  declarationDir?: string;
  allowJs?: boolean;
  checkJs?: boolean;
  target?: string;
  lib?: readonly string[];
}

/** A tsconfig with everything it extends. A missing or broken file is a problem in the result, not an exception. */
export function readTsconfig(file: string, workspaceFolder: WorkspaceFolder = () => undefined): Tsconfig {
  const problems: string[] = [];
  const notInstalled: string[] = [];
  const top = toPosix(dirname(file));
  const raw = readRaw(file, { top, workspaceFolder, problems, notInstalled }, new Set());
  const dirs = [raw.outDir, raw.declarationDir].filter((d) => d !== undefined);
  return {
    file,
    files: raw.files,
    include: raw.include,
    exclude: raw.exclude,
    references: readReferences(file),
    paths: raw.paths ?? {},
    pathsBase: raw.baseUrl ?? raw.pathsBase ?? top,
    baseUrl: raw.baseUrl,
    outDirs: dirs,
    allowJs: raw.allowJs ?? raw.checkJs ?? false,
    target: raw.target,
    lib: raw.lib,
    problems,
    notInstalled,
  };
}

interface Reading {
  /** The folder of the config that is read: what `${configDir}` means in all that it extends. */
  readonly top: string;
  readonly workspaceFolder: WorkspaceFolder;
  readonly problems: string[];
  readonly notInstalled: string[];
}

/** Each option as the nearest config in the chain of `extends` gives it; paths resolved where they were written. */
function readRaw(file: string, reading: Reading, seen: ReadonlySet<string>): Raw {
  const { top, problems } = reading;
  const dir = toPosix(dirname(file));
  const json = readJson(file, problems);
  const options = record(json["compilerOptions"]);
  const inTop = (path: string): string => path.replaceAll("${configDir}", top);
  const at = (path: string): string => absolutePosix(dir, inTop(path));
  const words = (value: unknown): string[] | undefined => (Array.isArray(value) ? value.filter((v) => typeof v === "string") : undefined);
  const list = (value: unknown): string[] | undefined => words(value)?.map(at);
  const path = (value: unknown): string | undefined => (typeof value === "string" ? at(value) : undefined);

  const parents = typeof json["extends"] === "string" ? [json["extends"]] : Array.isArray(json["extends"]) ? json["extends"].filter((e) => typeof e === "string") : [];
  let raw: Raw = {};
  for (const parent of parents) {
    const found = resolveExtends(parent, dir, reading.workspaceFolder);
    if (found === undefined && isPackageName(parent)) reading.notInstalled.push(parent);
    else if (found === undefined) problems.push(`${file} extends "${parent}", which is not there`);
    else if (seen.has(found)) problems.push(`${file} extends "${parent}", which extends it in turn`);
    else raw = { ...raw, ...readRaw(found, reading, new Set([...seen, file])) };
  }
  const paths = options["paths"];
  return {
    ...raw,
    ...defined({
      files: list(json["files"]),
      include: list(json["include"]),
      exclude: list(json["exclude"]),
      baseUrl: path(options["baseUrl"]),
      outDir: path(options["outDir"]),
      declarationDir: path(options["declarationDir"]),
      allowJs: typeof options["allowJs"] === "boolean" ? options["allowJs"] : undefined,
      checkJs: typeof options["checkJs"] === "boolean" ? options["checkJs"] : undefined,
      target: typeof options["target"] === "string" ? options["target"] : undefined,
      lib: words(options["lib"]),
      paths: typeof paths === "object" && paths !== null ? pathsOf(paths, inTop) : undefined,
      pathsBase: typeof paths === "object" && paths !== null ? dir : undefined,
    }),
  };
}

function readReferences(file: string): string[] {
  const references = readJson(file, [])["references"];
  if (!Array.isArray(references)) return [];
  return references.flatMap((r: unknown) => {
    const path = record(r)["path"];
    if (typeof path !== "string") return [];
    const target = absolutePosix(dirname(file), path);
    return [target.endsWith(".json") ? target : `${target}/tsconfig.json`];
  });
}

function readJson(file: string, problems: string[]): Readonly<Record<string, unknown>> {
  try {
    return record(parseJsonc(readText(file)));
  } catch (error) {
    problems.push(error instanceof JsoncError ? `${file}:${error.line}:${error.column} ${error.problem}` : `${file} cannot be read`);
    return {};
  }
}

/** As TypeScript does it: relative and absolute paths with or without `.json`, else a package (its `tsconfig` key, or tsconfig.json). */
function resolveExtends(name: string, dir: string, workspaceFolder: WorkspaceFolder): string | undefined {
  if (!isPackageName(name)) return asFile(resolve(dir, name));
  for (let at = dir; ; at = toPosix(dirname(at))) {
    const target = `${at}/node_modules/${name}`;
    const found = asFile(target);
    if (found !== undefined) return found;
    if (exists(target)) return configOfPackage(target);
    if (toPosix(dirname(at)) === at) break;
  }
  const { packageName, subpath } = splitPackageName(name);
  const folder = workspaceFolder(packageName);
  if (folder === undefined) return undefined;
  return subpath === "" ? configOfPackage(folder) : asFile(`${folder}${subpath}`);
}

const isPackageName = (name: string): boolean => !name.startsWith(".") && !isAbsolute(name);
const asFile = (path: string): string | undefined => [path, `${path}.json`].map(toPosix).find(isFile);

function configOfPackage(dir: string): string | undefined {
  const key = exists(`${dir}/package.json`) ? readJson(`${dir}/package.json`, [])["tsconfig"] : undefined;
  return asFile(resolve(dir, typeof key === "string" ? key : "tsconfig.json"));
}

/**
 * Does this tsconfig name the file, by `files` or by `include` without `exclude`? Files that only an import draws in are not
 * known here: that would need the imports of every file.
 */
export function tsconfigNames(config: Tsconfig): PathTest {
  const files = new Set(config.files);
  const includes = config.include ?? (config.files ? [] : [`${toPosix(dirname(config.file))}/**/*`]);
  const include = patternRegExp(includes.map((p) => (/[*?]|\.[^/]*$/.test(p.slice(p.lastIndexOf("/") + 1)) ? p : `${p}/**/*`)), "");
  const exclude = patternRegExp(config.exclude ?? config.outDirs, "(?:/.*)?");
  const extension = config.allowJs ? /\.[cm]?[jt]sx?$/ : /\.[cm]?tsx?$/;
  return (file) => files.has(file) || (extension.test(file) && include.test(file) && !exclude.test(file));
}

/** tsconfig globs know `*`, `?` and `**`/ only: brackets and braces (`app/[id]`) are literal. */
function patternRegExp(patterns: readonly string[], tail: string): RegExp {
  const sources = patterns.map((p) => globSource(p.replace(/[[\]{}\\]/g, "\\$&")) + tail);
  return new RegExp(sources.length > 0 ? `^(?:${sources.join("|")})$` : "(?!)", "s");
}

/** Where the files of a tsconfig may lie: the folders above the first wildcard of each pattern. */
export function tsconfigFolders(config: Tsconfig): string[] {
  const ofFiles = (config.files ?? []).map((f) => toPosix(dirname(f)));
  const patterns = config.include ?? (config.files ? [] : [`${toPosix(dirname(config.file))}/**/*`]);
  const ofIncludes = patterns.map((p) => {
    const wild = p.search(/[*?]/);
    if (wild >= 0) return p.slice(0, p.lastIndexOf("/", wild)) || "/";
    return /\.[^/.]+$/.test(p) ? toPosix(dirname(p)) : p;
  });
  return [...new Set([...ofFiles, ...ofIncludes])];
}

const pathsOf = (value: object, inTop: (path: string) => string): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(value).map(([k, v]) => [k, Array.isArray(v) ? v.filter((t) => typeof t === "string").map(inTop) : []]));
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const defined = (value: { [K in keyof Raw]: Raw[K] | undefined }): Raw => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
