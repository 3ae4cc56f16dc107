import type { EffectRow } from "../catalog/library.js";
import { packageOf } from "../catalog/symbol-path.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callsThatMayHave } from "./calls.js";
import { context } from "./context.js";
import { enclosingClass, flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { isOfOwnAsset } from "./own-assets.js";
import { sanctioned } from "./sanctioned.js";
import { sitesOf } from "./sites.js";
import { wrappedPackages } from "./wrapped-clients.js";
import { chainOf, isWrittenDown } from "./written-down.js";

/** A call that leaves the process. */
export interface Effect {
  readonly call: Call;
  readonly row: EffectRow;
  readonly library: string;
  /** The whole of it: a builder's chain is one effect. */
  readonly whole: ValueId;
  /** What the client it goes through is: made or named in this file, handed in from where this file does not see. */
  readonly client: "known" | "handed in";
}

/** The raw effects of a file: those of a client that the pipeline wraps are none. */
export const effects: Answer<readonly Effect[]> = {
  name: "effects",
  of(file) {
    const byWhole = new Map<ValueId, Effect>();
    for (const call of callsThatMayHave(file, ["effects"])) {
      const found = call.symbols.flatMap((s) => s.rows("effects"))[0];
      if (!found) continue;
      const { row, library } = found;
      if (row.effect === "network" && isOfOwnAsset(file, call.value)) continue;
      const origins = originsOf(file, call.target, new Set());
      if (origins.has("pipeline") && !origins.has("raw")) continue;
      const isKnown = origins.has("raw") || origins.size === 0 || ((!origins.has("given") || origins.size > 1 || isOfField(file, call.target)) && isNeverWrapped(file, call));
      const whole = row.shape === "builder" ? chainOf(file, call.id) : call.id;
      if (row.shape === "builder" && (isPartOfAnother(file, whole, library.name) || isWrittenDown(file, whole))) continue;
      // `knex("users").insert(row)` begins twice.
      if (!byWhole.has(whole)) byWhole.set(whole, { call, row, library: library.name, whole, client: isKnown ? "known" : "handed in" });
    }
    return [...byWhole.values()];
  },
};

/** `this.db("orders")`: the object was made in this program, whoever else may make one. */
function isOfField(file: FileView, callee: ValueId): boolean {
  const { values } = file.facts;
  let at = values[file.get(flow).sameAs(callee)];
  while (at?.kind === "member" || at?.kind === "call") {
    if (at.kind === "member" && values[at.object]?.kind === "this") return true;
    at = values[at.kind === "member" ? at.object : at.callee];
  }
  return false;
}

/** Whoever hands it in, a program that wraps no client of its package hands in a raw one. */
function isNeverWrapped(file: FileView, call: Call): boolean {
  if (!file.isProgram) return false;
  const wrapped = file.get(wrappedPackages);
  const symbol = call.symbols.find((s) => s.rows("effects").length > 0);
  return symbol !== undefined && !wrapped.has("*") && !wrapped.has(packageOf(symbol.text));
}

/** What holds other values on their way into a query. */
const HOLDS: ReadonlySet<Value["kind"]> = new Set(["object", "array", "spread", "cast", "choice", "logical"]);

const ADDS = new Set(["push", "unshift"]);

/**
 * `query.leftJoin(knex("orders").as("o"), …)`, `query.update({ total: knex.raw("total + 1") })`: it runs with the query that
 * it is given to. So does what a name or a list holds that nobody uses but for such queries.
 */
function isPartOfAnother(file: FileView, whole: ValueId, library: string, seen: Set<ValueId> = new Set()): boolean {
  const where = file.get(context);
  const { values } = file.facts;
  seen.add(whole);
  let at = whole;
  let parent = where.parent(at);
  while (parent !== null && HOLDS.has((values[parent] as Value).kind)) parent = where.parent((at = parent));
  const user = parent === null ? undefined : values[parent];
  const callee = user?.kind === "call" ? (values[user.callee] as Value) : undefined;
  if (callee?.kind === "member" && isQuery(file, callee.object, library)) return true;
  const list = callee?.kind === "member" && callee.name !== null && ADDS.has(callee.name) ? values[callee.object] : undefined;
  const names = list?.kind === "var" ? [list.binding] : user === undefined || user.kind === "assign" ? file.get(occurrences).holders(at).map((h) => h.binding) : [];
  const reads = [...new Set(names)].flatMap((name) => file.get(occurrences).reads(name)).filter((read) => !isAddedTo(file, read));
  const uses = reads.map((read) => chainOf(file, read)).filter((use) => !seen.has(use));
  return uses.length > 0 && uses.every((use) => isPartOfAnother(file, use, library, seen));
}

/** `columns.push(…)` reads the name of a list, and no element of it. */
function isAddedTo(file: FileView, read: ValueId): boolean {
  const by = file.get(context).parent(read);
  const member = by === null ? undefined : file.facts.values[by];
  return member?.kind === "member" && member.object === read && member.name !== null && ADDS.has(member.name);
}

/** A chain that began with a query: of this library, or of any. */
export function isQuery(file: FileView, id: ValueId, library: string | null, seen: Set<ValueId> = new Set()): boolean {
  return file.get(flow).sources(id).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind !== "call" || seen.has(source)) return false;
    // Chains that are put together in several ways meet again and again.
    seen.add(source);
    if (file.get(flow).symbols(value.callee).some((s) => s.rows("effects").some((r) => r.row.shape === "builder" && (library === null || r.library.name === library)))) return true;
    const callee = file.facts.values[value.callee] as Value;
    return callee.kind === "member" && isQuery(file, callee.object, library, seen);
  });
}

/** `given`: to a function that nobody in sight calls. */
type Origin = "raw" | "pipeline" | "handed in" | "given";

/** Names of the pipeline that give clients. */
const GIVES_CLIENTS = /^(?:port|http|implement|contract)(?:\.|$)/;

/** Where the object comes from that a call goes through. */
function originsOf(file: FileView, id: ValueId, seen: Set<ValueId>): Set<Origin> {
  const found = new Set<Origin>();
  if (seen.has(id)) return found;
  seen.add(id);
  const { values } = file.facts;
  const answers = file.get(flow);
  const follow = (next: ValueId): void => originsOf(file, next, seen).forEach((o) => found.add(o));
  const isOfALibrary = (value: ValueId): boolean => answers.symbols(value).some((s) => s.leadsSomewhere);
  const sources = answers.sources(id);
  for (const source of sources) {
    const value = values[source] as Value;
    switch (value.kind) {
      case "call": {
        const name = file.get(sanctioned)(value.callee);
        if (name !== null && GIVES_CLIENTS.test(name)) found.add("pipeline");
        else if (value.form === undefined && (values[value.callee] as Value).kind === "member") follow(value.callee);
        else found.add(isOfALibrary(source) ? "raw" : "handed in");
        break;
      }
      case "member": {
        const object = values[value.object] as Value;
        // A field that nobody here writes: whoever makes the object does.
        if (object.kind === "this" || object.kind === "super") found.add(isDeclared(file, source) || enclosingClass(file.facts, file.facts.owner[value.object] as FnId) === null ? "handed in" : "raw");
        else follow(value.object);
        break;
      }
      case "param": {
        const giver = givingCall(file, value.fn);
        if (giver !== null) follow(giver);
        // What the framework that loads the file hands over.
        else if (sitesOf(file.facts).exported.has(value.fn) && isOfALibrary(source)) found.add("handed in");
        // A parameter whose callers all stand here is what they give, and that is among the sources too.
        else if (answers.callers(value.fn) === null || sources.length === 1) found.add(file.facts.functions[value.fn]?.cls == null ? "given" : "handed in");
        break;
      }
      case "global":
        found.add("raw");
        break;
      default:
        found.add(isOfALibrary(source) ? "raw" : "handed in");
    }
  }
  return found;
}

/** The callback of a transaction, a connection, a handler: what it is handed comes from what is called there. */
function givingCall(file: FileView, fn: FnId): ValueId | null {
  const where = file.get(context);
  const self = where.valueOf(fn);
  const around = self === null ? null : where.parent(self);
  const call = around === null ? undefined : file.facts.values[around];
  return call?.kind === "call" && call.callee !== self && file.get(flow).symbols(call.callee).some((s) => s.leadsSomewhere) ? call.callee : null;
}

/** `this.pool` by a declared type alone, not a method or part of a base class of the library. */
function isDeclared(file: FileView, member: ValueId): boolean {
  const value = file.facts.values[member] as Value;
  return value.kind === "member" && file.get(fieldNames).has(value.name);
}

/** The names of the fields that classes declare, or take as parameters of their constructors. */
const fieldNames: Answer<ReadonlySet<string | null>> = {
  name: "names of fields",
  of({ facts }) {
    const found = new Set<string | null>();
    for (const { members } of facts.classes) {
      for (const m of members) {
        if (m.fn === null) found.add(m.name);
        else if (m.kind === "constructor") for (const p of facts.functions[m.fn]?.params ?? []) if (p.property && p.binding !== null) found.add(facts.bindings[p.binding]?.name ?? null);
      }
    }
    return found;
  },
};
