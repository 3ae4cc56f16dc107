import type { BindsRow } from "../catalog/binds.js";
import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "../analyzers/flow.js";
import { queries, type Query } from "../analyzers/queries.js";
import { textOf } from "./log-line.js";

/** Clients that another file makes and that nothing else is called: Prisma's by its methods, these by their own name. */
const TAGS: ReadonlyMap<string, string> = new Map([["$queryRawUnsafe", "$queryRaw"], ["$executeRawUnsafe", "$executeRaw"]]);
const BY_NAME: ReadonlyMap<string, BindsRow> = new Map([
  ["sequelize.query", { mark: "$1", into: { arg: 1, path: "bind" } }],
  ["knex.raw", { mark: "?", into: { arg: 1 }, part: true }],
] as const);

/** How values are bound in a query: by the catalog's row, by the client's name, or as other queries of the file through the same client do it. Else why nobody knows. */
export function bindingOf(file: FileView, query: Query): BindsRow | string {
  if (query.row?.binds !== undefined) return query.row.binds;
  const { values } = file.facts;
  const callee = values[query.call.target] as Value;
  if (callee.kind !== "member" || callee.name === null) return UNKNOWN;
  const tag = TAGS.get(callee.name);
  if (tag !== undefined) return { mark: "${}", into: { tag }, typed: true };
  if (query.row !== null && !/^query$/.test(callee.name)) return "this call takes a text and nothing beside it: put the query together in a way that binds";
  const object = values[callee.object] as Value;
  const holder = object.kind === "var" ? file.facts.bindings[object.binding]?.name : object.kind === "member" ? object.name : null;
  const named = BY_NAME.get(`${holder}.${callee.name}`);
  if (named !== undefined) return named;
  const client = textOf(file, callee.object);
  for (const other of file.get(queries)) {
    const like = values[other.call.target] as Value;
    if (like.kind !== "member" || like.name !== callee.name || textOf(file, like.object) !== client) continue;
    const shown = shownBy(file, other);
    if (shown !== null) return shown;
  }
  return UNKNOWN;
}

const UNKNOWN = "which driver runs it is decided in another file: bind the values in its way";

/** `query("… $1", [id])`, `query("… ?", [id])` */
function shownBy(file: FileView, { call }: Query): BindsRow | null {
  const [text, list] = call.args ?? [];
  if (text === undefined || list === undefined || file.facts.values[list]?.kind !== "array") return null;
  const said = constantOf(file, text);
  if (/\$1\b/.test(said)) return { mark: "$1", into: { arg: 1 }, dialect: "postgres", lists: "any" };
  return /[\s=(,]\?(?=$|[\s,)])/.test(said) ? { mark: "?", into: { arg: 1 } } : null;
}

function constantOf(file: FileView, id: ValueId): string {
  const constant = file.get(flow).constant(id);
  const value = file.facts.values[id] as Value;
  return typeof constant === "string" ? constant : value.kind === "template" ? value.chunks.join(" ") : "";
}
