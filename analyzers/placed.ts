import type { ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { FileView } from "../core/rule.js";

/** Which of some values stand in a stretch of the text, in order of evaluation: a program has millions, a stretch a few. */
export function byPlace(file: FileView, ids: readonly ValueId[]): (within: Span) => readonly ValueId[] {
  const { values } = file.facts.spans;
  const startOf = (id: ValueId): number => values[2 * id] as number;
  const placed = [...ids].sort((a, b) => startOf(a) - startOf(b));
  return ({ start, end }) => {
    let low = 0;
    for (let high = placed.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (startOf(placed[middle] as ValueId) < start) low = middle + 1;
      else high = middle;
    }
    const found: ValueId[] = [];
    for (let i = low; i < placed.length; i++) {
      const id = placed[i] as ValueId;
      if (startOf(id) >= end) break;
      if ((values[2 * id + 1] as number) <= end) found.push(id);
    }
    return found.sort((a, b) => a - b);
  };
}
