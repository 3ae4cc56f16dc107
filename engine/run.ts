import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { loadConfig, type LoadedConfig } from "../config/load.js";
import { ConfigError } from "../config/problem.js";
import { globBase, isGlob } from "../config/glob.js";
import { absolutePosix, relativePosix } from "../config/path.js";
import type { Finding, Fix, Judgement, Position, Severity } from "../core/finding.js";
import type { Rule } from "../core/rule.js";
import { View } from "../analyzers/view.js";
import { extract } from "../facts/extract.js";
import { DIRECTIVE, HAS_DIRECTIVE, Lines, suppressionsOf } from "../rules/directives.js";
import { rules as allRules } from "../rules/index.js";
import { judge } from "../rules/judge.js";
import { Relevance } from "../rules/relevance.js";
import { FilesOnDisk } from "../rules/others.js";
import { type Session, sessionFor } from "../rules/session.js";
import { discoverFiles } from "./files.js";
import { parse, syntaxError } from "./parse.js";
import { nothingJudged, type RunOptions, type RunProblem, type RunResult, type UnknownSite } from "./result.js";

const ruleNames = allRules.map((r) => r.name);

/** One run from start to end: find the files, extract their facts, judge, suppress, sort. Never throws for what users get wrong. */
export function run(options: RunOptions): RunResult {
  const started = performance.now();
  let loaded: LoadedConfig;
  let session: Session;
  try {
    loaded = loadConfig(startDir(options), { configFile: options.configPath, ruleNames });
    session = sessionFor(loaded);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return nothingJudged(options.cwd, configProblems(error), performance.now() - started);
  }
  const pipelineProblems = session.pipelineProblems();
  if (pipelineProblems.length > 0) {
    const file = loaded.file ?? loaded.dir;
    return nothingJudged(loaded.dir, pipelineProblems.map((p): RunProblem => ({ kind: "config", file, message: `${p.path}: ${p.message}`, hint: p.hint })), performance.now() - started);
  }
  const { root, workspaces } = session.project;
  const found = discoverFiles(options.paths, { cwd: options.cwd, root, project: loaded.config.project, workspaces: workspaces.map((w) => w.dir) });
  const problems: RunProblem[] = found.problems.map((p) => ({ kind: "files", file: p.path, message: p.message, hint: p.hint }));
  const wanted = allRules.filter((r) => options.rules === undefined || options.rules.includes(r.name));
  const collector = new Collector(session, wanted, options);
  found.files.forEach((file, i) => {
    options.onProgress?.(i, found.files.length);
    collector.file(file, relativePosix(root, file), problems);
  });
  options.onProgress?.(found.files.length, found.files.length);
  return {
    root,
    configFile: loaded.file ?? null,
    assumed: [...found.assumed, ...oneModule(session, collector, found.files), ...session.exemptions.expired],
    findings: collector.findings,
    unknown: collector.unknown,
    counts: {
      files: found.files.length,
      outsideTsconfig: found.outsideTsconfig,
      found: collector.findings.length,
      clear: collector.clear,
      unknown: collector.unknown.length,
      suppressed: collector.suppressed,
    },
    rules: { ran: collector.ran.map((r) => r.rule.name), waiting: collector.waiting },
    problems,
    sources: collector.sources,
    durationMs: performance.now() - started,
  };
}

/** Rules about boundaries between modules have none to judge by, and their silence says nothing. */
function oneModule({ project }: Session, { ran }: Collector, files: readonly string[]): readonly string[] {
  if (!ran.some(({ rule }) => rule.name === "foreign-internals") || files.some((file) => project.moduleOf(relativePosix(project.root, file)))) return [];
  return ["the project is one module: config `modules` draws boundaries"];
}

/** The config is looked for from what is checked, so that `check packages/api` and an editor in it agree. */
function startDir({ cwd, paths }: RunOptions): string {
  const dirs = paths.map((path) => {
    const base = absolutePosix(cwd, isGlob(path) ? globBase(path) : path);
    return statSync(base, { throwIfNoEntry: false })?.isDirectory() ? base : dirname(base);
  });
  const [first, ...others] = dirs;
  if (first === undefined) return cwd;
  let common = first;
  for (const dir of others) while (dir !== common && !dir.startsWith(`${common}/`) && dirname(common) !== common) common = dirname(common);
  return common;
}

/** Judges file after file and keeps what the report needs. */
class Collector {
  readonly findings: Finding[] = [];
  readonly unknown: UnknownSite[] = [];
  readonly sources = new Map<string, string>();
  readonly ran: { rule: Rule; severity: Severity }[] = [];
  readonly waiting: string[] = [];
  clear = 0;
  suppressed = 0;
  readonly #session: Session;
  readonly #parsesAll: boolean;
  readonly #others: FilesOnDisk;
  readonly #today = new Date().toISOString().slice(0, 10);

  constructor(session: Session, rules: readonly Rule[], options: RunOptions) {
    const named = options.rules !== undefined;
    this.#parsesAll = options.parseAll ?? false;
    this.#session = session;
    this.#others = new FilesOnDisk(session, (path, text) => {
      const parsed = parse(path, text);
      return "message" in parsed ? null : parsed;
    });
    for (const rule of rules) {
      const level = session.levelOf(rule);
      if (level === "error" || level === "warn") this.ran.push({ rule, severity: level });
      // Asked for by name, it judges: nobody names a rule to see it wait.
      else if (named) this.ran.push({ rule, severity: "error" });
      else if (level === "waiting") this.waiting.push(rule.name);
    }
  }

  file(absolute: string, path: string, problems: RunProblem[]): void {
    const { settings } = this.#session;
    let text: string;
    try {
      text = readFileSync(absolute, "utf8");
    } catch (error) {
      problems.push({ kind: "files", file: path, message: `cannot be read: ${(error as Error).message}`, hint: "Check its permissions, or exclude it." });
      return;
    }
    if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    const role = this.#session.roleOf(path, text);
    const relevance = new Relevance(text, path, settings);
    const judged = this.ran.filter(({ rule }) => rule.roles.includes(role) && relevance.has(rule));
    // A directive must be valid even where no rule has anything to say, and where it is asked for every server file must parse.
    const concerns = judged.length > 0 || (role !== "generated" && HAS_DIRECTIVE.test(text));
    if (!concerns && !(this.#parsesAll && role === "server")) return;
    const parsed = concerns ? parse(path, text) : syntaxError(path, text);
    if (parsed === null) return;
    if ("message" in parsed) {
      const lines = new Lines(text);
      problems.push({ kind: "parse", file: path, start: { line: lines.of(parsed.start), column: lines.columnOf(parsed.start) }, message: parsed.message, hint: "The file was not judged.", ...(role !== "server" && { harmless: true as const }) });
      return;
    }
    const facts = extract(parsed);
    const view = new View(facts, text, path, role, settings, this.#others);
    const suppressions = suppressionsOf(facts, text, ruleNames, this.#today);
    let lines: Lines | undefined;
    const at = (offset: number): Position => ({ line: (lines ??= new Lines(text)).of(offset), column: lines.columnOf(offset) });
    const reported: { judgement: Judgement; severity: Severity; promise: Finding["promise"] }[] = [];
    for (const { rule, severity } of judged) {
      let judgements: readonly Judgement[];
      try {
        judgements = judge(rule, view);
      } catch (error) {
        problems.push({ kind: "crash", file: path, message: `rule ${rule.name} crashed: ${(error as Error).message}`, hint: "This is a fault of nobypass; please report it with the file's text.", stack: (error as Error).stack ?? "" });
        continue;
      }
      for (const judgement of judgements) {
        if (judgement.verdict === "clear") this.clear++;
        else if (judgement.verdict === "unknown") this.unknown.push({ rule: rule.name, file: path, start: at(judgement.start), reason: judgement.message });
        else if (suppressions.suppresses(judgement) || this.#session.exemptions.covers(rule.name, path)) this.suppressed++;
        else reported.push({ judgement, severity, promise: rule.promise });
      }
    }
    for (const fault of suppressions.faults) {
      const judgement: Judgement = { rule: DIRECTIVE, verdict: "found", message: fault.message, start: fault.start, end: fault.end, subject: "", symbol: "", related: [], fix: null };
      reported.push({ judgement, severity: "error", promise: "one path" });
    }
    if (reported.length === 0) return;
    this.sources.set(path, text);
    reported.sort((a, b) => a.judgement.start - b.judgement.start || a.judgement.end - b.judgement.end || (a.judgement.rule < b.judgement.rule ? -1 : 1));
    const ordinals = new Map<string, number>();
    for (const { judgement, severity, promise } of reported) {
      const { rule, symbol, message } = judgement;
      const key = createHash("sha256").update([rule, symbol, judgement.subject].join("\0")).digest("hex").slice(0, 16);
      const ordinal = (ordinals.get(key) ?? 0) + 1;
      ordinals.set(key, ordinal);
      const fix = fixOf(judgement, problems, path);
      // Reports say where in other files a fix writes.
      for (const edit of fix?.edits ?? []) {
        const text = edit.file === undefined || this.sources.has(edit.file) ? null : this.#others.text(edit.file);
        if (edit.file !== undefined && text !== null) this.sources.set(edit.file, text);
      }
      this.findings.push({
        rule,
        promise,
        severity,
        file: path,
        span: { start: judgement.start, end: judgement.end },
        start: at(judgement.start),
        end: at(judgement.end),
        message,
        symbol,
        identity: ordinal === 1 ? key : `${key}#${ordinal}`,
        related: judgement.related.map((r) => ({ file: r.file ?? path, start: at(r.start), end: at(r.end), message: r.message })),
        fix,
      });
    }
  }
}

function fixOf(judgement: Judgement, problems: RunProblem[], path: string): Fix | null {
  try {
    return judgement.fix?.() ?? null;
  } catch (error) {
    problems.push({ kind: "crash", file: path, message: `the fix of ${judgement.rule} crashed: ${(error as Error).message}`, hint: "This is a fault of nobypass; please report it with the file's text.", stack: (error as Error).stack ?? "" });
    return null;
  }
}

function configProblems(error: ConfigError): RunProblem[] {
  return error.problems.map((p) => ({ kind: "config", file: error.file, message: p.path === "" ? p.message : `${p.path}: ${p.message}`, hint: p.hint === "" ? error.hint : p.hint }));
}
