import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const DB = "knex:()";
const MADE = ["knex:", "knex:knex"];
const PG = ["pg", "pg-native", "postgres", "postgresql", "pgnative", "cockroachdb", "redshift"];
const client = { arg: 0, path: "client" };
const START = ["select", "distinct", "from", "fromRaw", "table", "with", "withRecursive", "queryBuilder", "column", "columns"];
const OTHERS = ["into", "insert", "update", "delete", "del", "batchInsert", "count"];
const LIMITS = [
  ...["limit", "first", "stream", "pipe", "paginate", "columnInfo", "hasTable", "as"],
  ...["count", "countDistinct", "sum", "sumDistinct", "avg", "avgDistinct", "min", "max"],
  ...["insert", "upsert", "update", "delete", "del", "truncate", "increment", "decrement", "batchInsert"],
];
const CONDITIONS = ["where", "andWhere", "whereIn", "andWhereIn", "whereRaw", "andWhereRaw"];
// The pool gives up after 60 s, connecting included.
const connect = { places: at(0, "acquireConnectionTimeout", "pool.acquireTimeoutMillis"), defaultMs: 60_000 };
const docs = "https://knexjs.org/guide/#configuration-options";

export default {
  name: "knex",
  packages: ["knex"],
  docs: "https://knexjs.org/guide/query-builder.html",
  instances: [{ is: DB, also: ["knex:knex()", `${DB}.transaction()`, `${DB}.transactionProvider()()`, `${DB}.withUserParams()`], types: ["knex:Knex", "knex:Knex.Transaction"] }],
  effects: [
    // The chain begins here and is a query when it is awaited; as an argument of another chain it is a part of that.
    { calls: [DB], effect: "database", shape: "builder", list: { chain: LIMITS, conditions: CONDITIONS } },
    { calls: under([DB], START), effect: "database", shape: "builder", list: { chain: LIMITS, conditions: CONDITIONS } },
    { calls: under([DB], OTHERS), effect: "database", shape: "builder" },
    { calls: under([DB], ["raw"]), effect: "database", shape: "builder", list: { text: at(0, ""), chain: ["stream", "pipe"] } },
    { calls: under([`${DB}.schema`], ["*"]), effect: "database", shape: "builder" },
    { calls: under([DB], ["transaction"]), effect: "database" },
    { calls: under([DB], ["commit", "rollback", "savepoint"]), effect: "database" },
    { calls: under([DB], ["migrate.*", "seed.*"]), effect: "database" },
  ],
  clientBounds: [
    {
      makes: MADE,
      connect: { ...connect, places: [...connect.places, ...at(0, "connection.connectionTimeoutMillis")] },
      statement: { places: atUnless([0, false], 0, "connection.statement_timeout", "connection.query_timeout"), urlParams: ["statement_timeout", "query_timeout"], defaultMs: null },
      when: { place: client, values: PG },
      docs,
    },
    // Neither mysql driver bounds a statement at the connection.
    { makes: MADE, connect: { ...connect, places: [...connect.places, ...at(0, "connection.connectTimeout")] }, when: { place: client, values: ["mysql", "mysql2"] }, docs },
  ],
  callbacks: [{ calls: [`${DB}.transaction`], arg: 0, when: "later", times: "once", errors: "reject", params: [DB] }],
  credentials: [
    { calls: MADE, places: at(0, "connection.password"), what: "password" },
    { calls: MADE, places: at(0, "connection", "connection.connectionString", "connection.uri"), what: "connection string" },
  ],
} satisfies Library;
