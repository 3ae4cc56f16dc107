import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";

/** Was a part taken by a pattern, `const { y } = x`? `x.y` contains its object; a part of a pattern stands elsewhere. */
export function isPatternPart(file: FileView, part: ValueId): boolean {
  const { values } = file.facts.spans;
  const { object } = file.facts.values[part] as Value & { kind: "member" };
  return !((values[2 * part] as number) <= (values[2 * object] as number) && (values[2 * part + 1] as number) >= (values[2 * object + 1] as number));
}
