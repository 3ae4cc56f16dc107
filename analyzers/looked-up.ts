import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { conditionsAt } from "./conditions.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";

/** `store[name]`, or a name of this function that holds it: what a key of nobody's choice leads to. */
export function lookedUp(file: FileView, id: ValueId): { readonly key: ValueId } | null {
  const { facts } = file;
  let at = facts.values[id] as Value;
  if (at.kind === "var") {
    const binding = facts.bindings[at.binding];
    const held = binding?.versions.length === 1 && binding.from === undefined ? binding.versions[0]?.value : undefined;
    if (held === undefined || facts.owner[held] !== facts.owner[id]) return null;
    at = facts.values[held] as Value;
  }
  if (at.kind !== "member" || at.name !== null || at.key === undefined || file.get(flow).constant(at.key) !== undefined) return null;
  // A list has elements, and what nobody inherits from has no `__proto__`.
  const holds = file.get(flow).sources(at.object).map((s) => facts.values[s] as Value);
  const isOwn = holds.length > 0 && holds.every((v) => v.kind === "array" || (v.kind === "call" && file.get(flow).symbols(v.callee).some((n) => n.text === "global:Object.create")));
  return isOwn ? null : { key: at.key };
}

/** Has a test on the way looked at the value: `if (session)`, `session instanceof Session`? */
export function isAskedFor(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "var") return false;
  return conditionsAt(file, id).some((c) => c.kind !== "call" && mentions(file, c.kind === "test" ? c.test : c.on, value.binding));
}

function mentions(file: FileView, test: ValueId, binding: number): boolean {
  return file.get(occurrences).reads(binding).some((read) => {
    for (let at: ValueId | null = read, steps = 0; at !== null && steps < 6; at = file.get(occurrences).parent(at), steps++) if (at === test) return true;
    return false;
  });
}
