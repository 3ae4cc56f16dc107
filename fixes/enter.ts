import type { PropFact, Value } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { bareness } from "../analyzers/bareness.js";
import { context } from "../analyzers/context.js";
import { type Entry, entries } from "../analyzers/entries.js";
import { occurrences } from "../analyzers/occurrences.js";
import { flow } from "../analyzers/flow.js";
import { adapterOf } from "./adapters.js";
import { insert } from "./edit.js";
import { pipelineName } from "./pipeline-name.js";
import { endBefore, inStyle } from "./style.js";

/** The handler as `entry("GET /users/:id", handler)`: the same function to its framework. Null where there is no room for it. */
export function enter(own: Own, found: Entry): Fix | null {
  const { file } = own;
  const adapter = adapterOf(found);
  const at = found.given?.at ?? found.handler;
  const handler = at === null ? null : own.value(at);
  if (adapter === undefined || handler === null || found.doubt !== null) return null;
  if (adapter.takesResponse && found.given !== undefined && !takesResponse(file, handler)) return null;
  const label = adapter.label(own, found);
  const room = adapter.isBefore ? before(own, found, handler) : around(file, handler);
  if (label === null || room === null) return null;
  // Two frameworks in one file have an `entry` each.
  const first = file.get(entries).flatMap((e) => adapterOf(e)?.subpath ?? [])[0];
  const name = pipelineName(file, "entry", handler, { subpath: adapter.subpath, preferred: adapter.subpath === first ? "entry" : `${adapter.subpath}Entry` });
  if (name === null) return null;
  const title = `Enter it: \`${name.text}(${JSON.stringify(label)}${adapter.isBefore ? ")" : ", …)"}\``;
  return { tier: "review", title, edits: [...name.edits, ...room(`${name.text}(${inStyle(file, label)}`)] };
}

/** What it takes for the failures of an entry to be answered: nothing where it goes through the pipeline, else its wrap. Null where there is none to offer. */
export function entering(own: Own, judged: FileView, entry: Entry): readonly Edit[] | null {
  const { is } = judged.get(bareness)(entry);
  if (is === "entered") return [];
  return is === "bare" ? (enter(own, entry)?.edits ?? null) : null;
}

/** What the program's own function hands to it, its parameters tell: one that promises its answer may be called without the response. */
function takesResponse(file: FileView, handler: number): boolean {
  const functions = file.get(flow).functions(handler).map((fn) => file.facts.functions[fn]);
  return functions.length > 0 && functions.every((fn) => (fn?.params.length ?? 0) >= 2);
}

type Room = ((written: string) => readonly Edit[]) | null;

/** An argument of its own, where the framework takes any number of them. */
function before(own: Own, { call, row }: Entry, handler: number): Room {
  const { file } = own;
  const register = call === null ? null : own.value(call.id);
  if (register === null || file.get(context).parent(handler) !== register || row.register.by !== "call" || row.register.handler !== "last") return null;
  const { start } = file.span({ value: handler });
  // In parentheses of its own it would be the left side of a comma.
  return /,(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\r\n]*[\r\n])*$/.test(file.text.slice(0, start)) ? (written) => [insert(start, `${written}), `)] : null;
}

function around(file: FileView, handler: number): Room {
  const prop = propertyOf(file, handler);
  const declaration = prop === null && isDeclaration(file, handler) ? declared(file, handler) : undefined;
  if (prop === null ? declaration === null || !standsAlone(file, handler) : prop.form !== "init" && prop.form !== "shorthand") return null;
  const { start, end } = file.span({ value: handler });
  const key = prop?.form === "shorthand" ? `${prop.name}: ` : "";
  return (written) => [insert(start, `${key}${declaration?.begins ?? ""}${written}, `), insert(end, `)${declaration?.ends ?? ""}`)];
}

function propertyOf(file: FileView, handler: number): PropFact | null {
  const parent = file.get(context).parent(handler);
  const value = parent === null ? undefined : (file.facts.values[parent] as Value);
  return value?.kind === "object" ? (value.props.find((p) => p.value === handler) ?? null) : null;
}

/** An argument, or what a name or an export holds: an expression with room for a call around it. */
function standsAlone(file: FileView, handler: number): boolean {
  const where = file.get(context);
  const parent = where.parent(handler);
  if (parent !== null) return ["call", "array", "assign"].includes((file.facts.values[parent] as Value).kind);
  return isDeclaration(file, handler) || where.statement(handler)?.kind === "define" || file.facts.exports.some((e) => e.name === "default" && e.value === handler);
}

function isDeclaration(file: FileView, handler: number): boolean {
  return /^(?:async\s+)?function\b/.test(file.text.slice(file.span({ value: handler }).start)) && file.facts.functions[0]?.body.some((s) => s.kind === "declare" && s.value === handler) === true;
}

const COMMENT = /\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\r\n]*/g;

/**
 * `export async function GET() {}` as `export const GET = async function GET() {};`, and `export default function () {}` as it is. Null where the name is
 * used in the file, perhaps before a constant would be there, or where it has more than one signature.
 */
function declared(file: FileView, handler: number): { readonly begins: string; readonly ends: string } | null {
  const { facts, text } = file;
  const value = facts.values[handler];
  const fn = value?.kind === "function" ? facts.functions[value.fn] : undefined;
  const { start, end } = file.span({ value: handler });
  const holder = file.get(occurrences).holders(handler)[0]?.binding;
  const binding = holder === undefined ? undefined : facts.bindings[holder];
  if (fn === undefined || fn.generator || (binding !== undefined && (binding.versions.length !== 1 || binding.overloads !== undefined || file.get(occurrences).reads(holder as number).length > 0))) return null;
  const exported = facts.exports.find((e) => e.value === handler || (e.binding !== undefined && e.binding === holder));
  if (exported === undefined) return null;
  const head = text.slice(file.span({ mark: exported.at }).start, start).replace(COMMENT, "").trim();
  const ends = endBefore(file, end);
  if (/^export\s+default$/.test(head)) return { begins: "", ends };
  return head === "export" && binding !== undefined ? { begins: `const ${binding.name} = `, ends } : null;
}
