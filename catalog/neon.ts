import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const MADE = under(["@neondatabase/serverless:"], ["Pool", "Client"]);

export default {
  name: "neon",
  packages: ["@neondatabase/serverless"],
  docs: "https://github.com/neondatabase/serverless/blob/main/CONFIG.md",
  effects: [
    { calls: ["@neondatabase/serverless:neon()", "@neondatabase/serverless:neon().query"], effect: "database", list: { text: at(0, "") } },
    { calls: ["@neondatabase/serverless:neon().transaction"], effect: "database" },
    { calls: under(["@neondatabase/serverless:Pool()", "@neondatabase/serverless:Client()"], ["query"]), effect: "database", list: { text: at(0, "", "text") } },
    { calls: under(["@neondatabase/serverless:Pool()", "@neondatabase/serverless:Client()"], ["connect"]), effect: "database" },
  ],
  instances: [{ is: "@neondatabase/serverless:Client()", also: ["@neondatabase/serverless:Pool().connect()"], types: ["@neondatabase/serverless:PoolClient"] }],
  clientBounds: [
    // Pool and Client take node-postgres' options; `neon()` takes a signal a query only.
    {
      makes: MADE,
      connect: { places: atUnless([0], 0, "connectionTimeoutMillis"), defaultMs: null },
      statement: { places: atUnless([0, false], 0, "statement_timeout", "query_timeout"), defaultMs: null },
      docs: "https://github.com/neondatabase/serverless#pool-and-client",
    },
  ],
  credentials: [
    { calls: ["@neondatabase/serverless:neon"], places: at(0, ""), what: "connection string" },
    { calls: MADE, places: at(0, "connectionString"), what: "connection string" },
    { calls: MADE, places: at(0, "password"), what: "password" },
  ],
} satisfies Library;
