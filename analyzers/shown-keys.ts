import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";

const DEEPEST = 8;

/** Beside a Google key these say that it is the one of a Firebase app, which every page that uses the app shows. */
const OF_AN_APP = new Set(["authDomain", "messagingSenderId", "measurementId"]);

/** `example: { token: "…" }` of a schema: https://spec.openapis.org/oas/v3.1.0#schema-object */
export function isExample(file: FileView, at: ValueId): boolean {
  const where = file.get(context);
  let inner = at;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const parent = where.parent(inner);
    if (parent === null) return false;
    const holder = file.facts.values[parent] as Value;
    if (holder.kind === "object" && holder.props.some((p) => p.value === inner && p.name !== null && /^examples?$/.test(p.name))) return true;
    if (holder.kind !== "object" && holder.kind !== "array") return false;
    inner = parent;
  }
  return false;
}

/** A key that is made to be shown, told by what stands beside it: https://firebase.google.com/docs/projects/api-keys */
export function isShownKey(file: FileView, at: ValueId): boolean {
  const value = file.facts.values[at] as Value;
  if (value.kind !== "literal" || !String(value.value).startsWith("AIza")) return false;
  const parent = file.get(context).parent(at);
  const holder = parent === null ? undefined : (file.facts.values[parent] as Value);
  return holder?.kind === "object" && holder.props.some((p) => p.name !== null && OF_AN_APP.has(p.name));
}
