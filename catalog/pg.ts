import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const MADE = ["pg:Pool", "pg:Client", "pg:native.Pool", "pg:native.Client", "pg-pool:"];

export default {
  name: "pg",
  packages: ["pg", "pg-pool"],
  docs: "https://node-postgres.com/apis/client",
  instances: [
    { is: "pg:Pool()", also: ["pg-pool:()", "pg:native.Pool()", "fastify:().pg"] },
    { is: "pg:Client()", also: ["pg:Pool().connect()", "pg:native.Client()"], types: ["pg:PoolClient", "pg:ClientBase"] },
  ],
  effects: [
    { calls: under(["pg:Pool()", "pg:Client()"], ["query"]), effect: "database", list: { text: at(0, "", "text") } },
    { calls: under(["pg:Pool()", "pg:Client()"], ["connect"]), effect: "database" },
  ],
  clientBounds: [
    {
      makes: MADE,
      // `connect_timeout` in the connection string reaches the native binding only.
      connect: { places: atUnless([0], 0, "connectionTimeoutMillis"), defaultMs: null },
      statement: { places: atUnless([0, false], 0, "statement_timeout", "query_timeout"), urlParams: ["statement_timeout", "query_timeout"], defaultMs: null },
      docs: "https://node-postgres.com/apis/client#new-client",
    },
  ],
  callbacks: [{ calls: ["pg:Pool().connect"], arg: 0, when: "later", times: "once", errors: "uncaught", params: [null, "pg:Client()", null] }],
  credentials: [
    { calls: MADE, places: at(0, "password"), what: "password" },
    { calls: MADE, places: at(0, "connectionString", ""), what: "connection string" },
  ],
} satisfies Library;
