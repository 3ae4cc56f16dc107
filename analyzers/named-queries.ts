import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";

/** A query object that goes to a collection which only its name tells. */
export interface NamedQuery {
  readonly at: ValueId;
  readonly value: ValueId;
}

const METHODS = /^(?:find|findOne|findOneAnd(?:Update|Delete|Replace|Remove)|updateOne|updateMany|update|deleteOne|deleteMany|remove|count|countDocuments|exists|replaceOne|where)$/;
/** Where one of these stands, the object is the options of a mapper whose conditions are values. */
const OPTIONS = /^(?:where|attributes|include|select|relations|order|orderBy|take|skip|limit|offset|data|transaction|raw|cursor|filter)$/;
const MAPPERS = /(?:^|[/@])(?:sequelize|typeorm|prisma|mikro-orm|objection|bookshelf|waterline|drizzle-orm|kysely|knex)/;
const FROM = /(?:^|\/)(?:models?|schemas?|collections?|db)(?:\/|$)|[._-]model$/i;

/**
 * `User.findOne({ email })` of a model that another file makes. By name it is mongoose's: a class beside no other mapper,
 * whose conditions stand in the object itself; or the named collection of a database.
 */
export const namedQueries: Answer<readonly NamedQuery[]> = {
  name: "named queries",
  of(file) {
    if (!/\b(?:find|update|delete|remove|count|exists|replace|where)\w*\s*\(/.test(file.text)) return [];
    const found: NamedQuery[] = [];
    const others = besideMappers(file);
    for (const call of file.get(calls)) {
      const callee = file.facts.values[call.target] as Value;
      const [query] = call.args ?? [];
      if (callee.kind !== "member" || callee.name === null || !METHODS.test(callee.name) || query === undefined || call.symbols.some((s) => s.isKnown) || others.has(file.homeOf({ value: call.id }).module)) continue;
      if ((isModel(file, callee.object, call) || isCollection(file, callee.object)) && isQuery(file, query)) found.push({ at: call.id, value: query });
    }
    return found;
  },
};

/** The files that use another mapper, by their module function. */
function besideMappers(file: FileView): ReadonlySet<number> {
  const found = new Set<number>();
  for (const i of file.facts.imports) if (MAPPERS.test(i.module)) found.add(file.homeOf({ mark: i.at }).module);
  for (const call of file.get(calls)) {
    const callee = file.facts.values[call.target] as Value;
    if (callee.kind !== "global" || callee.name !== "require" || call.args?.[0] === undefined) continue;
    const module = file.get(flow).constant(call.args[0]);
    if (typeof module === "string" && MAPPERS.test(module)) found.add(file.homeOf({ value: call.id }).module);
  }
  return found;
}

function isModel(file: FileView, id: ValueId, call: Call): boolean {
  const value = file.facts.values[id] as Value;
  const binding = value.kind === "var" ? file.facts.bindings[value.binding] : undefined;
  const name = value.kind === "global" ? value.name : (binding?.name ?? (value.kind === "member" ? (value.name ?? "") : ""));
  if (/Model$/.test(name)) return true;
  if (!/^[A-Z][a-z]\w*$/.test(name) || file.get(flow).sources(id).some((s) => (file.facts.values[s] as Value).kind === "class")) return false;
  const module = file.get(flow).symbols(id).map((s) => s.text)[0] ?? "";
  // A callback behind the query is mongoose's own way; else where the name comes from says that it is a model.
  return call.args?.slice(1).some((arg) => file.get(flow).functions(arg).length > 0) === true || value.kind === "global" || FROM.test(module.slice(0, module.lastIndexOf(":")));
}

/** `db.collection("users")` */
function isCollection(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((s) => {
    const value = file.facts.values[s] as Value;
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    return callee?.kind === "member" && callee.name === "collection";
  });
}

function isQuery(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).every((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind !== "function" && value.kind !== "literal" && (value.kind !== "object" || !value.props.some((p) => p.name !== null && OPTIONS.test(p.name)));
  });
}
