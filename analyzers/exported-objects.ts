import type { ExportFact, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Catalog } from "../catalog/catalog.js";
import { entered, type Handed } from "./entered.js";
import type { Found } from "./entries.js";
import { type EntryRows, entryRows } from "./entry-rows.js";
import { flow } from "./flow.js";

type Served = EntryRows["served"][number];

/** What a platform calls of the object that a file exports by default: `export default { async fetch(request, env) { … } }`. */
export function objectEntries(file: FileView, e: ExportFact): readonly Found[] {
  if (e.typeOnly || e.name !== "default") return [];
  const { facts, settings } = file;
  const held = e.value ?? (e.binding === undefined ? undefined : facts.bindings[e.binding]?.versions[0]?.value);
  const { served } = entryRows(settings.catalog as Catalog);
  if (held === undefined || !served.some(({ row }) => row.register.names.some((name) => file.text.includes(name)))) return [];
  const declared = file.get(flow).typeSymbol((e.binding === undefined ? undefined : facts.bindings[e.binding]?.type) ?? file.get(flow).declared(held) ?? undefined)?.text;
  return file.get(flow).sources(held).flatMap((source) => {
    const made = facts.values[source];
    return made?.kind !== "object" ? [] : made.props.flatMap(({ name, value, form }) => {
      if (name === null || form === "get" || form === "set") return [];
      const handed = file.get(entered)(value);
      const is = handed.functions.length === 0 ? undefined : served.find((one) => one.row.register.names.includes(name) && ((declared !== undefined && one.types.has(declared)) || isShown(file, handed, one)));
      return is === undefined ? [] : [entryOf(is, name, value, handed)];
    });
  });
}

/** Objects of other kinds are exported by default, and have methods of these names: components, clients. */
function isShown(file: FileView, { functions }: Handed, { row, types, param }: Served): boolean {
  const { bindings, functions: all } = file.facts;
  return functions.some((fn) => (all[fn]?.params ?? []).some(({ type, binding }, index) => {
    if (type !== undefined) return types.has(file.get(flow).typeSymbol(type)?.text ?? "");
    return index === row.register.param.index && binding !== null && param.test(bindings[binding]?.name ?? "");
  }));
}

function entryOf({ row }: Served, name: string, value: ValueId, handed: Handed): Found {
  return { row, name, by: "object", at: { value }, handler: value, handed, call: null, receiver: null, path: null, doubt: null };
}
