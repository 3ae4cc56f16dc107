import type { Catalog } from "../catalog/catalog.js";
import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { clearedAt } from "./cleared.js";
import { context } from "./context.js";
import { decoratedParameter } from "./decorated-parameters.js";
import { type Entry, entries } from "./entries.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { outside, type OutsideKind } from "./outside.js";
import { isOnlyBytes } from "./raw-bytes.js";
import { served } from "./reach.js";
import { reports } from "./reports.js";
import { sanctioned } from "./sanctioned.js";

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
      const what = owner.length === 0 ? null : file.get(outside)(id);
      if (what === null || !PAYLOADS.has(what) || (what === "query" && !isWhole(file, id)) || isStream(file, id) || isOnlyBytes(file, id)) return;
      const use = ofParameter(file, id) ?? new Uses(file).of(id);
      if (use.state === "accepted" && use.reason === SINGLE) return;
      for (const { entry, via } of owner) {
        if (what === "message" && (ASKED.has(entry.row.kind) || WITH_SCHEMA.has(entry.framework) || isDecoded(file, entry))) continue;
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
const PAYLOADS: ReadonlySet<OutsideKind> = new Set(["body", "message", "event", "query"]);

interface Owner {
  readonly entry: Entry;
  /** The handler's call that leads to the function; null in the handler itself. */
  readonly via: ValueId | null;
}

/** The entries that a function serves: as the handler, inside of it, or called from there. */
function ownersOf(file: FileView): (fn: FnId) => readonly Owner[] {
  const owners = new Map<FnId, Owner[]>();
  const add = (fn: FnId, owner: Owner): void => {
    const list = owners.get(fn);
    if (list === undefined) owners.set(fn, [owner]);
    else if (!list.some((o) => o.entry === owner.entry)) list.push(owner);
  };
  const all = file.get(entries);
  for (const entry of all) for (const fn of entry.functions) add(fn, { entry, via: null });
  const handlers = new Set(owners.keys());
  for (const { entry, states } of file.get(served)) {
    for (const { path } of states) {
      const last = path.at(-1);
      const first = path.find((p) => !isInside(file, p.run.fn, handlers));
      if (last !== undefined && first !== undefined && !isInside(file, last.run.fn, handlers)) add(last.run.fn, { entry, via: first.at.id });
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

function isInside(file: FileView, fn: FnId, outer: ReadonlySet<FnId>): boolean {
  for (let at: FnId | null = fn; at !== null; at = file.facts.functions[at]?.parent ?? null) if (outer.has(at)) return true;
  return false;
}

/** `req.query` itself, not one value of it and not the address it stands in: those are texts. */
function isWhole(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member" ? !/quer/i.test(value.name ?? "") : value.kind === "call" && value.args.length > 0) return false;
  const found = file.get(occurrences);
  const users = found.users(id);
  return users.some((u) => (file.facts.values[u] as Value).kind !== "member") || (users.length === 0 && found.holders(id).length > 0);
}

const OF_STREAM = /^(?:getReader|pipeTo|pipeThrough|tee)$/;

/** `request.body.getReader()`: what comes in piece by piece has no shape yet. */
function isStream(file: FileView, id: ValueId): boolean {
  return file.get(occurrences).users(id).some((user) => {
    const value = file.facts.values[user] as Value;
    return value.kind === "member" && value.object === id && OF_STREAM.test(value.name ?? "");
  });
}

interface Use {
  readonly state: Payload["state"];
  readonly reason: string;
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

const ACCEPTED: Use = { state: "accepted", reason: "" };
const USED: Use = { state: "used", reason: "" };
const CHECKS = /valid|schema|check|assert|ensure|verify|sanitiz|parse|decode|guard|^is[A-Z_]|dto/i;
const ASKS_WHAT_IT_IS = /^global:(?:Array\.isArray|Buffer\.isBuffer|ArrayBuffer\.isView|isNaN|isFinite|Number\.is\w+)$/;
const KEEPS = /^(?:push|unshift|splice|concat|set|add|with|fill)$/;
const COLLECTIONS: ReadonlySet<string> = new Set(["global:Map", "global:Set", "global:WeakMap", "global:WeakSet", "global:Array"]);
/** Deeper into helpers of helpers nobody looks. */
const DEEPEST = 12;

/** What becomes of a payload: every way to a use has to have a check on it. */
class Uses {
  readonly #file: FileView;
  readonly #seen = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  of(id: ValueId, depth = 0, isPart = false): Use {
    if (this.#seen.has(id) || depth > DEEPEST) return ACCEPTED;
    this.#seen.add(id);
    const proved = clearedAt(this.#file, id);
    // Whoever asks for a text has looked at it, though a text may do harm elsewhere.
    if (proved.some((c) => c.for === "all" || c.for.includes("nosql"))) return ACCEPTED;
    const uses = this.#all(id, depth, isPart);
    const doubt = proved.find((c) => c.doubt !== null)?.doubt;
    const worst = uses.find((u) => u.state === "used") ?? uses.find((u) => u.state === "doubt") ?? ACCEPTED;
    return worst.state === "used" && doubt != null ? { state: "doubt", reason: doubt } : worst;
  }

  #all(id: ValueId, depth: number, isPart: boolean): Use[] {
    const { facts } = this.#file;
    const found = this.#file.get(occurrences);
    const uses = found.users(id).map((user) => this.#by(user, id, depth, isPart));
    for (const { binding, version } of found.holders(id)) {
      for (const read of found.reads(binding)) {
        const value = facts.values[read] as Value & { kind: "var" };
        if (value.version === version || value.version < 0 || facts.bindings[binding]?.versions[value.version]?.of?.includes(version)) uses.push(this.of(read, depth + 1, isPart));
      }
    }
    if (uses.length > 0) return uses;
    const statement = this.#file.get(context).statement(id);
    // Tested, or thrown away.
    return [statement === null || statement.kind === "return" || statement.kind === "throw" ? USED : ACCEPTED];
  }

  #by(user: ValueId, id: ValueId, depth: number, isPart: boolean): Use {
    const value = this.#file.facts.values[user] as Value;
    const on = (): Use => this.of(user, depth + 1, isPart || value.kind === "member");
    switch (value.kind) {
      case "member":
        return value.object !== id ? USED : value.name === "length" ? ACCEPTED : on();
      case "cast":
      case "await":
      case "default":
      case "spread":
      case "element":
      case "rest":
      case "key":
      case "sequence":
        return on();
      case "unary":
        return value.op === "-" || value.op === "~" ? USED : ACCEPTED;
      case "binary":
        return value.op === "+" ? USED : ACCEPTED;
      case "logical":
        return on();
      case "choice":
        return value.test === id ? ACCEPTED : on();
      case "assign":
        return value.target !== null && "member" in value.target && value.value === id ? USED : value.value === id ? on() : ACCEPTED;
      case "object":
        return this.#givenIn(user, value, id);
      case "call":
        return this.#call(user, value, id, depth, isPart);
      default:
        // What an error says of what it refuses.
        return value.kind === "template" && this.#file.get(context).statement(user)?.kind === "throw" ? ACCEPTED : USED;
    }
  }

  /** `verify({ payload, signature })`: a part of what a validator is given. */
  #givenIn(object: ValueId, { props }: Value & { kind: "object" }, id: ValueId): Use {
    const prop = props.find((p) => p.value === id)?.name;
    const parent = this.#file.get(context).parent(object);
    const call = parent === null ? undefined : this.#file.get(callAt)(parent);
    const isAccepted = prop != null && call?.symbols.some((s) => s.rows("validators").some(({ row }) => row.accepts === "result" && row.path === prop && call.args?.[row.arg] === object)) === true;
    return isAccepted ? ACCEPTED : USED;
  }

  #call(user: ValueId, value: Value & { kind: "call" }, id: ValueId, depth: number, isPart: boolean): Use {
    // A message that is called is none: `ack({ ok: true })`.
    if (value.callee === id && (!isPart || this.#isConverted(value))) return ACCEPTED;
    if (value.callee === id) return this.of(user, depth + 1, true);
    const call = this.#file.get(callAt)(user);
    if (call === undefined) return USED;
    const name = this.#file.get(sanctioned)(call.target);
    if (name !== null && /^(?:parse|parseAsync)\b/.test(name)) return ACCEPTED;
    const rows = call.symbols.flatMap((s) => s.rows("validators").map((r) => r.row));
    if (rows.length > 0) return rows.some((row) => row.against === undefined) ? ACCEPTED : this.of(user, depth + 1, isPart);
    if (call.symbols.some((s) => s.rows("passes").length > 0)) return this.of(user, depth + 1, isPart);
    if (call.symbols.some((s) => ASKS_WHAT_IT_IS.test(s.text))) return ACCEPTED;
    const index = value.args.indexOf(id);
    const own = this.#file.get(flow).functions(call.target);
    if (own.length === 0 && this.#file.get(reports)(call) === "logs") return ACCEPTED;
    if (own.length > 0) {
      const params = own.map((fn) => (this.#file.facts.functions[fn] as FunctionFact).params[index]);
      const uses = params.map((param) => (param === undefined ? ACCEPTED : this.of(param.value, depth + 1, isPart)));
      return uses.find((u) => u.state === "used") ?? uses.find((u) => u.state === "doubt") ?? ACCEPTED;
    }
    const text = this.#nameOf(call.target);
    if (CHECKS.test(text)) return { state: "doubt", reason: `\`${text}\` may check it` };
    // A function of the project's own may be where a payload is validated; what gets one value of it uses that.
    if (isPart || call.symbols.some((s) => s.text.startsWith("global:")) || this.#isKept(value) || this.#goesOnWithEffect(value)) return USED;
    if (call.symbols.some((s) => /^(?:\.{1,2}\/|[#@~]\/|#)/.test(s.text)) || !call.symbols.some((s) => s.isKnown)) return { state: "doubt", reason: `\`${text}\` is of another file, and may check it` };
    return USED;
  }

  /** `body.map(Number)`: whatever was in it, what comes out is of one kind. */
  #isConverted({ callee, args }: Value & { kind: "call" }): boolean {
    const { facts } = this.#file;
    const [member, by] = [facts.values[callee] as Value, args[0] === undefined ? undefined : facts.values[args[0]]];
    return member.kind === "member" && member.name === "map" && by?.kind === "global" && /^(?:Number|String|Boolean|BigInt|parseFloat)$/.test(by.name);
  }

  /** `users.push(body)`, `sessions.set(id, body)`: a list or a map that the project makes checks nothing. */
  #isKept({ callee }: Value & { kind: "call" }): boolean {
    const { facts } = this.#file;
    const member = facts.values[callee] as Value;
    if (member.kind !== "member" || !KEEPS.test(member.name ?? "")) return false;
    const made = this.#file.get(flow).sources(member.object).map((s) => facts.values[s] as Value);
    return made.length > 0 && made.every((value) => value.kind === "array" || (value.kind === "call" && value.form === "new" && this.#file.get(flow).symbols(value.callee).some((s) => COLLECTIONS.has(s.text))));
  }

  /** `db.insert(users).values(body)`: the rest of a call that leaves the process. */
  #goesOnWithEffect({ callee }: Value & { kind: "call" }): boolean {
    let at = callee;
    for (let steps = 0; steps < 20; steps++) {
      const value = this.#file.facts.values[at] as Value;
      if (value.kind === "member") at = value.object;
      else if (value.kind !== "call") return false;
      else if (this.#file.get(callAt)(at)?.symbols.some((s) => s.rows("effects").length > 0) === true) return true;
      else at = value.callee;
    }
    return false;
  }

  #nameOf(target: ValueId): string {
    const { start, end } = this.#file.span({ value: target });
    return this.#file.text.slice(start, end).replace(/\s+/g, " ").slice(-40);
  }
}
