import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const ROOTS = ["ky:", "ky:create()"];
const VERBS = ["get", "post", "put", "patch", "head", "delete"];
const callables = ["ky:", "ky:create()"];
const made = [...under(ROOTS, ["create", "extend"])];

export default {
  name: "ky",
  packages: ["ky"],
  docs: "https://github.com/sindresorhus/ky#timeout",
  instances: [{ is: "ky:create()", also: ["ky:extend()", "ky:create().extend()", "ky:create().create()"], types: ["ky:KyInstance"] }],
  effects: [
    { calls: under(ROOTS, ["get", "head", "put", "delete"]), effect: "network", idempotent: true },
    { calls: under(ROOTS, ["post", "patch"]), effect: "network", idempotent: false },
    { calls: callables, effect: "network", method: at(1, "method") },
  ],
  callBounds: [
    {
      calls: [...callables, ...under(ROOTS, VERBS)],
      options: [...atUnless([false], 1, "timeout"), ...at(1, "signal")],
      client: { made, options: [...atUnless([false], 0, "timeout"), ...at(0, "signal")] },
      defaultMs: 10_000,
      signal: { arg: 1, path: "signal" },
      docs: "https://github.com/sindresorhus/ky#timeout",
    },
  ],
  credentials: [
    { calls: [...callables, ...under(ROOTS, VERBS)], places: at(1, ...AUTH_HEADERS), what: "auth header" },
    { calls: made, places: at(0, ...AUTH_HEADERS), what: "auth header" },
  ],
} satisfies Library;
