import type { FunctionFact, Value } from "../core/facts.js";
import type { FileView, SqlDialect } from "../core/rule.js";
import type { Change } from "./changes.js";
import type { Transaction } from "./hazards.js";
import type { Migration, WayBack } from "./migration.js";
import { plainChanges } from "./plain-sql.js";
import { postgresChanges, type SqlChange } from "./sql-changes.js";

/** A `.sql` file as a migration: the whole of it goes up or down, or its sections do. */
export function sqlMigration(file: FileView): Migration {
  const { facts, path, text } = file;
  const dialect = file.settings.sqlDialect(path) ?? (/(?:^|\/)clickhouse\//.test(path) ? "clickhouse" : dialectOfText(text)) ?? "postgresql";
  const up = facts.functions.filter((fn) => fn.name === "up");
  const down = facts.functions.find((fn) => fn.name === "down");
  if (up.length > 0 || down !== undefined) {
    const isFree = facts.prologue.includes("no transaction") || up.some((fn) => fn.directives?.some((d) => /^(?:transaction:false|no_?transaction)$/i.test(d)));
    const changes = up.flatMap((fn) => changesOf(file, fn, dialect));
    return { dialect, up: changes, down: down === undefined ? [] : changesOf(file, down, dialect), transaction: isFree ? "never" : "always", freedBy: null, back: sectionBack(file, up[0], down, changes) };
  }
  const whole = changesOf(file, facts.functions[0] as FunctionFact, dialect);
  const first = whole.find((c) => c.does !== "transaction" && c.does !== "other")?.at ?? { start: 0, end: Math.max(text.search(/[\n\r]|$/), 0) };
  if (DOWN.test(path)) return { dialect, up: [], down: whole, transaction: "never", freedBy: null, back: facts.values.length === 0 ? { is: "empty", at: first } : { is: "there" } };
  const other = path.replace(UP, (_, before: string, way: string) => before + (way === way.toUpperCase() ? "DOWN.sql" : "down.sql"));
  const back: WayBack = !UP.test(path) || whole.length === 0 || file.settings.hasFile(other) ? { is: "there" } : { is: "missing", at: first, where: other.slice(other.lastIndexOf("/") + 1) };
  return { dialect, up: whole, down: [], transaction: transactionOf(path, text), freedBy: null, back };
}

const UP = /((?:^|[./_-]))(up)\.sql$/i;
/** `4.down.sql`, `down/4.users.sql`, postgrator's `004.undo.users.sql`, flyway's `U4__users.sql`. */
const DOWN = /(?:^|[./_-])(?:down|undo)\.sql$|(?:^|\/)(?:U[\d._]+__|\d+\.undo\.)[^/]*\.sql$|(?:^|\/)downs?\/[^/]+\.sql$/i;

/** What runs a file of this place wraps it in. */
function transactionOf(path: string, text: string): Transaction {
  if (/-->\s*statement-breakpoint/.test(text) || /(?:^|\/)drizzle\/(?:[^/]+\/)?[^/]+\.sql$/.test(path)) return "always";
  // Several statements that are sent as one text are one transaction.
  return /(?:^|\/)migrations\/[^/]+\/migration\.sql$/.test(path) ? "severalStatements" : "never";
}

function sectionBack(file: FileView, up: FunctionFact | undefined, down: FunctionFact | undefined, changes: readonly Change[]): WayBack {
  if (up === undefined || up.body.length === 0 || changes.length === 0) return { is: "there" };
  if (down === undefined) return { is: "missing", at: file.span({ mark: up.at }), where: "down" };
  return down.body.length === 0 ? { is: "empty", at: file.span({ mark: down.at }) } : { is: "there" };
}

function changesOf(file: FileView, fn: FunctionFact, dialect: SqlDialect): Change[] {
  return fn.body.flatMap((statement) => {
    if (statement.kind !== "eval") return [];
    const value = file.facts.values[statement.value] as Value;
    if (value.kind !== "literal" || typeof value.value !== "string") return [];
    const { start, end } = file.span({ value: statement.value });
    const isAlone = fn.body.length === 1;
    return statementChanges(value.value, dialect).map(({ part, ...change }) => {
      const statement = { start, end };
      const within = part === undefined ? undefined : { start: start + part.start, end: start + part.end };
      return { ...change, at: within ?? statement, written: { statement, ...(within && { part: within }), isAlone } };
    });
  });
}

export function statementChanges(statement: string, dialect: SqlDialect): readonly SqlChange[] {
  return dialect === "postgresql" ? postgresChanges(statement) : plainChanges(statement);
}

/** Engines, types and clauses of ClickHouse; its quotes are those of MySQL. */
const CLICKHOUSE = /\bENGINE\s*=?\s*(?:Replicated|Shared)?\w*MergeTree\b|\b(?:LowCardinality|Nullable|DateTime64|SimpleAggregateFunction|toInterval\w+|CODEC)\s*\(|\bMODIFY\s+(?:QUERY|TTL|SETTING|ORDER\s+BY)\b|\b(?:ADD|DROP|MATERIALIZE)\s+PROJECTION\b/i;

/** Words and quotes that one dialect alone has. */
export function dialectOfText(text: string): SqlDialect | null {
  const bare = text.replace(/\/\*(?:[^*]|\*(?!\/))*\*\/|--[^\n]*|\$(\w*)\$[^]*?\$\1\$|'(?:[^']|'')*'/g, " ");
  if (CLICKHOUSE.test(bare)) return "clickhouse";
  if (/\bAUTOINCREMENT\b|^[^\S\n]*PRAGMA\b/im.test(bare)) return "sqlite";
  if (/`|\bAUTO_INCREMENT\b|\bENGINE\s*=|\bMODIFY\s+(?:COLUMN\s+)?\w|\bCHANGE\s+COLUMN\b/i.test(bare)) return "mysql";
  return /\[dbo\]|\bNVARCHAR\b|\bIDENTITY\s*\(\s*\d|^[^\S\n]*GO[^\S\n]*$|\bsp_rename\b/im.test(bare) ? "mssql" : null;
}
