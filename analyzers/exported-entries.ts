import type { ExportFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Home, Place } from "../core/rule.js";
import type { Catalog } from "../catalog/catalog.js";
import { context } from "./context.js";
import { entered, type Handed } from "./entered.js";
import type { Found } from "./entries.js";
import { entryRows, type RowBy } from "./entry-rows.js";
import { flow } from "./flow.js";

const CJS_DEFAULT = "=";

/** What an export hands to a platform, by its name, its place or its type. */
export function exportedEntries(file: FileView, e: ExportFact): readonly Found[] {
  if (e.typeOnly) return [];
  const { facts } = file;
  const held = e.value ?? (e.binding === undefined ? undefined : facts.bindings[e.binding]?.versions[0]?.value);
  const table = e.name === CJS_DEFAULT && held !== undefined ? (facts.values[held] as Value) : undefined;
  if (table?.kind === "object") {
    return table.props.flatMap((prop) => (prop.name === null ? [] : entryOf(file, prop.name, prop.value, { value: prop.value }, undefined)));
  }
  return entryOf(file, e.name === CJS_DEFAULT ? "default" : e.name, held, placeOf(file, e, held), e);
}

/** Functions that say of themselves what a file's prologue says of its exports: `async () => { "use server"; … }`. */
export function directedEntries(file: FileView): readonly Found[] {
  const { facts, settings } = file;
  return facts.functions.flatMap((fn, id): readonly Found[] => {
    const row = fn.directives && entryRows(settings.catalog as Catalog).exported.find(({ row: r }) => r.register.directive !== undefined && fn.directives?.includes(r.register.directive))?.row;
    const value = row ? file.get(context).valueOf(id) : null;
    if (!row || value === null) return [];
    const around = file.get(context).parent(value);
    const wrapper = around !== null && facts.values[around]?.kind === "call" ? around : value;
    return [{ row, name: fn.name, by: "export", at: { value }, handler: value, handed: file.get(entered)(wrapper), call: null, receiver: null, path: null, doubt: null }];
  });
}

/** Does anything imported tell by a type what an export is for? */
const hasTyping: Answer<boolean> = {
  name: "typed exports",
  of: ({ facts, settings }) => facts.imports.some((i) => entryRows(settings.catalog as Catalog).typing.has(i.module)),
};

function entryOf(file: FileView, name: string, value: ValueId | undefined, at: Place, e: ExportFact | undefined): readonly Found[] {
  const { facts, settings } = file;
  const home = file.homeOf(at);
  const { exported, typed } = entryRows(settings.catalog as Catalog);
  const named = exported.filter(({ row: r, fits }) => isNamed(r, name, file, home) && fits(home.path));
  if (name === "*" || (named.length === 0 && !file.get(hasTyping))) return [];
  const binding = e?.binding === undefined ? undefined : facts.bindings[e.binding];
  const declared = file.get(flow).typeSymbol(binding?.type);
  const handed: Handed = value === undefined ? { ways: [{ kind: "unknown", reason: `\`${name}\` comes from ${e?.from ?? importOf(file, e)}` }], functions: [] } : file.get(entered)(value);
  const marked = (declared && typed.get(declared.text)) ?? typedByEvent(file, handed);
  const isMarked = marked !== undefined && marked !== null && (marked.register.both !== true || named.some(({ row: r }) => r === marked));
  const row = isMarked ? marked : named.find(({ row: r }) => r.register.both !== true && (r.register.names.includes("*") || !isForeign(file, handed, r)))?.row;
  if (!row || handed.ways.length === 0) return [];
  // `export const handler = middy(fn)`: handed over there.
  const made = value === undefined ? undefined : facts.values[value];
  if (made?.kind === "call" && file.get(flow).symbols(made.callee).some((n) => n.rows("entries").length > 0)) return [];
  if (row.register.directive !== undefined && handed.ways.every((w) => w.kind === "unknown") && value === undefined) return [];
  return [{ row, name: name === "default" ? null : name, by: "export", at, handler: value ?? null, handed, call: null, receiver: null, path: null, doubt: null }];
}

/** `async (event: SQSEvent) => …`: the platform calls only what returns a promise or takes a callback; the rest are helpers. */
function typedByEvent(file: FileView, handed: Handed): RowBy<"export"> | undefined {
  const { typed } = entryRows(file.settings.catalog as Catalog);
  for (const id of handed.functions) {
    const fn = file.facts.functions[id];
    const event = file.get(flow).typeSymbol(fn?.params[0]?.type);
    const row = event === null ? undefined : typed.get(event.text);
    const promises = fn?.returnType?.t === "name" && fn.returnType.name === "Promise";
    if (row && (fn?.async || promises || (fn?.params.length ?? 0) >= 3)) return row;
  }
  return undefined;
}

/** Its first parameter is declared as a thing of another library: an export of this name, but no handler of the platform. */
function isForeign(file: FileView, handed: Handed, { params }: RowBy<"export">): boolean {
  const { typed } = entryRows(file.settings.catalog as Catalog);
  return handed.functions.some((id) => {
    const type = file.get(flow).typeSymbol(file.facts.functions[id]?.params[0]?.type);
    return type !== null && type.leadsSomewhere && !typed.has(type.text) && type.text !== params?.[0] && !type.text.startsWith("global:");
  });
}

function importOf(file: FileView, e: ExportFact | undefined): string {
  const from = e?.binding === undefined ? undefined : file.facts.bindings[e.binding]?.from;
  return (from && file.facts.imports[from.import]?.module) ?? "another file";
}

/** A declared export is judged at the function, a listed one where it is listed. */
function placeOf(file: FileView, e: ExportFact, held: ValueId | undefined): Place {
  if (held === undefined) return { mark: e.at };
  const whole = file.span({ mark: e.at });
  const span = file.span({ value: held });
  return whole.start <= span.start && span.end <= whole.end ? { value: held } : { mark: e.at };
}

function isNamed(row: RowBy<"export">, name: string, file: FileView, home: Home): boolean {
  const { names, directive, notBeside } = row.register;
  if (!names.includes(name) && !names.includes("*")) return false;
  if (directive !== undefined && !home.prologue.includes(directive)) return false;
  return !notBeside || !file.facts.exports.some((e) => notBeside.includes(e.name) && file.homeOf({ mark: e.at }) === home);
}
