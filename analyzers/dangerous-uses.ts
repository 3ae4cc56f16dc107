import type { Catalog } from "../catalog/catalog.js";
import type { SinkRow } from "../catalog/library.js";
import type { AssignValue, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callsThatMayHave } from "./calls.js";
import type { Danger } from "./cleared.js";
import { flow } from "./flow.js";
import { optionAt } from "./options.js";
import { type Origin, taint } from "./taint.js";
import { queries, valuesAt } from "./queries.js";
import { textsOf } from "./texts.js";

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
    const add = (danger: Danger, at: ValueId, value: ValueId): void => {
      if (!isConstant(file, value)) found.push({ danger, at, value, origins: harmful(file, danger, value) });
    };
    for (const { call, text } of file.get(queries)) add("sql", call.id, text);
    for (const call of callsThatMayHave(file, ["sinks"])) {
      const rows = new Set(call.symbols.flatMap((s) => s.rows("sinks").map((r) => r.row)));
      for (const row of rows) if (row.danger !== "response" && row.danger !== "sql" && mayHarm(file, call, row)) for (const value of valuesAt(file, call, row)) add(row.danger, call.id, value);
      const callee = file.facts.values[call.target] as Value;
      // `handlers[name]()`: whoever names the method chooses what runs.
      if (callee.kind === "member" && callee.name === null && callee.key !== undefined && !isList(file, callee.object)) add("key", call.id, callee.key);
    }
    const assigned = assignedSinks(file.settings.catalog as Catalog);
    file.facts.values.forEach((value, id) => {
      if (value.kind !== "assign" || value.target === null || !("member" in value.target)) return;
      const member = file.facts.values[value.target.member] as Value & { kind: "member" };
      if (member.name === null && member.key !== undefined && !isList(file, member.object) && !hasNoPrototype(file, member.object)) add("key", id, member.key);
      for (const danger of assignedDangers(file, value, assigned)) add(danger, id, value.value);
    });
    return found;
  },
};

function mayHarm(file: FileView, call: Call, row: SinkRow): boolean {
  if (row.safeWith !== undefined && optionAt(file, call, row.safeWith).certainty === "present") return false;
  // `redirect(url)` and `redirect(status, url)` have one row each.
  if (row.danger === "redirect" && row.arg === 0 && (call.args?.length ?? 1) > 1) return typeof file.get(flow).constant(call.args?.[0] as ValueId) !== "number";
  return true;
}

function harmful(file: FileView, danger: Danger, value: ValueId): readonly Origin[] {
  const origins = file.get(taint).resolved(value).filter((o) => o.from.kind !== "source" || (!o.safeFor.includes(danger) && countsFor(danger, o.from)));
  if (origins.length === 0 || (danger !== "url" && danger !== "redirect")) return origins;
  return isBound(file, danger, value) ? [] : origins;
}

/** A path parameter is a text, and an uploaded file's place on the disk is the server's choice. */
function countsFor(danger: Danger, from: Origin["from"] & { kind: "source" }): boolean {
  if (danger === "nosql") return from.what === "body" || from.what === "query" || from.what === "message" || from.what === "event";
  if (from.what === "file") return ["originalname", "name", "filename"].includes(from.path.at(-1) ?? "");
  if (danger === "html") return from.path.length > 0 || from.what !== "body";
  return true;
}

/** Does what stands before the first part from outside say which host is asked, or that it is this one? */
function isBound(file: FileView, danger: Danger, value: ValueId): boolean {
  return textsOf(file, value, "seen through names").every((text) => {
    let head = "";
    for (const piece of text) {
      if (piece.text === null && file.get(taint).resolved(piece.at).some((o) => o.from.kind === "source")) break;
      head += piece.text ?? "\0";
    }
    if (/^[a-z][a-z\d+.-]*:\/\/[^/?#\0]+[/?#]/i.test(head)) return true;
    // A base from elsewhere, and a path after it.
    if (/^\0.*[/?#]/s.test(head)) return true;
    return danger === "redirect" && (/^\/[^/\\]/.test(head) || /^[?#]/.test(head));
  });
}

function isConstant(file: FileView, value: ValueId): boolean {
  return file.get(flow).constant(value) !== undefined;
}

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
