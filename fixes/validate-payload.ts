import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Edit, Fix, Span } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import type { Payload } from "../analyzers/payloads.js";
import { type PayloadType, payloadType } from "../analyzers/payload-type.js";
import { queries } from "../analyzers/queries.js";
import { occurrences } from "../analyzers/occurrences.js";
import { acceptance, type Acceptance, type OwnPayload } from "./acceptance.js";
import { byHand } from "./by-hand.js";
import { hasComment, insert, tokens } from "./edit.js";
import { freeName } from "./imported-name.js";
import { endBefore, style } from "./style.js";
import { validateParameter } from "./validate-parameter.js";

/**
 * `req.body as Login` as `parse(LoginSchema, req.body)`: with the schema that is the type's own, else with one derived
 * from the type as it is written in the file. By hand where that would be a guess. Null where the pipeline does not resolve.
 */
export function validatePayload(own: Own, judged: FileView, found: Payload): Fix | null {
  const { file } = own;
  const payload = ownPayload(own, judged, found);
  if (payload === null) return null;
  const { read, what, entry } = payload;
  if (!file.settings.pipelineResolves(file.path)) return null;
  if (payload.at !== read) return byHand("a helper reads it: give it what `parse(schema, …)` has accepted");
  if (isInQuery(file, read)) return byHand("it is read inside a query: `parse(schema, …)` it in a statement of its own before");
  if ((file.facts.values[read] as Value).kind === "param") return validateParameter(own, payload);
  const typed = payloadType(file, read, what);
  if (typed.type === null) return byHand(`no type in this file says what it has: write a schema${skeleton(file, typed.whole)}, and \`parse\` it`);
  const others = payload.reads.filter((r) => r !== read);
  if (others.length > 0 && typed.cast !== null) return byHand("it is read in several places: `parse(schema, …)` it once before the first");
  const call = acceptance(own, payload, typed.type, typed.cast === null);
  if (call === null) return null;
  if (typeof call === "string") return byHand(call);
  const edits = others.length === 0 ? inPlace(file, typed, call) : hoisted(file, payload.reads, entry.functions.map((fn) => own.fn(fn)), call, what);
  if (typeof edits === "string") return byHand(edits);
  return { tier: "review", title: call.title, edits: [...call.edits, ...edits] };
}

function ownPayload(own: Own, judged: FileView, found: Payload): OwnPayload | null {
  const [at, read, ...reads] = [found.at, found.read, ...found.reads].map((id) => own.value(id));
  return at == null || read == null || !reads.every((id) => id !== null) ? null : { ...found, judged, at, read, reads };
}

/** Around the one read; a type that stands only there goes with its cast. */
function inPlace(file: FileView, { whole, cast, type }: PayloadType, { open, close }: Acceptance): readonly Edit[] | string {
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
function hoisted(file: FileView, reads: readonly ValueId[], serving: readonly (FnId | null)[], { open, close }: Acceptance, what: string): readonly Edit[] | string {
  const SEVERAL = "it is read in several places: `parse(schema, …)` it once before the first";
  const fn = serving.find((f) => f !== null && f === file.facts.owner[reads[0] as ValueId]);
  const fact = fn == null ? undefined : (file.facts.functions[fn] as FunctionFact);
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
  const { newline } = style(file);
  return [insert(start, `const ${name} = ${open}${text}${close}${endBefore(file, start)}${newline}${line}`), ...reads.map((r) => ({ ...file.span({ value: r }), text: name }))];
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

