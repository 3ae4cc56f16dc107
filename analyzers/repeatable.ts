import type { BindingId, CallValue, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView } from "../core/rule.js";
import type { EffectRow } from "../catalog/library.js";
import { type Call, callsWithin } from "./calls.js";
import { flow } from "./flow.js";
import { isMadeOf } from "./made-of.js";
import { nameOf } from "./reports.js";
import { joined, textsOf } from "./texts.js";
import { constantAt } from "./under.js";

const DEEPEST = 3;
/** Verbs that put something on its way a second time. */
const SENDS = /^(?:publish|send|add|enqueue|produce|emit|push|xadd|postMessage)(?:[A-Z]\w*)?$/;
const NOT_TWICE = /^(?:POST|PATCH)$/i;
const INSERT = /^\s*(?:with\b[^]*?\)\s*)?insert\s+into\b/i;
/** An insert that a second time changes nothing. */
const ONCE = /\bon\s+conflict\b|\bon\s+duplicate\s+key\b|\bwhere\s+not\s+exists\b|\binsert\s+(?:or\s+)?ignore\b/i;
/** What makes the other side recognise a repetition. */
const KEY = /idempot|dedup|^jobId$|client_?(?:request)?_?token|^(?:skipDuplicates|ignoreDuplicates)$/i;

/** A call in a stretch of code that must not be made twice: it posts, pays, publishes or inserts without an idempotency key. */
export function unrepeatable(file: FileView, span: Span, depth = 0, seen = new Set<number>()): Call | null {
  for (const call of callsWithin(file, span)) {
    if (call.symbols.some((node) => node.rows("effects").length > 0)) {
      if (mustNotRepeat(file, call) && !hasKey(file, call)) return call;
      continue;
    }
    // What a caller gives is found where it is given.
    if (depth >= DEEPEST || call.value.form !== undefined || file.facts.values[file.get(flow).sameAs(call.target)]?.kind === "param") continue;
    for (const fn of file.get(flow).functions(call.target)) {
      if (seen.has(fn)) continue;
      seen.add(fn);
      const inner = unrepeatable(file, file.span({ mark: (file.facts.functions[fn] as FunctionFact).at }), depth + 1, seen);
      if (inner !== null) return inner;
    }
  }
  return null;
}

function mustNotRepeat(file: FileView, call: Call): boolean {
  const rows = call.symbols.flatMap((node) => node.rows("effects").slice(0, 1));
  return rows.some(({ row }) => {
    if (row.idempotent !== undefined) return !row.idempotent;
    if (row.method !== undefined) return posts(file, call, row);
    if (row.effect === "queue" || row.effect === "mail") return SENDS.test(nameOf(file, call.target));
    return row.effect === "database" && inserts(file, call);
  });
}

function posts(file: FileView, call: Call, row: EffectRow): boolean {
  return call.args !== null && (row.method ?? []).some((place) => NOT_TWICE.test(constantAt(file, call.args ?? [], place) ?? ""));
}

function inserts(file: FileView, call: Call): boolean {
  const query = call.args?.[0];
  if (query === undefined) return false;
  const text = joined(textsOf(file, query, "seen through names")[0] ?? []);
  return INSERT.test(text) && !ONCE.test(text);
}

function hasKey(file: FileView, call: Call): boolean {
  if (!file.get(mayHaveKeys)) return false;
  return (call.args ?? call.value.args).some((arg) => isMadeOf(file, arg, (_, v) => isKey(file, v)));
}

function isKey(file: FileView, value: Value): boolean {
  if (value.kind === "object") return value.props.some((p) => KEY.test(p.name ?? "") || (p.key !== undefined && KEY.test(String(file.get(flow).constant(p.key) ?? nameOf(file, p.key)))));
  if (value.kind !== "var") return false;
  // `headers.set("Idempotency-Key", key)`, `headers["Idempotency-Key"] = key`
  if (KEY.test(file.facts.bindings[value.binding]?.name ?? "")) return true;
  return file.get(givenKeys).has(value.binding);
}

const mayHaveKeys: Answer<boolean> = { name: "may have keys", of: ({ text }) => /idempot|dedup|jobId|client_?(?:request)?_?token|Duplicates/i.test(text) };

/** The names of the objects that a key is put into, at any depth. */
const givenKeys: Answer<ReadonlySet<BindingId>> = {
  name: "objects that are given a key",
  of(file) {
    const found = new Set<BindingId>();
    for (const value of file.facts.values) {
      const object = value.kind === "call" ? keyedByCall(file, value) : value.kind === "assign" ? keyedByWrite(file, value) : null;
      const root = object === null ? null : rootOf(file, object);
      if (root !== null) found.add(root);
    }
    return found;
  },
};

function keyedByCall(file: FileView, { callee: id, args }: CallValue): ValueId | null {
  const callee = file.facts.values[id] as Value;
  const isKeyed = callee.kind === "member" && /^(?:set|append|header)$/.test(callee.name ?? "") && args[0] !== undefined && KEY.test(String(file.get(flow).constant(args[0])));
  return isKeyed ? callee.object : null;
}

function keyedByWrite(file: FileView, { target }: Value & { kind: "assign" }): ValueId | null {
  const member = target !== null && "member" in target ? (file.facts.values[target.member] as Value) : undefined;
  return member?.kind === "member" && KEY.test(member.name ?? "") ? member.object : null;
}

function rootOf(file: FileView, id: ValueId): BindingId | null {
  const value = file.facts.values[id] as Value;
  return value.kind === "var" ? value.binding : value.kind === "member" ? rootOf(file, value.object) : null;
}

/** What another file's function does is only in its name: a second charge is a second charge. */
const SAYS = /^(?:charge|pay|refund|capture|transfer|withdraw|debit|credit|post|publish|insert|enqueue)(?:[A-Z_]\w*)?$|^(?:create|place|submit)(?:Order|Payment|Charge|Invoice|Booking|Transfer|Payout|Refund)/;

export function mayBeUnrepeatable(file: FileView, span: Span): Call | null {
  return callsWithin(file, span).find((call) => SAYS.test(nameOf(file, call.target)) && file.get(flow).functions(call.target).length === 0 && !call.symbols.some((n) => n.isKnown)) ?? null;
}
