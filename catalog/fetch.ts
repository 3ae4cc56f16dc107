import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const CLIENTS = ["undici:Client", "undici:Pool", "undici:BalancedPool", "undici:RoundRobinPool", "undici:Agent", "undici:ProxyAgent", "undici:EnvHttpProxyAgent", "undici:RetryAgent"];
const FETCH = ["global:fetch", "undici:fetch"];
const FUNCTIONS = under(["undici:"], ["request", "stream", "pipeline", "connect", "upgrade"]);
const METHODS = under(CLIENTS.map((made) => `${made}()`), ["request", "stream", "pipeline", "connect", "upgrade"]);

// `headersTimeout` bounds the wait for an answer, `bodyTimeout` only the gap between two chunks of it; both default to 300 s.
const CLIENT = { made: CLIENTS, options: [...atUnless([0], 0, "headersTimeout"), ...atUnless([0], 1, "headersTimeout")], through: at(1, "dispatcher") };
const CONFIGURED = { calls: ["undici:setGlobalDispatcher"], options: at(0, "headersTimeout") };
const DOCS = "https://undici.nodejs.org/#/docs/api/Dispatcher";

export default {
  name: "fetch",
  packages: ["global", "undici"],
  docs: "https://nodejs.org/api/globals.html#fetch",
  instances: [{ is: "undici:Client()", types: ["undici:Dispatcher"] }],
  effects: [
    { calls: FETCH, effect: "network", method: at(1, "method") },
    { calls: FUNCTIONS, effect: "network", method: at(1, "method") },
    { calls: METHODS, effect: "network", method: at(0, "method") },
  ],
  abortSignals: [{ values: ["undici:Request().signal"], are: "signals" }, { values: ["undici:RequestInit()"], are: "options" }],
  callBounds: [
    // The signal of a Request counts: `fetch(new Request(url, { signal }))`.
    { calls: FETCH, options: [...at(1, "signal"), ...at(0, "signal")], client: CLIENT, configured: CONFIGURED, defaultMs: 300_000, signal: { arg: 1, path: "signal" }, docs: "https://nodejs.org/api/globals.html#fetch" },
    { calls: FUNCTIONS, options: [...at(1, "signal"), ...atUnless([0], 1, "headersTimeout")], client: CLIENT, configured: CONFIGURED, defaultMs: 300_000, signal: { arg: 1, path: "signal" }, docs: DOCS },
    { calls: METHODS, options: [...at(0, "signal"), ...atUnless([0], 0, "headersTimeout")], client: CLIENT, defaultMs: 300_000, signal: { arg: 0, path: "signal" }, docs: DOCS },
  ],
  credentials: [
    { calls: [...FETCH, ...FUNCTIONS, "global:Request", "undici:Request"], places: at(1, ...AUTH_HEADERS), what: "auth header" },
    { calls: METHODS, places: at(0, ...AUTH_HEADERS), what: "auth header" },
    { calls: ["global:Headers", "undici:Headers"], places: at(0, "Authorization", "X-Api-Key"), what: "auth header" },
    { calls: ["undici:ProxyAgent"], places: at(0, "token", "auth"), what: "token" },
  ],
} satisfies Library;
