import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CASSANDRA = "cassandra-driver:Client()";
const CLICKHOUSE = "@clickhouse/client:createClient()";
const LIBSQL = "@libsql/client:createClient()";
const MEMCACHED = "memcached:()";

export default {
  name: "other databases",
  packages: ["cassandra-driver", "@clickhouse/client", "@libsql/client", "memcached"],
  docs: "https://docs.datastax.com/en/developer/nodejs-driver/latest/api/type.ClientOptions/",
  instances: [
    { is: CLICKHOUSE, types: ["@clickhouse/client:ClickHouseClient"] },
    { is: LIBSQL, types: ["@libsql/client:Client"] },
  ],
  effects: [
    { calls: under([CASSANDRA], ["connect", "execute", "batch"]), effect: "database" },
    { calls: under([CASSANDRA], ["stream", "eachRow"]), effect: "database", shape: "stream" },
    { calls: under([CLICKHOUSE], ["query"]), effect: "database", list: { text: at(0, "query") } },
    { calls: under([CLICKHOUSE], ["insert", "exec", "command", "ping"]), effect: "database" },
    // No option bounds a remote query: `timeout` is the wait for the lock of a local file.
    { calls: under([LIBSQL], ["execute"]), effect: "database", list: { text: at(0, "", "sql") } },
    { calls: under([LIBSQL], ["batch", "transaction", "executeMultiple", "migrate", "sync"]), effect: "database" },
    { calls: under([MEMCACHED], ["get", "gets", "getMulti", "set", "add", "replace", "cas", "append", "prepend", "incr", "decr", "del", "touch", "flush", "stats"]), effect: "cache", shape: "callback" },
  ],
  clientBounds: [
    {
      makes: ["cassandra-driver:Client"],
      connect: { places: atUnless([0], 0, "socketOptions.connectTimeout"), defaultMs: 5_000 },
      statement: { places: atUnless([0], 0, "socketOptions.readTimeout"), defaultMs: 12_000 },
      docs: "https://docs.datastax.com/en/developer/nodejs-driver/latest/api/type.ClientOptions/",
    },
    { makes: ["@clickhouse/client:createClient"], statement: { places: at(0, "request_timeout"), defaultMs: 30_000 }, docs: "https://clickhouse.com/docs/integrations/javascript#configuration" },
    { makes: ["memcached:"], connect: { places: at(1, "timeout"), defaultMs: 5_000 }, docs: "https://github.com/3rd-Eden/memcached#options" },
  ],
  credentials: [
    { calls: ["cassandra-driver:Client"], places: at(0, "credentials.password"), what: "password" },
    { calls: ["cassandra-driver:auth.PlainTextAuthProvider"], places: at(1, ""), what: "password" },
    { calls: ["@clickhouse/client:createClient"], places: at(0, "password"), what: "password" },
    { calls: ["@libsql/client:createClient"], places: at(0, "authToken"), what: "token" },
    { calls: ["@libsql/client:createClient"], places: at(0, "encryptionKey"), what: "cipher key" },
  ],
} satisfies Library;
