import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const io = "socket.io:Server()";
const socket = "socket.io:Socket()";
const ws = "ws:()";
const wss = "ws:WebSocketServer()";

/** What the server itself tells: no client can send these. */
const own = ["disconnect", "disconnecting", "error", "newListener", "removeListener"];

/** WebSocket servers. A client of `ws` has the class of a server's socket: its messages come from outside as well. */
const sockets: Library = {
  name: "sockets",
  packages: ["socket.io", "ws"],
  docs: "https://socket.io/docs/v4/server-api/",
  instances: [
    { is: io, also: ["socket.io:()", `${io}.of()`, `${io}.sockets`, ...calling(under([io], ["use", "on"]))], types: ["socket.io:Namespace"] },
    { is: `${socket}.to()`, also: [`${io}.to()`, `${io}.in()`, `${io}.except()`, `${socket}.broadcast`, `${socket}.in()`, `${socket}.volatile`, `${socket}.timeout()`, `${socket}.to().to()`, `${socket}.to().emit()`] },
    { is: socket, also: calling(under([socket], ["on", "once", "use", "join"])) },
    { is: ws, also: ["ws:WebSocket()", ...calling(under([ws], ["on", "once"]))], types: ["ws:", "ws:WebSocket"] },
    { is: wss, also: ["ws:Server()", ...calling(under([wss], ["on", "once"]))], types: ["ws:Server"] },
  ],
  entries: [
    { framework: "socket.io-connection", kind: "socket", register: { by: "call", calls: [`${io}.on`], handler: 1, when: { arg: 0, values: ["connection", "connect"] }, shape: { root: "^(?:_?io|ioServer|socket(?:Server|I[oO]))$", ends: ["on"] } }, params: [socket] },
    { framework: "socket.io", kind: "socket", register: { by: "call", calls: under([socket], ["on", "once"]), handler: 1, named: { arg: 0, path: "" }, when: { arg: 0, values: own, not: true } }, callback: { param: "last", arg: "all" } },
    { framework: "socket.io-own", kind: "socket", register: { by: "call", calls: under([socket], ["on", "once"]), handler: 1, named: { arg: 0, path: "" }, when: { arg: 0, values: own } } },
    { framework: "socket.io", kind: "socket", register: { by: "call", calls: [`${socket}.onAny`], handler: 0 } },
    { framework: "ws-connection", kind: "socket", register: { by: "call", calls: [`${wss}.on`], handler: 1, when: { arg: 0, values: ["connection"] } }, params: [ws, "http:IncomingMessage()"] },
    { framework: "ws", kind: "socket", register: { by: "call", calls: under([ws], ["on", "once"]), handler: 1, when: { arg: 0, values: ["message"] } } },
    { framework: "ws-event", kind: "socket", register: { by: "call", calls: [`${ws}.addEventListener`], handler: 1, when: { arg: 0, values: ["message"] } } },
    // express-ws gives the application and its routers a method more.
    { framework: "express-ws", kind: "socket", register: { by: "call", calls: under(["express:()", "express:Router()"], ["ws"]), handler: "last", minArgs: 2, named: { arg: 0, path: "" }, shape: { root: "^(?:app|router|\\w+Router)$", ends: ["ws"] } }, params: [ws, "express:Request()", null] },
  ],
  middleware: [
    { framework: "socket.io", role: "before", calls: [`${io}.use`], handler: 0, params: [socket, null], refuses: { param: 1 } },
    { framework: "socket.io", role: "before", calls: [`${socket}.use`], handler: 0 },
  ],
  sources: [
    ...[0, 1, 2].map((param) => ({ from: { framework: "socket.io", param, path: "" }, what: "message" as const })),
    { from: { framework: "socket.io-connection", param: 0, path: "handshake.query" }, what: "query" },
    { from: { framework: "socket.io-connection", param: 0, path: "handshake.auth" }, what: "query" },
    { from: { framework: "socket.io-connection", param: 0, path: "handshake.headers" }, what: "header" },
    { from: { framework: "ws", param: 0, path: "" }, what: "message" },
    { from: { framework: "ws-connection", param: 1, path: "url" }, what: "query" },
    { from: { framework: "ws-connection", param: 1, path: "headers" }, what: "header" },
  ],
  sinks: [
    { calls: [`${socket}.emit`, `${socket}.send`, `${socket}.write`, `${io}.emit`, `${io}.send`, `${socket}.to().emit`], arg: "all", danger: "response" },
    { calls: [`${ws}.send`], arg: 0, danger: "response" },
    { calls: [`${ws}.close`], arg: 1, danger: "response" },
  ],
};

export default sockets;
