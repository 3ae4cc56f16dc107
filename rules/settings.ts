import { posix } from "node:path";
import { crossingOf } from "../config/crossing.js";
import { globTest } from "../config/glob.js";
import type { LoadedConfig } from "../config/load.js";
import { passesBy } from "../config/passes-by.js";
import { placesOf } from "../config/places.js";
import { DEFAULT_PIPELINE, pipelineSymbols, resolvePipeline } from "../config/pipeline.js";
import type { ProjectInfo } from "../config/project.js";
import { isFile } from "../config/disk.js";
import { type NobypassConfig, PIPELINE_NAMES, type PipelineName, type RuleOptions } from "../config/schema.js";
import { dialectAt } from "../config/sql-dialect.js";
import { relativePosix, toPosix } from "../config/path.js";
import { errorsTakeCause } from "../config/type-library.js";
import type { Catalog } from "../catalog/catalog.js";
import type { Places, Settings } from "../core/rule.js";

/** ky's 10 s and stripe's 80 s are bounds; fetch's 300 s and openai's 600 s are none. */
const LONGEST_DEFAULT_MS = 120_000;

/** How the default package's functions are called. */
const SHAPES: Readonly<Record<string, string>> = { log: "(msg, fields)", dispatch: "(name, fn)", entry: "(name, fn)", map: "(items, fn)", detach: "(name, fn)", port: "(name, client)" };

export interface SettingsInput {
  readonly loaded: LoadedConfig;
  readonly project: ProjectInfo;
  readonly catalog: Catalog;
  /** Tests of rules judge as if the pipeline were installed. */
  readonly pipelineResolves?: boolean;
}

export function settingsOf({ loaded, project, catalog, pipelineResolves }: SettingsInput): Settings {
  const { config } = loaded;
  const isConfig = config.config ? globTest(config.config) : () => false;
  const isAdapter = config.adapters ? globTest(config.adapters) : null;
  const allows = new Map<string, (path: string) => boolean>();
  for (const name of Object.keys(config.rules ?? {})) {
    const allow = ruleOptions(config, name)?.allow;
    if (allow) allows.set(name, globTest(allow));
  }
  const names = new PipelineNames(loaded);
  const symbols = pipelineSymbols(loaded);
  const places = new Map<string, Places>();
  const passing = new Map<string, boolean>();
  const resolves = (path: string): boolean => pipelineResolves ?? resolvePipeline(loaded, project, `${project.root}/${path}`).resolves;
  return {
    ambient: config.ambient ?? {},
    ...(config.policies !== undefined && { policies: config.policies }),
    isConfigModule: isConfig,
    pipelineName: (symbol, from) => names.of(symbol, from),
    definesPipeline: (path, name) => names.defines(path, name),
    passesBy: (module, from) => {
      const key = `${posix.dirname(from)}\0${module}`;
      const known = passing.get(key) ?? passesBy(loaded, project, module, from);
      passing.set(key, known);
      return known;
    },
    pipelineImport: (name, from) => {
      const symbol = symbols.get(name as PipelineName) ?? (typeof config.pipeline !== "object" && EXTRA_NAMES.has(name) ? { module: config.pipeline ?? DEFAULT_PIPELINE, export: name, shape: undefined } : undefined);
      // A team's own function may take its arguments in another order: then it says so by a shape.
      if (symbol === undefined || symbol.export.includes(".") || !resolves(from)) return null;
      if (typeof config.pipeline === "object" && (symbol.shape === undefined || symbol.shape !== SHAPES[name])) return null;
      const module = symbol.module.startsWith(".") ? `./${posix.relative(toPosix(project.root), posix.join(toPosix(loaded.dir), symbol.module))}` : symbol.module;
      return { module, name: symbol.export, hasAdapters: typeof config.pipeline !== "object" };
    },
    pipelineWord: (name) => {
      const word = symbols.get(name as PipelineName)?.export.match(/[\w$]+/g)?.at(-1) ?? null;
      return word === "default" ? "" : word;
    },
    isAdapter: (path) => isAdapter?.(path) ?? null,
    pipelineResolves: resolves,
    errorsTakeCause: (path) => errorsTakeCause(project, path),
    places: (from) => {
      const known = places.get(from) ?? placesOf(project, config, from);
      places.set(from, known);
      return known;
    },
    importedFile: (specifier, from) => {
      const file = project.imports.resolve(specifier, posix.join(toPosix(project.root), posix.dirname(from)))?.file;
      const path = file === undefined ? ".." : relativePosix(project.root, file);
      return path.startsWith("..") || /(?:^|\/)node_modules\//.test(path) ? null : path;
    },
    validators: (path) => project.packageOf(path)?.validators ?? [],
    crossing: (specifier, from) => crossingOf(project, specifier, from),
    moduleOf: (path) => project.moduleOf(path) ?? null,
    sqlDialect: (path) => ruleOptions(config, "unsafe-migration")?.dialect ?? dialectAt(project, path),
    hasFile: (path) => isFile(`${project.root}/${path}`),
    isAllowed: (rule, path) => allows.get(rule)?.(path) ?? false,
    longestDefaultMs: LONGEST_DEFAULT_MS,
    catalog,
  };
}

function ruleOptions(config: NobypassConfig, rule: string): RuleOptions | undefined {
  const setting = config.rules?.[rule];
  return Array.isArray(setting) ? (setting[1] as RuleOptions | undefined) : undefined;
}

/** The sanctioned names, by the symbol paths under which files of the project know them. */
class PipelineNames {
  readonly #package: string | null;
  readonly #exact = new Map<string, string>();
  /** Modules of the project itself, without extension, with the names they export. */
  readonly #files = new Map<string, Map<string, string>>();

  constructor(loaded: LoadedConfig) {
    const pipeline = loaded.config.pipeline ?? DEFAULT_PIPELINE;
    this.#package = typeof pipeline === "string" ? pipeline : null;
    if (typeof pipeline === "string") return;
    for (const [name, symbol] of pipelineSymbols(loaded)) {
      this.#exact.set(`${symbol.module}:${symbol.export === "default" ? "" : symbol.export}`, name);
      if (!symbol.module.startsWith(".")) continue;
      const file = withoutExtension(posix.normalize(symbol.module));
      const known = this.#files.get(file) ?? new Map<string, string>();
      known.set(symbol.export === "default" ? "" : symbol.export, name);
      this.#files.set(file, known);
    }
  }

  of(symbol: string, from: string): string | null {
    const colon = symbol.lastIndexOf(":");
    const module = symbol.slice(0, colon);
    const path = symbol.slice(colon + 1);
    if (this.#package !== null && (module === this.#package || module.startsWith(`${this.#package}/`))) {
      const root = path.split(/[.(]/)[0] as string;
      return (PIPELINE_NAMES as readonly string[]).includes(root) || EXTRA_NAMES.has(root) ? path : null;
    }
    if (this.#package !== null) return null;
    for (const [root, rest] of prefixes(path)) {
      const name = module.startsWith(".") ? this.#files.get(this.#resolve(module, from))?.get(root) : this.#exact.get(`${module}:${root}`);
      if (name !== undefined) return name + rest;
    }
    return null;
  }

  defines(path: string, name: string): boolean {
    const names = this.#files.get(withoutExtension(path));
    return names !== undefined && [...names.values()].includes(name);
  }

  #resolve(module: string, from: string): string {
    return withoutExtension(posix.join(posix.dirname(from), module));
  }
}

/** What the default package exports beside the names a team maps. */
const EXTRA_NAMES = new Set(["pipeline", "secret", "parseAsync", "unwrap", "ok", "err", "AppFailure", "PipelineInterceptor", "PipelineModule"]);

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, "").replace(/\/index$/, "");
}

/** `log.child().info` -> `log.child().info` + "", `log.child()` + `.info`, … `log` + `.child().info`, "" + all. */
function prefixes(path: string): [string, string][] {
  const found: [string, string][] = [[path, ""]];
  for (let i = path.length - 1; i > 0; i--) {
    if (path[i] === ".") found.push([path.slice(0, i), path.slice(i)]);
    else if (path[i] === "(") found.push([path.slice(0, i), path.slice(i)]);
  }
  if (path !== "") found.push(["", path.startsWith("(") ? path : `.${path}`]);
  return found;
}
