import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Slot } from "../analyzers/query-slots.js";
import { flow } from "../analyzers/flow.js";
import { hasComment } from "./edit.js";
import { textOf } from "./log-line.js";
import type { Gap } from "./written-text.js";

/** The list whose elements `in (…)` would have: `ids` of `ids.join(",")`, of `ids.map((id) => `'${id}'`).join()`, or itself. */
export function listOf(file: FileView, slot: Slot, gap: Gap): { readonly text: string; readonly value: ValueId } | null {
  // What is around the list's name goes, and its comments with it.
  if (slot.list === undefined || slot.holes.length !== 1 || hasComment(gap.text, 0, gap.text.length)) return null;
  const value = file.facts.values[gap.value] as Value;
  const isAlone = slot.quoted === null || slot.quoted.length === 1;
  if (value.kind === "call" && value.form === undefined) {
    const callee = file.facts.values[value.callee] as Value;
    if (callee.kind !== "member" || callee.name !== "join" || !isAlone) return null;
    const between = value.args[0] === undefined ? "," : file.get(flow).constant(value.args[0]);
    if (typeof between !== "string") return null;
    // `'${ids.join("','")}'`
    if (slot.quoted !== null) return /^'\s*,\s*'$/.test(between) ? given(file, callee.object) : null;
    return /^\s*,\s*$/.test(between) ? elements(file, callee.object) : null;
  }
  // An array in a template is joined by commas.
  const type = slot.quoted === null ? file.get(flow).plainType(gap.value) : null;
  return type?.t === "array" || (type?.t === "name" && /^(?:Readonly)?Array$/.test(type.name)) ? given(file, gap.value) : null;
}

function elements(file: FileView, id: ValueId): { readonly text: string; readonly value: ValueId } | null {
  const value = file.facts.values[id] as Value;
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  if (value.kind !== "call" || callee?.kind !== "member" || callee.name !== "map") return given(file, id);
  const made = value.args[0] === undefined ? undefined : file.facts.values[value.args[0]];
  const fn = made?.kind === "function" ? file.facts.functions[made.fn] : undefined;
  const results = made?.kind === "function" ? file.get(flow).returns(made.fn) : [];
  const result = results.length === 1 ? file.facts.values[results[0] as ValueId] : undefined;
  const param = fn?.params[0];
  const isQuoted = result?.kind === "template" && result.holes.length === 1 && result.chunks.join("") === "''" && isParam(file, result.holes[0] as ValueId, param?.binding);
  return isQuoted || (result !== undefined && isParam(file, results[0] as ValueId, param?.binding)) || isQuotedSum(file, result, param?.binding) ? given(file, callee.object) : null;
}

function isParam(file: FileView, id: ValueId, binding: number | null | undefined): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "call") {
    const callee = file.facts.values[value.callee] as Value;
    return callee.kind === "global" && callee.name === "String" && value.args.length === 1 && isParam(file, value.args[0] as ValueId, binding);
  }
  return value.kind === "var" && value.binding === binding;
}

/** `"'" + id + "'"` */
function isQuotedSum(file: FileView, value: Value | undefined, binding: number | null | undefined): boolean {
  const left = value?.kind === "binary" && value.op === "+" ? (file.facts.values[value.left] as Value) : undefined;
  if (value?.kind !== "binary" || left?.kind !== "binary" || left.op !== "+") return false;
  const isQuote = (id: ValueId): boolean => file.get(flow).constant(id) === "'";
  return isQuote(value.right) && isQuote(left.left) && isParam(file, left.right, binding);
}

function given(file: FileView, id: ValueId): { readonly text: string; readonly value: ValueId } | null {
  const { kind } = file.facts.values[id] as Value;
  return ["var", "member", "param"].includes(kind) ? { text: textOf(file, id), value: id } : null;
}
