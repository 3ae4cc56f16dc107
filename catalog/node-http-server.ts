import type { EntryRow, Library } from "./library.js";
import { calling, under } from "./names.js";

const request = "http:IncomingMessage()";
const response = "http:ServerResponse()";
const servers = ["http:createServer", "https:createServer", "http2:createServer", "http2:createSecureServer"];
const entry = { framework: "node:http", kind: "http", adapter: "node", params: [request, response] } as const satisfies Partial<EntryRow>;
const web = { framework: "web", kind: "http", adapter: "web", params: ["global:Request()"], returns: "response" } as const satisfies Partial<EntryRow>;

/** Servers of the runtime itself. */
const server: Library = {
  name: "node-http-server",
  packages: ["http", "https", "http2", "net", "tls"],
  docs: "https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener",
  instances: [
    { is: "http:createServer()", also: ["http:Server()", "https:createServer()", "https:Server()", "http2:createServer()", "http2:createSecureServer()", ...calling(under(["http:createServer()"], ["on", "once", "addListener", "listen", "setTimeout"]))] },
    { is: request, types: ["http2:Http2ServerRequest"] },
    { is: response, also: calling(under([response], ["writeHead", "setHeader"])), types: ["http2:Http2ServerResponse"] },
    { is: "net:createServer()", also: ["net:Server()", "tls:createServer()", "tls:Server()"] },
  ],
  entries: [
    { ...entry, register: { by: "call", calls: servers, handler: "last", minArgs: 1 } },
    { ...entry, register: { by: "call", calls: ["http:Server", "https:Server"], handler: "last", minArgs: 1 } },
    { ...entry, register: { by: "call", calls: under(["http:createServer()"], ["on", "addListener"]), handler: 1, when: { arg: 0, values: ["request"] } } },
    { framework: "node:net", kind: "socket", register: { by: "call", calls: ["net:createServer", "tls:createServer"], handler: "last", minArgs: 1 } },
    { framework: "node:net", kind: "socket", register: { by: "call", calls: under(["net:createServer()"], ["on", "addListener"]), handler: 1, when: { arg: 0, values: ["connection", "secureConnection"] } } },
    { ...web, register: { by: "call", calls: ["global:Deno.serve"], handler: "last" } },
    { ...web, register: { by: "call", calls: ["global:Bun.serve"], handler: { arg: 0, path: "fetch" } } },
    { ...web, register: { by: "call", calls: ["global:Bun.serve"], handler: { arg: 0, path: "routes.*" } } },
    { ...web, register: { by: "call", calls: ["global:Bun.serve"], handler: { arg: 0, path: "routes.*.*" } } },
  ],
  sources: [
    { from: { framework: "node:http", param: 0, path: "" }, what: "body", pieces: true },
    { from: { framework: "node:http", param: 0, path: "url" }, what: "query" },
    { from: { framework: "node:http", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "node:http", param: 0, path: "rawHeaders" }, what: "header" },
    // What something before the handler has read of the request.
    { from: { framework: "node:http", param: 0, path: "query" }, what: "query" },
    { from: { framework: "node:http", param: 0, path: "body" }, what: "body" },
    { from: { framework: "node:http", param: 0, path: "params" }, what: "param" },
    { from: { framework: "node:http", param: 0, path: "cookies" }, what: "cookie" },
    ...["json()", "text()", "formData()", "arrayBuffer()", "bytes()", "blob()", "body"].map((path) => ({ from: { framework: "web", param: 0, path }, what: "body" as const })),
    { from: { framework: "web", param: 0, path: "url" }, what: "query" },
    { from: { framework: "web", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "web", param: 0, path: "params" }, what: "param" },
  ],
  sinks: [
    { calls: ["global:Response"], arg: 0, headers: { arg: 1, path: "headers" }, danger: "html" },
    { calls: under([response], ["end", "write"]), arg: 0, danger: "response" },
    { calls: under([response], ["setHeader", "writeHead"]), arg: 1, assigned: [`${response}.statusMessage`], danger: "response" },
    { calls: under([response], ["end", "write"]), arg: 0, danger: "html" },
    { calls: under([response], ["setHeader"]), arg: 1, when: { arg: 0, values: ["location"] }, danger: "redirect" },
    ...["Location", "location"].map((path) => ({ calls: under([response], ["writeHead"]), arg: 1, path, danger: "redirect" as const })),
    { calls: ["global:Response", "global:Response.json"], arg: 0, danger: "response" },
    { calls: ["global:Response", "global:Response.json"], arg: 1, danger: "response" },
    { calls: ["global:Response.redirect"], arg: 0, danger: "redirect" },
  ],
};

export default server;
