import type { BindingId, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { isDispatched } from "./call-bounds.js";
import { calls } from "./calls.js";
import type { Entry } from "./entries.js";
import { flow } from "./flow.js";
import { context } from "./context.js";
import { occurrences } from "./occurrences.js";
import { type Middleware, middleware } from "./on-the-way.js";
import { isKept } from "./reach.js";
import { sanctioned } from "./sanctioned.js";

/** Frameworks whose `next()` gives a promise of all that follows. */
const AWAITS_NEXT = new Set(["koa", "hono", "trpc"]);

/** Does middleware of this file run the entry in a dispatch: `app.use((ctx, next) => dispatch("http", () => next()))`? */
export const dispatchedOnTheWay: Answer<(entry: Entry) => boolean> = {
  name: "dispatched on the way",
  of(file) {
    const all = file.get(middleware).filter((m) => AWAITS_NEXT.has(m.framework) && m.runs.every(({ fn }) => dispatchesNext(file, fn)));
    if (all.length === 0) return () => false;
    return (entry) => all.some((m) => m.framework === entry.framework && isBefore(file, m, entry));
  },
};

function dispatchesNext(file: FileView, fn: FnId): boolean {
  const { params } = file.facts.functions[fn] as FunctionFact;
  const last = params.at(-1);
  const next = params.length > 1 ? (last?.binding ?? null) : nextOf(file, params[0]?.value);
  const reads = next === null ? [] : file.get(occurrences).reads(next);
  return reads.length > 0 && reads.every((read) => isHandedOn(file, read));
}

/** `({ next }) => …` */
function nextOf(file: FileView, param: ValueId | undefined): BindingId | null {
  const found = file.get(occurrences);
  const members = param === undefined ? [] : found.users(param).filter((user) => isNamed(file.facts.values[user], "next"));
  return members.flatMap((member) => found.holders(member))[0]?.binding ?? null;
}

const isNamed = (value: Value | undefined, name: string): boolean => value?.kind === "member" && value.name === name;

/** `dispatch("http", next)`, or `next()` in the callback of one that is waited for. */
function isHandedOn(file: FileView, read: ValueId): boolean {
  const where = file.get(context);
  const parent = where.parent(read);
  const call = parent === null ? undefined : file.facts.values[parent];
  if (parent === null || call?.kind !== "call" || !isKept(file, parent)) return false;
  return call.callee === read ? isDispatched(file, parent) : file.get(sanctioned)(call.callee) === "dispatch";
}

/** Registered before the entry for all that its application, router or chain serves, or on the route itself. */
function isBefore(file: FileView, m: Middleware, entry: Entry): boolean {
  if (m.call === entry.call) return true;
  if (entry.receiver === null || entry.call === null) return false;
  const made = new Set(chainOf(file, entry.receiver));
  if (made.has(m.call.id)) return true;
  const first = m.call.args?.[0];
  if (first === undefined || typeof file.get(flow).constant(first) === "string") return false;
  const on = receiverOf(file, m.call.target);
  if (on.some((source) => made.has(source))) return m.call.id < entry.call.id;
  return file.get(calls).some((mount) => {
    const callee = file.facts.values[mount.target] as Value;
    if (mount.id <= m.call.id || callee.kind !== "member" || (callee.name !== "use" && callee.name !== "route")) return false;
    return receiverOf(file, mount.target).some((s) => on.includes(s)) && (mount.args ?? []).some((arg) => chainOf(file, arg).some((s) => made.has(s)));
  });
}

function receiverOf(file: FileView, callee: ValueId): readonly ValueId[] {
  const value = file.facts.values[callee] as Value;
  return value.kind === "member" ? chainOf(file, value.object) : [];
}

/** What a value is, and what the calls of its chain were made on: `router` of `router.routes()`. */
function chainOf(file: FileView, id: ValueId, depth = 0): readonly ValueId[] {
  return file.get(flow).sources(id).flatMap((source) => {
    const value = file.facts.values[source] as Value;
    const callee = value.kind === "call" && value.form === undefined ? file.facts.values[value.callee] : undefined;
    return [source, ...(callee?.kind === "member" && depth < 12 ? chainOf(file, callee.object, depth + 1) : [])];
  });
}
