import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const COUCHBASE = "couchbase:connect()";
const PLANETSCALE = ["@planetscale/database:connect()", "@planetscale/database:Client()", "@planetscale/database:Client().connection()"];
const VERCEL_SQL = ["@vercel/postgres:sql", "@vercel/postgres:createPool()", "@vercel/postgres:createClient()"];
const BUN = ["bun:sql", "bun:SQL()", "bun:sql.unsafe", "bun:SQL().unsafe"];
const KV = ["@vercel/kv:kv", "@vercel/kv:createClient()", "@vercel/kv:"];

/** Databases and caches that are rented: each call goes over the network. */
export default {
  name: "remote stores",
  packages: ["couchbase", "@planetscale/database", "@vercel/postgres", "@vercel/kv", "memjs", "@influxdata/influxdb-client", "bun"],
  docs: "https://docs.couchbase.com/nodejs-sdk/current/howtos/kv-operations.html",
  effects: [
    { calls: under([`${COUCHBASE}.bucket().defaultCollection()`, `${COUCHBASE}.bucket().collection()`, `${COUCHBASE}.bucket().scope().collection()`], ["get", "getAndLock", "getAndTouch", "exists", "insert", "upsert", "replace", "remove", "touch", "mutateIn", "lookupIn"]), effect: "database" },
    { calls: [`${COUCHBASE}.query`, `${COUCHBASE}.bucket().scope().query`], effect: "database", list: { text: at(0, "") } },
    { calls: under(PLANETSCALE, ["execute"]), effect: "database", list: { text: at(0, "") } },
    { calls: under(PLANETSCALE, ["transaction"]), effect: "database" },
    { calls: [...VERCEL_SQL.slice(0, 1), ...VERCEL_SQL.slice(1).map((made) => `${made}.sql`), ...under(VERCEL_SQL, ["query"])], effect: "database", list: { text: at(0, "", "text") } },
    { calls: BUN, effect: "database", list: { text: at(0, "") } },
    { calls: KV.flatMap((kv) => [`${kv}.*`]), effect: "cache" },
    { calls: under(["memjs:Client.create()"], ["get", "set", "add", "replace", "delete", "increment", "decrement", "append", "prepend", "touch"]), effect: "cache" },
    { calls: under(["@influxdata/influxdb-client:InfluxDB().getQueryApi()"], ["collectRows", "collectLines", "queryRaw", "queryRows", "queryLines", "iterateRows"]), effect: "database" },
    { calls: under(["@influxdata/influxdb-client:InfluxDB().getWriteApi()"], ["flush", "close"]), effect: "database" },
  ],
  quiet: under(KV, ["createClient", "pipeline", "multi"]),
  sinks: [
    { calls: [`${COUCHBASE}.query`, `${COUCHBASE}.bucket().scope().query`, ...under(VERCEL_SQL, ["query"]), ...under(["bun:sql", "bun:SQL()"], ["unsafe"]), ...under(["@influxdata/influxdb-client:InfluxDB().getQueryApi()"], ["collectRows", "collectLines", "queryRaw", "queryRows", "queryLines", "iterateRows"])], arg: 0, danger: "sql" },
  ],
} satisfies Library;
