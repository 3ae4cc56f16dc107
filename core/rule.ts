import type { Facts, FnId, MarkId, TypeExpr, ValueId } from "./facts.js";
import type { Elsewhere, Fix, Related, Span } from "./finding.js";

export type RuleName = string;

/** The seven promises of a production backend; the summary of a run is grouped by them. */
export type Guarantee = "one path" | "bounded time" | "stable failures" | "observability" | "safety" | "load" | "data";

/** safe: types and behaviour kept · review: mechanical, adds a declared outcome · manual: a human decides. */
export type FixTier = "safe" | "review" | "manual";

export type SqlDialect = "postgresql" | "mysql" | "sqlite" | "mssql" | "clickhouse";

export type Role = "server" | "test" | "script" | "generated" | "migration" | "browser";

export interface Rule {
  readonly name: RuleName;
  readonly promise: Guarantee;
  /** What it reports, as a noun phrase: reads well after "finds". */
  readonly finds: string;
  /** Why that breaks the promise, in a sentence or two. */
  readonly why: string;
  /** What the rule deliberately leaves alone, one line each; printed on its page. */
  readonly fine: readonly string[];
  /** file: one file decides · program: needs all of them · both: a file decides some. */
  readonly depth: "file" | "program" | "both";
  /** The best fix it offers, or `none` with the reason in `fixNote`. */
  readonly fix: FixTier | "none";
  readonly fixNote: string;
  /** Roles of files it judges. */
  readonly roles: readonly Role[];
  readonly preset: "recommended" | "strict";
  /** In `recommended` only where the configured pipeline resolves: without one it has nothing to send people to. */
  readonly needsPipeline?: true;
  /** What it would have a compiler say where names do not: of which type a receiver is, or whether a call gives a promise. */
  readonly asks?: readonly ("type" | "promise")[];
  /** What a file must mention for this rule to have anything to say: most files have none of it and are not looked at further. */
  readonly looksFor: LooksFor;
  judge(file: FileView, report: Report): void;
}

export interface LooksFor {
  /** Anywhere in the text: names that no alias can avoid writing. */
  readonly text?: RegExp;
  /** `text` fits only where one of these is written: told without a look at the pattern. */
  readonly words?: readonly string[];
  /** Where a pattern cannot say it. */
  readonly told?: (file: Glance) => boolean;
  /** Packages and globals for which the catalog has rows of these kinds. */
  readonly catalog?: readonly string[];
  /** Files whose place alone makes them worth a look: a framework's route folders. */
  readonly path?: RegExp;
  /** What has to be there as well for a finding that needs no other file: hosts of one file show nothing else. */
  readonly alone?: (file: Glance) => boolean;
  /** The same, told by the facts. */
  readonly aloneWith?: (file: FileView) => boolean;
}

/** A file before anybody has parsed it. */
export interface Glance {
  readonly text: string;
  readonly path: string;
  readonly settings: Settings;
  /** Does it write any of these words? Much cheaper than a pattern; may say yes in vain. */
  writes(words: readonly string[]): boolean;
  /** Does its text fit? Worked out once, whichever rules ask. */
  fits(pattern: RegExp): boolean;
  /** Does it mention what the catalog has rows of these kinds for? */
  mentions(aspects: readonly string[]): boolean;
}

/** The identity function: for the type, and so that a rule file reads as data. */
export const rule = (r: Rule): Rule => r;

/** A place in a file: a value, a mark, or bare offsets. */
export type Place = { readonly value: ValueId } | { readonly mark: MarkId } | Span;

/**
 * The file in which a finding stands, by itself: a fix is made of its text. Where a program was judged, its values and
 * functions have numbers of their own there, and none if they stand in another file.
 */
export interface Own {
  readonly file: FileView;
  value(id: ValueId): ValueId | null;
  fn(id: FnId): FnId | null;
}

export interface FoundExtra {
  /** Computed only when somebody wants to fix; in a program, where the file alone finds the same. */
  readonly fix?: () => Fix | null;
  /** Made of the finding's own file, of what the judged program knows. */
  readonly fixIn?: (own: Own) => Fix | null;
  /** A better fix where something else stands, such as the creation of a client. */
  readonly elsewhere?: Elsewhere & { readonly at: Place };
  readonly related?: readonly Related[];
  /** The value whose shape identifies the finding, if not the place itself; or words, where no value does. */
  readonly subject?: ValueId | string;
}

export interface Report {
  found(at: Place, message: string, extra?: FoundExtra): void;
  /** Judged and proved fine. */
  clear(at: Place): void;
  unknown(at: Place, reason: string): void;
}

/** What a rule sees of one file. Everything further is an answer derived from it. */
export interface FileView {
  readonly facts: Facts;
  readonly text: string;
  /** POSIX path relative to the project root. */
  readonly path: string;
  readonly role: Role;
  /** Not one file, but all of a program as one: what is not seen here is nowhere in it. */
  readonly isProgram: boolean;
  readonly settings: Settings;
  /** For fixes that reach further than this file. No judgement asks. */
  readonly others: OtherFiles;
  /** What a compiler said of places that names leave open; absent where none was asked: in an editor, or where names say all. */
  readonly told?: Told | undefined;
  /** The answer, computed once per file. */
  get<T>(answer: Answer<T>): T;
  span(place: Place): Span;
  /** The file in which a place stands: this one, or one of the program that is looked at as one. */
  homeOf(place: Place): Home;
}

/** Answers of a compiler, in the words of facts. null: it was not asked of this place, or cannot tell either. */
export interface Told {
  /** The type of a value, as if it were declared so. */
  type(value: ValueId): TypeExpr | null;
  /** What a call gives. */
  gives(call: ValueId): "promise" | "none" | null;
  /** Modules of the types told: the catalog may know them, and no file need import them. */
  readonly modules: readonly string[];
}

/** One file's own part of what is looked at. */
export interface Home {
  readonly path: string;
  /** Its directive prologue. */
  readonly prologue: readonly string[];
  /** The function that is its top level. */
  readonly module: FnId;
  /** Its values: those from `from` on, up to `to`. */
  readonly values: { readonly from: ValueId; readonly to: ValueId };
}

/** The files beside the judged one as they are on disk, as far as a surface can read them. Paths are relative to the project's root. */
export interface OtherFiles {
  /** Without a BOM; null where there is no such file, or nobody reads it. */
  text(path: string): string | null;
  /** Of a source; null where there is none, or it does not parse. */
  view(path: string): FileView | null;
  /** Is nothing there, so that a fix may create it? */
  isFree(path: string): boolean;
  /** The surface makes no edits of them: a fix that needs one need not be worked out. */
  readonly areLeft?: true;
}

/** Where a project keeps what fixes write to, seen from a file. */
export interface Places {
  /** Sources that may be its config module: those of config `config`, else by their names; likeliest first. */
  readonly configModules: readonly string[];
  /** Where a new config module would belong; null where the config leaves no place for one. */
  readonly newConfigModule: string | null;
  /** Sources that may set up the pipeline (`pipeline.configure`); likeliest first. */
  readonly setups: readonly string[];
  /** The list of variables that is in the repository: `.env.example`, or what it is called here. */
  readonly envExample: string;
  /** Does its package say `"type": "module"`? */
  readonly isModule: boolean;
  /** What its package depends on at run time. */
  readonly dependencies: ReadonlySet<string>;
}

/** Something that is true of a file, worked out once and used by many rules. Answers report nothing. */
export interface Answer<T> {
  readonly name: string;
  of(file: FileView): T;
}

/** An import that leads into another module. */
export interface Crossing {
  /** `open`: anything may be imported here, the module has no entry or the file is the composition root; `lost`: no file is there. */
  readonly to: "entry" | "inside" | "open" | "lost";
  /** The module's name, and its folder. */
  readonly module: string;
  readonly dir: string;
  /** What lies behind the name: the project path of a file, or of the place where one should be. */
  readonly target: string;
}

/** What a run decides once for all files: the config, resolved. */
export interface Settings {
  /** Registrations the config lists, by framework: `{ express: ["pipeline"] }`. */
  readonly ambient: Readonly<Record<string, readonly string[]>>;
  /** Config `policies`: what entry points must have, by patterns over their names; absent without config. */
  readonly policies?: readonly { readonly entries: string | readonly string[]; readonly require: readonly ("rateLimit" | "authorize" | "csrf")[] }[];
  /**
   * Which name of the pipeline a symbol path is, seen from a file: `@nobypass/pipeline:http.fetch` -> `http.fetch`,
   * `./infra/log.js:log` -> `log`; null if it is none.
   */
  pipelineName(symbol: string, fromPath: string): string | null;
  /**
   * Where a fix imports a name of the pipeline from, seen from a file: a module's name, or the path of one of ours from
   * the root (`./src/infra/log.ts`). `hasAdapters`: a package with a subpath for each framework. Null where it does not resolve, or is called in a way no fix knows.
   */
  pipelineImport(name: string, fromPath: string): { readonly module: string; readonly name: string; readonly hasAdapters: boolean } | null;
  /** What every file writes that uses this name of the pipeline; "" where it may be anything, null where the config maps no such name. */
  pipelineWord(name: string): string | null;
  /** Is this file where a name of the configured pipeline is defined? The inside of the pipeline is no bypass of it. */
  definesPipeline(path: string, name: string): boolean;
  /** Is a module, seen from a file, a package that cannot lead what it is given through the pipeline? */
  passesBy(module: string, fromPath: string): boolean;
  /** Does this path match config `config` (the modules that may read the environment)? */
  isConfigModule(path: string): boolean;
  /** Is this file one of config `adapters`, where alone raw effects may live? null where the config names none. */
  isAdapter(path: string): boolean | null;
  /** Does the pipeline resolve from this file, so that a fix may write its names? */
  pipelineResolves(path: string): boolean;
  /** Do the types of a file's edition of the language know `new Error(message, { cause })`? */
  errorsTakeCause(path: string): boolean;
  /** Where fixes find or put what other files hold. */
  places(fromPath: string): Places;
  /** The project's file behind an import, seen from a file; null if it leads out of the project. */
  importedFile(specifier: string, fromPath: string): string | null;
  /** The validators that a file's package depends on, of those that schemas can be written for: `zod`, `valibot`, `arktype`. */
  validators(path: string): readonly string[];
  /** Which boundary between modules an import crosses, seen from a file; null if none, or if the name leads out of the project. */
  crossing(specifier: string, fromPath: string): Crossing | null;
  /** The module that a file lies in, by its name and its folder; null if in none. */
  moduleOf(path: string): { readonly name: string; readonly dir: string } | null;
  /** The SQL that migrations in a file's folder are written in, as config, a tool's lock file or the package's drivers say; null where nobody does. */
  sqlDialect(path: string): SqlDialect | null;
  /** Does the project have this file? For what stands in two: the way up and the way down. */
  hasFile(path: string): boolean;
  /** Config `rules.<name>.allow`. */
  isAllowed(rule: RuleName, path: string): boolean;
  /** Largest documented default that counts as a bound, in ms. */
  readonly longestDefaultMs: number;
  /** The catalog; its type is the catalog's own, which core does not know. */
  readonly catalog: object;
}
