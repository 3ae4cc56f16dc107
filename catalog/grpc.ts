import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

// A client made from a loaded definition. Generated classes extend `Client`, so a class of one's own counts through it.
const LOADED = ["@grpc/grpc-js:loadPackageDefinition().*()", "@grpc/grpc-js:loadPackageDefinition().*.*()", "@grpc/grpc-js:loadPackageDefinition().*.*.*()"];
const CALLS = [...under(LOADED, ["*"]), ...under(["@grpc/grpc-js:makeGenericClientConstructor()()"], ["*"])];
const RAW = under(["@grpc/grpc-js:Client()"], ["makeUnaryRequest", "makeClientStreamRequest", "makeServerStreamRequest", "makeBidiStreamRequest"]);
const CONNECT = under(["@connectrpc/connect:createClient()", "@connectrpc/connect:createPromiseClient()"], ["*"]);
const NICE = under(["nice-grpc:createClient()"], ["*"]);
const CLIENTS = [...LOADED, "@grpc/grpc-js:makeGenericClientConstructor()()"];

export default {
  name: "grpc",
  packages: ["@grpc/grpc-js", "@connectrpc/connect", "@connectrpc/connect-node", "nice-grpc"],
  docs: "https://grpc.io/docs/guides/deadlines/",
  effects: [
    { calls: [...CALLS, ...RAW], effect: "network", promise: false },
    { calls: [...CONNECT, ...NICE], effect: "network" },
  ],
  quiet: under(CLIENTS, ["close", "getChannel", "waitForReady"]),
  callBounds: [
    // (request, callback), (request, options, callback), (request, metadata, options, callback)
    { calls: CALLS, options: [...at(1, "deadline"), ...at(2, "deadline")], defaultMs: null, docs: "https://grpc.github.io/grpc/node/grpc.Client.html#~CallOptions" },
    // (method, serialize, deserialize, request, metadata, options, callback)
    { calls: RAW, options: [2, 3, 4, 5].flatMap((arg) => at(arg, "deadline")), defaultMs: null, docs: "https://grpc.github.io/grpc/node/grpc.Client.html#~CallOptions" },
    {
      calls: CONNECT,
      options: at(1, "timeoutMs", "signal"),
      client: { made: ["@connectrpc/connect:createClient", "@connectrpc/connect:createPromiseClient"], options: at(1, "defaultTimeoutMs") },
      defaultMs: null,
      signal: { arg: 1, path: "signal" },
      docs: "https://connectrpc.com/docs/node/timeouts/",
    },
    { calls: NICE, options: at(1, "signal"), defaultMs: null, signal: { arg: 1, path: "signal" }, docs: "https://github.com/deeplay-io/nice-grpc/tree/master/packages/nice-grpc#client" },
  ],
} satisfies Library;
