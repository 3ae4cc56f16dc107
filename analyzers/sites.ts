import type { Facts, FnId, TypeExpr, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { Catalog, Loaded, SymbolNode } from "../catalog/catalog.js";
import type { CallbackRow, EntryRegistration, EntryRow, SymbolPath } from "../catalog/library.js";
import { entryRows } from "./entry-rows.js";
import { rootName } from "./root-name.js";

/** Deepest property path of an argument in which a framework's handlers stand (`resolvers.Query.users`), and one to spare. */
const DEEPEST = 4;

/** Where a value is handed to a call: as which argument, or under which path of it. */
export interface Site {
  readonly call: ValueId;
  readonly arg: number;
  readonly path: readonly string[];
}

/** What a row says of the argument it means. */
export type HandlerPlace = number | "last" | "all" | { readonly arg: number | "last"; readonly path: string };

/** Does a row mean this place? */
export function isAt(place: HandlerPlace, site: Site, argCount: number): boolean {
  if (place === "all") return site.path.length === 0;
  const arg = typeof place === "object" ? place.arg : place;
  if (site.arg !== (arg === "last" ? argCount - 1 : arg)) return false;
  const path = typeof place === "object" ? place.path.split(".") : [];
  return path.length === site.path.length && path.every((step, i) => step === "*" || step === site.path[i]);
}

/** Where a row of callbacks has its function. */
export const placeOf = ({ arg, path }: CallbackRow): HandlerPlace => (path === undefined ? arg : { arg, path });

/** The functions of a file that are handed to calls, inline or by the name of a local function. One pass, made when first asked. */
export class Sites {
  readonly #byValue = new Map<ValueId, Site>();
  readonly #byFunction = new Map<FnId, Site[]>();
  readonly #declared = new Map<FnId, TypeExpr>();
  /** What a file exports as its one thing. */
  readonly #exported = new Set<FnId>();

  constructor(facts: Facts) {
    const functionOf = new Map<number, FnId>();
    const declare = (id: ValueId | null | undefined, type: TypeExpr | undefined): void => {
      const value = id == null ? undefined : facts.values[id];
      if (value?.kind === "function" && type && !this.#declared.has(value.fn)) this.#declared.set(value.fn, type);
    };
    facts.bindings.forEach((binding, id) => {
      const only = binding.versions.length === 1 ? binding.versions[0]?.value : undefined;
      const value = only === undefined ? undefined : facts.values[only];
      if (value?.kind === "function") functionOf.set(id, value.fn);
      declare(only, binding.type);
    });
    for (const { name, binding, value } of facts.exports) {
      const of = value === undefined ? undefined : facts.values[value];
      const fn = of?.kind === "function" ? of.fn : functionOf.get(binding ?? (of?.kind === "var" ? of.binding : -1));
      if (fn !== undefined && (name === "default" || name === "=")) this.#exported.add(fn);
    }
    for (const cls of facts.classes) for (const member of cls.members) declare(member.value, member.type);
    // `(handler): RequestHandler => (req, res) => …`
    for (const fn of facts.functions) for (const s of fn.body) if (s.kind === "return") declare(s.value, fn.returnType);
    const place = (id: ValueId, site: Site): void => {
      const value = facts.values[id];
      if (!value) return;
      this.#byValue.set(id, site);
      if (value.kind === "function") push(this.#byFunction, value.fn, site);
      else if (value.kind === "var") {
        const fn = functionOf.get(value.binding);
        if (fn !== undefined) push(this.#byFunction, fn, site);
      } else if (value.kind === "cast") place(value.of, site);
      else if (value.kind === "array") for (const item of value.items) if (item !== null) place(item, site);
      if (value.kind === "object" && site.path.length < DEEPEST) {
        for (const prop of value.props) if (prop.name !== null) place(prop.value, { ...site, path: [...site.path, prop.name] });
      }
    };
    facts.values.forEach((value, call) => {
      if (value.kind === "cast") declare(value.of, value.type);
      if (value.kind === "call") value.args.forEach((arg, i) => place(arg, { call, arg: i, path: [] }));
    });
  }

  /** The type that a function is declared to have: `const list: RequestHandler = (req, res) => …`. */
  declared(fn: FnId): TypeExpr | undefined {
    return this.#declared.get(fn);
  }

  /** Where this very value is handed on. */
  of(value: ValueId): Site | undefined {
    return this.#byValue.get(value);
  }

  get exported(): ReadonlySet<FnId> {
    return this.#exported;
  }

  ofFunction(fn: FnId): readonly Site[] {
    return this.#byFunction.get(fn) ?? [];
  }
}

const known = new WeakMap<Facts, Sites>();

export function sitesOf(facts: Facts): Sites {
  let sites = known.get(facts);
  if (!sites) known.set(facts, (sites = new Sites(facts)));
  return sites;
}

/** As much of the flow as is asked here. */
interface Who {
  symbols(value: ValueId): readonly SymbolNode[];
  typeSymbol(type: TypeExpr | undefined): SymbolNode | null;
}

/** Stands for `this` where parameters are numbered. */
export const SELF = -1;

/** What a framework hands to a function as its parameter, or as `this`, by its declared type and by the rows of the call that it is given to. */
export function handedBy(facts: Facts, catalog: Catalog, who: Who, isEntry: (node: SymbolNode) => boolean, fn: FnId, index: number): readonly SymbolNode[] {
  const sites = sitesOf(facts);
  const type = who.typeSymbol(sites.declared(fn));
  const declared = type === null ? undefined : handed(handlerTypes(catalog).get(type.text), index);
  if (declared) return [catalog.path(declared)];
  for (const first of sites.ofFunction(fn)) {
    // Wrapped by the pipeline's `entry`, or by a call that does what its argument does: what stands around it hands over.
    for (let site: Site | undefined = first, depth = 0; site && depth < DEEPEST; site = sites.of(site.call), depth++) {
      const call = facts.values[site.call];
      if (call?.kind !== "call") break;
      const nodes = who.symbols(call.callee);
      const row = nodes.map((node) => rowFor(facts, node, site as Site, facts.functions[fn]?.params.length ?? 0)).find((p) => p !== null) ?? shapedRow(facts, catalog, call, nodes, site);
      const path = handed(row, index);
      if (path) return [catalog.path(path)];
      if (row || !nodes.some((node) => isEntry(node) || node.rows("wraps").length > 0)) break;
    }
  }
  const path = sites.exported.has(fn) ? handed(byName(facts, catalog, fn)?.row, index) : undefined;
  return path ? [catalog.path(path)] : [];
}

interface Hands {
  readonly params?: readonly (SymbolPath | null)[];
  readonly self?: SymbolPath;
}

const handed = (row: Hands | null | undefined, index: number): SymbolPath | null | undefined => (index === SELF ? row?.self : row?.params?.[index]);

/** `export default async function (fastify, options)`: who loads the file says what it is, and the name of its parameter says who that is. */
function byName(facts: Facts, catalog: Catalog, fn: FnId): Loaded | undefined {
  const first = facts.functions[fn]?.params[0]?.binding;
  const name = first == null ? undefined : facts.bindings[first]?.name;
  return catalog.loaded.find((of) => of.name === name);
}

/** The packages that load what is exported here, though nothing here imports them. */
export function loadedBy(facts: Facts, catalog: Catalog): readonly string[] {
  return [...sitesOf(facts).exported].flatMap((fn) => byName(facts, catalog, fn)?.modules ?? []);
}

const types = new WeakMap<Catalog, ReadonlyMap<SymbolPath, Hands>>();

/** The declared types of functions that tell their parameters: `express:RequestHandler`. */
function handlerTypes(catalog: Catalog): ReadonlyMap<SymbolPath, Hands> {
  let known = types.get(catalog);
  if (!known) {
    const rows = catalog.libraries.flatMap((l) => l.middleware ?? []);
    known = new Map(rows.flatMap((row) => (row.types ?? []).map((type) => [catalog.path(type).instance().text, row] as const)));
    types.set(catalog, known);
  }
  return known;
}

function rowFor(facts: Facts, node: SymbolNode, site: Site, arity: number): Hands | null {
  const { args } = facts.values[site.call] as Value & { kind: "call" };
  const argCount = args.length;
  for (const { row } of node.rows("entries")) if (row.params && isHandler(row, site, argCount) && (row.register.by !== "call" || mayBe(facts, args, row.register.when))) return row;
  const middleware = node.rows("middleware").filter(({ row }) => row.params && isAt(row.handler, site, argCount) && (row.arity ?? arity) === arity && mayBe(facts, args, row.when));
  const best = middleware.find(({ row }) => row.arity !== undefined) ?? middleware[0];
  if (best) return best.row;
  for (const { row } of node.rows("callbacks")) if (row.params && isAt(placeOf(row), site, argCount)) return row;
  return null;
}

/** Where nobody knows what is called, its name and the end of the chain tell, as they tell of the entry. An HTTP handler is known by its place on the route. */
function shapedRow(facts: Facts, catalog: Catalog, call: Value & { kind: "call" }, nodes: readonly SymbolNode[], site: Site): Hands | null {
  const callee = facts.values[call.callee];
  if (callee?.kind !== "member" || callee.name === null || nodes.some((node) => node.leadsSomewhere)) return null;
  const shapes = (entryRows(catalog).shaped.get(callee.name) ?? []).filter(({ row }) => row.kind !== "http" && row.params !== undefined && isHandler(row, site, call.args.length) && mayBe(facts, call.args, row.register.when));
  const root = shapes.length === 0 ? null : rootName(facts, callee.object);
  return root === null ? null : (shapes.find((shape) => shape.root.test(root))?.row ?? null);
}

/** `server.on("error", (err) => …)` hands over no request: what is written there is not what the row is for. */
export function mayBe(facts: Facts, args: readonly ValueId[], when: (EntryRegistration & { readonly by: "call" })["when"]): boolean {
  if (when?.path !== undefined) return isUnder(facts, args[when.arg], when.path, when.values) !== (when.not === true);
  const told = when === undefined ? undefined : facts.values[args[when.arg] ?? -1];
  return told?.kind !== "literal" || typeof told.value !== "string" || when?.values.includes(told.value) !== (when?.not === true);
}

/** `{ websocket: true }`, as it is written at the call. */
function isUnder(facts: Facts, arg: ValueId | undefined, path: string, values: readonly string[]): boolean {
  const object = arg === undefined ? undefined : facts.values[arg];
  const prop = object?.kind === "object" ? object.props.findLast((p) => p.name === path) : undefined;
  const value = prop === undefined ? undefined : facts.values[prop.value];
  return value?.kind === "literal" && values.includes(String(value.value));
}

function isHandler(row: EntryRow, site: Site, argCount: number): boolean {
  return row.register.by === "call" && argCount >= (row.register.minArgs ?? 0) && isAt(row.register.handler, site, argCount);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  listAt(map, key).push(value);
}
