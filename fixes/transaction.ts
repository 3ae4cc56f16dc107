import type { Edit, Fix } from "../core/finding.js";
import { listAt } from "../core/lists.js";
import { applyEdits } from "./edit.js";

/** A fix, and the file of its finding. */
export interface Wanted {
  readonly file: string;
  readonly fix: Fix;
}

export interface Made {
  /** The new text of each file that is touched. */
  readonly texts: ReadonlyMap<string, string>;
  /** Fixes that cannot be made together with those before them: none of their edits is. */
  readonly left: readonly Wanted[];
}

/** Makes fixes, each in all its files or not at all. `textOf`: null where there is no such file. */
export function makeFixes(wanted: readonly Wanted[], textOf: (path: string) => string | null): Made {
  const made = new Map<string, Edit[]>();
  const left: Wanted[] = [];
  for (const one of wanted) {
    const own = editsByFile(one);
    const fits = [...own].every(([file, edits]) => edits.every((edit) => (edit.creates === true) === (textOf(file) === null) && (made.get(file) ?? []).every((other) => getOn(edit, other))));
    if (!fits) left.push(one);
    else for (const [file, edits] of own) listAt(made, file).push(...edits);
  }
  return { texts: new Map([...made].map(([file, edits]) => [file, applyEdits(textOf(file) ?? "", edits)])), left };
}

/** The edits of a fix, by the file they are in; a file that it creates has one edit, its text. */
export function wholeEdits(one: Wanted): Edit[] {
  return [...editsByFile(one)].flatMap(([file, edits]) => (edits[0]?.creates ? [{ start: 0, end: 0, text: applyEdits("", edits), file, creates: true as const }] : edits));
}

export function editsByFile({ file, fix }: Wanted): Map<string, Edit[]> {
  const found = new Map<string, Edit[]>();
  for (const edit of fix.edits) listAt(found, edit.file ?? file).push(edit);
  return found;
}

/** Equal edits are one. Others may meet at a place, but neither overlap nor add one thing in two ways. */
function getOn(a: Edit, b: Edit): boolean {
  const isEqual = a.start === b.start && a.end === b.end && a.text === b.text;
  if (a.beside?.adds !== undefined && a.beside.adds === b.beside?.adds) return isEqual && a.beside.reason === b.beside.reason;
  return isEqual || a.end <= b.start || b.end <= a.start;
}
