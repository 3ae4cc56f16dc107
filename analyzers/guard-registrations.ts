import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, callsThatMayHave } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { type Given, guards, type Kind, together } from "./guards.js";
import { keysOf, mounts } from "./mounts.js";
import { inProduction } from "./production.js";

/** Middleware, a hook, a plugin or a guard that is registered for more than one entry. */
export interface GuardRegistration {
  readonly call: Call;
  readonly given: Given;
  /** Only under these paths; null: all. `lost`: nobody can say which. */
  readonly paths: readonly string[] | "lost" | null;
  /** Of these methods only, and of exactly these paths: `app.post("/login", limiter)`. */
  readonly verb: string | null;
  /** Only what is registered after it. */
  readonly ordered: boolean;
}

export interface GuardRegistrations {
  /** By what they are registered on. */
  readonly on: ReadonlyMap<string, readonly GuardRegistration[]>;
  /** For a whole Nest application. */
  readonly nest: readonly GuardRegistration[];
}

export const guardRegistrations: Answer<GuardRegistrations> = { name: "guard registrations", of: collect };

const BEFORE = new Set(["onRequest", "preParsing", "preValidation", "preHandler"]);
export const VERBS: ReadonlySet<string> = new Set(["get", "post", "put", "patch", "delete", "del", "options", "head", "all"]);
const NEST = new Set(["use", "useGlobalGuards", "apply"]);

function collect(file: FileView): GuardRegistrations {
  const on = new Map<string, GuardRegistration[]>();
  const nest: GuardRegistration[] = [];
  for (const call of callsThatMayHave(file, ["middleware"])) {
    const callee = file.facts.values[call.target] as Value;
    const rows = call.symbols.flatMap((s) => s.rows("middleware").map(({ row }) => row)).filter((row) => row.role !== "errors");
    if (rows.length === 0 || callee.kind !== "member" || callee.name === null) continue;
    const isNest = call.symbols.some((s) => s.text.startsWith("@nestjs/"));
    const registration = registered(file, call, callee.name, isNest);
    if (registration === null) continue;
    if (isNest) nest.push(registration);
    else for (const key of scopesOf(file, callee.object)) listAt(on, key).push(registration);
  }
  return { on, nest };
}

function registered(file: FileView, call: Call, name: string, isNest: boolean): GuardRegistration | null {
  const { args } = call.value;
  const isFastify = name === "addHook" || name === "register";
  if (name === "addHook" && !BEFORE.has(String(args[0] === undefined ? "" : file.get(flow).constant(args[0])))) return null;
  if (!isFastify && !(isNest ? NEST : name === "use" ? null : VERBS)?.has(name) && name !== "use") return null;
  const values = name === "register" ? args.slice(0, 1).flatMap((arg) => ofFolder(file, arg)) : name === "addHook" ? args.slice(1, 2) : args;
  if (name === "register" && isPerRoute(file, args[1])) return null;
  const all = together(values.map((arg) => (name === "register" && setsUp(file, arg) ? new Map() : file.get(guards).of(arg))));
  const runs = runsInProduction(file, call.id);
  if (all.size === 0 || runs === false) return null;
  const isPartly = name === "apply" && !reachesAll(file, call);
  const given = isPartly || runs === null ? new Map([...all].map(([kind]) => [kind, isPartly ? "its module says for which routes the middleware is" : "it is registered only under a condition"] as [Kind, string])) : all;
  return { call, given, paths: isFastify ? null : pathsOf(file, VERBS.has(name) ? (routeOf(file, call) ?? args[0]) : args[0]), verb: VERBS.has(name) ? name : null, ordered: !isFastify && !isNest };
}

/** Is it registered in production, where it matters? null: another condition decides. */
export function runsInProduction(file: FileView, id: ValueId): boolean | null {
  const around = file.get(context).enclosing(id).map(({ statement, part }) => {
    if (statement.kind !== "if" || part === "head") return statement.kind === "loop" || statement.kind === "switch" || part === "handler" ? null : true;
    const is = inProduction(file, statement.test);
    return typeof is === "boolean" ? is === (part === "then") : null;
  });
  return around.includes(false) ? false : around.includes(null) ? null : true;
}

/** Of a loader all plugins of its folder are registered, each by itself. */
function ofFolder(file: FileView, plugin: ValueId): readonly ValueId[] {
  const value = file.facts.values[plugin] as Value;
  const binding = value.kind === "var" ? file.facts.bindings[value.binding] : undefined;
  return binding?.name === "*" ? binding.versions.flatMap((v) => (v.value === undefined ? [] : [v.value])) : [plugin];
}

/** A plugin of our own is a scope; fastify's other plugins only lend what routes may use. */
function setsUp(file: FileView, plugin: ValueId): boolean {
  if (file.get(flow).functions(plugin).length > 0) return true;
  return file.get(flow).symbols(plugin).some((s) => /^@?fastify[-/]/.test(s.text) && s.rows("guards").length === 0);
}

/** `app.register(rateLimit, { global: false })`: only routes that ask for it. */
function isPerRoute(file: FileView, options: ValueId | undefined): boolean {
  return options !== undefined && file.get(flow).sources(options).some((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" && value.props.some((p) => p.name === "global" && file.get(flow).constant(p.value) === false);
  });
}

/** `consumer.apply(X).forRoutes("*")` */
function reachesAll(file: FileView, call: Call): boolean {
  const member = file.get(context).parent(call.id);
  const routes = member === null ? null : file.get(context).parent(member);
  const value = routes === null ? undefined : file.facts.values[routes];
  return value?.kind === "call" && value.args.some((a) => /^[/*{}a-z]*\*[a-z}]*$/.test(String(file.get(flow).constant(a))));
}

/** `app.route("/login").all(limiter)`: the path stands further up. */
export function routeOf(file: FileView, call: Call): ValueId | undefined {
  let callee = file.facts.values[call.target] as Value;
  for (let steps = 0; callee.kind === "member" && steps < 20; steps++) {
    const object = file.get(flow).sameAs(callee.object);
    const of = file.facts.values[object] as Value;
    if (of.kind !== "call") return undefined;
    callee = file.facts.values[of.callee] as Value;
    if (callee.kind === "member" && callee.name === "route") return of.args[0];
  }
  return undefined;
}

/** A path, several, or none: `app.use(limiter)`. */
export function pathsOf(file: FileView, first: ValueId | undefined): GuardRegistration["paths"] {
  if (first === undefined) return null;
  const text = file.get(flow).constant(first);
  if (typeof text === "string") return [text];
  const value = file.facts.values[file.get(flow).sources(first)[0] ?? first] as Value;
  if (value.kind === "regexp" || value.kind === "template" || value.kind === "binary") return "lost";
  if (value.kind !== "array") return null;
  const texts = value.items.map((i) => (i === null ? undefined : file.get(flow).constant(i)));
  if (texts.every((t) => typeof t === "string")) return texts.length === 0 ? null : (texts as string[]);
  return value.items.some((i) => i !== null && (file.facts.values[i] as Value).kind === "regexp") ? "lost" : null;
}

/** What is registered in a plugin that `fastify-plugin` opens is registered on what the plugin is. */
export function scopesOf(file: FileView, receiver: ValueId): ReadonlySet<string> {
  const keys = new Set(keysOf(file, receiver));
  const all = file.get(mounts);
  for (const key of keys) {
    for (const mount of all.get(key) ?? []) {
      const plugin = mount.call.value.args[0];
      const isOpen = plugin !== undefined && file.get(flow).symbols(plugin).some((s) => /^fastify-plugin:(?:fastifyPlugin)?\(\)$/.test(s.text));
      if (isOpen) for (const outer of mount.on) keys.add(outer);
    }
  }
  return keys;
}
