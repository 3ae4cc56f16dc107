import { join, posix } from "node:path";
import { Catalog } from "../catalog/catalog.js";
import { libraries } from "../catalog/index.js";
import type { Library } from "../catalog/library.js";
import { entriesOf, isYoung, noteFiles, noteUnknowable, stampOf, statOf, today, NEVER_WALKED } from "../config/disk.js";
import { globBase, globTest } from "../config/glob.js";
import { type LoadedConfig, whyUnreadable } from "../config/load.js";
import { checkPipeline } from "../config/pipeline.js";
import { ConfigError, type ConfigProblem } from "../config/problem.js";
import { findProject, type ProjectInfo } from "../config/project.js";
import { isFixedModule, moduleFiles, readModule } from "../config/read-module.js";
import { HEAD_LENGTH, roleOf } from "../config/roles.js";
import type { RuleLevel } from "../config/schema.js";
import type { Role, Rule, Settings } from "../core/rule.js";
import { type Exemptions, exemptionsOf } from "./exemptions.js";
import { settingsOf } from "./settings.js";

/** What one config means for all files it covers. Every surface judges through one of these. */
export interface Session {
  readonly loaded: LoadedConfig;
  readonly project: ProjectInfo;
  readonly settings: Settings;
  /** off; or `waiting`: the preset has it, and it is silent until the pipeline resolves. */
  levelOf(rule: Rule): RuleLevel | "waiting";
  roleOf(path: string, text: string): Role;
  readonly exemptions: Exemptions;
  /** Sanctioned names of the config that do not resolve. */
  pipelineProblems(): readonly ConfigProblem[];
}

export interface SessionOptions {
  /** Tests of rules judge as if the pipeline were installed. */
  readonly pipelineResolves?: boolean;
  /** For how long a snapshot of the project may serve; an editor asks for every file. */
  readonly trustMs?: number;
}

const sessions = new WeakMap<ProjectInfo, Session>();

export function sessionFor(loaded: LoadedConfig, options: SessionOptions = {}): Session {
  const project = findProject(loaded, options.trustMs === undefined ? {} : { trustMs: options.trustMs });
  const known = sessions.get(project);
  if (known && options.pipelineResolves === undefined) return known;
  const { pipelineResolves } = options;
  const settings = settingsOf({ loaded, project, catalog: catalogFor(loaded), ...(pipelineResolves !== undefined && { pipelineResolves }) });
  let checked: ReturnType<typeof checkPipeline> | undefined;
  const pipeline = (): ReturnType<typeof checkPipeline> => (checked ??= checkPipeline(loaded, project));
  const session: Session = {
    loaded,
    project,
    settings,
    levelOf(rule) {
      const set = loaded.config.rules?.[rule.name];
      if (set !== undefined) return typeof set === "string" ? set : set[0];
      if (loaded.config.preset === "strict") return "error";
      if (rule.preset === "strict") return "off";
      if (!rule.needsPipeline) return "error";
      return (pipelineResolves ?? pipeline().resolves) ? "error" : "waiting";
    },
    roleOf: (path, text) => roleOf(path, text.slice(0, HEAD_LENGTH), project, loaded.config),
    exemptions: exemptionsOf(loaded.config, today),
    // Nothing to resolve where the config names nothing, and an editor need not look for it.
    pipelineProblems: () => (loaded.config.pipeline === undefined ? [] : pipeline().problems),
  };
  sessions.set(project, session);
  return session;
}

let builtIn: Catalog | undefined;
const catalogs = new WeakMap<LoadedConfig, { readonly catalog: Catalog; readonly stamps: ReadonlyMap<string, string>; readonly isFixed: boolean }>();

/** The built-in libraries and the user's own rows. */
export function catalogFor(loaded: LoadedConfig): Catalog {
  const patterns = loaded.config.catalog ?? [];
  if (patterns.length === 0) return (builtIn ??= new Catalog(libraries));
  const modules = patterns.flatMap((pattern) => catalogFiles(loaded, pattern)).map((file) => join(loaded.dir, file));
  const files = [...new Set(modules.flatMap((file) => moduleFiles(file)))];
  const known = catalogs.get(loaded);
  if (known?.stamps.size === files.length && files.every((file) => known.stamps.get(file) === stampOf(file))) {
    noteFiles(files);
    if (!known.isFixed) noteUnknowable();
    return known.catalog;
  }
  const stamps = new Map(files.map((file) => [file, isYoung(statOf(file), Date.now()) ? "young" : stampOf(file)]));
  const isFixed = isFixedModule(files);
  if (!isFixed) noteUnknowable();
  const catalog = new Catalog([...libraries, ...modules.flatMap(librariesIn)]);
  catalogs.set(loaded, { catalog, stamps, isFixed });
  return catalog;
}

function catalogFiles(loaded: LoadedConfig, pattern: string): string[] {
  const plain = pattern.replace(/^\.\//, "");
  const test = globTest([plain]);
  const base = globBase(plain);
  const files = filesUnder(loaded.dir, base).filter(test);
  if (files.length === 0) throw new ConfigError(loaded.file ?? loaded.dir, [{ path: "catalog", message: `\`${pattern}\` matches no file`, hint: "patterns are relative to the config file" }], "Correct it and run again.");
  return files;
}

function librariesIn(file: string): Library[] {
  const value = read(file);
  const rows = Array.isArray(value) ? (value as unknown[]) : [value];
  for (const row of rows) {
    if (!isLibrary(row)) throw new ConfigError(file, [{ path: "", message: "is no catalog library: `name` and `packages` are missing", hint: "export default { name: \"acme\", packages: [\"acme\"], docs: \"https://…\", effects: [ … ] }" }], "See docs/adding-a-library.md.");
  }
  return rows as Library[];
}

function read(file: string): unknown {
  try {
    return readModule(file);
  } catch (error) {
    throw new ConfigError(file, [{ path: "", ...whyUnreadable(error) }], "Correct it and run again.");
  }
}

function isLibrary(value: unknown): value is Library {
  return typeof value === "object" && value !== null && typeof (value as Library).name === "string" && Array.isArray((value as Library).packages);
}

function filesUnder(dir: string, base: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of entriesOf(join(dir, path))) {
      const inner = posix.join(path, entry.name);
      if (entry.isFile()) found.push(inner);
      else if (entry.isDirectory() && !NEVER_WALKED.has(entry.name)) visit(inner);
    }
  };
  try {
    visit(base);
    return found.sort();
    // nobypass-disable-next-line swallowed-error -- the base is a file, or nothing: the pattern itself is the only candidate
  } catch {
    return [base];
  }
}
