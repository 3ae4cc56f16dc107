import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at } from "./places.js";

const ROOTS = ["got:", "got:extend()"];
const VERBS = ["get", "post", "put", "patch", "head", "delete"];
const callables = ["got:", "got:extend()", ...under(ROOTS, ["stream", "paginate"]), ...under(ROOTS, ["paginate.all", "paginate.each"])];
const all = [...callables, ...under(ROOTS, [...VERBS, ...VERBS.map((verb) => `stream.${verb}`)])];

// `connect`, `lookup`, `secureConnect` and `send` alone leave the wait for an answer open. A plain number: got 11 and older.
const bounds = ["timeout", "timeout.request", "timeout.response", "timeout.socket", "timeout.read", "signal"];
const made = under(ROOTS, ["extend"]);

export default {
  name: "got",
  packages: ["got"],
  docs: "https://github.com/sindresorhus/got/blob/main/documentation/6-timeout.md",
  instances: [{ is: "got:extend()", also: ["got:extend().extend()"], types: ["got:Got"] }],
  effects: [
    { calls: under(ROOTS, ["get", "head", "put", "delete"]), effect: "network", idempotent: true },
    { calls: under(ROOTS, ["post", "patch"]), effect: "network", idempotent: false },
    { calls: under(ROOTS, ["stream", ...VERBS.map((verb) => `stream.${verb}`)]), effect: "network", shape: "stream", method: at(1, "method") },
    { calls: under(ROOTS, ["paginate", "paginate.all", "paginate.each"]), effect: "network", shape: "stream", idempotent: true },
    { calls: ["got:", "got:extend()"], effect: "network", method: [...at(1, "method"), ...at(0, "method")] },
  ],
  callBounds: [
    {
      calls: all,
      options: [...at(1, ...bounds), ...at(0, ...bounds)],
      client: { made, options: at(0, ...bounds) },
      defaultMs: null,
      signal: { arg: 1, path: "signal" },
      docs: "https://github.com/sindresorhus/got/blob/main/documentation/6-timeout.md",
    },
  ],
  credentials: [
    { calls: all, places: [...at(1, ...AUTH_HEADERS), ...at(0, ...AUTH_HEADERS)], what: "auth header" },
    { calls: made, places: at(0, ...AUTH_HEADERS), what: "auth header" },
    { calls: all, places: [...at(1, "password"), ...at(0, "password")], what: "password" },
    { calls: made, places: at(0, "password"), what: "password" },
  ],
} satisfies Library;
