import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const PACKAGES = ["mysql2", "mysql2/promise", "mysql"];
const PROMISED = ["mysql2/promise"];
const MADE = PACKAGES.flatMap((name) => under([`${name}:`], ["createConnection", "createPool"]));

export default {
  name: "mysql",
  packages: PACKAGES,
  docs: "https://sidorares.github.io/node-mysql2/docs",
  instances: [
    {
      is: "mysql2:createPool()",
      also: ["fastify:().mysql", "mysql2/promise:createPool()", "mysql:createPool()", "mysql2:createPool().promise()", "mysql2:createPoolCluster().of()", "mysql2/promise:createPoolCluster().of()", "mysql:createPoolCluster().of()"],
      types: PACKAGES.map((name) => `${name}:Pool`),
    },
    {
      is: "mysql2:createConnection()",
      also: ["mysql2/promise:createConnection()", "mysql:createConnection()", "mysql2:createConnection().promise()", "mysql2:createPool().getConnection()"],
      types: PACKAGES.flatMap((name) => under([`${name}:`], ["Connection", "PoolConnection"])),
    },
  ],
  effects: [
    { calls: under(["mysql2:createPool()", "mysql2:createConnection()"], ["query", "execute"]), effect: "database", promise: { from: PROMISED }, list: { text: at(0, "", "sql"), chain: ["stream"] } },
    { calls: under(["mysql2:createPool()"], ["getConnection"]), effect: "database", promise: { from: PROMISED } },
    { calls: under(["mysql2:createConnection()"], ["connect", "prepare", "beginTransaction", "commit", "rollback", "ping", "changeUser"]), effect: "database", promise: { from: PROMISED } },
    { calls: ["mysql2/promise:createConnection"], effect: "database" },
  ],
  clientBounds: [
    {
      makes: MADE,
      // A statement is bounded by `timeout` of the single query only (`query({ sql, timeout })`), so none is asked for here.
      connect: { places: atUnless([0], 0, "connectTimeout"), urlParams: ["connectTimeout"], defaultMs: 10_000 },
      docs: "https://sidorares.github.io/node-mysql2/docs/api-and-configurations",
    },
  ],
  callbacks: [{ calls: ["mysql2:createPool().getConnection"], arg: 0, when: "later", times: "once", errors: "uncaught", params: [null, "mysql2:createConnection()"] }],
  credentials: [
    { calls: MADE, places: at(0, "password", "password1", "password2", "password3"), what: "password" },
    { calls: MADE, places: at(0, "", "uri"), what: "connection string" },
  ],
} satisfies Library;
