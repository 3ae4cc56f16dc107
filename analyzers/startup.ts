import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { isModule } from "./links.js";

/**
 * Code that reports the end of the program: the handler of the top-level chain that starts it (`main().catch(…)`), or
 * the catch around a top-level `await main()`. There is no request yet and perhaps no log.
 */
export function isLastResort(file: FileView, value: ValueId): boolean {
  const { facts } = file;
  const where = file.get(context);
  const fn = facts.owner[value] as FnId;
  // The handler itself, given by name: `main().catch(console.error)`.
  if (isModule(facts, fn)) {
    const parent = where.parent(value);
    if (parent !== null && isStartChainHandler(file, parent, value)) return true;
    return where.enclosing(value).some((e) => e.part === "handler" && e.statement.kind === "try" && startsProgram(file, e.statement.body));
  }
  const fact = facts.functions[fn] as FunctionFact;
  const self = where.valueOf(fn);
  if (self === null || fact.parent === null || !isModule(facts, fact.parent)) return false;
  const call = where.parent(self);
  return call !== null && isStartChainHandler(file, call, self);
}

/** `x()…catch(handler)` or `.then(…, handler)` as a statement of the module, where `x` is a function of this file or module. */
function isStartChainHandler(file: FileView, call: ValueId, handler: ValueId): boolean {
  const value = file.facts.values[call] as Value;
  if (value.kind !== "call" || !isModule(file.facts, file.facts.owner[call] as FnId)) return false;
  const callee = file.facts.values[value.callee] as Value;
  if (callee.kind !== "member") return false;
  const rejects = (callee.name === "catch" && value.args[0] === handler) || (callee.name === "then" && value.args[1] === handler);
  if (!rejects) return false;
  const statement = file.get(context).statement(call);
  return statement?.kind === "eval" && (startsWithOwnCall(file, callee.object) || endsProgram(file, handler));
}

/** `server.listen({ port }).catch((e) => { console.error(e); process.exit(1); })`: whatever was to start, nothing runs after it. */
function endsProgram({ facts }: FileView, handler: ValueId): boolean {
  const value = facts.values[handler] as Value;
  return value.kind === "function" && (facts.functions[value.fn] as FunctionFact).body.some((s) => {
    const call = s.kind === "eval" ? (facts.values[s.value] as Value) : undefined;
    // `process.exitCode = 1`: it ends when nothing is left to do.
    const written = call?.kind === "assign" && call.target !== null && "member" in call.target ? (facts.values[call.target.member] as Value) : undefined;
    if (written?.kind === "member" && written.name === "exitCode") return isProcess(facts.values[written.object]);
    const callee = call?.kind === "call" ? (facts.values[call.callee] as Value) : undefined;
    const object = callee?.kind === "member" && callee.name === "exit" ? (facts.values[callee.object] as Value) : undefined;
    return isProcess(object);
  });
}

const isProcess = (value: Value | undefined): boolean => value?.kind === "global" && value.name === "process";

/** The promise at the head of the chain is what a plain function call gives: `main()`, `(async () => …)()`. */
function startsWithOwnCall(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "await") return startsWithOwnCall(file, value.of);
  if (value.kind !== "call") return false;
  const callee = file.facts.values[value.callee] as Value;
  if (callee.kind === "var" || callee.kind === "function") return true;
  return callee.kind === "member" && (callee.name === "then" || callee.name === "catch" || callee.name === "finally") && startsWithOwnCall(file, callee.object);
}

function startsProgram(file: FileView, body: FunctionFact["body"]): boolean {
  return body.some((s) => {
    const value = s.kind === "eval" ? (file.facts.values[s.value] as Value) : s.kind === "define" ? definedBy(file, s.binding, s.version) : undefined;
    return value?.kind === "await";
  });
}

function definedBy(file: FileView, binding: number, version: number): Value | undefined {
  const value = file.facts.bindings[binding]?.versions[version]?.value;
  return value === undefined ? undefined : file.facts.values[value];
}
