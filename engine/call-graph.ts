import { callGraph, type CallEdge } from "../analyzers/call-graph.js";
import { ProgramView } from "../analyzers/program-view.js";
import { readText } from "../config/disk.js";
import { isSql } from "../config/migration-files.js";
import { loadConfig } from "../config/load.js";
import { relativePosix } from "../config/path.js";
import type { Facts, FnId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Place } from "../core/rule.js";
import { extract } from "../facts/extract.js";
import { Lines } from "../rules/directives.js";
import { rules } from "../rules/index.js";
import { sessionFor } from "../rules/session.js";
import { discoverFiles } from "./files.js";
import { type ModuleLoad, moduleLoads } from "./module-loads.js";
import { parse } from "./parse.js";
import { roadsOf } from "./roads.js";
import type { RunProblem } from "./result.js";
import { startDir } from "./run.js";

/** From 1, columns in UTF-16 units; the end is not included. */
interface Stretch {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface CallGraphDocument {
  readonly version: 1;
  readonly root: string;
  readonly counts: {
    readonly files: number;
    readonly functions: number;
    readonly calls: number;
    /** Calls of libraries and of the language itself. */
    readonly outside: number;
    readonly unresolved: number;
    readonly edges: number;
  };
  readonly functions: readonly ({ readonly id: string; readonly kind: string; readonly name: string | null } & Stretch)[];
  readonly edges: readonly ({ readonly from: string; readonly to: string; readonly kind: CallEdge["kind"]; readonly confidence: CallEdge["confidence"]; readonly site: Stretch })[];
  readonly unresolved: readonly ({ readonly from: string; readonly reason: string; readonly site: Stretch })[];
  /** Files whose top level others run; a worker's is a root of its own. */
  readonly loads: readonly ({ readonly from: string; readonly to: string; readonly kind: ModuleLoad["kind"]; readonly site: Stretch })[];
  readonly problems: readonly RunProblem[];
}

/** The call graph of all files under the paths, as one program. */
export function callGraphOf(cwd: string, paths: readonly string[], configPath?: string): CallGraphDocument {
  const session = sessionFor(loadConfig(startDir({ cwd, paths }), { configFile: configPath, ruleNames: rules.map((r) => r.name) }));
  const { root, workspaces } = session.project;
  const found = discoverFiles(paths, { cwd, root, project: session.loaded.config.project, workspaces });
  const problems: RunProblem[] = found.problems.map((p) => ({ kind: "files", file: p.path, message: p.message, hint: p.hint }));
  // Statements of SQL call nobody.
  const read = found.files.filter((file) => !isSql(file)).map((file) => {
    const path = relativePosix(root, file);
    const text = readText(file).replace(/^\uFEFF/, "");
    return { path, text, role: session.roleOf(path, text) };
  });
  // Tests stand in for what they test: they take part only where nothing else is there.
  const own = read.filter(({ role }) => role !== "test" && role !== "generated");
  const files = (own.length > 0 ? own : read).flatMap(({ path, text }) => {
    const parsed = parse(path, text);
    if (!("message" in parsed)) return [{ path, text, facts: extract(parsed) }];
    const lines = new Lines(text);
    problems.push({ kind: "parse", file: path, start: { line: lines.of(parsed.start), column: lines.columnOf(parsed.start) }, message: parsed.message, hint: "The file takes no part." });
    return [];
  });
  const roads = roadsOf(session, files);
  const program = new ProgramView(files, roads, session.settings);
  const { facts } = program;
  const graph = program.get(callGraph);
  const lines = files.map(({ text }) => new Lines(text));
  const stretch = (place: Place): Stretch => {
    const { file, start, end } = program.locate(program.span(place));
    const at = lines[file] as Lines;
    return { file: files[file]?.path ?? "", line: at.of(start), column: at.columnOf(start), endLine: at.of(end), endColumn: at.columnOf(end) };
  };
  const wholes = wholesOf(facts, (place) => program.span(place));
  const functions = facts.functions.map(({ id, kind, name }, fn) => {
    const where = stretch(wholes(fn));
    return { id: `${where.file}#${id}`, kind, name, ...where };
  });
  const idOf = (fn: FnId): string => functions[fn]?.id ?? "";
  return {
    version: 1,
    root,
    counts: { files: files.length, functions: functions.length, calls: graph.calls, outside: graph.outside, unresolved: graph.unresolved.length, edges: graph.edges.length },
    functions,
    edges: graph.edges.map(({ from, at, to, kind, confidence }) => ({ from: idOf(from), to: idOf(to), kind, confidence, site: stretch({ value: at }) })),
    unresolved: graph.unresolved.map(({ from, at, reason }) => ({ from: idOf(from), reason, site: stretch({ value: at }) })),
    loads: moduleLoads(files, roads).map(({ from, to, kind, at: { start, end } }) => {
      const at = lines[from] as Lines;
      const file = files[from]?.path ?? "";
      return { from: `${file}#`, to: `${files[to]?.path ?? ""}#`, kind, site: { file, line: at.of(start), column: at.columnOf(start), endLine: at.of(end), endColumn: at.columnOf(end) } };
    }),
    problems,
  };
}

/** Where a function stands with its name; what runs when a class is made stands where the class does. */
function wholesOf(facts: Facts, span: (place: Place) => Span): (fn: FnId) => Place {
  const named = new Map<FnId, number>();
  for (const { members } of facts.classes) for (const { fn, at } of members) if (fn !== null) named.set(fn, at);
  for (const value of facts.values) {
    if (value.kind !== "object") continue;
    for (const prop of value.props) {
      const held = prop.form === "method" || prop.form === "get" || prop.form === "set" ? facts.values[prop.value] : undefined;
      if (held?.kind === "function") named.set(held.fn, prop.at);
    }
  }
  return (fn) => {
    const fact = facts.functions[fn];
    if (fact === undefined) return { start: 0, end: 0 };
    const cls = fact.kind === "fields" || fact.kind === "static" ? facts.classes[fact.cls ?? -1] : undefined;
    if (cls !== undefined) return { mark: cls.at };
    const name = named.get(fn);
    const whole = span({ mark: fact.at });
    return name === undefined ? whole : { start: span({ mark: name }).start, end: whole.end };
  };
}
