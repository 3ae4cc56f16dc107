import type { Library } from "./library.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const NODE_FETCH = ["node-fetch:"];
const NATIVE = ["cross-fetch:", "cross-fetch:fetch", "node-fetch-native:", "node-fetch-native:fetch"];

export default {
  name: "node-fetch",
  packages: ["node-fetch", "cross-fetch", "node-fetch-native"],
  // isomorphic-fetch and friends install the global: those calls are `global:fetch`.
  docs: "https://github.com/node-fetch/node-fetch#options",
  effects: [{ calls: [...NODE_FETCH, ...NATIVE], effect: "network", method: at(1, "method") }],
  abortSignals: [{ values: ["node-fetch:RequestInit()"], are: "options" }],
  callBounds: [
    {
      calls: NODE_FETCH,
      // `timeout` is version 2's; version 3 dropped it and its types reject it.
      options: [...at(1, "signal"), ...at(0, "signal"), ...atUnless([0], 1, "timeout")],
      defaultMs: null,
      signal: { arg: 1, path: "signal" },
      docs: "https://github.com/node-fetch/node-fetch/blob/2.x/README.md#options",
    },
    { calls: NATIVE, options: [...at(1, "signal"), ...at(0, "signal")], defaultMs: null, signal: { arg: 1, path: "signal" }, docs: "https://github.com/lquixada/cross-fetch#readme" },
  ],
  credentials: [{ calls: [...NODE_FETCH, ...NATIVE, "node-fetch:Request"], places: at(1, ...AUTH_HEADERS), what: "auth header" }],
} satisfies Library;
