import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const POOL = "mariadb:createPool()";
const CONNECTION = "mariadb:createConnection()";
const MADE = under(["mariadb:"], ["createPool", "createConnection"]);
const docs = "https://github.com/mariadb-corporation/mariadb-connector-nodejs/blob/main/documentation/promise-api.md#connection-options";

export default {
  name: "mariadb",
  packages: ["mariadb"],
  docs,
  instances: [
    { is: POOL, types: ["mariadb:Pool"] },
    { is: CONNECTION, also: [`${POOL}.getConnection()`], types: ["mariadb:Connection", "mariadb:PoolConnection"] },
  ],
  effects: [
    { calls: under([POOL, CONNECTION], ["query", "execute"]), effect: "database", list: { text: at(0, "", "sql") } },
    { calls: under([POOL, CONNECTION], ["batch"]), effect: "database" },
    { calls: [`${POOL}.getConnection`, "mariadb:createConnection", ...under([CONNECTION], ["beginTransaction", "commit", "rollback", "ping", "prepare"])], effect: "database" },
    { calls: under([CONNECTION], ["queryStream"]), effect: "database", shape: "stream" },
  ],
  clientBounds: [
    {
      makes: MADE,
      connect: { places: atUnless([0], 0, "connectTimeout"), urlParams: ["connectTimeout"], defaultMs: 1_000 },
      statement: { places: atUnless([0], 0, "queryTimeout", "socketTimeout"), urlParams: ["queryTimeout", "socketTimeout"], defaultMs: null },
      docs,
    },
  ],
  credentials: [
    { calls: MADE, places: at(0, "password"), what: "password" },
    { calls: MADE, places: at(0, ""), what: "connection string" },
  ],
} satisfies Library;
