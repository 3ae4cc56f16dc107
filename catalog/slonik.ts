import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const POOL = "slonik:createPool()";

/** Also under the scope of somebody who keeps a copy. By default a pool waits 5 s for a connection, and a statement takes 60 s at most. */
export default {
  name: "slonik",
  packages: ["slonik", "@*/slonik"],
  docs: "https://github.com/gajus/slonik#api",
  instances: [{ is: POOL, also: ["@*/slonik:createPool()"], types: ["slonik:", "@*/slonik:"].flatMap((module) => under([module], ["DatabasePool", "DatabasePoolConnection", "DatabaseTransactionConnection", "CommonQueryMethods"])) }],
  effects: [
    { calls: under([POOL], ["any", "many", "anyFirst", "manyFirst", "query"]), effect: "database", list: { text: at(0, "") } },
    { calls: under([POOL], ["one", "oneFirst", "maybeOne", "maybeOneFirst", "exists"]), effect: "database" },
    { calls: under([POOL], ["stream"]), effect: "database", shape: "stream" },
    { calls: under([POOL], ["transaction", "connect"]), effect: "database" },
  ],
  callbacks: [{ calls: under([POOL], ["transaction", "connect"]), arg: 0, when: "later", times: "once", errors: "reject", params: [POOL] }],
} satisfies Library;
