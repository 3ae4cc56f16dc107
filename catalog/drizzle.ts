import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const DB = "drizzle-orm/*:drizzle()";
const START = ["select", "selectDistinct", "selectDistinctOn"];

export default {
  // A client of one's own given to `drizzle()` is judged where its driver makes it.
  name: "drizzle",
  packages: ["drizzle-orm", "drizzle-orm/*", "drizzle-orm/*/*"],
  docs: "https://orm.drizzle.team/docs/overview",
  instances: [
    {
      is: DB,
      also: ["drizzle-orm:drizzle()", "drizzle-orm/*/*:drizzle()", `${DB}.with()`],
      types: ["drizzle-orm/node-postgres:NodePgDatabase", "drizzle-orm/postgres-js:PostgresJsDatabase", "drizzle-orm/mysql2:MySql2Database", "drizzle-orm/better-sqlite3:BetterSQLite3Database", "drizzle-orm/libsql:LibSQLDatabase", "drizzle-orm/neon-http:NeonHttpDatabase", "drizzle-orm/pg-core:PgDatabase", "drizzle-orm/pg-core:PgTransaction", "drizzle-orm/mysql-core:MySqlDatabase", "drizzle-orm/sqlite-core:BaseSQLiteDatabase"],
    },
  ],
  effects: [
    { calls: under([DB], START), effect: "database", shape: "builder", idempotent: true, list: { chain: ["limit", "get", "as", "fetch"], conditions: ["where"] } },
    { calls: under([DB], ["insert"]), effect: "database", shape: "builder", idempotent: false },
    { calls: under([DB], ["update", "delete", "refreshMaterializedView"]), effect: "database", shape: "builder" },
    { calls: under([DB], ["$count"]), effect: "database", idempotent: true },
    { calls: under([DB], ["execute", "all", "values"]), effect: "database", list: { text: at(0, "") } },
    { calls: under([DB], ["transaction", "batch", "run", "get"]), effect: "database" },
    { calls: under([DB], ["query.*.findMany"]), effect: "database", idempotent: true, list: { limit: at(0, "limit"), where: at(0, "where") } },
    { calls: under([DB], ["query.*.findFirst"]), effect: "database", idempotent: true },
  ],
  clientBounds: [
    {
      makes: ["drizzle-orm/node-postgres:drizzle"],
      connect: { places: atUnless([0], 0, "connection.connectionTimeoutMillis"), defaultMs: null },
      statement: { places: atUnless([0, false], 0, "connection.statement_timeout", "connection.query_timeout"), urlParams: ["statement_timeout", "query_timeout"], defaultMs: null },
      docs: "https://orm.drizzle.team/docs/get-started-postgresql",
    },
  ],
  callbacks: [{ calls: [`${DB}.transaction`], arg: 0, when: "later", times: "once", errors: "reject", params: [DB] }],
  credentials: [
    { calls: ["drizzle-orm/*:drizzle"], places: at(0, "", "connection", "connection.connectionString", "connection.url"), what: "connection string" },
    { calls: ["drizzle-orm/*:drizzle"], places: at(0, "connection.password"), what: "password" },
    { calls: ["drizzle-orm/*:drizzle"], places: at(0, "connection.authToken"), what: "token" },
  ],
} satisfies Library;
