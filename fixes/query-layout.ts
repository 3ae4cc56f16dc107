import type { Value, ValueId } from "../core/facts.js";
import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { flow } from "../analyzers/flow.js";
import { occurrences } from "../analyzers/occurrences.js";
import type { Query } from "../analyzers/queries.js";
import { HOLE } from "../analyzers/sql-tokens.js";
import { type Gap, isPlainBetween, type Said, type WrittenText, writtenText } from "./written-text.js";

/** A query's text as one string with `HOLE` for each hole, and the way back to the file. */
export interface Layout {
  readonly text: string;
  readonly gaps: readonly Gap[];
  readonly isTemplate: boolean;
  readonly quote: string;
  readonly written: WrittenText;
  /** What the edit is that writes something in place of a stretch of the text. Null where it would lose something. */
  replace(file: FileView, start: number, end: number, text: string): Edit | null;
}

/** Where the text of a query is written as a whole: at its call, or in a constant of which the call is the one use. Else why it is nowhere. */
export function isWrittenFor(file: FileView, { call, text }: Query): ValueId | string {
  const { facts } = file;
  let id = text;
  for (let value = facts.values[id] as Value; value.kind === "cast"; value = facts.values[id] as Value) id = value.of;
  const value = facts.values[id] as Value;
  if (value.kind === "template" || value.kind === "binary") return id;
  const binding = value.kind === "var" ? facts.bindings[value.binding] : undefined;
  if (value.kind !== "var" || binding === undefined || binding.kind === "param" || binding.kind === "import") return "the text comes from elsewhere: bind the values where it is put together";
  const held = binding.versions[0]?.value;
  const made = held === undefined ? undefined : facts.values[held];
  if (held === undefined || binding.versions.length > 1 || (made?.kind !== "template" && made?.kind !== "binary")) return "the text is put together in several steps: bind each value where it is added";
  if (file.get(occurrences).reads(value.binding).length > 1) return `\`${binding.name}\` is used in other places too, which would have to give the values as well`;
  return facts.owner[held] === facts.owner[call.id] && isStill(file, held) ? held : "the text is put together in another function or from what may change until it is used";
}

/** May its holes be read later, at the call? Names that are written once, and what they hold. */
function isStill(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "literal":
    case "this":
    case "global":
    case "param":
      return true;
    case "var":
      return (file.facts.bindings[value.binding]?.versions.length ?? 0) <= 1;
    case "template":
      return value.holes.every((h) => isStill(file, h));
    case "binary":
    case "logical":
      return isStill(file, value.left) && isStill(file, value.right);
    case "member":
      return isStill(file, value.object) && (value.key === undefined || isStill(file, value.key));
    case "choice":
      return [value.test, value.then, value.otherwise].every((v) => isStill(file, v));
    case "cast":
    case "unary":
      return isStill(file, value.of);
    case "call": {
      // `term.trim()`, `String(id)`: the same whenever they are asked.
      const callee = file.facts.values[value.callee] as Value;
      const isPlain = callee.kind === "member" ? /^(?:trim|toLowerCase|toUpperCase|toString|slice|substring|join|replace|replaceAll|map)$/.test(callee.name ?? "") && isStill(file, callee.object) : callee.kind === "global" && /^(?:String|Number)$/.test(callee.name);
      return isPlain && value.form === undefined && value.args.every((a) => (file.facts.values[a] as Value).kind === "function" || isStill(file, a));
    }
    default:
      return false;
  }
}

export function layoutOf(file: FileView, id: ValueId): Layout | null {
  const written = writtenText(file, id);
  if (written === null) return null;
  const { parts } = written;
  // A constant with a quote in it: what it opens or closes nobody sees here.
  const isOdd = (gap: Gap): boolean => /['"`]|--|\/\*/.test(String(file.get(flow).constant(gap.value) ?? ""));
  const gaps = parts.filter((p) => p.kind === "gap");
  if (gaps.some(isOdd) || parts.some((p) => p.kind === "said" && p.text.includes(HOLE))) return null;
  const first = parts[0] as Said;
  return {
    text: parts.map((p) => (p.kind === "said" ? p.text : HOLE)).join(""),
    gaps,
    isTemplate: parts.some((p) => p.kind === "said" && p.quote === "`"),
    quote: first.quote === "`" ? '"' : first.quote,
    written,
    replace: (view, start, end, text) => replace(view, written, start, end, text),
  };
}

/** A place in the text: which part, and how far in it. */
interface Point {
  readonly part: number;
  readonly offset: number;
}

function replace(file: FileView, written: WrittenText, start: number, end: number, text: string): Edit | null {
  const from = startOf(written, start);
  const first = written.parts[from?.part ?? -1];
  if (from === null || first?.kind !== "said") return null;
  const at = first.at[from.offset] as number;
  const to = endOf(written, end);
  const last = written.parts[to?.part ?? -1];
  if (to === null || last?.kind !== "said") {
    // The text ends with a hole.
    const isEnd = written.parts.at(-1)?.kind === "gap" && end === lengthOf(written);
    return isEnd && isPlainBetween(file, written, from.part, written.parts.length - 1) ? { start: at, end: written.end, text: text + first.quote } : null;
  }
  if (!isPlainBetween(file, written, from.part, to.part)) return null;
  const stop = last.at[to.offset] as number;
  if (first.literal === last.literal || first.quote === last.quote) return { start: at, end: stop, text };
  // What is left of the last literal stays one.
  return last.isLast && to.offset === last.text.length ? { start: at, end: stop + 1, text: text + first.quote } : { start: at, end: stop, text: `${text}${first.quote} + ${last.quote}` };
}

const lengthOf = ({ parts }: WrittenText): number => parts.reduce((sum, p) => sum + (p.kind === "said" ? p.text.length : 1), 0);

/** Of a character of the text, or of the end of what stands before a hole. */
function startOf({ parts }: WrittenText, at: number): Point | null {
  let begin = 0;
  for (const [i, part] of parts.entries()) {
    const length = part.kind === "said" ? part.text.length : 1;
    if (part.kind === "said" && at >= begin && (at < begin + length || (at === begin + length && parts[i + 1]?.kind === "gap"))) return { part: i, offset: at - begin };
    begin += length;
  }
  return null;
}

/** Behind a character of the text, or where it goes on behind a hole. */
function endOf({ parts }: WrittenText, at: number): Point | null {
  let begin = 0;
  for (const [i, part] of parts.entries()) {
    const length = part.kind === "said" ? part.text.length : 1;
    if (part.kind === "said" && at <= begin + length && (at > begin || (at === begin && parts[i - 1]?.kind === "gap"))) return { part: i, offset: at - begin };
    begin += length;
  }
  return null;
}
