import { PassThrough } from "node:stream";
import type { Finding, Position } from "../../core/finding.js";
import type { RunResult } from "../../engine/result.js";
import { program } from "../../cli/program.js";
import type { ExitCode, Io } from "../../cli/io.js";
import { paintWith } from "../../cli/paint.js";
import type { Report } from "../../cli/reporters/reporter.js";
import { verdictOf } from "../../cli/verdict.js";
import { rules } from "../../rules/index.js";

export interface FakeTerminal {
  readonly cwd?: string;
  readonly env?: Io["env"];
  /** Both outputs and the input are terminals of this width. */
  readonly columns?: number;
  /** What is typed. */
  readonly input?: string;
}

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** An `Io` whose outputs are kept; without `columns` nothing is a terminal. */
export function fakeIo({ cwd = "/nowhere", env = {}, columns, input = "" }: FakeTerminal = {}): { readonly io: Io; readonly said: () => Said } {
  const written = { stdout: "", stderr: "" };
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const stdin = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true });
  stdin.end(input);
  const output = (name: keyof Said): Io["stdout"] => ({ write: (text) => void (written[name] += text), ...terminal });
  return { io: { cwd, env, stdin, stdout: output("stdout"), stderr: output("stderr") }, said: () => ({ ...written }) };
}

/** Runs the command line in this process. */
export async function cli(words: readonly string[], terminal: FakeTerminal = {}): Promise<Said & { readonly exitCode: ExitCode }> {
  const { io, said } = fakeIo(terminal);
  const exitCode = await program(words, io);
  return { exitCode, ...said() };
}

/** A finding at `at` of a text; the range is that of the first `marked` from there. */
export function findingAt(file: string, text: string, marked: string, more: Partial<Finding> = {}): Finding {
  const start = text.indexOf(marked);
  if (start < 0) throw new Error(`"${marked}" does not occur in ${file}`);
  const end = start + marked.length;
  return {
    rule: "console",
    promise: "observability",
    severity: "error",
    file,
    span: { start, end },
    start: positionOf(text, start),
    end: positionOf(text, end),
    message: `\`${marked.split("(")[0]}\` bypasses the pipeline's log`,
    symbol: "",
    identity: `id-${start}`,
    related: [],
    fix: null,
    ...more,
  };
}

export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** A run of one file with nothing to say, and what differs from that. */
export function runResult(more: Partial<RunResult> = {}): RunResult {
  const findings = more.findings ?? [];
  return {
    root: "/project",
    configFile: null,
    assumed: [],
    findings,
    unknown: [],
    entries: null,
    problems: [],
    rules: { ran: ["console"], waiting: [] },
    sources: new Map(),
    durationMs: 1234,
    ...more,
    counts: { files: 1, outsideTsconfig: 0, found: findings.length, clear: 0, unknown: more.unknown?.length ?? 0, suppressed: 0, ...more.counts },
  };
}

export function reportOf(result: RunResult, more: Partial<Report> & { readonly strict?: boolean; readonly colours?: boolean } = {}): Report {
  const { strict = false, colours = false, ...rest } = more;
  return { result, verdict: verdictOf(result, { strict, maxUnknown: undefined }), rules, quiet: false, verbose: false, paint: paintWith(colours), width: undefined, inRepository: "", ...rest };
}
