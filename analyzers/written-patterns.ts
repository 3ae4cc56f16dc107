import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { endsOf } from "./ends.js";
import { flow } from "./flow.js";

const TAKES_PATTERN = /^(?:match|matchAll|search)$/;
const GIVES_TEXT = /^(?:toString|trim|trimStart|trimEnd|toLowerCase|toUpperCase|slice|substring|substr|replace|replaceAll|join|padStart|padEnd)$/;

/** `text.match(given)`: a text makes a regular expression of what is none. null where it is no text, or what it is given is one. */
export function writtenPattern(file: FileView, call: Call): ValueId | null {
  const callee = file.facts.values[call.target] as Value;
  const [given, ...others] = call.args ?? [];
  if (callee.kind !== "member" || callee.name === null || !TAKES_PATTERN.test(callee.name) || given === undefined || others.length > 0 || call.symbols.some((s) => s.isKnown)) return null;
  return isText(file, callee.object) && !file.get(flow).sources(given).some((s) => file.facts.values[s]?.kind === "regexp") ? given : null;
}

function isText(file: FileView, id: ValueId): boolean {
  return endsOf(file, id, (value) => (value.kind === "binary" && value.op === "+" ? [value.left, value.right] : null)).some(({ source }) => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "template") return true;
    if (value.kind === "literal") return typeof value.value === "string";
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    return callee?.kind === "member" && GIVES_TEXT.test(callee.name ?? "");
  });
}
