import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { GuardRow } from "../catalog/library.js";
import { calls } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { flow } from "./flow.js";
import { callsOf, invocations } from "./invocations.js";
import { nameOf, refusals, type Sign } from "./refusals.js";
import { under } from "./under.js";

export type Kind = "rateLimit" | "authorize" | "csrf" | "session" | "bearer";

/** What something gives to the entries behind it; text: it may, and why nobody can say. */
export type Given = ReadonlyMap<Kind, true | string>;

/** What middleware, a hook or a guard gives, and what a handler checks itself. */
export interface Guards {
  of(value: ValueId): Given;
  ofFunctions(by: readonly Closure[], isHandler: boolean): Given;
  /** What a function around handlers does itself: what it is given is another for each. */
  ofWrapper(fn: FnId): Given;
}

export const guards: Answer<Guards> = { name: "guards", of: (file) => new FileGuards(file) };

export const NOTHING: Given = new Map();

/** What is sure wins over what may be. */
export function together(all: readonly Given[]): Given {
  if (all.length < 2) return all[0] ?? NOTHING;
  const found = new Map<Kind, true | string>();
  for (const given of all) for (const [kind, is] of given) if (found.get(kind) !== true) found.set(kind, is);
  return found;
}

const DEEPEST = 4;
const MOST = 120;
const NESTED = 6;

/** Names tell only that what is out of sight may give it. */
const MAY: readonly (readonly [Kind, RegExp])[] = [
  ["rateLimit", /limit|throttl|slow_?down|brute|quota|captcha/i],
  ["csrf", /csrf|xsrf|same_?(?:origin|site)/i],
  ["authorize", /auth|logged|log_?in|signed|session|admin|role|permission|permit|guard|protect|acl|jwt|token|secur|ensure|require|allow|policy|identit|access|keycloak|clerk|user/i],
];
const CHECKS_ITSELF = /^(?:(?:auth(?:ori[sz]e|enticate)|ensure|assert|require|check|verify|validate|guard|can|has|is|protect)\w*(?:auth|user|admin|role|permission|access|owner|session|token|login|signature)\w*|authori[sz]e\w*|authenticate\w*|protect)$/i;
/** Strategies by which somebody gets in: the login itself. */
const LOGS_IN = /^(?:local|google|github|facebook|twitter|linkedin|apple|oauth2?|openid|saml|magic)/i;
const KINDS: ReadonlyMap<Sign, Kind> = new Map([["refuses", "authorize"], ["slows", "rateLimit"], ["csrf", "csrf"], ["session", "session"], ["bearer", "bearer"]]);
const BY_ROW: Readonly<Record<GuardRow["gives"], Kind>> = { auth: "authorize", rateLimit: "rateLimit", csrf: "csrf", session: "session" };

class FileGuards implements Guards {
  readonly #file: FileView;
  readonly #known = new Map<ValueId, Given>();
  readonly #reached = new Map<string, Given>();
  #decorated: ReadonlyMap<string, readonly ValueId[]> | undefined;

  constructor(file: FileView) {
    this.#file = file;
  }

  of(value: ValueId): Given {
    return this.#of(value, 0);
  }

  #of(id: ValueId, depth: number): Given {
    const known = this.#known.get(id);
    if (known || depth > NESTED) return known ?? NOTHING;
    this.#known.set(id, NOTHING);
    const given = this.#judge(id, depth);
    this.#known.set(id, given);
    return given;
  }

  #judge(id: ValueId, depth: number): Given {
    const value = this.#value(id);
    const on = (next: ValueId): Given => this.#of(next, depth + 1);
    if (value.kind === "literal" || value.kind === "template" || value.kind === "regexp" || value.kind === "object") return NOTHING;
    if (value.kind === "array") return together(value.items.flatMap((i) => (i === null ? [] : [on(i)])));
    if (value.kind === "spread" || value.kind === "cast" || value.kind === "await") return on(value.of);
    const symbols = this.#file.get(flow).symbols(id);
    const rows = symbols.flatMap((s) => s.rows("guards").map(({ row }) => row));
    if (rows.length > 0) return together(rows.map((row) => this.#byRow(row, id)));
    const sources = this.#file.get(flow).sources(id);
    const lists = sources.filter((s) => s !== id && this.#value(s).kind === "array");
    if (lists.length > 0) return together(lists.map(on));
    const ofClass = sources.flatMap((s) => this.#class(s, depth));
    if (ofClass.length > 0) return together(ofClass);
    const wrapped = this.#wrapped(value, on);
    if (wrapped !== null) return wrapped;
    const { closures: own, open } = this.#file.get(closures).of(id, null);
    if (own.length > 0) return this.ofFunctions(own, false);
    const decorated = value.kind === "member" && value.name !== null ? (this.#decorations().get(value.name) ?? []) : [];
    if (decorated.length > 0) return together(decorated.map(on));
    const call = sources.map((s) => this.#value(s)).find((v) => v.kind === "call");
    // `compose([first, second])`, `jwt({ secret }).unless({ path })`
    if (call?.kind === "call") {
      const callee = this.#value(call.callee);
      const inner = together([...call.args.map(on), ...(callee.kind === "member" ? [on(callee.object)] : [])]);
      if ([...inner.values()].includes(true)) return inner;
    }
    if (symbols.some((s) => s.leadsSomewhere) || (open === null && value.kind !== "param")) return NOTHING;
    return this.#maybe(id);
  }

  /** `asyncHandler(requireUser)`, by a wrapper of one's own. */
  #wrapped(value: Value, on: (next: ValueId) => Given): Given | null {
    if (value.kind !== "call" || value.form === "new") return null;
    const made = this.#file.get(flow).functions(value.callee);
    const given = value.args.filter((arg) => this.#file.get(flow).functions(arg).length > 0);
    if (made.length === 0 || given.length === 0) return null;
    return together([...made.flatMap((fn) => this.#innerOf(fn)).map((fn) => this.ofWrapper(fn)), ...given.map(on)]);
  }

  #innerOf(fn: FnId): readonly FnId[] {
    return [fn, ...this.#file.get(flow).returns(fn).flatMap((value) => [...this.#file.get(flow).functions(value)])];
  }

  ofWrapper(fn: FnId): Given {
    const { values } = this.#file.facts;
    const found = new Map<Kind, true | string>();
    this.#shown({ fn, frame: null }, false, 0, found);
    for (const call of this.#file.get(callsOf)(fn)) {
      const sources = this.#file.get(flow).sources(call.target);
      const isGiven = (values[call.target] as Value).kind === "var" && this.#file.facts.bindings[(values[call.target] as Value & { kind: "var" }).binding]?.kind === "param";
      if (isGiven || sources.some((s) => values[s]?.kind === "param")) continue;
      for (const inner of this.#file.get(flow).functions(call.target)) this.#shown({ fn: inner, frame: null }, false, 1, found);
    }
    return found;
  }

  /** Of a class that Nest calls, and of what `new` makes of it. */
  #class(id: ValueId, depth: number): Given[] {
    let value = this.#value(id);
    if (value.kind === "call" && value.form === "new") value = this.#value(this.#file.get(flow).sources(value.callee)[0] ?? value.callee);
    const cls = value.kind === "class" ? this.#file.facts.classes[value.cls] : undefined;
    if (cls === undefined) return [];
    const base = cls.extends === null ? NOTHING : this.#of(cls.extends, depth + 1);
    const methods = cls.members.filter((m) => m.fn !== null && (m.name === "canActivate" || m.name === "use" || m.name === "intercept"));
    const does = this.ofFunctions(methods.map((m) => ({ fn: m.fn as number, frame: null })), false);
    if (base.get("rateLimit") === true || does.get("rateLimit") === true) return [together([base, does])];
    // Nest refuses with 403 where a guard says no.
    const guards = methods.some((m) => m.name === "canActivate") ? new Map<Kind, true>([[/throttl|limit/i.test(cls.name ?? "") ? "rateLimit" : "authorize", true]]) : NOTHING;
    return [together([base, does, guards])];
  }

  #byRow(row: GuardRow, id: ValueId): Given {
    const call = this.#callOf(id);
    if (row.option !== undefined) {
      const told = this.#told(call, row.option);
      return told === false ? NOTHING : new Map([[BY_ROW[row.gives], told]]);
    }
    const strategy = call === null || call.args[0] === undefined ? undefined : this.#file.get(flow).constant(call.args[0]);
    if (row.gives === "auth") {
      if (typeof strategy === "string" && LOGS_IN.test(strategy)) return NOTHING;
      return new Map<Kind, true>([["authorize", true], ...(row.bearer || strategy === "jwt" || strategy === "bearer" ? [["bearer", true] as const] : [])]);
    }
    if (row.gives === "session") return new Map<Kind, true | string>([["session", true], ...this.#sameSite(call)]);
    return new Map([[BY_ROW[row.gives], true]]);
  }

  /** Is an option of a call on, or why can nobody say? */
  #told(call: Value & { kind: "call" } | null, option: string): boolean | string {
    const [options] = call?.args ?? [];
    if (options === undefined) return false;
    const found = under(this.#file, options, [option]).filter(({ value }) => value !== options);
    if (found.length > 0) return found.some(({ value }) => this.#file.get(flow).constant(value) !== false);
    return this.#file.get(flow).sources(options).some((s) => this.#value(s).kind === "object") ? false : `whether \`${option}\` is on is out of sight`;
  }

  /** A session's cookie that other sites' forms do not send. */
  #sameSite(call: Value & { kind: "call" } | null): [Kind, true | string][] {
    const options = call?.args.at(-1);
    if (options === undefined) return [];
    const found = [["cookie", "sameSite"], ["sameSite"]].flatMap((path) => under(this.#file, options, path)).filter(({ value }) => value !== options);
    if (found.length === 0) return this.#file.get(flow).sources(options).some((s) => this.#value(s).kind === "object") ? [] : [["csrf", "the options of its session are out of sight"]];
    const texts = found.flatMap(({ value }) => this.#file.get(flow).sources(value)).map((s) => this.#file.get(flow).constant(s));
    if (texts.every((t) => t === true || (typeof t === "string" && /^(?:lax|strict)$/i.test(t)))) return [["csrf", true]];
    return texts.includes(undefined) ? [["csrf", "nobody can say here what `sameSite` of its session is"]] : [];
  }

  #callOf(id: ValueId): (Value & { kind: "call" }) | null {
    for (const source of this.#file.get(flow).sources(id)) {
      const value = this.#value(source);
      if (value.kind === "call") return value;
    }
    return null;
  }

  #maybe(id: ValueId): Given {
    const name = nameOf(this.#file.facts, id) ?? "";
    const { start, end } = this.#file.span({ value: id });
    const text = this.#file.text.slice(start, Math.min(end, start + 60)).split("(")[0] as string;
    const reason = `what \`${text.trim()}\` does is out of sight`;
    // `app.use(authRouter)` sets up routes.
    if (/rout(?:er|e)s?$|controllers?$/i.test(name)) return NOTHING;
    if (this.#value(id).kind === "param") return new Map(MAY.map(([kind]) => [kind, reason]));
    return new Map(MAY.filter(([, pattern]) => pattern.test(name) || pattern.test(text)).map(([kind]) => [kind, reason]));
  }

  ofFunctions(by: readonly Closure[], isHandler: boolean): Given {
    return together(by.map((closure) => this.#reach(closure, isHandler)));
  }

  /** What a function does, and what it calls for it. */
  #reach(start: Closure, isHandler: boolean): Given {
    const key = `${keyOf(start)} ${isHandler}`;
    const known = this.#reached.get(key);
    if (known) return known;
    this.#reached.set(key, NOTHING);
    const found = new Map<Kind, true | string>();
    const seen = new Set<string>();
    let row: readonly Closure[] = [start];
    for (let depth = 0; row.length > 0 && depth <= DEEPEST && seen.size < MOST; depth++) {
      const next: Closure[] = [];
      for (const closure of row) {
        if (seen.has(keyOf(closure))) continue;
        seen.add(keyOf(closure));
        this.#shown(closure, isHandler, depth, found);
        for (const { run, how } of this.#file.get(invocations)(closure)) if (how !== "later" && how !== "event" && how !== "detached") next.push(run);
      }
      row = next;
    }
    this.#reached.set(key, found);
    return found;
  }

  #shown({ fn, frame }: Closure, isHandler: boolean, depth: number, found: Map<Kind, true | string>): void {
    const signs = this.#file.get(refusals)(fn);
    for (const sign of signs) {
      const kind = KINDS.get(sign);
      if (kind !== undefined && !(isHandler && (sign === "csrf" || sign === "session"))) found.set(kind, true);
    }
    if (!isHandler && signs.has("asks") && signs.has("turns")) found.set("authorize", true);
    if (depth > 1) return;
    for (const call of this.#file.get(callsOf)(fn)) {
      if (call.symbols.some((s) => s.leadsSomewhere) || this.#file.get(closures).of(call.target, frame).closures.length > 0) continue;
      const name = nameOf(this.#file.facts, call.target);
      if (name === null) continue;
      const reason = `what \`${name}\` does is out of sight`;
      if (CHECKS_ITSELF.test(name) && !found.has("authorize")) found.set("authorize", reason);
      if (/limit|throttl|brute/i.test(name) && !/^limit$/i.test(name) && !found.has("rateLimit")) found.set("rateLimit", reason);
    }
  }

  /** `app.decorate("authenticate", …)`: what fastify's instance is given under a name. */
  #decorations(): ReadonlyMap<string, readonly ValueId[]> {
    if (this.#decorated) return this.#decorated;
    const found = new Map<string, ValueId[]>();
    for (const { value } of this.#file.get(calls)) {
      const callee = this.#value(value.callee);
      const [name, given] = value.args;
      if (callee.kind !== "member" || callee.name !== "decorate" || name === undefined || given === undefined) continue;
      const text = this.#file.get(flow).constant(name);
      if (typeof text === "string") listAt(found, text).push(given);
    }
    return (this.#decorated = found);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

