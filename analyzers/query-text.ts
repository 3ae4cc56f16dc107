import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { endsOf } from "./ends.js";
import { flow } from "./flow.js";
import { conditionSize, type HoleName, selectSize, type Size, unknownSize, worst } from "./select-size.js";
import { HOLE } from "./sql-tokens.js";
import { type Text, textsOf } from "./texts.js";

/** A text with holes, and what stands in each. */
interface QueryText {
  readonly text: string;
  readonly nameOf: HoleName;
}

const MOST_TEXTS = 12;
const DEEPEST = 6;

/** How many rows the queries give that a value may be; null: it is none that lists rows; undefined: nobody knows its text. */
export function sizeOfText(file: FileView, value: ValueId): Size | null | undefined {
  if (!mayBeSelect(file, value)) return file.get(flow).sources(value).every((s) => isWritten(file.facts.values[s] as Value)) ? null : undefined;
  const texts = queryTexts(file, value);
  const sizes = texts.map((t) => selectSize(t.text, t.nameOf)).filter((s) => s !== null);
  if (sizes.length === 0) return null;
  const size = worst(sizes);
  return size.rows === "many" && sizes.some((s) => s.rows !== "many") ? unknownSize("the query is limited on some roads only") : size;
}

const isWritten = (value: Value): boolean => value.kind === "literal" || (value.kind === "template" && value.chunks[0]?.trim() !== "") || value.kind === "binary";

/** How far a condition given as text bounds a query. */
export function sizeOfCondition(file: FileView, value: ValueId, tables: readonly string[]): Size {
  const texts = queryTexts(file, value);
  return texts.length === 0 ? unknownSize("a condition comes from where this file does not see") : worst(texts.map((t) => conditionSize(t.text, tables, t.nameOf)));
}

/** Does one of its texts begin a query that lists rows? Only beginnings are looked at: most texts are none. */
export function mayBeSelect(file: FileView, value: ValueId): boolean {
  return endsOf(file, value, (part) => headOf(file, part)).some(({ source }) => {
    const head = file.facts.values[source] as Value;
    const text = head.kind === "template" ? head.chunks[0] : head.kind === "literal" ? head.value : undefined;
    return typeof text === "string" && SELECT.test(text);
  });
}

const SELECT = /^(?:\s|\(|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:select|with)\b/i;

function headOf({ facts }: FileView, value: Value): readonly (ValueId | null)[] | null {
  if (value.kind === "template") return value.chunks[0]?.trim() === "" ? value.holes.slice(0, 1) : null;
  if (value.kind === "binary") return value.op === "+" ? [value.left] : null;
  if (value.kind === "array") return value.items.slice(0, 1);
  if (value.kind !== "call") return null;
  const callee = facts.values[value.callee] as Value;
  // A tag's template; `sql.raw("…")`; `["SELECT", …].join(" ")`, `text.trim()`.
  if (value.form === "tag" || (callee.kind === "member" && callee.name === "raw")) return value.args.slice(0, 1);
  return callee.kind === "member" ? [callee.object] : null;
}

function queryTexts(file: FileView, value: ValueId): readonly QueryText[] {
  return pieces(file, value, 0).map((list) => ({
    text: list.map((p) => p.text ?? HOLE).join(""),
    nameOf: (hole) => columnOf(file, list.filter((p) => p.text === null)[hole]?.at),
  }));
}

/** Texts with the fragments that tags put into them: `` sql`… ${sql`limit 10`}` ``. */
function pieces(file: FileView, value: ValueId, depth: number): Text[] {
  const texts = file.get(flow).sources(value).flatMap((source): readonly Text[] => {
    const of = file.facts.values[source] as Value;
    const template = of.kind === "call" && of.form === "tag" ? of.args[0] : undefined;
    return textsOf(file, template ?? source, "seen through names");
  });
  return texts.slice(0, MOST_TEXTS).flatMap((text) => expanded(file, text, depth)).slice(0, MOST_TEXTS);
}

function expanded(file: FileView, text: Text, depth: number): Text[] {
  let texts: Text[] = [[]];
  for (const piece of text) {
    const of = piece.text === null ? (file.facts.values[piece.at] as Value) : undefined;
    const inner = of?.kind === "call" && of.form === "tag" && depth < DEEPEST ? pieces(file, piece.at, depth + 1) : [[piece]];
    texts = texts.flatMap((t) => inner.map((i) => [...t, ...i])).slice(0, MOST_TEXTS);
  }
  return texts;
}

/** `${users.id}` of a table that is described in code, here or in another file. */
function columnOf(file: FileView, hole: ValueId | undefined): string | null {
  const value = hole === undefined ? undefined : file.facts.values[hole];
  if (value?.kind !== "member" || value.name === null) return null;
  const object = file.facts.values[value.object];
  const isImported = object?.kind === "var" && file.facts.bindings[object.binding]?.from !== undefined;
  return isImported || file.get(flow).symbols(value.object).some((s) => /^drizzle-orm\/[\w-]+:\w+Table\(\)$/.test(s.text)) ? value.name : null;
}
