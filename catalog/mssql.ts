import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const POOL = "mssql:ConnectionPool()";
const REQUEST = "mssql:Request()";
const MADE = ["mssql:ConnectionPool", "mssql:connect"];

export default {
  name: "mssql",
  packages: ["mssql", "tedious"],
  docs: "https://github.com/tediousjs/node-mssql#general-same-for-all-drivers",
  instances: [
    { is: POOL, also: ["mssql:connect()", `${POOL}.connect()`] },
    { is: REQUEST, also: [`${POOL}.request()`, "mssql:Transaction().request()", `${REQUEST}.input()`, `${REQUEST}.output()`] },
    { is: "mssql:Transaction()", also: [`${POOL}.transaction()`] },
  ],
  effects: [
    { calls: [...under([REQUEST, POOL], ["query", "batch"]), "mssql:query", "mssql:batch"], effect: "database", list: { text: at(0, "") } },
    { calls: ["mssql:connect", `${POOL}.connect`, ...under([REQUEST], ["execute", "bulk"])], effect: "database" },
    { calls: under(["mssql:Transaction()"], ["begin", "commit", "rollback"]), effect: "database" },
    { calls: under(["mssql:PreparedStatement()"], ["prepare", "execute", "unprepare"]), effect: "database" },
    { calls: under(["tedious:Connection()"], ["connect", "execSql", "execSqlBatch", "callProcedure", "execBulkLoad"]), effect: "database", shape: "callback" },
  ],
  clientBounds: [
    {
      makes: MADE,
      connect: { places: at(0, "connectionTimeout"), defaultMs: 15_000 },
      statement: { places: at(0, "requestTimeout"), urlParams: ["request timeout"], defaultMs: 15_000 },
      docs: "https://github.com/tediousjs/node-mssql#general-same-for-all-drivers",
    },
    {
      makes: ["tedious:Connection"],
      connect: { places: at(0, "options.connectTimeout"), defaultMs: 15_000 },
      statement: { places: at(0, "options.requestTimeout"), defaultMs: 15_000 },
      docs: "https://tediousjs.github.io/tedious/api-connection.html",
    },
  ],
  credentials: [
    { calls: MADE, places: at(0, ""), what: "connection string" },
    { calls: MADE, places: at(0, "password"), what: "password" },
    { calls: ["tedious:Connection"], places: at(0, "authentication.options.password", "authentication.options.token", "authentication.options.clientSecret"), what: "password" },
  ],
} satisfies Library;
