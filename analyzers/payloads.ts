import { listAt } from "../core/lists.js";
import type { Catalog } from "../catalog/catalog.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { decoratedParameter } from "./decorated-parameters.js";
import { type Entry, entries } from "./entries.js";
import { flow } from "./flow.js";
import type { Invocation } from "./invocations.js";
import { occurrences } from "./occurrences.js";
import { outside, type OutsideKind } from "./outside.js";
import { isPatternPart } from "./pattern-parts.js";
import { inPieces, readFromPieces } from "./pieces.js";
import { ACCEPTED, type Frame, USED, type Use, Uses } from "./payload-uses.js";
import { isOnlyBytes } from "./raw-bytes.js";
import { served } from "./reach.js";

/** A body, message or query object that an entry reads. */
export interface Payload {
  readonly entry: Entry;
  readonly what: OutsideKind;
  /** The first read in the handler, or the handler's call of the helper that reads it. */
  readonly at: ValueId;
  readonly read: ValueId;
  /** All reads of it, of which this is the one that is worst. */
  readonly reads: readonly ValueId[];
  /** `used`: some way to a use has no check on it. `doubt`: only another file can say. */
  readonly state: "used" | "accepted" | "doubt";
  readonly reason: string;
}

/** Each payload once for each entry and kind, where it is first read as data. */
export const payloads: Answer<readonly Payload[]> = {
  name: "payloads",
  of(file) {
    const owners = ownersOf(file);
    const found = new Map<string, Payload>();
    const rank = { used: 2, doubt: 1, accepted: 0 };
    file.facts.values.forEach((_, id) => {
      const owner = owners(file.facts.owner[id] as FnId);
      const what = owner.length === 0 ? null : file.get(readFromPieces).has(id) ? "body" : file.get(outside)(id);
      if (what === null || inPieces(file, id) !== null || !PAYLOADS.has(what) || (what === "query" && !isWhole(file, id, owner)) || isStream(file, id) || isOnlyBytes(file, id)) return;
      const parameter = ofParameter(file, id);
      if (parameter?.state === "accepted" && parameter.reason === SINGLE) return;
      for (const { entry, via, frame } of owner) {
        if (what === "message" && (ASKED.has(entry.row.kind) || WITH_SCHEMA.has(entry.framework) || entry.row.decoded === true || isDecoded(file, entry))) continue;
        const inHandler = parameter === null || parameter === USED ? new Uses(file, stampsOf(file, entry, what)).of(id, frame) : parameter;
        // With no pipe of its own it is the handler that checks it, and what the handler hands it on to is no reason to doubt.
        const use = parameter === USED && inHandler.state !== "accepted" ? USED : inHandler;
        const key = `${JSON.stringify(entry.at)} ${what}`;
        const before = found.get(key);
        const reads = [...(before?.reads ?? []), id];
        if (before === undefined || rank[use.state] > rank[before.state]) found.set(key, { entry, what, at: via ?? id, read: id, reads, ...use });
        else found.set(key, { ...before, reads });
      }
    });
    return [...found.values()];
  },
};

/** To these nobody sends a message: what a request or a timer makes them read in a queue was checked, or was not, where it was put there. */
const ASKED: ReadonlySet<string> = new Set(["http", "graphql", "schedule"]);
/** What they are called with has passed the schema of the procedure, or of the tool. */
const WITH_SCHEMA: ReadonlySet<string> = new Set(["trpc", "mcp"]);
/** What protobuf decodes has the fields and types of its schema. */
const isDecoded = (file: FileView, { framework }: Entry): boolean =>
  (file.settings.catalog as Catalog).libraries.some((l) => l.sources?.some(({ from, decoded }) => decoded === true && "framework" in from && from.framework === framework));
/** What the platform writes beside what was sent: `record.messageId`. */
const stampsOf = (file: FileView, { framework }: Entry, what: OutsideKind): ReadonlySet<string> =>
  new Set((file.settings.catalog as Catalog).libraries.flatMap((l) => (l.sources ?? []).flatMap((s) => ("framework" in s.from && s.from.framework === framework && s.what === what ? (s.stamps ?? []) : []))));
const PAYLOADS: ReadonlySet<OutsideKind> = new Set(["body", "message", "event", "query"]);

interface Owner {
  readonly entry: Entry;
  /** The handler's call that leads to the function; null in the handler itself. */
  readonly via: ValueId | null;
  /** All calls that lead there. */
  readonly frame: Frame | null;
}

/** The entries that a function serves: as the handler, inside of it, or called from there. */
function ownersOf(file: FileView): (fn: FnId) => readonly Owner[] {
  const owners = new Map<FnId, Owner[]>();
  const known = new Map<FnId, Set<Entry>>();
  const isNew = (fn: FnId, entry: Entry): boolean => known.get(fn)?.has(entry) !== true;
  const add = (fn: FnId, owner: Owner): void => {
    if (!isNew(fn, owner.entry)) return;
    listAt(owners, fn).push(owner);
    known.set(fn, (known.get(fn) ?? new Set()).add(owner.entry));
  };
  const all = file.get(entries);
  for (const entry of all) for (const fn of entry.functions) add(fn, { entry, via: null, frame: null });
  const handlers = new Set(owners.keys());
  for (const { entry, states } of file.get(served)) {
    for (const state of states) {
      const { last } = state;
      if (last === null || !isNew(last.run.fn, entry) || isInside(file, last.run.fn, handlers)) continue;
      const { path } = state;
      const first = path.find((p) => !isInside(file, p.run.fn, handlers));
      if (first !== undefined) add(last.run.fn, { entry, via: first.at.id, frame: frameOf(file, path) });
    }
  }
  return (fn) => {
    for (let at: FnId | null = fn; at !== null; at = file.facts.functions[at]?.parent ?? null) {
      const owner = owners.get(at);
      if (owner !== undefined) return owner;
    }
    return [];
  };
}

/** Where a function only was handed on to be run, its result is somebody else's. */
function frameOf(file: FileView, path: readonly Invocation[]): Frame | null {
  return path.reduce<Frame | null>((below, { at, run }) => (file.get(flow).functions(at.target).includes(run.fn) ? { fn: run.fn, site: at.id, below } : below), null);
}

function isInside(file: FileView, fn: FnId, outer: ReadonlySet<FnId>): boolean {
  for (let at: FnId | null = fn; at !== null; at = file.facts.functions[at]?.parent ?? null) if (outer.has(at)) return true;
  return false;
}

/** `req.query` itself, not one value of it and not the address it stands in: those are texts. */
function isWhole(file: FileView, id: ValueId, owners: readonly Owner[]): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member" ? !/quer/i.test(value.name ?? "") : value.kind === "call" && value.args.length > 0) return false;
  const found = file.get(occurrences);
  const users = found.users(id);
  const places = [file.homeOf({ value: id }).path, ...owners.map(({ entry }) => file.homeOf(entry.at).path)];
  const isOfPath = (name: string | null): boolean => name !== null && places.some((path) => path.includes(`[${name}]`));
  return users.some((u) => isMoreThanParts(file, u, id, isOfPath)) || (users.length === 0 && found.holders(id).length > 0);
}

/**
 * `(req.query as Search).page` and `(req.query ?? {}).page` are one value of it. What a cast is given to, returned as or
 * named has all; and a pattern that takes apart what a cast gives believes the type of each part. What stands in the path
 * of a file, `pages/api/teams/[id].ts`, is a parameter of the path that comes with the query, and always a text.
 */
function isMoreThanParts(file: FileView, user: ValueId, of: ValueId, isOfPath: (name: string | null) => boolean): boolean {
  const { values } = file.facts;
  const value = values[user] as Value;
  if (value.kind === "member") return (values[of] as Value).kind === "cast" && isPatternPart(file, user) && !isOfPath(value.name);
  if (value.kind !== "cast" && !(value.kind === "logical" && value.op !== "&&" && value.left === of)) return true;
  const users = file.get(occurrences).users(user);
  return users.length === 0 || users.some((u) => isMoreThanParts(file, u, user, isOfPath));
}

const OF_STREAM = /^(?:getReader|pipeTo|pipeThrough|tee)$/;

/** `request.body.getReader()`: what comes in piece by piece has no shape yet. */
function isStream(file: FileView, id: ValueId): boolean {
  return file.get(occurrences).users(id).some((user) => {
    const value = file.facts.values[user] as Value;
    return value.kind === "member" && value.object === id && OF_STREAM.test(value.name ?? "");
  });
}

/** A single query value, which is no payload. */
const SINGLE = "single";

/** A decorated parameter (`@Body() dto: Dto`): what its pipes, its type and the place where the application is made say. */
function ofParameter(file: FileView, id: ValueId): Use | null {
  switch (decoratedParameter(file, id)) {
    case null:
      return null;
    case "accepted":
      return ACCEPTED;
    case "single":
      return { state: "accepted", reason: SINGLE };
    case "method pipe":
      return { state: "doubt", reason: "a pipe of its method or class may validate it" };
    case "elsewhere":
      return { state: "doubt", reason: "whether a validation pipe checks its class is decided where the application is made" };
    default:
      return USED;
  }
}
