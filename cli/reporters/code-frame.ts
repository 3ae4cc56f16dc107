import type { Position } from "../../core/finding.js";
import type { Paint } from "../paint.js";
import { type Cell, cells, printable } from "./width.js";

const CONTEXT = 2;
const TAB = 4;
/** Where nobody knows the width: as wide as code is in most projects, so that most lines are whole. */
const DEFAULT_WIDTH = 120;

export interface FrameOptions {
  readonly width: number | undefined;
  readonly paint: Paint;
  readonly severity: "error" | "warn";
}

/** The lines of a text, ended as `Position` counts them. */
export const linesOf = (text: string): string[] => text.split(/\r\n|[\n\r\u2028\u2029]/);

/** The place with two lines around it; a caret under each character of its first line. */
export function codeFrame(lines: readonly string[], start: Position, end: Position, { width = DEFAULT_WIDTH, paint, severity }: FrameOptions): string[] {
  const first = Math.max(1, start.line - CONTEXT);
  const last = Math.min(lines.length, start.line + CONTEXT);
  if (start.line > lines.length) return []; // the file has changed since
  const gutter = String(last).length;
  const room = Math.max(20, width - gutter - 7); // the rest: margin, mark, bar, and an ellipsis at the end
  const style = severity === "error" ? "red" : "yellow";

  const line = lines[start.line - 1] ?? "";
  const to = end.line > start.line ? line.trimEnd().length : end.column - 1;
  const from = widthOf(line.slice(0, start.column - 1));
  const marked = Math.max(1, widthOf(line.slice(0, Math.max(to, start.column - 1))) - from);
  const window = windowFor(widthOf(line), from, from + marked, room);

  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    const isMain = number === start.line;
    const label = `${isMain ? ">" : " "} ${String(number).padStart(gutter)}`;
    const code = cut(lines[number - 1] ?? "", window);
    out.push(`  ${paint(isMain ? style : "dim", label)} ${paint("dim", "│")}${code === "" ? "" : ` ${isMain ? code : paint("dim", code)}`}`);
    if (!isMain) continue;
    const visible = Math.max(1, Math.min(from + marked, window.to) - from);
    out.push(`    ${" ".repeat(gutter)} ${paint("dim", "│")} ${" ".repeat(from - window.from)}${paint(style, "^".repeat(visible))}`);
  }
  return trimBlank(out, lines, first, last, start.line);
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Which columns of the line are shown: from its start if the place then fits, else so that the place begins in the first third. */
function windowFor(length: number, from: number, to: number, room: number): Window {
  if (length <= room || to <= room - 1) return { from: 0, to: room };
  const shift = Math.max(0, Math.min(from - Math.floor(room / 3), length - room));
  return { from: shift, to: shift + room };
}

function cut(line: string, { from, to }: Window): string {
  const shown: Cell[] = [];
  let column = 0;
  let before = false;
  let after = false;
  for (const cell of cells(printable(line), TAB)) {
    const next = column + cell.width;
    if (next <= from && cell.width > 0) before = true;
    // Half a wide character, or half a tab, at the edge: blanks keep the columns.
    else if (column < from) shown.push({ text: " ".repeat(next - from), width: next - from });
    else if (next > to) {
      after = true;
      break;
    } else shown.push(cell.text === "\t" ? { text: " ".repeat(cell.width), width: cell.width } : cell);
    column = next;
  }
  const [first] = shown;
  // The ellipsis takes the cell of the first character, so that columns stay where they are.
  if (before && first !== undefined) shown[0] = { text: `…${" ".repeat(Math.max(0, first.width - 1))}`, width: first.width };
  return `${shown.map((c) => c.text).join("").trimEnd()}${after ? "…" : ""}`;
}

function widthOf(text: string): number {
  let width = 0;
  for (const cell of cells(printable(text), TAB)) width += cell.width;
  return width;
}

/** Blank lines at the edges of a frame say nothing. */
function trimBlank(out: readonly string[], lines: readonly string[], first: number, last: number, main: number): string[] {
  const blank = (number: number): boolean => (lines[number - 1] ?? "").trim() === "";
  let top = 0;
  while (first + top < main && blank(first + top)) top++;
  let bottom = 0;
  while (last - bottom > main && blank(last - bottom)) bottom++;
  return out.slice(top, out.length - bottom);
}
