import type { Facts, FnId, ValueId } from "../core/facts.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { EntryRow, SymbolPath } from "../catalog/library.js";

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

/** The functions of a file that are handed to calls, inline or by the name of a local function. One pass, made when first asked. */
export class Sites {
  readonly #byValue = new Map<ValueId, Site>();
  readonly #byFunction = new Map<FnId, Site[]>();

  constructor(facts: Facts) {
    const functionOf = new Map<number, FnId>();
    facts.bindings.forEach((binding, id) => {
      const only = binding.versions.length === 1 ? binding.versions[0]?.value : undefined;
      const value = only === undefined ? undefined : facts.values[only];
      if (value?.kind === "function") functionOf.set(id, value.fn);
    });
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
      if (value.kind === "call") value.args.forEach((arg, i) => place(arg, { call, arg: i, path: [] }));
    });
  }

  /** Where this very value is handed on. */
  of(value: ValueId): Site | undefined {
    return this.#byValue.get(value);
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

/** What a framework hands to a function as its parameter, by the rows of the call that the function is given to. */
export function handedBy(facts: Facts, catalog: Catalog, symbols: (value: ValueId) => readonly SymbolNode[], isEntry: (node: SymbolNode) => boolean, fn: FnId, index: number): readonly SymbolNode[] {
  for (const first of sitesOf(facts).ofFunction(fn)) {
    // Wrapped by the pipeline's `entry`, or by a call that does what its argument does: what stands around it hands over.
    for (let site: Site | undefined = first, depth = 0; site && depth < DEEPEST; site = sitesOf(facts).of(site.call), depth++) {
      const call = facts.values[site.call];
      if (call?.kind !== "call") break;
      const nodes = symbols(call.callee);
      const params = nodes.map((node) => paramsOf(node, site as Site, call.args.length, facts.functions[fn]?.params.length ?? 0)).find((p) => p !== null);
      const path = params?.[index];
      if (path) return [catalog.path(path)];
      if (params || !nodes.some((node) => isEntry(node) || node.rows("wraps").length > 0)) break;
    }
  }
  return [];
}

function paramsOf(node: SymbolNode, site: Site, argCount: number, arity: number): readonly (SymbolPath | null)[] | null {
  for (const { row } of node.rows("entries")) if (row.params && isHandler(row, site, argCount)) return row.params;
  const middleware = node.rows("middleware").filter(({ row }) => row.params && isAt(row.handler, site, argCount) && (row.arity ?? arity) === arity);
  const best = middleware.find(({ row }) => row.arity !== undefined) ?? middleware[0];
  if (best?.row.params) return best.row.params;
  for (const { row } of node.rows("callbacks")) if (row.params && isAt(row.arg, site, argCount)) return row.params;
  return null;
}

function isHandler(row: EntryRow, site: Site, argCount: number): boolean {
  return row.register.by === "call" && argCount >= (row.register.minArgs ?? 0) && isAt(row.register.handler, site, argCount);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
