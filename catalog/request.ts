import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const MODULES = ["request", "request-promise", "request-promise-native"];
const ROOTS = [...MODULES.map((name) => `${name}:`), "request:defaults()"];
const VERBS = ["get", "head", "post", "put", "patch", "del", "delete", "options"];
const calls = [...ROOTS, ...under(ROOTS, VERBS)];
const PROMISED = MODULES.slice(1);
const made = MODULES.map((name) => `${name}:defaults`);

export default {
  // Deprecated since 2020, and still in many backends.
  name: "request",
  packages: MODULES,
  docs: "https://github.com/request/request#requestoptions-callback",
  instances: [{ is: "request:defaults()", also: MODULES.slice(1).map((name) => `${name}:defaults()`) }],
  effects: [
    { calls: under(ROOTS, ["get", "head", "put", "del", "delete", "options"]), effect: "network", idempotent: true, promise: { from: PROMISED } },
    { calls: under(ROOTS, ["post", "patch"]), effect: "network", idempotent: false, promise: { from: PROMISED } },
    { calls: ROOTS, effect: "network", method: [...at(0, "method"), ...at(1, "method")], promise: { from: PROMISED } },
  ],
  // (options) or (url, options)
  callBounds: [{ calls, options: [...atUnless([0], 0, "timeout"), ...atUnless([0], 1, "timeout")], client: { made, options: atUnless([0], 0, "timeout") }, defaultMs: null, docs: "https://github.com/request/request#requestoptions-callback" }],
  credentials: [
    { calls, places: [...at(0, ...AUTH_HEADERS), ...at(1, ...AUTH_HEADERS)], what: "auth header" },
    { calls: under(calls.map((call) => `${call}()`), ["auth"]), places: at(1, ""), what: "password" },
    { calls: under(calls.map((call) => `${call}()`), ["auth"]), places: at(3, ""), what: "token" },
    { calls, places: [0, 1].flatMap((arg) => at(arg, "auth.pass", "auth.password")), what: "password" },
    { calls, places: [0, 1].flatMap((arg) => at(arg, "auth.bearer", "oauth.consumer_secret", "oauth.token_secret")), what: "token" },
  ],
} satisfies Library;
