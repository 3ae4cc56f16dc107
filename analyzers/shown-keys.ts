import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { occurrences } from "./occurrences.js";

const DEEPEST = 12;

/** Beside a Google key these say that it is the one of a Firebase app, which every page that uses the app shows. */
const OF_AN_APP = new Set(["authDomain", "messagingSenderId", "measurementId"]);

const SHOWN = /^(?:examples?|samples?)$|(?:[a-z\d](?:Example|Sample)|_(?:example|sample|EXAMPLE|SAMPLE)|_?(?:EXAMPLE|SAMPLE))[sS]?$/;

/** `example: { token: "…" }` of a schema (https://spec.openapis.org/oas/v3.1.0#schema-object), `const samples = [{ … }]`: data that is shown as it is. */
export function isExample(file: FileView, at: ValueId): boolean {
  const where = file.get(context);
  let inner = at;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const parent = where.parent(inner);
    const holder = parent === null ? undefined : (file.facts.values[parent] as Value);
    if (parent === null || holder === undefined) return inner !== at && isShown(file, inner);
    if (holder.kind === "object" && holder.props.some((p) => p.value === inner && p.name !== null && SHOWN.test(p.name))) return true;
    if (holder.kind !== "object" && holder.kind !== "array" && holder.kind !== "cast") return false;
    inner = parent;
  }
  return false;
}

/** `description: "curl -H 'Authorization: Bearer …'"`: prose for whoever reads it, as an API's schema has it. */
export function isDescription(file: FileView, at: ValueId): boolean {
  const parent = file.get(context).parent(at);
  const holder = parent === null ? undefined : file.facts.values[parent];
  return holder?.kind === "object" && holder.props.some((p) => p.value === at && p.name !== null && DESCRIBES.test(p.name));
}

const DESCRIBES = /^(?:description|summary|help|usage|tooltip|hint|instructions?)$/;

const isShown = (file: FileView, id: ValueId): boolean => file.get(occurrences).holders(id).some(({ binding }) => SHOWN.test(file.facts.bindings[binding]?.name ?? ""));

/** Beside a key of Algolia these say that it searches one index, from every page that has the box. */
const OF_A_SEARCH_BOX = ["appId", "indexName"];

/** Of a server of sockets, which clients name by its key; the secret beside it signs: https://pusher.com/docs/channels/channels_libraries/libraries/ */
const OF_SOCKETS = { key: /^(?:app_?)?key$/i, id: /^app_?id$/i, beside: /^(?:(?:app_?)?secret|cluster|ws_?(?:host|port)|use_?tls|force_?tls)$/i };

/** A key that is made to be shown, told by what stands beside it: https://firebase.google.com/docs/projects/api-keys, https://docsearch.algolia.com/docs/api */
export function isShownKey(file: FileView, at: ValueId): boolean {
  const value = file.facts.values[at] as Value;
  if (value.kind !== "literal") return false;
  const where = file.get(context);
  let inner = at;
  let parent = where.parent(inner);
  // `key: process.env.APP_KEY ?? "app-key"`
  while (parent !== null && file.facts.values[parent]?.kind === "logical") {
    inner = parent;
    parent = where.parent(inner);
  }
  const holder = parent === null ? undefined : (file.facts.values[parent] as Value);
  if (holder?.kind !== "object") return false;
  const names = holder.props.map((p) => p.name ?? "");
  const own = holder.props.find((p) => p.value === inner)?.name ?? "";
  if (OF_SOCKETS.key.test(own) && names.some((name) => OF_SOCKETS.id.test(name)) && names.some((name) => OF_SOCKETS.beside.test(name))) return true;
  if (inner !== at) return false;
  if (String(value.value).startsWith("AIza")) return names.some((name) => OF_AN_APP.has(name));
  return OF_A_SEARCH_BOX.every((name) => names.includes(name)) && holder.props.some((p) => p.value === at && p.name === "apiKey");
}
