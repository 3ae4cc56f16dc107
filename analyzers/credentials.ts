import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { CredentialRow } from "../catalog/credential-row.js";
import { AUTH_HEADER, HINT, settingsIn, words } from "../catalog/secrets/text.js";
import { type Call, callsThatMayHave } from "./calls.js";
import { type Add, calleeName, constantText, type CredentialPlace, declaredPlaces, fallbackPlaces, isCredential, isEnvironment, namedPlaces, takersOf } from "./credential-names.js";
import { enclosingClass, flow } from "./flow.js";
import { optionAt } from "./options.js";

export type { CredentialPlace } from "./credential-names.js";

const HEADER_SETTERS = new Set(["set", "append", "setHeader", "header", "setRequestHeader"]);
const COMPARES = /^(?:timingSafeEqual|safeEqual|safeCompare|tsscmp|secureCompare|constantTimeCompare|constantTimeEqual|timeSafeCompare)$/;
/** Names of modules in snippets that leave the import out. */
const CUSTOMARY = new Map([["crypto", "crypto"], ["jwt", "jsonwebtoken"], ["jsonwebtoken", "jsonwebtoken"], ["axios", "axios"], ["session", "express-session"], ["cookieParser", "cookie-parser"], ["cookieSession", "cookie-session"], ["mysql", "mysql"], ["nodemailer", "nodemailer"], ["jose", "jose"], ["mongoose", "mongoose"]]);
/** What a credential is compared with to learn whether there is one. */
const NO_VALUE = /^(?:undefined|null|none|string|object|function|number|boolean|true|false|nan|invalid|unknown|empty|missing|bearer|basic|token|negotiate|digest|\W+|.{0,2})$/i;
const EQUALITY = new Set(["===", "==", "!==", "!="]);

/** `Server=db;Password=…` */
export const PAIRS = /(?:password|passwd|pwd|accountkey|sharedaccesskey)\s*=\s*[^\s;]/i;
export const QUERY = /[?&][\w.-]*(?:key|token|secret|pass|pwd|auth|appid)\w*=/i;
/** Values beside which a name or a use stands. */
const TELLING = new Set<Value["kind"]>(["object", "call", "assign", "binary", "logical", "choice", "default"]);

/** Every place of a file where a credential stands, told by its use or by its name: first the ones that say most. */
export const credentialPlaces: Answer<readonly CredentialPlace[]> = {
  name: "credential places",
  of(file) {
    const takers = takersOf(file);
    const fallbacks: CredentialPlace[] = [];
    const uses: CredentialPlace[] = [];
    const names: CredentialPlace[] = [];
    const isFallback: Add = (place) => fallbacks.push(place);
    const isUse: Add = (place) => uses.push(place);
    const isNamed: Add = (place) => names.push(place);
    catalogUses(file, isUse);
    declaredPlaces(file, isNamed);
    const { values } = file.facts;
    for (let id = 0; id < values.length; id++) {
      const value = values[id] as Value;
      if (value.kind === "literal" || value.kind === "template") urls(value, id, isUse);
      if (!TELLING.has(value.kind)) continue;
      fallbackPlaces(file, value, isFallback);
      comparisons(file, id, value, isUse);
      headers(file, value, isUse);
      namedPlaces(file, id, value, takers, isNamed);
    }
    return [...fallbacks, ...uses, ...names];
  },
};

/** Arguments and options that the catalog calls credentials. */
function catalogUses(file: FileView, add: Add): void {
  for (const call of callsThatMayHave(file, ["credentials"], [...CUSTOMARY.values()])) {
    const nodes = symbolsOf(file, call).filter((node) => node.isKnown);
    if (nodes.length === 0) continue;
    for (const { row } of nodes.flatMap((node) => node.rows("credentials"))) {
      if (row.when && !isGiven(file, call, row.when)) continue;
      for (const place of row.places) {
        const values = optionAt(file, call, place).values;
        if (values.length === 0) continue;
        const option = place.path.split(".").at(-1) as string;
        const name = option === "" || option === "*" ? row.what : option;
        for (const value of values) if (row.what !== "signing key" || !isPublic(file, value)) add({ value, counts: "any", by: "use", name, at: call.id, ...told(row, option, calleeText(file, call)) });
      }
    }
  }
}

/** `jwt.verify(token, publicKey)`: whoever knows it can only verify. */
function isPublic({ facts }: FileView, id: ValueId): boolean {
  const value = facts.values[id] as Value;
  const name = value.kind === "var" ? facts.bindings[value.binding]?.name : value.kind === "member" ? value.name : null;
  return name != null && /pub/i.test(name) && words(name).some((word) => word === "public" || word === "pub" || word === "pubkey");
}

/** Who is called; a name that nobody declares and that everybody gives to one module means that module. */
function symbolsOf(file: FileView, call: Call): readonly SymbolNode[] {
  const { facts } = file;
  if (facts.values[call.target]?.kind === "super") {
    const cls = enclosingClass(facts, facts.owner[call.id] as FnId);
    const base = cls === null ? null : facts.classes[cls]?.extends;
    return base == null ? [] : file.get(flow).symbols(base);
  }
  const text = call.symbols.length === 1 ? (call.symbols[0] as SymbolNode).text : "";
  const undeclared = text.startsWith("global:") ? /^global:(\w+)(.*)$/.exec(text) : null;
  const module = undeclared === null ? undefined : CUSTOMARY.get(undeclared[1] as string);
  if (undeclared === null || module === undefined) return call.symbols;
  return [...call.symbols, (file.settings.catalog as Catalog).path(`${module}:${(undeclared[2] as string).replace(/^\./, "")}`)];
}

function told(row: CredentialRow, option: string, callee: string): Pick<CredentialPlace, "form" | "says" | "used"> {
  if (row.what === "connection string") return { form: "connection", says: `\`${callee}\` is given a connection string with its password in the source`, used: "used as connection string here" };
  if (row.what === "auth header") return { form: /^cookie$/i.test(option) ? "cookie" : "header", says: `\`${callee}\` is given its ${option} header as a literal`, used: `sent as ${option} header here` };
  return { form: "key", says: `\`${callee}\` is given its ${row.what} as a literal`, used: `used as ${row.what} here` };
}

function isGiven(file: FileView, call: Call, when: NonNullable<CredentialRow["when"]>): boolean {
  const arg = call.args?.[when.arg];
  return arg !== undefined && file.get(flow).symbols(arg).some((node) => when.values.includes(node.text));
}

/** Who is called, in the source's words where they are plain names. */
function calleeText(file: FileView, call: Call): string {
  const { start, end } = file.span({ value: call.target });
  const text = file.text.slice(start, end);
  // Behind a longer expression, the last name; behind none (`require("stripe")(…)`), what the catalog calls it.
  const last = /\.([\w$]+)$/.exec(text)?.[1] ?? call.symbols[0]?.text.replace(/:$/, "") ?? "the call";
  return (call.value.form === "new" ? "new " : "") + (/^[\w$.?!]{1,60}$/.test(text) ? text : last);
}

/** A header or a credential of the request that is compared with a literal. */
function comparisons(file: FileView, at: ValueId, value: Value, add: Add): void {
  if (value.kind === "binary" && EQUALITY.has(value.op)) {
    compared(file, at, value.left, value.right, add);
    compared(file, at, value.right, value.left, add);
  } else if (value.kind === "call") {
    const name = calleeName(file, value);
    const callee = file.facts.values[value.callee] as Value;
    const [first, second] = value.args;
    // `["key-1", "key-2"].includes(req.headers["x-api-key"])`
    if (name === "includes" && first !== undefined && callee.kind === "member") compared(file, at, first, callee.object, add);
    if (name === null || first === undefined || second === undefined || !COMPARES.test(name)) return;
    // What is compared with a digest is a digest.
    if ([first, second].some((side) => isDigest(file, side))) return;
    for (const side of [first, second]) add({ value: side, form: "key", counts: "any", by: "use", name: null, says: `\`${name}\` compares with a literal credential`, used: "compared with a credential here", at });
  }
}

function isDigest(file: FileView, value: ValueId): boolean {
  return file.get(flow).symbols(value).some((node) => /\b(?:createHash|pbkdf2|scrypt|hkdf)\w*\(\)/.test(node.text));
}

function compared(file: FileView, at: ValueId, given: ValueId, known: ValueId, add: Add): void {
  const name = givenName(file, given, 0);
  if (name === null) return;
  const isHeader = AUTH_HEADER.test(name) && !/^cookie$/i.test(name);
  if (!isHeader && !isCredential(name)) return;
  const values = file.get(flow).sources(known).flatMap((s) => {
    const of = file.facts.values[s] as Value;
    return of.kind === "array" ? of.items.filter((item) => item !== null) : [s];
  });
  const isSure = isHeader || /pass|pwd|secret|api.?key/i.test(name);
  for (const value of values) {
    const of = file.facts.values[value] as Value;
    if (of.kind === "literal" && NO_VALUE.test(String(of.value).trim())) continue;
    add({ value, form: /authorization$/i.test(name) ? "header" : "key", counts: isSure ? "any" : "alike", by: "use", name, says: `\`${name}\` is compared with a literal`, used: `\`${name}\` is compared with it here`, at });
  }
}

/** The name of what is given from outside: `req.headers["x-api-key"]`, `req.get("authorization")`, `body.password`. */
function givenName(file: FileView, id: ValueId, depth: number): string | null {
  if (depth > 6) return null;
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "member":
      // The environment is no visitor: comparing it is a check of the deployment.
      return value.name !== null && HINT.test(value.name) && !isEnvironment(file, value.object) ? value.name : null;
    case "var": {
      const binding = file.facts.bindings[value.binding];
      const held = binding?.versions[value.version]?.value;
      if (held !== undefined && isOwnSetting(file, held, 0)) return null;
      const from = held === undefined ? null : givenName(file, held, depth + 1);
      return from ?? (binding !== undefined && HINT.test(binding.name) ? binding.name : null);
    }
    case "cast":
    case "await":
      return givenName(file, value.of, depth + 1);
    case "logical":
      return givenName(file, value.left, depth + 1);
    case "call": {
      const reader = calleeName(file, value);
      const callee = file.facts.values[value.callee] as Value;
      if (reader === "String" && value.args[0] !== undefined) return givenName(file, value.args[0], depth + 1);
      if (reader !== null && /^(?:get|header|param|query|getHeader)$/.test(reader)) {
        const name = constantText(file, value.args[0]);
        return name !== null && HINT.test(name) ? name : null;
      }
      return callee.kind === "member" && /^(?:trim|toString)$/.test(callee.name ?? "") ? givenName(file, callee.object, depth + 1) : null;
    }
    default:
      return null;
  }
}

/** `process.env.SECRET || "dev"`: what is compared with it are the words of the deployment, not those of a visitor. */
function isOwnSetting(file: FileView, id: ValueId, depth: number): boolean {
  const value = file.facts.values[id] as Value;
  const own = (...parts: readonly ValueId[]): boolean => depth < 6 && parts.some((part) => (file.facts.values[part] as Value).kind !== "literal") && parts.every((part) => (file.facts.values[part] as Value).kind === "literal" || isOwnSetting(file, part, depth + 1));
  switch (value.kind) {
    case "member":
      return isEnvironment(file, value.object);
    case "logical":
      return own(value.left, value.right);
    case "choice":
      return own(value.then, value.otherwise);
    case "cast":
      return own(value.of);
    default:
      return false;
  }
}

/** URLs with a password, wherever they stand. */
function urls(value: Value, at: ValueId, add: Add): void {
  const text = value.kind === "literal" ? value.value : value.kind === "template" ? value.chunks.join("$$") : null;
  if (typeof text !== "string" || text.length < 10) return;
  if (settingsIn(text).length > 0) add({ value: at, form: "settings", counts: "alike", by: "use", name: null, says: "a text that sets a credential stands in the source", used: "", at });
  if (!/[=@;]/.test(text)) return;
  if (QUERY.test(text)) add({ value: at, form: "query", counts: "alike", by: "use", name: null, says: "a URL with a credential in its query stands in the source", used: "used in a URL here", at });
  if (!(text.includes("://") ? text.includes("@") || text.includes(";") : PAIRS.test(text))) return;
  add({ value: at, form: "connection", counts: "any", by: "use", name: null, says: "a URL with its password stands in the source", used: "", at });
}

/** Headers that carry a credential, whoever sends them. */
function headers(file: FileView, value: Value, add: Add): void {
  if (value.kind === "object") {
    for (const prop of value.props) if (prop.name !== null && AUTH_HEADER.test(prop.name)) add(header(prop.name, prop.value));
  } else if (value.kind === "call" && value.args.length >= 2) {
    const method = calleeName(file, value);
    const name = method === null || !HEADER_SETTERS.has(method) ? null : constantText(file, value.args[0]);
    if (name !== null && AUTH_HEADER.test(name)) add(header(name, value.args[1] as ValueId));
  } else if (value.kind === "assign" && value.target !== null && "member" in value.target) {
    const target = file.facts.values[value.target.member] as Value;
    if (target.kind === "member" && target.name !== null && AUTH_HEADER.test(target.name)) add(header(target.name, value.value));
  }
}

function header(name: string, value: ValueId): CredentialPlace {
  return { value, form: /^cookie$/i.test(name) ? "cookie" : "header", counts: name.includes("-") ? "any" : "alike", by: "use", name, says: `the ${name} header is a literal`, used: `sent as ${name} header here`, at: value };
}
