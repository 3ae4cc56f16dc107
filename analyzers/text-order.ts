import type { ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";

/** Does one value stand inside the text of another? Functions in between do not matter. */
export function standsIn(file: FileView, inner: ValueId, outer: ValueId): boolean {
  const spans = file.facts.spans.values;
  return (spans[2 * outer] as number) <= (spans[2 * inner] as number) && (spans[2 * inner + 1] as number) <= (spans[2 * outer + 1] as number);
}
