import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { LoggerRow } from "../catalog/logger-row.js";
import { type Call, calls, callsWithin } from "./calls.js";
import { flow } from "./flow.js";
import { isLevel, isLoggerName, nameOf } from "./reports.js";
import { sanctioned } from "./sanctioned.js";

/** A call that writes a line of a log. */
export interface LogLine {
  readonly call: Call;
  /** The logger, where the call has one. */
  readonly logger: ValueId | null;
  /** What the catalog says of the logger; null where it is one by its name only. */
  readonly row: LoggerRow | null;
  /** Where fields go. `unknown`: which logger it is, another file says. */
  readonly order: LoggerRow["order"] | "unknown";
  /** The pipeline's own: it serialises errors under any key. */
  readonly isPipeline: boolean;
  /** Without a level that stands first. */
  readonly args: readonly ValueId[];
}

export const logLines: Answer<readonly LogLine[]> = {
  name: "log lines",
  of(file) {
    const found: LogLine[] = [];
    for (const call of file.get(calls)) {
      const line = call.args === null || call.value.form !== undefined ? null : lineOf(file, call, call.args);
      if (line !== null) found.push(line);
    }
    return found;
  },
};

function lineOf(file: FileView, call: Call, args: readonly ValueId[]): LogLine | null {
  const { method, logger } = methodOf(file, call.target);
  if (method === "" || method === null || mayBeLevel(method)) {
    const name = file.get(sanctioned)(call.target);
    if (name !== null) return /^log\.(?:debug|info|warn|error)$/.test(name) ? { call, logger, row: null, order: "messageFirst", isPipeline: true, args } : null;
  }
  if (logger === null) return isLevelOfModule(file, call) ? { call, logger, row: null, order: "unknown", isPipeline: false, args } : null;
  for (const node of file.get(flow).symbols(logger)) {
    for (const { row } of node.rows("loggers")) {
      if (row.raw) return null;
      const isLeveled = method !== null && (row.leveled?.includes(method) ?? false) && !(row.levels.includes(method) && args.length < 2);
      if (!isLeveled && method !== null && !row.levels.includes(method)) continue;
      return { call, logger, row, order: row.order, isPipeline: false, args: isLeveled && !isObject(file, args[0]) ? args.slice(1) : args };
    }
  }
  if (!isByName(file, call, method, logger)) return null;
  const isLeveled = method === "log" && args.length > 1 && isLevel(String(args[0] === undefined ? "" : (file.get(flow).constant(args[0]) ?? "")));
  return { call, logger, row: null, order: "unknown", isPipeline: false, args: isLeveled ? args.slice(1) : args };
}

const mayBeLevel = (method: string): boolean => /^(?:debug|info|warn|error)$/.test(method);

/** `logger.info`, `logger[level]` (no name), and what `const { info } = logger` took. */
function methodOf(file: FileView, target: ValueId): { readonly method: string | null; readonly logger: ValueId | null } {
  const own = file.facts.values[target] as Value;
  const member = own.kind === "member" ? own : file.get(flow).sources(target).map((s) => file.facts.values[s] as Value).find((v) => v.kind === "member");
  if (member?.kind !== "member") return { method: "", logger: null };
  const constant = member.key === undefined ? undefined : file.get(flow).constant(member.key);
  return { method: member.name ?? (typeof constant === "string" ? constant : null), logger: member.object };
}

function isObject(file: FileView, id: ValueId | undefined): boolean {
  return id !== undefined && file.facts.values[id]?.kind === "object";
}

const DERIVES = /^(?:child|getChild|createChild|getLogger|withTag|withContext|extend|scope|bind|get|resolve|inject|create)$/;
/** What prints for people at a terminal, or is a console by another name. */
const NO_LOG = /^(?:global:console|console:|global:Math|@clack\/prompts:|ora:|yargs:|commander:|inquirer:|npmlog:|listr2?:)/;

/** A logger by what it is called or declared to be. One of this file that prints on the console is a console. */
function isByName(file: FileView, call: Call, method: string | null, logger: ValueId): boolean {
  if (method !== null && !isLevel(method)) return false;
  const nodes = file.get(flow).symbols(logger);
  if (nodes.some((node) => NO_LOG.test(node.text) || (node.isKnown && node.rows("loggers").length === 0))) return false;
  const type = file.get(flow).plainType(logger);
  const isTyped = type?.t === "name" && /(?:Logger|Log)(?:Service|Port|Interface)?$/.test(type.name);
  const isNamed = isTyped || namesOf(file, logger).some(isLoggerName) || nodes.some((node) => /(?:^|[:.])(?:\w*Logger|Log)(?:Service|Port|Interface)?\(\)$/.test(node.text));
  return isNamed && !file.get(flow).functions(call.target).some((fn) => printsOnConsole(file, fn));
}

/** `import { info } from "../lib/logger"`. */
function isLevelOfModule(file: FileView, call: Call): boolean {
  return (file.facts.values[call.target] as Value).kind === "var" && call.symbols.some((node) => {
    const [, module = "", name = ""] = /^(.*):(\w+)$/.exec(node.text) ?? [];
    return isLevel(name) && /(?:^|\/)(?:[\w.]+-)?log(?:ger|gers|ging)(?:\.\w+)*$/i.test(module);
  });
}

/** Its own name, and that of what it is made from: `this.logger.child({ … })`. */
function namesOf(file: FileView, id: ValueId): string[] {
  const value = file.facts.values[id] as Value;
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  if (callee?.kind === "member" && DERIVES.test(callee.name ?? "")) return [callee.name ?? "", ...namesOf(file, callee.object), ...asked(file, value)];
  return [nameOf(file, id)];
}

/** `container.resolve("logger")` */
function asked(file: FileView, value: Value): string[] {
  return value.kind === "call" ? value.args.flatMap((arg) => file.get(flow).constant(arg) ?? []).filter((text) => typeof text === "string") : [];
}

function printsOnConsole(file: FileView, fn: FnId): boolean {
  const at = file.facts.functions[fn]?.at;
  return at !== undefined && callsWithin(file, file.span({ mark: at })).some((call) => call.symbols.some((node) => /^(?:global:console|console:)/.test(node.text)));
}
