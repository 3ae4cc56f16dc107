import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const servers = ["@hapi/hapi:server()"];
const request = "@hapi/hapi:Request()";
const toolkit = "@hapi/hapi:ResponseToolkit()";
const entry = { framework: "hapi", kind: "http", params: [request, toolkit], returns: "response" } as const;

const hapi: Library = {
  name: "hapi",
  packages: ["@hapi/hapi"],
  docs: "https://hapi.dev/api/#-serverrouteroute",
  instances: [
    { is: toolkit, also: calling(under([toolkit], ["type", "code", "header"])) },
    { is: "@hapi/hapi:server()", also: ["@hapi/hapi:Server()"] },
  ],
  entries: ["handler", "options.handler", "config.handler", "*.handler", "*.options.handler"].map((path) => ({ ...entry, register: { by: "call", calls: under(servers, ["route"]), handler: { arg: 0, path } } })),
  sources: [
    { from: { framework: "hapi", param: 0, path: "payload" }, what: "body" },
    { from: { framework: "hapi", param: 0, path: "query" }, what: "query" },
    { from: { framework: "hapi", param: 0, path: "params" }, what: "param" },
    { from: { framework: "hapi", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "hapi", param: 0, path: "url" }, what: "query" },
    { from: { framework: "hapi", param: 0, path: "path" }, what: "param" },
  ],
  sinks: [
    { calls: [`${toolkit}.response`], arg: 0, danger: "response" },
    { calls: [`${toolkit}.response`], arg: 0, danger: "html" },
    { calls: [`${toolkit}.view`], arg: 1, danger: "response" },
    { calls: [`${toolkit}.redirect`], arg: 0, danger: "redirect" },
  ],
};

export default hapi;
