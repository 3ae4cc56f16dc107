import { ANY_VERSION, type BindingFact, type ValueId } from "../core/facts.js";

/** The values a version of a binding may hold; empty if it holds none of this file's. */
export function heldBy(binding: BindingFact, version: number): readonly ValueId[] {
  const one = version === ANY_VERSION ? undefined : binding.versions[version];
  if (one && !one.of) return one.value === undefined ? [] : [one.value];
  const held = new Set<ValueId>();
  const seen = new Set<number>();
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    const v = binding.versions[index];
    if (v?.value !== undefined) held.add(v.value);
    v?.of?.forEach(visit);
  };
  if (version === ANY_VERSION) binding.versions.forEach((_, i) => visit(i));
  else visit(version);
  return [...held];
}
