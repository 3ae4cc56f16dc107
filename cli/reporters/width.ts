/** Text as a terminal shows it: what is wide, what has no width, and what must not reach it at all. */

/** East Asian wide and full-width blocks, coarsely: a rare character that is one cell off only shifts a caret. */
const WIDE = /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

let segmenter: Intl.Segmenter | undefined;
/** Made when a text needs it: loading its tables takes longer than a small check. */
const graphemesOf = (text: string): Intl.Segments => (segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })).segment(text);
const ASCII = /^[\x20-\x7e]*$/;

export interface Cell {
  readonly text: string;
  readonly width: number;
}

/** What the eye takes for one character each; a tab reaches the next stop. */
export function* cells(text: string, tabSize: number): Generator<Cell> {
  let column = 0;
  for (const { segment } of graphemesOf(text)) {
    const width = segment === "\t" ? tabSize - (column % tabSize) : graphemeWidth(segment);
    column += width;
    yield { text: segment, width };
  }
}

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (WITHOUT_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) || EMOJI.test(grapheme) ? 2 : 1;
}

/**
 * Control characters as their pictures (`␛`), and characters that reorder text as `�`, one for one: source and messages are
 * other people's text, and neither may move the cursor, colour the log, or show code in an order in which it does not run.
 */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\x00-\x08\x0a-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0))).replace(/[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");

/** A message on one line: line ends are spaces, the rest printable. */
export const oneLine = (text: string): string => printable(text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ").trim());

/** Breaks at spaces; what follows the first line is indented. Without a width, one line. A word too long for a line keeps its length. */
export function wrap(text: string, width: number | undefined, indent: string): string {
  if (width === undefined || width <= 0 || displayWidth(text) <= width) return text;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
