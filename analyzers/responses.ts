import type { Facts, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { ErrorRow, SinkRow } from "../catalog/library.js";
import { type Call, callAt, calls } from "./calls.js";
import { context } from "./context.js";
import { type Entry, entries } from "./entries.js";
import { isPublicClass, localClass } from "./error-classes.js";
import { errorHandlers } from "./error-handlers.js";
import { flow } from "./flow.js";
import { nameOf, reports } from "./reports.js";
import { responders } from "./responders.js";

/** A place where something is given to a client. */
export interface Response {
  /** The call, the assignment, or the value that is returned. */
  readonly at: ValueId;
  /** What the client receives. */
  readonly given: readonly ValueId[];
  /** `error`: an error made to be answered with, whose text the client receives. */
  readonly by: "call" | "assign" | "return" | "error";
}

/** What of a request's end reaches the client. */
const REACHES = new Set<SinkRow["danger"]>(["response", "redirect"]);
/** Options of a public error that stay on the server. */
export const KEPT_BACK: ReadonlySet<string> = new Set(["cause", "originalError", "res", "stack"]);

export const responses: Answer<readonly Response[]> = {
  name: "responses",
  of(file) {
    const found = new Map<ValueId, Response>();
    const add = (response: Response): void => {
      const known = found.get(response.at);
      found.set(response.at, known ? { ...known, given: [...new Set([...known.given, ...response.given])] } : response);
    };
    for (const call of file.get(calls)) ofCall(file, call).forEach(add);
    assignments(file).forEach(add);
    proxied(file).forEach(add);
    for (const returned of returns(file)) if (!found.has(returned.at)) add(returned);
    return [...found.values()].sort((a, b) => a.at - b.at);
  },
};

function ofCall(file: FileView, call: Call): readonly Response[] {
  const target = file.facts.values[call.target] as Value;
  const { names } = sinksOf(file.settings.catalog as Catalog);
  const args = call.args ?? call.value.args;
  const isMember = target.kind === "member" && target.name !== null;
  if (args.length === 0) return [];
  const isSink = !isMember || names.has(target.name as string);
  // Under any name only what a module gives makes a public error: `createError.Gone(…)`, `new errors.GoneError(…)`.
  const nodes = isSink ? who(file, call, target) : call.value.form === "new" || isOfModule(file.facts, target) ? call.symbols : [];
  const given = nodes.flatMap((node) => node.rows("sinks")).flatMap(({ row }) => (REACHES.has(row.danger) ? (row.arg === "all" ? args : args.slice(row.arg, row.arg + 1)) : []));
  if (given.length > 0) return [{ at: call.id, given: [...new Set(given)], by: "call" }];
  const made = publicError(file, call, nodes);
  return made === null ? [] : [{ at: call.id, given: masks(file, made, args) ? [] : args, by: "error" }];
}

function isOfModule(facts: Facts, target: Value): boolean {
  const object = target.kind === "member" ? facts.values[target.object] : undefined;
  if (object?.kind === "member") return isOfModule(facts, object);
  const binding = object?.kind === "var" ? facts.bindings[object.binding] : undefined;
  return binding !== undefined && (binding.from !== undefined || (binding.fn === 0 && binding.kind === "const"));
}

function who(file: FileView, call: Call, target: Value): readonly SymbolNode[] {
  const own = call.symbols.filter((node) => node.leadsSomewhere);
  return own.length > 0 || target.kind !== "member" ? own : file.get(responders)(call.target);
}

/** An error of a class (or from a factory) that is made for clients: its row, or that of what a class of this file extends. */
function publicError(file: FileView, call: Call, nodes: readonly SymbolNode[]): ErrorRow | null {
  const row = nodes.flatMap((node) => node.rows("errors"))[0]?.row;
  const local = call.value.form === "new" ? localClass(file, call.target) : null;
  if (local !== null) return isPublicClass(file, local) ? PUBLIC : null;
  const callee = file.facts.values[call.target] as Value;
  // `super(message)` stands in the class, whose constructions are judged; `isHttpError(err)` only asks.
  return callee.kind === "super" || /^is[A-Z]/.test(nameOf(file, call.target)) ? null : (row ?? null);
}

const PUBLIC: ErrorRow = { classes: [], public: true };

function masks(file: FileView, row: ErrorRow, args: readonly ValueId[]): boolean {
  if (row.masks === undefined || row.masks === true) return row.masks === true;
  const at = args[row.masks.arg];
  const status = at === undefined ? undefined : file.get(flow).constant(at);
  return typeof status === "number" && status >= 500;
}

/** `ctx.body = …` */
function assignments(file: FileView): readonly Response[] {
  const { assigned } = sinksOf(file.settings.catalog as Catalog);
  const { facts } = file;
  let rendering: ReadonlySet<FnId> | undefined;
  return facts.values.flatMap((value, id): readonly Response[] => {
    if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return [];
    const member = facts.values[value.target.member];
    if (member?.kind !== "member" || member.name === null) return [];
    const local = facts.values[member.object];
    const isLocals = local?.kind === "member" && local.name === "locals";
    if (!isLocals && !assigned.names.has(member.name)) return [];
    const nodes = file.get(responders)(member.object);
    const isSink = nodes.some((node) => assigned.paths.has(`${node.text}.${member.name}`) || (isLocals && assigned.paths.has(`${node.text}.*`)));
    // What is left there for a template reaches the client with it.
    if (!isSink || (isLocals && !(rendering ??= renders(file)).has(facts.owner[id] as FnId))) return [];
    return [{ at: id, given: [value.value], by: "assign" }];
  });
}

function renders(file: FileView): ReadonlySet<FnId> {
  return new Set(file.get(calls).flatMap((call) => {
    const target = file.facts.values[call.target];
    return target?.kind === "member" && target.name === "render" ? [file.facts.owner[call.id] as FnId] : [];
  }));
}

/** What handlers return where that is the answer, and what they give to the callback that is one. */
function returns(file: FileView): readonly Response[] {
  const found: Response[] = [];
  const ofFunction = (fn: FnId): void => {
    for (const value of file.get(flow).returns(fn)) found.push({ at: value, given: [value], by: "return" });
  };
  for (const { row, framework, functions } of file.get(entries)) {
    for (const fn of functions) {
      // What a function of AWS returns is an answer if it has the form of one, and goes to whoever called it otherwise.
      if (row.returns && framework !== "lambda") ofFunction(fn);
      if (row.callback) found.push(...called(file, fn, row.callback));
    }
  }
  for (const [fn, handler] of file.get(errorHandlers)) if (handler.answers) ofFunction(fn);
  for (const fn of resolvers(file)) ofFunction(fn);
  for (const fn of eventHandlers(file)) found.push(...called(file, fn, { param: "last", arg: "all" }));
  return found;
}

/** `{ Query: { users() { … } } }`: a table of resolvers, whoever makes a schema of it. */
function resolvers(file: FileView): readonly FnId[] {
  const { values } = file.facts;
  return values.flatMap((value) => {
    if (value.kind !== "object") return [];
    return value.props.filter((p) => p.name === "Query" || p.name === "Mutation").flatMap((p) => {
      return file.get(flow).sources(p.value).flatMap((source) => {
        const table = values[source];
        return table?.kind === "object" ? table.props.flatMap((field) => file.get(flow).functions(field.value)) : [];
      });
    });
  });
}

/** What is registered on a socket that only its name tells: `(socket) => socket.on("save", (order, ack) => …)`. */
function eventHandlers(file: FileView): readonly FnId[] {
  return file.get(calls).flatMap((call) => {
    const target = file.facts.values[call.target] as Value;
    const [, handler] = call.value.args;
    if (target.kind !== "member" || target.name !== "on" || handler === undefined) return [];
    return file.get(responders)(target.object).some((node) => node.text === "socket.io:Socket()") ? file.get(flow).functions(handler) : [];
  });
}

/** `callback({ code, message })`: a parameter of the handler that answers. */
function called(file: FileView, fn: FnId, { param, arg }: NonNullable<Entry["row"]["callback"]>): readonly Response[] {
  const { params } = file.facts.functions[fn] as FunctionFact;
  const at = param === "last" ? (params.length > 1 ? params.at(-1) : undefined) : params[param];
  if (!at) return [];
  return file.get(calls).flatMap((call): readonly Response[] => {
    if (file.facts.values[call.target]?.kind !== "var" || !file.get(flow).sources(call.target).includes(at.value)) return [];
    const given = arg === "all" ? call.value.args : call.value.args.slice(arg, arg + 1);
    return given.length === 0 ? [] : [{ at: call.id, given, by: "call" }];
  });
}

/** `{ statusCode: 500, body: … }`: what a gateway of AWS is answered with, in whichever function it is put together. */
function proxied(file: FileView): readonly Response[] {
  const { values } = file.facts;
  return values.flatMap((value, id): readonly Response[] => {
    if (value.kind === "object") {
      const body = isProxied(value) && !isLogged(file, id) ? value.props.find((p) => p.name === "body") : undefined;
      return body ? [{ at: id, given: [body.value], by: "return" }] : [];
    }
    const member = value.kind === "assign" && value.target !== null && "member" in value.target ? values[value.target.member] : undefined;
    if (value.kind !== "assign" || member?.kind !== "member" || member.name !== "body") return [];
    const isIt = file.get(flow).sources(member.object).some((s) => isProxied(values[s]));
    return isIt ? [{ at: id, given: [value.value], by: "assign" }] : [];
  });
}

function isLogged(file: FileView, id: ValueId): boolean {
  const parent = file.get(context).parent(id);
  const call = parent === null ? undefined : file.get(callAt)(parent);
  return call !== undefined && file.get(reports)(call) === "logs";
}

function isProxied(value: Value | undefined): boolean {
  return value?.kind === "object" && value.props.some((p) => p.name === "statusCode");
}

interface Sinks {
  /** The last names of calls that answer. */
  readonly names: ReadonlySet<string>;
  readonly assigned: { readonly names: ReadonlySet<string>; readonly paths: ReadonlySet<string> };
}

const known = new WeakMap<Catalog, Sinks>();

function sinksOf(catalog: Catalog): Sinks {
  let sinks = known.get(catalog);
  if (!sinks) {
    const rows = catalog.libraries.flatMap((l) => l.sinks ?? []).filter((row) => REACHES.has(row.danger));
    const errors = catalog.libraries.flatMap((l) => l.errors ?? []);
    const last = (path: string): string => /[^.:]*$/.exec(path)?.[0] ?? "";
    const paths = new Set(rows.flatMap((row) => row.assigned ?? []).map((path) => {
      const dot = path.lastIndexOf(".");
      return `${catalog.path(path.slice(0, dot)).text}${path.slice(dot)}`;
    }));
    const names = new Set([...rows.flatMap((r) => r.calls), ...errors.flatMap((r) => r.classes)].map(last));
    known.set(catalog, (sinks = { names, assigned: { names: new Set([...paths].map(last)), paths } }));
  }
  return sinks;
}
