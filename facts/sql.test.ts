import { expect, it } from "vitest";
import { extractSql } from "./sql.js";
import { partsOf, sqlStatements } from "./sql-statements.js";

const statements = (text: string): string[] => sqlStatements(text).statements.map(({ start, end }) => text.slice(start, end));

it.each([
  ["a; b ;\n\n c", ["a", "b", "c"]],
  ["SELECT ';' || \"a;b\" || `c;d`; x", ["SELECT ';' || \"a;b\" || `c;d`", "x"]],
  ["SELECT E'it\\'s;' , 'it''s;' , '\\'; x", ["SELECT E'it\\'s;' , 'it''s;' , '\\'", "x"]],
  ["a -- no; end\n; /* b; */ c", ["a", "c"]],
  ["DO $$ BEGIN a; b; END $$; SELECT $tag$ ; $$ ; $tag$; c", ["DO $$ BEGIN a; b; END $$", "SELECT $tag$ ; $$ ; $tag$", "c"]],
  ["CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN d THEN 1 END; DELETE FROM e; END; f", ["CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN d THEN 1 END; DELETE FROM e; END", "f"]],
  ["a\nGO\nb\ngo", ["a", "b"]],
  ["-- +goose StatementBegin\na; b;\n-- +goose StatementEnd\nc; d", ["a; b;", "c", "d"]],
  ["a --> statement-breakpoint\nb", ["a --> statement-breakpoint\nb"]],
  ["BEGIN; a; COMMIT", ["BEGIN", "a", "COMMIT"]],
  ["'never closed ; a", ["'never closed ; a"]],
  ["", []],
])("%j is so many statements", (text, expected) => {
  expect(statements(text)).toEqual(expected);
});

it("splits the actions of a statement at its own commas", () => {
  const text = "ALTER TABLE a ADD b numeric(1, 2), /* , */ DROP \"c, d\", ADD CHECK (e IN (1, 2))";
  expect(partsOf(text, { start: 0, end: text.length }).map(({ start, end }) => text.slice(start, end))).toEqual(["ALTER TABLE a ADD b numeric(1, 2)", 'DROP "c, d"', "ADD CHECK (e IN (1, 2))"]);
});

it("has each statement as the literal that it is, where it stands", () => {
  const text = "-- first\r\nDROP TABLE a;\r\nDROP TABLE b";
  const { values, spans, functions } = extractSql(text);
  expect(values).toEqual([{ kind: "literal", value: "DROP TABLE a" }, { kind: "literal", value: "DROP TABLE b" }]);
  expect([0, 1].map((i) => text.slice(spans.values[2 * i], spans.values[2 * i + 1]))).toEqual(["DROP TABLE a", "DROP TABLE b"]);
  expect(functions.map((fn) => [fn.kind, fn.name, fn.body.length])).toEqual([["module", null, 2]]);
});

it.each([
  ["-- migrate:up transaction:false\na;\n-- migrate:down\nb;", [["up", ["transaction:false"], 1], ["down", undefined, 1]]],
  ["-- +goose Up\na;\n-- +goose Down\n", [["up", undefined, 1], ["down", undefined, 0]]],
  ["-- Up Migration\na;b;\n-- Down Migration\nc", [["up", undefined, 2], ["down", undefined, 1]]],
  ["--------\n-- Up\n--------\na", [["up", undefined, 1]]],
  ["-- Up to here it was easy\na", []],
])("%j has its ways as functions", (text, expected) => {
  expect(extractSql(text).functions.slice(1).map((fn) => [fn.name, fn.directives, fn.body.length])).toEqual(expected);
});

it("keeps directives and what is said of the transaction", () => {
  const text = "-- +goose NO TRANSACTION\n-- nobypass-disable-next-line unsafe-migration -- empty since May\nDROP TABLE a; /* nobypass-x */ -- other";
  const { directives, prologue, spans } = extractSql(text);
  expect(directives.map((d) => [d.text, d.block, text.slice(spans.marks[2 * d.at], spans.marks[2 * d.at + 1]).slice(0, 5)])).toEqual([
    ["nobypass-disable-next-line unsafe-migration -- empty since May", false, "-- no"],
    ["nobypass-x", true, "/* no"],
  ]);
  expect(prologue).toEqual(["no transaction"]);
});
