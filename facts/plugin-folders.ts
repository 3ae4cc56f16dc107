import type { Facts, Value, ValueId } from "../core/facts.js";
import { textsOf } from "./load-patterns.js";
import { loadOf } from "./loads.js";

/** What registers the plugins of a folder, when it is itself registered: `app.register(autoload, { dir })`. */
const LOADERS: ReadonlySet<string> = new Set(["@fastify/autoload", "fastify-autoload"]);
/** It goes down folders of folders. */
const LEVELS = ["/*", "/*/*", "/*/*/*", "/*/*/*/*"];

const known = new WeakMap<Facts, ReadonlyMap<ValueId, readonly string[]>>();

/** The names of the files whose default exports stand in the place of a registered loader, by that place. */
export function pluginFolders(facts: Facts): ReadonlyMap<ValueId, readonly string[]> {
  let found = known.get(facts);
  if (found === undefined) known.set(facts, (found = find(facts)));
  return found;
}

function find(facts: Facts): ReadonlyMap<ValueId, readonly string[]> {
  const found = new Map<ValueId, readonly string[]>();
  if (!facts.imports.some((i) => LOADERS.has(i.module)) && !facts.values.some((v) => v.kind === "literal" && typeof v.value === "string" && LOADERS.has(v.value))) return found;
  for (const value of facts.values) {
    if (value.kind !== "call" || value.form !== undefined) continue;
    const callee = facts.values[value.callee] as Value;
    const [loader, options] = value.args;
    if (callee.kind !== "member" || callee.name !== "register" || loader === undefined || options === undefined || !isLoader(facts, loader)) continue;
    const given = facts.values[options] as Value;
    const dir = given.kind === "object" ? given.props.find((p) => p.name === "dir")?.value : undefined;
    const folders = dir === undefined ? [] : textsOf(facts, dir).filter((text) => /^\.\.?\/[^*]*$/.test(text)).map((text) => text.replace(/\/$/, ""));
    if (folders.length > 0) found.set(loader, folders.flatMap((folder) => LEVELS.map((level) => folder + level)));
  }
  return found;
}

function isLoader(facts: Facts, id: ValueId): boolean {
  const value = facts.values[id] as Value;
  if (value.kind === "member") return value.name === "default" && isLoader(facts, value.object);
  if (value.kind !== "var") return LOADERS.has(loadOf(facts, value)?.module ?? "");
  const binding = facts.bindings[value.binding];
  if (binding?.from !== undefined) return LOADERS.has(facts.imports[binding.from.import]?.module ?? "");
  const made = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
  return made !== undefined && LOADERS.has(loadOf(facts, facts.values[made] as Value)?.module ?? "");
}
