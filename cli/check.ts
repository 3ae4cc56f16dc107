import { existsSync } from "node:fs";
import { absolutePosix, relativePosix } from "../config/path.js";
import { ConfigError } from "../config/problem.js";
import { upward } from "../config/root.js";
import type { Rule } from "../core/rule.js";
import { nothingJudged, type RunOptions, type RunResult } from "../engine/result.js";
import { writeAtomically } from "./atomic-write.js";
import { command, type COMMON, type Options, type Values } from "./command.js";
import { CommandError, failureOf } from "./failure.js";
import { type ExitCode, inCi, type Io } from "./io.js";
import { paintWith, wantsColours } from "./paint.js";
import { progressOn } from "./progress.js";
import { type Format, FORMATS, reporters } from "./reporters/index.js";
import type { Report } from "./reporters/reporter.js";
import { shortSummary } from "./reporters/summary.js";
import { checkRuleName } from "./rule-names.js";
import { type Verdict, verdictOf } from "./verdict.js";

const OPTIONS = {
  format: { type: "value", oneOf: FORMATS, help: "of the report; default pretty" },
  output: { type: "value", value: "FILE", help: "the report goes there, whole or not at all, instead of to stdout" },
  rule: { type: "list", value: "NAME", help: "judge by this rule alone; may be repeated, or name several: a,b" },
  config: { type: "value", value: "FILE", help: "this config instead of the nearest nobypass.config.*" },
  strict: { type: "switch", help: "exit 2 also if a server file does not parse or a rule crashes; default where CI is set" },
  "max-unknown": { type: "value", value: "N", help: "exit 1 also if more than N places could not be decided" },
  cache: { type: "switch", help: "--no-cache judges everything anew, and keeps nothing; what is found is the same" },
  types: { type: "switch", help: "--no-types asks no compiler where names leave something open; default is config `types`" },
  watch: { type: "flag", help: "stays, and judges again whenever something changes; Ctrl-C ends it with the last exit code" },
  quiet: { type: "flag", help: "findings and problems only" },
} as const satisfies Options;

type CheckValues = Values<typeof OPTIONS & typeof COMMON>;

export interface CheckDependencies {
  readonly run: (options: RunOptions, onNote: ((note: string) => void) | null) => RunResult | Promise<RunResult>;
  readonly rules: readonly Rule[];
}

export default command({
  name: "check",
  takes: "[paths…]",
  atMost: Infinity,
  about: ["Finds every place where code goes around the call pipeline. Paths are files, folders or", "quoted globs; with none, the whole project. Works without a config."],
  options: OPTIONS,
  examples: [
    ["nobypass check", "the whole project"],
    ['nobypass check src "libs/*/src"', "folders and globs"],
    ["nobypass check --rule console,raw-env", "two rules"],
    ["nobypass check --watch", "again whenever something changes"],
    ["nobypass check --no-cache", "as if for the first time"],
    ["nobypass check --format sarif --output nobypass.sarif", "for code scanning"],
  ],
  exits: {
    0: "clean, or warnings only",
    1: "findings, or more unknown than --max-unknown",
    2: "the outcome cannot be trusted: wrong usage, bad config, unreadable project, internal error; beats 1",
  },
  async run({ values, operands }, io) {
    const { rules } = await import("../rules/index.js");
    if (!values.watch) return check(values, operands, io, { run: runOf, rules });
    if (values.cache === false) throw new CommandError("--watch and --no-cache exclude each other", "leave one of them out: what is found is the same");
    const { watchAndJudge } = await import("./watch.js");
    return watchAndJudge(io, (run) => check(values, operands, io, { run, rules }));
  },
});

/** The engine is loaded only where something has to be judged. */
async function runOf(options: RunOptions, onNote: ((note: string) => void) | null): Promise<RunResult> {
  if (onNote !== null) return (await import("../engine/cached-run.js")).cachedRun(options, { onNote });
  return (await import("../engine/run.js")).run(options);
}

export async function check(values: CheckValues, paths: readonly string[], io: Io, { run, rules }: CheckDependencies): Promise<ExitCode> {
  const maxUnknown = wholeNumber(values["max-unknown"]);
  for (const name of values.rule) checkRuleName(name, rules.map((r) => r.name));
  if (values.quiet && values.verbose) throw new CommandError("--quiet and --verbose exclude each other", "leave one of them out");
  // An unset variable in a script (`check "$DIR"`) would otherwise check everything, or the wrong thing.
  if (paths.includes("")) throw new CommandError("a path is empty", "leave it out to check the whole project");

  const strict = values.strict ?? inCi(io.env);
  const result = await guarded(io, { run, paths, values, strict });
  const verdict = verdictOf(result, { strict, maxUnknown });
  const format = (values.format ?? "pretty") as Format; // the parser let no other value through
  const toFile = values.output !== undefined;
  const render = await reporters[format]();
  const text = render(reportOf(result, verdict, values, io, rules, toFile));
  if (values.output !== undefined) writeAtomically(absolutePosix(io.cwd, values.output), text);
  else io.stdout.write(text);
  sayBeside(format, values, result, verdict, io);
  return verdict.exitCode;
}

interface Guarded {
  readonly run: CheckDependencies["run"];
  readonly paths: readonly string[];
  readonly values: CheckValues;
  readonly strict: boolean;
}

/**
 * The run, or what was thrown as a problem of one: also then every format says in its own words that nothing was judged,
 * and a report from an earlier run does not stay in its file looking current.
 */
async function guarded(io: Io, { run, paths, values, strict }: Guarded): Promise<RunResult> {
  const progress = progressOn(io.stderr, !values.quiet && !inCi(io.env));
  try {
    const onNote = (note: string): void => void (values.verbose && io.stderr.write(`nobypass: ${note}\n`));
    const options: RunOptions = {
      cwd: io.cwd,
      paths,
      ...(values.config === undefined ? {} : { configPath: values.config }),
      ...(values.rule.length === 0 ? {} : { rules: [...new Set(values.rule)] }),
      ...(values.types === false ? { types: false } : {}),
      ...(strict ? { parseAll: true } : {}),
      ...(progress === undefined ? {} : { onProgress: progress.onProgress }),
    };
    return await run(options, values.cache === false ? null : onNote);
  } catch (error) {
    const { message, hint, stack } = failureOf(error);
    return nothingJudged(io.cwd, [{ kind: error instanceof ConfigError ? "config" : "crash", message, hint, ...(stack === undefined ? {} : { stack }) }]);
  } finally {
    progress?.end();
  }
}

function reportOf(result: RunResult, verdict: Verdict, values: CheckValues, io: Io, rules: readonly Rule[], toFile: boolean): Report {
  const onTerminal = !toFile && io.stdout.isTTY === true;
  return {
    result,
    verdict,
    rules,
    quiet: values.quiet,
    verbose: values.verbose,
    // A file is no terminal, so it has colours only if they are asked for.
    paint: paintWith(wantsColours(values.color, toFile ? { write: () => true } : io.stdout, toFile ? {} : io.env)),
    width: onTerminal ? io.stdout.columns : undefined,
    inRepository: inRepository(result.root),
  };
}

function inRepository(root: string): string {
  const top = [...upward(root)].at(-1);
  return top !== undefined && existsSync(`${top}/.git`) ? relativePosix(top, root) : "";
}

/**
 * What a person needs who does not see the report, because it is in a file or made for a program: where it went, and why the
 * exit code is 2. On stderr, so that stdout holds the report alone.
 */
function sayBeside(format: Format, { output, quiet }: CheckValues, result: RunResult, verdict: Verdict, io: Io): void {
  if (output === undefined && format === "pretty") return;
  if (verdict.exitCode === 2) {
    io.stderr.write(`nobypass: this run cannot be trusted: ${verdict.reasons.join("; ")}\n`);
    for (const p of result.problems) if (!p.harmless) io.stderr.write(`  ${p.file === undefined ? "" : `${p.file}${p.start === undefined ? "" : `:${p.start.line}:${p.start.column}`}: `}${p.message}${p.hint === "" ? "" : ` (${p.hint})`}\n`);
  }
  for (const clause of verdict.tooMuch) io.stderr.write(`nobypass: ${clause}\n`);
  if (output !== undefined && !quiet) io.stderr.write(`${shortSummary(result)}: ${output}\n`);
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new CommandError(`--max-unknown cannot be "${text}"`, "write a whole number: --max-unknown 0");
  return Number(text);
}
