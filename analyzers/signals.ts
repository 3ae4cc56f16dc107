import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { dependsOnParam } from "./options.js";
import { flow } from "./flow.js";

/**
 * What a signal is worth as a bound: `yes` somebody aborts it · `no` nobody ever does · `none` there is none (undefined) ·
 * `caller` a parameter: bound here, the callers' obligation · `unknown` made where this file does not see.
 */
export type SignalWorth = "yes" | "no" | "none" | "caller" | "unknown";

/** One worth for each value the signal may be. */
export function signalWorths(file: FileView, signal: ValueId, depth = 0): SignalWorth[] {
  const answers = file.get(flow);
  return answers.sources(signal).map((source) => {
    const value = file.facts.values[source] as Value;
    if ((value.kind === "global" && value.name === "undefined") || (value.kind === "literal" && value.value === null)) return "none";
    const texts = answers.symbols(source).map((s) => s.text);
    if (texts.some((t) => t === "global:AbortSignal.timeout()" || t === "global:AbortSignal.abort()")) return "yes";
    if (texts.includes("global:AbortSignal.any()") && value.kind === "call") return depth > 3 ? "unknown" : anyOf(file, value.args[0], depth);
    if (value.kind === "member" && value.name === "signal" && texts.includes("global:AbortController().signal")) return isAborted(file, value.object) ? "yes" : "no";
    return dependsOnParam(file, source) ? "caller" : "unknown";
  });
}

/** `AbortSignal.any([…])` is worth its best member. */
function anyOf(file: FileView, list: ValueId | undefined, depth: number): SignalWorth {
  const worths: SignalWorth[] = [];
  for (const source of list === undefined ? [] : file.get(flow).sources(list)) {
    const array = file.facts.values[source] as Value;
    if (array.kind !== "array") return "unknown";
    for (const item of array.items) if (item !== null) worths.push(...signalWorths(file, item, depth + 1));
  }
  return (["yes", "unknown", "caller", "no"] as const).find((w) => worths.includes(w)) ?? "no";
}

/** Is `abort` of this controller used, or does the controller itself go where somebody may? */
function isAborted(file: FileView, controller: ValueId): boolean {
  const { facts } = file;
  const answers = file.get(flow);
  const made = new Set(answers.sources(controller));
  const isOurs = (id: ValueId): boolean => answers.sources(id).some((s) => made.has(s));
  return facts.values.some((value) => {
    if (value.kind === "member") return value.name === "abort" && isOurs(value.object);
    const given = value.kind === "call" ? value.args : value.kind === "array" ? value.items : value.kind === "object" ? value.props.map((p) => p.value) : value.kind === "assign" ? [value.value] : [];
    return given.some((id) => id !== null && facts.values[id]?.kind === "var" && isOurs(id));
  });
}
