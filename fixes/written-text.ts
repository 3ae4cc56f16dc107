import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { hasComment, tokens } from "./edit.js";

/** Constant text: where each of its characters stands in the file, and one place more for its end. */
export interface Said {
  readonly kind: "said";
  readonly text: string;
  readonly at: readonly number[];
  readonly literal: ValueId;
  readonly quote: string;
  /** Where it begins and ends, is its literal's begin and end; else a hole of the template. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export interface Gap {
  readonly kind: "gap";
  readonly value: ValueId;
  /** As it would be written elsewhere, with its comments. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A template, or texts and values put together with `+`, in the order of the file. */
export interface WrittenText {
  readonly parts: readonly (Said | Gap)[];
  readonly start: number;
  readonly end: number;
  readonly isTemplate: boolean;
}

/** Null for what is written in a way that this does not read. */
export function writtenText(file: FileView, id: ValueId): WrittenText | null {
  const { start, end } = file.span({ value: id });
  const value = file.facts.values[id] as Value;
  const parts = value.kind === "binary" && value.op === "+" ? sum(file, id) : value.kind === "template" || value.kind === "literal" ? literal(file, id) : null;
  return parts === null || parts[0]?.kind !== "said" ? null : { parts, start, end, isTemplate: value.kind === "template" };
}

function sum(file: FileView, id: ValueId): (Said | Gap)[] | null {
  const value = file.facts.values[id] as Value;
  if (value.kind === "template" || (value.kind === "literal" && typeof value.value === "string")) return literal(file, id);
  if (value.kind !== "binary" || value.op !== "+") return null;
  const left = sum(file, value.left);
  if (left === null) return null;
  const right = file.facts.values[value.right] as Value;
  if (right.kind === "template" || (right.kind === "literal" && typeof right.value === "string")) {
    const parts = literal(file, value.right);
    return parts === null ? null : [...left, ...parts];
  }
  const { start, end } = file.span({ value: value.right });
  return [...left, { kind: "gap", value: value.right, text: file.text.slice(start, end), start, end }];
}

function literal(file: FileView, id: ValueId): (Said | Gap)[] | null {
  const value = file.facts.values[id] as Value;
  const { start, end } = file.span({ value: id });
  const quote = file.text[start] ?? "";
  if (value.kind === "literal") {
    const at = typeof value.value === "string" && /["'`]/.test(quote) ? places(file.text, start + 1, value.value) : null;
    return at === null || at.at(-1) !== end - 1 ? null : [{ kind: "said", text: value.value as string, at, literal: id, quote, isFirst: true, isLast: true }];
  }
  if (value.kind !== "template" || quote !== "`") return null;
  const parts: (Said | Gap)[] = [];
  let from = start + 1;
  for (const [i, chunk] of value.chunks.entries()) {
    const at = places(file.text, from, chunk);
    if (at === null) return null;
    parts.push({ kind: "said", text: chunk, at, literal: id, quote, isFirst: i === 0, isLast: i === value.holes.length });
    const stop = at.at(-1) as number;
    const hole = value.holes[i];
    if (hole === undefined) return stop === end - 1 ? parts : null;
    const close = file.text.startsWith("${", stop) ? tokens(file.text, file.span({ value: hole }).end, end).find((t) => t.text.startsWith("}")) : undefined;
    if (close === undefined) return null;
    const text = file.text.slice(stop + 2, close.start).trim();
    // What follows on its line would become part of the comment.
    if (text.includes("//") && hasComment(text, 0, text.length)) return null;
    parts.push({ kind: "gap", value: hole, text, start: stop, end: close.start + 1 });
    from = close.start + 1;
  }
  return null;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", "0": "\0" };

/** Where the characters of a text stand, read with their escapes. Null where they say anything else. */
function places(source: string, from: number, text: string): readonly number[] | null {
  const at: number[] = [];
  let i = from;
  const skipBreak = (): void => {
    while (source[i] === "\\" && /[\r\n]/.test(source[i + 1] ?? "")) i += source.startsWith("\r\n", i + 1) ? 3 : 2;
  };
  for (const char of text.split("")) {
    skipBreak();
    at.push(i);
    if (source[i] === "\\") {
      const next = source[i + 1] ?? "";
      if (/[ux1-7]/.test(next) || (ESCAPED[next] ?? next) !== char) return null;
      i += 2;
    } else if (char === "\n" && source.startsWith("\r\n", i)) i += 2;
    else if (source[i] === char) i++;
    else return null;
  }
  skipBreak();
  at.push(i);
  return at;
}

/** From one part to another: nothing but `+`, and parentheses that stand around one of them? */
export function isPlainBetween(file: FileView, { parts }: WrittenText, from: number, to: number): boolean {
  let open = 0;
  for (let i = from; i < to; i++) {
    const [before, after] = [parts[i], parts[i + 1]];
    if (before === undefined || after === undefined || (before.kind === "said" && !before.isLast) || (after.kind === "said" && !after.isFirst)) continue;
    const start = before.kind === "said" ? (before.at.at(-1) as number) + 1 : before.end;
    const end = after.kind === "said" ? (after.at[0] as number) - 1 : after.start;
    if (hasComment(file.text, start, end)) return false;
    for (const { text } of tokens(file.text, start, end)) {
      if (text === "(") open++;
      else if (text === ")") open--;
      else if (text !== "+") return false;
      if (open < 0) return false;
    }
  }
  return open === 0;
}
