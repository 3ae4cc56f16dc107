import type { Finding, Position } from "../../core/finding.js";
import { linesOf } from "./code-frame.js";

/** Rules that find values which must not be seen in any output: a log of CI is read by more people than the code. */
const CONCEALED: ReadonlySet<string> = new Set(["hardcoded-secret"]);

/**
 * The lines of each file, with what those rules have found blotted out: in the frame of the finding itself and in every other
 * frame that shows the same lines. What no run has found cannot be hidden.
 */
export function concealedLines(sources: ReadonlyMap<string, string>, findings: readonly Finding[]): (file: string) => readonly string[] | undefined {
  const places = new Map<string, { readonly start: Position; readonly end: Position; readonly quotedOnly: boolean }[]>();
  const add = (file: string, start: Position, end: Position, quotedOnly: boolean): void => {
    const list = places.get(file) ?? [];
    list.push({ start, end, quotedOnly });
    places.set(file, list);
  };
  for (const finding of findings) {
    if (!CONCEALED.has(finding.rule)) continue;
    add(finding.file, finding.start, finding.end, false);
    // Of the places around it only a literal can hold the value.
    for (const related of finding.related) add(related.file, related.start, related.end, true);
  }
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const text = sources.get(file);
    if (text === undefined) return undefined;
    let lines = known.get(file);
    if (lines === undefined) {
      const own = linesOf(text);
      for (const place of places.get(file) ?? []) blot(own, place.start, place.end, place.quotedOnly);
      known.set(file, (lines = own));
    }
    return lines;
  };
}

/** Same length, so that columns stay; quotes and spaces stay, so that one sees that it is a text. */
function blot(lines: string[], start: Position, end: Position, quotedOnly: boolean): void {
  if (quotedOnly && !/["'`]/.test(lines[start.line - 1]?.[start.column - 1] ?? "")) return;
  for (let number = start.line; number <= Math.min(end.line, lines.length); number++) {
    const line = lines[number - 1] ?? "";
    const from = number === start.line ? start.column - 1 : 0;
    const to = number === end.line ? end.column - 1 : line.length;
    lines[number - 1] = line.slice(0, from) + line.slice(from, to).replace(/[^\s"'`]/g, "*") + line.slice(to);
  }
}
