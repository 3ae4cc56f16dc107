import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const methods = ["get", "post", "put", "patch", "delete", "options", "head", "all"];
const routers = ["express:()", "express:Router()"];
const routes = ["express:().route()", "express:Router().route()"];
const request = "express:Request()";
const response = "express:Response()";
const registrars = [...under(routers, methods), ...under(routes, methods)];

/** Versions 4 and 5. In 4 a rejected handler hangs the request; 5 hands it to the error handlers. */
const express: Library = {
  name: "express",
  packages: ["express", "express-serve-static-core", "express-async-handler", "express-ws"],
  docs: "https://expressjs.com/en/5x/api.html",
  instances: [
    { is: "express:()", also: ["express-ws:().app", ...calling(under(["express:()"], [...methods, "use", "set", "enable", "disable", "engine", "param"]))], types: ["express:Express", "express:Application", "express-serve-static-core:Express", "express-serve-static-core:Application"] },
    { is: "express:Router()", also: ["express:().router", ...calling(under(["express:Router()"], [...methods, "use", "param"]))], types: ["express:IRouter", "express-serve-static-core:Router", "express-serve-static-core:IRouter"] },
    { is: "express:().route()", also: calling(under(["express:().route()"], methods)), types: ["express:IRoute"] },
    { is: "express:Router().route()", also: calling(under(["express:Router().route()"], methods)) },
    { is: request, types: ["express-serve-static-core:Request"] },
    {
      is: response,
      also: calling(under([response], ["status", "set", "header", "type", "contentType", "cookie", "clearCookie", "links", "location", "vary", "append", "attachment"])),
      types: ["express-serve-static-core:Response"],
    },
  ],
  entries: [
    {
      framework: "express",
      kind: "http",
      // `app.get("setting")` registers nothing. On `route()` the path is already given.
      register: { by: "call", calls: under(routers, methods), handler: "last", minArgs: 2, named: { arg: 0, path: "" }, shape: { root: "^(?:app|router|server|api|\\w+Router|routes?)$", ends: methods } },
      adapter: "express",
      params: [request, response, null],
    },
    {
      framework: "express",
      kind: "http",
      register: { by: "call", calls: under(routes, methods), handler: "last", minArgs: 1 },
      adapter: "express",
      params: [request, response, null],
    },
  ],
  middleware: [
    { framework: "express", role: "errors", calls: [...under(routers, ["use"]), ...registrars], handler: "all", arity: 4, types: ["express:ErrorRequestHandler", "express-serve-static-core:ErrorRequestHandler"], params: [null, request, response, null] },
    { framework: "express", role: "before", calls: [...under(routers, ["use"]), ...registrars], handler: "all", types: ["express:RequestHandler", "express:Handler", "express-serve-static-core:RequestHandler"], params: [request, response, null] },
    { framework: "express", role: "before", calls: under(routers, ["param"]), handler: 1, types: ["express:RequestParamHandler"], params: [request, response, null] },
  ],
  wraps: [{ calls: ["express-async-handler:"], arg: 0 }],
  sources: [
    { from: { framework: "express", param: 0, path: "" }, what: "body", pieces: true },
    { from: { framework: "express", param: 0, path: "body" }, what: "body" },
    { from: { framework: "express", param: 0, path: "query" }, what: "query" },
    { from: { framework: "express", param: 0, path: "params" }, what: "param" },
    { from: { framework: "express", param: 0, path: "param" }, what: "param" },
    { from: { framework: "express", param: 0, path: "param()" }, what: "param" },
    { from: { framework: "express", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "express", param: 0, path: "rawHeaders" }, what: "header" },
    { from: { framework: "express", param: 0, path: "get()" }, what: "header" },
    { from: { framework: "express", param: 0, path: "header()" }, what: "header" },
    { from: { framework: "express", param: 0, path: "hostname" }, what: "header" },
    { from: { framework: "express", param: 0, path: "host" }, what: "header" },
    { from: { framework: "express", param: 0, path: "cookies" }, what: "cookie" },
    { from: { framework: "express", param: 0, path: "url" }, what: "query" },
    { from: { framework: "express", param: 0, path: "originalUrl" }, what: "query" },
    { from: { framework: "express", param: 0, path: "path" }, what: "param" },
    // multer and express-fileupload
    { from: { framework: "express", param: 0, path: "file" }, what: "file" },
    { from: { framework: "express", param: 0, path: "files" }, what: "file" },
  ],
  sinks: [
    { calls: under([response], ["send", "json", "jsonp", "end", "write"]), arg: 0, danger: "response" },
    { calls: under([response], ["render"]), arg: 1, danger: "response" },
    // Version 3: `res.send(status, body)`.
    { calls: under([response], ["send", "json", "jsonp"]), arg: 1, danger: "response" },
    { calls: under([response], ["set", "header", "setHeader", "append", "cookie"]), arg: 1, danger: "response" },
    { calls: under([response], ["writeHead"]), arg: 1, danger: "response" },
    // `locals` is what templates see. connect-flash keeps a text for the next page.
    { calls: ["express:Request().flash"], assigned: [`${response}.locals.*`, `${response}.statusMessage`], arg: 1, danger: "response" },
    // A string given to `send` goes out as text/html unless a type was set.
    { calls: under([response], ["send", "end", "write"]), arg: 0, danger: "html" },
    { calls: under([response], ["render"]), arg: 0, danger: "template" },
    // Whoever gives all that a template sees sets the engine's options too: `layout`, `settings`.
    { calls: under([response], ["render"]), arg: 1, whole: true, danger: "template" },
    { calls: under([response], ["redirect"]), arg: 0, danger: "redirect" },
    // `redirect(status, url)`
    { calls: under([response], ["redirect"]), arg: 1, danger: "redirect" },
    { calls: under([response], ["location"]), arg: 0, danger: "redirect" },
    { calls: under([response], ["set", "header", "setHeader", "append"]), arg: 1, when: { arg: 0, values: ["location"] }, danger: "redirect" },
    ...["Location", "location"].map((path) => ({ calls: under([response], ["writeHead"]), arg: 1, path, danger: "redirect" as const })),
    { calls: under([response], ["sendFile", "sendfile"]), arg: 1, path: "root", danger: "path" },
    { calls: under([response], ["sendFile", "sendfile"]), arg: 0, safeWith: { arg: 1, path: "root" }, refusesUp: true, danger: "path" },
    ...[1, 2].map((arg) => ({ calls: under([response], ["download"]), arg, path: "root", danger: "path" as const })),
    { calls: under([response], ["download"]), arg: 0, safeWith: [{ arg: 1, path: "root" }, { arg: 2, path: "root" }], danger: "path" },
  ],
  ambient: [
    {
      framework: "express",
      name: "pipeline",
      calls: under(routers, ["use"]),
      arg: { index: "any", values: ["@nobypass/pipeline/express:pipeline()"] },
      ordered: true,
      gives: "pipeline",
    },
  ],
};

export default express;
