import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

// `timeout` is another name of `open_timeout`, which ends with the connection: it bounds no answer.
const BOUNDS = ["response_timeout"];
const reads = under(["needle:"], ["get", "head"]);
const writes = under(["needle:"], ["post", "put", "patch", "delete"]);
const configured = { calls: ["needle:defaults"], options: atUnless([0], 0, ...BOUNDS) };
const docs = "https://github.com/tomas/needle#request-options";

export default {
  name: "needle",
  packages: ["needle"],
  docs,
  effects: [
    { calls: reads, effect: "network", idempotent: true },
    { calls: under(["needle:"], ["put", "delete"]), effect: "network", idempotent: true },
    { calls: under(["needle:"], ["post", "patch"]), effect: "network", idempotent: false },
    { calls: ["needle:", "needle:request"], effect: "network" },
  ],
  callBounds: [
    { calls: reads, options: [...atUnless([0], 1, ...BOUNDS), ...at(1, "signal")], configured, defaultMs: null, signal: { arg: 1, path: "signal" }, docs },
    { calls: writes, options: [...atUnless([0], 2, ...BOUNDS), ...at(2, "signal")], configured, defaultMs: null, signal: { arg: 2, path: "signal" }, docs },
    // (method, url, options) or (method, url, data, options)
    { calls: ["needle:", "needle:request"], options: [2, 3].flatMap((arg) => [...atUnless([0], arg, ...BOUNDS), ...at(arg, "signal")]), configured, defaultMs: null, docs },
  ],
  credentials: [
    { calls: reads, places: at(1, ...AUTH_HEADERS), what: "auth header" },
    { calls: writes, places: at(2, ...AUTH_HEADERS), what: "auth header" },
    { calls: reads, places: at(1, "password"), what: "password" },
    { calls: writes, places: at(2, "password"), what: "password" },
  ],
} satisfies Library;
