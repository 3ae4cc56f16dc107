import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const PACKAGES = ["redis", "@redis/client"];
const MAKERS = ["createClient", "createClientPool"];
const CLIENT = "redis:createClient()";
const MADE = PACKAGES.flatMap((name) => under([`${name}:`], MAKERS));
const CLUSTERS = PACKAGES.flatMap((name) => under([`${name}:`], ["createCluster"]));
const docs = "https://github.com/redis/node-redis/blob/master/docs/client-configuration.md";
// Version 4 has no such option.
const statement = (path: string) => ({ places: [...atUnless([0], 0, `${path}commandOptions.timeout`), ...atUnless([0], 0, `${path}socket.socketTimeout`)], defaultMs: 5_000, older: { below: 6, defaultMs: null } });

export default {
  name: "redis",
  packages: PACKAGES,
  docs,
  instances: [
    {
      is: CLIENT,
      also: [
        ...[...MADE, ...CLUSTERS].map((made) => `${made}()`).filter((made) => made !== CLIENT),
        ...under([CLIENT], ["duplicate()", "withTypeMapping()", "withCommandOptions()", "withAbortSignal()", "connect()", "asap()"]),
      ],
      types: PACKAGES.flatMap((name) => under([`${name}:`], ["RedisClientType", "RedisClusterType", "RedisClientPoolType", "RedisSentinelType"])),
    },
    { is: `${CLIENT}.multi()`, also: [`${CLIENT}.multi().*()`], types: ["redis:RedisClientMultiCommandType"] },
  ],
  effects: [
    // Every command is a method: GET is `get` or `GET`, modules are `json.get`. Those that send nothing are listed in `quiet`.
    { calls: [`${CLIENT}.*`, ...under([CLIENT], ["json.*", "ft.*", "ts.*", "bf.*", "cf.*", "cms.*", "topK.*", "tDigest.*"])], effect: "cache" },
    { calls: under([`${CLIENT}.multi()`], ["exec", "execAsPipeline", "execTyped", "EXEC"]), effect: "cache" },
    { calls: under([CLIENT], ["subscribe", "pSubscribe", "sSubscribe", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"]), effect: "queue", shape: "stream" },
    { calls: under([CLIENT], ["scanIterator", "hScanIterator", "sScanIterator", "zScanIterator"]), effect: "cache", shape: "stream" },
  ],
  quiet: under([CLIENT], ["on", "once", "off", "addListener", "removeListener", "emit", "multi", "MULTI", "duplicate", "withTypeMapping", "withCommandOptions", "withAbortSignal", "asap", "unref", "ref", "destroy", "close", "disconnect", "quit", "QUIT"]),
  clientBounds: [
    { makes: MADE, connect: { places: atUnless([0], 0, "socket.connectTimeout"), defaultMs: 5_000 }, statement: statement(""), docs },
    { makes: CLUSTERS, connect: { places: atUnless([0], 0, "defaults.socket.connectTimeout"), defaultMs: 5_000 }, statement: statement("defaults."), docs },
  ],
  credentials: [
    { calls: MADE, places: at(0, "password"), what: "password" },
    { calls: MADE, places: at(0, "url"), what: "connection string" },
    { calls: CLUSTERS, places: at(0, "defaults.password"), what: "password" },
  ],
} satisfies Library;
