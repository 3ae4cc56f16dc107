import type { ClassFact, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { credentialName, HINT, SETTER } from "../catalog/secrets/text.js";
import { flow } from "./flow.js";

/** A place where a credential stands, or would if the value is one. */
export interface CredentialPlace {
  readonly value: ValueId;
  /** How the secret lies in the text: all of it, the password of a URL, what follows a scheme, a cookie's or query parameter's value, that of a line. */
  readonly form: "key" | "connection" | "header" | "cookie" | "query" | "settings";
  /** `any`: whatever stands here is a secret, however weak; `alike`: only what looks like one; `none`: the name is no credential's, though it sounds so. */
  readonly counts: "any" | "alike" | "none";
  /** A use sees through names; a name only tells what stands right beside it. */
  readonly by: "use" | "name";
  readonly name: string | null;
  /** The message, if a literal stands here. */
  readonly says: string;
  /** The message at the use, where the literal stands elsewhere. */
  readonly used: string;
  readonly at: ValueId;
}

export type Add = (place: CredentialPlace) => void;

/** Methods that keep a value under the name before it: `params.append("client_secret", "…")`. */
const KEEPERS = new Set(["set", "append", "constant", "config", "put", "define", "setItem", "setValue", "setConfig", "add", "provide", "register", "setProperty"]);
/** Calls that read a setting by its name, and take what stands in for it second. */
const READERS = /^(?:get|getOrThrow|getEnv|env|envVar|getConfig|fromEnv|readEnv|requireEnv|optional|getString|string|getenv|config)$/;
/** What a request brings, by its customary names. */
const SENT = /^(?:(?:url)?searchparams|params|query|headers|cookies|form|formdata|req|request)$/i;
const DEFAULTS = new Set(["default", "prefault", "fallback", "withDefault", "defaultTo"]);
/** `devDefault` and `testDefault` are those that production does not get. */
const DEFAULT_OPTIONS = new Set(["default", "defaultValue", "fallback"]);
const ENVIRONMENT = new Set(["global:process.env", "process:env", "global:import.meta.env", "global:Bun.env"]);
const EQUAL = new Set(["===", "=="]);
const CONSTANT_CASE = /^[A-Z][A-Z0-9_]+$/;
/** Longer lists are data. */
const MOST_ITEMS = 50;
/** What may hold a text; a name of anything else says nothing. */
const TEXTUAL = new Set<Value["kind"]>(["literal", "template", "binary", "logical", "choice", "default", "cast", "call", "array", "sequence", "assign"]);

export const isEnvironment = (file: FileView, value: ValueId): boolean => file.get(flow).symbols(value).some((node) => ENVIRONMENT.has(node.text));

/** `process.env.SECRET ?? "…"` and everything that means the same. */
export function fallbackPlaces(file: FileView, value: Value, add: Add): void {
  switch (value.kind) {
    case "logical":
      if (value.op !== "&&") fallback(file, value.left, value.right, add);
      return;
    case "default":
      fallback(file, value.of, value.fallback, add);
      return;
    case "choice":
      if (isForTests(file, value.test)) return;
      fallback(file, value.then, value.otherwise, add);
      fallback(file, value.otherwise, value.then, add);
      return;
    case "call": {
      const instead = takesNames(file, value) ? undefined : value.args[1];
      const name = instead === undefined ? null : readByCall(file, value);
      if (instead !== undefined && name !== null && isCredential(name)) add(standsIn(name, instead, CONSTANT_CASE.test(name)));
      return;
    }
    case "object":
      for (const prop of value.props) if (prop.name !== null && isCredential(prop.name)) schemaDefault(file, prop.name, prop.value, add);
      return;
    case "assign": {
      const target = value.op === "=" && value.target !== null && "member" in value.target ? (file.facts.values[value.target.member] as Value) : undefined;
      if (target?.kind === "member" && target.name !== null && isCredential(target.name) && isEnvironment(file, target.object)) add(standsIn(target.name, value.value, true));
      return;
    }
  }
}

/** `function requireEnv(name, ...others)`: what follows are names too. */
const takesNames = (file: FileView, call: Value & { kind: "call" }): boolean =>
  call.args.length > 1 && file.get(flow).functions(call.callee).some((fn) => file.facts.functions[fn]?.params[1]?.rest === true);

/** `process.env.NODE_ENV === "test" ? … : …` */
function isForTests({ facts }: FileView, id: ValueId): boolean {
  const test = facts.values[id] as Value;
  return test.kind === "binary" && EQUAL.has(test.op) && [test.left, test.right].some((side) => (facts.values[side] as { value?: unknown }).value === "test");
}

function fallback(file: FileView, read: ValueId, instead: ValueId, add: Add): void {
  if (!TEXTUAL.has((file.facts.values[instead] as Value).kind)) return;
  const source = settingRead(file, read);
  if (source !== null && isCredential(source.name)) add(standsIn(source.name, instead, source.isSetting));
}

function standsIn(name: string, value: ValueId, isSetting: boolean): CredentialPlace {
  return { value, form: "key", counts: isSetting ? "any" : "alike", by: "use", name, says: `\`${name}\` falls back to a literal`, used: `\`${name}\` falls back to it here`, at: value };
}

/** The name under which a credential is read, and whether from the environment or a config. */
function settingRead(file: FileView, id: ValueId): { name: string; isSetting: boolean } | null {
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "member":
      return value.name !== null && HINT.test(value.name) ? { name: value.name, isSetting: isEnvironment(file, value.object) } : null;
    case "var": {
      const name = file.facts.bindings[value.binding]?.name ?? "";
      return HINT.test(name) ? { name, isSetting: false } : null;
    }
    case "cast":
    case "await":
      return settingRead(file, value.of);
    case "logical":
      return settingRead(file, value.left);
    case "call": {
      const name = readByCall(file, value);
      if (name !== null) return { name, isSetting: !isAsked(file, value) };
      const callee = file.facts.values[value.callee] as Value;
      // `process.env.SECRET?.trim()`
      return callee.kind === "member" && value.args.length === 0 ? settingRead(file, callee.object) : null;
    }
    default:
      return null;
  }
}

/** `config.get("jwt.secret")`, `env("SECRET")` */
function readByCall(file: FileView, call: Value & { kind: "call" }): string | null {
  const reader = calleeName(file, call);
  if (reader === null || !READERS.test(reader)) return null;
  const name = constantText(file, call.args[0]);
  return name !== null && HINT.test(name) ? (name.split(".").at(-1) as string) : null;
}

/** `searchParams.get("integration_key")`, `headers.get(…)`: what somebody sent is no setting. */
function isAsked(file: FileView, call: Value & { kind: "call" }): boolean {
  const callee = file.facts.values[call.callee] as Value;
  if (callee.kind !== "member" || callee.name !== "get") return false;
  const object = file.facts.values[callee.object] as Value;
  const name = object.kind === "member" ? object.name : object.kind === "var" ? file.facts.bindings[object.binding]?.name : null;
  return SENT.test(name ?? "") || file.get(flow).symbols(callee.object).some((node) => /^global:(?:URLSearchParams|URL\(\)\.searchParams|Headers|FormData)\b/.test(node.text));
}

/** `SECRET: z.string().default("…")`, `SECRET: str({ default: "…" })`, `{ default: "…", env: "SECRET" }`. */
function schemaDefault(file: FileView, name: string, id: ValueId, add: Add): void {
  const isSetting = CONSTANT_CASE.test(name);
  let at: ValueId | undefined = id;
  while (at !== undefined) {
    const value: Value = file.facts.values[at] as Value;
    if (value.kind === "object") {
      const env = value.props.some((p) => p.name === "env");
      for (const p of value.props) if (p.name !== null && DEFAULT_OPTIONS.has(p.name)) add(standsIn(name, p.value, isSetting || env));
      return;
    }
    if (value.kind !== "call") return;
    const callee = file.facts.values[value.callee] as Value;
    const first = value.args[0];
    if (callee.kind === "member" && callee.name !== null && DEFAULTS.has(callee.name) && first !== undefined && !isNumber(file, first)) add(standsIn(name, first, isSetting));
    // Along the chain to its head, whose options are the last thing to look at.
    at = callee.kind === "member" && (file.facts.values[callee.object] as Value).kind === "call" ? callee.object : value.args.find((a) => (file.facts.values[a] as Value).kind === "object");
  }
}

/** `RATE_LIMIT_TOKENS: z.number().default(60)` */
const isNumber = ({ facts }: FileView, id: ValueId): boolean => {
  const value = facts.values[id] as Value;
  return value.kind === "literal" && typeof value.value !== "string";
};

/** Variables, parameters and class members with a credential's name. */
export function declaredPlaces(file: FileView, add: Add): void {
  const { facts } = file;
  for (const binding of facts.bindings) {
    if (binding.from !== undefined || !HINT.test(binding.name)) continue;
    // `let secret = process.env.SECRET; if (!secret) secret = "…"`
    const read = binding.versions.length < 2 ? undefined : binding.versions.map((v) => (v.value === undefined ? null : settingRead(file, v.value))).find((r) => r?.isSetting && isCredential(r.name));
    for (const { value } of binding.versions) {
      if (value === undefined) continue;
      if (read && (facts.values[value] as Value).kind === "literal") add(standsIn(read.name, value, true));
      byName(file, binding.name, value, add);
    }
  }
  for (const cls of facts.classes as readonly ClassFact[]) {
    for (const member of cls.members) {
      if (member.name === null || !HINT.test(member.name)) continue;
      if (member.value !== null) byName(file, member.name, member.value, add);
      else if (member.kind === "getter" && member.fn !== null) returned(file, member.name, member.fn, add);
    }
  }
}

/** Properties, assignments and arguments that give a credential's name to what stands beside it. */
export function namedPlaces(file: FileView, id: ValueId, value: Value, takers: Takers, add: Add): void {
  if (value.kind === "object") {
    for (const prop of value.props) {
      if (prop.name === null || prop.form === "shorthand" || !HINT.test(prop.name)) continue;
      const of = file.facts.values[prop.value] as Value;
      if (prop.form === "get" && of.kind === "function") returned(file, prop.name, of.fn, add);
      else byName(file, prop.name, prop.value, add);
    }
  } else if (value.kind === "assign" && value.op !== "+=") {
    const name = assignedName(file, id, value);
    if (name !== null && HINT.test(name)) byName(file, name, value.value, add);
  } else if (value.kind === "call" && value.args.length > 0) namedArguments(file, value, takers, add);
}

function byName(file: FileView, name: string, value: ValueId, add: Add): void {
  const of = file.facts.values[value] as Value;
  // `apiKeys = ["…", "…"]`, `new Set(["…"])`
  const list = of.kind === "call" && of.form === "new" && of.args[0] !== undefined ? (file.facts.values[of.args[0]] as Value) : of;
  if (list.kind === "array" && list.items.length < MOST_ITEMS) for (const item of list.items) if (item !== null && (file.facts.values[item] as Value).kind === "literal") byName(file, name, item, add);
  if (!TEXTUAL.has(of.kind) || (of.kind === "literal" && typeof of.value !== "string")) return;
  add({ value, form: "key", counts: isCredential(name) ? "alike" : "none", by: "name", name, says: `the credential \`${name}\` is a literal`, used: "", at: value });
}

function returned(file: FileView, name: string, fn: FnId, add: Add): void {
  for (const s of (file.facts.functions[fn] as FunctionFact).body) if (s.kind === "return" && s.value !== null) byName(file, name, s.value, add);
}

function assignedName(file: FileView, id: ValueId, value: Value & { kind: "assign" }): string | null {
  if (value.target === null) {
    // A global has no binding; its name is only in the text.
    const { start } = file.span({ value: id });
    return value.op === "=" ? (/^([\w$]+)\s*=/.exec(file.text.slice(start, start + 80))?.[1] ?? null) : null;
  }
  if (!("member" in value.target)) return null;
  const target = file.facts.values[value.target.member] as Value;
  return target.kind === "member" ? target.name : null;
}

/** `params.append("client_secret", "…")`, `client.setApiKey("…")`, `login("ada", "…")` of a function that calls it a password. */
function namedArguments(file: FileView, value: Value & { kind: "call" }, takers: Takers, add: Add): void {
  const method = calleeName(file, value);
  if (method === null) return;
  const [first, second] = value.args;
  if (second !== undefined && KEEPERS.has(method)) {
    const name = constantText(file, first);
    if (name !== null && HINT.test(name)) byName(file, name, second, add);
  }
  if (first !== undefined && HINT.test(method) && SETTER.test(method)) byName(file, method.replace(SETTER, (_, capital: string) => capital.toLowerCase()), first, add);
  for (const fn of takers.get(method) ?? []) {
    for (const [i, param] of (file.facts.functions[fn] as FunctionFact).params.entries()) {
      const name = param.binding === null ? "" : (file.facts.bindings[param.binding]?.name ?? "");
      const arg = value.args[i];
      if (HINT.test(name) && arg !== undefined) byName(file, name, arg, add);
    }
  }
}

export type Takers = ReadonlyMap<string, readonly FnId[]>;

/** Functions and constructors of this file that take a credential, by the name they are called by. */
export function takersOf({ facts }: FileView): Takers {
  const found = new Map<string, FnId[]>();
  facts.functions.forEach((fn, id) => {
    if (!fn.params.some((p) => p.binding !== null && HINT.test(facts.bindings[p.binding]?.name ?? ""))) return;
    const name = fn.kind === "constructor" && fn.cls !== null ? facts.classes[fn.cls]?.name : fn.name;
    if (name) listAt(found, name).push(id);
  });
  return found;
}

export function isCredential(name: string): boolean {
  return credentialName(name) !== null;
}

/** The last name of who is called. */
export function calleeName(file: FileView, call: Value & { kind: "call" }): string | null {
  const callee = file.facts.values[call.callee] as Value;
  if (callee.kind === "member" || callee.kind === "global") return callee.name;
  return callee.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? null) : null;
}

export function constantText(file: FileView, id: ValueId | undefined): string | null {
  const value = id === undefined ? undefined : file.facts.values[id];
  if (id === undefined || value === undefined || value.kind === "object" || value.kind === "function") return null;
  const text = value.kind === "literal" ? value.value : file.get(flow).constant(id);
  return typeof text === "string" ? text : null;
}
