import type { Library } from "./library.js";
import { at, atUnless } from "./places.js";

const SOCKET = "ws:()";
const CALLS = ["ws:", "ws:WebSocket"];

export default {
  // Opening only; what an open socket sends is not waited for.
  name: "ws",
  packages: ["ws", "socket.io-client"],
  docs: "https://github.com/websockets/ws/blob/master/doc/ws.md#new-websocketaddress-protocols-options",
  instances: [{ is: SOCKET, also: ["ws:WebSocket()"], types: ["ws:WebSocket"] }],
  effects: [
    { calls: CALLS, effect: "network", shape: "stream" },
    { calls: ["socket.io-client:", "socket.io-client:io", "socket.io-client:connect"], effect: "network", shape: "stream" },
  ],
  callBounds: [
    {
      calls: CALLS,
      options: [...atUnless([0], 1, "handshakeTimeout"), ...atUnless([0], 2, "handshakeTimeout")],
      defaultMs: null,
      docs: "https://github.com/websockets/ws/blob/master/doc/ws.md#new-websocketaddress-protocols-options",
    },
    {
      calls: ["socket.io-client:", "socket.io-client:io", "socket.io-client:connect"],
      options: atUnless([false], 1, "timeout"),
      defaultMs: 20_000,
      docs: "https://socket.io/docs/v4/client-options/#timeout",
    },
  ],
  credentials: [{ calls: ["socket.io-client:", "socket.io-client:io"], places: at(1, "auth.token"), what: "token" }],
} satisfies Library;
