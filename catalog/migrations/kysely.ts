import type { Library } from "../library.js";

export default {
  name: "kysely migrations",
  packages: ["kysely"],
  docs: "https://kysely.dev/docs/migrations",
  migrations: [
    {
      ways: "exports",
      given: { names: [], types: ["Kysely"] },
      down: "own",
      transaction: { usual: "always", freedBy: null },
      steps: [
        { call: "schema.createTable", does: "createTable", table: 0 },
        // A materialized view holds rows too, and is new to everybody.
        { call: "schema.createView", does: "createTable", table: 0 },
        { call: "schema.dropTable", does: "dropTable", table: 0 },
        { call: "schema.dropSchema", does: "dropSchema", name: 0 },
        { call: "schema.alterTable.renameTo", does: "renameTable", table: { of: "alterTable" }, to: 0 },
        { call: "schema.alterTable.addColumn", does: "addColumn", table: { of: "alterTable" }, name: 0, type: 1, column: { in: "function", arg: 2 } },
        { call: "schema.alterTable.dropColumn", does: "dropColumn", table: { of: "alterTable" }, name: 0 },
        { call: "schema.alterTable.renameColumn", does: "renameColumn", table: { of: "alterTable" }, name: 0, to: 1 },
        { call: "schema.alterTable.alterColumn", does: "changeColumn", table: { of: "alterTable" }, name: 0, column: { in: "function", arg: 1 } },
        { call: "schema.alterTable.modifyColumn", does: "changeColumn", table: { of: "alterTable" }, name: 0, type: 1, column: { in: "function", arg: 2 } },
        { call: "schema.alterTable.addForeignKeyConstraint", does: "addForeignKey", table: { of: "alterTable" } },
        { call: "schema.alterTable.addUniqueConstraint", does: "addUnique", table: { of: "alterTable" } },
        { call: "schema.alterTable.addPrimaryKeyConstraint", does: "addPrimaryKey", table: { of: "alterTable" } },
        { call: "schema.alterTable.addCheckConstraint", does: "addCheck", table: { of: "alterTable" } },
        { call: "schema.createIndex.on", does: "addIndex", table: 0 },
        { call: "updateTable", does: "rows", table: 0 },
        { call: "deleteFrom", does: "rows", table: 0 },
      ],
      columns: {
        type: "setDataType",
        notNull: { words: ["notNull", "setNotNull"] },
        default: ["defaultTo"],
        unique: ["unique"],
        primary: ["primaryKey"],
        generated: ["generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity", "stored", "autoIncrement"],
        references: ["references"],
      },
      types: { integer: "int4", bigint: "int8" },
    },
  ],
} satisfies Library;
