import type { BindingId, ClassId, MemberValue, TypeExpr, TypeFact, TypeMember, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { flow } from "./flow.js";
import { hides } from "./hiding.js";
import { allBut, isAllBut, type Path, type Secret, takes, TEXT } from "./origins.js";
import { outside, type OutsideKind } from "./outside.js";
import { nameOf } from "./reports.js";
import { acceptedMembers, inferredMembers } from "./schema-members.js";
import { isScrubbed } from "./scrubbed.js";
import { saysHidden, sensitiveName } from "./sensitive-names.js";

/** What must not stand in a log, by its name, its origin or its type. */
export interface Sensitive {
  /** What a value is, or the part of it under a path; "hidden": nothing of it is shown; null: it is what it is made of. */
  at(value: ValueId, path: Path): Secret | "hidden" | null;
  /** What a part of this name holds. */
  under(name: string, value: ValueId, path: Path): Secret | null;
}

export const sensitive: Answer<Sensitive> = { name: "sensitive values", of: (file) => new Finder(file) };

const WHOLE: Readonly<Record<string, string>> = { header: "all headers of the request", cookie: "the cookies of the request" };
const ENVIRONMENT = new Set(["global:process.env", "process:env"]);
const PASCAL = /^[A-Z]\w*[a-z]\w*$/;
const TOKENS = new Set(["jsonwebtoken:sign", "jose:SignJWT().sign"]);
const REQUEST = /^(?:express:Request\(\)|fastify:FastifyRequest\(\)|fastify:.*[rR]equest\(\)|http:IncomingMessage\(\)|koa:Context\(\)\.re(?:q|quest)|next:.*Request\(\)|hono:Context\(\)\.req)$/;
const REQUEST_NAME = /^_?(?:req|request)$/;
/** Methods of a request that read its body. */
const BODY = new Set(["text", "json", "blob", "arrayBuffer", "bytes", "formData", "parseBody"]);
/** Give the list they are called on, or most of it. */
const SAME = /^(?:sort|toSorted|filter|reverse|toReversed)$/;
const SIZE = new Set(["length", "size", "byteLength"]);
const NAMED: ReadonlySet<string> = new Set(["var", "global", "member", "param", "element", "rest"]);
/** What a secret is put together from may be put together from it. */
const DEEPEST = 12;

/** Which members of a type may be logged: plain values under names that say nothing of the kind. */
export function harmlessMembers(types: readonly TypeMember[]): readonly string[] {
  return types.flatMap((m) => (m.name !== null && m.type !== undefined && sensitiveName(m.name) === null && isPlain(m.type) ? [m.name] : []));
}

function isPlain(type: TypeExpr): boolean {
  if (type.t === "keyword") return ["string", "number", "boolean", "null", "undefined", "bigint"].includes(type.name);
  return type.t === "literal" || (type.t === "name" && type.name === "Date" && type.binding === undefined) || (type.t === "union" && type.items.every(isPlain));
}

/** Of a secret, another part is another thing: `token.userId`. */
const isAll = (path: Path): boolean => path.every((step) => step === TEXT || isAllBut(step));
/** Of a list of them, an element is one. */
const isElement = (path: Path, name: string): boolean => /[a-z]s$|[A-Z]S$/.test(name) && path.every((step) => step === TEXT || step === "*" || /^\d+$/.test(step));
/** `const { password, ...rest } = credentials`: what is left has the secret no more. */
const isWithoutSecret = (path: Path): boolean => isAllBut(path.at(-1)) && SECRETS.some((name) => !takes(path.at(-1), name));
const SECRETS = ["password", "passwd", "pass", "secret", "token", "clientSecret", "secretAccessKey", "privateKey"];
/** A declaration of columns or fields; or a text whose parts say what is in it. */
const OTHER = /(?:Table|Model|Schema|Entity|Collection|View|Enum)$|^(?:model|define|replace|replaceAll)$/;

/** What has all members of the type it is given; `await` leaves no trace in a declared type. */
const WHOLE_OF = new Set(["Promise", "PromiseLike", "Awaited", "Readonly", "Required", "Partial", "NonNullable"]);

const HEADERS = /^(?:headers|rawHeaders|multiValueHeaders)$/;

class Finder implements Sensitive {
  readonly #file: FileView;
  readonly #types = new Map<BindingId, TypeFact[]>();

  constructor(file: FileView) {
    this.#file = file;
    for (const type of file.facts.types) if (type.binding !== null && type.kind !== "enum") listAt(this.#types, type.binding).push(type);
  }

  at(id: ValueId, path: Path): Secret | "hidden" | null {
    const value = this.#of(id);
    if (value.kind === "call") return (isAll(path) ? this.#given(id, value) : null) ?? (this.#isPartOfRequest(value) ? "hidden" : null);
    if (!NAMED.has(value.kind)) return null;
    const whole = this.#whole(id, value, path);
    if (whole !== null) return { said: whole, is: "whole" };
    const name = value.kind === "member" ? (value.name ?? this.#keyText(value)) : nameOf(this.#file, id);
    // Which part it is, nobody knows; its size tells nothing.
    if (saysHidden(name) || (value.kind === "member" && (name === "" || SIZE.has(name) || this.#isCase(value)))) return "hidden";
    const said = isAll(path) || isElement(path, name) ? sensitiveName(name) : null;
    if (!isAll(path) && (said === null || said === "credentials")) return null;
    if (said !== null && !(said === "credentials" && (isWithoutSecret(path) || this.#isMadeHere(id))) && this.#mayShow(id, 0)) return { said: `${said} (\`${name}\`)`, is: "value" };
    const member = isAll(path) && path[0] !== TEXT ? this.#typed(id, path) : null;
    return member === null ? null : { said: `${sensitiveName(member)} (\`${member}\` of \`${name}\`)`, is: "typed", member };
  }

  /** `{ user: password }` shows the password, `{ password: "***" }` does not. */
  under(name: string, value: ValueId, path: Path): Secret | null {
    const said = isAll(path) ? sensitiveName(name) : null;
    return said !== null && this.#mayShow(value, 0) ? { said: `${said} (\`${name}\`)`, is: "value" } : null;
  }

  /** `await request.text()`: what was sent in it, without its headers. */
  #isPartOfRequest({ callee }: Value & { kind: "call" }): boolean {
    const asked = this.#of(callee);
    return asked.kind === "member" && asked.name !== null && BODY.has(asked.name) && this.#file.get(flow).symbols(asked.object).some((node) => REQUEST.test(node.text));
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
    if (same.kind === "param") return this.#file.get(callsites)(same.fn).length > 0;
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

  /** A request, its headers, the environment: as they are, or all but some of their parts. */
  #whole(id: ValueId, value: Value, path: Path): string | null {
    if (!isAll(path) || path[0] === TEXT || (value.kind === "member" && HEADERS.test(value.name ?? "") && isScrubbed(this.#file, id, "authorization"))) return null;
    const what = value.kind === "var" ? null : this.#file.get(outside)(id);
    if (what !== null && WHOLE[what] !== undefined && value.kind === "member" && /^(?:headers|rawHeaders|cookies|signedCookies|multiValueHeaders)$/.test(value.name ?? "")) return takes(path.at(-1), "authorization") ? (WHOLE[what] as string) : null;
    const inside = what === null || value.kind !== "member" ? undefined : this.#file.get(sensitiveParts)(id, what);
    if (inside !== undefined && takes(path.at(-1), inside.name)) return `what the client sent, with ${inside.said},`;
    if (what === null && this.#isHeadersByName(value) && takes(path.at(-1), "authorization")) return WHOLE["header"] as string;
    for (const node of this.#file.get(flow).symbols(id)) {
      if (ENVIRONMENT.has(node.text)) return "the whole environment";
      if (REQUEST.test(node.text) && takes(path.at(-1), "headers")) return "the whole request, with its headers";
    }
    return null;
  }

  /** `req.headers` of a parameter whose type is the project's own, or nobody's. */
  #isHeadersByName(value: Value): boolean {
    if (value.kind !== "member" || (value.name !== "headers" && value.name !== "rawHeaders")) return false;
    const of = this.#of(this.#file.get(flow).sameAs(value.object));
    return of.kind === "param" && REQUEST_NAME.test(nameOf(this.#file, value.object));
  }

  /** A member of its declared type, where the type is written here. */
  #typed(id: ValueId, path: Path): string | null {
    const { declared, sameAs, sources } = this.#file.get(flow);
    const type = declared(id);
    const same = this.#of(sameAs(id));
    // What a destructuring has left; and what is written here, it has of its type or not.
    if (same.kind === "rest" && this.#of(id).kind !== "rest") return null;
    const step = (same.kind === "rest" ? allBut(same.without, path) : path).at(-1);
    if (type === null) return this.#named(acceptedMembers(this.#file, same.kind === "rest" ? same.of : id) ?? [], step);
    const made = sources(id).map((s) => this.#of(s));
    if (made.length > 0 && made.every((m) => m.kind === "object" && m.props.every((p) => p.form !== "spread"))) return null;
    return this.#memberOf(type, step, 0) ?? this.#fieldOf(this.#file.get(flow).classOf(id), step);
  }

  #named(names: readonly string[], step: string | undefined): string | null {
    return names.find((name) => takes(step, name) && sensitiveName(name) !== null) ?? null;
  }

  /** A field of the class that it is of, where it is written down as it is. */
  #fieldOf(cls: ClassId | null, step: string | undefined): string | null {
    const members = cls === null ? [] : (this.#file.facts.classes[cls]?.members ?? []);
    if (members.some((m) => m.name === "toJSON")) return null;
    const isShown = (decorator: ValueId): boolean => !/^Exclude$|^Hide/.test(nameOf(this.#file, decorator));
    return members.find((m) => m.kind === "field" && !m.static && m.name !== null && !m.name.startsWith("#") && takes(step, m.name) && sensitiveName(m.name) !== null && isText(m.type) && m.decorators.every(isShown))?.name ?? null;
  }

  #memberOf(type: TypeExpr, step: string | undefined, depth: number): string | null {
    if (depth > 3) return null;
    if (type.t === "object") return type.members.find((m) => m.name !== null && takes(step, m.name) && sensitiveName(m.name) !== null && isText(m.type))?.name ?? null;
    if (type.t === "intersection" || type.t === "union") return type.items.map((item) => this.#memberOf(item, step, depth + 1)).find((m) => m !== null) ?? null;
    if (type.t !== "name") return null;
    if (type.binding === undefined && WHOLE_OF.has(type.name) && type.args?.[0] !== undefined) return this.#memberOf(type.args[0], step, depth + 1);
    const fact = type.binding === undefined ? undefined : this.#types.get(type.binding)?.find((t) => t.name === type.name);
    if (fact !== undefined) return this.#memberOf(fact.type, step, depth + 1);
    const held = (this.#file.facts.bindings[type.binding ?? -1]?.versions ?? []).map(({ value }) => (value === undefined ? undefined : this.#of(value)));
    const [cls] = held.flatMap((value) => (value?.kind === "class" ? [value.cls] : []));
    return cls === undefined ? this.#named(inferredMembers(this.#file, type), step) : this.#fieldOf(cls, step);
  }

  /** `req.get("authorization")`, `getPassword()`, `jwt.sign(claims, key)`: what it gives has a name. */
  #given(id: ValueId, value: Value & { kind: "call" }): Secret | null {
    const { constant, functions } = this.#file.get(flow);
    const name = nameOf(this.#file, value.callee);
    const key = value.args[0] === undefined || !/^(?:get|header|getHeader)$/.test(name) ? undefined : constant(value.args[0]);
    const asked = typeof key === "string" ? sensitiveName(key) : null;
    if (asked !== null) return { said: `${asked} (\`${key as string}\`)`, is: "value" };
    const of = /^(?:get|fetch|read|load|generate|create|issue|make|decrypt|retrieve)_?(?=[A-Z_])/.exec(name);
    const rest = of === null ? "" : name.slice(of[0].length);
    const said = rest === "" ? null : sensitiveName(rest.charAt(0).toLowerCase() + rest.slice(1));
    const isNamed = said !== null && /password|token|secret|credential/.test(said);
    const signed = this.#file.get(callAt)(id)?.symbols.some((s) => TOKENS.has(s.text)) === true;
    // A function that is here says itself what it gives.
    if ((!isNamed && !signed) || functions(value.callee).length > 0) return null;
    return { said: isNamed ? `${said} (\`${name}\`)` : "a token (`sign`)", is: "value" };
  }

  /** Is it the secret itself: no constant, no flag, no length, and not what a function made of it that hides it? */
  #mayShow(id: ValueId, depth: number): boolean {
    if (depth > DEEPEST) return false;
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
          return value.op === "+" && (this.#mayShow(value.left, depth + 1) || this.#mayShow(value.right, depth + 1));
        case "global":
          return value.name !== "undefined";
        case "template":
          return value.holes.some((hole) => this.#mayShow(hole, depth + 1));
        case "choice":
          return this.#mayShow(value.then, depth + 1) || this.#mayShow(value.otherwise, depth + 1);
        case "call": {
          const callee = this.#of(value.callee);
          if (callee.kind === "member" && SAME.test(callee.name ?? "")) return this.#mayShow(callee.object, depth + 1);
          return !hides(this.#file, value) && !OTHER.test(nameOf(this.#file, value.callee)) && !this.#file.get(flow).symbols(source).some((n) => n.text.startsWith("@nobypass/pipeline"));
        }
        case "member":
          // `password: password.length`
          return !SIZE.has(value.name ?? "") && this.#file.get(flow).constant(source) === undefined;
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
const sensitiveParts: Answer<(id: ValueId, what: OutsideKind) => { readonly name: string; readonly said: string } | undefined> = {
  name: "sensitive parts",
  of(file) {
    const { facts } = file;
    const found = new Map<string, { name: string; said: string }>();
    facts.values.forEach((value, id) => {
      const said = value.kind === "member" && value.name !== null ? sensitiveName(value.name) : null;
      const what = said === null || value.kind !== "member" ? null : file.get(outside)(value.object);
      if (what === "body" || what === "query") {
        const { name } = value as { name: string };
        found.set(`${facts.owner[id]} ${what}`, { name, said: `${said} (\`${name}\`)` });
      }
    });
    return (id, what) => {
      for (let fn = facts.owner[id] ?? null; fn !== null; fn = facts.functions[fn]?.parent ?? null) {
        const inside = found.get(`${fn} ${what}`);
        if (inside !== undefined) return inside;
      }
      return undefined;
    };
  },
};

const isText = (type: TypeExpr | undefined): boolean => type === undefined || (type.t === "keyword" && (type.name === "string" || type.name === "any" || type.name === "unknown")) || (type.t === "union" && type.items.some(isText));
