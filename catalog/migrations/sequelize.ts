import type { Library } from "../library.js";

export default {
  name: "sequelize migrations",
  packages: ["sequelize", "sequelize-cli", "umzug"],
  docs: "https://sequelize.org/docs/v6/other-topics/query-interface/",
  migrations: [
    {
      ways: "exports",
      // umzug hands it over as `context`.
      given: { names: ["queryInterface"], types: ["QueryInterface"], property: "context" },
      down: "own",
      transaction: { usual: "never", freedBy: null },
      steps: [
        { call: "createTable", does: "createTable", table: 0 },
        { call: "dropTable", does: "dropTable", table: 0 },
        { call: "dropAllTables", does: "dropSchema" },
        { call: "{dropSchema,dropAllSchemas}", does: "dropSchema", name: 0 },
        { call: "renameTable", does: "renameTable", table: 0, to: 1 },
        { call: "addColumn", does: "addColumn", table: 0, name: 1, column: { in: "argument", arg: 2 } },
        { call: "removeColumn", does: "dropColumn", table: 0, name: 1 },
        { call: "renameColumn", does: "renameColumn", table: 0, name: 1, to: 2 },
        { call: "changeColumn", does: "changeColumn", table: 0, name: 1, column: { in: "argument", arg: 2 } },
        { call: "addIndex", does: "addIndex", table: 0, concurrently: { arg: 2, path: "concurrently" }, inTransaction: { arg: 2, path: "transaction" } },
        { call: "addConstraint", does: "constraint", table: 0, kind: { arg: 1, path: "type" } },
        { call: "bulkUpdate", does: "rows", table: 0, where: 2 },
        { call: "bulkDelete", does: "rows", table: 0, where: 1 },
        { call: "sequelize.query", does: "sql", sql: 0 },
        { call: "sequelize.transaction", does: "scope" },
      ],
      columns: {
        type: "type",
        notNull: { words: ["allowNull"], is: false },
        default: ["defaultValue"],
        unique: ["unique"],
        primary: ["primaryKey"],
        generated: ["autoIncrement"],
        references: ["references"],
      },
      types: { STRING: "varchar(255)", TEXT: "text", INTEGER: "int4", BIGINT: "int8", BOOLEAN: "bool", DATE: "timestamptz", DECIMAL: "numeric", CITEXT: "citext" },
    },
  ],
} satisfies Library;
