import type { BindingId, ClassId, FnId, MemberValue, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Entry } from "./entries.js";
import { context } from "./context.js";
import { localClass } from "./error-classes.js";
import { type ErrorHandler, errorHandlers } from "./error-handlers.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import { eachStatement } from "./links.js";
import { occurrences } from "./occurrences.js";
import { nameOf } from "./reports.js";
import { sitesOf } from "./sites.js";
import { WrittenTypes } from "./written-types.js";

/** Which errors the error handlers of a server answer for by their class. */
export interface Answered {
  /** Those that this entry throws? */
  by(entry: Entry, lineage: readonly ClassId[]): boolean;
  /** An error that is given these fields by hand, as this entry throws it? */
  with(entry: Entry, fields: readonly string[]): boolean;
  /** By any of them: where errors of this class come out in another module's code, they are known in the whole project. */
  somewhere(lineage: readonly ClassId[]): boolean;
}

/**
 * Does the error handler of a server answer for a class, because it asks for that one: `instanceof Declined`, or a guard
 * that says so, or because it answers with a status that this class has? What it makes of all other errors is no answer to any. Which of two applications an entry belongs to is not told.
 */
export const answered: Answer<Answered> = {
  name: "answered by class",
  of(file) {
    let asked: ReadonlyMap<string, Asked> | undefined;
    const all = (): ReadonlyMap<string, Asked> => (asked ??= askedIn(file));
    const knows = (of: Asked | undefined, lineage: readonly ClassId[]): boolean =>
      of !== undefined && lineage.some((cls) => of.classes.has(cls) || implemented(file, cls).some((name) => of.interfaces.has(name)));
    return {
      by: (entry, lineage) => mayBeAnswered(entry) && [entry.framework, ANY].some((name) => knows(all().get(name), lineage) || lineage.some((cls) => hasField(file, cls, all().get(name)?.fields ?? NO_FIELDS))),
      with: (entry, fields) => mayBeAnswered(entry) && [entry.framework, ANY].some((name) => fields.some((field) => all().get(name)?.fields.has(field) === true)),
      somewhere: (lineage) => [...all().values()].some((of) => knows(of, lineage)),
    };
  },
};

/** Is there an error handler for entries of this kind? Nest's are filters, and what a clock or a queue starts has none. */
export const mayBeAnswered = ({ by, kind }: Entry): boolean => (by === "call" && (kind === "http" || kind === "rpc")) || kind === "graphql";

interface Asked {
  readonly classes: Set<ClassId>;
  /** By name: a class says that it has what a guard asks for. */
  readonly interfaces: Set<string>;
  /** What handlers read of an error to answer with it: said of their entries alone, for any error may have it. */
  readonly fields: Set<string>;
}

interface Test {
  readonly with: ValueId;
  /** Is it a kind that a class has, or the class? */
  readonly isKind: boolean;
}

const ANY = "";
/** The handler's own helpers, and theirs. */
const DEEPEST = 2;
const DEEPEST_READ = 4;

function askedIn(file: FileView): ReadonlyMap<string, Asked> {
  const found = new Map<string, Asked>();
  const registered = [...file.get(errorHandlers).values()].filter((h) => !h.params.some((p) => p?.startsWith("@nestjs/") === true));
  const handlers = [...registered.map((h) => ({ fn: h.fn, framework: frameworkOf(h), param: h.errors.find(({ path }) => path === "")?.param ?? null })), ...around(file).map((h) => ({ ...h, param: null }))];
  if (handlers.length === 0) return found;
  const tests = testsByFunction(file);
  const types = new WrittenTypes(file.facts);
  for (const handler of handlers) {
    let of = found.get(handler.framework);
    if (!of) found.set(handler.framework, (of = { classes: new Set(), interfaces: new Set(), fields: new Set() }));
    for (const name of errorsOf(file, handler).flatMap((binding) => statusesOf(file, binding))) of.fields.add(name);
    for (const fn of functionsOf(file, handler.fn)) {
      for (const test of tests.get(fn) ?? []) {
        const cls = test.isKind ? kindOf(file, test.with) : localClass(file, test.with);
        if (cls !== null) of.classes.add(cls);
      }
      const guard = file.facts.functions[fn]?.returnType;
      if (guard?.t === "guard" && guard.type !== undefined) addType(types, guard.type, of);
    }
  }
  return found;
}

const STATUS = /^(?:http|response)?_?status(?:_?code)?$|^http_?code$|^(?:expose|is_?operational|is_?public)$/i;
/** A driver's error has one too, and means something else: a status is what is answered with. */
const CODE = /^(?:error)?_?code$/i;
const ANSWERS = /^(?:status|code|sendStatus|writeHead|setStatus)$/;

/**
 * `res.status(err.statusCode || 500)`, `if (err.expose)`: what the handler tells errors apart by. A class whose errors have
 * it says what they are answered with; what else comes gets what all others get.
 */
function statusesOf(file: FileView, binding: BindingId): readonly string[] {
  const at = file.get(occurrences);
  const membersOf = (id: ValueId): readonly ValueId[] =>
    at.users(id).flatMap((user) => {
      const value = file.facts.values[user] as Value;
      return value.kind === "cast" ? membersOf(user) : value.kind === "member" && value.object === id ? [user] : [];
    });
  return at.reads(binding).flatMap(membersOf).flatMap((member) => {
    const { name } = file.facts.values[member] as MemberValue;
    return name !== null && (STATUS.test(name) || (CODE.test(name) && isAnsweredWith(file, member, 0))) ? [name] : [];
  });
}

/** The names of the error that a handler is given, or that it catches. */
function errorsOf(file: FileView, { fn, param }: { readonly fn: FnId; readonly param: number | null }): readonly BindingId[] {
  const handler = file.facts.functions[fn];
  if (param !== null) return [handler?.params[param]?.binding ?? []].flat();
  const caught: BindingId[] = [];
  eachStatement(handler?.body ?? [], (s) => s.kind === "try" && s.handler != null && caught.push(...s.handler.bindings));
  return caught;
}

/** `res.status(err.code || 500)` */
function isAnsweredWith(file: FileView, id: ValueId, depth: number): boolean {
  if (depth > DEEPEST_READ) return false;
  return file.get(occurrences).users(id).some((user) => {
    const value = file.facts.values[user] as Value;
    if (value.kind === "call") return value.args.includes(id) && ANSWERS.test(nameOf(file, value.callee));
    return (value.kind === "logical" || value.kind === "choice" || value.kind === "cast" || value.kind === "default") && isAnsweredWith(file, user, depth + 1);
  });
}

const NO_FIELDS: ReadonlySet<string> = new Set();

/** A field, a getter, a parameter of the constructor that is a field, or what the constructor writes. */
function hasField(file: FileView, cls: ClassId, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  const { facts } = file;
  const members = facts.classes[cls]?.members ?? [];
  if (members.some((m) => (m.kind === "field" || m.kind === "getter") && m.name !== null && names.has(m.name))) return true;
  const made = members.flatMap((m) => (m.kind === "constructor" && m.fn !== null ? [m.fn] : []));
  const isParam = made.flatMap((fn) => facts.functions[fn]?.params ?? []).some((p) => p.property === true && p.binding !== null && names.has(facts.bindings[p.binding]?.name ?? ""));
  return isParam || made.some((fn) => file.get(ownWrites)(fn).some((name) => names.has(name)));
}

/** The names of what a function writes on `this`. */
const ownWrites: Answer<(fn: FnId) => readonly string[]> = {
  name: "own writes",
  of({ facts }) {
    const found = new Map<FnId, string[]>();
    facts.values.forEach((value, id) => {
      if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return;
      const member = facts.values[value.target.member];
      if (member?.kind === "member" && member.name !== null && facts.values[member.object]?.kind === "this") listAt(found, facts.owner[id] as FnId).push(member.name);
    });
    return (fn) => found.get(fn) ?? [];
  },
};

const frameworkOf = ({ framework, params }: ErrorHandler): string => framework ?? params.find((p) => p !== null)?.replace(/:.*$/s, "") ?? ANY;

/**
 * Koa has no error handlers: the middleware that catches what those after it throw is one. Its `next()` alone gives a
 * promise that rejects with it, so nothing more is asked of such a function.
 */
function around(file: FileView): readonly { readonly fn: FnId; readonly framework: string }[] {
  return file.facts.functions.flatMap(({ params }, fn) => {
    if (asksResult(file, fn)) return [{ fn, framework: "trpc" }];
    const next = params[1]?.binding ?? null;
    if (next === null || params.length !== 2) return [];
    const catches = file.get(callsOf)(fn).some(({ id, target }) => {
      const called = file.facts.values[target];
      return called?.kind === "var" && called.binding === next && (isTried(file, id) || isChained(file, id));
    });
    return catches ? [{ fn, framework: "koa" }] : [];
  });
}

/** tRPC's middleware gets what those behind it throw as a result: `const result = await next(); if (!result.ok && result.error.cause instanceof Declined) …`. */
function asksResult(file: FileView, fn: FnId): boolean {
  const { facts } = file;
  if (facts.functions[fn]?.params.length !== 1) return false;
  const isGiven = sitesOf(facts).ofFunction(fn).some(({ call, arg, path }) => {
    const value = facts.values[call];
    return value?.kind === "call" && arg === 0 && path.length === 0 && file.get(flow).symbols(value.callee).some((node) => node.rows("middleware").some(({ row }) => row.framework === "trpc" && row.role === "before"));
  });
  return isGiven && file.get(callsOf)(fn).some(({ id, target }) => nameOf(file, target) === "next" && readsError(file, id, 0));
}

/** The call, awaited, its name, and what is read of it. */
function readsError(file: FileView, id: ValueId, depth: number): boolean {
  if (depth > DEEPEST_READ) return false;
  const at = file.get(occurrences);
  const held = at.holders(id).flatMap(({ binding }) => at.reads(binding));
  return [...at.users(id), ...held].some((user) => {
    const value = file.facts.values[user] as Value;
    if (value.kind === "member") return value.name === "error" || value.name === "ok";
    return (value.kind === "await" || value.kind === "var" || value.kind === "cast") && readsError(file, user, depth + 1);
  });
}

const isTried = (file: FileView, id: ValueId): boolean =>
  file.get(context).enclosing(id).some(({ statement, part }) => statement.kind === "try" && part === "body" && statement.handler !== null);

/** `next().catch(…)` */
function isChained(file: FileView, id: ValueId): boolean {
  const parent = file.get(context).parent(id);
  const member = parent === null ? undefined : file.facts.values[parent];
  return member?.kind === "member" && member.object === id && (member.name === "catch" || member.name === "then");
}

function addType(types: WrittenTypes, type: TypeExpr, to: Asked): void {
  const cls = types.classOf(type);
  if (cls !== null) to.classes.add(cls);
  else if (type.t === "name" && type.binding !== undefined) to.interfaces.add(type.name);
}

/** The functions written into a handler, and those that it and they call. */
function functionsOf(file: FileView, handler: FnId): ReadonlySet<FnId> {
  const found = new Set<FnId>([handler]);
  let last: readonly FnId[] = [handler];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const next = last.flatMap((fn) => file.get(callsOf)(fn)).flatMap((call) => [...file.get(flow).functions(call.target), ...call.value.args.flatMap((arg) => writtenAt(file, arg))]);
    last = [...new Set(next)].filter((fn) => !found.has(fn));
    for (const fn of last) found.add(fn);
  }
  return found;
}

function writtenAt(file: FileView, id: ValueId): readonly FnId[] {
  const value = file.facts.values[id] as Value;
  return value.kind === "function" ? [value.fn] : [];
}

/** What is compared with what, by function: of which class that is, is worked out for those that answer alone. */
function testsByFunction({ facts }: FileView): ReadonlyMap<FnId, readonly Test[]> {
  const { values, owner, functions } = facts;
  const found = new Map<FnId, Test[]>();
  values.forEach((value, id) => {
    if (value.kind !== "binary") return;
    if (value.op === "instanceof") listAt(found, owner[id] as FnId).push({ with: value.right, isKind: false });
    if (value.op === "===" || value.op === "==") for (const side of [value.left, value.right]) if (values[side]?.kind === "member") listAt(found, owner[id] as FnId).push({ with: side, isKind: true });
  });
  functions.forEach(({ body }, fn) => eachStatement(body, (s) => s.kind === "switch" && s.cases.forEach(({ test }) => test !== null && listAt(found, fn).push({ with: test, isKind: true }))));
  return found;
}

/** `DomainError.Types.NOT_FOUND`: the class that says of itself which kinds of it there are. Who compares with one of them asks for that class. */
function kindOf(file: FileView, id: ValueId): ClassId | null {
  const { values } = file.facts;
  let at = values[id] as Value;
  for (let depth = 0; at.kind === "member" && at.name !== null && depth < DEEPEST_READ; depth++) {
    const of = values[at.object] as Value;
    if (of.kind === "var") return localClass(file, at.object);
    at = of;
  }
  return null;
}

function implemented(file: FileView, cls: ClassId): readonly string[] {
  return (file.facts.classes[cls]?.implements ?? []).flatMap((type) => (type.t === "name" ? [type.name] : []));
}
