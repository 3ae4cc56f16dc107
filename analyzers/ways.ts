import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { eachOf } from "./each.js";
import type { Invocation } from "./invocations.js";

/** How control comes to a function: what runs it, and how control came there. */
export interface Way {
  readonly run: Invocation;
  readonly before: Way | null;
}

export interface Given {
  /** What the parameter is, or is made of. */
  readonly values: readonly ValueId[];
  /** It is an element of them. */
  readonly isElement: boolean;
  /** How control came to where they stand. */
  readonly way: Way | null;
}

/** What a way gives to a parameter; null where the way does not lead through its function. */
export function givenOn(file: FileView, way: Way | null, param: Value & { kind: "param" }): Given | null {
  const { values } = file.facts;
  for (let at = way; at !== null; at = at.before) {
    if (at.run.run.fn !== param.fn) continue;
    const { at: call, how } = at.run;
    if (how === "call") {
      if (call.args === null) return { values: call.value.args, isElement: false, way: at.before };
      return { values: param.rest ? call.args.slice(param.index) : call.args.slice(param.index, param.index + 1), isElement: false, way: at.before };
    }
    const each = file.get(eachOf)(call);
    if (each !== null) return { values: param.index === each.param || param.rest ? [each.list] : [], isElement: true, way: at.before };
    const callee = values[call.target] as Value;
    const data = call.value.args.filter((arg) => values[arg]?.kind !== "function");
    return { values: callee.kind === "member" ? [callee.object, ...data] : data, isElement: false, way: at.before };
  }
  return null;
}

/** The object whose method a function on the way is called as. */
export function objectOn(file: FileView, way: Way | null, fn: number): { readonly value: ValueId; readonly way: Way | null } | null {
  for (let at = way; at !== null; at = at.before) {
    if (at.run.run.fn !== fn || at.run.how !== "call") continue;
    const callee = file.facts.values[at.run.at.target] as Value;
    return callee.kind === "member" ? { value: callee.object, way: at.before } : null;
  }
  return null;
}
