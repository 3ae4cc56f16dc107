import type { Facts, Value, ValueId } from "../core/facts.js";
import { textsOf } from "./load-patterns.js";
import { loadOf } from "./loads.js";

/** Files of a folder, loaded at once. */
export interface FolderLoad {
  readonly patterns: readonly string[];
  /** Does each stand under its name (`table.users`), or are they a list? */
  readonly keyed: boolean;
}

/** What loads all files of a folder into a table under their names, and where the folder stands: an argument, or a property of it. */
const TABLES: ReadonlyMap<string, { readonly arg: number; readonly path: string | null }> = new Map([
  ["auto-load", { arg: 0, path: null }],
  ["require-all", { arg: 0, path: "dirname" }],
  ["include-all", { arg: 0, path: "dirname" }],
  ["require-dir", { arg: 0, path: null }],
  ["requireindex", { arg: 0, path: null }],
  // `requireDirectory(module, "./routes")`
  ["require-directory", { arg: 1, path: null }],
]);
/** What gives a list of what they export. */
const LISTS: ReadonlyMap<string, string> = new Map([["@graphql-tools/load-files", "loadFilesSync"], ["graphql-tools", "loadFilesSync"], ["merge-graphql-schemas", "fileLoader"]]);

const mentioning = new WeakMap<Facts, boolean>();
const isLoader = (module: unknown): boolean => typeof module === "string" && (TABLES.has(module) || LISTS.has(module));

/** Few files name a loader at all. */
function mentions(facts: Facts): boolean {
  let found = mentioning.get(facts);
  if (found === undefined) mentioning.set(facts, (found = facts.imports.some((i) => isLoader(i.module)) || facts.values.some((v) => v.kind === "literal" && isLoader(v.value))));
  return found;
}

/** The names of the files that a call loads from a folder; null where it is no such call. */
export function folderLoad(facts: Facts, value: Value): FolderLoad | null {
  if (value.kind !== "call" || value.form !== undefined || value.args.length === 0 || !mentions(facts)) return null;
  const called = calledOf(facts, value.callee);
  if (called === null) return null;
  const table = called.name === null ? TABLES.get(called.module) : undefined;
  const isList = table === undefined && called.name !== null && LISTS.get(called.module) === called.name;
  if (table === undefined && !isList) return null;
  const arg = value.args[table?.arg ?? 0];
  const folders = arg === undefined ? ["."] : (table?.path == null ? [arg] : [propertyOf(facts, arg, table.path) ?? arg]).flatMap((id) => textsOf(facts, id));
  const patterns = folders.filter((text) => /^(?:\.\.?(?:\/|$)|\*\/[^*])/.test(text)).flatMap(isList ? listed : filesOf);
  return patterns.length === 0 ? null : { patterns, keyed: !isList };
}

const bare = (folder: string): string => folder.replace(/\/+$/, "");

const filesOf = (folder: string): readonly string[] => [`${bare(folder)}/*`];

/** A folder with all below it, or a pattern of its own. */
function listed(folder: string): readonly string[] {
  const head = bare(folder.replace(/(?:^|\/)[^/]*\*.*$/, ""));
  const of = folder.startsWith("*/") ? bare(`*/${folder.slice(2).replace(/\/[^/]*\*.*$/, "")}`) : head === "" ? "." : head;
  return ["/*", "/*/*", "/*/*/*"].map((level) => of + level);
}

/** The module that is called, or which of its exports. */
function calledOf(facts: Facts, id: ValueId): { readonly module: string; readonly name: string | null } | null {
  const value = facts.values[id] as Value;
  if (value.kind === "member") {
    const of = value.name === null ? null : calledOf(facts, value.object);
    return of === null ? null : { module: of.module, name: value.name === "default" ? null : value.name };
  }
  if (value.kind !== "var") return named(loadOf(facts, value)?.module);
  const binding = facts.bindings[value.binding];
  const from = binding?.from && facts.imports[binding.from.import];
  if (binding?.from !== undefined && from !== undefined) {
    const imported = from.names[binding.from.name]?.imported ?? "*";
    return { module: from.module, name: /^(?:default|\*|=)$/.test(imported) ? null : imported };
  }
  const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
  return held === undefined ? null : (named(loadOf(facts, facts.values[held] as Value)?.module) ?? ((facts.values[held] as Value).kind === "member" ? calledOf(facts, held) : null));
}

const named = (module: string | undefined): { readonly module: string; readonly name: null } | null => (module === undefined ? null : { module, name: null });

function propertyOf(facts: Facts, id: ValueId, name: string): ValueId | undefined {
  const value = facts.values[id] as Value;
  return value.kind === "object" ? value.props.findLast((p) => p.name === name && p.form === "init")?.value : undefined;
}
