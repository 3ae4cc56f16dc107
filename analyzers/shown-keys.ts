import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";

/** Beside a Google key these say that it is the one of a Firebase app, which every page that uses the app shows. */
const OF_AN_APP = new Set(["authDomain", "messagingSenderId", "measurementId"]);

/** A key that is made to be shown, told by what stands beside it: https://firebase.google.com/docs/projects/api-keys */
export function isShownKey(file: FileView, at: ValueId): boolean {
  const value = file.facts.values[at] as Value;
  if (value.kind !== "literal" || !String(value.value).startsWith("AIza")) return false;
  const parent = file.get(context).parent(at);
  const holder = parent === null ? undefined : (file.facts.values[parent] as Value);
  return holder?.kind === "object" && holder.props.some((p) => p.name !== null && OF_AN_APP.has(p.name));
}
