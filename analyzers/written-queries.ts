import type { Catalog } from "../catalog/catalog.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { listSize, textsBefore } from "./list-size.js";
import { chainFrom } from "./query-chain.js";
import { mayBeSelect, sizeOfText } from "./query-text.js";
import { type Size, unknownSize } from "./select-size.js";

/** A call that nobody knows but by its name and by what it is given: the text of a query. */
export interface WrittenQuery {
  readonly call: ValueId;
  readonly size: Size;
}

/** Names of functions that run a query and give its rows. */
const RUNS = /^(?:all|any|many|manyOrNone|db|rows|list|raw|unsafe|exec|execute|run|fetchAll|fetchMany|fetchRows|getAll|getMany|getRows|findAll|findMany|selectAll|selectMany|select|values|\$?\w*(?:query|sql)\w*)$/i;
/** Names of those that give one, or read in pieces: what they leave out of the text is in another file. */
const PARTS = /one|first|single|scalar|maybe|exists|count|row$|page|pagina|cursor|stream|iter|each|chunk|batch|limit|top/i;
/** Names of those that make a query and run none. */
const MAKES = /prepare|parse|format|build|compile|valid|explain|escape|literal|ident|fragment|log|debug|print|to_?sql|describe|test|mock|typed?$/i;
/** What makes a text for another call, unless it is called for itself. */
const RAW = /^(?:raw|unsafe|sql)$/i;
const TAGS = /^(?:sql|SQL|query|db|pg|pgsql|postgres|mysql|\$?queryRaw|rawQuery)$/;
const MENTIONS = /\bselect\b|\bfindMany\b/i;

/** Calls of unknown functions that are given a SELECT. */
export const writtenQueries: Answer<readonly WrittenQuery[]> = {
  name: "written queries",
  of(file) {
    if (!MENTIONS.test(file.text)) return [];
    return file.get(calls).flatMap((call) => {
      const size = sizeOf(file, call);
      return size === null ? [] : [{ call: call.id, size }];
    });
  },
};

function sizeOf(file: FileView, call: Call): Size | null {
  const name = nameOf(file, call.target);
  if (name === "findMany" && !isKnown(call)) return modelQuery(file, call);
  const [first] = call.args ?? [];
  if (name === null || MAKES.test(name) || call.value.form === "new" || isKnown(call)) return null;
  if (call.value.form === "tag") return TAGS.test(name) && !call.symbols.some((s) => s.leadsSomewhere) ? tagged(file, call) : null;
  // `db.prepare("SELECT …").bind(id).all()`
  if (first === undefined || name === "all") {
    const [text] = name === "all" ? textsBefore(file, call, "prepare") : [];
    if (text !== undefined) return mayBeSelect(file, text) ? (sizeOfText(file, text) ?? null) : null;
  }
  const parts = PARTS.test(name);
  if (RAW.test(name) && isPart(file, call.id)) return null;
  if (first === undefined || (!RUNS.test(name) && !parts)) return null;
  const text = textIn(file, first);
  if (text === null) return null;
  const size = sizeOfText(file, text) ?? null;
  return size?.rows === "many" && parts ? unknownSize(`how many rows \`${name}\` reads is in another file`) : size;
}

/**
 * `prisma.user.findMany(…)`, `db.query.users.findMany(…)` of a client that another file makes. No other library has these names at these
 * places, so who it is needs no look into that file.
 */
function modelQuery(file: FileView, call: Call): Size | null {
  const path = pathOf(file, call.target);
  const root = path.at(-3) ?? "";
  const like = /prisma(?:client|service)?$/i.test(root) ? "@prisma/client:PrismaClient().model.findMany" : path.length > 3 && root === "query" ? "drizzle-orm/any:drizzle().query.table.findMany" : null;
  const row = like === null ? undefined : (file.settings.catalog as Catalog).path(like).rows("lists")[0]?.row;
  return row === undefined ? null : listSize(file, call, row);
}

/** The names of a member's path: `this.prisma.user.findMany` is `this`, `prisma`, `user`, `findMany`. */
function pathOf(file: FileView, id: ValueId): string[] {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return value.name === null ? [] : [...pathOf(file, value.object), value.name];
  if (value.kind === "cast") return pathOf(file, value.of);
  return [value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? "") : value.kind === "this" ? "this" : ""];
}

/** `` await sql`SELECT …` ``; inside another query it is a fragment. */
function tagged(file: FileView, call: Call): Size | null {
  const template = call.value.args[0];
  if (template === undefined || !mayBeSelect(file, template)) return null;
  const chain = chainFrom(file, call.id);
  if (!chain.runs || chain.links.some((l) => PARTS.test(l.name))) return null;
  return sizeOfText(file, template) ?? null;
}

/** Given to another call: that one runs it. */
function isPart(file: FileView, id: ValueId): boolean {
  const outer = file.get(context).parent(id);
  const value = outer === null ? undefined : file.facts.values[outer];
  return value?.kind === "call" && value.callee !== id;
}

/** The text itself, or that of `{ text, values }`. */
function textIn(file: FileView, arg: ValueId): ValueId | null {
  for (const source of file.get(flow).sources(arg)) {
    const value = file.facts.values[source] as Value;
    if (value.kind === "object") {
      const prop = value.props.find((p) => p.name === "text" || p.name === "sql" || p.name === "query" || p.name === "statement");
      if (prop !== undefined && prop.form !== "spread" && mayBeSelect(file, prop.value)) return prop.value;
    } else if (mayStart(value) && mayBeSelect(file, arg)) return arg;
  }
  return null;
}

const mayStart = (value: Value): boolean => (value.kind === "literal" && typeof value.value === "string") || value.kind === "template" || value.kind === "binary" || value.kind === "call";

/** The catalog knows what it does. */
const isKnown = ({ symbols }: Call): boolean => symbols.some((s) => s.rows("effects").length > 0 || s.rows("loggers").length > 0);

function nameOf(file: FileView, callee: ValueId): string | null {
  const value = file.facts.values[callee] as Value;
  if (value.kind === "member") return value.name;
  if (value.kind === "global") return value.name;
  return value.kind === "var" ? (file.facts.bindings[value.binding]?.name ?? null) : null;
}
