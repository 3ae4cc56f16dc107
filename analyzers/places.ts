import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";

/** The same variable, or the same part of the same. A check of the whole covers its parts where the whole is read. */
export function samePlace(file: FileView, a: ValueId, b: ValueId): boolean {
  if (a === b) return true;
  const one = placeOf(file, a);
  return one !== null && one === placeOf(file, b);
}

/** The place itself, or as a text or number made of it: `ALLOWED.includes(x.toLowerCase())`. */
export function covers(file: FileView, given: ValueId, read: ValueId): boolean {
  for (let at: ValueId | null = given; at !== null; at = madeOf(file, at)) if (samePlace(file, at, read)) return true;
  return false;
}

/** The places that a value given to a check covers. */
export function placesCovered(file: FileView, given: ValueId): readonly string[] {
  const found: string[] = [];
  for (let at: ValueId | null = given; at !== null; at = madeOf(file, at)) found.push(...[placeOf(file, at) ?? []].flat());
  return found;
}

/** What a text or number is made of. */
function madeOf(file: FileView, given: ValueId): ValueId | null {
  const value = file.facts.values[given] as Value;
  if (value.kind !== "call") return null;
  const callee = file.facts.values[value.callee] as Value;
  if (callee.kind === "member" && callee.name !== null && /^(?:to(?:Lower|Upper)Case|toString|trim)$/.test(callee.name)) return callee.object;
  return callee.kind === "global" && /^(?:String|Number|parseInt|parseFloat)$/.test(callee.name) ? (value.args[0] ?? null) : null;
}

const places: Answer<Map<ValueId, string | null>> = { name: "places", of: () => new Map() };

/** Where a value is read: a name with its version and the members behind it, the same text for the same place. */
export function placeOf(file: FileView, id: ValueId): string | null {
  const known = file.get(places);
  let place = known.get(id);
  if (place === undefined) known.set(id, (place = placeAt(file, id, 0)));
  return place;
}

function placeAt(file: FileView, id: ValueId, depth: number): string | null {
  if (depth > 12) return null;
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "cast":
    case "await":
      return placeAt(file, value.of, depth + 1);
    case "var": {
      const binding = file.facts.bindings[value.binding];
      if (binding === undefined) return null;
      const one = binding.versions.length === 1 ? binding.versions[0]?.value : undefined;
      const held = one === undefined ? undefined : (file.facts.values[one] as Value);
      // Another name for the same: `const id = req.params.id`.
      if (one !== undefined && (held?.kind === "var" || held?.kind === "member" || held?.kind === "cast" || held?.kind === "param")) return placeAt(file, one, depth + 1) ?? `b${value.binding}`;
      return binding.versions.length === 1 ? `b${value.binding}` : `b${value.binding}@${value.version}`;
    }
    case "member": {
      const object = placeAt(file, value.object, depth + 1);
      const key = value.name ?? (object === null || value.key === undefined ? null : placeAt(file, value.key, depth + 1));
      return object === null || key === null ? null : value.name === null ? `${object}[${key}]` : `${object}.${key}`;
    }
    case "param":
      return `p${value.fn}.${value.index}`;
    case "default":
      return placeAt(file, value.of, depth + 1);
    case "this":
      return "this";
    default:
      return null;
  }
}
