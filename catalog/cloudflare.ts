import type { Library } from "./library.js";
import { under } from "./names.js";

const of = (name: string): string => `global:${name}()`;
const KV = of("KVNamespace");
const D1 = of("D1Database");
const STATEMENT = of("D1PreparedStatement");
const R2 = of("R2Bucket");
/** A file may import them too. */
const types = (is: string): readonly string[] => ["@cloudflare/workers-types", "@cloudflare/workers-types/experimental"].map((module) => is.replace("global", module).replace("()", ""));

/** Bindings of a worker, by the types that Cloudflare declares for every file. */
export default {
  name: "cloudflare workers",
  packages: ["@cloudflare/workers-types"],
  docs: "https://developers.cloudflare.com/workers/runtime-apis/bindings/",
  instances: [
    ...[KV, D1, R2].map((is) => ({ is, types: types(is) })),
    { is: STATEMENT, also: [`${D1}.prepare()`, `${D1}.withSession().prepare()`, `${STATEMENT}.bind()`], types: types(STATEMENT) },
  ],
  effects: [
    { calls: under([KV], ["get", "getWithMetadata", "list"]), effect: "cache", idempotent: true },
    { calls: under([KV], ["put", "delete"]), effect: "cache" },
    { calls: under([STATEMENT], ["all", "first", "raw", "run"]), effect: "database" },
    { calls: under([D1], ["batch", "exec", "dump"]), effect: "database" },
    { calls: under([R2], ["get", "head", "list"]), effect: "file", idempotent: true },
    { calls: under([R2], ["put", "delete", "createMultipartUpload"]), effect: "file" },
  ],
  sinks: [{ calls: under([D1], ["prepare", "exec"]), arg: 0, danger: "sql" }],
} satisfies Library;
