import { dirname } from "node:path";
import { statOf } from "../config/disk.js";
import { loadConfig, type LoadedConfig } from "../config/load.js";
import { ConfigError } from "../config/problem.js";
import { globBase, globTest, isGlob } from "../config/glob.js";
import { absolutePosix, relativePosix } from "../config/path.js";
import { rules as allRules } from "../rules/index.js";
import { type Session, sessionFor } from "../rules/session.js";
import { Asking } from "./asking.js";
import { Collector } from "./collector.js";
import { discoverFiles } from "./files.js";
import { nothingJudged, type RunOptions, type RunProblem, type RunResult } from "./result.js";

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
  const migrations = loaded.config.roles?.migration;
  const project = { root, project: loaded.config.project, workspaces, ...(migrations && { isMigration: globTest(migrations) }) };
  const found = discoverFiles(options.paths, { cwd: options.cwd, ...project });
  const problems: RunProblem[] = found.problems.map((p) => ({ kind: "files", file: p.path, message: p.message, hint: p.hint }));
  const wanted = allRules.filter((r) => options.rules === undefined || options.rules.includes(r.name));
  const asking = options.types === false || loaded.config.types === "off" ? null : new Asking(session, found.tsconfigs, { kept: options.answers });
  const collector = new Collector(session, wanted, { ...options, asking }, problems);
  const asked = new Set(found.files);
  // What a file means may be decided by any other of its program; only what was asked for is reported.
  const whole = options.paths.length === 0 || options.alone === true || !collector.needsProgram ? found : discoverFiles([], { cwd: root, ...project });
  const files = [...new Set([...found.files, ...whole.files])].sort();
  files.forEach((file, i) => {
    options.onProgress?.(i, files.length);
    collector.file(file, relativePosix(root, file), asked.has(file));
  });
  options.onProgress?.(files.length, files.length);
  collector.finish();
  options.onLooked?.((file, line) => collector.look(relativePosix(root, file), line));
  return {
    root,
    configFile: loaded.file ?? null,
    assumed: [...found.assumed, ...oneModule(session, collector, found.files), ...session.exemptions.expired, ...(asking?.lost ?? [])],
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
    entries: collector.entries,
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
export function startDir({ cwd, paths }: Pick<RunOptions, "cwd" | "paths">): string {
  const dirs = paths.map((path) => {
    const base = absolutePosix(cwd, isGlob(path) ? globBase(path) : path);
    return statOf(base)?.isDirectory() ? base : dirname(base);
  });
  const [first, ...others] = dirs;
  if (first === undefined) return cwd;
  let common = first;
  for (const dir of others) while (dir !== common && !dir.startsWith(`${common}/`) && dirname(common) !== common) common = dirname(common);
  return common;
}

function configProblems(error: ConfigError): RunProblem[] {
  return error.problems.map((p) => ({ kind: "config", file: error.file, message: p.path === "" ? p.message : `${p.path}: ${p.message}`, hint: p.hint === "" ? error.hint : p.hint }));
}
