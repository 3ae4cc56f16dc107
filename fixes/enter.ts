import { posix } from "node:path";
import type { PropFact, Value } from "../core/facts.js";
import type { Edit, Fix } from "../core/finding.js";
import type { FileView, Own } from "../core/rule.js";
import { bareness } from "../analyzers/bareness.js";
import { context } from "../analyzers/context.js";
import { type Entry, entries } from "../analyzers/entries.js";
import { insert } from "./edit.js";
import { pipelineName } from "./pipeline-name.js";

/** The default package's adapter for what a framework hands over; the rest has none yet. */
const ADAPTERS: Readonly<Record<string, string>> = { express: "express", fastify: "fastify", lambda: "lambda", bullmq: "bullmq", "node-cron": "cron", "node:http": "node" };
/** A name in the policy table says what kind of entry it is, where the name alone does not. */
const PREFIX: Readonly<Record<string, string>> = { lambda: "lambda.", bullmq: "job.", "node-cron": "cron." };

/** The handler as `entry("GET /users/:id", handler)`: the same function to its framework. Null where a declaration would have to be turned round. */
export function enter(own: Own, found: Entry): Fix | null {
  const { file } = own;
  const adapter = ADAPTERS[found.framework];
  const at = found.given?.at ?? found.handler;
  const handler = at === null ? null : own.value(at);
  if (adapter === undefined || handler === null || found.doubt !== null) return null;
  // Who registers it may bind it to its object, and `entry` hands no `this` on.
  if (found.given !== undefined && isOfThis(file, handler)) return null;
  const prop = propertyOf(file, handler);
  if (prop !== null && prop.form !== "init" && prop.form !== "shorthand") return null;
  if (prop === null && !standsAlone(file, handler)) return null;
  const label = nameFor(own, found);
  if (label === null) return null;
  // Two frameworks in one file have an `entry` each.
  const first = file.get(entries).map((e) => ADAPTERS[e.framework]).find((a) => a !== undefined);
  const name = pipelineName(file, "entry", handler, { subpath: adapter, preferred: adapter === first ? "entry" : `${adapter}Entry` });
  if (name === null) return null;
  const { start, end } = file.span({ value: handler });
  const key = prop?.form === "shorthand" ? `${prop.name}: ` : "";
  const written = JSON.stringify(label);
  return { tier: "review", title: `Enter it: \`${name.text}(${written}, …)\``, edits: [...name.edits, insert(start, `${key}${name.text}(${written}, `), insert(end, ")")] };
}

/** What it takes for the failures of an entry to be answered: nothing where it goes through the pipeline, else its wrap. Null where there is none to offer. */
export function entering(own: Own, judged: FileView, entry: Entry): readonly Edit[] | null {
  const { is } = judged.get(bareness)(entry);
  if (is === "entered") return [];
  return is === "bare" ? (enter(own, entry)?.edits ?? null) : null;
}

function isOfThis(file: FileView, handler: number): boolean {
  const value = file.facts.values[handler];
  return value?.kind === "member" && file.facts.values[value.object]?.kind === "this";
}

function propertyOf(file: FileView, handler: number): PropFact | null {
  const parent = file.get(context).parent(handler);
  const value = parent === null ? undefined : (file.facts.values[parent] as Value);
  return value?.kind === "object" ? (value.props.find((p) => p.value === handler) ?? null) : null;
}

/** An argument, or what a name or an export holds: an expression with room for a call around it. */
function standsAlone(file: FileView, handler: number): boolean {
  const where = file.get(context);
  const parent = where.parent(handler);
  if (parent !== null) return ["call", "array", "assign"].includes((file.facts.values[parent] as Value).kind);
  return where.statement(handler)?.kind === "define" && !isDeclaration(file, handler);
}

function isDeclaration(file: FileView, handler: number): boolean {
  return /^(?:async\s+)?function\b/.test(file.text.slice(file.span({ value: handler }).start)) && file.facts.functions[0]?.body.some((s) => s.kind === "declare" && s.value === handler) === true;
}

/** What the policy table will call it: the route, the queue; for a clock's job and a lambda what the function is called, or else the file. */
function nameFor({ file, fn: ownFn }: Own, { framework, kind, name, functions }: Entry): string | null {
  const prefix = PREFIX[framework] ?? "";
  if (framework === "bullmq" || kind === "http") {
    if (name !== null && name !== "" && !name.startsWith("handler")) return prefix + name;
    if (framework === "node:http") return "http";
  }
  const fn = functions.map((id) => file.facts.functions[ownFn(id) ?? -1]).find((f) => f?.name != null && /^[A-Za-z_$][\w$]*$/.test(f.name) && f.name !== "handler" && f.name !== "default");
  const base = posix.basename(file.path).replace(/\.[cm]?[jt]sx?$/, "");
  return prefix === "" ? null : prefix + (fn?.name ?? (base === "index" || base === "handler" ? posix.basename(posix.dirname(file.path)) : base));
}
