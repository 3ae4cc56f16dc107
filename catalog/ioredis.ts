import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENT = "ioredis:()";
const PIPE = `${CLIENT}.pipeline()`;
// new Redis(), (options), (url), (port), (url, options), (port, host), (port, host, options)
const option = (path: string) => [0, 1, 2].flatMap((arg) => atUnless([0], arg, path));
const docs = "https://redis.github.io/ioredis/interfaces/CommonRedisOptions.html";

export default {
  name: "ioredis",
  packages: ["ioredis"],
  docs: "https://github.com/redis/ioredis#readme",
  instances: [
    {
      is: CLIENT,
      also: ["fastify:().redis", "ioredis:Redis()", "ioredis:Cluster()", "ioredis:Redis.Cluster()", "ioredis:Redis.createClient()", `${CLIENT}.duplicate()`],
      types: ["ioredis:Redis", "ioredis:Cluster", "ioredis:RedisCommander"],
    },
    { is: PIPE, also: [`${CLIENT}.multi()`, `${PIPE}.*()`], types: ["ioredis:Pipeline", "ioredis:ChainableCommander"] },
  ],
  effects: [
    { calls: [`${CLIENT}.*`], effect: "cache" },
    { calls: [`${PIPE}.exec`], effect: "cache" },
    { calls: under([CLIENT], ["subscribe", "psubscribe", "ssubscribe"]), effect: "queue", shape: "stream" },
    { calls: under([CLIENT], ["scanStream", "hscanStream", "sscanStream", "zscanStream", "monitor"]), effect: "cache", shape: "stream" },
  ],
  quiet: under([CLIENT], ["on", "once", "off", "addListener", "removeListener", "removeAllListeners", "emit", "setMaxListeners", "pipeline", "multi", "duplicate", "defineCommand", "disconnect", "quit", "nodes"]),
  clientBounds: [
    {
      makes: ["ioredis:", "ioredis:Redis", "ioredis:Redis.createClient"],
      connect: { places: option("connectTimeout"), urlParams: ["connectTimeout"], defaultMs: 10_000 },
      statement: { places: [...option("commandTimeout"), ...option("socketTimeout")], urlParams: ["commandTimeout", "socketTimeout"], defaultMs: null },
      docs,
    },
    {
      makes: ["ioredis:Cluster", "ioredis:Redis.Cluster"],
      connect: { places: at(1, "redisOptions.connectTimeout"), defaultMs: 10_000 },
      statement: { places: at(1, "redisOptions.commandTimeout", "redisOptions.socketTimeout"), defaultMs: null },
      docs: "https://redis.github.io/ioredis/interfaces/ClusterOptions.html",
    },
  ],
  credentials: [
    { calls: ["ioredis:", "ioredis:Redis"], places: [0, 1, 2].flatMap((arg) => at(arg, "password", "sentinelPassword")), what: "password" },
    { calls: ["ioredis:", "ioredis:Redis"], places: at(0, ""), what: "connection string" },
    { calls: ["ioredis:Cluster", "ioredis:Redis.Cluster"], places: at(1, "redisOptions.password"), what: "password" },
  ],
} satisfies Library;
