import { expect, it } from "vitest";
import { run } from "../engine/run.js";
import { cli } from "../tests/support/cli.js";
import { tempTree, writeFiles } from "../tests/temp-tree.js";

const FILES = {
  "package.json": "{}",
  "nobypass.config.json": '{ "preset": "recommended" }',
  "db/migrations/001.sql": "-- Größe ☃ 😀\r\nALTER TABLE users DROP COLUMN nick;\r\n",
  "db/schema.sql": "DROP TABLE users;",
};

it("judges .sql where migrations are kept, and what is named", async () => {
  const cwd = tempTree(FILES);
  const { exitCode, stdout } = await cli(["check"], { cwd });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("db/migrations/001.sql:2:1");
  expect(stdout).toContain("ALTER TABLE users DROP COLUMN nick;");
  expect(stdout).not.toContain("schema.sql");
  expect((await cli(["check", "db/migrations/001.sql"], { cwd })).stdout).toContain("db/migrations/001.sql:2:1");
  expect((await cli(["check", "db/schema.sql"], { cwd })).stdout).toContain("db/schema.sql:1:1");
  writeFiles(cwd, { "nobypass.config.json": '{ "roles": { "migration": ["db/*.sql"] } }' });
  expect((await cli(["check"], { cwd })).stdout).toContain("db/schema.sql:1:1");
});

it("has places in all formats, in UTF-16 units", async () => {
  const cwd = tempTree(FILES);
  const json = JSON.parse((await cli(["check", "--format", "json"], { cwd })).stdout) as { findings: unknown[] };
  expect(json.findings).toMatchObject([{ rule: "unsafe-migration", file: "db/migrations/001.sql", line: 2, column: 1, endLine: 2, endColumn: 35 }]);
  const sarif = JSON.parse((await cli(["check", "--format", "sarif"], { cwd })).stdout) as { runs: { results: unknown[] }[] };
  expect(sarif.runs[0]?.results).toMatchObject([{ ruleId: "unsafe-migration", locations: [{ physicalLocation: { artifactLocation: { uri: "db/migrations/001.sql" }, region: { startLine: 2, startColumn: 1, endColumn: 35 } } }] }]);
});

it("obeys directives and exemptions in .sql, and reports those that suppress nothing", () => {
  const cwd = tempTree(FILES);
  const found = (): readonly string[] => {
    const { findings, counts } = run({ cwd, paths: [] });
    return [...findings.map((f) => `${f.rule} ${f.start.line}`), `suppressed ${counts.suppressed}`];
  };
  writeFiles(cwd, { "db/migrations/001.sql": "-- nobypass-disable-next-line unsafe-migration -- nobody reads it owner:@users\nALTER TABLE users DROP COLUMN nick;\n" });
  expect(found()).toEqual(["suppressed 1"]);
  writeFiles(cwd, { "db/migrations/001.sql": "/* nobypass-disable-next-line unsafe-migration */\nALTER TABLE users DROP COLUMN nick;\n" });
  expect(found()).toEqual(["directive 1", "unsafe-migration 2", "suppressed 0"]);
  writeFiles(cwd, { "db/migrations/001.sql": "DROP TABLE a;", "nobypass.config.json": '{ "exemptions": [{ "rule": "unsafe-migration", "files": ["db/migrations/**"], "reason": "before the first release" }] }' });
  expect(found()).toEqual(["suppressed 1"]);
});

it("keeps the identity of a finding when other statements and values change", () => {
  const cwd = tempTree(FILES);
  const identities = (text: string): readonly string[] => {
    writeFiles(cwd, { "db/migrations/001.sql": text });
    return run({ cwd, paths: [] }).findings.map((f) => f.identity);
  };
  const before = identities("DROP TABLE a;\nUPDATE b SET c = 'one';");
  expect(identities("-- a comment\nCREATE TABLE d (id int);\nDROP TABLE a;\n\nUPDATE b SET c = 'two';")).toEqual(before);
  expect(new Set(before).size).toBe(2);
});
