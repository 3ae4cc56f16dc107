import type { EntryRow, Library } from "./library.js";
import { calling, under } from "./names.js";

const elysia = "elysia:Elysia()";
const restify = "restify:createServer()";
const polka = "polka:()";
const uws = ["uWebSockets.js:App()", "uWebSockets.js:SSLApp()"];
const orpc = "@orpc/server:os";
const verbs = ["get", "post", "put", "patch", "delete", "options", "head"];
const http = { kind: "http", returns: "response" } as const satisfies Partial<EntryRow>;
const path = { arg: 0, path: "" } as const;
const tsRest = ["@ts-rest/express:initServer()", "@ts-rest/fastify:initServer()", "@ts-rest/koa:initServer()", ...["fetch", "next", "aws", "azure"].map((platform) => `@ts-rest/serverless/${platform}:tsr`)];
const controllers = under(["routing-controllers:"], ["JsonController", "Controller"]);
const methods = ["Get", "Post", "Put", "Patch", "Delete", "Head", "All"];

const request = "http:IncomingMessage()";
const response = "http:ServerResponse()";
// It has what the runtime's has, and more.
const restifyResponse = "restify:Response()";
const elysiaParts = [["body", "body"], ["query", "query"], ["params", "param"], ["headers", "header"]] as const;

/** Routers that are used here and there: who serves a request. Of ts-rest it is not read what it accepts: its contracts stand elsewhere. */
const routers: Library = {
  name: "routers",
  packages: ["elysia", "restify", "polka", "@polka/send", "@polka/send-type", "@orpc/server", "@ts-rest/express", "@ts-rest/serverless", "@ts-rest/next", "routing-controllers", "tsoa", "micro", "uWebSockets.js"],
  docs: "https://elysiajs.com/essential/route.html",
  instances: [
    { is: elysia, also: calling(under([elysia], [...verbs, "all", "use", "group", "guard", "derive", "resolve", "decorate", "state", "model", "as", "macro", "onError", "onRequest", "onBeforeHandle", "onAfterHandle", "onTransform", "ws", "mount", "listen"])) },
    { is: uws[0] as string, also: calling(under(uws, [...verbs, "del", "any", "ws", "listen"])) },
    { is: polka, also: calling(under([polka], [...verbs, "all", "use"])) },
    { is: orpc, also: calling(under([orpc], ["input", "output", "use", "errors", "meta", "route", "$context", "$config", "$meta", "$route", "prefix", "tag"])) },
  ],
  entries: [
    { framework: "elysia", ...http, register: { by: "call", calls: under([elysia], [...verbs, "all"]), handler: 1, minArgs: 2, named: path } },
    { framework: "restify", ...http, register: { by: "call", calls: under([restify], ["get", "post", "put", "patch", "del", "opts", "head"]), handler: "last", minArgs: 2, named: path }, params: [request, restifyResponse, null] },
    { framework: "polka", ...http, register: { by: "call", calls: under([polka], [...verbs, "all"]), handler: "last", minArgs: 2, named: path }, params: [request, response, null] },
    { framework: "uws", kind: "http", register: { by: "call", calls: under(uws, [...verbs, "del", "any"]), handler: 1, minArgs: 2, named: path } },
    // The builder is made in one file and its chains ended in many: where it cannot be resolved, its name and the end of the chain tell.
    { framework: "orpc", kind: "rpc", params: [null], returns: "response", register: { by: "call", calls: [`${orpc}.handler`], handler: 0, shape: { root: "^(?:(?:\\w+P|p)rocedure|os)$", ends: ["handler"] } } },
    ...["*", "*.handler"].map((each): EntryRow => ({ framework: "ts-rest", ...http, register: { by: "call", calls: [...under(tsRest, ["router"]), "@ts-rest/next:createNextRoute"], handler: { arg: 1, path: each } } })),
    { framework: "routing-controllers", ...http, register: { by: "decorator", cls: controllers, method: under(["routing-controllers:"], methods), bootstrap: under(["routing-controllers:"], ["createExpressServer", "useExpressServer", "createKoaServer", "useKoaServer"]) } },
    { framework: "tsoa", ...http, register: { by: "decorator", cls: ["tsoa:Route", "@tsoa/runtime:Route"], method: under(["tsoa:", "@tsoa/runtime:"], methods), bootstrap: [] } },
  ],
  middleware: [
    { framework: "elysia", role: "before", calls: under([elysia], ["onRequest", "onBeforeHandle", "onAfterHandle", "derive", "resolve"]), handler: "last" },
    { framework: "restify", role: "before", calls: under([restify], ["use", "pre"]), handler: "all", params: [request, restifyResponse, null] },
    { framework: "polka", role: "before", calls: [`${polka}.use`], handler: "all", params: [request, response, null] },
    { framework: "orpc", role: "before", calls: [`${orpc}.use`, `${orpc}.middleware`], handler: 0 },
  ],
  sources: [
    ...["restify", "polka"].flatMap((framework) => [
      { from: { framework, param: 0, path: "body" }, what: "body" as const },
      { from: { framework, param: 0, path: "query" }, what: "query" as const },
      { from: { framework, param: 0, path: "params" }, what: "param" as const },
      { from: { framework, param: 0, path: "headers" }, what: "header" as const },
      { from: { framework, param: 0, path: "path" }, what: "param" as const },
      { from: { framework, param: 0, path: "originalUrl" }, what: "query" as const },
    ]),
    ...["getQuery()", "query()", "href()"].map((part) => ({ from: { framework: "restify", param: 0, path: part }, what: "query" as const })),
    { from: { framework: "restify", param: 0, path: "header()" }, what: "header" },
    ...elysiaParts.map(([part, what]) => ({ from: { framework: "elysia", param: 0, path: part }, what })),
    { from: { framework: "elysia", param: 0, path: "request.url" }, what: "query" },
    ...["getQuery()", "getUrl()"].map((part) => ({ from: { framework: "uws", param: 1, path: part }, what: "query" as const })),
    { from: { framework: "uws", param: 1, path: "getParameter()" }, what: "param" },
    { from: { framework: "uws", param: 1, path: "getHeader()" }, what: "header" },
    // What `.input(schema)` accepted is no source; what a function or `type<T>()` believes is.
    { from: { framework: "orpc", param: 0, path: "input" }, what: "body", parsedBy: "input" },
    { from: { calls: under(["micro:"], ["json", "text", "buffer"]) }, what: "body" },
    // Classes are checked by the decorators of their fields; numbers and flags are made of texts.
    { from: { decorators: under(["routing-controllers:"], ["Body", "BodyParam"]), converts: true }, what: "body" },
    { from: { decorators: under(["routing-controllers:"], ["QueryParam", "QueryParams"]), converts: true }, what: "query" },
    { from: { decorators: under(["routing-controllers:"], ["Param", "Params"]), converts: true }, what: "param" },
    { from: { decorators: under(["routing-controllers:"], ["HeaderParam", "HeaderParams"]), converts: true }, what: "header" },
    { from: { decorators: under(["routing-controllers:"], ["CookieParam", "CookieParams"]), converts: true }, what: "cookie" },
    // Routes that are made of the types check them: what a text says is left.
    { from: { decorators: ["tsoa:", "@tsoa/runtime:"].flatMap((module) => under([module], ["Query", "Path", "Header"])), converts: true }, what: "param" },
  ],
  sinks: [
    // `res.json(404, body)`, `res.send(404, body)`: the status may stand first.
    { calls: under([restifyResponse], ["json", "send", "sendRaw"]), arg: "all", danger: "response" },
    { calls: ["micro:send"], arg: 2, danger: "response" },
    { calls: under([restifyResponse], ["end", "write"]), arg: 0, danger: "response" },
    { calls: under([restifyResponse], ["header", "set", "setHeader", "writeHead"]), arg: 1, danger: "response" },
    // `res.redirect(url, next)`, `res.redirect(302, url, next)`
    ...[0, 1].map((arg) => ({ calls: under([restifyResponse], ["redirect"]), arg, danger: "redirect" as const })),
    // `send(res, code, data)`
    { calls: ["@polka/send:", "@polka/send-type:"], arg: 2, danger: "response" },
  ],
  validators: [
    ...elysiaParts.map(([part, what]) => ({ calls: under([elysia], [...verbs, "all"]), accepts: "middleware" as const, arg: 2, path: part, covers: [what] })),
    ...elysiaParts.map(([part, what]) => ({ calls: [`${elysia}.guard`], accepts: "middleware" as const, arg: 0, path: part, covers: [what] })),
  ],
};

export default routers;
