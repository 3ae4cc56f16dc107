import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { optionAt } from "./options.js";

const RUNS = /^vm:runIn(?:New)?Context$/;
const OF_SCRIPT = /^vm:Script\(\)\.runIn(?:New)?Context$/;
const COMPILES = /^vm:compileFunction$/;
const OF_BOX = /^vm2:(?:Node)?VM\(\)\.run$/;
/** Code that makes code of a text. */
const EVALUATES = /(?:eval\w*|\bFunction|\bsetTimeout|\bsetInterval)\s*\(\s*(?!["'`])/i;

/**
 * What code is given to work on is data, unless that code evaluates it: `runInContext("safeEval(orders)", { orders })`.
 * The values of such a context; none where nobody sees what the code does.
 */
export function evaluatedContext(file: FileView, call: Call): readonly ValueId[] {
  const is = (path: RegExp): boolean => call.symbols.some((s) => path.test(s.text));
  const [first, second] = call.args ?? [];
  if (first === undefined) return [];
  if (is(RUNS)) return second !== undefined && evaluates(file, first) ? [second] : [];
  if (is(COMPILES)) return evaluates(file, first) ? optionAt(file, call, { arg: 2, path: "parsingContext" }).values : [];
  const made = is(OF_SCRIPT) || is(OF_BOX) ? makingOf(file, call.target) : undefined;
  const given = made?.args[0];
  if (given === undefined) return [];
  if (is(OF_SCRIPT)) return evaluates(file, given) ? [first] : [];
  return evaluates(file, first) ? propertyOf(file, given, "sandbox") : [];
}

/** `execFile("node", ["-e", code])` */
export function evaluatedArgument(file: FileView, call: Call): readonly ValueId[] {
  const [command, list] = call.args ?? [];
  if (command === undefined || list === undefined || !call.symbols.some((s) => s.rows("sinks").some(({ row }) => row.danger === "shell"))) return [];
  const program = file.get(flow).constant(command);
  const isNode = (typeof program === "string" && /(?:^|[/\\])(?:node|python3?|ruby|perl|php|deno|bun)(?:\.exe)?$/.test(program)) || file.get(flow).symbols(command).some((s) => s.text === "global:process.execPath");
  if (!isNode) return [];
  return file.get(flow).sources(list).flatMap((s) => {
    const value = file.facts.values[s] as Value;
    const items = value.kind === "array" ? value.items : [];
    const at = items.findIndex((item) => item !== null && /^(?:-e|--eval|-p|--print|-c|-r)$/.test(String(file.get(flow).constant(item))));
    return at === -1 ? [] : items.slice(at + 1, at + 2).filter((item) => item !== null);
  });
}

function evaluates(file: FileView, code: ValueId): boolean {
  const text = file.get(flow).constant(code);
  return typeof text === "string" && EVALUATES.test(text);
}

/** `new Script(code)` of `script.runInContext`. */
function makingOf(file: FileView, callee: ValueId): (Value & { kind: "call" }) | undefined {
  const member = file.facts.values[callee] as Value;
  const [only] = member.kind === "member" ? file.get(flow).sources(member.object).map((s) => file.facts.values[s] as Value) : [];
  return only?.kind === "call" ? only : undefined;
}

function propertyOf(file: FileView, object: ValueId, name: string): readonly ValueId[] {
  return file.get(flow).sources(object).flatMap((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" ? value.props.filter((p) => p.name === name && p.form !== "set").map((p) => p.value) : [];
  });
}
