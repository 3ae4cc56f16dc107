import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const CLIENT = "twilio:()";
const verbs = (names: readonly string[]) => under([CLIENT], names.flatMap((name) => [`*.${name}`, `*().${name}`, `*.*.${name}`, `*.*().${name}`, `*.*.*().*.${name}`]));
const READS = ["fetch", "list", "page"];
const WRITES = ["create", "update", "remove"];

export default {
  name: "twilio",
  packages: ["twilio"],
  docs: "https://github.com/twilio/twilio-node#usage",
  instances: [{ is: CLIENT, also: ["twilio:Twilio()"], types: ["twilio:Twilio"] }],
  effects: [
    { calls: verbs(READS), effect: "network", idempotent: true },
    { calls: verbs(WRITES), effect: "network", idempotent: false },
  ],
  callBounds: [
    {
      calls: [...verbs(READS), ...verbs(WRITES)],
      options: [],
      client: { made: ["twilio:", "twilio:Twilio"], options: at(2, "timeout") },
      defaultMs: 30_000,
      docs: "https://github.com/twilio/twilio-node/blob/main/src/base/RequestClient.ts",
    },
  ],
  credentials: [
    { calls: ["twilio:", "twilio:Twilio"], places: at(1, ""), what: "token" },
    { calls: under(["twilio:"], ["validateRequest", "validateRequestWithBody"]), places: at(0, ""), what: "token" },
    { calls: ["twilio:webhook"], places: at(0, ""), what: "token" },
  ],
} satisfies Library;
