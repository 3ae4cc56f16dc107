import { posix } from "node:path";
import type { ValueId } from "../core/facts.js";
import type { FileView, Own } from "../core/rule.js";
import type { Entry } from "../analyzers/entries.js";
import { flow } from "../analyzers/flow.js";

/** How what a framework hands over is entered. */
export interface Adapter {
  /** Where the default package has it. */
  readonly subpath: string;
  /** Beside the handler, in the call that registers both: its types stay what the framework says they are. */
  readonly isBefore?: true;
  /** What the policy table will call it; null where nobody says what it is. */
  readonly label: (own: Own, entry: Entry) => string | null;
}

/** The route; in a file whose place is the route, that. */
const route = (_own: Own, { name }: Entry): string | null => (name === null || name === "" || name.startsWith("handler") ? null : name);
const routeOfFile = ({ file }: Own, { name }: Entry): string | null => {
  const path = pathOf(file.path);
  return path === null || isOnEdge(file) ? null : name === null ? path : `${name} ${path}`;
};

/** By framework. Those that are not here have none yet. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  express: { subpath: "express", label: route },
  fastify: { subpath: "fastify", label: route },
  koa: { subpath: "koa", isBefore: true, label: route },
  hono: { subpath: "hono", isBefore: true, label: route },
  "node:http": { subpath: "node", label: (own, entry) => route(own, entry) ?? "http" },
  "next-api": { subpath: "node", label: routeOfFile },
  next: { subpath: "web", label: routeOfFile },
  astro: { subpath: "web", label: routeOfFile },
  remix: { subpath: "web", label: ({ file }, { name }) => (name === null ? null : `${name} ${baseOf(file.path)}`) },
  // `export default { fetch }` is for platforms that are not Node.js, which the pipeline needs.
  web: { subpath: "web", label: (own, entry) => (entry.by === "object" ? null : (route(own, entry) ?? "http")) },
  trpc: { subpath: "trpc", label: procedure },
  // A name in the policy table says what kind of entry it is, where the name alone does not.
  lambda: { subpath: "lambda", label: (own, entry) => `lambda.${functionOf(own, entry)}` },
  bullmq: { subpath: "bullmq", label: (own, entry) => `job.${route(own, entry) ?? functionOf(own, entry)}` },
  "node-cron": { subpath: "cron", label: (own, entry) => `cron.${functionOf(own, entry)}` },
};

export const adapterOf = (framework: string): Adapter | undefined => (Object.hasOwn(ADAPTERS, framework) ? ADAPTERS[framework] : undefined);

/** What the function is called, or else the file. */
function functionOf({ file, fn: ownFn }: Own, { functions }: Entry): string {
  const fn = functions.map((id) => file.facts.functions[ownFn(id) ?? -1]).find((f) => f?.name != null && /^[A-Za-z_$][\w$]*$/.test(f.name) && f.name !== "handler" && f.name !== "default");
  return fn?.name ?? baseOf(file.path);
}

function baseOf(path: string): string {
  const base = posix.basename(path).replace(/\.[cm]?[jt]sx?$/, "");
  return base === "index" || base === "handler" ? posix.basename(posix.dirname(path)) : base;
}

/** Of a file that serves what its place says: `app/(shop)/orders/[id]/route.ts` is `/orders/:id`. */
function pathOf(file: string): string | null {
  const place = /(?:^|\/)(?:app\/(?<app>.*\/)?route|(?:src\/)?pages\/(?<page>.+))\.[cm]?[jt]sx?$/.exec(file)?.groups;
  if (place === undefined) return null;
  const segments = (place["app"] ?? place["page"] ?? "").split("/").filter((s) => s !== "" && s !== "index" && !/^(?:\(.*\)|@.*)$/.test(s));
  return `/${segments.map((s) => s.replace(/^\[+(\.{3})?(.+?)\]+$/, (_, rest: string | undefined, name: string) => (rest ? `*${name}` : `:${name}`))).join("/")}`;
}

/** `export const runtime = "edge"`, or `config = { runtime: "edge" }`: nothing of Node.js is there. */
function isOnEdge(file: FileView): boolean {
  const isEdge = (value: ValueId): boolean => /\bedge$/.test(String(file.get(flow).constant(value)));
  return file.facts.exports.some(({ name, binding }) => {
    const value = binding === undefined ? undefined : file.facts.bindings[binding]?.versions[0]?.value;
    if (value === undefined) return false;
    const held = file.facts.values[value];
    return name === "runtime" ? isEdge(value) : name === "config" && held?.kind === "object" && held.props.some((p) => p.name === "runtime" && isEdge(p.value));
  });
}

/** `userRouter = router({ byId: … })` is `user.byId`, as far as this file says. */
function procedure(own: Own, { call }: Entry): string | null {
  const { facts } = own.file;
  const at = call === null ? null : own.value(call.id);
  if (at === null) return null;
  const table = facts.values.findIndex((v) => v.kind === "object" && v.props.some((p) => p.value === at));
  const value = facts.values[table];
  const key = value?.kind === "object" ? value.props.find((p) => p.value === at)?.name : undefined;
  const holder = facts.bindings.find((b) => b.versions.some(({ value: held }) => held !== undefined && (held === at || holds(own, held, table))));
  const router = holder?.name.replace(/_?(?:router|procedures?)$/i, "");
  if (key == null) return holder === undefined ? null : holder.name;
  return router ? `${router}.${key}` : key;
}

/** The table itself, or a call that is given it. */
function holds({ file: { facts } }: Own, held: number, table: number): boolean {
  const value = facts.values[held];
  return held === table || (value?.kind === "call" && value.args.includes(table));
}
