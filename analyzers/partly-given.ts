import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";

/** A call that gives a function its first arguments, for whoever calls what it makes. */
export interface PartlyGiven {
  readonly call: ValueId;
  readonly args: readonly ValueId[];
}

/** What makes a function that does as another does; what a framework calls is no call of this code. */
const WRAPS = /\b(?:promisify|callbackify|debounce|throttle|memoize|once)\b/;
const NONE: readonly PartlyGiven[] = [];
const PARTIAL = /^(?:(?:lodash|lodash-es|underscore)(?::|\.)(?:partial|bind)|lodash\/(?:partial|bind):|ramda:partial)$/;

/** `f.bind(null, x)` and `partial(f, x)`: what a function is given before anybody calls it. `promisify(f)(x)`: what it is given through what does as it does. */
export const partlyGiven: Answer<(fn: FnId) => readonly PartlyGiven[]> = {
  name: "partly given arguments",
  of(file) {
    const found = new Map<FnId, PartlyGiven[]>();
    if (!/\bbind\s*\(|\bpartial\b/.test(file.text) && !WRAPS.test(file.text)) return () => NONE;
    const answers = file.get(flow);
    const hasWraps = WRAPS.test(file.text);
    const add = (made: ValueId, given: PartlyGiven): void => {
      if (given.args.length > 0) for (const fn of answers.functions(made)) listAt(found, fn).push(given);
    };
    for (const { id, value, symbols } of file.get(calls)) {
      const callee = file.facts.values[value.callee] as Value;
      const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? null) : null;
      if (name !== "bind" && name !== "partial") {
        for (const made of hasWraps ? wrapped(file, value.callee) : []) add(made, { call: id, args: value.args });
        continue;
      }
      const by = symbols.find((s) => PARTIAL.test(s.text))?.text;
      const [first, second] = value.args;
      if (by === undefined) {
        if (callee.kind === "member" && name === "bind") add(callee.object, { call: id, args: value.args.slice(1) });
      } else if (first !== undefined) {
        const list = second === undefined ? undefined : file.facts.values[second];
        add(first, { call: id, args: by.startsWith("ramda:") ? (list?.kind === "array" ? list.items.filter((item) => item !== null) : []) : value.args.slice(/bind:?$/.test(by) ? 2 : 1) });
      }
    }
    return (fn) => found.get(fn) ?? NONE;
  },
};

/** The calls of what does as a function does: `promisify(f)(x)`. They give it what its own calls would. */
export const wrappedCalls: Answer<(fn: FnId) => readonly Call[]> = {
  name: "calls of what does as a function",
  of(file) {
    if (!WRAPS.test(file.text)) return () => [];
    const found = new Map<FnId, Call[]>();
    for (const call of file.get(calls)) for (const fn of wrapped(file, call.value.callee).flatMap((of) => file.get(flow).functions(of))) listAt(found, fn).push(call);
    return (fn) => found.get(fn) ?? [];
  },
};

/** The functions that a called value does as, made by a call of a library: `promisify(query)`. */
export function wrapped(file: FileView, callee: ValueId): readonly ValueId[] {
  const { sources, symbols } = file.get(flow);
  return sources(callee).flatMap((source) => {
    const made = file.facts.values[source] as Value;
    return made.kind !== "call" ? [] : symbols(made.callee).flatMap((s) => s.rows("wraps").flatMap(({ row }) => (typeof row.arg === "number" && made.args[row.arg] !== undefined ? [made.args[row.arg] as ValueId] : [])));
  });
}
