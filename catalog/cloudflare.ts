import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const of = (name: string): string => `global:${name}()`;
const KV = of("KVNamespace");
const D1 = of("D1Database");
const STATEMENT = of("D1PreparedStatement");
const R2 = of("R2Bucket");
const QUEUE = of("Queue");
/** A file may import them too. */
const types = (is: string): readonly string[] => ["@cloudflare/workers-types", "@cloudflare/workers-types/experimental"].map((module) => is.replace("global", module).replace("()", ""));

/** A method of the object that a module exports by default; without types its second parameter is the environment. */
const served = (name: string, ...declares: readonly string[]): EntryRow["register"] => ({ by: "object", names: [name], types: ["ExportedHandler", ...declares].flatMap((type) => [`global:${type}`, ...types(of(type))]), param: { index: 1, name: "^_?env$" } });

/** Entries and bindings of a worker, by the types that Cloudflare declares for every file. */
export default {
  name: "cloudflare workers",
  packages: ["@cloudflare/workers-types"],
  docs: "https://developers.cloudflare.com/workers/runtime-apis/bindings/",
  instances: [
    ...[KV, D1, R2, QUEUE].map((is) => ({ is, types: types(is) })),
    { is: STATEMENT, also: [`${D1}.prepare()`, `${D1}.withSession().prepare()`, `${STATEMENT}.bind()`], types: types(STATEMENT) },
  ],
  entries: [
    // Bun serves such an object too.
    // No adapter: what these platforms run is not Node.js, whose modules the pipeline needs.
    { framework: "web", kind: "http", register: { by: "object", names: ["fetch"], types: [...["ExportedHandler", "ExecutionContext"].flatMap((type) => [`global:${type}`, ...types(of(type))]), "global:Request"], param: { index: 0, name: "^_?req(?:uest)?$" } }, params: ["global:Request()"], returns: "response" },
    { framework: "cloudflare", kind: "schedule", register: served("scheduled", "ScheduledController", "ScheduledEvent") },
    { framework: "cloudflare", kind: "message", register: served("queue", "MessageBatch") },
    { framework: "cloudflare", kind: "message", register: served("email", "ForwardableEmailMessage", "EmailMessage") },
    { framework: "cloudflare", kind: "message", register: served("tail", "TraceItem") },
  ],
  // What senders wrote stands in the body of each message; the rest of it is the queue's own.
  sources: [{ from: { framework: "cloudflare", param: 0, path: "messages" }, what: "message", stamps: ["id", "timestamp", "attempts", "ack", "retry"] }],
  effects: [
    { calls: under([KV], ["get", "getWithMetadata", "list"]), effect: "cache", idempotent: true },
    { calls: under([KV], ["put", "delete"]), effect: "cache" },
    { calls: under([STATEMENT], ["all", "first", "raw", "run"]), effect: "database" },
    { calls: under([D1], ["batch", "exec", "dump"]), effect: "database" },
    { calls: under([QUEUE], ["send", "sendBatch"]), effect: "queue" },
    { calls: under([R2], ["get", "head", "list"]), effect: "file", idempotent: true },
    { calls: under([R2], ["put", "delete", "createMultipartUpload"]), effect: "file" },
  ],
  sinks: [{ calls: under([D1], ["prepare", "exec"]), arg: 0, danger: "sql" }],
} satisfies Library;
