import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";

export interface End {
  readonly source: ValueId;
  /** The value that it is a source of, as it is written: an item of a list, one side of a sum. */
  readonly written: ValueId;
}

/** What of a value is looked into in turn; null where it stands for itself. */
export type Into = (value: Value, source: ValueId) => readonly (ValueId | null)[] | null;

/** What a value may be, looked into as far as `into` goes. Each is entered once: in a loop, names are made of themselves. */
export function endsOf(file: FileView, id: ValueId, into: Into): readonly End[] {
  const found: End[] = [];
  const seen = new Set<ValueId>();
  const left: (ValueId | null)[] = [id];
  for (let written = left.pop(); written !== undefined; written = left.pop()) {
    if (written === null || seen.has(written)) continue;
    seen.add(written);
    const inner: (ValueId | null)[] = [];
    for (const source of file.get(flow).sources(written)) {
      const taken = into(file.facts.values[source] as Value, source);
      if (taken === null) found.push({ source, written });
      else inner.push(...taken);
    }
    left.push(...inner.reverse());
  }
  return found;
}

/** Lists item by item, however deep: what `app.use([first, [second]], ...more)` hands over. */
export const intoLists: Into = (value) => (value.kind === "array" ? value.items : value.kind === "spread" ? [value.of] : null);
