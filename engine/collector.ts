import { createHash } from "node:crypto";
import { View } from "../analyzers/view.js";
import { readText, today } from "../config/disk.js";
import type { Facts } from "../core/facts.js";
import type { Finding, Fix, Judgement, Position, Severity } from "../core/finding.js";
import type { Role, Rule } from "../core/rule.js";
import { DIRECTIVE, HAS_DIRECTIVE, Lines, suppressionsOf, type Suppressions } from "../rules/directives.js";
import { rules as allRules } from "../rules/index.js";
import { relativePosix } from "../config/path.js";
import { surfaceOf } from "../facts/surface.js";
import { judge } from "../rules/judge.js";
import { FilesOnDisk } from "../rules/others.js";
import { Relevant } from "../rules/relevance.js";
import type { Session } from "../rules/session.js";
import type { Asking, Asks } from "./asking.js";
import { entriesOf } from "./entry-outcomes.js";
import { factsOf, parse, syntaxError } from "./parse.js";
import { lookedAt } from "./look.js";
import { idlePolicies } from "./idle-policies.js";
import { Places } from "./places.js";
import { Program, type Unit } from "./program.js";
import type { Entries, FactsSource, Looked, ParseFailure, RunOptions, RunProblem, UnknownSite } from "./result.js";

const ruleNames = allRules.map((r) => r.name);
const FAULT = "This is a fault of nobypass; please report it with the file's text.";

interface Ran {
  readonly rule: Rule;
  readonly severity: Severity;
}

/** A file whose facts are known, with what has been judged of it. */
interface Judged extends Unit {
  view: View;
  readonly role: Role;
  readonly isAsked: boolean;
  readonly suppressions: Suppressions;
  readonly relevant: Relevant;
  readonly judgements: { readonly judgement: Judgement; readonly by: Ran }[];
}

/** Reads file after file, has the rules judge them, each file by itself or all as one program, and keeps what the report needs. */
export class Collector {
  readonly findings: Finding[] = [];
  readonly unknown: UnknownSite[] = [];
  readonly sources = new Map<string, string>();
  readonly ran: Ran[] = [];
  readonly waiting: string[] = [];
  entries: Entries | null = null;
  clear = 0;
  suppressed = 0;
  readonly #session: Session;
  readonly #asking: Asking | null;
  readonly #problems: RunProblem[];
  readonly #parsesAll: boolean;
  /** What the files of this run do not hold, others may. */
  readonly #isPart: boolean;
  readonly #kept: FactsSource | undefined;
  readonly #others: FilesOnDisk;
  readonly #units: Judged[] = [];
  #byPath: ReadonlyMap<string, View> | undefined;
  #program: Program<Judged> | null = null;

  constructor(session: Session, rules: readonly Rule[], options: RunOptions & { readonly asking: Asking | null }, problems: RunProblem[]) {
    const named = options.rules !== undefined;
    this.#parsesAll = options.parseAll ?? false;
    this.#isPart = options.alone ?? false;
    this.#kept = options.facts;
    this.#asking = options.asking;
    this.#session = session;
    this.#problems = problems;
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

  /** Does any rule of this run see more in a program than in a file? */
  get needsProgram(): boolean {
    return this.ran.some(({ rule }) => rule.depth !== "file");
  }

  /** `isAsked`: its findings are to be reported, and not only what it means for other files. */
  file(absolute: string, path: string, isAsked: boolean): void {
    const { settings } = this.#session;
    const text = this.#read(absolute, path);
    if (text === null) return;
    const role = this.#session.roleOf(path, text);
    const takesPart = role === "server" && this.needsProgram;
    if (!isAsked && !takesPart) return;
    const relevant = new Relevant(text, path, role, settings);
    const isRelevant = (): boolean => this.ran.some(({ rule }) => relevant.has(rule));
    // A directive must be valid even where no rule has anything to say, and where it is asked for every server file must parse.
    const concerns = takesPart || isRelevant() || (role !== "generated" && HAS_DIRECTIVE.test(text));
    if (!concerns && !(this.#parsesAll && role === "server")) return;
    const facts = concerns ? this.#factsOf(path, text) : syntaxError(path, text);
    if (facts === null) return;
    if ("message" in facts) {
      const lines = new Lines(text);
      const isConcern = isRelevant() || this.#parsesAll;
      this.#problems.push({ kind: "parse", file: path, start: { line: lines.of(facts.start), column: lines.columnOf(facts.start) }, message: facts.message, hint: "The file was not judged.", ...(!(role === "server" && isConcern) && { harmless: true as const }) });
      return;
    }
    const view = new View(facts, text, path, role, settings, this.#others);
    const unit: Judged = { view, role, relevant, isAsked, suppressions: suppressionsOf(facts, text, ruleNames, today), judgements: [] };
    this.#units.push(unit);
  }

  /** What files say by themselves. */
  #judgeFiles(): void {
    for (const unit of this.#units) {
      const { view, role, relevant } = unit;
      for (const by of this.ran) if (!isForProgram(by.rule, role) && relevant.has(by.rule)) this.#crashing(by.rule, view.path, () => judge(by.rule, view).forEach((judgement) => unit.judgements.push({ judgement, by })));
      relevant.forget();
    }
  }

  #surfaceAt(path: string): string | null {
    this.#byPath ??= new Map(this.#units.map((unit) => [unit.view.path, unit.view]));
    const view = this.#byPath.get(path);
    return view === undefined ? null : surfaceOf(view.facts, view.text);
  }

  /** Has a compiler say what names leave open, where a rule of this run wants to know. */
  #learn(program: Program<Judged> | null): void {
    const asking = this.#asking;
    if (asking === null) return;
    this.#crashing(undefined, undefined, () => {
      const kinds = (rules: Iterable<Rule>): readonly Asks[] => [...new Set([...rules].flatMap((rule) => rule.asks ?? []))];
      const alone = this.#units.filter((u) => u.isAsked && u.role !== "server");
      const told = asking.ask([
        ...(program === null ? [] : [{ view: program.view, kinds: kinds(this.ran.map((r) => r.rule)) }]),
        ...alone.map(({ view, relevant }) => ({ view, kinds: kinds(this.ran.flatMap(({ rule }) => (relevant.has(rule) ? [rule] : []))) })),
      ], (file) => this.#surfaceAt(relativePosix(this.#session.project.root, file)));
      for (const { view, told: of } of told) {
        if (view === program?.view) program.learn(of);
        else for (const unit of alone) if (unit.view === view) unit.view = unit.view.knowing(of);
      }
    });
  }

  /** When all files are there: what they are together, and the report. */
  finish(): void {
    const together = this.#units.filter((u) => u.role === "server");
    const program = this.needsProgram && together.length > 0 ? new Program(together, this.#session) : null;
    this.#learn(program);
    this.#judgeFiles();
    if (program !== null) {
      this.#program = program;
      for (const by of this.ran) {
        if (!isForProgram(by.rule, "server")) continue;
        this.#crashing(by.rule, undefined, () => {
          for (const { unit, judgement } of program.judge(by.rule)) unit.judgements.push({ judgement, by });
        });
      }
      this.#crashing(undefined, undefined, () => {
        const weighed = together.flatMap((unit) => unit.judgements.map(({ judgement }) => ({ ...judgement, ...program.wholeOf(unit, judgement), isSuppressed: judgement.verdict === "found" && this.#isSuppressed(unit, judgement) })));
        this.entries = entriesOf(program.entries(weighed), new Places(new Map(together.map(({ view }) => [view.path, view.text]))));
      });
    }
    if (!this.#isPart && this.ran.some(({ rule }) => rule.name === "missing-policy")) this.#problems.push(...idlePolicies(this.#session.loaded, this.#program?.view));
    this.#units.sort((a, b) => (a.view.path < b.view.path ? -1 : 1));
    const texts = new Map(this.#units.map(({ view }) => [view.path, view.text]));
    for (const unit of this.#units) if (unit.isAsked) this.#report(unit, texts);
    this.unknown.sort((a, b) => (a.file === b.file ? a.start.line - b.start.line || a.start.column - b.start.column : a.file < b.file ? -1 : 1));
  }

  #read(absolute: string, path: string): string | null {
    try {
      const text = readText(absolute);
      return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    } catch (error) {
      this.#problems.push({ kind: "files", file: path, message: `cannot be read: ${(error as Error).message}`, hint: "Check its permissions, or exclude it." });
      return null;
    }
  }

  #factsOf(path: string, text: string): Facts | ParseFailure {
    const extract = (): Facts | ParseFailure => factsOf(path, text);
    return this.#kept === undefined ? extract() : this.#kept.of(path, text, extract);
  }

  /** What was said of a line; null where no rule of the run has read the file. */
  look(path: string, line: number): Looked | null {
    const unit = this.#units.find((u) => u.view.path === path);
    if (unit === undefined) return null;
    const program = unit.role === "server" ? this.#program : null;
    const places = new Places(new Map(this.#units.map(({ view }) => [view.path, view.text])));
    const judged = unit.judgements.map(({ judgement }) => ({ judgement, isSuppressed: judgement.verdict === "found" && this.#isSuppressed(unit, judgement) }));
    return lookedAt({ view: unit.view, line, judged, places, ran: this.ran.map((r) => r.rule), isRead: (rule) => unit.relevant.has(rule), whole: program === null ? null : { view: program.view, toWhole: (span) => program.wholeOf(unit, span) } });
  }

  #isSuppressed({ view, suppressions }: Judged, judgement: Judgement): boolean {
    return suppressions.suppresses(judgement) || this.#session.exemptions.covers(judgement.rule, view.path);
  }

  #crashing(rule: Rule | undefined, path: string | undefined, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#problems.push({ kind: "crash", ...(path !== undefined && { file: path }), message: `${rule === undefined ? "the proof of the entries" : `rule ${rule.name}`} crashed: ${(error as Error).message}`, hint: FAULT, stack: (error as Error).stack ?? "" });
    }
  }

  #report(unit: Judged, texts: ReadonlyMap<string, string>): void {
    const { view: { path, text }, suppressions, judgements } = unit;
    const places = new Places(texts);
    const at = (offset: number): Position => places.at(path, offset);
    const reported: { judgement: Judgement; severity: Severity; promise: Finding["promise"] }[] = [];
    for (const { judgement, by: { rule, severity } } of judgements) {
      if (judgement.verdict === "clear") this.clear++;
      else if (judgement.verdict === "unknown") this.unknown.push({ rule: rule.name, file: path, start: at(judgement.start), reason: judgement.message });
      else if (this.#isSuppressed(unit, judgement)) this.suppressed++;
      else reported.push({ judgement, severity, promise: rule.promise });
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
      const fix = this.#fixOf(judgement, path);
      // Reports say where in other files a fix writes.
      for (const edit of fix?.edits ?? []) {
        const other = edit.file === undefined || this.sources.has(edit.file) ? null : this.#others.text(edit.file);
        if (edit.file !== undefined && other !== null) this.sources.set(edit.file, other);
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
        related: judgement.related.map((r) => ({ file: r.file ?? path, start: places.at(r.file ?? path, r.start), end: places.at(r.file ?? path, r.end), message: r.message, ...(r.step && { step: true as const }) })),
        fix,
      });
    }
  }

  #fixOf(judgement: Judgement, path: string): Fix | null {
    try {
      return judgement.fix?.() ?? null;
    } catch (error) {
      this.#problems.push({ kind: "crash", file: path, message: `the fix of ${judgement.rule} crashed: ${(error as Error).message}`, hint: FAULT, stack: (error as Error).stack ?? "" });
      return null;
    }
  }
}

/** Server files are judged together, by every rule that sees more there; tests, scripts and the rest are each for themselves. */
const isForProgram = (rule: Rule, role: Role): boolean => role === "server" && rule.depth !== "file";
