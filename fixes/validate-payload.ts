import { posix } from "node:path";
import type { Validator } from "../config/package-json.js";
import type { FunctionFact, Statement, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Edit, Fix, Span } from "../core/finding.js";
import type { FileView } from "../core/rule.js";
import { bareness } from "../analyzers/bareness.js";
import { type Payload, payloads } from "../analyzers/payloads.js";
import { type PayloadType, payloadType } from "../analyzers/payload-type.js";
import { queries } from "../analyzers/queries.js";
import { occurrences } from "../analyzers/occurrences.js";
import { WrittenTypes } from "../analyzers/written-types.js";
import { byHand } from "./by-hand.js";
import { hasComment, insert, tokens } from "./edit.js";
import { enter } from "./enter.js";
import { freeName, headOf, importedName, lineEnd } from "./imported-name.js";
import { pipelineName } from "./pipeline-name.js";
import { DIALECTS } from "./schema-dialects.js";
import { schemaInScope } from "./schema-in-scope.js";
import { Derived, Refused } from "./schema-text.js";
import { style } from "./style.js";

/** Frameworks in which a handler that throws late answers nobody, or ends the process. */
const LOSES_REJECTIONS = new Set(["express", "node:http"]);

/**
 * `req.body as Login` as `parse(LoginSchema, req.body)`: with the schema that is the type's own, else with one derived
 * from the type as it is written in the file. By hand where that would be a guess. Null where the pipeline does not resolve.
 */
export function validatePayload(file: FileView, payload: Payload): Fix | null {
  const { read, what, entry } = payload;
  if (!file.settings.pipelineResolves(file.path)) return null;
  if (payload.at !== read) return byHand("a helper reads it: give it what `parse(schema, …)` has accepted");
  if ((file.facts.values[read] as Value).kind === "param") return byHand("a parameter is validated by a pipe, or by a class with constraints");
  if (isInQuery(file, read)) return byHand("it is read inside a query: `parse(schema, …)` it in a statement of its own before");
  const found = payloadType(file, read, what);
  if (found.type === null) return byHand(`no type in this file says what it has: write a schema${skeleton(file, found.whole)}, and \`parse\` it`);
  const others = payload.reads.filter((r) => r !== read);
  if (others.length > 0 && found.cast !== null) return byHand("it is read in several places: `parse(schema, …)` it once before the first");
  const wrap = around(file, payload);
  if (typeof wrap === "string") return byHand(wrap);
  const parse = pipelineName(file, "parse", read);
  if (parse === null) return null;
  const schema = schemaFor(file, payload, found);
  if (typeof schema === "string") return byHand(schema);
  const call = { open: `${parse.text}(${schema.name}, `, edits: [...parse.edits, ...wrap, ...schema.edits] };
  // What a schema lets out may be missing or undefined, which the strictest compilers tell apart.
  const close = found.cast === null && found.type.t === "name" && schema.hasOptional ? `) as ${found.type.name}` : ")";
  const edits = others.length === 0 ? inPlace(file, found, call.open, close) : hoisted(file, [...payload.reads], entry.functions[0], call.open, close, what);
  if (typeof edits === "string") return byHand(edits);
  return { tier: "review", title: `Accept what \`${schema.name}\` says: \`${call.open}…)\``, edits: [...call.edits, ...edits] };
}

/** Around the one read; a type that stands only there goes with its cast. */
function inPlace(file: FileView, { whole, cast, type }: PayloadType, open: string, close: string): readonly Edit[] | string {
  const at = file.span({ value: whole });
  if (cast === null || type.t === "name" || type.t === "query") return [insert(at.start, open), insert(at.end, close)];
  const all = file.span({ value: cast });
  const closing = tokens(file.text, at.end, all.end).findIndex((t) => t.text === "as");
  const before = closing === -1 ? [] : tokens(file.text, at.end, all.end).slice(0, closing);
  const end = before.at(-1)?.end ?? at.end;
  if (closing === -1 || before.some((t) => t.text !== ")") || hasComment(file.text, end, all.end)) return "a comment stands in the type that would go: `parse` it by hand";
  return [insert(all.start, open), { start: end, end: all.end, text: ")" }];
}

/** Once before the first of several reads, which then read what was accepted. */
function hoisted(file: FileView, reads: readonly ValueId[], fn: number | undefined, open: string, close: string, what: string): readonly Edit[] | string {
  const SEVERAL = "it is read in several places: `parse(schema, …)` it once before the first";
  const fact = fn === undefined ? undefined : (file.facts.functions[fn] as FunctionFact);
  const name = freeName(file.facts, [what, `accepted${what[0]?.toUpperCase()}${what.slice(1)}`]);
  if (fact === undefined || fact.expressionBody === true || name === null) return SEVERAL;
  const texts = new Set(reads.map((r) => file.text.slice(file.span({ value: r }).start, file.span({ value: r }).end)));
  const [text] = texts;
  const isPlain = texts.size === 1 && text !== undefined && /^[\w$]+(?:\.[\w$]+)*$/.test(text) && reads.every((r) => file.facts.owner[r] === fn && !isInQuery(file, r) && !isWritten(file, r));
  const first = fact.body.find((s) => reads.some((r) => contains(file.span({ mark: s.at }), file.span({ value: r }))));
  if (!isPlain || first === undefined) return SEVERAL;
  const { start } = file.span({ mark: first.at });
  const line = /(?:^|[\r\n])([^\S\r\n]*)$/.exec(file.text.slice(0, start))?.[1];
  if (line === undefined) return SEVERAL;
  const { semicolon, newline } = style(file);
  return [insert(start, `const ${name} = ${open}${text}${close}${semicolon}${newline}${line}`), ...reads.map((r) => ({ ...file.span({ value: r }), text: name }))];
}

const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

function isWritten(file: FileView, read: ValueId): boolean {
  return file.get(occurrences).users(read).some((user) => {
    const value = file.facts.values[user] as Value;
    return (value.kind === "assign" && value.target !== null && "member" in value.target && value.target.member === read) || value.kind === "cast";
  });
}

/** In a text that binding would take apart, or among the values beside it. */
function isInQuery(file: FileView, read: ValueId): boolean {
  const at = file.span({ value: read });
  return file.get(queries).some(({ call, text }) => {
    const held = file.facts.values[text] as Value;
    const made = held.kind === "var" ? file.facts.bindings[held.binding]?.versions[0]?.value : undefined;
    return contains(file.span({ value: call.id }), at) || (made !== undefined && contains(file.span({ value: made }), at));
  });
}

/** Who answers for what is refused: the entry. A handler that has none yet gets it; else why nobody would. */
function around(file: FileView, { entry }: Payload): readonly Edit[] | string {
  const bare = file.get(bareness)(entry);
  if (bare.is === "entered") return [];
  const wrapped = bare.is === "bare" ? enter(file, entry) : null;
  if (wrapped !== null) return wrapped.edits;
  const mayReject = LOSES_REJECTIONS.has(entry.framework) && entry.functions.some((fn) => file.facts.functions[fn]?.async === true);
  return mayReject ? "its handler goes around the pipeline, and nobody would answer what `parse` refuses: wrap it by `entry` first" : [];
}

interface Named {
  readonly name: string;
  readonly hasOptional: boolean;
  readonly edits: readonly Edit[];
}

function schemaFor(file: FileView, payload: Payload, found: PayloadType): Named | string {
  const types = new WrittenTypes(file.facts);
  const known = schemaInScope(file, types, found.type, payload.read);
  if (known !== null) return { name: known, hasOptional: false, edits: [] };
  const validator = validatorOf(file);
  if (validator === null) return "neither this file nor its package.json says which validator a schema would be written for: write one for its type, and `parse` it";
  const named = validatorName(file, validator, payload.read);
  if (named === null) return "the validator has no name here under which it could be used: write a schema for its type, and `parse` it";
  const { quote, semicolon, newline } = style(file);
  const to = DIALECTS[validator](named.text, { quote, newline, indent: /^\t/m.test(file.text) ? "\t" : "  " });
  // A form arrives as a query does, whatever the type says.
  const arrives = payload.what === "query" || (payload.what === "body" && /\burlencoded\b/.test(file.text)) ? "text" : "json";
  const made = new Derived(file, types, to, arrives).payload(found.type);
  if (made instanceof Refused) return `no schema can be derived from its type: ${made.reason}`;
  const name = nameFor(file, payload, found.type);
  const place = placeFor(file, types, found.type);
  if (name === null || place === null) return "there is no place for a schema of its type in this file: write one, and `parse` it";
  const text = validator === "arktype" && !made.text.startsWith(`${named.text}(`) ? `${named.text}(${made.text})` : made.text;
  const line = `const ${name} = ${text}${semicolon}`;
  return { name, hasOptional: made.hasOptional === true, edits: [...named.edits, insert(place.at, place.isBefore ? `${line}${newline}${newline}` : `${newline}${newline}${line}`)] };
}

/** The one that the file uses, else the only one of its package. */
function validatorOf(file: FileView): Validator | null {
  const used = file.facts.imports.map((i) => /^(zod|valibot|arktype)(?:\/v[34])?$/.exec(i.module)?.[1]).filter((m) => m !== undefined);
  const all = new Set(used.length > 0 ? used : file.settings.validators(file.path));
  return all.size === 1 ? ([...all][0] as Validator) : null;
}

function validatorName(file: FileView, validator: Validator, at: ValueId): { readonly text: string; readonly edits: readonly Edit[] } | null {
  const wanted = { zod: "z", valibot: "*", arktype: "type" }[validator];
  for (const i of file.facts.imports) {
    if (i.typeOnly || !(i.module === validator || (validator === "zod" && /^zod\/v[34]$/.test(i.module)))) continue;
    const own = i.names.find((n) => !n.typeOnly && (n.imported === wanted || (validator === "zod" && (n.imported === "default" || n.imported === "*"))));
    if (own !== undefined) return { text: own.local, edits: [] };
  }
  return importedName(file, { module: validator, name: wanted }, at, [wanted === "*" ? "v" : wanted]);
}

const KINDS: Readonly<Record<string, string>> = { body: "Body", query: "Query", message: "Message", event: "Event" };

/** By the type's name; else by what it is a schema of, with a number where there are several. */
function nameFor(file: FileView, payload: Payload, type: TypeExpr): string | null {
  if (type.t === "name" && !type.name.includes(".") && type.args === undefined) return freeName(file.facts, [`${type.name}Schema`]);
  const kind = KINDS[payload.what] ?? "Input";
  const same = file.get(payloads).filter((p) => p.what === payload.what && p.state === "used" && payloadType(file, p.read, p.what).type?.t === type.t);
  const nth = same.findIndex((p) => p.read === payload.read) + 1;
  return freeName(file.facts, [nth > 1 ? `${kind}Schema${nth}` : `${kind}Schema`]);
}

/** Behind the type where the module declares it, else behind the imports: before anybody uses it. */
function placeFor(file: FileView, types: WrittenTypes, type: TypeExpr): { readonly at: number; readonly isBefore: boolean } | null {
  const fact = type.t === "name" && type.binding !== undefined ? types.fact(type.binding) : undefined;
  const { facts, text } = file;
  if (fact !== undefined && fact.binding !== null && facts.bindings[fact.binding]?.fn === 0 && isAtTop(file, fact.at)) {
    return { at: lineEnd(text, file.span({ mark: fact.at }).end), isBefore: false };
  }
  const last = facts.imports.at(-1);
  if (last !== undefined) return { at: lineEnd(text, file.span({ mark: last.at }).end), isBefore: false };
  return posix.extname(file.path) === "" ? null : { at: headOf(file), isBefore: true };
}

/** In no block of the module. */
function isAtTop(file: FileView, mark: number): boolean {
  const at = file.span({ mark });
  return !(file.facts.functions[0]?.body ?? []).some((s: Statement) => s.kind !== "define" && s.kind !== "eval" && s.kind !== "declare" && contains(file.span({ mark: s.at }), at));
}

/** The names that are taken from it. */
function skeleton(file: FileView, whole: ValueId): string {
  const found = file.get(occurrences);
  const direct = found.users(whole);
  const held = found.holders(whole).flatMap(({ binding }) => found.reads(binding).flatMap((r) => found.users(r)));
  const names = [...new Set([...direct, ...held].flatMap((id) => {
    const value = file.facts.values[id] as Value;
    return value.kind === "member" && value.name !== null && !(value.name in String.prototype) && !(value.name in Array.prototype) ? [value.name] : [];
  }))];
  return names.length === 0 || names.length > 12 ? "" : ` with ${names.map((n) => `\`${n}\``).join(", ")}`;
}

