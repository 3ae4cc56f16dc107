import { type Change, type ColumnSpec } from "../analyzers/changes.js";
import { type HazardKind, hazards } from "../analyzers/hazards.js";
import { type Migration, migration } from "../analyzers/migration.js";
import type { Fix } from "../core/finding.js";
import { type FileView, type Report, rule } from "../core/rule.js";
import { addNotValid, buildConcurrently } from "../fixes/migration-sql.js";

/** What a migration outside of a folder of that name has to name. */
const TOOLS = /\b(?:queryInterface|QueryInterface|MigrationInterface|MigrationBuilder|MigrateUpArgs|extends\s+Migration|[Kk]nex|pgm|Kysely|queryRunner|PoolClient)\b/;

export default rule({
  name: "unsafe-migration",
  promise: "data",
  finds: "a migration that locks a table, loses data or cannot be reversed",
  why: "A migration runs against the full table while the last release still serves requests. What takes a second on a laptop keeps every writer waiting in production, and what is dropped or renamed is gone for the code that still asks for it.",
  fine: [
    "anything done to a table that the same migration creates",
    "what the way down does: drops there undo the way up; a way down that throws says that there is none",
    "an index built CONCURRENTLY, a constraint added NOT VALID or from an index that is there, NOT NULL after a validated CHECK",
    "a wider varchar, varchar to text, a higher numeric precision, where the file says what the column was",
    "CONCURRENTLY in a migration that its own file takes out of the transaction; in one that always runs in it (drizzle, kysely, dbmate, node-pg-migrate, several statements of prisma) it is found, and where the tool's config decides (knex, typeorm, mikro-orm) it is unknown",
    "an UPDATE or DELETE by a key, of a range, or with a LIMIT",
    "a missing way down where the tool has none (prisma, drizzle) or derives it (node-pg-migrate)",
    "locks in MySQL, SQLite and SQL Server: there only drops, renames, new types, TRUNCATE and the way down are judged; in ClickHouse, which locks nothing for it, no new types either",
  ],
  depth: "file",
  fix: "review",
  fixNote:
    "NOT VALID for foreign keys and CHECKs written as SQL, to be validated by a later migration, and CONCURRENTLY for an index that is alone in a migration outside of a transaction. The rest takes several releases, and which of them are out only the team knows: expand (add beside the old, nullable or with a constant default), write both, fill in batches, read the new, contract (drop the old).",
  roles: ["migration", "server", "script"],
  preset: "recommended",
  looksFor: {
    path: /\.sql$/i,
    told: ({ text, path }) => /(?:^|\/)(?:migrations?|migrate)\//.test(path) || (/\bup\b/.test(text) && TOOLS.test(text)),
  },
  judge(file, report) {
    const found = file.get(migration);
    if (found === null) return;
    for (const judged of hazards({ changes: found.up, dialect: found.dialect, transaction: found.transaction, back: found.down })) {
      const { change } = judged;
      if (judged.verdict === "clear") report.clear(change.at);
      else if (judged.verdict === "unknown") report.unknown(change.at, judged.why);
      else report.found(change.at, SAYS[judged.hazard](change, found), { subject: subjectOf(change), fix: () => fixOf(file, change, judged.hazard, found) });
    }
    for (const change of found.down) if (change.does !== "transaction" && change.does !== "other") report.clear(change.at);
    wayBack(found, report);
  },
});

function fixOf(file: FileView, change: Change, hazard: HazardKind, { transaction, dialect }: Migration): Fix | null {
  if (dialect !== "postgresql") return null;
  if (hazard === "addForeignKey" || hazard === "addCheck") return addNotValid(file, change);
  return hazard === "addIndex" ? buildConcurrently(file, change, transaction) : null;
}

function wayBack({ back }: Migration, report: Report): void {
  if (back.is === "empty") report.found(back.at, "the way down is empty: this migration cannot be taken back", { subject: "down" });
  if (back.is === "missing") report.found(back.at, `there is no way down (\`${back.where}\`): this migration cannot be taken back`, { subject: "down" });
}

/** Names of the schema, no values: the same finding after edits elsewhere. */
const subjectOf = ({ does, table, name }: Change): string => [does, table ?? "?", ...(name == null ? [] : [name])].join(" ");

const table = (change: Change): string => (change.table === null ? "the table" : `\`${change.table}\``);
const column = (change: Change): string => (change.name == null ? `a column of ${table(change)}` : `\`${change.table === null ? "" : `${change.table}.`}${change.name}\``);
const to = (change: Change): string => (change.to == null ? "" : ` to \`${change.to}\``);
const spec = (change: Change): Partial<ColumnSpec> => change.column ?? {};

const SAYS: Readonly<Record<HazardKind, (change: Change, migration: Migration) => string>> = {
  dropTable: (c) => `${table(c)} is dropped with all its rows, while the release that runs may still read it`,
  dropSchema: (c) => `the schema ${c.name == null ? "" : `\`${c.name}\` `}is dropped with all its tables`,
  dropColumn: (c) => `${column(c)} is dropped with its values, while the release that runs may still read it`,
  truncate: (c) => `all rows of ${table(c)} are deleted, and nothing brings them back`,
  renameTable: (c) => `${table(c)} is renamed${to(c)} in one step: the release that runs asks for the old name`,
  renameColumn: (c) => `${column(c)} is renamed${to(c)} in one step: the release that runs asks for the old name`,
  changeType: (c) => `${column(c)} changes its type in one step: the table is locked while it is written anew, and what does not fit is lost or fails`,
  setNotNull: (c) => `${column(c)} becomes NOT NULL while the whole table is scanned under a lock: add a CHECK (… IS NOT NULL) NOT VALID and validate it first`,
  notNullColumn: (c) => `${column(c)} is added NOT NULL without a default: it fails as soon as the table has a row`,
  computedColumn: (c) => `${column(c)} gets a value for each row from ${spec(c).computed ?? "its default"}: the table is locked while it is written anew`,
  uniqueColumn: (c) => `${column(c)} is added with its index, which is built under a lock: add the column, build the index CONCURRENTLY, then the constraint USING INDEX`,
  referencingColumn: (c) => `${column(c)} is added with a default and a foreign key, which is checked for all rows under a lock`,
  addIndex: (c, { freedBy }) => `an index of ${table(c)} is built without CONCURRENTLY: nobody can write to the table until it is done${freedBy === null ? "" : ` (CONCURRENTLY needs ${freedBy})`}`,
  addUnique: (c) => `a unique constraint of ${table(c)} builds its index under a lock: build the index CONCURRENTLY, then add the constraint USING INDEX`,
  addPrimaryKey: (c) => `a primary key of ${table(c)} builds its index under a lock: build the index CONCURRENTLY, then add the constraint USING INDEX`,
  addForeignKey: (c) => `a foreign key of ${table(c)} is added without NOT VALID: both tables are locked while all rows are checked`,
  addCheck: (c) => `a CHECK of ${table(c)} is added without NOT VALID: the table is locked while all rows are checked`,
  backfill: (c) => `one ${c.name ?? "statement"} goes through all rows of ${table(c)}: the locks and the transaction last until it is done; go in batches`,
  validatedAtOnce: (c) => `the constraint ${c.name == null ? "" : `\`${c.name}\` `}is validated by the transaction that added it, which holds its lock on ${table(c)} until all rows are checked: validate it in a later migration`,
  concurrentlyInTransaction: (_, { freedBy }) => `CONCURRENTLY fails inside a transaction, which this runs in${freedBy === null ? "" : `: it needs ${freedBy}`}`,
};
