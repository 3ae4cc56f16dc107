import type { Value, ValueId } from "../core/facts.js";
import { ANY_VERSION } from "../core/facts.js";
import type { Edit, Fix, Span } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import type { CallBoundRow } from "../catalog/library.js";
import { type Call, callAt, callsWithin } from "../analyzers/calls.js";
import { isDispatched } from "../analyzers/call-bounds.js";
import { clientLacks } from "../analyzers/client-bounds.js";
import { context } from "../analyzers/context.js";
import type { Effect } from "../analyzers/effects.js";
import { flow } from "../analyzers/flow.js";
import { narrowed } from "../analyzers/narrowed.js";
import { eachOperand } from "../analyzers/operands.js";
import { addArgument, addProperty, hasComment, insert } from "./edit.js";
import { ownCall } from "./own-call.js";
import { pipelineName } from "./pipeline-name.js";
import { inStyle } from "./style.js";

/** What gives no promise of one result: a stream, a cursor, a subscription. Its end is not the call's. */
const NO_RESULT = /^(?:stream|iterate|cursor|subscribe|listen|watch|on|once|pipe|createReadStream|createWriteStream|queryStream|scanIterator|connect|end|close|quit|release)$/i;
/** Clients whose own methods do the work. What others give (`db.collection()`, a repository) does it past a wrapped client. */
const WORKS_ITSELF = new Set(["pg", "ioredis", "redis", "mysql", "mariadb", "bullmq"]);
const TYPED = /\.[cm]?tsx?$/;
const GLOBAL_OBJECTS = new Set(["globalThis", "global", "self", "window"]);

/** `fetch(url)` as `http.fetch(url)`: the same call under the caller's deadline. Only where `fetch` stands by its own name. */
export function fetchThroughPipeline(file: FileView, call: Call): Fix | null {
  const callee = file.facts.values[call.value.callee] as Value;
  const object = callee.kind === "member" ? (file.facts.values[callee.object] as Value) : undefined;
  const isFetch = (callee.kind === "global" && callee.name === "fetch") || (callee.kind === "member" && callee.name === "fetch" && object?.kind === "global" && GLOBAL_OBJECTS.has(object.name));
  // A body that flows on into a pipe outlives the call, and wants `{ body: "stream" }`: a human sees that.
  if (!isFetch || call.value.form !== undefined || call.value.optional || !isWaitedFor(file, call.id) || isDispatched(file, call.id)) return null;
  const { start, end } = file.span({ value: call.value.callee });
  if (hasComment(file.text, start, end)) return null;
  const name = isStreamed(file, call.id) ? null : pipelineName(file, "http", call.id);
  if (name === null) return null;
  return { tier: "review", title: `Fetch through the pipeline: \`${name.text}.fetch\``, edits: [...name.edits, { ...file.span({ value: call.value.callee }), text: `${name.text}.fetch` }] };
}

/** The fix that takes a raw effect onto the pipeline: the same one whichever rule asks for it. */
export function throughPipeline(own: Own, effect: Effect, among: readonly Effect[]): Fix | null {
  const { file } = own;
  const found = ownEffect(own, effect);
  if (found === null) return null;
  const all = among.flatMap((e) => ownEffect(own, e) ?? []);
  const { call, library, whole, row } = transactionAround(file, found, all);
  const bounds = call.symbols.flatMap((s) => s.rows("callBounds"))[0]?.row;
  return fetchThroughPipeline(file, call) ?? instanceWrapped(file, call) ?? clientPorted(file, call, all) ?? dispatched(file, call, bounds, library, { whole, isQuery: row.effect === "database", isBuilder: row.shape === "builder" });
}

function ownEffect(own: Own, effect: Effect): Effect | null {
  const call = own.value(effect.call.id) === null ? null : ownCall(own, effect.call);
  const whole = own.value(effect.whole);
  return call === null || whole === null ? null : { ...effect, call, whole };
}

/** A transaction is dispatched as a whole. */
function transactionAround(file: FileView, effect: Effect, all: readonly Effect[]): Effect {
  const where = file.get(context);
  let found = effect;
  for (const fn of where.functionsAround(effect.call.id)) {
    const self = where.valueOf(fn);
    const call = self === null ? null : where.parent(self);
    const outer = all.find((e) => e.call.id === call);
    if (outer && outer.call.value.callee !== self && outer.call.symbols.some((s) => s.rows("callbacks").some(({ row }) => row.errors === "reject"))) found = outer;
  }
  return found;
}

/** From so many calls on, one wrap where the client is made is less of a change than one at each call. */
const MANY_CALLS = 10;

/** `port` around the client, where it is made in this file: if it has no bound yet, or many calls. */
function clientPorted(file: FileView, call: Call, all: readonly Effect[]): Fix | null {
  const made = creationOf(file, call.target, 0);
  const creation = made === null ? undefined : file.get(callAt)(made);
  const rows = creation?.symbols.flatMap((s) => s.rows("clientBounds")) ?? [];
  if (!creation || rows.length === 0) return null;
  const isWanting = clientLacks(file, creation, rows.map((r) => r.row))?.state === "lacks" || all.filter((e) => creationOf(file, e.call.target, 0) === made).length >= MANY_CALLS;
  return isWanting ? ported(file, creation, rows[0]?.library.name ?? "") : null;
}

/** The call that made what a call goes through, also by way of a connection of it. */
function creationOf(file: FileView, callee: ValueId, depth: number): ValueId | null {
  const value = file.facts.values[callee] as Value;
  if (value.kind !== "member" || depth > 4) return null;
  for (const source of file.get(flow).sources(value.object)) {
    const made = file.facts.values[source] as Value;
    if (made.kind !== "call") continue;
    const further = made.form === undefined ? creationOf(file, made.callee, depth + 1) : null;
    if (further !== null) return further;
    if (file.get(flow).symbols(made.callee).some((s) => s.rows("clientBounds").length > 0)) return source;
  }
  return null;
}

/**
 * `pool.query(…)` as `dispatch("pg.query", () => pool.query(…))`; a call that takes a signal gets the dispatch's. A
 * builder's chain, of which the call is the beginning, is wrapped as a whole.
 */
export function dispatched(file: FileView, call: Call, row: CallBoundRow | undefined, library: string, { whole = call.id, isQuery = false, isBuilder = false, called = "" } = {}): Fix | null {
  const method = methodOf(file, call, isQuery);
  if (method === null || NO_RESULT.test(method.split(".").at(-1) ?? "") || (library === "fetch" && isStreamed(file, call.id)) || call.value.form === "new" || call.args === null || call.target !== call.value.callee) return null;
  if (!isWaitedFor(file, whole, !isBuilder) || isDispatched(file, whole) || !mayMove(file, whole)) return null;
  const name = pipelineName(file, "dispatch", call.id);
  if (name === null) return null;
  const op = called === "" ? `${library.replace(/^node:/, "")}.${method}` : called;
  const { start, end } = file.span({ value: whole });
  const signal = row === undefined ? null : signalInto(file, call, row);
  const head = `${name.text}(${inStyle(file, op)}, ${signal === null ? "()" : "({ signal })"} => `;
  return { tier: "review", title: `Dispatch it: \`${name.text}(${JSON.stringify(op)}, …)\``, edits: [...name.edits, insert(start, head), ...(signal ?? []), insert(end, ")")] };
}

/** The instance of axios that a call goes through, where it is made in this file. */
function instanceWrapped(file: FileView, call: Call): Fix | null {
  const made = instanceOf(file, call);
  return made === null ? null : axiosThroughPipeline(file, file.span({ value: made }));
}

function instanceOf(file: FileView, { target }: Call): ValueId | null {
  const callee = file.facts.values[target] as Value;
  const [made, ...others] = file.get(flow).sources(callee.kind === "member" ? callee.object : target).filter((s) => file.facts.values[s]?.kind === "call");
  return made === undefined || others.length > 0 || !isInstance(file.get(callAt)(made)) ? null : made;
}

const isInstance = (call: Call | undefined): boolean => call?.symbols.some((s) => s.text === "axios:create" || s.text === "axios:create().create") === true;

/** Where in another file of the program the client of a call is made. */
export function clientElsewhere(file: FileView, { call }: Effect): ValueId | null {
  const made = instanceOf(file, call) ?? creationOf(file, call.target, 0);
  return made === null || file.homeOf({ value: made }).path === file.homeOf({ value: call.id }).path ? null : made;
}

/** The client that is made at a place, wrapped so that all of its calls are dispatched, whichever file they are in. */
export function clientThroughPipeline(file: FileView, span: Span): Fix | null {
  const creation = callOf(file, span);
  const library = creation?.symbols.flatMap((s) => s.rows("clientBounds"))[0]?.library.name;
  return axiosThroughPipeline(file, span) ?? (creation === undefined || library === undefined ? null : ported(file, creation, library));
}

const callOf = (file: FileView, span: Span): Call | undefined => callsWithin(file, span).find(({ id }) => file.span({ value: id }).start === span.start && file.span({ value: id }).end === span.end);

/** `axios.create(…)` as `http.axios(axios.create(…))`: the same instance, whose requests are all dispatched. */
export function axiosThroughPipeline(file: FileView, span: Span): Fix | null {
  const creation = callOf(file, span);
  if (creation === undefined || creation.target !== creation.value.callee || !isInstance(creation) || !isKept(file, creation.id)) return null;
  const name = pipelineName(file, "http", creation.id);
  if (name === null) return null;
  return { tier: "review", title: `Wrap the instance: \`${name.text}.axios(…)\``, edits: [...name.edits, insert(span.start, `${name.text}.axios(`), insert(span.end, ")")] };
}

/** `new Pool(…)` as `port("pg", new Pool(…))`: every call of the client is then dispatched, without a change where it is made. */
export function ported(file: FileView, call: Call, library: string): Fix | null {
  if (!WORKS_ITSELF.has(library)) return null;
  if (!isKept(file, call.id)) return null;
  const name = pipelineName(file, "port", call.id);
  if (name === null) return null;
  const { start, end } = file.span({ value: call.id });
  return { tier: "review", title: `Wrap the client: \`${name.text}(${JSON.stringify(library)}, …)\``, edits: [...name.edits, insert(start, `${name.text}(${inStyle(file, library)}, `), insert(end, ")")] };
}

/** Given to a name, a field or a caller: what is around it sees the same type. */
function isKept(file: FileView, id: ValueId): boolean {
  const where = file.get(context);
  const parent = where.parent(id);
  const statement = where.statement(id);
  if (parent !== null) return file.facts.values[parent]?.kind === "assign";
  return statement?.kind === "define" || statement?.kind === "return" || file.facts.exports.some((e) => e.value === id) || file.facts.classes.some((cls) => cls.members.some((m) => m.value === id));
}

/**
 * Awaited here, one of those that `Promise.all` waits for, or returned by a function that is itself asynchronous or says that
 * it gives a `Promise`: then a promise is all that anybody sees. So it is where `then` is called on it, if that is waited for.
 * `isPromise`: it is one, and no thenable of the driver's own, which passes for promises of more types than it gives. `isItself`:
 * what it gives is what is awaited or returned.
 */
function isWaitedFor(file: FileView, id: ValueId, isPromise = true, isItself = true): boolean {
  const where = file.get(context);
  const parent = where.parent(id);
  if (parent !== null) {
    const value = file.facts.values[parent] as Value;
    if (value.kind === "member" && value.name !== null && CHAINS.has(value.name)) {
      const chained = where.parent(parent);
      const call = chained === null ? undefined : file.facts.values[chained];
      return chained !== null && call?.kind === "call" && call.callee === parent && isWaitedFor(file, chained, true, isItself && value.name !== "then");
    }
    return value.kind === "await" || (value.kind === "array" && isGivenToAll(file, parent));
  }
  const fn = file.facts.functions[file.facts.owner[id] as number];
  const said = fn?.returnType?.t === "name" && fn.returnType.name === "Promise" ? fn.returnType : undefined;
  // What gives the number of its rows may be called `Promise<void>`, as long as it is a thenable of the driver's own.
  const [of] = said?.args ?? [];
  return where.statement(id)?.kind === "return" && (fn?.async === true || (said !== undefined && isPromise)) && !(isItself && of?.t === "keyword" && of.name === "void");
}

const CHAINS = new Set(["then", "catch", "finally"]);

function isGivenToAll(file: FileView, list: ValueId): boolean {
  const parent = file.get(context).parent(list);
  const call = parent === null ? undefined : file.facts.values[parent];
  return call?.kind === "call" && call.args[0] === list && file.get(flow).symbols(call.callee).some((s) => s.text === "global:Promise.all" || s.text === "global:Promise.allSettled");
}

/** May the call stand in a function of its own? Not with an `await` in its arguments, nor with what is written again or was tested before: its type would be forgotten. */
export function mayMove(file: FileView, id: ValueId, from = file.span({ value: id }).start): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "await" || value.kind === "yield" || value.kind === "super") return false;
  if (value.kind === "var" && (value.version === ANY_VERSION || (file.facts.bindings[value.binding]?.versions.length ?? 0) > 1)) return false;
  if (value.kind === "global" && value.name === "arguments") return false;
  if (value.kind === "member" && TYPED.test(file.path) && file.get(narrowed)(id, from)) return false;
  let may = true;
  eachOperand(value, (operand) => {
    may &&= mayMove(file, operand, from);
  });
  return may;
}

/** The dispatch's signal as an option, where the call takes one and its options stand here. */
function signalInto(file: FileView, call: Call, row: CallBoundRow): readonly Edit[] | null {
  const { signal } = row;
  if (!signal || typeof signal.arg !== "number" || signal.path !== "signal" || call.args === null) return null;
  if (file.facts.bindings.some((b) => b.name === "signal")) return null;
  const arg = call.args[signal.arg];
  if (arg === undefined) return call.args.length === signal.arg ? addArgument(file, call.id, "{ signal }") : null;
  const value = file.facts.values[arg] as Value;
  return value.kind === "object" && !value.props.some((p) => p.name === "signal" || p.form === "spread") ? addProperty(file, arg, "signal") : null;
}

/** Does anybody take the body of the response as a stream? */
function isStreamed(file: FileView, id: ValueId): boolean {
  const { sources } = file.get(flow);
  return file.facts.values.some((value) => value.kind === "member" && value.name === "body" && sources(value.object).includes(id));
}

/** What a call is called in the policy table; a client that is itself called makes a request. */
function methodOf(file: FileView, call: Call, isQuery: boolean): string | null {
  const value = file.facts.values[call.value.callee] as Value;
  if (value.kind === "member") {
    // `user.findMany` of a client of many models.
    const path = call.symbols.map((s) => /(?:^|[:)]\.?)((?:[\w$]+\.)*[\w$]+)$/.exec(s.text)?.[1]).find((p) => p !== undefined && p.split(".").at(-1) === value.name);
    return path?.replace(/^promises\./, "") ?? value.name;
  }
  if (value.kind === "var" && file.facts.bindings[value.binding]?.from !== undefined) return call.symbols.map((s) => /:([\w$]+)$/.exec(s.text)?.[1]).find((n) => n !== undefined) ?? "request";
  return isQuery ? "query" : "request";
}
