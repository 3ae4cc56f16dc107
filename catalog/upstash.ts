import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const CLIENT = "@upstash/redis:Redis()";

export default {
  // Commands over HTTP.
  name: "upstash",
  packages: ["@upstash/redis", "@upstash/redis/cloudflare"],
  docs: "https://upstash.com/docs/redis/sdks/ts/overview",
  instances: [
    { is: CLIENT, also: ["@upstash/redis:Redis.fromEnv()", "@upstash/redis/cloudflare:Redis()", "@upstash/redis/cloudflare:Redis.fromEnv()"] },
    { is: `${CLIENT}.pipeline()`, also: [`${CLIENT}.multi()`, `${CLIENT}.pipeline().*()`] },
  ],
  effects: [
    { calls: [`${CLIENT}.*`, `${CLIENT}.json.*`], effect: "cache" },
    { calls: [`${CLIENT}.pipeline().exec`], effect: "cache" },
  ],
  quiet: under([CLIENT], ["pipeline", "multi", "use", "createScript"]),
  clientBounds: [{ makes: ["@upstash/redis:Redis", "@upstash/redis/cloudflare:Redis"], statement: { places: at(0, "signal"), defaultMs: null }, docs: "https://upstash.com/docs/redis/sdks/ts/advanced" }],
  credentials: [{ calls: ["@upstash/redis:Redis", "@upstash/redis/cloudflare:Redis"], places: at(0, "token"), what: "token" }],
} satisfies Library;
