import type { FnId, FunctionFact, MemberValue, TypeExpr, TypeMember, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { eachStatement, flow } from "./flow.js";
import { outside, type OutsideKind } from "./outside.js";
import { heldBy } from "./held.js";
import { saysHidden, sensitiveName } from "./sensitive-names.js";

/** What must not stand in a log, where it goes in, and the calls it went through. */
export interface Sensitive {
  readonly at: ValueId;
  /** "a password (`password`)", "all headers of the request". */
  readonly what: string;
  /** The caller's call, where a helper of this file only hands on to the log. */
  readonly via: ValueId | null;
  /** The value itself, all of a request or of the environment, or an object that has it by its type. */
  readonly is: "value" | "whole" | "typed";
}

const DEEPEST = 14;
/** Functions whose result shows nothing of what they get. */
const HIDES = /mask|redact|hash|digest|obfuscat|anonymi[sz]e|scrub|sanitiz|hide|censor|(?<!de)crypt|fingerprint|truncate|last4|lastFour|omit|without|strip|safe/i;
const SHOWS = new Set(["stringify", "inspect", "format", "String", "toString", "assign", "freeze", "structuredClone", "entries", "values", "fromEntries", "concat", "join", "trim", "toJSON", "valueOf", "replace", "map", "flat", "toUpperCase", "toLowerCase"]);
/** Give the names of what is in it, and none of it. */
const NAMES_ONLY = new Set(["keys", "getOwnPropertyNames", "ownKeys"]);
const WHOLE: Readonly<Record<string, string>> = { header: "all headers of the request", cookie: "the cookies of the request" };
const ENVIRONMENT = new Set(["global:process.env", "process:env"]);
const PASCAL = /^[A-Z]\w*[a-z]\w*$/;
const TOKENS = new Set(["jsonwebtoken:sign", "jose:SignJWT().sign"]);
const REQUEST = /^(?:express:Request\(\)|fastify:FastifyRequest\(\)|fastify:.*[rR]equest\(\)|http:IncomingMessage\(\)|koa:Context\(\)\.re(?:q|quest)|next:.*Request\(\)|hono:Context\(\)\.req)$/;

/** The first thing that must not be in a log among what a value is made of. */
export function sensitiveIn(file: FileView, value: ValueId): Sensitive | null {
  return new Search(file, value).value(value, null, 0);
}

/** So many in one line of a log, and no more, are looked for. */
const MOST = 20;

/** All of them, but those under a caller's call, which is a line of its own. */
export function allSensitiveIn(file: FileView, value: ValueId, via: ValueId | null): readonly Sensitive[] {
  const found: Sensitive[] = [];
  const known = new Set<ValueId>();
  for (let next = new Search(file, value, known).value(value, via, 0); next !== null && found.length < MOST; next = new Search(file, value, known).value(value, via, 0)) {
    known.add(next.at);
    if (next.via === via) found.push(next);
  }
  return found;
}

/** Which members of a type may be logged: plain values under names that say nothing of the kind. */
export function harmlessMembers(types: readonly TypeMember[]): readonly string[] {
  return types.flatMap((m) => (m.name !== null && m.type !== undefined && sensitiveName(m.name) === null && isPlain(m.type) ? [m.name] : []));
}

function isPlain(type: TypeExpr): boolean {
  if (type.t === "keyword") return ["string", "number", "boolean", "null", "undefined", "bigint"].includes(type.name);
  return type.t === "literal" || (type.t === "name" && type.name === "Date" && type.binding === undefined) || (type.t === "union" && type.items.every(isPlain));
}

class Search {
  readonly #file: FileView;
  readonly #seen = new Set<string>();
  readonly #known: ReadonlySet<ValueId>;
  /** The calls whose results are looked at, innermost last: a parameter there is what that call gives. */
  /** The functions whose callers put something into the log. */
  readonly #logging = new Set<FnId>();
  readonly #inside: { readonly fn: FnId; readonly call: ValueId }[] = [];

  constructor(file: FileView, logged: ValueId, known: ReadonlySet<ValueId> = new Set()) {
    this.#file = file;
    this.#known = known;
    this.#around(logged);
  }

  value(id: ValueId, via: ValueId | null, depth: number): Sensitive | null {
    const key = `${id} ${via} ${this.#inside.at(-1)?.call}`;
    if (depth > DEEPEST || this.#seen.has(key)) return null;
    this.#seen.add(key);
    const value = this.#of(id);
    const first = (ids: readonly ValueId[]): Sensitive | null => {
      for (const next of ids) {
        const found = this.value(next, via, depth + 1);
        if (found !== null) return found;
      }
      return null;
    };
    switch (value.kind) {
      case "template":
        return first(value.holes);
      case "binary":
        return value.op === "+" ? first([value.left, value.right]) : null;
      case "object":
        return this.#object(value, via, depth);
      case "array":
        return first(value.items.filter((i) => i !== null));
      case "spread":
      case "cast":
      case "await":
        return first([value.of]);
      case "choice":
        return first([value.then, value.otherwise]);
      case "logical":
        return first(value.op === "&&" ? [value.right] : [value.left, value.right]);
      case "default":
        return first([value.of, value.fallback]);
      case "assign":
        return first([value.value]);
      case "call":
        return this.#call(id, value, via, depth);
      case "var":
      case "global":
      case "member":
      case "param":
      case "element":
      case "rest":
        return this.#named(id, value, via, depth);
      default:
        return null;
    }
  }

  #object(value: Value & { kind: "object" }, via: ValueId | null, depth: number): Sensitive | null {
    for (const prop of value.props) {
      if (prop.form === "method" || prop.form === "get" || prop.form === "set") continue;
      // `{ user: password }` shows the password, `{ password: "***" }` does not.
      const said = prop.name === null ? null : sensitiveName(prop.name);
      if (said !== null && this.#isNew(prop.value) && this.#mayShow(prop.value)) return { at: prop.value, what: `${said} (\`${prop.name}\`)`, via, is: "value" };
      const found = said !== null && this.#known.has(prop.value) ? null : this.value(prop.value, via, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  #isNew(id: ValueId): boolean {
    return !this.#known.has(id);
  }

  #named(id: ValueId, value: Value, via: ValueId | null, depth: number): Sensitive | null {
    if (this.#known.has(id)) return null;
    const whole = this.#whole(id, value);
    if (whole !== null) return { at: id, what: whole, via, is: "whole" };
    const name = value.kind === "var" ? (this.#file.facts.bindings[value.binding]?.name ?? "") : value.kind === "member" ? (value.name ?? this.#keyText(value)) : value.kind === "global" ? value.name : "";
    if (saysHidden(name) || (value.kind === "member" && ((value.name === null && name === "") || this.#isCase(value)))) return null;
    const said = sensitiveName(name);
    if (said !== null && !(said === "credentials" && this.#isMadeHere(id)) && this.#mayShow(id)) return { at: id, what: `${said} (\`${name}\`)`, via, is: "value" };
    const member = this.#typed(id);
    if (member !== null) return { at: id, what: `${sensitiveName(member)} (\`${member}\` of \`${name}\`)`, via, is: "typed" };
    if (value.kind === "param") return this.#fromCallers(value, via, depth);
    const given = value.kind === "member" ? this.#ofParam(value) : undefined;
    if (given !== undefined) return given === null ? null : this.#fromCall(given.call, given.param, via, depth, name);
    if (value.kind === "member" || value.kind === "element" || value.kind === "rest" || value.kind === "global") {
      for (const source of this.#file.get(flow).sources(id)) if (source !== id) {
        const found = this.value(source, via, depth + 1);
        if (found !== null) return found;
      }
      return null;
    }
    if (value.kind !== "var") return null;
    const binding = this.#file.facts.bindings[value.binding];
    for (const held of binding === undefined ? [] : heldBy(binding, value.version)) {
      const found = this.value(held, via, depth + 1);
      if (found !== null) return found;
    }
    for (const write of this.#file.get(flow).memberWrites(value.binding)) {
      const written = sensitiveName(write.name);
      if (written !== null && this.#isNew(write.value) && this.#mayShow(write.value)) return { at: write.value, what: `${written} (\`${write.name}\`)`, via, is: "value" };
    }
    return null;
  }

  /** `TokenType.AccessToken`: a case of an enum tells which kind, and no secret. */
  #isCase({ object, name }: MemberValue): boolean {
    const of = this.#of(object);
    const whose = of.kind === "var" ? this.#file.facts.bindings[of.binding]?.name : undefined;
    return name !== null && whose !== undefined && PASCAL.test(whose) && (PASCAL.test(name) || /(?:Types?|Kinds?|Enum|Events?|Names?|Scopes?)$/.test(whose));
  }

  /** `const credentials = keyPart(config)`: of what a function of these files makes or is given, the call says what is in it. */
  #isMadeHere(id: ValueId): boolean {
    const { sources, functions, sameAs } = this.#file.get(flow);
    const same = this.#of(sameAs(id));
    if (same.kind === "param") return this.#inside.at(-1)?.fn === same.fn;
    return sources(id).every((s) => {
      const value = this.#of(s);
      return value.kind === "literal" || value.kind === "template" || (value.kind === "assign" && value.op === "+=") || (value.kind === "binary" && value.op === "+") || (value.kind === "call" && functions(value.callee).length > 0);
    });
  }

  /** `headers["authorization"]` */
  #keyText(value: Value & { kind: "member" }): string {
    const key = value.key === undefined ? undefined : this.#file.get(flow).constant(value.key);
    return typeof key === "string" ? key : "";
  }

  /** A request, its headers, the environment: as they are. */
  #whole(id: ValueId, value: Value): string | null {
    const what = value.kind === "var" ? null : this.#file.get(outside)(id);
    if (what !== null && WHOLE[what] !== undefined && value.kind === "member" && /^(?:headers|rawHeaders|cookies|signedCookies|multiValueHeaders)$/.test(value.name ?? "")) return WHOLE[what] as string;
    const inside = what === null || value.kind !== "member" ? undefined : this.#file.get(sensitiveParts)(id, what);
    if (inside !== undefined) return `what the client sent, with ${inside},`;
    for (const node of this.#file.get(flow).symbols(id)) {
      if (ENVIRONMENT.has(node.text)) return "the whole environment";
      if (REQUEST.test(node.text)) return "the whole request, with its headers";
    }
    return null;
  }

  /** A member of its declared type, where the type stands in this file. */
  #typed(id: ValueId): string | null {
    const type = this.#file.get(flow).declared(id);
    return type === null || type === undefined ? null : this.#memberOf(type, 0);
  }

  #memberOf(type: TypeExpr, depth: number): string | null {
    if (depth > 3) return null;
    if (type.t === "object") return type.members.find((m) => m.name !== null && sensitiveName(m.name) !== null && isText(m.type))?.name ?? null;
    if (type.t === "intersection" || type.t === "union") return type.items.map((item) => this.#memberOf(item, depth + 1)).find((m) => m !== null) ?? null;
    if (type.t !== "name") return null;
    const fact = this.#file.facts.types.find((t) => t.binding === type.binding && t.name === type.name);
    return fact === undefined || fact.kind === "enum" ? null : this.#memberOf(fact.type, depth + 1);
  }

  /** A helper that only hands on: whoever calls it is the one that logs. */
  #fromCallers(value: Value & { kind: "param" }, via: ValueId | null, depth: number): Sensitive | null {
    const inner = this.#inside.at(-1);
    if (inner?.fn === value.fn) return this.#fromCall(inner.call, value, via, depth);
    // Of a function that made a part of it elsewhere: for whom, nobody can say.
    if (!this.#logging.has(value.fn)) return null;
    for (const site of this.#file.get(callsites)(value.fn)) {
      const arg = (this.#of(site) as Value & { kind: "call" }).args[value.index];
      const added = arg === undefined ? [] : this.#around(site);
      const found = arg === undefined ? null : this.value(arg, site, depth + 1);
      for (const fn of added) this.#logging.delete(fn);
      if (found !== null) return found;
    }
    return null;
  }

  /** The functions around a call that logs, or that calls one that does. */
  #around(call: ValueId): FnId[] {
    const added: FnId[] = [];
    for (let fn = this.#file.facts.owner[call] ?? null; fn !== null; fn = this.#file.facts.functions[fn]?.parent ?? null) {
      if (!this.#logging.has(fn)) added.push(fn);
      this.#logging.add(fn);
    }
    return added;
  }

  /** A part of a parameter: the call that gives it, where its result is looked at; null where nobody can say for whom. */
  #ofParam(value: Value & { kind: "member" }): { readonly call: ValueId; readonly param: Value & { kind: "param" } } | null | undefined {
    const param = this.#of(this.#file.get(flow).sameAs(value.object));
    if (param.kind !== "param" || param.rest) return undefined;
    const inner = this.#inside.at(-1);
    if (inner?.fn === param.fn) return { call: inner.call, param };
    return this.#logging.has(param.fn) ? undefined : null;
  }

  #parts(object: ValueId, name: string): ValueId[] {
    return this.#file.get(flow).sources(object).flatMap((source) => {
      const of = this.#of(source);
      return of.kind === "object" ? of.props.flatMap((p) => (p.name === name && p.form !== "method" ? [p.value] : [])) : [];
    });
  }

  /** What the call gives whose result is looked at. */
  #fromCall(site: ValueId, value: Value & { kind: "param" }, via: ValueId | null, depth: number, part: string | null = null): Sensitive | null {
    const arg = (this.#of(site) as Value & { kind: "call" }).args[value.index];
    const inner = this.#inside.pop();
    let found: Sensitive | null = null;
    for (const given of arg === undefined ? [] : part === null ? [arg] : this.#parts(arg, part)) found ??= this.value(given, via, depth + 1);
    if (inner) this.#inside.push(inner);
    return found;
  }

  #call(id: ValueId, value: Value & { kind: "call" }, via: ValueId | null, depth: number): Sensitive | null {
    const callee = this.#of(value.callee);
    const name = callee.kind === "member" ? (callee.name ?? "") : callee.kind === "global" ? callee.name : callee.kind === "var" ? (this.#file.facts.bindings[callee.binding]?.name ?? "") : "";
    // `req.get("authorization")`
    const key = value.args[0] === undefined ? undefined : this.#file.get(flow).constant(value.args[0]);
    if (/^(?:get|header|getHeader)$/.test(name) && typeof key === "string" && sensitiveName(key) !== null) return this.#isNew(id) ? { at: id, what: `${sensitiveName(key)} (\`${key}\`)`, via, is: "value" } : null;
    if (NAMES_ONLY.has(name) || HIDES.test(name) || (name === "replace" && this.#isReplacedWhole(value.args[0]))) return null;
    const own = this.#file.get(flow).functions(value.callee);
    const given = own.length > 0 ? null : this.#givenBy(id, name);
    if (given !== null) return this.#isNew(id) ? { at: id, what: given, via, is: "value" } : null;
    if (own.length > 0) {
      for (const fn of own) {
        const results: ValueId[] = [];
        eachStatement((this.#file.facts.functions[fn] as FunctionFact).body, (s) => void (s.kind === "return" && s.value !== null && results.push(s.value)));
        this.#inside.push({ fn, call: id });
        let found: Sensitive | null = null;
        for (const result of results) found ??= this.value(result, via, depth + 1);
        this.#inside.pop();
        if (found !== null) return found;
      }
      return null;
    }
    if (!SHOWS.has(name) && !(this.#file.get(callAt)(id)?.symbols.some((s) => s.rows("passes").length > 0) ?? false)) return null;
    // A replacer chooses what is shown.
    if (name === "stringify" && value.args.length > 1 && this.#of(value.args[1] as ValueId).kind !== "literal") return null;
    for (const shown of [...(name === "replace" ? [] : value.args), ...(callee.kind === "member" ? [callee.object] : [])]) {
      const found = this.value(shown, via, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  /** `getPassword()`, `jwt.sign(claims, key)`: what it gives has a name. */
  #givenBy(id: ValueId, name: string): string | null {
    const of = /^(?:get|fetch|read|load|generate|create|issue|make|decrypt|retrieve)_?(?=[A-Z_])/.exec(name);
    const rest = of === null ? "" : name.slice(of[0].length);
    const said = rest === "" ? null : sensitiveName(rest.charAt(0).toLowerCase() + rest.slice(1));
    if (said !== null && /password|token|secret|credential/.test(said)) return `${said} (\`${name}\`)`;
    return this.#file.get(callAt)(id)?.symbols.some((s) => TOKENS.has(s.text)) === true ? "a token (`sign`)" : null;
  }

  /** `password.replace(/./g, "*")`: each character, or what nobody knows. */
  #isReplacedWhole(pattern: ValueId | undefined): boolean {
    const known = pattern === undefined ? undefined : this.#of(this.#file.get(flow).sources(pattern)[0] ?? pattern);
    if (known?.kind === "literal") return false;
    return known?.kind !== "regexp" || /^\^?(?:\.|\\[wWsSdD]|\[[^\]]+\])[+*]?|\.[+*]/.test(known.pattern);
  }

  /** Is it the secret itself: no constant, no flag, no length, and not what a function made of it that hides it? */
  #mayShow(id: ValueId): boolean {
    return this.#file.get(flow).sources(id).some((source) => {
      const value = this.#of(source);
      switch (value.kind) {
        case "literal":
        case "regexp":
        case "function":
        case "class":
        case "unary":
          return false;
        case "binary":
          return value.op === "+";
        case "global":
          return value.name !== "undefined";
        case "template":
          return value.holes.some((hole) => this.#mayShow(hole));
        case "choice":
          return this.#mayShow(value.then) || this.#mayShow(value.otherwise);
        case "call": {
          const callee = this.#of(value.callee);
          const name = callee.kind === "member" ? (callee.name ?? "") : callee.kind === "global" ? callee.name : callee.kind === "var" ? (this.#file.facts.bindings[callee.binding]?.name ?? "") : "";
          if (HIDES.test(name) || /^(?:Boolean|slice|substring|substr|at|charAt|replace|replaceAll|includes|startsWith|has|padStart|repeat|compare|compareSync|verify|isValid\w*|secret)$/.test(name)) return false;
          return !this.#file.get(flow).symbols(source).some((n) => n.text.startsWith("@nobypass/pipeline"));
        }
        default:
          return this.#file.get(flow).constant(source) === undefined;
      }
    });
  }

  #of(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

/** What secret the code around reads of a body or query object: whoever logs the whole logs that. */
const sensitiveParts: Answer<(id: ValueId, what: OutsideKind) => string | undefined> = {
  name: "sensitive parts",
  of(file) {
    const { facts } = file;
    const found = new Map<string, string>();
    facts.values.forEach((value, id) => {
      const said = value.kind === "member" && value.name !== null ? sensitiveName(value.name) : null;
      const what = said === null || value.kind !== "member" ? null : file.get(outside)(value.object);
      if (what === "body" || what === "query") found.set(`${facts.owner[id]} ${what}`, `${said} (\`${(value as { name: string }).name}\`)`);
    });
    return (id, what) => {
      for (let fn: FnId | null = facts.owner[id] as FnId; fn !== null; fn = facts.functions[fn]?.parent ?? null) {
        const inside = found.get(`${fn} ${what}`);
        if (inside !== undefined) return inside;
      }
      return undefined;
    };
  },
};

const isText = (type: TypeExpr | undefined): boolean => type === undefined || (type.t === "keyword" && (type.name === "string" || type.name === "any" || type.name === "unknown")) || (type.t === "union" && type.items.some(isText));
