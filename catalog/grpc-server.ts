import type { Library } from "./library.js";

/** Methods take `(call)` for streams, `(call, callback)` otherwise. */
const grpc: Library = {
  name: "grpc-server",
  packages: ["@grpc/grpc-js", "nice-grpc", "@connectrpc/connect"],
  docs: "https://grpc.github.io/grpc/node/grpc.Server.html",
  entries: [
    { framework: "grpc", kind: "rpc", register: { by: "call", calls: ["@grpc/grpc-js:Server().addService"], handler: { arg: 1, path: "*" } }, params: [null, "@grpc/grpc-js:sendUnaryData()"], callback: { param: 1, arg: 0 } },
    { framework: "nice-grpc", kind: "rpc", register: { by: "call", calls: ["nice-grpc:createServer().add"], handler: { arg: 1, path: "*" } }, returns: "response" },
    { framework: "connect", kind: "rpc", register: { by: "call", calls: ["@connectrpc/connect:ConnectRouter().service"], handler: { arg: 1, path: "*" } }, returns: "response" },
  ],
  sources: [
    { from: { framework: "grpc", param: 0, path: "request" }, what: "message", decoded: true },
    { from: { framework: "nice-grpc", param: 0, path: "" }, what: "message", decoded: true },
    { from: { framework: "connect", param: 0, path: "" }, what: "message", decoded: true },
  ],
  sinks: [{ calls: ["@grpc/grpc-js:sendUnaryData()"], arg: 0, danger: "response" }],
  errors: [{ classes: ["nice-grpc:ServerError", "nice-grpc-common:ServerError", "@connectrpc/connect:ConnectError"], public: true }],
};

export default grpc;
