import { posix } from "node:path";
import type { Validator } from "../config/package-json.js";
import type { Statement, TypeExpr, ValueId } from "../core/facts.js";
import type { Edit, Span } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { type Payload, payloads } from "../analyzers/payloads.js";
import { payloadType } from "../analyzers/payload-type.js";
import { WrittenTypes } from "../analyzers/written-types.js";
import { insert } from "./edit.js";
import { entering } from "./enter.js";
import { freeName, headOf, importedName, lineEnd } from "./imported-name.js";
import { pipelineName } from "./pipeline-name.js";
import { DIALECTS } from "./schema-dialects.js";
import { schemaInScope } from "./schema-in-scope.js";
import { Derived, Refused } from "./schema-text.js";
import { style } from "./style.js";

/** `parse(LoginSchema, …)`: what stands before and behind the payload, and what else has to be written for it. */
export interface Acceptance {
  readonly open: string;
  readonly close: string;
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** A payload as it stands in its own file; its entry is the one of the judged program. */
export interface OwnPayload extends Payload {
  readonly judged: FileView;
}

/**
 * The call that accepts a payload by its type: with the schema that is the type's own, else with one derived from it. The
 * reason where that would be a guess; null where the pipeline does not resolve. `isNamed`: the type stays said of the result.
 */
export function acceptance(own: Own, payload: OwnPayload, type: TypeExpr, isNamed: boolean): Acceptance | string | null {
  const { file } = own;
  const wrap = around(own, payload);
  if (typeof wrap === "string") return wrap;
  const parse = pipelineName(file, "parse", payload.read);
  if (parse === null) return null;
  const schema = schemaFor(file, payload, type);
  if (typeof schema === "string") return schema;
  const open = `${parse.text}(${schema.name}, `;
  // What a schema lets out may be missing or undefined, which the strictest compilers tell apart.
  const close = isNamed && type.t === "name" && schema.hasOptional ? `) as ${type.name}` : ")";
  return { open, close, title: `Accept what \`${schema.name}\` says: \`${open}…)\``, edits: [...parse.edits, ...wrap, ...schema.edits] };
}

const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** Frameworks in which a handler that throws late answers nobody, or ends the process. */
const LOSES_REJECTIONS = new Set(["express", "node:http"]);

/** Who answers for what is refused: the entry. A handler that has none yet gets it; else why nobody would. */
function around(own: Own, { entry, judged }: OwnPayload): readonly Edit[] | string {
  const wrapped = entering(own, judged, entry);
  if (wrapped !== null) return wrapped;
  const mayReject = LOSES_REJECTIONS.has(entry.framework) && entry.functions.some((fn) => judged.facts.functions[fn]?.async === true);
  return mayReject ? "its handler goes around the pipeline, and nobody would answer what `parse` refuses: wrap it by `entry` first" : [];
}


interface Named {
  readonly name: string;
  readonly hasOptional: boolean;
  readonly edits: readonly Edit[];
}

function schemaFor(file: FileView, payload: Payload, type: TypeExpr): Named | string {
  const types = new WrittenTypes(file.facts);
  const known = schemaInScope(file, types, type, payload.read);
  if (known !== null) return { name: known, hasOptional: false, edits: [] };
  const validator = validatorOf(file);
  if (validator === null) return "neither this file nor its package.json says which validator a schema would be written for: write one for its type, and `parse` it";
  const named = validatorName(file, validator, payload.read);
  if (named === null) return "the validator has no name here under which it could be used: write a schema for its type, and `parse` it";
  const { quote, semicolon, newline } = style(file);
  const to = DIALECTS[validator](named.text, { quote, newline, indent: /^\t/m.test(file.text) ? "\t" : "  " });
  // A form arrives as a query does, whatever the type says.
  const arrives = payload.what === "query" || (payload.what === "body" && /\burlencoded\b/.test(file.text)) ? "text" : "json";
  const made = new Derived(file, types, to, arrives).payload(type);
  if (made instanceof Refused) return `no schema can be derived from its type: ${made.reason}`;
  const name = nameFor(file, payload, type);
  const place = placeFor(file, types, type);
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
