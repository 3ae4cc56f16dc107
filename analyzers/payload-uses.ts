import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { ofSchemaForAll } from "./believed.js";
import { callAt } from "./calls.js";
import { clearedAt, provedBy } from "./cleared.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { OWN_MODULE } from "./own-module.js";
import { wrapped } from "./partly-given.js";
import { isLoggerLevel, reports } from "./reports.js";
import { sanctioned } from "./sanctioned.js";

/** What becomes of a payload. */
export interface Use {
  /** `used`: some way to a use has no check on it. `doubt`: only another file can say. */
  readonly state: "used" | "accepted" | "doubt";
  readonly reason: string;
}

export const ACCEPTED: Use = { state: "accepted", reason: "" };
export const USED: Use = { state: "used", reason: "" };
const CHECKS = /valid|schema|check|assert|ensure|verify|sanitiz|parse|decode|guard|^is[A-Z_]|dto/i;
const ASKS_WHAT_IT_IS = /^global:(?:Array\.isArray|Buffer\.isBuffer|ArrayBuffer\.isView|isNaN|isFinite|Number\.is\w+)$/;
/** A text may still do harm elsewhere, as a number does not. */
const CONVERTS = /^global:(?:Number|String|Boolean|BigInt|parseInt|parseFloat|Number\.parse(?:Int|Float))$/;
const KEEPS = /^(?:push|unshift|splice|set|add|with|fill)$/;
/** Give each element to a callback, and nothing but its results to whoever calls. */
const EACH = /^(?:map|flatMap|forEach)$/;
const COLLECTIONS: ReadonlySet<string> = new Set(["global:Map", "global:Set", "global:WeakMap", "global:WeakSet", "global:Array"]);
/** Deeper into helpers of helpers nobody looks. */
const DEEPEST = 48;

/** The call that led into a function, and the one that led there. */
export interface Frame {
  readonly fn: FnId;
  readonly site: ValueId;
  readonly below: Frame | null;
}

/** How a walk came to a value. */
interface Way {
  readonly depth: number;
  /** It is a part of the payload, not the whole. */
  readonly isPart: boolean;
  /** Only elements have been taken out of it so far, and no part of one. */
  readonly isElement: boolean;
  /** The payload lies in it: `{ query: body }`, `[null, body]`, by the keys from outside inward. */
  readonly under: readonly string[];
  readonly frame: Frame | null;
}

/** What becomes of a payload: every way to a use has to have a check on it. */
export class Uses {
  readonly #file: FileView;
  readonly #seen = new Set<string>();

  readonly #stamps: ReadonlySet<string>;

  /** `stamps`: parts of its elements that no sender writes. */
  constructor(file: FileView, stamps: ReadonlySet<string>) {
    this.#file = file;
    this.#stamps = stamps;
  }

  /** `frame`: the calls that led to where it is read, which what a helper returns goes back to. */
  of(id: ValueId, frame: Frame | null = null): Use {
    return this.#of(id, { depth: 0, isPart: false, isElement: true, under: [], frame });
  }

  #of(id: ValueId, way: Way): Use {
    const key = `${String(id)} ${String(way.frame?.site)} ${way.under.join(".")}`;
    if (this.#seen.has(key)) return ACCEPTED;
    if (way.depth > DEEPEST) return { state: "doubt", reason: "where it goes is further than anybody looks" };
    this.#seen.add(key);
    // What is known of a list or an object is not known of what lies in it.
    const proved = way.under.length > 0 ? [] : clearedAt(this.#file, id);
    // Whoever asks for a text has looked at it, though a text may do harm elsewhere.
    if (proved.some((c) => c.for === "all" || c.for.includes("nosql"))) return ACCEPTED;
    const worst = worstOf(this.#all(id, { ...way, depth: way.depth + 1 }));
    const doubt = proved.find((c) => c.doubt !== null)?.doubt;
    return worst.state === "used" && doubt != null ? { state: "doubt", reason: doubt } : worst;
  }

  #all(id: ValueId, way: Way): Use[] {
    const { facts } = this.#file;
    const found = this.#file.get(occurrences);
    const uses = found.users(id).map((user) => this.#by(user, id, way));
    for (const { binding, version } of found.holders(id)) {
      for (const read of found.reads(binding)) {
        const value = facts.values[read] as Value & { kind: "var" };
        if (value.version === version || value.version < 0 || facts.bindings[binding]?.versions[value.version]?.of?.includes(version)) uses.push(this.#of(read, way));
      }
    }
    if (uses.length > 0) return uses;
    const statement = this.#file.get(context).statement(id);
    if (statement?.kind === "return") return [this.#returned(id, way)];
    // Tested, or thrown away.
    return [statement === null || statement.kind === "throw" ? USED : ACCEPTED];
  }

  /** `return request.json()`: what the helper was called for goes on. What a handler returns goes to the client. */
  #returned(id: ValueId, way: Way): Use {
    for (let frame = way.frame; frame !== null; frame = frame.below) {
      if (frame.fn === this.#file.facts.owner[id]) return this.#of(frame.site, { ...way, frame: frame.below });
    }
    return USED;
  }

  #by(user: ValueId, id: ValueId, way: Way): Use {
    const value = this.#file.facts.values[user] as Value;
    const on = (): Use => this.#of(user, way);
    switch (value.kind) {
      case "member":
        return value.object !== id ? USED : way.under.length > 0 ? this.#memberOf(user, value, way) : this.#partOf(user, value, way);
      case "cast":
      case "await":
      case "default":
      case "sequence":
      case "logical":
        return on();
      case "spread":
      case "element":
      case "rest":
      case "key":
        return way.under.length > 0 && value.kind !== "spread" ? USED : on();
      case "unary":
        return value.op === "-" || value.op === "~" ? USED : ACCEPTED;
      case "binary":
        return value.op === "+" ? USED : ACCEPTED;
      case "choice":
        return value.test === id ? ACCEPTED : on();
      case "assign":
        return value.target !== null && "member" in value.target && value.value === id ? USED : value.value === id ? on() : ACCEPTED;
      case "object":
        return this.#inObject(user, value, id, way);
      case "array":
        return this.#inList(user, value, id, way);
      case "call":
        return this.#call(user, value, id, way);
      default:
        // What an error says of what it refuses.
        return value.kind === "template" && this.#file.get(context).statement(user)?.kind === "throw" ? ACCEPTED : USED;
    }
  }

  /** `record.messageId` is the platform's own; `record.body.messageId` is the sender's. */
  #partOf(user: ValueId, { name }: Value & { kind: "member" }, way: Way): Use {
    if (name === "length" || (way.isElement && name !== null && this.#stamps.has(name))) return ACCEPTED;
    return this.#of(user, { ...way, isPart: true, isElement: way.isElement && (name === null || /^(?:\d+|at|entries|values|filter|slice)$/.test(name) || EACH.test(name)) });
  }

  /** `const [, body] = …`, `given.body`: out of what it lies in, or past it. */
  #memberOf(user: ValueId, { name }: Value & { kind: "member" }, way: Way): Use {
    const [key, ...rest] = way.under;
    if (name === key) return this.#of(user, { ...way, under: rest });
    // A method of the list gives its elements to somebody.
    return name === null || (/^\d/.test(key ?? "") && !/^(?:\d+|length)$/.test(name)) ? USED : ACCEPTED;
  }

  /** `verify({ payload, signature })`, `Schema.parse({ name: body.name })` */
  #inObject(object: ValueId, { props }: Value & { kind: "object" }, id: ValueId, way: Way): Use {
    const prop = props.find((p) => p.value === id);
    if (prop?.name != null) return this.#of(object, { ...way, under: [prop.name, ...way.under] });
    // `Schema.parse({ ...query, ...body })`: who makes a copy uses what is in it, unless all that gets the copy accepts it.
    if (way.under.length === 0 && prop?.form === "spread") return this.#of(object, way).state === "accepted" ? ACCEPTED : USED;
    return way.under.length > 0 && prop?.key === undefined ? this.#of(object, way) : USED;
  }

  /** `return [null, body]`: its place is known where nothing is spread before it. */
  #inList(list: ValueId, { items }: Value & { kind: "array" }, id: ValueId, way: Way): Use {
    const index = items.findIndex((item) => item === id);
    const isFirst = items.slice(0, index + 1).every((item) => item === null || (this.#file.facts.values[item] as Value).kind !== "spread");
    return index !== -1 && isFirst ? this.#of(list, { ...way, under: [String(index), ...way.under] }) : USED;
  }

  #call(user: ValueId, value: Value & { kind: "call" }, id: ValueId, way: Way): Use {
    // A message that is called is none: `ack({ ok: true })`.
    if (value.callee === id && way.under.length > 0) return USED;
    if (value.callee === id && (!way.isPart || this.#isConverted(value) || this.#isSifted(value))) return ACCEPTED;
    if (value.callee === id) return this.#ofMethod(user, value, way);
    const call = this.#file.get(callAt)(user);
    if (call === undefined) return USED;
    const name = this.#file.get(sanctioned)(call.target);
    if (name !== null && /^(?:parse|parseAsync)\b/.test(name)) return ACCEPTED;
    // `String(room)`, `String(body.name)`: what came in is now of one kind. The other parts are uses of their own.
    if (way.under.length === 0 && call.symbols.some((s) => CONVERTS.test(s.text)) && !(way.isPart && this.#isRead(user))) return ACCEPTED;
    const index = value.args.indexOf(id);
    const rows = call.symbols.flatMap((s) => s.rows("validators").map((r) => r.row));
    if (rows.length > 0 && ofSchemaForAll(this.#file, call)) return this.#of(user, way);
    if (way.under.length > 0 && rows.length > 0) return rows.some((row) => row.accepts === "result" && row.against === undefined && row.arg === index && (row.path === undefined || row.path === way.under[0])) ? ACCEPTED : USED;
    if (rows.length > 0) return rows.some((row) => row.against === undefined) ? ACCEPTED : this.#of(user, way);
    if (call.symbols.some((s) => s.text === "global:Promise.all")) return this.#of(user, way);
    const passes = call.symbols.flatMap((s) => s.rows("passes").map((r) => r.row));
    const there = passes.flatMap(({ into }) => (into !== undefined && into !== index && this.#isThere(value.args[into]) ? [value.args[into] as ValueId] : []));
    if (there.length > 0) return worstOf(there.map((into) => this.#intoNew(into, user, way)));
    if (passes.length > 0) return this.#of(user, { ...way, under: [] });
    if (call.symbols.some((s) => ASKS_WHAT_IT_IS.test(s.text))) return ACCEPTED;
    const own = this.#doneBy(call.target);
    if (isLoggerLevel(this.#file, call) || (own.length === 0 && this.#file.get(reports)(call) === "logs")) return ACCEPTED;
    if (own.length > 0) return worstOf(own.map((fn) => this.#given(fn, index, user, way)));
    const text = this.#nameOf(call.target);
    if (CHECKS.test(text)) return { state: "doubt", reason: `\`${text}\` may check it` };
    // `[].concat(body.ids ?? [])` is a list of it, whatever becomes of that.
    if (this.#isJoined(value)) return this.#of(user, { ...way, under: [] });
    // A function of the project's own may be where a payload is validated; what gets one value of it uses that.
    if (way.isPart || call.symbols.some((s) => s.text.startsWith("global:")) || this.#isKept(value) || this.#goesOnWithEffect(value)) return USED;
    if (call.symbols.some((s) => OWN_MODULE.test(s.text)) || !call.symbols.some((s) => s.isKnown)) return { state: "doubt", reason: `\`${text}\` is of another file, and may check it` };
    return USED;
  }

  #given(fn: FnId, index: number, site: ValueId, way: Way): Use {
    const param = (this.#file.facts.functions[fn] as FunctionFact).params[index];
    return param === undefined ? ACCEPTED : this.#of(param.value, { ...way, frame: { fn, site, below: way.frame } });
  }

  /** The functions that a call runs, also through what does as they do: `promisify(query)(text, body)`. */
  #doneBy(target: ValueId): readonly FnId[] {
    const { functions } = this.#file.get(flow);
    const own = functions(target);
    return own.length > 0 ? own : wrapped(this.#file, target).flatMap((fn) => functions(fn));
  }

  /** `records.map(decode)`: an element goes into the callback, and what that makes of it comes out. What a search or a sum gives is taken for the list. */
  #ofMethod(user: ValueId, { callee, args }: Value & { kind: "call" }, way: Way): Use {
    const member = this.#file.facts.values[callee] as Value;
    const by = member.kind === "member" && EACH.test(member.name ?? "") && args[0] !== undefined ? this.#file.get(flow).functions(args[0]) : [];
    return by.length > 0 ? worstOf(by.map((fn) => this.#given(fn, 0, user, way))) : this.#of(user, way);
  }

  /** `Object.assign(user, body)` puts it into what is there already, `Object.assign({}, body)` into a copy that goes on. */
  #isThere(into: ValueId | undefined): boolean {
    return into !== undefined && (this.#file.facts.values[into] as Value).kind !== "object";
  }

  /** `const order = new Order(); Object.assign(order, body)`: all that is in it then is the payload, which goes on under that name. */
  #intoNew(into: ValueId, user: ValueId, way: Way): Use {
    const { values, bindings, owner } = this.#file.facts;
    const name = values[into] as Value;
    const [only, ...others] = name.kind === "var" ? (bindings[name.binding]?.versions ?? []) : [];
    const made = only?.value === undefined || others.length > 0 ? undefined : values[only.value];
    const isNew = (made?.kind === "object" && made.props.length === 0) || (made?.kind === "call" && made.form === "new" && made.args.length === 0);
    if (name.kind !== "var" || !isNew || way.under.length > 0) return USED;
    const later = this.#file.get(occurrences).reads(name.binding).filter((read) => read !== into && (read > user || owner[read] !== owner[user]));
    // Put into what is its own, it has been used unless what follows is known to look at it.
    return later.length > 0 && worstOf(later.map((read) => this.#of(read, way))).state === "accepted" ? ACCEPTED : USED;
  }

  /** `JSON.parse(String(message.value))`: the text of bytes, out of which the message itself comes. */
  #isRead(text: ValueId): boolean {
    const found = this.#file.get(occurrences);
    const users = [...found.users(text), ...found.holders(text).flatMap(({ binding }) => found.reads(binding)).flatMap((read) => found.users(read))];
    return users.some((user) => {
      const value = this.#file.facts.values[user] as Value;
      const callee = value.kind === "call" ? (this.#file.facts.values[value.callee] as Value) : undefined;
      return value.kind === "call" && value.callee !== text && callee?.kind === "member" && /^(?:parse|load|decode|deseriali[sz]e)/.test(callee.name ?? "");
    });
  }

  /** `body.map(Number)`: whatever was in it, what comes out is of one kind. */
  #isConverted({ callee, args }: Value & { kind: "call" }): boolean {
    const { facts } = this.#file;
    const [member, by] = [facts.values[callee] as Value, args[0] === undefined ? undefined : facts.values[args[0]]];
    return member.kind === "member" && member.name === "map" && by?.kind === "global" && /^(?:Number|String|Boolean|BigInt|parseFloat)$/.test(by.name);
  }

  /** `body.filter((x): x is string => typeof x === "string")`: only those come out of which the callback has proved what they are. */
  #isSifted({ callee, args }: Value & { kind: "call" }): boolean {
    const file = this.#file;
    const member = file.facts.values[callee] as Value;
    const [by] = args;
    if (by === undefined || member.kind !== "member" || member.name !== "filter") return false;
    const fns = file.get(flow).functions(by);
    return fns.length > 0 && fns.every((fn) => {
      const param = (file.facts.functions[fn] as FunctionFact).params[0]?.value;
      const given = file.get(flow).returns(fn);
      if (param === undefined || given.length === 0) return false;
      // Whoever asks for a text has looked at it.
      return given.map((test) => provedBy(file, test, param)).every((c) => c !== null && c.doubt === null && (c.for === "all" || c.for.includes("nosql")));
    });
  }

  #isJoined({ callee }: Value & { kind: "call" }): boolean {
    const member = this.#file.facts.values[callee] as Value;
    if (member.kind !== "member" || member.name !== "concat") return false;
    const made = this.#file.get(flow).sources(member.object);
    return made.length > 0 && made.every((s) => (this.#file.facts.values[s] as Value).kind === "array");
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

function worstOf(uses: readonly Use[]): Use {
  return uses.find((u) => u.state === "used") ?? uses.find((u) => u.state === "doubt") ?? ACCEPTED;
}
