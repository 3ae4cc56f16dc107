import type { Library } from "../library.js";

export default {
  // A runner of the project's own hands its client to each migration.
  name: "migrations by a client",
  packages: ["pg", "postgres", "pg-promise", "slonik", "mysql2", "better-sqlite3"],
  docs: "https://node-postgres.com/apis/client",
  migrations: [
    {
      ways: "exports",
      given: { names: [], types: ["PoolClient", "ClientBase", "Client", "Pool", "Sql", "TransactionSql"] },
      // Whether there is a way down to ask for only that runner knows.
      down: "derived",
      transaction: { usual: "never", freedBy: null },
      steps: [
        { call: "{query,execute,exec,unsafe,none,any,batch,raw}", does: "sql", sql: 0 },
        { call: "()", does: "sql", sql: 0 },
      ],
    },
  ],
} satisfies Library;
