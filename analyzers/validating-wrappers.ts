import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { conditionsAt } from "./conditions.js";
import { context } from "./context.js";
import type { Entry } from "./entries.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import { isInside } from "./links.js";
import { occurrences } from "./occurrences.js";
import { optionAt } from "./options.js";

/** The calls by which a function gives a part of its request to a validator before it calls its handler. */
export type Validations = (fn: FnId, handsOn: ValueId) => readonly ValueId[];

/**
 * `withBody(schema, (req, res) => …)`: does every function that calls the handler have what it hands on validated before?
 * Where it does so only if it was given a schema, what this handler was registered with decides.
 */
export function wrapperAccepts(file: FileView, entry: Entry, read: ValueId, validations: Validations): "yes" | "doubt" | "no" {
  const around = file.get(context).functionsAround(read);
  for (const fn of around) {
    const own = file.get(callsites)(fn).filter((site) => (file.get(callAt)(site)?.args ?? []).length > 0);
    const sites = own.length > 0 ? own : entry.functions.filter((wrapper) => !around.includes(wrapper)).flatMap((wrapper) => handedOn(file, wrapper));
    if (sites.length === 0) continue;
    const verdicts = sites.map((site) => atSite(file, fn, site, validations));
    return verdicts.includes("no") ? "no" : verdicts.includes("doubt") ? "doubt" : "yes";
  }
  return "no";
}

/** `withBody(schema)(handler)`: the calls of what it was given earlier, with its own request. */
function handedOn(file: FileView, wrapper: FnId): readonly ValueId[] {
  const request = file.facts.functions[wrapper]?.params[0]?.value;
  return file.get(callsOf)(wrapper).flatMap((call) => {
    const [first] = call.args ?? [];
    return first !== undefined && request !== undefined && file.get(flow).sameAs(first) === request && isGivenTo(file, call.target, wrapper) ? [call.id] : [];
  });
}

/** A parameter of a function around it. */
function isGivenTo(file: FileView, target: ValueId, wrapper: FnId): boolean {
  const value = file.facts.values[file.get(flow).sameAs(target)] as Value;
  return value.kind === "param" && value.fn !== wrapper && isInside(file.facts, wrapper, value.fn);
}

function atSite(file: FileView, handler: FnId, site: ValueId, validations: Validations): "yes" | "doubt" | "no" {
  const [wrapper] = file.get(context).functionsAround(site);
  if (wrapper === undefined || wrapper === handler) return "no";
  const verdicts = validations(wrapper, site).map((call) => ifAsked(file, handler, wrapper, call));
  return verdicts.includes("yes") ? "yes" : verdicts.includes("doubt") ? "doubt" : "no";
}

/** `if (options.body) req.body = options.body.parse(req.body)`, where the maker of the wrapper was given `{ body: … }`. */
function ifAsked(file: FileView, handler: FnId, wrapper: FnId, call: ValueId): "yes" | "doubt" | "no" {
  const schema = schemaOf(file, call);
  const isAsked = conditionsAt(file, call).some((c) => c.kind === "test" && c.isTrue && schema !== null && placeOf(file, c.test) === placeOf(file, schema));
  if (!isAsked || schema === null) return "yes";
  const { name, param } = optionOf(file, schema);
  const made = param === null ? undefined : madeBy(file, handler, wrapper);
  if (made === undefined || param === null) return "doubt";
  const { certainty } = optionAt(file, made, { arg: param, path: name });
  return certainty === "present" ? "yes" : certainty === "absent" ? "no" : "doubt";
}

function schemaOf(file: FileView, call: ValueId): ValueId | null {
  const value = file.facts.values[call] as Value;
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  return callee?.kind === "member" ? callee.object : null;
}

/** The name of a part, and what it is a part of: two reads of one option. */
function placeOf(file: FileView, id: ValueId): string {
  const same = file.get(flow).sameAs(id);
  const value = file.facts.values[same] as Value;
  return value.kind === "member" && value.name !== null ? `${file.get(flow).sameAs(value.object)}.${value.name}` : String(same);
}

/** Which parameter of the maker it is a part of, and under which name. */
function optionOf(file: FileView, schema: ValueId): { readonly name: string; readonly param: number | null } {
  const value = file.facts.values[file.get(flow).sameAs(schema)] as Value;
  const isPart = value.kind === "member" && value.name !== null;
  const root = file.facts.values[isPart ? file.get(flow).sameAs(value.object) : file.get(flow).sameAs(schema)] as Value;
  return { name: isPart ? (value.name ?? "") : "", param: root.kind === "param" ? root.index : null };
}

/** The call that made a handler's wrapper: what the handler stands in. */
function madeBy(file: FileView, handler: FnId, wrapper: FnId): Call | undefined {
  const found = file.get(occurrences);
  for (let at = file.get(context).valueOf(handler), steps = 0; at !== null && steps < 8; at = found.parent(at), steps++) {
    const call = file.get(callAt)(at);
    if (call !== undefined && file.get(flow).functions(call.target).some((maker) => isInside(file.facts, wrapper, maker))) return call;
  }
  return undefined;
}
