import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const ROOTS = ["superagent:", "superagent:agent()"];
const docs = "https://forwardemail.github.io/superagent/#timeouts";
const all = under(ROOTS, ["get", "head", "post", "put", "patch", "delete", "del", "options"]);

export default {
  name: "superagent",
  packages: ["superagent"],
  docs,
  effects: [
    { calls: under(ROOTS, ["get", "head", "put", "delete", "del", "options"]), effect: "network", shape: "builder", idempotent: true },
    { calls: under(ROOTS, ["post", "patch"]), effect: "network", shape: "builder", idempotent: false },
    { calls: ["superagent:"], effect: "network", shape: "builder" },
  ],
  // `agent().timeout(…)` bounds all of the agent's requests.
  callBounds: [{ calls: [...all, "superagent:"], options: [], chain: ["timeout"], defaultMs: null, docs }],
  credentials: [
    { calls: all.flatMap((call) => under([`${call}()`], ["auth"])), places: at(1, ""), what: "password" },
    { calls: all.flatMap((call) => under([`${call}()`], ["set"])), places: at(0, "Authorization", "X-Api-Key"), what: "auth header" },
  ],
} satisfies Library;
