import type { SinkRow } from "../catalog/library.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callAt, calls, callsThatMayHave } from "./calls.js";
import { callsites } from "./callsites.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { optionAt } from "./options.js";
import { partlyGiven } from "./partly-given.js";
import { FORMATS } from "./query-parts.js";
import { rawlyBound } from "./raw-marks.js";

/** A text that is given to a database as a query. */
export interface Query {
  readonly call: Call;
  readonly text: ValueId;
  /** What the catalog says of the call; null where it is a query by its text. */
  readonly row: SinkRow | null;
}

export const queries: Answer<readonly Query[]> = {
  name: "queries",
  of(file) {
    const found: Query[] = [];
    for (const call of callsThatMayHave(file, ["sinks"])) {
      // A tag binds what stands in its template; only `raw` and its kind are called with a text.
      if (call.value.form === "tag") continue;
      const rows = new Set(call.symbols.flatMap((s) => s.rows("sinks").map((r) => r.row)));
      for (const row of rows) if (row.danger === "sql") for (const text of valuesAt(file, call, row).flatMap((value) => [value, ...rawlyBound(file, call, value)])) found.push({ call, text, row });
    }
    for (const call of SQL.test(file.text) ? file.get(calls) : []) for (const text of queryTexts(file, call)) found.push({ call, text, row: null });
    return throughForwarders(file, found);
  },
};

/** `query(text, values)` that only hands its text on is itself the query: what its callers give is theirs. */
function throughForwarders(file: FileView, found: readonly Query[]): readonly Query[] {
  const all: Query[] = [];
  const queue = [...found];
  const seen = new Map<string, Query>();
  // What each was handed on by, so that a circle of forwarders ends where it began.
  const by = new Map<Query, Query>();
  const isOnTheWayTo = (query: Query, other: Query | undefined): boolean => {
    for (let at: Query | undefined = query; at !== undefined; at = by.get(at)) if (at === other) return true;
    return false;
  };
  for (const query of queue) {
    const param = file.facts.values[file.get(flow).sameAs(handedOn(query))];
    const sites = param?.kind === "param" && !param.rest && !isFragment(file, query) ? sitesOf(file, param.fn) : [];
    let isForwarded = false;
    const given = sites.flatMap(({ site, args }): Query[] => {
      const call = file.get(callAt)(site);
      const text = (args ?? call?.args)?.[(param as Value & { kind: "param" }).index];
      const key = `${site} ${text ?? ""}`;
      if (call === undefined || text === undefined) return [];
      // A call may have several rows for one argument, and several drivers behind one interface the same callers.
      isForwarded ||= seen.has(key) && !isOnTheWayTo(query, seen.get(key));
      if (seen.has(key)) return [];
      seen.set(key, query);
      // `query({ text, values })`: of an object, the text.
      if (!isObject(file, text)) return [{ call, text, row: null }];
      const { index } = param as Value & { kind: "param" };
      return textPaths(query.call).flatMap((path) => optionAt(file, call, { arg: index, path }).values).map((inside) => ({ call, text: inside, row: null }));
    });
    for (const one of given) by.set(one, query);
    if (given.length > 0) queue.push(...given);
    else if (!isForwarded) all.push(query);
  }
  return all;
}

/** The calls of a function, by itself or through what does as it does: `promisify(query)(text)`, `query.bind(null, text)`. */
function sitesOf(file: FileView, fn: FnId): readonly { readonly site: ValueId; readonly args?: readonly ValueId[] }[] {
  return [...file.get(callsites)(fn).map((site) => ({ site })), ...file.get(partlyGiven)(fn).map(({ call, args }) => ({ site: call, args }))];
}

/**
 * `` sql`… order by ${sql.raw(column)}` ``, `orderBy(sql.raw(column))`: a piece in a query that stands here. Who hands in the name of a column
 * hands in no query, so here is where it is put together.
 */
export function isFragment(file: FileView, { call, row }: Query): boolean {
  if (row === null) return false;
  const user = file.get(context).parent(call.id);
  const value = user === null ? undefined : file.facts.values[user];
  if (value?.kind === "template") return true;
  const callee = value?.kind === "call" && value.args.includes(call.id) ? file.facts.values[value.callee] : undefined;
  return callee?.kind === "member" && callee.name !== null && BUILDS.test(callee.name);
}

/** Methods of builders that take a piece of a query. */
const BUILDS = /^(?:(?:and|or)?where|(?:and|or)?having|(?:add)?(?:select|orderBy|groupBy)|distinct(?:On)?|returning|on|(?:inner|left|right|full|cross)?join)$/i;

/** The argument that the text is, or stands in. */
const handedOn = ({ call, text, row }: Query): ValueId => (row?.path === undefined || row.arg === "all" ? text : (call.args?.[row.arg] ?? text));

/** Under which names a call takes the text of a query that is an object. */
function textPaths({ symbols }: Call): readonly string[] {
  const rows = symbols.flatMap((s) => s.rows("sinks").map(({ row }) => row)).filter((row) => row.danger === "sql" && row.path !== undefined);
  return rows.length === 0 ? ["text", "sql"] : [...new Set(rows.map((row) => row.path as string))];
}

const SQL = /\b(?:select|insert\s+into|update|delete\s+from|exec(?:ute)?|call|merge\s+into|replace\s+into|with|truncate|(?:create|alter|drop|grant|copy)\s+[^\n]+)\s/i;
const STARTS_SQL = /^\s*(?:\(\s*)?(?:select\s[^]*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|merge\s+into\s|replace\s+into\s|with\s+\w+\s+as\s*\(|call\s+[\w.]+\s*\(|copy\s+\S[^]*\s(?:from|to)\s|grant\s+[^]*\son\s)/i;
/** Cut short before its second word, a query still shouts. */
const SHOUTS_SQL = /^\s*(?:\(\s*)?(?:SELECT|UPDATE|WITH|CALL|EXEC|EXECUTE|TRUNCATE|COPY|GRANT|REVOKE|DROP\s+\w+|ALTER\s+\w+|CREATE\s+\w+)\s/;
const RUNS_QUERIES = /^(?:query|queryRaw|rawQuery|runQuery|execute|executeSql|executeQuery|executeMany|queryStream|exec|raw|run|all|get|each|prepare|any|one|oneOrNone|many|manyOrNone|none|unsafe|literal|sql)$/;

/** The query of a client that comes from another file: what begins as SQL and goes to `query` is one, whoever's it is. */
function queryTexts(file: FileView, call: Call): readonly ValueId[] {
  const callee = file.facts.values[call.target] as Value;
  const name = callee.kind === "member" ? (callee.name ?? nameOfKey(file, callee.key)) : callee.kind === "var" ? (file.facts.bindings[callee.binding]?.name ?? null) : null;
  if (name === null || !RUNS_QUERIES.test(name) || call.value.form !== undefined || call.symbols.some((s) => s.isKnown) || file.get(flow).functions(call.target).length > 0) return [];
  const first = call.args?.[0];
  if (first === undefined) return [];
  // `db.query({ text, values })`, written here: of what a helper made, its parameters would be asked for without what this call gave.
  if (isObject(file, first) && file.get(flow).sources(first).some((s) => file.facts.owner[s] !== file.facts.owner[call.id])) return [];
  const texts = isObject(file, first) ? ["text", "sql"].flatMap((path) => optionAt(file, call, { arg: 0, path }).values) : [first];
  return texts.filter((text) => beginsAsSql(file, text, 0));
}

/** `db[METHOD](…)` */
function nameOfKey(file: FileView, key: ValueId | undefined): string | null {
  const name = key === undefined ? undefined : file.get(flow).constant(key);
  return typeof name === "string" ? name : null;
}

const isSql = (text: string): boolean => STARTS_SQL.test(text) || SHOUTS_SQL.test(text);

/** Whatever else is glued to it: how a text begins says what it is. */
function beginsAsSql(file: FileView, id: ValueId, depth: number): boolean {
  if (depth > 8) return false;
  return file.get(flow).sources(id).some((source) => {
    const value = file.facts.values[source] as Value;
    switch (value.kind) {
      case "literal":
        return typeof value.value === "string" && isSql(`${value.value} `);
      case "template":
        return value.chunks[0]?.trim() === "" && value.holes[0] !== undefined ? beginsAsSql(file, value.holes[0], depth + 1) : isSql(`${value.chunks.join("?")} `);
      case "binary":
        return value.op === "+" && beginsAsSql(file, value.left, depth + 1);
      case "array":
        return value.items[0] != null && beginsAsSql(file, value.items[0], depth + 1);
      case "call": {
        const callee = file.facts.values[value.callee] as Value;
        if (callee.kind === "member" && /^(?:concat|join|trim|replace|replaceAll)$/.test(callee.name ?? "")) return beginsAsSql(file, callee.object, depth + 1);
        return value.args[0] !== undefined && file.get(flow).symbols(value.callee).some((s) => FORMATS.has(s.text)) && beginsAsSql(file, value.args[0], depth + 1);
      }
      default:
        return false;
    }
  });
}

/** Sinks that mean a text are no place for an object: its own row says under which path the text stands. */
export function valuesAt(file: FileView, call: Call, row: SinkRow): readonly ValueId[] {
  const args = call.args ?? call.value.args.filter((a) => file.facts.values[a]?.kind !== "spread");
  // `Raw((alias) => …)`: the text is what the function gives.
  if (row.path === "()" && row.arg !== "all") return args.slice(row.arg, row.arg + 1).flatMap((arg) => file.get(flow).functions(arg).flatMap((fn) => file.get(flow).returns(fn)));
  if (row.path !== undefined && row.arg !== "all") return optionAt(file, call, { arg: row.arg, path: row.path }).values;
  const given = row.arg === "all" ? args : args.slice(row.arg, row.arg + 1);
  // `{ ...body, title }` has all that the body has.
  if (row.whole === true && row.danger === "template") return given.flatMap((arg) => (isObject(file, arg) ? spreadIn(file, arg) : [arg]));
  return row.danger === "nosql" && row.whole !== true ? given : given.filter((arg) => !isObject(file, arg));
}

function spreadIn(file: FileView, object: ValueId): readonly ValueId[] {
  return file.get(flow).sources(object).flatMap((s) => {
    const value = file.facts.values[s] as Value;
    return value.kind === "object" ? value.props.filter((p) => p.form === "spread").map((p) => p.value) : [];
  });
}

/** Plainly an object or a function: where a text is wanted it is options, or becomes JSON. */
export function isObject(file: FileView, value: ValueId): boolean {
  const sources = file.get(flow).sources(value);
  return sources.length > 0 && sources.every((s) => ["object", "function", "class"].includes((file.facts.values[s] as Value).kind));
}
