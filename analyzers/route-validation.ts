import type { ValidatorRow } from "../catalog/library.js";
import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { ambient } from "./ambient.js";
import { acceptsAll } from "./believed.js";
import { type Call, callAt, callsWithin } from "./calls.js";
import { context } from "./context.js";
import { pipeReaches } from "./decorated-parameters.js";
import { endsOf, intoLists } from "./ends.js";
import type { Entry } from "./entries.js";
import { eachStatement, flow } from "./flow.js";
import { optionAt } from "./options.js";
import { callsOf } from "./invocations.js";
import { occurrences } from "./occurrences.js";
import { outside, type OutsideKind } from "./outside.js";
import { sanctioned } from "./sanctioned.js";
import { acceptedOnTheWay } from "./validated-on-the-way.js";
import { wrapperAccepts } from "./validating-wrappers.js";

const DEEPEST = 8;
/** Anywhere in a name, and as a word of it. */
const [NAMES_CHECK, WORD_OF_A_CHECK] = [/valid|schema|celebrate|sanitiz|openapi|swagger/i, /^(?:joi|zod|yup|ajv|check(?:s|er|ed|ing)?|dto)s?$/i];

/** Does something on the way to the handler accept this part of the request, as it is read there? `doubt`: what another file makes may. */
export function routeAccepts(file: FileView, entry: Entry, what: OutsideKind, read: ValueId): "yes" | "doubt" | "no" {
  const registered = pipeReaches(file, read) && file.get(ambient).covers(entry, "validation");
  if (registered === true) return "yes";
  const { call } = entry;
  if (call === null) return registered === null ? "doubt" : "no";
  let doubt = false;
  for (const row of call.symbols.flatMap((s) => s.rows("validators").map((r) => r.row))) {
    if (row.accepts !== "middleware" || row.path === undefined || (Array.isArray(row.covers) && !row.covers.includes(what))) continue;
    // A route without options: what stands in their place is the handler.
    if (entry.handler !== null && call.args?.[row.arg] === entry.handler) continue;
    const { certainty, values } = optionAt(file, call, { arg: row.arg, path: row.path });
    if (values.length > 0 && values.every((schema) => acceptsAll(file, schema))) continue;
    if (certainty === "present") return "yes";
    doubt ||= certainty === "unknown";
  }
  for (const arg of (call.args ?? call.value.args).slice(0, -1)) {
    for (const { value, made } of handedIn(file, arg)) {
      const verdict = middleware(file, value, made, what);
      if (verdict === "yes") return "yes";
      doubt ||= verdict === "doubt";
    }
  }
  for (const { arg, before } of chainedOn(file, call)) {
    if (before.some((fn) => validates(file, fn, what))) return "yes";
    for (const { value, made } of handedIn(file, arg)) {
      const verdict = middleware(file, value, made, what);
      if (verdict === "yes") return "yes";
      doubt ||= verdict === "doubt";
    }
  }
  if (acceptedOnTheWay(file, entry, (arg) => file.get(middlewareOfAll)(arg, what))) return "yes";
  const wrapped = wrapperAccepts(file, entry, read, (fn, site) => validations(file, fn, what, site));
  return wrapped === "no" && doubt ? "doubt" : wrapped;
}

/** Middleware of one handler: `middy(handler).use(parser()).use({ before })`, with the functions that an object of hooks has for it. */
function chainedOn(file: FileView, of: Call): readonly { readonly arg: ValueId; readonly before: readonly FnId[] }[] {
  const where = file.get(context);
  const found: { arg: ValueId; before: readonly FnId[] }[] = [];
  for (let at: ValueId = of.id; ; ) {
    const method = where.parent(at);
    const up = method === null || file.facts.values[method]?.kind !== "member" ? null : where.parent(method);
    const call = up === null ? undefined : file.get(callAt)(up);
    if (call === undefined || call.value.callee !== method) return found;
    const rows = call.symbols.flatMap((s) => s.rows("middleware")).filter(({ row }) => row.role === "before").map(({ row }) => row.handler);
    const arg = call.args?.[0];
    if (rows.length > 0 && arg !== undefined) {
      const hooks = rows.flatMap((place) => (typeof place === "object" && place.path === "before" ? optionAt(file, call, place).values : []));
      found.push({ arg, before: hooks.flatMap((hook) => file.get(flow).functions(hook)) });
    }
    at = call.id;
  }
}

/** Does what is registered for many entries accept this part of their requests? */
const middlewareOfAll: Answer<(arg: ValueId, what: OutsideKind) => boolean> = {
  name: "validating middleware",
  of(file) {
    const known = new Map<string, boolean>();
    return (arg, what) => {
      const key = `${arg} ${what}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, (found = handedIn(file, arg).some(({ value, made }) => middleware(file, value, made, what) === "yes")));
      return found;
    };
  },
};

interface HandedIn {
  readonly value: ValueId;
  /** As it is written: the call that makes it, where one does. */
  readonly made: ValueId;
}

/** The middleware, those in lists one by one. */
function handedIn(file: FileView, arg: ValueId): readonly HandedIn[] {
  return endsOf(file, arg, intoLists).map(({ source, written }) => ({ value: source, made: file.get(flow).sameAs(written) }));
}

function middleware(file: FileView, id: ValueId, made: ValueId, what: OutsideKind): "yes" | "doubt" | "no" {
  const value = file.facts.values[id] as Value;
  if (value.kind === "literal" || value.kind === "template" || value.kind === "object") return "no";
  // `body("email").isEmail()`: the row is that of the call the chain begins with.
  let isKnown = false;
  for (const call of value.kind === "call" ? callsWithin(file, file.span({ value: id })) : []) {
    for (const { row } of call.symbols.flatMap((s) => s.rows("validators"))) {
      if (row.accepts !== "middleware") continue;
      if (covers(file, row, call.id, what)) return "yes";
      isKnown = true;
    }
  }
  // It looks at another part: `celebrate({ query })` before a handler that reads the body.
  if (isKnown) return "no";
  const own = madeOf(file, id);
  if (own.some((fn) => validates(file, fn, what))) return "yes";
  // What it is made with says which parts: `validate({ body: … })`.
  if (own.some((fn) => validatesWhole(file, fn))) return namesPart(file, made, what);
  if (own.length > 0 && value.kind === "function") return "no";
  // What counts requests or tells who asks has options with such names: `rateLimit({ validate: false })`.
  if (file.get(flow).symbols(id).some((s) => s.rows("guards").length > 0)) return "no";
  const { start, end } = file.span({ value: id });
  return mayCheck(file.text.slice(start, end)) ? "doubt" : "no";
}

/** The functions it is; of what a framework makes of one, that one: `createMiddleware(async (c, next) => …)`. */
function madeOf(file: FileView, id: ValueId): readonly FnId[] {
  const own = file.get(flow).functions(id);
  const call = own.length === 0 ? file.get(callAt)(id) : undefined;
  const rows = call?.symbols.flatMap((s) => s.rows("middleware").map((r) => r.row)) ?? [];
  const taken = rows.flatMap((row) => (row.role === "before" && typeof row.handler === "number" ? [call?.args?.[row.handler]] : []));
  return taken.length === 0 ? own : taken.flatMap((arg) => (arg === undefined ? [] : file.get(flow).functions(arg)));
}

const mayCheck = (text: string): boolean => NAMES_CHECK.test(text) || text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => WORD_OF_A_CHECK.test(word));

/** Middleware of the project's own that gives this part of the request to a validator. */
const validates = (file: FileView, fn: FnId, what: OutsideKind): boolean => validations(file, fn, what).length > 0;

function validations(file: FileView, fn: FnId, what: OutsideKind, handsOn: ValueId | null = null): readonly ValueId[] {
  return file.get(callsOf)(fn).filter((call) => {
    const isParse = file.get(sanctioned)(call.target)?.startsWith("parse") ?? false;
    // What takes the danger out for one use accepts nothing.
    const rows = call.symbols.flatMap((s) => s.rows("validators").map((r) => r.row)).filter((row) => row.against === undefined);
    if (rows.length === 0 && !isParse) return false;
    if (!isParse && !throws(file, call) && onlyLooks(file, fn, handsOn)) return false;
    return (call.args ?? call.value.args).some((arg) => partOf(file, arg, what));
  }).map((call) => call.id);
}

/** `schema.parse(x)` throws, and what is awaited may reject; `validate` and `safeParse` only say. */
function throws(file: FileView, call: Call): boolean {
  const callee = file.facts.values[call.target] as Value;
  const parent = file.get(context).parent(call.id);
  return !(callee.kind === "member" ? /^(?:validate|safeParse)$/.test(callee.name ?? "") : true) || (parent !== null && file.facts.values[parent]?.kind === "await");
}

/** `(req, res, next)` that never throws, answers, hands `next` an error or writes to the request: whatever the validator says, the handler runs. Of `(ctx, next)` the context is all three; `handsOn`: the call by which a wrapper gives them to its handler. */
function onlyLooks(file: FileView, fn: FnId, handsOn: ValueId | null): boolean {
  const { params, body } = file.facts.functions[fn] as FunctionFact;
  const [request, response] = params.map((p) => p.binding);
  const next = params.at(-1)?.binding;
  if ((params.length !== 3 && params.length !== 2) || request == null || next == null) return false;
  const found = file.get(occurrences);
  const isHanded = (read: ValueId): boolean => {
    const using = found.users(read);
    return using.length === 0 || using.some((u) => { const by = file.facts.values[u] as Value; return by.kind !== "call" || by.callee !== read || by.args.length > 0; });
  };
  let raises = false;
  let leaves = false;
  eachStatement(body, (s) => {
    raises ||= s.kind === "throw";
    leaves ||= s.kind === "return" && !isNextCall(file, s.value, next);
  });
  const isAnswered = params.length === 2 ? leaves || answersBy(file, request) : response != null && found.reads(response).some((read) => handsOn === null || found.parent(read) !== handsOn);
  return !isAnswered && !isWrittenTo(file, request) && !found.reads(next).some((read) => (handsOn === null || found.parent(read) !== handsOn) && isHanded(read)) && !raises;
}

function isNextCall(file: FileView, id: ValueId | null, next: number): boolean {
  const value = id === null ? undefined : (file.facts.values[id] as Value);
  if (value?.kind === "await") return isNextCall(file, value.of, next);
  const callee = value?.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  return callee?.kind === "var" && callee.binding === next;
}

const ASKS = /^(?:get|header|is|accepts\w*)$/;

/** `ctx.throw(400)`, `ctx.assert(ok, 400)`, or the context in the hands of somebody else. */
function answersBy(file: FileView, ctx: number): boolean {
  const found = file.get(occurrences);
  return found.reads(ctx).some((read) => {
    const up = found.parent(read);
    const by = up === null ? undefined : (file.facts.values[up] as Value);
    if (by?.kind !== "member" || by.object !== read) return true;
    const call = found.parent(up as ValueId);
    const made = call === null ? undefined : (file.facts.values[call] as Value);
    return made?.kind === "call" && made.callee === up && !ASKS.test(by.name ?? "");
  });
}

/** `req.body = …`, `ctx.state.user = …` */
function isWrittenTo(file: FileView, request: number): boolean {
  if (file.get(flow).memberWrites(request).length > 0) return true;
  const found = file.get(occurrences);
  return found.reads(request).some((read) => {
    let at: ValueId | null = read;
    for (let steps = 0; at !== null && steps < 4; steps++) {
      const up: ValueId | null = found.parent(at);
      const by = up === null ? undefined : (file.facts.values[up] as Value);
      if (by?.kind === "assign") return by.target !== null && "member" in by.target && by.target.member === at;
      if (by?.kind !== "member" || by.object !== at) return false;
      at = up;
    }
    return false;
  });
}

/** Middleware that gives a validator the request, or what it takes of it: `schema.validate(pick(req, ["body", "query"]))`. */
function validatesWhole(file: FileView, fn: FnId): boolean {
  const { params } = file.facts.functions[fn] as FunctionFact;
  const request = params.length > 1 ? params[0]?.value : undefined;
  if (request === undefined) return false;
  const isRequest = (id: ValueId): boolean => file.get(flow).sameAs(id) === request;
  return file.get(callsOf)(fn).some((call) => {
    if (!call.symbols.some((s) => s.rows("validators").length > 0)) return false;
    return (call.args ?? call.value.args).some((arg) => {
      const value = file.facts.values[file.get(flow).sameAs(arg)] as Value;
      return isRequest(arg) || (value.kind === "call" && value.form === undefined && value.args.some(isRequest));
    });
  });
}

/** Does the schema that the middleware is made with have this part? */
function namesPart(file: FileView, made: ValueId, what: OutsideKind): "yes" | "doubt" | "no" {
  const call = file.facts.values[made] as Value;
  const names = call.kind === "call" ? call.args.flatMap((arg) => keysOf(file, arg, 0)).filter((name) => name in PARTS) : [];
  return names.length === 0 ? "doubt" : names.some((name) => PARTS[name] === what) ? "yes" : "no";
}

/** Of an object, and of the object a schema is made of: `z.object({ … })`, `Joi.object().keys({ … })`. */
function keysOf(file: FileView, id: ValueId, depth: number): readonly string[] {
  return file.get(flow).sources(id).flatMap((source): readonly string[] => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "object") return value.props.flatMap((p) => (p.name === null ? [] : [p.name.toLowerCase()]));
    if (value.kind !== "call" || depth > 4) return [];
    const callee = file.facts.values[value.callee] as Value;
    return [...value.args.flatMap((arg) => keysOf(file, arg, depth + 1)), ...(callee.kind === "member" ? keysOf(file, callee.object, depth + 1) : [])];
  });
}

/** `req.body`, or `req[part]` with any of them. */
function partOf(file: FileView, arg: ValueId, what: OutsideKind, depth = 0): boolean {
  const same = file.get(flow).sameAs(arg);
  if (file.get(outside)(arg) === what || file.get(outside)(same) === what) return true;
  const value = file.facts.values[same] as Value;
  if (value.kind === "object") return value.props.some((p) => p.form !== "spread" && depth < DEEPEST && partOf(file, p.value, what, depth + 1));
  return value.kind === "member" && (value.name === null || PARTS[value.name] === what);
}

const PARTS: Readonly<Record<string, OutsideKind>> = { json: "body", form: "body", body: "body", query: "query", querystring: "query", param: "param", params: "param", header: "header", headers: "header", cookie: "cookie", cookies: "cookie" };

function covers(file: FileView, row: ValidatorRow, id: ValueId, what: OutsideKind): boolean {
  if (row.covers === undefined) return true;
  if (typeof row.covers === "object" && !("arg" in row.covers)) return row.covers.includes(what);
  const call = file.get(callAt)(id);
  const arg = call?.args?.[row.covers === "keys" ? row.arg : row.covers.arg];
  if (arg === undefined) return false;
  if (row.covers !== "keys") return PARTS[String(file.get(flow).constant(arg))] === what;
  return file.get(flow).sources(arg).some((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" && value.props.some((p) => {
      const name = p.name ?? nameOfKey(file, p.key);
      return name === null || PARTS[name.toLowerCase()] === what;
    });
  });
}

/** `[Segments.BODY]: schema`: a constant, or the member of an enum that is called so. */
function nameOfKey(file: FileView, key: ValueId | undefined): string | null {
  if (key === undefined) return null;
  const constant = file.get(flow).constant(key);
  if (typeof constant === "string") return constant;
  const value = file.facts.values[key] as Value;
  return value.kind === "member" && value.name !== null && value.name.toLowerCase() in PARTS ? value.name : null;
}
