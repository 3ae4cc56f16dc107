import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const SQL = "postgres:()";
const docs = "https://github.com/porsager/postgres#connection-details";

export default {
  name: "postgres",
  packages: ["postgres"],
  docs,
  instances: [{ is: SQL, also: [`${SQL}.reserve()`], types: ["postgres:Sql", "postgres:TransactionSql", "postgres:ReservedSql", "postgres:ISql"] }],
  effects: [
    // A tagged template is a query when it is awaited; inside another one it is a fragment.
    { calls: [SQL, `${SQL}.unsafe`], effect: "database", shape: "builder", list: { text: at(0, ""), chain: ["cursor", "forEach", "describe"] } },
    { calls: [`${SQL}.file`], effect: "database", shape: "builder" },
    { calls: under([SQL], ["begin", "savepoint", "notify", "reserve"]), effect: "database" },
    { calls: under([SQL], ["listen", "subscribe"]), effect: "database", shape: "stream" },
  ],
  clientBounds: [
    {
      makes: ["postgres:"],
      connect: { places: [...atUnless([0], 1, "connect_timeout"), ...atUnless([0], 0, "connect_timeout")], urlParams: ["connect_timeout"], defaultMs: 30_000 },
      // Run-time parameters of the server.
      statement: { places: [...atUnless([0], 1, "connection.statement_timeout"), ...atUnless([0], 0, "connection.statement_timeout")], urlParams: ["statement_timeout"], defaultMs: null },
      docs,
    },
  ],
  callbacks: [
    { calls: under([SQL], ["begin"]), arg: "last", when: "later", times: "once", errors: "reject", params: [SQL] },
    { calls: under([SQL], ["savepoint"]), arg: "last", when: "later", times: "once", errors: "reject", params: [SQL] },
  ],
  credentials: [
    { calls: ["postgres:"], places: at(0, ""), what: "connection string" },
    { calls: ["postgres:"], places: [...at(0, "password", "pass"), ...at(1, "password", "pass")], what: "password" },
  ],
} satisfies Library;
