import { type SqlToken, sqlTokens } from "./sql-tokens.js";
import { isIdLike, isReference, keyKind } from "./unique-keys.js";

/** How many rows a query may give: `few` where it says so itself; `unknown` where what decides is not in the text. */
export type Size = { readonly rows: "few" } | { readonly rows: "many" } | { readonly rows: "unknown"; readonly why: string };

export const FEW: Size = { rows: "few" };
export const MANY: Size = { rows: "many" };
/** Any number, by an equality on another table's key: two of them may be one row, as in `user_id = $1 AND post_id = $2`. */
export const REFERENCE: Size = { rows: "many" };
export const unknownSize = (why: string): Size => ({ rows: "unknown", why });

/** The name that a hole stands for, where it stands for a column: drizzle's `${users.id}`. */
export type HoleName = (hole: number) => string | null;

type Tokens = readonly SqlToken[];
/** What the `WITH` parts of a query give. */
type Scope = ReadonlyMap<string, Size>;

const AGGREGATE = /^(?:count|count_big|sum|avg|min|max|total|bool_or|bool_and|every|bit_and|bit_or|bit_xor|(?:json|jsonb|xml|array|string|list)_?agg|json_group_array|json_group_object|jsonb?_object_agg|group_concat|stddev(?:_pop|_samp)?|var(?:iance|_pop|_samp)|percentile_(?:cont|disc)|approx_count_distinct|corr|any_value|mode|uniq|uniqexact|countif|sumif)$/;
/** What a SELECT's clauses begin with, at its own depth. */
const CLAUSE = /^(?:select|from|where|group|having|window|order|limit|offset|fetch|for|union|intersect|except|minus|qualify|option|returning|into)$/;
const SET_OPERATION = /^(?:union|intersect|except|minus)$/;
const CATALOGS = /^(?:information_schema|pg_\w+|sqlite_\w+|sys|mysql|performance_schema|dual|pragma_\w+|(?:all|user|dba)_(?:tab\w*|views?|mviews|cons\w*|ind\w*|objects|sequences|triggers|users))$/;
/** Functions that turn what they are given into rows. */
const GIVEN = /^(?:unnest|json_to_recordset|jsonb_to_recordset|json_populate_recordset|jsonb_populate_recordset|json_array_elements(?:_text)?|jsonb_array_elements(?:_text)?|json_table|json_each|openjson|string_split|regexp_split_to_table|generate_series|values|table)$/;
const BEFORE_VALUE = /^(?:=|<|>|<=|>=|<>|!=|\|\||\+|-|\*|\/|%|\(|,|~)$/;
const WORDS_BEFORE_VALUE = /^(?:like|ilike|between|and|limit|offset|in|any|next|first|top|is|not|then|else|when|interval|regexp|rlike|similar|to)$/;

/** Null: it is no query that lists rows (INSERT, SHOW, CALL …). */
export function selectSize(text: string, nameOf: HoleName = () => null): Size | null {
  const tokens = sqlTokens(text);
  const end = tokens.findIndex((t) => t.kind === "sign" && t.text === ";");
  return new Select(nameOf).statement(end === -1 ? tokens : tokens.slice(0, end), new Map());
}

/** How far a condition alone (`"u.id = :id"`) bounds what it selects from. */
export function conditionSize(text: string, tables: readonly string[], nameOf: HoleName = () => null): Size {
  return new Select(nameOf).condition(sqlTokens(text), { tables, from: [] }, new Map());
}

/** Does what a builder is told to select (`"COALESCE(SUM(n), 0) AS n"`) come to one row, unless it is grouped? */
export const isOfWhole = (columns: string): boolean => items(sqlTokens(columns)).some(isAggregate);

interface From {
  readonly tables: readonly string[];
  readonly from: Tokens;
}

class Select {
  readonly #nameOf: HoleName;

  constructor(nameOf: HoleName) {
    this.#nameOf = nameOf;
  }

  statement(given: Tokens, outer: Scope): Size | null {
    const tokens = unwrapped(given);
    const first = tokens[0];
    if (isWord(first, "with")) return this.#with(tokens, outer);
    const parts = split(tokens, (t) => t.kind === "word" && SET_OPERATION.test(t.text));
    if (parts.length > 1) return this.#union(parts, outer);
    return isWord(first, "select") ? this.#select(tokens, outer) : null;
  }

  #with(tokens: Tokens, outer: Scope): Size | null {
    const scope = new Map(outer);
    let at = isWord(tokens[1], "recursive") ? 2 : 1;
    for (;;) {
      const name = tokens[at]?.text ?? "";
      at++;
      if (isSign(tokens[at], "(")) at = closing(tokens, at) + 1;
      while (at < tokens.length && !isSign(tokens[at], "(")) at++;
      const end = closing(tokens, at);
      // What changes rows and returns them is no list.
      scope.set(name, this.statement(tokens.slice(at + 1, end), scope) ?? FEW);
      at = end + 1;
      if (!isSign(tokens[at], ",")) break;
      at++;
    }
    return at >= tokens.length ? null : this.statement(tokens.slice(at), scope);
  }

  /** A limit at the end is that of the whole. */
  #union(parts: readonly Tokens[], scope: Scope): Size | null {
    const last = parts.at(-1) ?? [];
    if (!isSign(last[0], "(") && hasLimit(last)) return FEW;
    const tail = isSign(last[0], "(") ? last.slice(closing(last, 0) + 1) : [];
    if (hasLimit(tail)) return FEW;
    const branches = parts.map((p) => (isWord(p[0], "all") || isWord(p[0], "distinct") ? p.slice(1) : p));
    const sizes = branches.map((p) => this.statement(isSign(p[0], "(") ? p.slice(0, closing(p, 0) + 1) : p, scope));
    return sizes.some((s) => s === null) ? null : worst(sizes as Size[]);
  }

  #select(tokens: Tokens, scope: Scope): Size {
    if (hasLimit(tokens)) return FEW;
    const clauses = clausesOf(tokens);
    const list = clauses.get("select") ?? [];
    const from = clauses.get("from");
    if (isWord(list[0], "top") || (isWord(list[0], "distinct") && isWord(list[1], "top"))) return FEW;
    if (from === undefined) return this.#isOpen(tokens) ? unknownSize("a part of the query is put together at run time") : FEW;
    if (from.length === 0) return unknownSize("what it reads is put together at run time");
    const isGrouped = clauses.has("group");
    if (!isGrouped && items(list).some(isAggregate)) return FEW;
    const source = this.#source(from, scope);
    if (source.rows === "few") return FEW;
    const tables = tablesOf(from);
    const where = clauses.get("where");
    const bound = where === undefined ? MANY : this.condition(where, { tables, from }, scope);
    if (bound.rows === "few") return FEW;
    if (this.#isOpen(tokens)) return unknownSize("a part of the query is put together at run time");
    if (bound.rows === "unknown") return bound;
    if (source.rows === "unknown") return source;
    if ((isGrouped && !groups(clauses.get("group") ?? [], list)) || isDistinct(list)) return unknownSize("how many different values there are is in the data");
    return MANY;
  }

  /** A hole where no single value can stand may hold a limit, a condition, or an aggregate. */
  #isOpen(tokens: Tokens): boolean {
    return tokens.some((t, i) => {
      if (t.kind !== "hole" || (t.hole !== undefined && this.#nameOf(t.hole) !== null)) return false;
      const before = tokens[i - 1];
      if (before === undefined) return true;
      if (before.text === "*" && (isWord(tokens[i - 2], "select") || isSign(tokens[i - 2], ",") || isSign(tokens[i - 2], "."))) return true;
      if (before.kind === "sign") return !BEFORE_VALUE.test(before.text) && before.text !== ".";
      if (before.kind !== "word") return true;
      if (/^(?:from|join|update|by|as)$/.test(before.text)) return false;
      // `AND ${condition}` stands where `BETWEEN a AND ${b}` does.
      return !WORDS_BEFORE_VALUE.test(before.text) || (before.text === "and" && !isBetween(tokens, i - 1));
    });
  }

  /** One table says nothing by itself; what another query or a function gives may be few. */
  #source(from: Tokens, scope: Scope): Size {
    const isJoined = from.some((t) => isWord(t, "join") || isSign(t, ",")) && split(from, (t) => isSign(t, ",") || isWord(t, "join")).length > 1;
    const first = from[0];
    let size: Size = MANY;
    if (isSign(first, "(")) size = this.statement(from.slice(0, closing(from, 0) + 1), scope) ?? MANY;
    else if (isWord(first, "lateral") || isWord(first, "only")) size = this.#source(from.slice(1), scope);
    else if (first?.kind === "word" && isSign(from[1], "(")) size = GIVEN.test(first.text) ? FEW : unknownSize("how many rows the function gives is in the database");
    else if (isCatalog(from)) size = FEW;
    else if (first !== undefined && scope.has(first.text)) size = scope.get(first.text) as Size;
    if (!isJoined || size.rows === "many") return size;
    return isCatalog(from) ? FEW : unknownSize("what is joined may be one row each, or many");
  }

  /** `a AND b`: one bound is enough; `a OR b`: each needs one. */
  condition(given: Tokens, from: From, scope: Scope): Size {
    const tokens = unwrapped(given);
    const either = split(tokens, (t) => isWord(t, "or"));
    if (either.length > 1) return worst(either.map((t) => this.condition(t, from, scope)));
    const all = conjuncts(tokens);
    if (all.length > 1) return best(all.map((t) => this.condition(t, from, scope)));
    if (tokens.length === 1 && tokens[0]?.kind === "hole") return unknownSize("its condition is put together at run time");
    return this.#comparison(tokens, from, scope);
  }

  #comparison(tokens: Tokens, from: From, scope: Scope): Size {
    const at = depthZero(tokens).find((i) => isSign(tokens[i], "=") || isWord(tokens[i], "in") || isSign(tokens[i], "<") || isSign(tokens[i], "<=") || isWord(tokens[i], "is")) ?? -1;
    if (at === -1 || isWord(tokens[at - 1], "not") || isWord(tokens[0], "not")) return MANY;
    const sign = tokens[at] as SqlToken;
    const left = tokens.slice(0, at);
    const right = tokens.slice(at + 1);
    if (sign.text === "<" || sign.text === "<=") return left.length === 1 && /^(?:rownum|row_number|rn)$/.test(left[0]?.text ?? "") ? FEW : MANY;
    if (sign.text === "is") return MANY;
    const column = this.#column(left);
    if (column === undefined) {
      const other = sign.text === "=" ? this.#column(right) : undefined;
      return other !== undefined && this.#isValue(left) ? this.#equality(other, from) : MANY;
    }
    if (column === null) return unknownSize("which column it compares is known at run time only");
    if (sign.text === "in" || isWord(right[0], "any") || isWord(right[0], "some")) return this.#listed(column, sign.text === "in" ? right : right.slice(1), from, scope);
    const isScalar = isSign(right[0], "(") && isWord(right[1], "select");
    return isScalar || this.#isValue(right) ? this.#equality(column, from) : MANY;
  }

  #equality(column: string | null, { tables }: From): Size {
    if (column === null) return unknownSize("which column it compares is known at run time only");
    const kind = keyKind(column, tables);
    if (kind === "perhaps") return unknownSize(`whether \`${column}\` is unique is in the schema`);
    return kind === "one" ? FEW : isReference(column) ? REFERENCE : MANY;
  }

  /** `id IN ($1, $2)`, `id = ANY($1)`, `id IN (SELECT … LIMIT 10)`. */
  #listed(column: string, list: Tokens, from: From, scope: Scope): Size {
    const inner = isSign(list[0], "(") ? unwrapped(list.slice(0, closing(list, 0) + 1)) : list;
    if (isWord(inner[0], "select") || isWord(inner[0], "with")) return keyKind(column, from.tables) === "many" && !isIdLike(column) ? MANY : (this.statement(inner, scope) ?? MANY);
    if (isIdLike(column) || keyKind(column, from.tables) === "one") return FEW;
    return keyKind(column, from.tables) === "perhaps" ? unknownSize(`whether \`${column}\` is unique is in the schema`) : MANY;
  }

  /** The column's name; null: a hole that nobody knows; undefined: it is no column. */
  #column(given: Tokens): string | null | undefined {
    const tokens = unwrapped(withoutCast(given));
    const [first] = tokens;
    // `lower(email)`, and a pair of columns: one that is a key is enough.
    if (first?.kind === "word" && isSign(tokens[1], "(") && closing(tokens, 1) === tokens.length - 1) return this.#column(split(tokens.slice(2, -1), (t) => isSign(t, ","))[0] ?? []);
    const columns = split(tokens, (t) => isSign(t, ","));
    if (columns.length > 1) return columns.map((c) => this.#column(c)).find((c) => typeof c === "string" && isIdLike(c));
    const last = tokens.at(-1);
    if (last === undefined || tokens.some((t, i) => (i % 2 === 1 ? !isSign(t, ".") : t.kind === "sign" || t.kind === "value"))) return undefined;
    if (last.kind === "hole") return this.#nameOf(last.hole as number);
    return last.raw;
  }

  /** Known before the query runs: no column of another table. */
  #isValue(tokens: Tokens): boolean {
    return !tokens.some((t, i) => (t.kind === "name" || t.kind === "word") && !isSign(tokens[i + 1], "(") && !isSign(tokens[i - 1], "::") && !/^(?:true|false|null|current_\w+|as|and|interval|cast|\w+int|int\w*|text|uuid|bigint|varchar|date|timestamp\w*|numeric)$/.test(t.text));
  }
}

const isWord = (t: SqlToken | undefined, text: string): boolean => t?.kind === "word" && t.text === text;
const isSign = (t: SqlToken | undefined, text: string): boolean => t?.kind === "sign" && t.text === text;

/** Without parentheses around the whole. */
function unwrapped(tokens: Tokens): Tokens {
  let at = tokens;
  while (isSign(at[0], "(") && closing(at, 0) === at.length - 1) at = at.slice(1, -1);
  return at;
}

function closing(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isSign(tokens[i], "(")) depth++;
    else if (isSign(tokens[i], ")") && --depth === 0) return i;
  }
  return tokens.length;
}

/** The places outside of all parentheses. */
function depthZero(tokens: Tokens): number[] {
  const found: number[] = [];
  let depth = 0;
  tokens.forEach((t, i) => {
    if (isSign(t, ")")) depth--;
    if (depth === 0) found.push(i);
    if (isSign(t, "(")) depth++;
  });
  return found;
}

function split(tokens: Tokens, at: (t: SqlToken) => boolean): Tokens[] {
  const parts: Tokens[] = [];
  let from = 0;
  for (const i of depthZero(tokens)) {
    if (!at(tokens[i] as SqlToken)) continue;
    parts.push(tokens.slice(from, i));
    from = i + 1;
  }
  return [...parts, tokens.slice(from)];
}

/** Parts between `AND`s, of which `BETWEEN a AND b` has one of its own. */
function conjuncts(tokens: Tokens): Tokens[] {
  const parts: Tokens[] = [];
  let from = 0;
  for (const i of depthZero(tokens)) {
    if (!isWord(tokens[i], "and") || isBetween(tokens, i)) continue;
    parts.push(tokens.slice(from, i));
    from = i + 1;
  }
  return [...parts, tokens.slice(from)].filter((p) => p.length > 0);
}

/** Does this `AND` belong to a `BETWEEN`? */
function isBetween(tokens: Tokens, and: number): boolean {
  for (let i = and - 1; i >= 0 && i > and - 12; i--) {
    if (isWord(tokens[i], "between")) return true;
    if (isWord(tokens[i], "and") || isWord(tokens[i], "or") || isWord(tokens[i], "where")) return false;
  }
  return false;
}

function clausesOf(tokens: Tokens): Map<string, Tokens> {
  const clauses = new Map<string, Tokens>();
  let name = "";
  let from = 0;
  const end = (i: number): void => {
    if (name !== "" && !clauses.has(name)) clauses.set(name, tokens.slice(from, i));
  };
  for (const i of depthZero(tokens)) {
    const t = tokens[i] as SqlToken;
    if (t.kind !== "word" || !CLAUSE.test(t.text) || isSign(tokens[i - 1], ".") || (t.text === "for" && name === "from")) continue;
    end(i);
    name = t.text;
    from = i + 1;
  }
  end(tokens.length);
  return clauses;
}

/** `LIMIT n`, `FETCH FIRST n ROWS`, in the query itself. */
function hasLimit(tokens: Tokens): boolean {
  return depthZero(tokens).some((i) => {
    if (isSign(tokens[i - 1], ".")) return false;
    if (isWord(tokens[i], "limit")) return !isWord(tokens[i + 1], "all") && !isWord(tokens[i + 1], "null");
    return isWord(tokens[i], "fetch") && (isWord(tokens[i + 1], "first") || isWord(tokens[i + 1], "next"));
  });
}

const items = (list: Tokens): Tokens[] => split(list, (t) => isSign(t, ","));

/** An aggregate over the whole, not a window's and not one of a query of its own. */
function isAggregate(item: Tokens): boolean {
  return item.some((t, i) => {
    if (t.kind !== "word" || !AGGREGATE.test(t.text) || !isSign(item[i + 1], "(")) return false;
    const after = item[closing(item, i + 1) + 1];
    return !isWord(after, "over") && !isInsideSelect(item, i);
  });
}

function isInsideSelect(tokens: Tokens, at: number): boolean {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    if (isSign(tokens[i], ")")) depth++;
    else if (isSign(tokens[i], "(") && depth-- === 0) {
      if (isWord(tokens[i + 1], "select")) return true;
      depth = 0;
    }
  }
  return false;
}

const isDistinct = (list: Tokens): boolean => isWord(list[0], "distinct") && !isWord(list[1], "on") && !list.some((t) => (t.kind === "word" || t.kind === "name") && (isIdLike(t.raw) || t.text === "*")) && !list.some((t) => isSign(t, "*"));

/** Are there as many groups as rows of some table? Grouped by an id there are; by a status or a day, the data says. */
function groups(by: Tokens, list: Tokens): boolean {
  const columns = items(isWord(by[0], "by") ? by.slice(1) : by).map((item) => {
    const nth = item.length === 1 && item[0]?.kind === "value" ? Number(item[0].text) : NaN;
    return Number.isInteger(nth) ? (items(list)[nth - 1] ?? []) : item;
  });
  return columns.some((c) => c.some((t) => (t.kind === "word" || t.kind === "name") && isIdLike(t.raw)));
}

/** Does it read what the database says of itself? `"shop"."INFORMATION_SCHEMA"."COLUMNS"`. */
function isCatalog(from: Tokens): boolean {
  for (let i = 0; i === 0 || isSign(from[i - 1], "."); i += 2) if (CATALOGS.test((from[i]?.text ?? "").toLowerCase())) return true;
  return false;
}

/** Names of the tables, and of their aliases' tables: `FROM orders o JOIN lines l`. */
function tablesOf(from: Tokens): string[] {
  return split(from, (t) => isSign(t, ",") || isWord(t, "join")).flatMap((part) => {
    const path = part.findIndex((t, i) => i % 2 === 1 && !isSign(t, "."));
    const name = part[(path === -1 ? part.length : path) - 1];
    return name === undefined || name.kind === "hole" || name.kind === "sign" ? [] : [name.raw];
  });
}

const withoutCast = (tokens: Tokens): Tokens => {
  const cast = tokens.findIndex((t) => isSign(t, "::"));
  return cast === -1 ? tokens : tokens.slice(0, cast);
};

/** All of them hold: one that is few bounds all. */
export function best(sizes: readonly Size[]): Size {
  const known = sizes.find((s) => s.rows === "few") ?? sizes.find((s) => s.rows === "unknown");
  if (known !== undefined) return known;
  const references = sizes.filter((s) => s === REFERENCE).length;
  return references > 1 ? unknownSize("whether the ids are unique together is in the schema") : references === 1 ? REFERENCE : MANY;
}

/** All have to be few. */
export function worst(sizes: readonly Size[]): Size {
  return sizes.find((s) => s.rows === "many") ?? sizes.find((s) => s.rows === "unknown") ?? FEW;
}
