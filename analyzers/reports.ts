import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { calls, type Call } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { sanctioned } from "./sanctioned.js";
import { uses } from "./uses.js";

/**
 * Whether a call makes a failure known: it *logs*, or it *fails* in turn (throws, rejects, ends the process with an
 * error). *may*: its name says so, and what it does is in another file.
 */
export type Reporting = "logs" | "fails" | "may" | null;

export const reports: Answer<(call: Call) => Reporting> = {
  name: "reports",
  of(file) {
    const callsIn = new Map<FnId, Call[]>();
    for (const call of file.get(calls)) {
      for (const fn of file.get(context).functionsAround(call.id)) {
        listAt(callsIn, fn).push(call);
      }
    }
    const known = new Map<FnId, Reporting>();
    const ofFunction = (fn: FnId): Reporting => {
      if (!known.has(fn)) {
        known.set(fn, null);
        known.set(fn, alwaysThrows(file.facts.functions[fn] as FunctionFact) ? "fails" : strongest((callsIn.get(fn) ?? []).map(ofCall).filter((r) => r !== "fails")));
      }
      return known.get(fn) ?? null;
    };
    const ofCall = (call: Call): Reporting => {
      const direct = directly(file, call);
      if (direct !== null) return direct;
      const functions = call.value.form === undefined ? file.get(flow).functions(call.target) : [];
      if (functions.length === 0) return byName(file, call);
      const within = strongest(functions.map(ofFunction));
      // A logger of the project hands its lines to something that nobody here can see through.
      const isHandedOn = functions.every((fn) => (callsIn.get(fn) ?? []).length > 0);
      return (within === null || within === "may") && isHandedOn && isLoggerLevel(file, call) ? "logs" : within;
    };
    return ofCall;
  },
};

function strongest(all: readonly Reporting[]): Reporting {
  return all.find((r) => r === "fails") ?? all.find((r) => r === "logs") ?? all.find((r) => r === "may") ?? null;
}

/** Declared to return never, or without a way past a throw at its end. */
function alwaysThrows(fn: FunctionFact): boolean {
  if (fn.returnType?.t === "keyword" && fn.returnType.name === "never") return true;
  return fn.body.at(-1)?.kind === "throw";
}

const FAILS = /^(?:global:Promise\.reject|global:process\.abort|process:abort|assert:fail|assert:strict\.fail|(?:chai|vitest|global|@jest\/globals):(?:expect|assert)\.(?:fail|unreachable)|effect:Effect\.(?:fail|die)|next\/navigation:(?:notFound|redirect|permanentRedirect|forbidden|unauthorized))$/;
/** Of the functions that make a result, those that make a failure: it is handed to whoever asked, and a type says so. */
const FAILED = /[:.](?:err|Err|errAsync|error|Error|left|Left|fail|die)$/;
const EXIT = /^(?:global:process\.|process:)exit$/;
const LEVEL = /^(?:trace|debug|verbose|silly|info|http|log|notice|warn|warning|error|err|fatal|critical|crit|alert|emerg|exception)$/i;
/** `log`, `logger`, `appLog`, `requestLogger`, `LOGGER`; not `catalog` or `dialog`. */
const LOGGER = /(?:^[_$#]*|[a-z0-9]_?)(?:Log|Logger|Logging|LOG|LOGGER)s?(?:Service)?$|^[_$#]*(?:\w+_)?log(?:ger|ging)?s?(?:Service)?$|^[A-Z_]*_?LOG(?:GER)?$/;
/** `logError`, not `logIn`. */
const CAPTURE = /^(?:capture(?:Exception|Message|Error|Event)|recordException|noticeError|emitWarning|log(?:(?!(?:In|Out|On|Off)(?![a-z]))[A-Z]\w*)?)$/;

function directly(file: FileView, call: Call): Reporting {
  const name = file.get(sanctioned)(call.target);
  if (name !== null && /^log\b/.test(name)) return "logs";
  if (name !== null && /^(?:fail|err)$/.test(name)) return "fails";
  const answers = file.get(flow);
  for (const node of call.symbols) {
    if (FAILS.test(node.text)) return "fails";
    if (FAILED.test(node.text) && node.rows("results").length > 0 && file.get(uses).isUsed(call.id)) return "fails";
    if (/^debug:\(\)/.test(node.text)) return "logs";
    if (EXIT.test(node.text)) return call.args !== null && call.args[0] !== undefined && answers.constant(call.args[0]) === 0 ? null : "fails";
  }
  const target = file.facts.values[call.target] as Value;
  if (target.kind === "member" && target.name !== null) {
    for (const node of answers.symbols(target.object)) {
      for (const { row } of node.rows("loggers")) if (row.levels.includes(target.name) || row.leveled?.includes(target.name)) return "logs";
    }
    if (target.name === "throw") return "fails";
  }
  return isReject(file, call.target) ? "fails" : null;
}

/** The second parameter of a promise's executor. */
function isReject(file: FileView, target: ValueId): boolean {
  return file.get(flow).sources(target).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind !== "param" || value.index !== 1) return false;
    const executor = file.get(context).valueOf(value.fn);
    const made = executor === null ? null : file.get(context).parent(executor);
    const call = made === null ? undefined : file.facts.values[made];
    return call?.kind === "call" && call.form === "new" && file.get(flow).symbols(call.callee).some((node) => node.text === "global:Promise");
  });
}

/** `logger.warn(…)`, by both names. */
export function isLoggerLevel(file: FileView, { target }: Call): boolean {
  const value = file.facts.values[target];
  return value?.kind === "member" && LEVEL.test(value.name ?? "") && LOGGER.test(nameOf(file, value.object));
}

const SAYS = new Set(["log", "warn", "warning", "error", "errors", "err", "report", "notify", "alert", "capture", "audit", "trace", "debug", "raise", "throw", "reject", "panic"]);
const SAYS_ALONE = new Set([...SAYS, "logger", "fail", "failed", "failure", "handle", "monitor", "crash", "exit", "bail", "die"]);

/** What a function of another file does is guessed from its name; a counter (`failures.inc()`) only counts. */
function byName(file: FileView, call: Call): Reporting {
  const target = file.facts.values[call.target] as Value;
  const name = nameOf(file, call.target);
  if (call.value.form !== undefined || name === "") return null;
  if (target.kind === "member") {
    const receiver = nameOf(file, target.object);
    if ((LEVEL.test(name) && LOGGER.test(receiver)) || CAPTURE.test(name)) return "logs";
    if ((file.facts.values[target.object] as Value).kind === "this" && LEVEL.test(name)) return "logs";
    if (call.symbols.some((node) => node.isKnown || isPackage(node.text))) return null;
    return words(name).some((w) => SAYS.has(w)) ? "may" : null;
  }
  if (/^(?:log|debug|warn|logger)$|^(?:log(?!(?:In|Out|On|Off)(?![a-z]))|LOG)[A-Z_]|^capture(?:Exception|Message|Error)$/.test(name)) return "logs";
  return words(name).some((w) => SAYS_ALONE.has(w)) ? "may" : null;
}

/** A package's client that the catalog does not know as a logger. */
function isPackage(symbol: string): boolean {
  return !/^(?:[.#~]|@\/|src\/|global:)/.test(symbol);
}

function words(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/);
}

/** `log`, `requestLogger`; by its name alone. */
export const isLoggerName = (name: string): boolean => LOGGER.test(name);
export const isLevel = (name: string): boolean => LEVEL.test(name);

/** The last name of an expression: `logger` of `this.logger`, of `getLogger()` and of `logger!`. */
export function nameOf(file: FileView, id: ValueId): string {
  const value = file.facts.values[id] as Value;
  if (value.kind === "var") return file.facts.bindings[value.binding]?.name ?? "";
  if (value.kind === "global") return value.name;
  if (value.kind === "member") return value.name ?? "";
  if (value.kind === "call") return nameOf(file, value.callee);
  // `(0, utils_1.delay)(ms)`, as compilers write it.
  if (value.kind === "sequence" && value.items.length > 0) return nameOf(file, value.items.at(-1) as ValueId);
  return value.kind === "cast" || value.kind === "await" ? nameOf(file, value.of) : "";
}
