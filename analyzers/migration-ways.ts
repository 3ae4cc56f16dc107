import type { Catalog } from "../catalog/catalog.js";
import type { MigrationRow } from "../catalog/migration-rows.js";
import type { ClassFact, FnId, FunctionFact, Statement, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { FileView, Place } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type CallChain, type ChainLink, chainOf, endsChain } from "./call-chains.js";
import { eachStatement, flow } from "./flow.js";
import { matches, stepPath } from "./step-paths.js";

/** The two ways of a migration that is code, and the tool that runs it. */
export interface Ways {
  readonly row: MigrationRow;
  readonly up: Way;
  /** null: there is none; open: something else may be it. */
  readonly down: Way | null | "open";
  readonly cls: ClassFact | null;
}

export interface Way {
  readonly fn: FnId;
  /** Where it is exported or declared. */
  readonly at: Place;
}

/** Functions that a way runs are followed this far. */
const MOST_FUNCTIONS = 200;

export function waysOf(file: FileView): Ways | null {
  const pair = inClass(file) ?? inExports(file);
  if (pair === null) return null;
  const rows = (file.settings.catalog as Catalog).libraries.flatMap((library) => (library.migrations ?? []).map((row) => ({ row, packages: library.packages })));
  let best: { readonly row: MigrationRow; readonly score: number } | null = null;
  for (const { row, packages } of rows) {
    if ((row.ways === "class") !== (pair.cls !== null)) continue;
    const score = scoreOf(file, row, packages, pair.up.fn, pair.cls);
    if (score > (best?.score ?? 0)) best = { row, score };
  }
  return best === null || (best.score < 2 * CERTAIN && file.role !== "migration") ? null : { row: best.row, ...pair };
}

type Pair = Omit<Ways, "row">;

/** What an import says; a name or a type of the tool says more, calls that another may have too say less. */
const CERTAIN = 100;

function scoreOf(file: FileView, row: MigrationRow, packages: readonly string[], up: FnId, cls: ClassFact | null): number {
  const fn = file.facts.functions[up] as FunctionFact;
  const param = fn.params[0];
  const types = [...(param?.type ? namesOf(param.type) : []), ...(cls === null ? [] : [...cls.implements.flatMap(namesOf), ...baseOf(file, cls)])];
  const property = row.given.property;
  const names = param === undefined ? [] : [...(param.binding === null ? [] : [file.facts.bindings[param.binding]?.name]), ...(property === undefined ? [] : partsOf(file, param.value).includes(property) ? [property] : [])];
  let score = types.some((type) => row.given.types.some((t) => t === type || t.startsWith(`${type}.`))) ? 10 * CERTAIN : 0;
  if (names.some((name) => name !== undefined && row.given.names.includes(name))) score += 2 * CERTAIN;
  if (file.facts.imports.some((i) => packages.includes(i.module))) score += CERTAIN;
  // The name of a migration's type says nothing of whose it is: `extends Migration` is mikro-orm's by its import or its calls.
  const steps = row.steps.map((step) => stepPath(step.call));
  const own = callsWithin(file, up).filter((call) => endsChain(file, call));
  for (const call of own) {
    const links = linksOnGiven(file, row, chainOf(file, call), up) ?? [];
    if (links.some((l, i) => l.call !== undefined && steps.some((step) => matches(step, links, i)))) score++;
  }
  return score > 0 && score < 2 * CERTAIN && property !== undefined && row.given.names.length > 0 && names.includes(property) ? score + 1 : score;
}

/** `Knex.Transaction` is both that and `Knex`. */
function namesOf(type: TypeExpr): readonly string[] {
  if (type.t === "name") return [type.name, type.name.split(".")[0] as string, ...(type.name === "Promise" ? (type.args ?? []).flatMap(namesOf) : [])];
  if (type.t === "import") return [type.name];
  return type.t === "union" || type.t === "intersection" ? type.items.flatMap(namesOf) : [];
}

function baseOf(file: FileView, cls: ClassFact): readonly string[] {
  const base = cls.extends === null ? undefined : file.facts.values[cls.extends];
  if (base?.kind === "var") {
    const binding = file.facts.bindings[base.binding];
    const from = binding?.from === undefined ? undefined : file.facts.imports[binding.from.import]?.names[binding.from.name]?.imported;
    return [from ?? binding?.name ?? ""];
  }
  return base?.kind === "member" && base.name !== null ? [base.name] : base?.kind === "global" ? [base.name] : [];
}

/** Properties that are read of a parameter: those of a pattern, too. */
function partsOf(file: FileView, param: ValueId): readonly string[] {
  return file.facts.values.flatMap((value) => (value.kind === "member" && value.object === param && value.name !== null ? [value.name] : []));
}

/** Is it what the tool hands to the way: its parameter, a property of that, or `this`? */
export function isGiven(file: FileView, row: MigrationRow, value: ValueId, way: FnId): boolean {
  const { values, functions, bindings } = file.facts;
  if (row.given.isThis) return values[value]?.kind === "this";
  return file.get(flow).sources(value).some((source) => {
    let held = values[source] as Value;
    if (row.given.property !== undefined && held.kind === "member" && held.name === row.given.property) held = values[held.object] as Value;
    if (held.kind !== "param") return false;
    if (held.fn === way) return held.index === 0;
    // A helper's parameter of the tool's type or usual name.
    const param = functions[held.fn]?.params[held.index];
    const name = param?.binding == null ? undefined : bindings[param.binding]?.name;
    return (param?.type !== undefined && namesOf(param.type).some((type) => row.given.types.includes(type))) || (name !== undefined && row.given.names.includes(name));
  });
}

/** What a chain names and calls on what the tool hands over; null if it begins with something else. */
export function linksOnGiven(file: FileView, row: MigrationRow, chain: CallChain, way: FnId): readonly ChainLink[] | null {
  if (!isGiven(file, row, chain.root, way)) return null;
  if (row.given.property !== undefined && row.given.names.length === 0 && chain.links[0]?.name !== row.given.property) return null;
  // The object that has it: `({ context }) => context.addColumn(…)`, `(args) => args.context.addColumn(…)`.
  return row.given.property !== undefined && chain.links[0]?.name === row.given.property ? chain.links.slice(1) : chain.links;
}

/** The calls that a function runs, also through functions of this file. */
export function callsWithin(file: FileView, way: FnId): readonly ValueId[] {
  const { values, owner, functions } = file.facts;
  const run = new Set([way]);
  const byOwner = new Map<FnId, ValueId[]>();
  owner.forEach((fn, id) => {
    if (values[id]?.kind === "call") listAt(byOwner, fn).push(id);
  });
  for (const fn of run) {
    if (run.size > MOST_FUNCTIONS) break;
    functions.forEach((inner, id) => void (inner.parent === fn && inner.cls === functions[fn]?.cls && run.add(id)));
    for (const call of byOwner.get(fn) ?? []) {
      const value = values[call] as Value & { kind: "call" };
      for (const called of file.get(flow).functions(value.callee)) run.add(called);
      for (const arg of value.args) if (values[arg]?.kind === "var") for (const given of file.get(flow).functions(arg)) run.add(given);
    }
  }
  run.delete(0);
  return [...run].flatMap((fn) => byOwner.get(fn) ?? []);
}

function inClass(file: FileView): Pair | null {
  for (const cls of file.facts.classes) {
    const method = (name: string): Way | null => {
      const member = cls.members.find((m) => m.name === name && !m.static);
      if (member === undefined) return null;
      const fn = member.fn ?? (member.value === null ? undefined : file.get(flow).functions(member.value)[0]);
      return fn === undefined ? null : { fn, at: { mark: member.at } };
    };
    const up = method("up");
    // Of a base class nobody sees, the way down may be inherited.
    if (up !== null) return { up, down: method("down"), cls };
  }
  return null;
}

function inExports(file: FileView): Pair | null {
  const { facts } = file;
  const found = new Map<string, Way | "open">();
  let isOpen = false;
  const put = (name: string, value: ValueId | undefined, at: Place): void => {
    const fn = value === undefined ? undefined : file.get(flow).functions(value)[0];
    found.set(name, fn === undefined ? "open" : { fn, at });
  };
  for (const exported of facts.exports) {
    if (exported.typeOnly) continue;
    const at = { mark: exported.at };
    const value = exported.value ?? (exported.binding === undefined ? undefined : facts.bindings[exported.binding]?.versions.findLast((v) => v.value !== undefined)?.value);
    if (exported.name === "up" || exported.name === "down") put(exported.name, value, at);
    else if (exported.name === "*") isOpen = true;
    else if ((exported.name === "=" || exported.name === "default") && value !== undefined) {
      for (const source of file.get(flow).sources(value)) {
        const object = facts.values[source];
        if (object?.kind !== "object") continue;
        for (const prop of object.props) {
          if (prop.form === "spread" || prop.name === null) isOpen = true;
          else if (prop.name === "up" || prop.name === "down") put(prop.name, prop.value, { mark: prop.at });
        }
      }
    }
  }
  const up = found.get("up");
  if (up === undefined || up === "open") return null;
  return { up, down: found.get("down") ?? (isOpen ? "open" : null), cls: null };
}

/** Does a way do nothing: no call but of its own callback, of promises and of the console, and no error? */
export function doesNothing(file: FileView, way: FnId): boolean {
  const { values, functions } = file.facts;
  let throws = false;
  const body = (functions[way] as FunctionFact).body;
  eachStatement(body, (s: Statement) => void (s.kind === "throw" && (throws = true)));
  if (throws) return false;
  return callsWithin(file, way).every((call) => {
    const { root } = chainOf(file, call);
    const value = values[root] as Value;
    if (value.kind === "global") return value.name === "Promise" || value.name === "console";
    const { callee, args, form } = values[call] as Value & { kind: "call" };
    // Its callback; what the tool hands over is the first parameter, and called with something.
    const isCallback = (source: Value | undefined): boolean => source?.kind === "param" && (source.index > 0 || args.length === 0);
    return form === undefined && values[callee]?.kind === "var" && file.get(flow).sources(callee).some((s) => isCallback(values[s]));
  });
}
