import type { EffectRow, ListQuery } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { Conditions, tableName } from "./query-conditions.js";
import { eachStatement, flow } from "./flow.js";
import { optionAt, valueAt } from "./options.js";
import { type Chain, chainBefore, chainFrom, type Link } from "./query-chain.js";
import { sizeOfText } from "./query-text.js";
import { best, FEW, isOfWhole, MANY, type Size, unknownSize, worst } from "./select-size.js";
import { HOLE } from "./sql-tokens.js";
import { plainName } from "./unique-keys.js";

/** Methods that nobody writes but to get a part: plugins' `paginate`, `page`, `slice`. */
const PAGES = /pagina|^page$|^slice$|^top$|^chunk|^cursor$|^stream$|iterator/i;
/** Methods that are given a function which adds to the query. */
const ADDS = /^(?:modify|\$call|\$if|scopes|withScope)$/;
/** Methods of a builder that take what the list call of the same library takes, as an object. */
const OPTIONS = /^setFindOptions$/;
const OR = /^or(?:Where|WhereIn|WhereRaw)?$/i;
const SELECTS = /^(?:select|addSelect|column|columns|distinct)$/;
const AGGREGATES = /^(?:count|countDistinct|countAll|sum|sumDistinct|avg|avgDistinct|min|max|total)$/i;

const NO_CHAIN: Chain = { links: [], open: null, runs: true };

/** How many rows a query gives that the catalog knows as a list; null: it lists nothing, or is a part of another query. */
export function listSize(file: FileView, call: Call, row: EffectRow): Size | null {
  const list = row.list as ListQuery;
  const begins = row.shape === "builder";
  const chain = begins ? chainFrom(file, call.id) : list.chain !== undefined ? chainBefore(file, call.id, list.changes) : NO_CHAIN;
  if (list.text !== undefined || list.textOf !== undefined) return textSize(file, call, list, chain, begins);
  if (begins && !chain.runs && chain.open === null) return null;
  const options = (list.limit ?? []).map((place) => optionAt(file, call, place));
  if (options.some((o) => o.certainty === "present")) return FEW;
  const limits = chain.links.filter((l) => list.chain?.includes(l.name) === true || PAGES.test(l.name));
  if (limits.some((l) => !l.isSometimes)) return FEW;
  const given = chain.links.filter((l) => OPTIONS.test(l.name));
  const taken = given.flatMap((l) => (list.chain ?? []).map((name) => (l.args[0] === undefined ? "absent" : valueAt(file, l.args[0], name).certainty)));
  if (taken.includes("present") && given.every((l) => !l.isSometimes)) return FEW;
  const bound = conditionsOf(file, call, list, chain);
  if (bound.rows === "few" || isAggregate(file, call, chain)) return FEW;
  if (limits.length > 0 || taken.includes("present")) return unknownSize("it is limited on some roads only");
  if (options.some((o) => o.certainty === "unknown") || taken.includes("unknown")) return unknownSize("its options come from where this file does not see");
  if (chain.links.some((l) => ADDS.test(l.name))) return unknownSize("a function that is handed in adds to it");
  if (chain.open !== null) return unknownSize(chain.open);
  return bound;
}

function textSize(file: FileView, call: Call, list: ListQuery, chain: Chain, begins: boolean): Size | null {
  const texts = list.textOf === undefined ? (list.text ?? []).flatMap((place) => optionAt(file, call, place).values) : textsBefore(file, call, list.textOf);
  if (texts.some((t) => file.get(flow).sources(t).some((s) => isNew(file, s)))) return FEW; // `new Cursor(text)`, `new QueryStream(text)`
  const sizes = texts.map((t) => sizeOfText(file, t)).filter((s) => s !== undefined);
  if (sizes.length === 0) return (!begins || chain.runs) && isText(file, texts) ? unknownSize("the text of the query comes from where this file does not see") : null;
  const size = sizes.find((s) => s !== null) ?? null;
  if (size?.rows !== "many") return size;
  if (begins && !chain.runs) return chain.open === null ? null : unknownSize(chain.open);
  if (chain.links.some((l) => list.chain?.includes(l.name))) return FEW;
  const limits = (list.limit ?? []).map((place) => optionAt(file, call, place));
  if (limits.some((l) => l.certainty === "present" && l.values.every((v) => file.get(flow).constant(v) === true))) return FEW;
  return limits.some((l) => l.certainty === "unknown") ? unknownSize("its options come from where this file does not see") : size;
}

/** What an earlier call of the chain is given, or the template of the tag that begins it. */
export function textsBefore(file: FileView, call: Call, name: string): readonly ValueId[] {
  const prepared = chainBefore(file, call.id).links.filter((l) => l.name === name).flatMap((l) => l.args.slice(0, 1));
  if (prepared.length > 0) return prepared;
  const callee = file.facts.values[call.target];
  return callee?.kind === "member" ? file.get(flow).sources(callee.object).filter((s) => isTag(file, s)) : [];
}

const isNew = (file: FileView, id: ValueId): boolean => hasForm(file, id, "new");
const isTag = (file: FileView, id: ValueId): boolean => hasForm(file, id, "tag");

function hasForm(file: FileView, id: ValueId, form: "new" | "tag"): boolean {
  const value = file.facts.values[id] as Value;
  return value.kind === "call" && value.form === form;
}

/** A parameter or an import may be a text; an object or a function given instead is none. */
function isText(file: FileView, values: readonly ValueId[]): boolean {
  return values.some((v) => file.get(flow).sources(v).some((s) => !["object", "function", "array", "class"].includes((file.facts.values[s] as Value).kind)));
}

function conditionsOf(file: FileView, call: Call, list: ListQuery, chain: Chain): Size {
  const conditions = new Conditions(file, tablesOf(file, call, list, chain));
  const sizes: Size[] = [];
  for (const place of list.where ?? []) {
    const at = optionAt(file, call, place);
    if (at.certainty === "unknown") sizes.push(unknownSize("its conditions come from where this file does not see"));
    // Several stand for `[{ … }, { … }]`: any of them.
    else if (at.certainty === "present") sizes.push(at.values.map((v) => conditions.of(v)).reduce((a, b) => (a.rows === "few" ? b : b.rows === "few" ? a : a.rows === "many" ? a : b)));
  }
  const links: readonly Link[] = list.conditions === undefined ? [] : chain.links.filter((l) => list.conditions?.includes(l.name));
  for (const { args, isSometimes } of chain.links.filter((l) => OPTIONS.test(l.name))) {
    const where = args[0] === undefined ? undefined : valueAt(file, args[0], "where");
    if (where?.certainty === "unknown") sizes.push(unknownSize("its conditions come from where this file does not see"));
    else if (where?.certainty === "present" && !isSometimes) sizes.push(worst(where.values.map((v) => conditions.of(v))));
  }
  for (const link of links) {
    const size = conditions.ofArguments(link.name, [...link.args, ...rest(file, chain, link)]);
    sizes.push(size.rows === "few" && link.isSometimes ? MANY : size);
  }
  const size = sizes.length === 0 ? MANY : best(sizes);
  return size.rows === "few" && chain.links.some((l) => OR.test(l.name)) ? unknownSize("one condition of several may bound it") : size;
}

/** `.where("_id").equals(id)`: what is asked of the name is the argument of the next call, which is the one that is made on its result. */
function rest(file: FileView, chain: Chain, { args, call }: Link): readonly ValueId[] {
  const [name] = args;
  if (args.length !== 1 || name === undefined || typeof file.get(flow).constant(name) !== "string") return [];
  const next = chain.links.find((l) => /^(?:equals|eq|in)$/.test(l.name) && isMadeOn(file, l.call, call));
  return next === undefined ? [] : next.args.slice(0, 1);
}

function isMadeOn(file: FileView, outer: ValueId, inner: ValueId): boolean {
  const value = file.facts.values[outer];
  const callee = value?.kind === "call" ? file.facts.values[value.callee] : undefined;
  return callee?.kind === "member" && callee.object === inner;
}

/** `prisma.teamCollection.findMany`: a client's member is the table's whole name, no word of it says what kind of thing holds it. */
const OF_CLIENT = /\)\.(\w+)\.\w+$/;

/** What the query reads, by the names the code gives it: `db("orders")`, `.from(orders)`, `this.orders.find`. */
function tablesOf(file: FileView, call: Call, list: ListQuery, chain: Chain): readonly string[] {
  const whole = call.symbols.flatMap((s) => (s.rows("lists").length > 0 ? (OF_CLIENT.exec(s.text)?.[1] ?? []) : []));
  if (whole.length > 0) return [...new Set(whole.map(plainName))];
  const named = (id: ValueId | undefined): string[] => {
    const value = id === undefined ? undefined : (file.facts.values[id] as Value);
    if (value?.kind === "literal" && typeof value.value === "string") return [value.value.split(/[\s.]/)[0] as string];
    if (value?.kind === "var") return [file.facts.bindings[value.binding]?.name ?? ""];
    if (value?.kind === "member" && value.name !== null) return [value.name];
    return [];
  };
  const callee = file.facts.values[call.target] as Value;
  const first = file.facts.values[call.value.args[0] ?? -1];
  const tables = callee.kind === "member" ? named(callee.object) : named(call.value.args[0]);
  const object = callee.kind === "member" ? (file.facts.values[callee.object] as Value) : undefined;
  if (object?.kind === "call") tables.push(...named(object.args[0]));
  if (callee.kind === "member" && first?.kind === "var" && list.where?.some((w) => w.arg === 0) !== true) tables.push(...named(call.value.args[0]));
  for (const link of chain.links) if (/^(?:from|selectFrom|table|collection|getRepository)$/.test(link.name)) tables.push(...named(link.args[0]));
  return [...new Set(tables.map(tableName))].filter((t) => t !== "");
}

/** `select({ total: count() })`, `.select("COUNT(*)")`, `attributes: [[fn("COUNT", …), "n"]]`, with nothing beside and no groups. */
function isAggregate(file: FileView, call: Call, chain: Chain): boolean {
  const callee = file.facts.values[call.target] as Value;
  const begins = callee.kind === "member" && callee.name !== null && SELECTS.test(callee.name);
  if (chain.links.some((l) => /^group/i.test(l.name)) || (!begins && optionAt(file, call, { arg: 0, path: "group" }).certainty !== "absent")) return false;
  const selected = chain.links.filter((l) => SELECTS.test(l.name)).flatMap((l) => l.args.slice(0, l.name === "addSelect" || l.name === "select" ? 1 : l.args.length));
  if (begins) selected.push(...call.value.args);
  const attributes = optionAt(file, call, { arg: 0, path: "attributes" });
  const all = [...selected, ...(attributes.certainty === "present" ? attributes.values : [])];
  return all.length > 0 && all.every((v) => aggregates(file, v, 0));
}

function aggregates(file: FileView, id: ValueId, depth: number): boolean {
  if (depth > 6) return false;
  const inner = (v: ValueId): boolean => aggregates(file, v, depth + 1);
  const value = file.facts.values[id] as Value;
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" && isOfWhole(value.value);
    case "template":
      return isOfWhole(value.chunks.join(HOLE));
    case "object":
      return value.props.length > 0 && value.props.every((p) => p.form === "init" && inner(p.value));
    case "array":
      return value.items.length > 0 && value.items[0] != null && (value.items.length === 2 ? inner(value.items[0]) : value.items.every((i) => i !== null && inner(i)));
    case "cast":
      return inner(value.of);
    case "function": {
      const results: (ValueId | null)[] = [];
      eachStatement(file.facts.functions[value.fn]?.body ?? [], (st) => void (st.kind === "return" && results.push(st.value)));
      return results.length > 0 && results.every((r) => r !== null && inner(r));
    }
    case "call": {
      const callee = file.facts.values[value.callee] as Value;
      const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? null) : null;
      const first = value.args[0];
      if (value.form === "tag" && first !== undefined) return inner(first);
      if (name !== null && AGGREGATES.test(name)) return true;
      if ((name === "fn" || name === "raw") && first !== undefined) return AGGREGATES.test(String(file.get(flow).constant(first))) || inner(first);
      // `count().as("n")`, `` sql`count(*)`.mapWith(Number) ``
      return callee.kind === "member" && inner(callee.object);
    }
    default:
      return false;
  }
}
