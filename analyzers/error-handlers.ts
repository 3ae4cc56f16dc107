import type { FnId, FunctionFact, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog } from "../catalog/catalog.js";
import type { MiddlewareRow, SymbolPath } from "../catalog/library.js";
import { ofClass } from "./error-guards.js";
import { flow } from "./flow.js";
import { nameOf } from "./reports.js";
import { isAt, type Site, sitesOf } from "./sites.js";

/** A function that a framework gives the errors of its entries to. */
export interface ErrorHandler {
  readonly fn: FnId;
  /** Where its errors are: parameters, or a property of one. */
  readonly errors: readonly { readonly param: number; readonly path: string }[];
  /** What the framework hands over, in order, as far as it is known. */
  readonly params: readonly (SymbolPath | null)[];
  /** What it returns reaches the client. */
  readonly answers: boolean;
  /** Whose it is, where a row of the catalog says so. */
  readonly framework?: string;
}

const EXPRESS: readonly (SymbolPath | null)[] = [null, "express:Request()", "express:Response()", null];
const FIRST = { param: 0, path: "" };
const ERROR = /^_?(?:e|ex|err|error|exception)$|(?:Err|Error|Exception)$/;
const REQUEST = /^_*(?:req|request)?$/;
const RESPONSE = /^_*(?:res|resp|response)$/;
const NEXT = /^_*(?:next|done)?$/;
/** Set on what nobody can resolve: `app.onError(…)`, `fastify.setErrorHandler(…)`. */
const SETTERS: Readonly<Record<string, Pick<ErrorHandler, "params" | "answers">>> = {
  onError: { params: [null, "hono:Context()"], answers: false },
  setErrorHandler: { params: [null, "fastify:FastifyRequest()", "fastify:FastifyReply()"], answers: true },
};
/** Options that take such a function, wherever they are given. */
const OPTIONS: Readonly<Record<string, readonly number[]>> = { formatError: [0, 1], customFormatErrorFn: [0], maskError: [0] };

export const errorHandlers: Answer<ReadonlyMap<FnId, ErrorHandler>> = {
  name: "error handlers",
  of(file) {
    const found = new Map<FnId, ErrorHandler>();
    file.facts.functions.forEach((fn, id) => {
      const handler = fn.params.length === 0 ? null : (registered(file, id, fn) ?? byShape(file, id, fn));
      if (handler) found.set(id, handler);
    });
    for (const handler of filters(file)) found.set(handler.fn, handler);
    return found;
  },
};

function registered(file: FileView, id: FnId, fn: FunctionFact): ErrorHandler | null {
  const { facts } = file;
  const named = registrars(file.settings.catalog as Catalog);
  for (const site of sitesOf(facts).ofFunction(id)) {
    const call = facts.values[site.call];
    const callee = call?.kind === "call" ? facts.values[call.callee] : undefined;
    if (call?.kind !== "call" || !callee) continue;
    const name = callee.kind === "member" ? callee.name : null;
    if (callee.kind !== "member" || (name !== null && named.has(name))) {
      const row = file.get(flow).symbols(call.callee).flatMap((node) => node.rows("middleware")).map((r) => r.row).find((r) => isHandler(file, r, site, call.args, fn));
      if (row) return { fn: id, errors: row.error ? [row.error] : optionsErrors(site), params: row.params ?? [], answers: row.returns === "response", framework: row.framework };
    }
    const set = name === null ? undefined : SETTERS[name];
    if (set && site.arg === 0 && site.path.length === 0) {
      // Elysia hands over one object that has it.
      const isApart = fn.params.length === 1 && fn.params[0]?.binding == null;
      return { fn: id, errors: [isApart ? { param: 0, path: "error" } : FIRST], ...set, answers: set.answers || fn.params.length === 1 };
    }
    if (OPTIONS[site.path.at(-1) ?? ""] !== undefined) return { fn: id, errors: optionsErrors(site), params: [], answers: true };
  }
  return null;
}

/** `formatError` is given the error twice: as it goes out, and as it was. */
function optionsErrors(site: Site): ErrorHandler["errors"] {
  return OPTIONS[site.path.at(-1) ?? ""]?.map((param) => ({ param, path: "" })) ?? [FIRST];
}

function isHandler(file: FileView, row: MiddlewareRow, site: Site, args: readonly ValueId[], fn: FunctionFact): boolean {
  if (row.role !== "errors" || !isAt(row.handler, site, args.length) || (row.arity ?? fn.params.length) !== fn.params.length) return false;
  const when = row.when && args[row.when.arg];
  return !row.when || (when !== undefined && row.when.values.includes(String(file.get(flow).constant(when))));
}

/** `(err, req, res, next)`: express tells its error handlers by their four parameters, and so does a reader. */
function byShape(file: FileView, id: FnId, fn: FunctionFact): ErrorHandler | null {
  const names = fn.params.map((p) => (p.binding === null ? null : (file.facts.bindings[p.binding]?.name ?? null)));
  const declared = file.get(flow).typeSymbol(sitesOf(file.facts).declared(id));
  if (declared !== null && /:ErrorRequestHandler\(\)$/.test(declared.text)) return { fn: id, errors: [FIRST], params: EXPRESS, answers: false };
  const [error, request, response, next] = names;
  if (names.length === 4 && response != null && RESPONSE.test(response) && (error == null || ERROR.test(error)) && REQUEST.test(request ?? "") && NEXT.test(next ?? "")) {
    return { fn: id, errors: [FIRST], params: EXPRESS, answers: false };
  }
  return null;
}

/** Nest: `catch(exception, host)` of a class with `@Catch()`, or one that says it is an exception filter. */
function filters(file: FileView): readonly ErrorHandler[] {
  const { facts } = file;
  return facts.classes.flatMap((cls): readonly ErrorHandler[] => {
    const member = cls.members.find((m) => m.name === "catch" && m.kind === "method" && !m.static && m.fn !== null);
    const decorator = cls.decorators.map((d) => facts.values[d]).find((d) => d?.kind === "call" && nameOf(file, d.callee) === "Catch");
    const says = cls.implements.some((t) => t.t === "name" && /ExceptionFilter$/.test(t.name)) || (cls.extends !== null && /ExceptionFilter$/.test(nameOf(file, cls.extends)));
    if (member?.fn == null || (!decorator && !says)) return [];
    const classes = decorator?.kind === "call" ? decorator.args : [];
    // Those it is for: of public classes it gets nothing else.
    const isOwn = classes.length > 0 && classes.every((c) => ofClass(file, c) !== null);
    const answers = cls.implements.some((t) => t.t === "name" && /^Gql/.test(t.name));
    return isOwn ? [] : [{ fn: member.fn, errors: [FIRST], params: [null, "@nestjs/common:ArgumentsHost()"], answers }];
  });
}

const names = new WeakMap<Catalog, ReadonlySet<string>>();

/** How the calls are called that take error handlers. */
function registrars(catalog: Catalog): ReadonlySet<string> {
  let known = names.get(catalog);
  if (!known) {
    const rows = catalog.libraries.flatMap((l) => l.middleware ?? []).filter((r) => r.role === "errors");
    names.set(catalog, (known = new Set(rows.flatMap((r) => r.calls.map((c) => /[^.:()]*(?=(?:\(\))*$)/.exec(c)?.[0] ?? "")))));
  }
  return known;
}
