import { expect, it } from "vitest";
import { widens } from "./hazards.js";
import { plainChanges } from "./plain-sql.js";
import { parsePostgres } from "./postgres-parser.js";
import { postgresChanges } from "./sql-changes.js";

it("parses at once, more than once, and says what is wrong", () => {
  expect(parsePostgres("SELECT 1")).toHaveProperty("node.SelectStmt");
  expect(parsePostgres("SELEC 1")).toEqual({ error: 'syntax error at or near "SELEC"' });
  expect(parsePostgres("")).toEqual({ error: "there is no statement" });
  expect(parsePostgres(`SELECT 1${" + 1".repeat(100_000)}`)).toEqual({ error: expect.stringContaining("too much") as string });
  const long = `UPDATE a SET b = '${"ü".repeat(200_000)}'`;
  for (let i = 0; i < 20; i++) expect(parsePostgres(long)).toHaveProperty("node.UpdateStmt");
});

const kinds = (statement: string): string[] => postgresChanges(statement).map((c) => [c.does, c.table, c.name, c.to].filter((x) => x != null).join(" "));

it.each([
  ['ALTER TABLE "A"."B" DROP COLUMN "C"', ["dropColumn B C"]],
  ["ALTER TABLE a RENAME b TO c", ["renameColumn a b c"]],
  ["ALTER TABLE a RENAME CONSTRAINT b TO c", []],
  ["ALTER INDEX a RENAME TO b", []],
  ["ALTER TABLE a SET SCHEMA b", ["renameTable a a"]],
  ["SELECT * INTO a FROM b", ["other"]],
  ["CREATE TABLE a PARTITION OF b FOR VALUES IN (1)", ["createTable a"]],
  ["CREATE MATERIALIZED VIEW a AS SELECT 1", ["createTable a"]],
  ["ALTER TABLE a ADD CONSTRAINT b UNIQUE (c), ADD EXCLUDE USING gist (d WITH &&)", ["addUnique a b", "addUnique a"]],
  ["DO $$ BEGIN IF true THEN DROP TABLE a; END IF; END $$", ["dropTable a"]],
  ["INSERT INTO a VALUES (1)", ["other"]],
  ["COMMENT ON TABLE a IS 'b'", ["other"]],
])("%s", (statement, expected) => {
  expect(kinds(statement)).toEqual(expected);
});

it.each([
  ["varchar(10)", "varchar(20)", true],
  ["varchar(20)", "varchar(10)", false],
  ["character varying(20)", "varchar", true],
  ["varchar", "varchar(10)", false],
  ["varchar(10)", "text", true],
  ["text", "varchar(10)", false],
  ["text", "varchar", true],
  ["int4", "int8", false],
  ["int4", "int4", true],
  ["numeric(8,2)", "numeric(10,2)", true],
  ["numeric(8,2)", "numeric(10,3)", false],
  ["numeric(10,2)", "numeric", true],
  ["numeric", "numeric(10,2)", false],
  ["timestamptz(3)", "timestamptz", true],
  ["timestamp", "timestamptz", false],
  ["cidr", "inet", true],
  ["text", "text[]", false],
])("from %s to %s: %s", (was, is, expected) => {
  expect(widens(was, is)).toBe(expected);
});

it.each([
  ["ALTER TABLE `a` DROP FOREIGN KEY `b`, DROP PRIMARY KEY, DROP INDEX c", []],
  ["ALTER TABLE a.b DROP c, DROP COLUMN IF EXISTS d", ["dropColumn b c", "dropColumn b d"]],
  ["ALTER TABLE a RENAME TO b", ["renameTable a b"]],
  ["ALTER TABLE a RENAME COLUMN b TO c, RENAME INDEX d TO e", ["renameColumn a b c"]],
  ["ALTER TABLE a CHANGE b b int NOT NULL", ["changeType a b"]],
  ["ALTER TABLE a ALTER COLUMN b SET DEFAULT 1, ALTER COLUMN c int", ["changeType a c"]],
  ["EXEC sp_rename N'dbo.a', N'b'", ["renameTable a b"]],
  ["EXEC sp_rename N'a.i', N'j', N'INDEX'", ["other"]],
  ["TRUNCATE a", ["truncate a"]],
  ["INSERT INTO a VALUES ('DROP TABLE b')", ["other"]],
])("in other dialects: %s", (statement, expected) => {
  expect(plainChanges(statement).map((c) => [c.does, c.table, c.name, c.to].filter((x) => x != null).join(" "))).toEqual(expected);
});
