import type { Catalog } from "../catalog/catalog.js";
import type { SourceRow } from "../catalog/library.js";
import type { FnId, MemberValue, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { isBelieved } from "./believed.js";
import { type Call, callsThatMayHave } from "./calls.js";
import { entries } from "./entries.js";
import { filledParameters } from "./filled-parameters.js";
import { flow } from "./flow.js";
import { inPieces } from "./pieces.js";

export type OutsideKind = SourceRow["what"];

/** Is a value, as it stands, data from outside: a part of a request, a message, an event? */
export const outside: Answer<(value: ValueId) => OutsideKind | null> = {
  name: "outside",
  of(file) {
    const rows = rowsOf(file.settings.catalog as Catalog);
    const served = servedBy(file);
    const answers = file.get(flow);
    const { facts } = file;
    const readers = new Set(callsThatMayHave(file, ["sources"]).map((call) => call.id));
    const mayBePart = ({ name, key }: MemberValue): boolean => name === null || key !== undefined || rows.parts.has(name);
    return (id) => {
      const value = facts.values[id] as Value;
      const whole = inPieces(file, id);
      if (whole !== null && isReadInPieces(file, whole, rows, served)) return "body";
      if (value.kind === "call") {
        const callee = facts.values[value.callee] as Value;
        if (!readers.has(id) && !(callee.kind === "member" && mayBePart(callee))) return null;
        for (const node of answers.symbols(value.callee)) for (const { row } of node.rows("sources")) if ("calls" in row.from) return row.what;
      } else if (value.kind === "param") {
        const decorated = ofDecorators(file, value.fn, value.index, "");
        if (decorated !== null) return decorated;
        const filled = file.get(filledParameters).get(value.fn);
        if (filled?.index === value.index) return filled.what;
        // What its callers in this file give it is a source where they read it.
        if (answers.sources(id).some((s) => s !== id)) return null;
      } else if (value.kind !== "member" || !mayBePart(value)) return null;
      // Another name for what stands elsewhere: a source there.
      if (value.kind !== "param" && !answers.sources(id).includes(id)) return null;
      if (isMadeHere(file, id)) return null;
      for (const node of answers.symbols(id)) {
        const what = rows.bySymbol.get(node.text);
        if (what !== undefined) return what;
      }
      const from = fromParameter(file, id);
      if (from === null) return null;
      // `@Req() req: any`: the framework's request, whatever its type says of it.
      const part = from.fn === null || from.path === "" ? null : ofDecorators(file, from.fn, from.index, from.path);
      if (part !== null) return part;
      for (const { framework, params, call } of from.fn === null ? (from.of ?? EXPRESS) : (served.get(from.fn) ?? shapedLike(file, from.fn, from.path))) {
        const key = `${framework} ${from.index} ${from.path}`;
        const what = rows.byParameter.get(key);
        const parser = rows.parsedBy.get(key);
        if (parser !== undefined && (call == null || !isBelieved(file, call, parser))) continue;
        // A framework's object that the row knows is no data: the socket of a connection.
        if (what !== undefined && (from.path !== "" || params[from.index] == null)) return what;
      }
      return null;
    };
  },
};

/** Does anything come in from outside in this file? */
export const hasOutside: Answer<boolean> = { name: "has outside", of: (file) => file.facts.values.some((_, id) => file.get(outside)(id) !== null) };

interface Rows {
  /** `express:Request().body` */
  readonly bySymbol: ReadonlyMap<string, OutsideKind>;
  /** The last names of all these paths: no other part is a source. */
  readonly parts: ReadonlySet<string>;
  /** `lambda 0 body`: where a framework's parameter has no symbol of its own. */
  readonly byParameter: ReadonlyMap<string, OutsideKind>;
  /** Of those of a parameter that something parses first: what gives it its parser. */
  readonly parsedBy: ReadonlyMap<string, string>;
  /** `koa:Context().req`, `koa 0 req`: what is a body only as it is read in pieces. */
  readonly inPieces: ReadonlySet<string>;
}

const known = new WeakMap<Catalog, Rows>();

function rowsOf(catalog: Catalog): Rows {
  let rows = known.get(catalog);
  if (!rows) known.set(catalog, (rows = collect(catalog)));
  return rows;
}

function collect(catalog: Catalog): Rows {
  const bySymbol = new Map<string, OutsideKind>();
  const byParameter = new Map<string, OutsideKind>();
  const handlers = catalog.libraries.flatMap((l) => l.entries ?? []);
  const given = [...handlers, ...catalog.libraries.flatMap((l) => l.middleware ?? [])];
  const inPieces = new Set<string>();
  const ofDecorated = new Set<string>();
  const parsed = new Map<string, string>();
  for (const { from, what, pieces, parsedBy } of catalog.libraries.flatMap((l) => l.sources ?? [])) {
    if ("values" in from) for (const path of from.values) bySymbol.set(catalog.path(path).text, what);
    if (!("framework" in from)) continue;
    if (pieces === true) {
      inPieces.add(`${from.framework} ${from.param} ${from.path}`);
      for (const { framework, params } of given) {
        const param = framework === from.framework ? params?.[from.param] : null;
        if (param) inPieces.add(catalog.path(from.path === "" ? param : `${param}.${from.path}`).text);
      }
      continue;
    }
    byParameter.set(`${from.framework} ${from.param} ${from.path}`, what);
    if (parsedBy !== undefined) parsed.set(`${from.framework} ${from.param} ${from.path}`, parsedBy);
    // What middleware is given as a whole is the framework's own: the socket, not a message that comes by it.
    for (const { framework, params } of from.path === "" ? handlers : given) {
      const param = framework === from.framework ? params?.[from.param] : null;
      if (param) bySymbol.set(catalog.path(from.path === "" ? param : `${param}.${from.path}`).text, what);
    }
  }
  for (const { from } of catalog.libraries.flatMap((l) => l.sources ?? [])) if ("decorators" in from && from.path !== undefined) ofDecorated.add(from.path);
  const parts = new Set([...bySymbol.keys(), ...byParameter.keys(), ...ofDecorated].map((path) => /([^. :()]*)(?:\(\))*$/.exec(path)?.[1] ?? ""));
  return { bySymbol, byParameter, parsedBy: parsed, inPieces, parts };
}

/** Is it a request whose body comes in pieces? What answers a request of this code's own has the same class, and another name. */
function isReadInPieces(file: FileView, id: ValueId, { inPieces }: Rows, served: ReadonlyMap<FnId, readonly Served[]>): boolean {
  const from = fromParameter(file, id);
  if (from !== null && (from.fn === null ? (from.of ?? EXPRESS) : (served.get(from.fn) ?? shapedLike(file, from.fn, from.path))).some(({ framework }) => inPieces.has(`${framework} ${from.index} ${from.path}`))) return true;
  return file.get(flow).symbols(id).some(({ text }) => inPieces.has(text)) && (from === null || from.path !== "" || from.fn === null || REQUEST.test(nameAt(file, from.fn, from.index)));
}

const nameAt = (file: FileView, fn: FnId, index: number): string => file.facts.bindings[file.facts.functions[fn]?.params[index]?.binding ?? -1]?.name ?? "";

interface Served {
  readonly framework: string;
  readonly params: readonly (string | null)[];
  /** The call that registers it. */
  readonly call?: Call | null;
}

/** The frameworks that call a function. */
function servedBy(file: FileView): ReadonlyMap<FnId, readonly Served[]> {
  const found = new Map<FnId, Served[]>();
  for (const { framework, functions, row, call } of file.get(entries)) {
    for (const fn of functions) {
      const list = found.get(fn);
      const served = { framework, params: row.params ?? [], call };
      if (list) list.push(served);
      else found.set(fn, [served]);
    }
  }
  return found;
}

/**
 * `(req, res)` of a function that another file registers: names, but names that nobody gives to anything else side by
 * side. A declared type that is no request says that it is something else.
 */
function shapedLike(file: FileView, fn: FnId, path: string): readonly Served[] {
  const [request, answer] = file.facts.functions[fn]?.params ?? [];
  if (request === undefined) return NOBODY;
  const nameOf = (binding: number | null | undefined): string => (binding == null ? "" : (file.facts.bindings[binding]?.name ?? ""));
  const name = nameOf(answer?.binding);
  const isAnswered = /^_?res(?:p|ponse)?$/.test(name);
  // `({ body }, res)`
  const isNamed = REQUEST.test(nameOf(request.binding)) || (request.binding === null && isAnswered);
  if (isNamed && isOpen(request.type, /(?:Request|Req|IncomingMessage)$/)) {
    if (isAnswered) return isOpen(answer?.type, /(?:Response|Res|ServerResponse)$/) ? EXPRESS : NOBODY;
    if (name === "reply") return FASTIFY;
    if (/^(?:h|toolkit|responseToolkit)$/.test(name)) return HAPI;
    // Alone, it is still a request where what only requests have is read of it.
    return /^_?req$/.test(nameOf(request.binding)) && /^(?:body|query|params|cookies)$/.test(path) ? EXPRESS : NOBODY;
  }
  return /^(?:ctx|context)$/.test(nameOf(request.binding)) && request.type === undefined && /^request\.(?:body|query)$/.test(path) ? KOA : NOBODY;
}

/** Parts of parts and calls of them; a name may be a part of itself. */
const DEEPEST = 30;
const REQUEST_CLASS = "global:Request";
const REQUEST = /^_?req(?:uest)?$/;
const NOBODY: readonly Served[] = [];
const EXPRESS: readonly Served[] = [{ framework: "express", params: [] }];
const FASTIFY: readonly Served[] = [{ framework: "fastify", params: [] }];
const HAPI: readonly Served[] = [{ framework: "hapi", params: [] }];
const KOA: readonly Served[] = [{ framework: "koa", params: [] }];
const LAMBDA: readonly Served[] = [{ framework: "lambda", params: [] }];

/** No type, or one that by its name is what the parameter's name says. */
function isOpen(type: TypeExpr | undefined, means: RegExp): boolean {
  return type === undefined || (type.t === "keyword" && type.name === "any") || (type.t === "name" && means.test(type.name));
}

/** What a decorator fills a parameter with, or under which path it does. */
function ofDecorators(file: FileView, fn: FnId, index: number, path: string): OutsideKind | null {
  for (const decorator of file.facts.functions[fn]?.params[index]?.decorators ?? []) {
    const value = file.facts.values[decorator] as Value;
    for (const node of file.get(flow).symbols(value.kind === "call" ? value.callee : decorator)) for (const { row } of node.rows("sources")) if ("decorators" in row.from && (row.from.path ?? "") === path) return row.from.converts === true && isConverted(file, fn, index) ? null : row.what;
  }
  return null;
}

/** A number or a flag is made of the text, and a class is checked by the decorators of its fields. */
function isConverted(file: FileView, fn: FnId, index: number): boolean {
  const type = file.facts.functions[fn]?.params[index]?.type;
  const named = type?.t === "name" && type.binding !== undefined ? file.facts.bindings[type.binding]?.kind : undefined;
  if (named === "import" || named === "class") return true;
  return type?.t === "keyword" && (type.name === "number" || type.name === "boolean");
}

/** `new Request(input, init).url`: a request that this code sends. One made of what came in, or of what nobody can follow, holds that. */
function isMadeHere(file: FileView, id: ValueId): boolean {
  const { sources, symbols } = file.get(flow);
  const { values } = file.facts;
  let at = values[id] as Value;
  let object: ValueId | null = null;
  while (at.kind === "member" || at.kind === "call" || at.kind === "await") {
    if (at.kind === "call" && at.form === "new") break;
    object = at.kind === "member" ? at.object : at.kind === "call" ? at.callee : at.of;
    at = values[object] as Value;
  }
  if (object === null) return false;
  const made = sources(object);
  return made.length > 0 && made.every((source) => {
    const value = values[source] as Value;
    return value.kind === "call" && value.form === "new" && symbols(value.callee).some((node) => node.text === REQUEST_CLASS) && value.args[0] !== undefined && !symbols(value.args[0]).some((node) => node.text === `${REQUEST_CLASS}()`);
  });
}

interface Part {
  readonly fn: FnId | null;
  /** Whose it is, where no function has it and its name says so. */
  readonly of?: readonly Served[];
  readonly index: number;
  readonly path: string;
}

/** `event.body` as a path from the parameter `event`: `{ fn, index, path: "body" }`. */
function fromParameter(file: FileView, id: ValueId, depth = 0): Part | null {
  if (depth > DEEPEST) return null;
  const of = (next: ValueId): Part | null => fromParameter(file, next, depth + 1);
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    // A request that nobody declares: a handler's body alone.
    case "global":
      if (REQUEST.test(value.name)) return { fn: null, index: 0, path: "" };
      return value.name === "ctx" || value.name === "event" ? { fn: null, index: 0, path: "", of: value.name === "ctx" ? KOA : LAMBDA } : null;
    case "param":
      return { fn: value.fn, index: value.index, path: "" };
    case "var": {
      const binding = file.facts.bindings[value.binding];
      const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
      return held === undefined ? null : of(held);
    }
    case "cast":
    case "await":
    case "default":
      return of(value.of);
    case "member": {
      const object = value.name === null ? null : of(value.object);
      return object === null ? null : { ...object, path: object.path === "" ? `${value.name}` : `${object.path}.${value.name}` };
    }
    case "call": {
      const callee = of(value.callee);
      return callee === null ? null : { ...callee, path: `${callee.path}()` };
    }
    default:
      return null;
  }
}
