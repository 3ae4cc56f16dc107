import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const destroyed = { event: "timeout", methods: ["destroy", "end"] };
const docs = "https://nodejs.org/api/net.html#netcreateconnection";
const NET = under(["net:"], ["connect", "createConnection"]);

export default {
  name: "node:net",
  packages: ["net", "tls", "dgram"],
  docs,
  instances: [{ is: "net:Socket()", also: [...NET, "tls:connect"].map((path) => `${path}()`), types: ["tls:TLSSocket"] }],
  effects: [
    { calls: [...NET, "tls:connect"], effect: "network", shape: "stream" },
    { calls: ["net:Socket().connect"], effect: "network", shape: "stream" },
    { calls: ["dgram:createSocket().send"], effect: "network", shape: "callback" },
  ],
  callBounds: [
    {
      calls: NET,
      options: [...atUnless([0], 0, "timeout"), ...at(0, "signal")],
      chain: ["setTimeout"],
      needsListener: destroyed,
      defaultMs: null,
      signal: { arg: 0, path: "signal" },
      docs,
    },
    // (options), (port, options), (port, host, options)
    { calls: ["tls:connect"], options: [0, 1, 2].flatMap((arg) => atUnless([0], arg, "timeout")), chain: ["setTimeout"], needsListener: destroyed, defaultMs: null, docs: "https://nodejs.org/api/tls.html#tlsconnectoptions-callback" },
    {
      calls: ["net:Socket().connect"],
      options: [],
      chain: ["setTimeout"],
      client: { made: ["net:Socket"], options: at(0, "signal") },
      needsListener: destroyed,
      defaultMs: null,
      docs: "https://nodejs.org/api/net.html#socketsettimeouttimeout-callback",
    },
  ],
  credentials: [{ calls: ["tls:connect", "tls:createServer", "tls:createSecureContext"], places: at(0, "passphrase"), what: "password" }],
} satisfies Library;
