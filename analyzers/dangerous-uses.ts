import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { SinkRow } from "../catalog/library.js";
import type { AssignValue, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { isHostKnown } from "./address-head.js";
import { callsBeside } from "./beside.js";
import { type Call, calls, callsThatMayHave } from "./calls.js";
import { type Danger, isHarmless } from "./cleared.js";
import { commandOfTemplate } from "./command-templates.js";
import { isMarkup, isNoMarkup } from "./content-type.js";
import { context } from "./context.js";
import { isCreated } from "./created-answers.js";
import { isCopied, isKeyOf } from "./copied-keys.js";
import { endsOf, type Into } from "./ends.js";
import { entries, entriesOf } from "./entries.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { optionAt } from "./options.js";
import type { OutsideKind } from "./outside.js";
import { decoratedParameter, isOfNumber } from "./decorated-parameters.js";
import { routeAccepts } from "./route-validation.js";
import { allBut, type Origin } from "./origins.js";
import { taint } from "./taint.js";
import { namedQueries } from "./named-queries.js";
import { hasOutside } from "./outside.js";
import { builtPaths } from "./path-shapes.js";
import { isObject, queries, valuesAt } from "./queries.js";
import { responders } from "./responders.js";
import { redirectResults } from "./redirect-results.js";
import { evaluatedArgument, evaluatedContext } from "./run-contexts.js";
import { sanctioned } from "./sanctioned.js";
import { textsOf } from "./texts.js";
import { handedLookups, isAskedFor, lookedUp } from "./looked-up.js";
import { writtenHtml } from "./written-html.js";
import { writtenPattern } from "./written-patterns.js";

/** A place where a value may do harm, and what of it comes from outside. */
export interface DangerousUse {
  readonly danger: Danger;
  /** What is reported: the call, or the key that is written. */
  readonly at: ValueId;
  /** The value that goes in. */
  readonly value: ValueId;
  /** Data from outside that nothing made harmless for this use. */
  readonly origins: readonly Origin[];
}

export const dangerousUses: Answer<readonly DangerousUse[]> = {
  name: "dangerous uses",
  of(file) {
    const found: DangerousUse[] = [];
    // What only parameters bring is judged where their callers are seen.
    if (!file.get(hasOutside)) return found;
    const add = (danger: Danger, at: ValueId, value: ValueId, how: How = {}): void => {
      if (!isConstant(file, value) && !(danger === "html" && isData(file, value))) found.push({ danger, at, value, origins: harmful(file, danger, value, how) });
    };
    for (const { call, text } of file.get(queries)) add("sql", call.id, text);
    for (const call of callsThatMayHave(file, ["sinks"], ANSWERED_BY)) {
      const rows = new Set(calledAs(file, call).flatMap((s) => s.rows("sinks").map((r) => r.row)));
      for (const row of rows) if (row.danger !== "response" && row.danger !== "sql" && mayHarm(file, call, row)) for (const value of valuesAt(file, call, row)) add(row.danger, call.id, value, { refusesUp: row.refusesUp === true, isWhole: row.whole === true && row.danger === "template", isText: row.headers !== undefined || ![...rows].some((r) => r.danger === "response") });
      const callee = file.facts.values[call.target] as Value;
      for (const value of shellArguments(file, call)) add("shell", call.id, value);
      for (const value of evaluatedContext(file, call)) add("code", call.id, value);
      for (const value of evaluatedArgument(file, call)) add("code", call.id, value);
      // `handlers[name]()`: whoever names the method chooses what runs.
      if (callee.kind === "member" && callee.name === null && callee.key !== undefined && !isList(file, callee.object)) add("key", call.id, callee.key);
    }
    for (const call of file.get(calls)) {
      for (const value of commandOfTemplate(file, call)) add("shell", call.id, value);
      // The pipeline bounds it; whom it asks is still up to the caller.
      if (file.get(sanctioned)(call.target) === "http.fetch" && call.args?.[0] !== undefined) add("url", call.id, call.args[0]);
      const pattern = writtenPattern(file, call);
      if (pattern !== null) add("regexp", call.id, pattern);
      // `const handler = handlers[name]; handler()`
      const holder = (file.facts.values[call.target] as Value).kind === "var" && call.value.form !== "tag" ? lookedUp(file, call.target) : null;
      if (holder !== null && !isAskedFor(file, call.target)) add("key", call.id, holder.key);
    }
    for (const url of redirectResults(file)) add("redirect", url, url);
    // What a handler of hapi returns is its page.
    for (const { framework, functions } of file.get(entries)) {
      if (framework === "hapi") for (const result of functions.flatMap((fn) => file.get(flow).returns(fn))) if (!isObject(file, result)) add("html", result, result, {});
    }
    const assigned = assignedSinks(file.settings.catalog as Catalog);
    file.facts.values.forEach((value, id) => {
      if (value.kind === "dynamicImport") add("path", id, value.source);
      // The server runs the text as JavaScript on each document.
      if (value.kind === "object") for (const prop of value.props) if (prop.name === "$where") add("code", prop.value, prop.value);
      if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return;
      if (!isObject(file, value.value)) for (const danger of assignedDangers(file, value, assigned)) add(danger, id, value.value);
      const member = file.facts.values[value.target.member] as Value;
      // `settings.port = 1`, where settings is another file of the program: that file's variable.
      if (member.kind !== "member") return;
      if (member.name === "$where") add("code", id, value.value);
      if (member.name === null && member.key !== undefined && !isList(file, member.object) && !hasNoPrototype(file, member.object) && !isPartOfBare(file, member.object) && !isKeyOf(file, member.key, member.object)) add("key", id, member.key);
      // `store[name].seen = true`: with `__proto__` for a name, every object has it.
      if (member.name === null || isAskedFor(file, member.object)) return;
      for (const { key } of [lookedUp(file, member.object) ?? handedLookups(file, member.object)].flat()) add("key", id, key);
    });
    const pages = goesTo(file, found, "html");
    for (const { at, text } of file.get(writtenHtml)) if (!pages(at)) add("html", at, text);
    const files = goesTo(file, found, "path");
    for (const { at, value } of file.get(builtPaths)) if (!files(at)) add("path", at, value);
    for (const { at, value } of file.get(namedQueries)) add("nosql", at, value);
    return found;
  },
};

/** Frameworks whose answers are told by the name that a handler's parameter has. */
const ANSWERED_BY = ["express", "koa", "fastify", "hono", "@hapi/hapi"];

function calledAs(file: FileView, call: Call): readonly SymbolNode[] {
  const { symbols } = call;
  return symbols.some((s) => s.leadsSomewhere) || (file.facts.values[call.target] as Value).kind !== "member" ? symbols : file.get(responders)(call.target);
}

/** Is a value one that a use of this kind has, or a part of what stands there? It is judged there. */
function goesTo(file: FileView, uses: readonly DangerousUse[], danger: Danger): (value: ValueId) => boolean {
  const same = uses.filter((use) => use.danger === danger);
  const calls = new Set(same.map((use) => use.at));
  const values = new Set(same.flatMap((use) => [...file.get(flow).sources(use.value)]));
  return (value) => {
    for (let at: ValueId | null = value, steps = 0; at !== null && steps < 40; at = file.get(occurrences).parent(at), steps++) if (calls.has(at) || values.has(at)) return true;
    return false;
  };
}

const SHELL = /(?:^|[/\\])(?:(?:ba|z|k|da|c|a)?sh|cmd|powershell|pwsh)(?:\.exe)?$/i;

/** What a shell is given as its arguments is a command. */
function shellArguments(file: FileView, call: Call): readonly ValueId[] {
  const [command, list, ...rest] = call.args ?? [];
  if (command === undefined || list === undefined || !call.symbols.some((s) => s.rows("sinks").some(({ row }) => row.danger === "shell"))) return [];
  if ([file.get(flow).constant(command), ...(file.get(flow).constants(command) ?? [])].some((named) => typeof named === "string" && SHELL.test(named))) return [list];
  const options = rest[0] === undefined ? undefined : optionAt(file, call, { arg: 2, path: "shell" });
  return options?.certainty === "present" && options.values.some((v) => file.get(flow).constant(v) !== false) ? [list] : [];
}

function mayHarm(file: FileView, call: Call, row: SinkRow): boolean {
  if (row.when !== undefined) {
    const told = call.args?.[row.when.arg] === undefined ? undefined : file.get(flow).constant(call.args[row.when.arg] as ValueId);
    if (typeof told !== "string" || !row.when.values.includes(told.toLowerCase())) return false;
  }
  if (row.only !== undefined && !hasOption(file, call, row.only)) return false;
  if (row.beside?.every((path) => !callsBeside(file, call.id).some((c) => c.symbols.some((s) => s.text === path)))) return false;
  if (row.safeWith !== undefined && [row.safeWith].flat().some((place) => optionAt(file, call, place).certainty === "present")) return false;
  if (row.danger === "html" && (row.headers === undefined ? isNoMarkup(file, call.id) : !isMarkup(file, call, row.headers))) return false;
  if (row.danger === "redirect" && isLocation(file, call, row) && isCreated(file, call)) return false;
  // `redirect(url)` and `redirect(status, url)` have one row each.
  if (row.danger === "redirect" && row.arg === 0 && (call.args?.length ?? 1) > 1) return typeof file.get(flow).constant(call.args?.[0] as ValueId) !== "number";
  return true;
}

/** The header that a redirect is made of; it stands in other answers too. */
function isLocation(file: FileView, call: Call, row: SinkRow): boolean {
  const callee = file.facts.values[call.target] as Value;
  return row.when !== undefined || row.path?.toLowerCase() === "location" || (callee.kind === "member" && callee.name === "location");
}

function hasOption(file: FileView, call: Call, { place, values }: NonNullable<SinkRow["only"]>): boolean {
  const option = optionAt(file, call, place);
  if (values === "on") return option.certainty === "present" && option.values.some((v) => file.get(flow).constant(v) !== false);
  return option.values.some((value) => file.get(flow).symbols(value).some((s) => values.includes(s.text)));
}

/** How a place takes what it is given. */
interface How {
  /** It refuses what leads upwards, as it is written there. */
  readonly refusesUp?: boolean;
  /** It takes nothing but texts: a body given to it is one. */
  readonly isText?: boolean;
  /** Only an object does harm there, with all that it has: a single value is shown, and what the route names is known. */
  readonly isWhole?: boolean;
}

/** Of a query that is an object (`{ text, values }`), what is text. */
const NOT_BOUND = allBut(["values", "args", "params", "parameters", "bindings", "bind", "replacements"]);

function harmful(file: FileView, danger: Danger, value: ValueId, { refusesUp = false, isText = false, isWhole = false }: How): readonly Origin[] {
  const isRefused = refusesUp && file.get(flow).sources(value).every((s) => ["template", "binary"].includes((file.facts.values[s] as Value).kind));
  const found = file.get(taint).resolved(value, danger === "sql" ? NOT_BOUND : []).filter((o) => o.from.kind !== "source" || (!isHarmless(o.safeFor, danger) && !(isRefused && o.safeFor.includes("rooted")) && (countsFor(danger, o.from, isText || o.taken !== null) || (danger === "nosql" && isParsed(file, value)))));
  const harming = isWhole ? found.filter((o) => o.from.kind !== "source" || (o.from.path.length === 0 && o.taken === null && o.from.what !== "param")) : found;
  const origins = harming.flatMap((o) => (o.from.kind === "source" && o.from.what !== "error" && o.from.what !== "secret" ? onItsRoute(file, o, o.from.what) : [o]));
  if (danger === "key" && origins.length > 0 && (isExtended(file, value) || isCopied(file, value, origins))) return [];
  if (origins.length === 0 || (danger !== "url" && danger !== "redirect")) return origins;
  return isHostKnown(file, danger, value) ? [] : origins;
}

/** `"user:" + name` is the name of nothing that every object has. */
function isExtended(file: FileView, value: ValueId): boolean {
  return textsOf(file, value, "seen through names").every((text) => text.some((piece) => piece.text !== null && piece.text.trim() !== ""));
}

/** What something on the way to the handler has accepted is harmless: a schema of the route, a pipe for a class. */
function onItsRoute(file: FileView, origin: Origin, what: OutsideKind): readonly Origin[] {
  const served = file.get(context).functionsAround(origin.at).flatMap((fn) => file.get(entriesOf)(fn));
  if (served.length === 0) return [origin];
  if (decoratedParameter(file, origin.at) === "accepted") return [];
  // Where the application is made another file says.
  if (!file.isProgram && isOfNumber(file, origin.at)) return [{ ...origin, doubt: origin.doubt ?? "whether a validation pipe makes a number of it is decided where the application is made" }];
  const accepted = served.map((entry) => routeAccepts(file, entry, what, origin.at));
  return accepted.every((a) => a === "yes") ? [] : [origin];
}

/** What an uploaded file holds. What is read of that, as the entries of an archive, its sender has named. */
const CONTENTS = ["data", "buffer"];

/** A path parameter is a text, and an uploaded file's place on the disk is the server's choice. */
function countsFor(danger: Danger, from: Origin["from"] & { kind: "source" }, isText: boolean): boolean {
  if (danger === "nosql") return from.what === "body" || from.what === "query" || from.what === "message" || from.what === "event";
  const last = from.path.at(-1) ?? "";
  if (from.what === "file") return ["originalname", "originalFilename", "name", "filename", "mimetype"].includes(last) || (danger !== "path" && CONTENTS.includes(last)) || from.path.slice(0, -1).some((step) => CONTENTS.includes(step));
  // What the platform knows of whoever asks.
  if (from.what === "param" && (from.path[0] === "requestContext" || from.path[0] === "stageVariables")) return false;
  if (danger === "html") return isText || from.path.length > 0 || from.what !== "body";
  return true;
}

/** `JSON.parse(text)`: whatever the text was, an object comes of it. */
function isParsed(file: FileView, value: ValueId): boolean {
  return file.get(flow).sources(value).some((s) => {
    const made = file.facts.values[s] as Value;
    return made.kind === "call" && file.get(flow).symbols(made.callee).some((n) => n.text === "global:JSON.parse");
  });
}

function isConstant(file: FileView, value: ValueId): boolean {
  return file.get(flow).constant(value) !== undefined;
}

/** A list or an object, which an answer writes as JSON. */
function isData(file: FileView, value: ValueId): boolean {
  const ends = endsOf(file, value, throughLists(file));
  return ends.length > 0 && ends.every(({ source }) => /^(?:array|object)$/.test((file.facts.values[source] as Value).kind));
}

const throughLists = (file: FileView): Into => (value) => {
  const callee = value.kind === "call" && value.form === undefined ? (file.facts.values[value.callee] as Value) : undefined;
  return callee?.kind === "member" && /^(?:filter|map|slice|concat|sort|reverse|toSorted|toReversed)$/.test(callee.name ?? "") ? [callee.object] : null;
};

function isList(file: FileView, object: ValueId): boolean {
  return file.get(flow).sources(object).every((s) => (file.facts.values[s] as Value).kind === "array");
}

/** `Object.create(null)`, or an object whose keys nobody inherits. */
function hasNoPrototype(file: FileView, object: ValueId): boolean {
  return file.get(flow).sources(object).every((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "call" && file.get(flow).symbols(value.callee).some((n) => n.text === "global:Object.create") && value.args[0] !== undefined && file.get(flow).constant(value.args[0]) === null;
  });
}

/** `bare[name]` of an object that inherits nothing: what somebody put there. */
function isPartOfBare(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "member" && value.key !== undefined && hasNoPrototype(file, value.object);
}

const known = new WeakMap<Catalog, ReadonlyMap<string, readonly Danger[]>>();

function assignedSinks(catalog: Catalog): ReadonlyMap<string, readonly Danger[]> {
  let found = known.get(catalog);
  if (!found) {
    const rows = catalog.libraries.flatMap((l) => l.sinks ?? []).flatMap((row) => (row.assigned ?? []).map((path) => [catalog.path(path).text, row.danger] as const));
    found = new Map([...new Set(rows.map(([path]) => path))].map((path) => [path, rows.filter(([p]) => p === path).map(([, danger]) => danger)]));
    known.set(catalog, found);
  }
  return found;
}

function assignedDangers(file: FileView, value: AssignValue, sinks: ReadonlyMap<string, readonly Danger[]>): readonly Danger[] {
  if (sinks.size === 0 || value.target === null || !("member" in value.target)) return [];
  return file.get(flow).symbols(value.target.member).flatMap((node) => sinks.get(node.text) ?? []).filter((danger) => danger !== "response");
}
