import type { Facts } from "../core/facts.js";
import type { Finding, Position, RelatedPlace, Verdict } from "../core/finding.js";
import type { Role, RuleName } from "../core/rule.js";
import type { AnswersSource } from "./asking.js";

export interface ParseFailure {
  readonly message: string;
  readonly start: number;
}

export interface RunOptions {
  readonly cwd: string;
  /** Files, folders or globs; none: the project at `cwd`. */
  readonly paths: readonly string[];
  /** `--config`. */
  readonly configPath?: string;
  /** Judge by these rules alone. */
  readonly rules?: readonly RuleName[];
  /** The files at `paths` are the whole program, whatever else the project holds. */
  readonly alone?: boolean;
  /** Parse every server file, also those in which no rule has anything to look at: a file that does not parse is a problem. */
  readonly parseAll?: boolean;
  /** `false`: no compiler is asked, whatever config `types` says. */
  readonly types?: boolean;
  /** What a compiler said, as somebody has kept it. */
  readonly answers?: AnswersSource;
  /** Facts that somebody has kept. */
  readonly facts?: FactsSource;
  /** Called when all is judged, with what tells what was said of a line of a file; null where nothing was read of it. */
  readonly onLooked?: (look: (file: string, line: number) => Looked | null) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Gives the facts of a file from what was kept, or has them made. */
export interface FactsSource {
  of(path: string, text: string, extract: () => Facts | ParseFailure): Facts | ParseFailure;
}

/** A place that a rule could not decide. */
export interface UnknownSite {
  readonly rule: RuleName;
  readonly file: string;
  readonly start: Position;
  readonly reason: string;
}

/** All that was said of one line. */
export interface Looked {
  readonly role: Role;
  /** Empty lines and comments hold nothing. */
  readonly isBlank: boolean;
  readonly verdicts: readonly LookedVerdict[];
  readonly calls: readonly LookedCall[];
  /** Entries whose serving runs the function around it. */
  readonly entries: readonly string[];
  /** Rules that read the file and have nothing to say of the line. */
  readonly silent: readonly RuleName[];
  /** Rules that did not read the file, as it holds nothing of theirs. */
  readonly unread: readonly RuleName[];
}

export interface LookedVerdict {
  readonly rule: RuleName;
  readonly verdict: Verdict;
  readonly isSuppressed: boolean;
  readonly start: Position;
  readonly message: string;
  readonly related: readonly RelatedPlace[];
}

export interface LookedCall {
  readonly start: Position;
  readonly text: string;
  /** The pipeline's name that it is. */
  readonly sanctioned: string | null;
  /** Who is called, as the catalog writes it, and what rows it has. */
  readonly rows: readonly { readonly symbol: string; readonly library: string; readonly kind: string }[];
}

/** A call on the way of an entry that leads nobody knows where. */
export interface OpenCall {
  readonly file: string;
  readonly start: Position;
  readonly reason: string;
  /** How many entries come by. */
  readonly entries: number;
}

/**
 * What a run says of one entry. proved: nothing on any way from it is found or unknown · found: something is ·
 * unknown: nothing is found, and nobody can say that nothing is there.
 */
export interface EntryOutcome {
  readonly file: string;
  readonly start: Position;
  /** `GET /users/:id`, a queue; null where nobody says. */
  readonly name: string | null;
  readonly framework: string;
  readonly proof: "proved" | "found" | "unknown";
  /** Findings on its ways. */
  readonly found: number;
  /** Places on its ways of which nobody can say. */
  readonly unknown: number;
  /** The first of them; `rule` is null where a call leads nobody knows where. */
  readonly reasons: readonly { readonly rule: RuleName | null; readonly file: string; readonly start: Position; readonly reason: string }[];
}

export interface Entries {
  readonly proved: number;
  readonly found: number;
  readonly unknown: number;
  readonly list: readonly EntryOutcome[];
  /** By file and place. */
  readonly open: readonly OpenCall[];
}

/** Something that makes the run less than trustworthy, or stops it. */
export interface RunProblem {
  /** parse: a file that does not parse · crash: a rule threw · config, files: nothing could be judged. */
  readonly kind: "parse" | "crash" | "config" | "files";
  readonly file?: string;
  readonly start?: Position;
  readonly message: string;
  readonly hint: string;
  /** Of a crash: for `--verbose` and bug reports. */
  readonly stack?: string;
  /** Of a file that no rule of the run judges (a test, a browser file): does not make the run untrustworthy. */
  readonly harmless?: true;
}

export interface RunResult {
  readonly root: string;
  /** Path of the config that was read, if any. */
  readonly configFile: string | null;
  /** What was assumed because no config says it; for the first lines of a run. */
  readonly assumed: readonly string[];
  /** Sorted by file, then offset, then rule. */
  readonly findings: readonly Finding[];
  readonly unknown: readonly UnknownSite[];
  readonly counts: {
    readonly files: number;
    /** Source files outside every tsconfig: judged by names. */
    readonly outsideTsconfig: number;
    readonly found: number;
    readonly clear: number;
    readonly unknown: number;
    /** Findings that a directive or an exemption keeps quiet. */
    readonly suppressed: number;
  };
  /** Rules that ran, and rules that were silent because the pipeline does not resolve. */
  readonly rules: { readonly ran: readonly RuleName[]; readonly waiting: readonly RuleName[] };
  /** The entries of the files that were asked for; null where no rule of the run judges a program. */
  readonly entries: Entries | null;
  readonly problems: readonly RunProblem[];
  /** Texts of the files with findings, for code frames: by path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly durationMs: number;
}

/** The result of a run that came to nothing: only the problems say why. */
export function nothingJudged(root: string, problems: readonly RunProblem[], durationMs = 0): RunResult {
  return {
    root,
    configFile: null,
    assumed: [],
    findings: [],
    unknown: [],
    counts: { files: 0, outsideTsconfig: 0, found: 0, clear: 0, unknown: 0, suppressed: 0 },
    rules: { ran: [], waiting: [] },
    entries: null,
    problems,
    sources: new Map(),
    durationMs,
  };
}
