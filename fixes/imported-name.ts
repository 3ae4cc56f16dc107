import { posix } from "node:path";
import type { Facts, ImportFact, Statement, Value, ValueId } from "../core/facts.js";
import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { flow } from "../analyzers/flow.js";
import { insert, tokens } from "./edit.js";
import { style } from "./style.js";

/** How a fix writes a name of another module in a file, and the edits that bring the name there. */
export interface Written {
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** A name that a module exports, `*` for all of it; a module of the project is its path from the root, behind `./`. */
export interface Target {
  readonly module: string;
  readonly name: string;
}

/**
 * A name of another module for use at some value: the one the file has already, another name from a module it imports, or
 * a new import under the first free one of `locals`. Null where no safe name is left.
 */
export function importedName(file: FileView, target: Target, at: ValueId, locals: readonly string[]): Written | null {
  const own = held(file, target);
  if (own !== null) return isVisible(file, own, at) ? { text: own, edits: [] } : null;
  const local = freeName(file.facts, locals);
  if (local === null) return null;
  const written = { module: specifier(file, target.module), name: target.name };
  const edits = isCommonJs(file) ? byRequire(file, written, local) : isModule(file) ? byImport(file, written, local) : null;
  return edits === null ? null : { text: local, edits };
}

export const isCommonJs = ({ facts, path }: FileView): boolean => facts.moduleKind === "commonjs" || /\.c[jt]s$/.test(path);

const isModule = ({ facts, path }: FileView): boolean => facts.moduleKind === "esm" || /\.m[jt]s$/.test(path);

/** A module of ours as this file would write it: relative, with the ending that its other imports have. */
function specifier(file: FileView, module: string): string {
  if (!module.startsWith("./")) return module;
  const path = posix.relative(posix.dirname(file.path), module);
  const kept = /\.([cm])[jt]s$/.exec(path);
  const relative = path.replace(/\.[cm]?[jt]sx?$/, "");
  const others = file.facts.imports.map((i) => i.module).filter((m) => m.startsWith("."));
  // Without an example: compiled to CommonJS, as packages that do not say `module` are, no ending is needed, and bundlers want none.
  const wantsEnding = others.length === 0 && isModule(file) && (!/\.tsx?$/.test(file.path) || file.settings.places(file.path).isModule);
  const ending = others.map((m) => /\.[cm]?[jt]s$/.exec(m)?.[0]).find((e) => e !== undefined) ?? (wantsEnding ? ".js" : "");
  // `.mts` and `.cts` are found under their own ending alone.
  return (relative.startsWith(".") ? relative : `./${relative}`) + (kept ? `.${kept[1]}js` : ending.replace(/\.[cm]/, "."));
}

/** What the file calls the name already. */
function held(file: FileView, { module, name }: Target): string | null {
  const { facts } = file;
  const isIt = (specifier: string): boolean => (module.startsWith("./") ? isSame(file.settings.importedFile(specifier, file.path), module.slice(2)) : specifier === module);
  for (const binding of facts.bindings) {
    if (binding.fn !== 0 || binding.versions.length > 1) continue;
    if (binding.from !== undefined) {
      const imported = facts.imports[binding.from.import];
      const named = imported?.names[binding.from.name];
      if (imported === undefined || !isIt(imported.module) || named === undefined || named.typeOnly) continue;
      if (named.imported === name) return binding.name;
      if (named.imported === "*") return `${binding.name}.${name}`;
    } else if (binding.kind === "const") {
      const value = binding.versions[0]?.value;
      if (value !== undefined && file.get(flow).symbols(value).some(({ text }) => text.endsWith(`:${name}`) && isIt(text.slice(0, -name.length - 1)))) return binding.name;
    }
  }
  return null;
}

/** A config may name the module as it will be built: `./infra/log.js`. */
const isSame = (path: string | null, module: string): boolean => path !== null && bare(path) === bare(module);
const bare = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, "").replace(/(?:^|\/)index$/, "");

/** Nothing between the module's scope and the place has the same name. */
function isVisible({ facts }: FileView, text: string, at: ValueId): boolean {
  const name = text.split(".")[0];
  const around = new Set<number>();
  for (let fn: number | null = facts.owner[at] ?? 0; fn !== null && fn > 0; fn = facts.functions[fn]?.parent ?? null) around.add(fn);
  // A second one at module level stands in a block, whose end is not told: it counts as everywhere.
  if (facts.bindings.filter((b) => b.name === name && b.fn === 0).length > 1) return false;
  return !facts.bindings.some((b) => b.name === name && around.has(b.fn)) && !facts.functions.some((f, id) => around.has(id) && f.name === name);
}

/** The name itself, or one that says where it comes from; none that the file uses for anything else. */
export function freeName(facts: Facts, names: readonly string[]): string | null {
  const taken = new Set([...facts.bindings.map((b) => b.name), ...facts.values.flatMap((v) => (v.kind === "global" ? [v.name] : [])), ...facts.functions.map((f) => f.name)]);
  return names.find((n) => !taken.has(n)) ?? null;
}

function byImport(file: FileView, { module, name }: Target, local: string): readonly Edit[] {
  const { facts, text } = file;
  const part = name === local ? name : `${name} as ${local}`;
  const merged = name === "*" ? undefined : facts.imports.filter((i) => i.module === module && i.form === "import" && !i.typeOnly).map((i) => merge(file, i, part)).find((edit) => edit !== null);
  if (merged) return [merged];
  const { quote, semicolon, newline } = style(file);
  const line = `import ${name === "default" ? local : name === "*" ? `* as ${local}` : `{ ${part} }`} from ${quote}${module}${quote}${semicolon}`;
  const last = facts.imports.at(-1);
  if (last !== undefined) return [insert(lineEnd(text, file.span({ mark: last.at }).end), `${newline}${line}`)];
  return [insert(headOf(file), `${line}${newline}${newline}`)];
}

/** `{ a }` of an import with braces gets a further name. */
function merge(file: FileView, i: ImportFact, part: string): Edit | null {
  const from = file.span({ mark: i.at }).start;
  const list = tokens(file.text, from, file.span({ mark: i.sourceAt }).start);
  const close = list.findLast((t) => t.text === "}");
  const open = list.find((t) => t.text === "{");
  if (!close || !open || list.at(-1)?.text !== "from") return null;
  const before = list[list.indexOf(close) - 1];
  if (before === undefined || before === open) return insert(open.end, ` ${part} `);
  return before.text === "," ? insert(before.end, ` ${part},`) : insert(before.end, `, ${part}`);
}

function byRequire(file: FileView, { module, name }: Target, local: string): readonly Edit[] | null {
  if (name === "default") return null;
  const { quote, semicolon, newline } = style(file);
  const line = `const ${name === "*" ? local : `{ ${name === local ? name : `${name}: ${local}`} }`} = require(${quote}${module}${quote})${semicolon}`;
  // Of those at the head alone: what comes before a later one would find the name without a value.
  const body = file.facts.functions[0]?.body ?? [];
  const others = body.findIndex((s) => !isRequire(file, s));
  const last = body.slice(0, others === -1 ? body.length : others).at(-1);
  if (last !== undefined) return [insert(lineEnd(file.text, file.span({ mark: last.at }).end), `${newline}${line}`)];
  return [insert(headOf(file), `${line}${newline}${newline}`)];
}

/** `const a = require("a")`, `const { b } = require("b").c`. */
function isRequire({ facts }: FileView, s: Statement): boolean {
  if (s.kind !== "define") return false;
  let at: Value | undefined = facts.values[facts.bindings[s.binding]?.versions[s.version]?.value ?? -1];
  while (at?.kind === "member") at = facts.values[at.object];
  const callee = at?.kind === "call" ? facts.values[at.callee] : undefined;
  return callee?.kind === "global" && callee.name === "require";
}

/** Behind a comment that ends the line of a statement. */
export function lineEnd(text: string, from: number): number {
  REST_OF_LINE.lastIndex = from;
  return from + (REST_OF_LINE.exec(text)?.[0].length ?? 0);
}

const REST_OF_LINE = /(?:[^\S\r\n]*;)?(?:[^\S\r\n]*\/\/[^\r\n]*|[^\S\r\n]*\/\*[^\r\n]*?\*\/(?=[^\S\r\n]*(?:[\r\n]|$)))?/y;

/** Where the code begins: behind `#!…`, the prologue, and comments that an empty line parts from the code, such as a licence. */
export function headOf(file: FileView): number {
  const { text } = file;
  const { start } = file.span({ mark: file.facts.headAt });
  let at = start === 0 ? 0 : skip(LINE_BREAKS, text, lineEnd(text, start));
  for (let next = skip(LICENCE, text, at); next > at; next = skip(LICENCE, text, at)) at = next;
  return at;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

const LINE_BREAKS = /(?:[^\S\r\n]*(?:\r\n|[\r\n]))*/y;
const LICENCE = /\s*(?:\/\*[^]*?\*\/|\/\/[^\r\n]*(?:(?:\r\n|[\r\n])[^\S\r\n]*\/\/[^\r\n]*)*)[^\S\r\n]*(?:\r\n|[\r\n])(?:[^\S\r\n]*(?:\r\n|[\r\n]))+/y;
