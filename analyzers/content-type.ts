import type { OptionPlace } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { conditionsAt } from "./conditions.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { optionAt } from "./options.js";
import { samePlace } from "./places.js";

/** A type in which a browser runs nothing. */
const HARMLESS = /^(?:\.?(?:json|txt|text|csv|ya?ml|png|jpe?g|gif|webp|pdf|zip|bin|md)|(?:application\/(?!xhtml|xml|ecmascript|javascript)|text\/(?:plain|csv|event-stream|markdown|calendar|css|(?:x-)?yaml)|image\/(?!svg)|audio\/|video\/|font\/).*)$/i;

/** Was the answer, before it is sent by this call, given a type that is no markup: `res.type("text").send(x)`? */
export function isNoMarkup(file: FileView, id: ValueId): boolean {
  const callee = calleeOf(file, id);
  if (callee === null) return false;
  if (callee.name === "response" && isToldLater(file, id)) return true;
  for (let at = callee.object, steps = 0; steps < 8; steps++) {
    if (setsHarmless(file, at)) return true;
    const next = calleeOf(file, at);
    if (next === null) break;
    at = next.object;
  }
  const receiver = rootOf(file, callee.object);
  return conditionsAt(file, id).some((c) => {
    if (c.kind !== "call") return false;
    for (let at: ValueId = c.call, steps = 0; steps < 8; steps++) {
      const chained = calleeOf(file, at);
      if (chained === null) return false;
      if (setsHarmless(file, at) && samePlace(file, rootOf(file, chained.object), receiver)) return true;
      at = chained.object;
    }
    return false;
  });
}

/** `h.response(text).type("text/plain")`: hapi's answer is told its type after it was made. */
function isToldLater(file: FileView, id: ValueId): boolean {
  const found = file.get(occurrences);
  const isTold = (at: ValueId, steps: number): boolean => steps < 8 && found.users(at).some((member) => found.users(member).some((call) => calleeOf(file, call)?.object === at && (setsHarmless(file, call) || isTold(call, steps + 1))));
  return isTold(id, 0) || found.holders(id).some(({ binding }) => found.reads(binding).some((read) => isTold(read, 0)));
}

const MARKUP = /html|svg|xml/i;

/** `new Response(text, { headers })`: do the headers give it a type that a browser runs? */
export function isMarkup(file: FileView, call: Call, place: OptionPlace): boolean {
  const says = (value: ValueId): boolean => MARKUP.test(String(file.get(flow).constant(value) ?? ""));
  return optionAt(file, call, place).values.some((headers) => {
    const made = file.get(flow).sources(headers).flatMap((s) => {
      const value = file.facts.values[s] as Value;
      return value.kind === "call" && value.form === "new" ? value.args.slice(0, 1) : [s];
    });
    if (made.some((given) => inHeaders(file, given).some(says))) return true;
    // `headers.set("content-type", "text/html")`
    return conditionsAt(file, call.id).some((c) => {
      const callee = c.kind === "call" ? calleeOf(file, c.call) : null;
      const [name, type] = c.kind === "call" ? (file.get(callAt)(c.call)?.args ?? []) : [];
      return callee !== null && /^(?:set|append)$/.test(callee.name ?? "") && name !== undefined && type !== undefined && String(file.get(flow).constant(name)).toLowerCase() === "content-type" && says(type) && samePlace(file, callee.object, headers);
    });
  });
}

function calleeOf(file: FileView, id: ValueId): (Value & { kind: "member" }) | null {
  const value = file.facts.values[id] as Value;
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  return callee?.kind === "member" ? callee : null;
}

function rootOf(file: FileView, id: ValueId): ValueId {
  let at = id;
  for (let next = calleeOf(file, at), steps = 0; next !== null && steps < 8; next = calleeOf(file, at), steps++) at = next.object;
  return at;
}

function setsHarmless(file: FileView, id: ValueId): boolean {
  const name = calleeOf(file, id)?.name ?? "";
  const args = file.get(callAt)(id)?.args ?? [];
  // A type that is worked out may be any: whoever works one out means more than markup.
  const isHarmless = (value: ValueId | undefined): boolean => value !== undefined && (file.get(flow).constant(value) === undefined || HARMLESS.test(String(file.get(flow).constant(value))));
  if (name === "type" || name === "contentType") return isHarmless(args[0]);
  if (name === "attachment") return true;
  if (name === "writeHead") return args.slice(1).some((arg) => inHeaders(file, arg).some(isHarmless));
  if (!/^(?:set|header|setHeader|append)$/.test(name) || args[0] === undefined) return false;
  if (args.length === 1) return inHeaders(file, args[0]).some(isHarmless);
  const header = String(file.get(flow).constant(args[0])).toLowerCase();
  return header === "content-type" ? isHarmless(args[1]) : header === "content-disposition" && args[1] !== undefined && isSaved(file, args[1]);
}

/** `attachment; filename=…`: a browser saves the answer and shows nothing. */
function isSaved(file: FileView, value: ValueId): boolean {
  return file.get(flow).sources(value).every((s) => {
    const of = file.facts.values[s] as Value;
    const text = of.kind === "template" ? of.chunks[0] : file.get(flow).constant(s);
    return typeof text === "string" && /^\s*attachment\b/i.test(text);
  });
}

function inHeaders(file: FileView, id: ValueId): readonly ValueId[] {
  return file.get(flow).sources(id).flatMap((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" ? value.props.filter((p) => p.name?.toLowerCase() === "content-type").map((p) => p.value) : [];
  });
}
