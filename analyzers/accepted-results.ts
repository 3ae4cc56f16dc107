import type { ValidatorRow } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { flow } from "./flow.js";
import { sanctioned } from "./sanctioned.js";

/** Is this what a validator gave: `Schema.parse(x)`, `result.data`? */
export function isAcceptedResult(file: FileView, id: ValueId): boolean {
  const sources = file.get(flow).sources(id);
  return sources.length > 0 && sources.every((source) => gives(file, source, "") || givesUnder(file, source));
}

function givesUnder(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  const under = value.kind === "member" ? value.name : null;
  return value.kind === "member" && under !== null && file.get(flow).sources(value.object).some((made) => gives(file, made, under));
}

function gives(file: FileView, id: ValueId, under: string): boolean {
  const call = file.get(callAt)(id);
  if (call === undefined) return false;
  if (under === "" && /^(?:parse|parseAsync)\b/.test(file.get(sanctioned)(call.target) ?? "")) return true;
  return call.symbols.some((s) => s.rows("validators").some(({ row }) => row.accepts === "result" && row.against === undefined && (row.under ?? "") === under));
}

/** `errors.length > 0` that came out false, `errors.length === 0` that came out true: the call that lists what is wrong. */
export function foundNothingWrong(file: FileView, test: ValueId, isTrue: boolean): readonly Call[] {
  const value = file.facts.values[test] as Value;
  if (value.kind === "member" && value.name === "valid") return isTrue ? telling(file, value.object, "valid") : [];
  const list = emptyList(file, test, isTrue);
  if (list === null) return [];
  const of = file.facts.values[list] as Value;
  return [...telling(file, list, "errors"), ...(of.kind === "member" && of.name === "errors" ? telling(file, of.object, "valid") : [])];
}

function telling(file: FileView, id: ValueId, what: ValidatorRow["tells"]): readonly Call[] {
  return file.get(flow).sources(id).flatMap((source) => {
    const call = file.get(callAt)(source);
    return call?.symbols.some((s) => s.rows("validators").some(({ row }) => row.tells === what)) === true ? [call] : [];
  });
}

/** The list that has nothing in it if the test came out so. */
function emptyList(file: FileView, id: ValueId, isTrue: boolean): ValueId | null {
  const value = file.facts.values[id] as Value;
  // The left of `errors && errors.length > 0`: such a list is always there.
  if (value.kind === "var") return isTrue ? null : id;
  if (value.kind === "member") return !isTrue && value.name === "length" ? value.object : null;
  if (value.kind !== "binary") return null;
  const left = file.facts.values[value.left] as Value;
  if (left.kind !== "member" || left.name !== "length") return null;
  const bound = file.get(flow).constant(value.right);
  const isEmpty = (bound === 0 && /^={2,3}$/.test(value.op)) || (bound === 1 && value.op === "<");
  const isFilled = (bound === 0 && (value.op === ">" || /^!={1,2}$/.test(value.op))) || (bound === 1 && value.op === ">=");
  return (isEmpty && isTrue) || (isFilled && !isTrue) ? left.object : null;
}
