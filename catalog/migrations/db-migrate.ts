import type { Library } from "../library.js";

export default {
  name: "db-migrate",
  packages: ["db-migrate"],
  docs: "https://db-migrate.readthedocs.io/en/latest/API/SQL/",
  migrations: [
    {
      ways: "exports",
      given: { names: [], types: [] },
      down: "own",
      transaction: { usual: "perhaps", freedBy: "`--non-transactional`" },
      steps: [
        { call: "createTable", does: "createTable", table: 0 },
        { call: "dropTable", does: "dropTable", table: 0 },
        { call: "renameTable", does: "renameTable", table: 0, to: 1 },
        { call: "addColumn", does: "addColumn", table: 0, name: 1, column: { in: "argument", arg: 2 } },
        { call: "removeColumn", does: "dropColumn", table: 0, name: 1 },
        { call: "renameColumn", does: "renameColumn", table: 0, name: 1, to: 2 },
        { call: "changeColumn", does: "changeColumn", table: 0, name: 1, column: { in: "argument", arg: 2 } },
        { call: "addIndex", does: "addIndex", table: 0 },
        { call: "addForeignKey", does: "addForeignKey", table: 0 },
        { call: "{runSql,all}", does: "sql", sql: 0 },
      ],
      columns: {
        type: "type",
        notNull: { words: ["notNull"] },
        default: ["defaultValue"],
        unique: ["unique"],
        primary: ["primaryKey"],
        generated: ["autoIncrement"],
        references: ["foreignKey"],
        referencesApart: true,
      },
      types: { int: "int4", string: "varchar", bigint: "int8" },
    },
  ],
} satisfies Library;
