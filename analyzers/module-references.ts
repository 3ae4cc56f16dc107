import type { ExportFact, ImportedName, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";

/** A place where a file names another one. */
export interface ModuleReference {
  /** The statement, or the call of `require` or `import()`. */
  readonly at: Place;
  /** The names it may lead to; null where the text is known at run time only, `prefix` then being what it begins with. */
  readonly specifiers: readonly string[] | null;
  readonly prefix: string;
  /** Only types are taken: nothing is left of it at run time. */
  readonly typeOnly: boolean;
}

/** Imports, re-exports, `require` and `import()`, in the order of the text for each kind. */
export const moduleReferences: Answer<readonly ModuleReference[]> = {
  name: "module references",
  of(file) {
    const { facts } = file;
    const isType = namedAsType(file);
    const found: ModuleReference[] = facts.imports.map((i) => ({
      at: { mark: i.at },
      specifiers: [i.module],
      prefix: i.module,
      typeOnly: i.typeOnly || (i.names.length > 0 && i.names.every((n) => n.typeOnly || isType(n))),
    }));
    found.push(...reexports(file));
    facts.values.forEach((value, id) => {
      if (value.kind === "dynamicImport") found.push(called(file, id, value.source));
      else if (value.kind === "call" && value.form === undefined && value.args[0] !== undefined && isRequire(file, value.callee)) found.push(called(file, id, value.args[0]));
    });
    return found;
  },
};

/**
 * Is a name read as a type alone, so that the compiler leaves its import out? Where there are decorators it may keep the
 * types of what is decorated; a name that nothing reads at all says nothing.
 */
function namedAsType(file: FileView): (name: ImportedName) => boolean {
  const { path, facts, text } = file;
  const keepsTypes = facts.classes.some((c) => c.decorators.length > 0 || c.members.some((m) => m.decorators.length > 0));
  if (!/\.[cm]?tsx?$/.test(path) || keepsTypes) return () => false;
  const exported = new Set(facts.exports.map((e) => e.binding));
  return ({ binding, local }) => !exported.has(binding) && file.get(occurrences).reads(binding).length === 0 && text.split(new RegExp(`(?<![\\w$])${local.replaceAll("$", "\\$")}(?![\\w$])`)).length > 2;
}

/** The names of one `export { … } from "…"` are one reference. */
function reexports(file: FileView): ModuleReference[] {
  const statements = new Map<number, ExportFact[]>();
  for (const e of file.facts.exports) {
    if (e.from === undefined || e.sourceAt === undefined) continue;
    const list = statements.get(e.sourceAt) ?? [];
    statements.set(e.sourceAt, list);
    list.push(e);
  }
  return [...statements.values()].map((list) => {
    const first = list[0] as ExportFact;
    const module = first.from as string;
    return { at: wholeStatement(file, first), specifiers: [module], prefix: module, typeOnly: list.every((e) => e.typeOnly) };
  });
}

/** From the word `export`; of a list the facts only know the place of each name. */
function wholeStatement(file: FileView, e: ExportFact): Place {
  const { start } = file.span({ mark: e.at });
  const { end } = file.span({ mark: e.sourceAt as number });
  return { start: start - (LIST_HEAD.exec(file.text.slice(0, start))?.[0].length ?? 0), end };
}

const GAP = String.raw`(?:\s|/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*\n)*`;
const LIST_HEAD = new RegExp(String.raw`\bexport${GAP}(?:type${GAP})?\{${GAP}$`);

/** Sums within sums; a name may be a sum of itself. */
const DEEPEST = 12;

function called(file: FileView, id: ValueId, source: ValueId): ModuleReference {
  const texts = file.get(flow).sources(source).map((s) => file.get(flow).constant(s));
  const specifiers = texts.every((t) => typeof t === "string") ? texts : null;
  return { at: { value: id }, specifiers, prefix: specifiers === null ? prefixOf(file, source) : "", typeOnly: false };
}

function prefixOf(file: FileView, source: ValueId, depth = 0): string {
  const [only, ...others] = file.get(flow).sources(source);
  const value = others.length > 0 || only === undefined ? undefined : file.facts.values[only];
  if (value?.kind === "template") return value.chunks[0] ?? "";
  if (value?.kind !== "binary" || value.op !== "+" || depth > DEEPEST) return "";
  const left = file.get(flow).constant(value.left);
  return typeof left === "string" ? left : prefixOf(file, value.left, depth + 1);
}

/** The function of CommonJS, under any name, or one that `createRequire` made. */
function isRequire(file: FileView, callee: ValueId): boolean {
  return file.get(flow).sources(callee).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "global") return value.name === "require";
    if (value.kind === "member" && value.name === "require") return isGlobal(file, value.object, "module");
    return value.kind === "call" && file.get(flow).symbols(value.callee).some((node) => node.text === "module:createRequire");
  });
}

function isGlobal(file: FileView, id: ValueId, name: string): boolean {
  const value = file.facts.values[id];
  return value?.kind === "global" && value.name === name;
}
