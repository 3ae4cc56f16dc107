import type { OptionPlace } from "../catalog/library.js";
import type { BindingId, FnId, TypeExpr, TypeFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Call } from "./calls.js";
import { conditionsAt } from "./conditions.js";
import { flow } from "./flow.js";
import { eachOperand } from "./operands.js";

/** A parameter, or a part of one, that has to bring the bound. */
export interface Need {
  readonly fn: FnId;
  readonly index: number;
  readonly path: readonly string[];
}

/** The parameters from which an option of a call comes. */
export function needsOf(file: FileView, call: Call, place: OptionPlace): Need[] {
  const needs: Need[] = [];
  const path = place.path === "" ? [] : place.path.split(".");
  const args = call.value.args;
  const spread = args.findIndex((a) => file.facts.values[a]?.kind === "spread");
  const index = place.arg === "last" ? args.length - 1 : place.arg;
  if (spread !== -1 && spread <= index) {
    collectNeeds(file, args[spread] as ValueId, [String(index - spread), ...path], needs, 0);
  } else {
    const arg = call.args?.[index];
    if (arg !== undefined) collectNeeds(file, arg, path, needs, 0);
  }
  return needs;
}

/** Parameters that a value, or a part of it, is made of. */
function collectNeeds(file: FileView, id: ValueId, path: readonly string[], needs: Need[], depth: number): void {
  if (depth > 12 || needs.length > 8) return;
  const value = file.facts.values[id] as Value;
  const inner = (v: ValueId, p: readonly string[]): void => collectNeeds(file, v, p, needs, depth + 1);
  switch (value.kind) {
    case "param": {
      // A rest parameter's elements are arguments of their own.
      const [first, ...rest] = path;
      const at = value.rest && first !== undefined && /^\d+$/.test(first) ? { index: value.index + Number(first), path: rest } : { index: value.index, path };
      const type = file.facts.functions[value.fn]?.params[value.index]?.type;
      if (at.path.length === 0 || mayHave(file, type, at.path[0] as string)) needs.push({ fn: value.fn, ...at });
      return;
    }
    case "member":
      if (value.name !== null) inner(value.object, [value.name, ...path]);
      return;
    case "object":
      if (path.length === 0) {
        eachOperand(value, (operand) => inner(operand, []));
        return;
      }
      for (const p of value.props) {
        if (p.form === "spread") inner(p.value, path);
        else if (p.name === path[0]) inner(p.value, path.slice(1));
      }
      return;
    case "spread":
    case "rest":
      inner(value.of, path);
      return;
    case "var": {
      const binding = file.facts.bindings[value.binding];
      for (const v of binding?.versions ?? []) if (v.value !== undefined) inner(v.value, path);
      return;
    }
    case "choice":
      inner(value.test, []);
      inner(value.then, path);
      inner(value.otherwise, path);
      return;
    case "call":
      // `Object.assign({}, options)` has what its arguments have, under the same names.
      value.args.forEach((arg) => inner(arg, merges(file, value.callee) ? path : []));
      // `if (timeout) controller = new AbortController()`: whoever gives what the test asks for gets a bound.
      if (value.form === "new" && file.get(flow).symbols(value.callee).some((s) => s.text === "global:AbortController")) {
        for (const c of conditionsAt(file, id)) if (c.kind === "test" && c.isTrue) inner(c.test, []);
      }
      return;
    default:
      eachOperand(value, (operand) => inner(operand, value.kind === "cast" || value.kind === "logical" || value.kind === "default" || value.kind === "await" ? path : []));
  }
}

const MERGES = /^(?:global:Object\.assign|(?:lodash|lodash-es|underscore):(?:merge|defaults|defaultsDeep|assign|assignIn|extend)|(?:lodash[./](?:merge|defaults|assign)|deepmerge):)$/;

const merges = (file: FileView, callee: ValueId): boolean => file.get(flow).symbols(callee).some((s) => MERGES.test(s.text));

/** Does a parameter have a say in it? */
export function mentionsParam(file: FileView, id: ValueId, depth: number): boolean {
  const needs: Need[] = [];
  collectNeeds(file, id, [], needs, depth);
  return needs.length > 0;
}

const typesByBinding: Answer<ReadonlyMap<BindingId, readonly TypeFact[]>> = {
  name: "types by their names",
  of(file) {
    const found = new Map<BindingId, TypeFact[]>();
    for (const type of file.facts.types) if (type.binding !== null) listAt(found, type.binding).push(type);
    return found;
  },
};

/** Could a value of this declared type have the property? Only a type of this file that lists its members can deny it. */
function mayHave(file: FileView, type: TypeExpr | undefined, name: string): boolean {
  if (type === undefined || /^\d+$/.test(name)) return true;
  if (type.t === "object") return type.members.some((m) => m.name === name || m.name === null);
  if (type.t !== "name" || type.binding === undefined) return type.t !== "keyword" || type.name === "any" || type.name === "unknown" || type.name === "object";
  const declared = file.get(typesByBinding).get(type.binding) ?? [];
  if (declared.length === 0 || declared.some((t) => t.extends.length > 0)) return true;
  return declared.some((t) => mayHave(file, t.type, name));
}

/** The parameter that a value is, or is a part of, with nothing that stands in for what is missing. */
export function partOfParam(file: FileView, id: ValueId): Need | null {
  const path: string[] = [];
  for (let at = id, steps = 0; steps < 12; steps++) {
    const value = file.facts.values[at] as Value;
    if (value.kind === "param") return value.rest ? null : { fn: value.fn, index: value.index, path };
    const versions = value.kind === "var" ? (file.facts.bindings[value.binding]?.versions ?? []) : [];
    if (value.kind === "var" && versions.length === 1 && versions[0]?.value !== undefined) at = versions[0].value;
    else if (value.kind === "member" && value.name !== null) {
      path.unshift(value.name);
      at = value.object;
    } else if (value.kind === "cast") at = value.of;
    // `({ signal } = {})`: the default of the whole gives no part.
    else if (value.kind === "default" && path.length > 0 && isEmpty(file, value.fallback)) at = value.of;
    else return null;
  }
  return null;
}

function isEmpty(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id];
  return value?.kind === "object" && value.props.length === 0;
}
