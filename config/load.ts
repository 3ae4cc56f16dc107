import { basename, dirname } from "node:path";
import { isFile, isYoung, noteFiles, noteUnknowable, readText, stampOf, statOf } from "./disk.js";
import { JsoncError, parseJsonc } from "./jsonc.js";
import { nearestName } from "./nearest-name.js";
import { absolutePosix, toPosix } from "./path.js";
import { ConfigError, type ConfigProblem } from "./problem.js";
import { isFixedModule, moduleFiles, readModule } from "./read-module.js";
import { projectRoot, upward } from "./root.js";
import type { NobypassConfig } from "./schema.js";
import { validateConfig } from "./validate.js";

/** The names a config may have; of several in one folder the first counts. */
export const CONFIG_FILES = ["ts", "mts", "js", "mjs", "cjs", "json"].map((e) => `nobypass.config.${e}`);

/** As long as nothing changes, the very same object: other answers are remembered by it. */
export interface LoadedConfig {
  readonly config: NobypassConfig;
  /** Absolute, POSIX; undefined with no config file. */
  readonly file: string | undefined;
  /** What globs and relative paths in it are relative to: the config file's folder, or the project's root. */
  readonly dir: string;
}

export interface LoadOptions {
  /** `--config`: this file and no other, relative to `startDir`. */
  readonly configFile?: string | undefined;
  /** Names of the rules, to refuse unknown ones. */
  readonly ruleNames?: readonly string[] | undefined;
  /**
   * For how long an answer is taken as fresh without looking at the disk. 0 (default) looks each time; an editor's plugin,
   * which asks for each file it lints, gives some hundred.
   */
  readonly trustMs?: number | undefined;
}

interface Read {
  readonly loaded: LoadedConfig | ConfigError;
  /** State of the files it was made of; empty if it has to be read again in any case. */
  readonly stamps: ReadonlyMap<string, string>;
  /** Nothing but these files decides what it says. */
  readonly isFixed: boolean;
}

const reads = new Map<string, Read>();
const recent = new Map<string, { readonly at: number; readonly loaded: LoadedConfig | ConfigError }>();
const without = new Map<string, LoadedConfig>();

/**
 * The config that counts for a folder: the nearest one, going up to the repository's root. Without one, an empty config.
 * Reads again when the file, or a file that it imports, has changed.
 * @throws ConfigError if there is one that cannot be used, or the named one is missing.
 */
export function loadConfig(startDir: string, options: LoadOptions = {}): LoadedConfig {
  const dir = absolutePosix(".", startDir);
  const rules = options.ruleNames?.join() ?? "";
  const key = `${dir}\0${options.configFile ?? ""}\0${rules}`;
  const last = recent.get(key);
  const now = Date.now();
  let loaded: LoadedConfig | ConfigError;
  if (last && options.trustMs !== undefined && now - last.at < options.trustMs && now >= last.at) loaded = last.loaded;
  else {
    const file = options.configFile === undefined ? findConfigFile(dir) : absolutePosix(dir, options.configFile);
    loaded = file === undefined ? empty(dir) : fresh(file, options, rules);
    recent.set(key, { at: now, loaded });
  }
  if (loaded instanceof ConfigError) throw loaded;
  return loaded;
}

/** The nearest config file, or undefined. */
export function findConfigFile(startDir: string): string | undefined {
  for (const dir of upward(absolutePosix(".", startDir))) {
    const name = CONFIG_FILES.find((n) => isFile(`${dir}/${n}`));
    if (name !== undefined) return `${dir === "/" ? "" : dir}/${name}`;
  }
  return undefined;
}

const settings = new WeakMap<object, LoadedConfig>();
/** Oxlint hands over a copy for each file. What is valid is plain data, so equal text is an equal config. */
const settingsByText = new Map<string, LoadedConfig>();

/**
 * A config given as a value: ESLint's `settings.nobypass`. `dir` is what its globs are relative to.
 * @throws ConfigError
 */
export function configFromSettings(value: unknown, dir: string, options: Pick<LoadOptions, "ruleNames"> = {}): LoadedConfig {
  const base = absolutePosix(".", dir);
  const known = typeof value === "object" && value !== null ? settings.get(value) : undefined;
  if (known?.dir === base) return known;
  const { config, problems } = validateConfig(value, options.ruleNames);
  if (config === undefined) throw new ConfigError("settings.nobypass", problems, "Correct it in your ESLint config.");
  const text = `${base}\0${options.ruleNames?.join() ?? ""}\0${JSON.stringify(config)}`;
  const loaded = settingsByText.get(text) ?? { config, file: undefined, dir: base };
  settingsByText.set(text, loaded);
  settings.set(config, loaded);
  return loaded;
}

function empty(startDir: string): LoadedConfig {
  const dir = projectRoot(startDir);
  const loaded = without.get(dir) ?? { config: {}, file: undefined, dir };
  without.set(dir, loaded);
  return loaded;
}

function fresh(file: string, options: LoadOptions, rules: string): LoadedConfig | ConfigError {
  const key = `${file}\0${rules}`;
  const before = reads.get(key);
  if (before && before.stamps.size > 0 && [...before.stamps].every(([path, stamp]) => stampOf(path) === stamp)) {
    noteFiles(before.stamps.keys());
    if (!before.isFixed) noteUnknowable();
    return before.loaded;
  }
  const read = readConfig(file, options.ruleNames);
  if (!read.isFixed) noteUnknowable();
  // Read again and found the same: still the very same object.
  const loaded = before !== undefined && isSame(before.loaded, read.loaded) ? before.loaded : read.loaded;
  reads.set(key, { ...read, loaded });
  return loaded;
}

const isSame = (a: LoadedConfig | ConfigError, b: LoadedConfig | ConfigError): boolean => textOf(a) === textOf(b);
const textOf = (loaded: LoadedConfig | ConfigError): string => (loaded instanceof ConfigError ? loaded.message : JSON.stringify(loaded));

function readConfig(file: string, ruleNames: readonly string[] | undefined): Read {
  const failed = (problem: ConfigProblem, hint = "Correct it and run again."): Read => ({ loaded: new ConfigError(file, [problem], hint), stamps: new Map(), isFixed: false });
  if (!isFile(file)) {
    return failed({ path: "", message: "there is no such file", hint: "" }, "Correct the path after --config, or leave it out: the nearest nobypass.config.* is found by itself.");
  }
  let value: unknown;
  // The state is taken before reading: a file that changes meanwhile is read once more rather than once too few.
  let stamps = new Map([[file, takenStamp(file)]]);
  let isFixed = true;
  try {
    if (file.endsWith(".json")) value = parseJsonc(readText(file));
    else if (!/\.[cm]?[jt]s$/.test(file)) {
      const meant = nearestName(basename(file), CONFIG_FILES);
      return failed({ path: "", message: "a config is a .ts, .mts, .js, .mjs, .cjs or .json file", hint: meant ? `did you mean ${meant}?` : "" });
    } else {
      const files = moduleFiles(file);
      stamps = new Map(files.map((f) => [f, takenStamp(f)]));
      isFixed = isFixedModule(files);
      value = readModule(file, files);
      if (value === undefined) return failed({ path: "", message: "exports nothing by default", hint: 'write `export default defineConfig({ … })`' });
    }
  } catch (error) {
    return failed({ path: "", ...whyUnreadable(error) });
  }
  const { config, problems } = validateConfig(value, ruleNames);
  if (config === undefined) return { loaded: new ConfigError(file, problems, "Correct it and run again."), stamps, isFixed };
  return { loaded: { config, file, dir: toPosix(dirname(file)) }, stamps, isFixed };
}

/** Why a config, or a module that it names, cannot be evaluated. */
export function whyUnreadable(error: unknown): { readonly message: string; readonly hint: string } {
  if (error instanceof JsoncError) return { message: `line ${error.line}, column ${error.column}: ${error.problem}`, hint: "" };
  const text = (error instanceof Error ? error.message : String(error)).split(/\n\s*(?:at |Require stack)/)[0]?.replace(/\s*\n\s*/g, " ").trim() ?? "";
  const missing = /Cannot find (?:module|package) '([^']+)'/.exec(text)?.[1];
  if (missing !== undefined) return { message: `it imports "${missing}", which is not there`, hint: "install it, or correct the import" };
  if (/^await is only valid/.test(text)) return { message: "it awaits at top level", hint: "a config is read synchronously, also by editors: compute the value without await" };
  return { message: `reading it fails: ${text}`, hint: "" };
}

/** A state that is never met again where the file is so young that it may change within the same tick of the file system's clock. */
const takenStamp = (file: string): string => (isYoung(statOf(file), Date.now()) ? "young" : stampOf(file));
