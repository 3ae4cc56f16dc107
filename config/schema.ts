import type { Severity } from "../core/finding.js";
import type { Role, SqlDialect } from "../core/rule.js";

/** The names a pipeline may have. A team's own pipeline maps the ones it has; each may be missing. */
export const PIPELINE_NAMES = [
  "entry", "dispatch", "http", "port", "map", "detach", "parse", "fail", "attempt",
  "log", "config", "contract", "implement", "Result", "errors",
] as const;
export type PipelineName = (typeof PIPELINE_NAMES)[number];

/** How a team's own `dispatch` takes its arguments; the fixer writes calls in this shape. */
export const DISPATCH_SHAPES = ["(name, fn)", "(fn, opts)", "fn"] as const;

/** `import/with:export`: the last colon separates. The import may be a package, a path relative to the config file, or a `#imports` alias. */
export type SymbolPath = string;

export interface PipelineTarget {
  /** Where the name lives: `"#infra/http:call"`. */
  readonly use: SymbolPath;
  /** How it is called, where that differs from `@nobypass/pipeline`: `"(fn, opts)"`. */
  readonly shape?: string;
}

export type PipelineMap = { readonly [name in PipelineName]?: SymbolPath | PipelineTarget };

export const PRESETS = ["recommended", "strict"] as const;
export type Preset = (typeof PRESETS)[number];

export const POLICY_KINDS = ["rateLimit", "authorize", "csrf"] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

export interface Policy {
  /** Which entry points: `"POST /login"`, a glob over their names, or several of them. One that names none is a problem of the run. */
  readonly entries: string | readonly string[];
  /** What each of them must have. */
  readonly require: readonly PolicyKind[];
}

export type RuleLevel = Severity | "off";

export interface RuleOptions {
  /** Files in which the rule says nothing. Prefer `exemptions` for debt: those carry a reason and a date. */
  readonly allow?: readonly string[];
  /** Of `unsafe-migration`: what migrations are written in, where neither the tool nor the package's drivers say it. */
  readonly dialect?: SqlDialect;
}

export type RuleSetting = RuleLevel | readonly [level: RuleLevel, options?: RuleOptions];

export interface Exemption {
  /** The rule, or the rules, that these files are exempt from. */
  readonly rule: string | readonly string[];
  /** Globs, relative to the config file. */
  readonly files: readonly string[];
  /** Why. Required: an exemption that nobody can explain is a hole. */
  readonly reason: string;
  /** Who answers for it: `"@payments"`. */
  readonly owner?: string;
  /** Last day it holds, `YYYY-MM-DD`. Afterwards it suppresses nothing and is reported itself. */
  readonly until?: string;
}

export const ROLES = ["server", "test", "script", "generated", "migration", "browser"] as const satisfies readonly Role[];

export const SQL_DIALECTS = ["postgresql", "mysql", "sqlite", "mssql", "clickhouse"] as const satisfies readonly SqlDialect[];

/**
 * What `nobypass.config.{ts,mts,js,mjs,cjs,json}` holds. All globs and relative paths are relative to the config file.
 * A glob without wildcards covers the file, or everything in the folder, of that name.
 */
export interface NobypassConfig {
  /** `"recommended"` (default) or `"strict"`, which adds the rules that ask most of a codebase. */
  readonly preset?: Preset;
  /** The tsconfig that describes the program. Default: `tsconfig.json` beside the config, and those of the workspaces. */
  readonly project?: string;
  /** Is a compiler asked what names leave open? `"auto"` (default): where that is anything, and dependencies are installed. */
  readonly types?: "auto" | "off";
  /** Folders that are modules: `["src/modules/*"]`. Default: the workspace packages, else `src/{modules,features,domains}/*`. */
  readonly modules?: readonly string[];
  /** If given: the only files in which raw effects may live. They must still be reached through the pipeline. */
  readonly adapters?: readonly string[];
  /** The only files that may read `process.env`. */
  readonly config?: readonly string[];
  /** What "our pipeline" is: one module that exports all names, or a map from name to `module:export`. Default `"@nobypass/pipeline"`. */
  readonly pipeline?: string | PipelineMap;
  /** What the project registers once for everything, by framework: `{ express: ["pipeline"], nest: ["ValidationPipe"] }`. */
  readonly ambient?: { readonly [framework: string]: readonly string[] };
  /** Policies that entry points must declare. */
  readonly policies?: readonly Policy[];
  /** Files whose role their path does not tell. These win over the defaults; of several that match, the one written last. */
  readonly roles?: { readonly [role in Role]?: readonly string[] };
  /** Modules with catalog rows of your own: clients, validators, loggers, entries. */
  readonly catalog?: readonly string[];
  /** A level for each rule, with files it leaves alone: `["error", { allow: ["src/boot/**"] }]`. */
  readonly rules?: { readonly [rule: string]: RuleSetting };
  /** Debt that is known: suppressed, listed in every report, and ending on a day. */
  readonly exemptions?: readonly Exemption[];
}
