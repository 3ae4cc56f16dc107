import type { CallBoundRow, OptionPlace } from "../catalog/library.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { assigned, creations, intercepted, isConfigured, isForAll } from "./bounds-for-all.js";
import { type Call, callAt } from "./calls.js";
import { callsTo, constructions } from "./callsites.js";
import { chained, hasListener, isPiped, usesOf } from "./chained-bounds.js";
import { context } from "./context.js";
import { mentionsParam, type Need, needsOf, partOfParam } from "./needs.js";
import { importsAround } from "./nest-imports.js";
import { occurrences } from "./occurrences.js";
import { isOfOwnAsset } from "./own-assets.js";
import { OWN_MODULE } from "./own-module.js";
import { dependsOnParam, type OptionAt, optionAt } from "./options.js";
import { flow } from "./flow.js";
import { races } from "./races.js";
import { NO_DISPATCH, sanctioned } from "./sanctioned.js";
import { signalWorths } from "./signals.js";
import { enclosingClass } from "./this-of.js";

export type Bound =
  | { readonly state: "bounded" }
  | { readonly state: "unbounded"; readonly why?: string; readonly client?: ValueId }
  | { readonly state: "unknown"; readonly reason: string }
  /** Bounded if the callers of an enclosing function give one of these. */
  | { readonly state: "callers"; readonly needs: readonly Need[] }
  /** Bounded if whoever makes the object that has the client gives one of these, as some do, or a caller one of the others. */
  | { readonly state: "made"; readonly needs: readonly Need[]; readonly orCallers: readonly Need[] };

const BOUNDED: Bound = { state: "bounded" };

/** Is an outgoing call bounded in time: on itself, on its client, by what stands around it? */
export function boundOf(file: FileView, call: Call, row: CallBoundRow): Bound {
  if (isOfOwnAsset(file, call.value)) return BOUNDED;
  // From what is cheap to what looks at the whole file.
  const own = row.options.map((place) => ({ place, worth: isSecondary(row, place) ? requestWorth(file, call, place) : optionWorth(file, call, place) }));
  const isBoundedBy = (place: OptionPlace, worth: Worth, listens: boolean): boolean => worth === "yes" && (listens || isSignal(place));
  if (own.some(({ place, worth }) => isBoundedBy(place, worth, !row.needsListener))) return BOUNDED;
  if (isDispatched(file, call.id)) return BOUNDED;
  const raced = file.get(races)(call.id);
  if (raced === "yes") return BOUNDED;
  if (row.operators !== undefined && isPiped(file, call.id, row.operators)) return BOUNDED;
  const uses = row.chain || row.needsListener ? usesOf(file, call.id) : [];
  const listens = row.needsListener ? hasListener(file, uses, row.needsListener) : true;
  // Only a signal bounds by itself where a timeout is just an event.
  const counts = own.filter(({ place }) => listens || isSignal(place));
  if (counts.some(({ worth }) => worth === "yes")) return BOUNDED;
  if (chained(file, call, row, uses) && (listens || !row.needsListener)) return BOUNDED;
  if (isForAll(intercepted(file, row), call) || isConfigured(file, row, (c, place) => optionWorth(file, c, place) === "yes")) return BOUNDED;
  // What the call switches off, nothing that was said before switches on.
  const isOff = counts.some(({ worth }) => worth === "off");
  if (!isOff && isForAll(assigned(file, row), call)) return BOUNDED;
  const client = clientBound(file, call, row, isOff);
  if (client.state === "bounded") return BOUNDED;
  const off = isOff || (client.state === "unbounded" && client.why === "off");
  if (row.defaultMs !== null && row.defaultMs <= file.settings.longestDefaultMs && !off) return BOUNDED;
  const needs = counts.flatMap(({ place, worth }) => (worth === "callers" ? needsOf(file, call, place) : []));
  if (client.state === "made") return { ...client, orCallers: needs };
  if (needs.length > 0) return { state: "callers", needs };
  if (mayBeDispatched(file, call.id)) return { state: "unknown", reason: "a function of another file runs it, and may bound it" };
  if (raced === "maybe") return { state: "unknown", reason: "a function of another file, named after a timeout, is given the call" };
  if (counts.some(({ worth }) => worth === "unknown" || worth === "callers")) return { state: "unknown", reason: "its options come from where this file does not see" };
  if (client.state === "unknown") return client;
  if (own.some(({ place, worth }) => worth === "yes" && !isSignal(place))) return { state: "unbounded", why: "its `timeout` only emits an event, and nothing destroys the request" };
  if (own.some(({ worth }) => worth === "never")) return { state: "unbounded", why: "nobody ever aborts its signal" };
  if (off) return { state: "unbounded", why: "its time bound is switched off" };
  return client.state === "unbounded" && client.client !== undefined ? { state: "unbounded", client: client.client } : { state: "unbounded" };
}

type Worth = "yes" | "no" | "off" | "never" | "callers" | "unknown";

function optionWorth(file: FileView, call: Call, place: OptionPlace): Worth {
  return worthOf(file, optionAt(file, call, place), place);
}

/** What a value that stands at the option's place is worth. */
export function worthOf(file: FileView, option: OptionAt, place: Pick<OptionPlace, "path" | "offWhen">, open: ReadonlySet<FnId> = new Set()): Worth {
  if (option.certainty === "absent") return "no";
  if (option.certainty === "unknown") return option.from === "param" ? "callers" : "unknown";
  const worths = option.values.flatMap((value): Worth[] => {
    if (isSignal(place)) {
      return signalWorths(file, value).map((w) => (w === "yes" ? "yes" : w === "caller" ? "callers" : w === "none" ? "no" : w === "no" ? "never" : "unknown"));
    }
    const sources = file.get(flow).sources(value);
    // What callers leave out, one of them through another, ends at the default.
    const isLeftOpen = !sources.some((source) => hasDefault(file, source));
    return sources.map((source): Worth => {
      const constant = file.get(flow).constant(source);
      if (constant !== undefined && constant !== null) return place.offWhen?.includes(constant) ? "off" : "yes";
      const of = file.facts.values[source] as Value;
      if (constant === null || (of.kind === "global" && of.name === "undefined")) return "no";
      // A duration from a parameter bounds, whatever it is; one that may be missing is the caller's to give.
      return of.kind === "param" && isOptional(file, of) && isLeftOpen ? "callers" : "yes";
    });
  });
  if (option.partly) worths.push("no");
  // What some callers give is nobody's bound but theirs.
  if (worths.every((w) => w === "yes")) return option.values.some((v) => isLeftOut(file, v, open)) ? "callers" : "yes";
  const lacking = worths.find((w) => w !== "yes") ?? "no";
  if (worths.includes("callers")) return "callers";
  // Bounded on some roads: which one is taken, a parameter may say.
  if (worths.includes("yes") && (lacking === "no" || lacking === "off")) return option.values.some((v) => mentionsParam(file, v, 0)) ? "callers" : "unknown";
  return lacking;
}

/** Is it a part of a parameter that some caller gives without it? */
function isLeftOut(file: FileView, value: ValueId, open: ReadonlySet<FnId>): boolean {
  const need = partOfParam(file, value);
  if (need === null || open.has(need.fn)) return false;
  const inside = new Set([...open, need.fn]);
  return sitesOf(file, need.fn).some((site) => ["no", "off", "callers"].includes(given(file, site, need, inside)));
}

function sitesOf(file: FileView, fn: FnId): readonly Call[] {
  return file.get(file.facts.functions[fn]?.kind === "constructor" ? constructions : callsTo)(fn);
}

/** `fetch(new Request(url, { signal }))`: the first argument is a URL nearly always, and then it has no options. */
function isSecondary(row: CallBoundRow, place: OptionPlace): boolean {
  return row.signal !== undefined && place.arg === 0 && row.signal.arg !== 0;
}

function requestWorth(file: FileView, call: Call, place: OptionPlace): Worth {
  const arg = call.args?.[0];
  if (arg === undefined) return "no";
  const answers = file.get(flow);
  for (const source of answers.sources(arg)) {
    if (!answers.symbols(source).some((s) => /^(?:global|undici):Request\(\)$/.test(s.text))) continue;
    const made = file.get(callAt)(source);
    return made === undefined ? "unknown" : optionWorth(file, made, { ...place, arg: 1 });
  }
  return "no";
}

function isSignal(place: Pick<OptionPlace, "path">): boolean {
  return /(?:^|\.)(?:signal|abortSignal|cancelToken)$/.test(place.path);
}

function isOptional(file: FileView, param: Value & { kind: "param" }): boolean {
  return file.facts.functions[param.fn]?.params[param.index]?.optional ?? false;
}

/** `(timeout = 5_000)`: whoever gives none gets that one. */
function hasDefault(file: FileView, param: ValueId): boolean {
  return file.facts.values[param]?.kind === "param" && file.get(occurrences).users(param).some((user) => {
    const value = file.facts.values[user] as Value;
    return value.kind === "default" && value.of === param && typeof file.get(flow).constant(value.fallback) === "number";
  });
}

/** `dispatch(name, ({ signal }) => …)` around the call, in the text. */
export function isDispatched(file: FileView, id: ValueId): boolean {
  const where = file.get(context);
  for (const fn of where.functionsAround(id)) {
    const self = where.valueOf(fn);
    const parent = self === null ? null : where.parent(self);
    const around = parent === null ? null : (file.facts.values[parent] as Value);
    if (around?.kind === "call" && self !== null && around.args.includes(self) && file.get(sanctioned)(around.callee) === "dispatch") return true;
  }
  return false;
}

/**
 * Is the call in a callback that a function of another file of the project runs here and now? It may be a dispatch of
 * the team's own. A callback with parameters of its own is something else: a handler, an iteration.
 */
export function mayBeDispatched(file: FileView, id: ValueId): boolean {
  const where = file.get(context);
  for (const fn of where.functionsAround(id)) {
    const self = where.valueOf(fn);
    const parent = self === null ? null : where.parent(self);
    const around = parent === null ? null : (file.facts.values[parent] as Value);
    if (self === null || around?.kind !== "call" || !around.args.includes(self)) continue;
    const params = file.facts.functions[fn]?.params ?? [];
    const takesCall = params.length === 0 || (params.length === 1 && params[0]?.binding === null);
    if (takesCall && file.get(flow).symbols(around.callee).some((s) => OWN_MODULE.test(s.text) && !NO_DISPATCH.test(s.text))) return true;
  }
  return false;
}

/** The options of the client a call goes through, where it was made. */
function clientBound(file: FileView, call: Call, row: CallBoundRow, isOff: boolean): Bound {
  const { client } = row;
  if (!client) return { state: "unbounded" };
  const isSet = (id: ValueId): boolean => intercepted(file, row).clients.has(id) || (!isOff && assigned(file, row).clients.has(id));
  const answers = file.get(flow);
  const callee = file.facts.values[call.target] as Value;
  const through = (client.through ?? []).map((place) => optionAt(file, call, place)).flatMap((o) => o.values);
  const holders = [...(callee.kind === "member" ? objectsOf(file, callee.object) : [call.target]), ...through];
  let isElsewhere = false;
  let made: ValueId | undefined;
  let off = false;
  let isBounded = false;
  let open: Bound | null = null;
  for (const source of holders.flatMap((h) => answers.sources(h))) {
    const value = file.facts.values[source] as Value;
    // The pipeline wraps it, and every call of it.
    if (value.kind === "call" && /^(?:port|http\.axios)$/.test(file.get(sanctioned)(value.callee) ?? "")) isBounded = true;
    const creation = value.kind === "call" ? file.get(callAt)(source) : undefined;
    if (creation && creation.symbols.some((s) => s.rows("clients").some((r) => r.row === row))) {
      const worths = client.options.map((place) => optionWorth(file, creation, place));
      const needs = worths.includes("unknown") ? [] : client.options.flatMap((place, i) => (worths[i] === "callers" ? needsOf(file, creation, place) : []));
      const handed = handedTo(file, source, needs, holders);
      if (isSet(source) || (worths.includes("yes") && !isOff) || handed === "yes") isBounded = true;
      else if (handed === "some") open ??= { state: "made", needs, orCallers: [] };
      else if (handed !== "no" && worths.some((w) => w === "unknown" || w === "callers")) open ??= { state: "unknown", reason: "the options of its client come from where this file does not see" };
      else {
        made ??= source;
        off ||= worths.includes("off");
      }
    } else if ((value.kind === "param" || value.kind === "member" || value.kind === "var") && isInstance(file, source)) isElsewhere = true;
  }
  // One of several that come this way has no bound: `ask(billing, options)`, `ask(stock, options)`.
  if (isBounded && made === undefined && open?.state !== "made") return BOUNDED;
  if (open !== null) return open;
  const handedIn = isElsewhere && made === undefined && file.isProgram ? injected(file, call, client, isSet, holders) : null;
  if (handedIn !== null) return handedIn;
  if (isElsewhere && made === undefined) return { state: "unknown", reason: "the client, or its options, are made where this file does not see" };
  return made === undefined ? { state: "unbounded" } : { state: "unbounded", client: made, ...(off && { why: "off" }) };
}

/** What the call that this client comes from gives the function that makes it: `const api = clientOf(url, { timeout: 5000 })`. `some`: the constructor that makes it is given a bound here, and none there. */
function handedTo(file: FileView, made: ValueId, needs: readonly Need[], holders: readonly ValueId[]): "yes" | "no" | "some" | "unknown" {
  const fn = file.facts.owner[made] as FnId;
  const [first] = needs;
  if (first === undefined || needs.some((n) => n.fn !== fn)) return "unknown";
  const answers = file.get(flow);
  const through = holders.map((h) => answers.sameAs(h)).filter((h) => { const value = file.facts.values[h]; return value?.kind === "call" && answers.functions(value.callee).includes(fn); });
  const isConstructor = through.length === 0 && file.facts.functions[fn]?.kind === "constructor";
  const sites = through.length > 0 ? through : isConstructor ? file.get(constructions)(fn).map((c) => c.id) : answers.callers(fn);
  if (sites === null || sites.length === 0) return "unknown";
  const worths = sites.map((site) => { const call = file.get(callAt)(site); return call === undefined ? "unknown" : allGiven(file, call, needs); });
  if (worths.every((w) => w === "yes")) return "yes";
  if (worths.every((w) => w === "no")) return "no";
  return isConstructor && worths.includes("no") ? "some" : "unknown";
}

/** Does a call give one of these, or certainly none? */
export function allGiven(file: FileView, call: Call, needs: readonly Need[]): "yes" | "no" | "unknown" {
  const worths = needs.map((need) => given(file, call, need));
  return worths.includes("yes") ? "yes" : worths.every((w) => w === "no" || w === "off") ? "no" : "unknown";
}

/** A client that is handed in is one of those that the program makes, or that the classes below make for what a base class only declares; null where nobody makes one. */
function injected(file: FileView, call: Call, client: NonNullable<CallBoundRow["client"]>, isSet: (id: ValueId) => boolean, holders: readonly ValueId[]): Bound | null {
  const all = file.get(creations).get(client) ?? [];
  const below = new Set(holders.flatMap((holder) => madeBelow(file, holder)));
  const ofBelow = all.filter((creation) => below.has(creation.id));
  const imported = ofBelow.length > 0 ? null : importedFor(file, call, client, all);
  const made = ofBelow.length > 0 ? ofBelow : (imported?.made ?? all);
  const worths = made.map((creation) => (isSet(creation.id) ? (["yes"] as const) : client.options.map((place) => optionWorth(file, creation, place))));
  const isBare = imported?.isBare ?? file.facts.imports.some((i) => i.names.some((n) => client.bare?.includes(`${i.module}:${n.imported}`)));
  if (made.length === 0) return isBare ? { state: "unbounded" } : null;
  if (worths.every((w) => w.includes("yes")) && imported?.isBare !== true) return BOUNDED;
  if (worths.every((w) => w.every((one) => one === "no" || one === "off"))) return { state: "unbounded", client: (made[0] as Call).id };
  return { state: "unknown", reason: "some of the clients that may be handed in are bounded, others are not" };
}

/** The clients that the modules around a call import for it, by name alone or made for them; null where one of them has its clients from elsewhere. */
function importedFor(file: FileView, call: Call, { bare }: NonNullable<CallBoundRow["client"]>, all: readonly Call[]): { readonly made: readonly Call[]; readonly isBare: boolean } | null {
  const modules = bare === undefined ? [] : importsAround(file, call.id);
  const answers = file.get(flow);
  let isBare = false;
  const made = new Set<Call>();
  for (const items of modules) {
    const plain = items.some((item) => answers.symbols(item).some((s) => bare?.includes(s.text)));
    const own = all.filter(({ id }) => items.some((item) => answers.sources(item).includes(id)));
    if (!plain && own.length === 0) return null;
    isBare ||= plain;
    for (const creation of own) made.add(creation);
  }
  return modules.length === 0 ? null : { made: [...made], isBare };
}

/** What the classes below give a field of `this` that the class itself leaves to them: `protected abstract readonly http: AxiosInstance`. */
function madeBelow(file: FileView, holder: ValueId): readonly ValueId[] {
  const value = file.facts.values[holder] as Value;
  const answers = file.get(flow);
  if (value.kind !== "member" || value.name === null || file.facts.values[value.object]?.kind !== "this") return [];
  const cls = enclosingClass(file.facts, file.facts.owner[holder] as FnId);
  if (cls === null || answers.field(cls, value.name).length > 0) return [];
  const { name } = value;
  return answers.classesBelow(cls).flatMap((below) => answers.field(below, name)).flatMap((given) => answers.sources(given));
}

/** `openai.chat.completions` stands on `openai.chat`, that on `openai`. */
function objectsOf(file: FileView, id: ValueId): ValueId[] {
  const objects = [id];
  for (let value = file.facts.values[id] as Value; value.kind === "member"; value = file.facts.values[value.object] as Value) objects.push(value.object);
  return objects;
}

/** A value known by its declared type only: somebody else made it. A part of a client made here is none. */
function isInstance(file: FileView, source: ValueId): boolean {
  return file.get(flow).symbols(source).some((s) => s.text.endsWith("()"));
}

/** What a call site gives of what is needed. */
export function given(file: FileView, call: Call, need: Need, open: ReadonlySet<FnId> = new Set()): Worth {
  const spreads = call.value.args.some((a) => file.facts.values[a]?.kind === "spread");
  const place: OptionPlace = { arg: need.index, path: need.path.join(".") };
  const option = optionAt(file, call, place);
  if (option.certainty === "absent") return spreads ? "unknown" : "no";
  if (need.path.length === 0 || !isSignal(place)) {
    if (option.certainty === "unknown") return option.from === "param" ? "callers" : "unknown";
    const texts = option.values.flatMap((v) => file.get(flow).symbols(v)).map((s) => s.text);
    // A whole signal as an argument is as good as what aborts it.
    if (texts.some((t) => t.startsWith("global:AbortController().signal") || t.startsWith("global:AbortSignal"))) return worthOf(file, option, { path: "signal" }, open);
    return option.values.some((v) => dependsOnParam(file, v)) ? "callers" : worthOf(file, option, place, open);
  }
  return worthOf(file, option, place, open);
}
