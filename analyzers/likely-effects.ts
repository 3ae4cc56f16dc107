import type { Catalog } from "../catalog/catalog.js";
import type { EffectRow } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { queries } from "./queries.js";

/** What a call does that nobody knows but by its name and by what it is given. */
export interface LikelyEffect {
  readonly row: EffectRow;
  readonly library: string;
}

/** Said by a text before anybody has parsed it. */
export const LIKELY = /["'`(](?:\\[nrt]|\s)*(?:select|insert\s+into|update|delete\s+from|merge\s+into|replace\s+into|with|call)\s|\bprisma|\.\s*find(?:Unique|First|Many|ById|ByPk|One|All)|\b[A-Z]\w*\s*\??\.\s*(?:find|countDocuments|updateOne|updateMany|deleteOne|deleteMany|insertMany|bulkCreate)\b/i;
const QUERY: EffectRow = { calls: [], effect: "database" };
/** Make a part of a query, or a query that runs later. */
const MAKES = /^(?:raw|sql|literal|prepare|queryStream)$/;
/** No list and no map has these, and they are given an object that says which. */
const OF_A_MAPPER = /^(?:findUnique|findUniqueOrThrow|findFirst|findFirstOrThrow|findMany)$/;
const OF_A_MODEL = /^(?:find|findOne|findAll|findOneAnd\w+|findOneBy|findById\w*|findByPk|findOrCreate|countDocuments|updateOne|updateMany|deleteOne|deleteMany|insertMany|bulkCreate)$/;
const MODELS = /(?:^|\/)(?:models?|schemas?|entit(?:y|ies)|db|database)(?:\/|$)|[._-](?:model|entity)$/i;

/** `db.query("select …", [id])`, `prisma.user.findUnique({ where })`, `User.findById(id)` of a client that stands elsewhere. */
export const likelyEffects: Answer<ReadonlyMap<ValueId, LikelyEffect>> = {
  name: "likely effects",
  of(file) {
    const found = new Map<ValueId, LikelyEffect>();
    if (!LIKELY.test(file.text)) return found;
    for (const { call, row } of file.get(queries)) if (row === null && !MAKES.test(lastName(file, call.target))) found.set(call.id, { row: QUERY, library: "SQL" });
    for (const call of file.get(calls)) {
      const like = found.has(call.id) || call.value.form !== undefined ? null : likeMapper(file, call);
      if (like !== null) found.set(call.id, like);
    }
    return found;
  },
};

/** `query("… $1 …", [id])`: drivers that number what they bind give a promise, whoever hands them over. */
export function isNumbered(file: FileView, call: Call): boolean {
  if (file.get(likelyEffects).get(call.id)?.row !== QUERY || (call.args?.length ?? 0) < 2) return false;
  return file.get(flow).sources(call.args?.[0] as ValueId).every((s) => {
    const value = file.facts.values[s] as Value;
    return (value.kind === "literal" && /\$\d/.test(String(value.value))) || (value.kind === "template" && value.chunks.some((chunk) => /\$\d/.test(chunk)));
  });
}

function likeMapper(file: FileView, call: Call): LikelyEffect | null {
  const callee = file.facts.values[call.target] as Value;
  if (callee.kind !== "member" || callee.name === null || call.args === null || isKnown(call) || file.get(flow).functions(call.target).length > 0) return null;
  const path = pathOf(file, callee.object);
  const isPrisma = path.length > 1 && /prisma(?:client|service|db)?$/i.test(path.at(-2) as string);
  const [first] = call.args;
  if (isPrisma || (path.length > 1 && OF_A_MAPPER.test(callee.name) && first !== undefined && isAsked(file, first))) return rowOf(file, `@prisma/client:PrismaClient().model.${callee.name}`, "prisma");
  if (path.length !== 1 || first === undefined || !OF_A_MODEL.test(callee.name) || !isModel(file, callee.object, path[0] as string)) return null;
  return rowOf(file, `mongoose:Model().${callee.name}`, "mongoose") ?? { row: QUERY, library: "model" };
}

function rowOf(file: FileView, path: string, library: string): LikelyEffect | null {
  const row = (file.settings.catalog as Catalog).path(path).rows("effects")[0]?.row;
  return row === undefined ? null : { row, library };
}

const isKnown = (call: Call): boolean => call.symbols.some((s) => s.isKnown);

/** `{ where: … }` */
function isAsked(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" && value.props.some((p) => p.name === "where");
  });
}

/** A class by its name that another file makes: nobody declares it, or it comes from where models lie. */
function isModel(file: FileView, id: ValueId, name: string): boolean {
  if (!/^[A-Z][a-zA-Z]*[a-z]\w*$/.test(name)) return false;
  const value = file.facts.values[id] as Value;
  if (value.kind === "global") return true;
  if (value.kind !== "var" || file.get(flow).sources(id).some((s) => (file.facts.values[s] as Value).kind === "class")) return false;
  return /Model$/.test(name) || file.get(flow).symbols(id).some(({ text }) => MODELS.test(text.slice(0, text.lastIndexOf(":"))));
}

/** The names of a member's path: `this.prisma.user` is `this`, `prisma`, `user`. */
function pathOf(file: FileView, id: ValueId): readonly string[] {
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "member":
      return value.name === null ? [] : [...pathOf(file, value.object), value.name];
    case "cast":
      return pathOf(file, value.of);
    case "this":
      return ["this"];
    case "global":
      return [value.name];
    default:
      return [value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? "") : ""];
  }
}

function lastName(file: FileView, id: ValueId): string {
  return pathOf(file, id).at(-1) ?? "";
}
