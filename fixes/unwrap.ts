import type { CallValue, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { context } from "../analyzers/context.js";
import { flow } from "../analyzers/flow.js";
import { resultTypes } from "../analyzers/result-types.js";
import { sanctioned } from "../analyzers/sanctioned.js";
import { insert } from "./edit.js";
import { pipelineName } from "./pipeline-name.js";

/** `await attempt(…)` as `unwrap(await attempt(…))`: a failure that nobody would see is thrown. Only for a whole statement whose Result is there: a promise of one has nothing to unwrap. */
export function unwrapped(file: FileView, call: ValueId, whole: ValueId, lost: string): Fix | null {
  const where = file.get(context);
  if (lost !== "statement" || where.parent(whole) !== null || where.statement(whole)?.kind !== "eval") return null;
  const isAwaited = (file.facts.values[whole] as Value).kind === "await";
  if (isAwaited ? (file.facts.values[whole] as Value & { kind: "await" }).of !== call : whole !== call || !isThere(file, call)) return null;
  // What a `catch` puts in its place is no Result.
  const callee = file.facts.values[(file.facts.values[call] as CallValue).callee] as Value;
  if (callee.kind === "member" && callee.name === "catch") return null;
  const name = pipelineName(file, "unwrap", call);
  if (name === null) return null;
  const { start, end } = file.span({ value: whole });
  return { tier: "review", title: `Throw its failure: \`${name.text}(…)\``, edits: [...name.edits, insert(start, `${name.text}(`), insert(end, ")")] };
}

/** `ok(…)`, or a function of this file that is declared to return the Result itself. */
function isThere(file: FileView, id: ValueId): boolean {
  const call = file.facts.values[id] as Value;
  if (call.kind !== "call") return false;
  const name = file.get(sanctioned)(call.callee);
  if (name === "ok" || name === "err") return true;
  const functions = file.get(flow).functions(call.callee).map((fn) => file.facts.functions[fn] as FunctionFact);
  return functions.length > 0 && functions.every(({ async, returnType }) => !async && returnType?.t === "name" && returnType.binding !== undefined && file.get(resultTypes).of(returnType) !== null);
}
