import type { Places } from "./places.js";
import type { ProvenEntry, Unit } from "./program.js";
import type { Entries, EntryOutcome, OpenCall } from "./result.js";

/** So many reasons are told of one entry; the rest are counted. */
const MOST_REASONS = 5;

/** The entries of a program as a run reports them. */
export function entriesOf<U extends Unit & { readonly isAsked: boolean }>(proven: readonly ProvenEntry<U>[], places: Places): Entries {
  const asked = proven.filter(({ unit }) => unit.isAsked);
  const open = new Map<string, OpenCall>();
  const list = asked.map(({ unit, start, name, framework, proof, found, reasons }): EntryOutcome => {
    for (const r of reasons) {
      if (r.rule !== null) continue;
      const { path } = r.unit.view;
      const key = `${path}\0${r.start}\0${r.reason}`;
      const known = open.get(key);
      open.set(key, { file: path, start: known?.start ?? places.at(path, r.start), reason: r.reason, entries: (known?.entries ?? 0) + 1 });
    }
    return {
      file: unit.view.path,
      start: places.at(unit.view.path, start),
      name,
      framework,
      proof,
      found,
      unknown: reasons.length,
      reasons: reasons.slice(0, MOST_REASONS).map((r) => ({ rule: r.rule, file: r.unit.view.path, start: places.at(r.unit.view.path, r.start), reason: r.reason })),
    };
  });
  const count = (proof: EntryOutcome["proof"]): number => list.filter((e) => e.proof === proof).length;
  return { proved: count("proved"), found: count("found"), unknown: count("unknown"), list: list.sort(byPlace), open: [...open.values()].sort(byPlace) };
}

type Placed = Pick<OpenCall, "file" | "start">;

const byPlace = (a: Placed, b: Placed): number => (a.file === b.file ? a.start.line - b.start.line || a.start.column - b.start.column : a.file < b.file ? -1 : 1);
