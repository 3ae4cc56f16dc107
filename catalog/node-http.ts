import type { Library } from "./library.js";
import { under } from "./names.js";
import { AUTH_HEADERS, at, atUnless } from "./places.js";

const ROOTS = ["http:", "https:"];
const docs = "https://nodejs.org/api/http.html#httprequesturl-options-callback";

export default {
  name: "node:http",
  packages: ["http", "https", "http2"],
  docs,
  instances: [{ is: "http2:connect()", types: ["http2:ClientHttp2Session"] }],
  effects: [
    { calls: under(ROOTS, ["get"]), effect: "network", shape: "stream", idempotent: true },
    { calls: under(ROOTS, ["request"]), effect: "network", shape: "stream", method: [...at(0, "method"), ...at(1, "method")] },
    { calls: ["http2:connect().request"], effect: "network", shape: "stream", method: at(0, ":method") },
  ],
  callBounds: [
    {
      calls: under(ROOTS, ["get", "request"]),
      options: [...at(0, "signal"), ...at(1, "signal"), ...atUnless([0], 0, "timeout"), ...atUnless([0], 1, "timeout")],
      chain: ["setTimeout"],
      client: { made: under(ROOTS, ["Agent"]), options: atUnless([0], 0, "timeout"), through: [...at(0, "agent"), ...at(1, "agent")] },
      needsListener: { event: "timeout", methods: ["destroy", "abort"] },
      defaultMs: null,
      docs,
    },
    {
      calls: ["http2:connect().request"],
      options: at(1, "signal"),
      chain: ["setTimeout"],
      needsListener: { event: "timeout", methods: ["close", "destroy"] },
      defaultMs: null,
      signal: { arg: 1, path: "signal" },
      docs: "https://nodejs.org/api/http2.html#clienthttp2sessionrequestheaders-options",
    },
  ],
  credentials: [
    { calls: under(ROOTS, ["get", "request"]), places: [...at(0, ...AUTH_HEADERS), ...at(1, ...AUTH_HEADERS)], what: "auth header" },
    { calls: under(ROOTS, ["get", "request"]), places: [...at(0, "auth"), ...at(1, "auth")], what: "password" },
    { calls: ["http2:connect().request"], places: at(0, "authorization"), what: "auth header" },
    { calls: ["https:Agent", "https:request", "https:createServer", "http2:createSecureServer"], places: at(0, "passphrase"), what: "password" },
  ],
} satisfies Library;
