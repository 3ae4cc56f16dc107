import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
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
  const parts = depth > 3 ? null : fallbackOf(file, signal);
  if (parts !== null) {
    const instead = signalWorths(file, parts.instead, depth + 1);
    const first = signalWorths(file, parts.first, depth + 1);
    // Whoever gives none gets the other one: nothing is left for the callers to do.
    return instead.every((w) => w === "yes") ? first.map((w) => (w === "caller" || w === "none" ? "yes" : w)) : [...first, ...instead];
  }
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

/** `signal ?? AbortSignal.timeout(n)`, `signal ? signal : …`, `(signal = …)`: one signal, and what stands in where there is none. */
function fallbackOf(file: FileView, signal: ValueId): { readonly first: ValueId; readonly instead: ValueId } | null {
  const { sameAs } = file.get(flow);
  const value = file.facts.values[sameAs(signal)] as Value;
  if (value.kind === "logical") return value.op === "&&" ? null : { first: value.left, instead: value.right };
  if (value.kind === "default") return { first: value.of, instead: value.fallback };
  if (value.kind !== "choice") return null;
  const [test, then, otherwise] = [value.test, value.then, value.otherwise].map((id) => ({ id, same: sameAs(id) })) as [Alike, Alike, Alike];
  return isAlike(file, test, then) ? { first: then.id, instead: otherwise.id } : null;
}

interface Alike {
  readonly id: ValueId;
  readonly same: ValueId;
}

/** The same name, or the same member of the same name. */
function isAlike(file: FileView, a: Alike, b: Alike): boolean {
  if (a.same === b.same) return true;
  const [one, other] = [file.facts.values[a.same] as Value, file.facts.values[b.same] as Value];
  if (one.kind === "var" && other.kind === "var") return one.binding === other.binding;
  const { sameAs } = file.get(flow);
  return one.kind === "member" && other.kind === "member" && one.name !== null && one.name === other.name && sameAs(one.object) === sameAs(other.object);
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
  return file.get(flow).sources(controller).some((source) => file.get(mayBeAborted).has(source));
}

/** What `abort` is read of, and what is handed on by its name. */
const mayBeAborted: Answer<ReadonlySet<ValueId>> = {
  name: "may be aborted",
  of(file) {
    const { values } = file.facts;
    const found = new Set<ValueId>();
    const add = (id: ValueId): void => file.get(flow).sources(id).forEach((source) => found.add(source));
    for (const value of values) {
      if (value.kind === "member") {
        if (value.name === "abort") add(value.object);
        continue;
      }
      const given = value.kind === "call" ? value.args : value.kind === "array" ? value.items : value.kind === "object" ? value.props.map((p) => p.value) : value.kind === "assign" ? [value.value] : [];
      for (const id of given) if (id !== null && values[id]?.kind === "var") add(id);
    }
    return found;
  },
};
