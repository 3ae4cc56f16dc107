import type { Library } from "../library.js";

export default {
  name: "node-pg-migrate",
  packages: ["node-pg-migrate"],
  docs: "https://salsita.github.io/node-pg-migrate/migrations/",
  migrations: [
    {
      ways: "exports",
      given: { names: ["pgm"], types: ["MigrationBuilder"] },
      // Of a migration without a way down the tool takes back what it knows how to.
      down: "derived",
      transaction: { usual: "always", freedBy: "`pgm.noTransaction()`", off: { call: "noTransaction" } },
      steps: [
        { call: "createTable", does: "createTable", table: 0 },
        { call: "dropTable", does: "dropTable", table: 0 },
        { call: "renameTable", does: "renameTable", table: 0, to: 1 },
        { call: "dropSchema", does: "dropSchema", name: 0 },
        { call: "{addColumn,addColumns}", does: "addColumn", table: 0, column: { in: "columns", arg: 1 } },
        { call: "{dropColumn,dropColumns}", does: "dropColumn", table: 0, name: 1 },
        { call: "renameColumn", does: "renameColumn", table: 0, name: 1, to: 2 },
        { call: "alterColumn", does: "changeColumn", table: 0, name: 1, column: { in: "argument", arg: 2 } },
        { call: "{createIndex,addIndex}", does: "addIndex", table: 0, concurrently: { arg: 2, path: "concurrently" } },
        { call: "{addConstraint,createConstraint}", does: "constraint", table: 0, name: 1, kind: { arg: 2, path: "" } },
        { call: "{sql,db.query}", does: "sql", sql: 0 },
      ],
      columns: {
        type: "type",
        notNull: { words: ["notNull"] },
        default: ["default"],
        unique: ["unique"],
        primary: ["primaryKey"],
        references: ["references"],
      },
      types: { int: "int4", integer: "int4", bigint: "int8", id: "serial", "character varying": "varchar" },
    },
  ],
} satisfies Library;
