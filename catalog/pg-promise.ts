import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const MAKE = "pg-promise:()";
const DB = `${MAKE}()`;

export default {
  name: "pg-promise",
  packages: ["pg-promise"],
  docs: "https://vitaly-t.github.io/pg-promise/Database.html",
  instances: [{ is: DB, also: [`${DB}.connect()`], types: ["pg-promise:IDatabase", "pg-promise:ITask", "pg-promise:IBaseProtocol", "pg-promise:IConnected"] }],
  effects: [
    {
      calls: under([DB], ["query", "many", "manyOrNone", "any", "result", "multi", "multiResult", "map", "each"]),
      effect: "database",
      list: { text: at(0, "", "text") },
    },
    { calls: under([DB], ["none", "one", "oneOrNone", "func", "proc", "task", "taskIf", "tx", "txIf", "connect"]), effect: "database" },
    { calls: under([DB], ["stream"]), effect: "database", shape: "stream" },
  ],
  clientBounds: [
    {
      // The connection is node-postgres' own; a second call with the connection makes the database.
      makes: [MAKE],
      connect: { places: atUnless([0], 0, "connectionTimeoutMillis"), defaultMs: null },
      statement: { places: atUnless([0, false], 0, "statement_timeout", "query_timeout"), urlParams: ["statement_timeout", "query_timeout"], defaultMs: null },
      docs: "https://github.com/vitaly-t/pg-promise/wiki/Connection-Syntax",
    },
  ],
  callbacks: [{ calls: under([DB], ["task", "taskIf", "tx", "txIf"]), arg: "last", when: "later", times: "once", errors: "reject", params: [DB] }],
  credentials: [
    { calls: [MAKE], places: at(0, "", "connectionString"), what: "connection string" },
    { calls: [MAKE], places: at(0, "password"), what: "password" },
  ],
} satisfies Library;
