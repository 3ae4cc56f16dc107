import type { MigrationRow } from "../catalog/migration-rows.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView, SqlDialect } from "../core/rule.js";
import { changesOfWay } from "./builder-changes.js";
import { changesOfText } from "./code-sql.js";
import { context } from "./context.js";
import { chainOf, endsChain } from "./call-chains.js";
import type { Transaction } from "./hazards.js";
import { flow } from "./flow.js";
import type { Migration, WayBack } from "./migration.js";
import { callsWithin, doesNothing, isGiven, linksOnGiven, type Ways, waysOf } from "./migration-ways.js";
import { valueAt } from "./options.js";
import { dialectOfText } from "./sql-migration.js";
import { textsOf } from "./texts.js";

/** A module whose `up` and `down` a tool runs. */
export function codeMigration(file: FileView): Migration | null {
  const ways = waysOf(file);
  if (ways === null) return file.role === "migration" ? scriptMigration(file) : null;
  const { row, up, down } = ways;
  const dialect = dialectOf(file);
  const changes = changesOfWay(file, row, up.fn, dialect);
  return {
    dialect,
    up: changes,
    down: down === null || down === "open" ? [] : changesOfWay(file, row, down.fn, dialect),
    transaction: transactionOf(file, ways),
    freedBy: row.transaction.freedBy,
    back: backOf(file, ways),
  };
}

/** Methods of clients that run a text of SQL. */
const RUNS = new Set(["query", "execute", "exec", "unsafe", "raw", "none", "$executeRaw", "$executeRawUnsafe", "executeSql", "runSql"]);
const SQL = /^[\s(]*(?:--[^\n]*\n\s*)*(?:alter|create|drop|truncate|update|delete|with|do|rename)\s/i;

/** A file in a folder of migrations that is run as a whole: the SQL that it sends. */
function scriptMigration(file: FileView): Migration | null {
  const dialect = dialectOf(file);
  const changes = file.facts.values.flatMap((value, id) => {
    if (value.kind !== "call" || value.args[0] === undefined || isOnTheWayBack(file, id)) return [];
    const callee = file.facts.values[value.callee] as Value;
    if (callee.kind !== "member" || callee.name === null || !RUNS.has(callee.name)) return [];
    const texts = textsOf(file, value.args[0], "seen through names").map((text) => text[0]?.text ?? "");
    // What runs migrations lies in such a folder too: the tables that its SQL is about are told by others.
    return texts.some((text) => SQL.test(text)) ? changesOfText(file, { value: id }, value.args[0], dialect).filter((c) => c.table !== null) : [];
  });
  return changes.length === 0 ? null : { dialect, up: changes, down: [], transaction: "never", freedBy: null, back: { is: "there" } };
}

const isOnTheWayBack = (file: FileView, call: ValueId): boolean =>
  file.get(context).functionsAround(call).some((fn) => /^(?:down|revert|rollback|undo)$/i.test(file.facts.functions[fn]?.name ?? ""));

function backOf(file: FileView, { row, up, down, cls }: Ways): WayBack {
  if (down === "open" || !usesGiven(file, row, up.fn)) return { is: "there" };
  if (down !== null) return doesNothing(file, down.fn) ? { is: "empty", at: down.at } : { is: "there" };
  // What a base class of one's own has is not in this file.
  const inherits = cls !== null && cls.extends !== null && !row.given.isThis;
  return row.down === "derived" || inherits ? { is: "there" } : { is: "missing", at: up.at, where: "down" };
}

function transactionOf(file: FileView, { row, up, cls }: Ways): Transaction {
  const { usual, off } = row.transaction;
  if (off === undefined) return usual;
  if ("call" in off) return isCalled(file, row, up.fn, off.call) ? "never" : usual;
  if ("member" in off) {
    const member = cls?.members.find((m) => m.name === off.member);
    const values = member === undefined ? [] : member.value !== null ? [member.value] : member.fn !== null ? file.get(flow).returns(member.fn) : [];
    return values.some((value) => file.get(flow).constant(value) === false) ? "never" : usual;
  }
  const [name, ...rest] = off.export.split(".");
  for (const exported of file.facts.exports) {
    const value = exported.value ?? (exported.binding === undefined ? undefined : file.facts.bindings[exported.binding]?.versions[0]?.value);
    if (value === undefined) continue;
    const path = exported.name === name ? rest.join(".") : exported.name === "=" || exported.name === "default" ? off.export : null;
    if (path !== null && valueAt(file, value, path).values.some((v) => file.get(flow).constant(v) === false)) return "never";
  }
  return usual;
}

/** Is there anything to take back: a call on what the tool hands over, or with it? */
function usesGiven(file: FileView, row: MigrationRow, up: FnId): boolean {
  return callsWithin(file, up).some((call) => {
    const value = file.facts.values[call] as Value & { kind: "call" };
    return linksOnGiven(file, row, chainOf(file, call), up) !== null || value.args.some((arg) => isGiven(file, row, arg, up));
  });
}

function isCalled(file: FileView, row: MigrationRow, up: FnId, name: string): boolean {
  return callsWithin(file, up).some((call) => {
    if (!endsChain(file, call)) return false;
    return linksOnGiven(file, row, chainOf(file, call), up)?.some((l) => l.name === name) ?? false;
  });
}

const SAID: readonly (readonly [RegExp, SqlDialect])[] = [
  [/@mikro-orm\/(?:mysql|mariadb)|drizzle-orm\/mysql/, "mysql"],
  [/db-(?:d1-)?sqlite|@mikro-orm\/(?:better-)?sqlite|drizzle-orm\/sqlite/, "sqlite"],
  [/@mikro-orm\/mssql/, "mssql"],
  [/@mikro-orm\/postgresql|db-(?:vercel-)?postgres|drizzle-orm\/(?:pg|node-postgres|postgres)/, "postgresql"],
];

/** By what the file imports, what its SQL looks like, or what the project says. */
function dialectOf(file: FileView): SqlDialect {
  for (const { module } of file.facts.imports) {
    const said = SAID.find(([pattern]) => pattern.test(module));
    if (said) return said[1];
  }
  const own = file.settings.sqlDialect(file.path);
  if (own !== null) return own;
  const sql = file.facts.values.flatMap((v) => (v.kind === "literal" && typeof v.value === "string" ? [v.value] : v.kind === "template" ? [v.chunks.join("x")] : []));
  return sql.filter((text) => /^\s*(?:create|alter|drop|rename|update|delete|insert)\s/i.test(text)).map(dialectOfText).find((dialect) => dialect !== null) ?? "postgresql";
}
