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
  /** It looks at the second of what its handler is given, too. */
  readonly takesResponse?: true;
  /** What the policy table will call it; null where nobody says what it is. */
  readonly label: (own: Own, entry: Entry) => string | null;
}

/** The route, or the place of a file that serves what its place says. */
const route = (own: Own, { by, name }: Entry): string | null => {
  if (by !== "export") return name === null || name === "" || name.startsWith("handler") ? null : name;
  const path = isOnEdge(own.file) ? null : pathOf(own.file.path);
  return path === null ? null : name === null ? path : `${name} ${path}`;
};

/** By what a row of the catalog calls it. Nest's is registered once for all. */
const ADAPTERS: readonly Adapter[] = [
  { subpath: "express", takesResponse: true, label: route },
  { subpath: "fastify", takesResponse: true, label: route },
  { subpath: "koa", isBefore: true, label: route },
  { subpath: "hono", isBefore: true, label: route },
  // What is exported by another name than that of a route is no server of its own.
  { subpath: "node", takesResponse: true, label: (own, entry) => route(own, entry) ?? (entry.by === "export" ? null : "http") },
  { subpath: "web", label: (own, entry) => route(own, entry) ?? (entry.by === "export" ? null : "http") },
  { subpath: "trpc", label: procedure },
  // A name in the policy table says what kind of entry it is, where the name alone does not.
  { subpath: "lambda", label: (own, entry) => `lambda.${functionOf(own, entry)}` },
  { subpath: "bullmq", label: (own, entry) => `job.${route(own, entry) ?? functionOf(own, entry)}` },
  { subpath: "cron", label: (own, entry) => `cron.${functionOf(own, entry)}` },
];

const bySubpath = new Map(ADAPTERS.map((adapter) => [adapter.subpath, adapter]));

export const adapterOf = ({ row }: Entry): Adapter | undefined => bySubpath.get(row.adapter ?? "");

/** What the function is called, or else the file. */
function functionOf({ file, fn: ownFn }: Own, { functions }: Entry): string {
  const fn = functions.map((id) => file.facts.functions[ownFn(id) ?? -1]).find((f) => f?.name != null && /^[A-Za-z_$][\w$]*$/.test(f.name) && f.name !== "handler" && f.name !== "default");
  return fn?.name ?? baseOf(file.path);
}

function baseOf(path: string): string {
  const base = posix.basename(path).replace(/\.[cm]?[jt]sx?$/, "");
  return base === "index" || base === "handler" ? posix.basename(posix.dirname(path)) : base;
}

/** `app/(shop)/orders/[id]/route.ts` is `/orders/:id`, and so is `pages/orders/[id].ts`, `api/orders/[id]/route.ts` and `app/routes/orders.$id.tsx`. */
function pathOf(file: string): string | null {
  const place = /(?:^|\/)(?:(?:app|src\/api)\/(?<folders>.*\/)?route|(?:src\/)?pages\/(?<page>.+)|app\/routes\/(?<dotted>.+))\.[cm]?[jt]sx?$/.exec(file)?.groups;
  if (place === undefined) return null;
  const segments = place["dotted"] === undefined ? (place["folders"] ?? place["page"] ?? "").split("/") : place["dotted"].replace(/\/(?:route|index)$/, "").split(/[./]/);
  const named = segments.filter((s) => s !== "" && s !== "index" && !/^(?:\(.*\)|@.*|_.*)$/.test(s));
  return `/${named.map((s) => s.replace(/^\[+(\.{3})?(.+?)\]+$|^\$(.*)$/, (_, rest?: string, name?: string, param?: string) => (name === undefined ? `:${param || "rest"}` : rest ? `*${name}` : `:${name}`))).join("/")}`;
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
