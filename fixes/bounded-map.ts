import type { Value, ValueId } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { type Call, callsWithin } from "../analyzers/calls.js";
import { flow } from "../analyzers/flow.js";
import { insert, tokens } from "./edit.js";
import { ownCall } from "./own-call.js";
import { pipelineName } from "./pipeline-name.js";

/** Work that waits for others like it: a few at a time, it could wait for one that has not begun. */
const WAITS_FOR_OTHERS = /load(?:er|Many)?$|lock|mutex|acquire|barrier|semaphore|latch/i;

/** `Promise.all(ids.map(fn))` as `map(ids, fn)`: the same results, a few at a time. Only where that is all that stands there. */
export function boundedMap(own: Own, found: Call): Fix | null {
  const { file } = own;
  const call = ownCall(own, found);
  if (call === null) return null;
  const { values } = file.facts;
  const outer = call.value;
  const inner = outer.args.length === 1 ? (values[outer.args[0] as ValueId] as Value) : undefined;
  if (outer.form !== undefined || outer.optional || outer.typeArgs || inner?.kind !== "call" || inner.optional || inner.typeArgs || inner.form !== undefined || inner.args.length !== 1) return null;
  const callee = values[inner.callee] as Value;
  const all = values[outer.callee] as Value;
  const fn = inner.args[0] as ValueId;
  if (callee.kind !== "member" || callee.name !== "map" || callee.optional || callee.key !== undefined || all.kind !== "member" || all.name !== "all" || values[all.object]?.kind !== "global") return null;
  if (!mayBeCalledSo(file, fn) || isFilled(file, callee.object, fn) || callsWithin(file, file.span({ value: fn })).some((c) => WAITS_FOR_OTHERS.test(nameOf(values[c.target] as Value)))) return null;
  const name = pipelineName(file, "map", call.id);
  if (name === null) return null;
  const list = file.span({ value: callee.object });
  const between = tokens(file.text, list.end, file.span({ value: fn }).start);
  const dot = between.findIndex((t) => t.text === ".");
  const parts = between.slice(dot, dot + 3);
  if (dot === -1 || parts.map((t) => t.text).join(" ") !== ". map (" || between.slice(0, dot).some((t) => t.text !== ")")) return null;
  const end = between[dot - 1]?.end ?? list.end;
  const close = file.span({ value: outer.args[0] as ValueId }).end;
  const isComma = (t: { readonly text: string }): boolean => t.text === ",";
  // Both calls may end in a comma, and one is enough.
  const comma = tokens(file.text, file.span({ value: fn }).end, close).find(isComma);
  const twice = comma !== undefined && tokens(file.text, close, file.span({ value: call.id }).end).some(isComma);
  const [point, , open] = parts as [{ start: number; end: number }, unknown, { start: number; end: number }];
  const joined = file.text.slice(point.start, open.end) === ".map(";
  const space = point.start === end && !/\s/.test(file.text[open.end] ?? " ") ? " " : "";
  return {
    tier: "review",
    title: `A few at a time: \`${name.text}(…)\``,
    edits: [
      ...name.edits,
      ...called(file, outer.callee, name.text),
      insert(end, `,${space}`),
      ...(joined ? [{ start: point.start, end: open.end, text: "" }] : parts.map((t) => ({ start: t.start, end: t.end, text: "" }))),
      ...(twice ? [{ start: comma.start, end: comma.end, text: "" }] : []),
      { start: close - 1, end: close, text: "" },
    ],
  };
}

/** Another name in the place of `Promise.all`; comments between its parts stay. */
function called(file: FileView, callee: ValueId, text: string): readonly Edit[] {
  const span = file.span({ value: callee });
  const parts = tokens(file.text, span.start, span.end);
  if (parts.map((t) => t.text).join("") === file.text.slice(span.start, span.end)) return [{ ...span, text }];
  return parts.map(({ start, end }, i) => ({ start, end, text: i === 0 ? text : "" }));
}

/** `map` gives an element and its index, and no list. */
function mayBeCalledSo(file: FileView, fn: ValueId): boolean {
  const { facts } = file;
  const { functions, sources } = file.get(flow);
  const own = functions(fn);
  if (own.length === 0 || own.length < sources(fn).length) return false;
  // A method taken from its object has lost it either way; what reads `arguments` may count them.
  return own.every((f) => {
    const fact = facts.functions[f];
    return fact !== undefined && fact.params.length <= 2 && !fact.generator && !fact.params.some((p) => p.rest) && !facts.values.some((v, id) => v.kind === "global" && v.name === "arguments" && facts.owner[id] === f);
  });
}

/** The function adds to the list that is gone through. */
function isFilled(file: FileView, list: ValueId, fn: ValueId): boolean {
  const value = file.facts.values[list] as Value;
  const { start, end } = file.span({ value: fn });
  return value.kind === "var" && file.get(flow).elementWrites(value.binding).some((v) => start <= file.span({ value: v }).start && file.span({ value: v }).end <= end);
}

const nameOf = (callee: Value): string => (callee.kind === "member" ? (callee.name ?? "") : callee.kind === "global" ? callee.name : "");
