import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Catalog } from "../catalog/catalog.js";
import { libraries } from "../catalog/index.js";
import type { Library } from "../catalog/library.js";
import { globBase, globTest } from "../config/glob.js";
import { type LoadedConfig, whyUnreadable } from "../config/load.js";
import { checkPipeline } from "../config/pipeline.js";
import { ConfigError, type ConfigProblem } from "../config/problem.js";
import { findProject, type ProjectInfo } from "../config/project.js";
import { readModule } from "../config/read-module.js";
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
    exemptions: exemptionsOf(loaded.config, new Date().toISOString().slice(0, 10)),
    // Nothing to resolve where the config names nothing, and an editor need not look for it.
    pipelineProblems: () => (loaded.config.pipeline === undefined ? [] : pipeline().problems),
  };
  sessions.set(project, session);
  return session;
}

let builtIn: Catalog | undefined;
const catalogs = new WeakMap<LoadedConfig, Catalog>();

/** The built-in libraries and the user's own rows. */
export function catalogFor(loaded: LoadedConfig): Catalog {
  const patterns = loaded.config.catalog ?? [];
  if (patterns.length === 0) return (builtIn ??= new Catalog(libraries));
  const known = catalogs.get(loaded);
  if (known) return known;
  const own = patterns.flatMap((pattern) => librariesAt(loaded, pattern));
  const catalog = new Catalog([...libraries, ...own]);
  catalogs.set(loaded, catalog);
  return catalog;
}

function librariesAt(loaded: LoadedConfig, pattern: string): Library[] {
  const plain = pattern.replace(/^\.\//, "");
  const test = globTest([plain]);
  const base = globBase(plain);
  const files = filesUnder(loaded.dir, base).filter(test);
  if (files.length === 0) throw new ConfigError(loaded.file ?? loaded.dir, [{ path: "catalog", message: `\`${pattern}\` matches no file`, hint: "patterns are relative to the config file" }], "Correct it and run again.");
  return files.flatMap((file) => {
    const value = read(join(loaded.dir, file));
    const rows = Array.isArray(value) ? (value as unknown[]) : [value];
    for (const row of rows) {
      if (!isLibrary(row)) throw new ConfigError(join(loaded.dir, file), [{ path: "", message: "is no catalog library: `name` and `packages` are missing", hint: "export default { name: \"acme\", packages: [\"acme\"], docs: \"https://…\", effects: [ … ] }" }], "See docs/adding-a-library.md.");
    }
    return rows as Library[];
  });
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
  try {
    return readdirSync(join(dir, base), { withFileTypes: true, recursive: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name).slice(dir.length + 1).split("\\").join("/"))
      .sort();
    // nobypass-disable-next-line swallowed-error -- the base is a file, or nothing: the pattern itself is the only candidate
  } catch {
    return [base];
  }
}
