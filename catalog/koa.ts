import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const context = "koa:Context()";
const router = "@koa/router:()";
const methods = ["get", "post", "put", "patch", "delete", "del", "options", "head", "all", "link", "unlink"];

const koa: Library = {
  name: "koa",
  packages: ["koa", "@koa/router", "koa-router", "koa-route"],
  docs: "https://github.com/koajs/koa/blob/master/docs/api/context.md",
  instances: [
    { is: "koa:()", also: calling(under(["koa:()"], ["use"])) },
    { is: router, also: ["@koa/router:Router()", "koa-router:()", "koa-router:Router()", ...calling(under([router], [...methods, "use", "prefix", "register", "param"]))], types: ["@koa/router:Router", "@koa/router:RouterInstance", "koa-router:"] },
    { is: context, types: ["koa:ParameterizedContext", "koa:ExtendableContext", "koa:BaseContext", "@koa/router:RouterContext", "koa-router:RouterContext", "koa-router:IRouterContext"] },
  ],
  entries: [
    // `(path, …middleware, handler)`, or with a name before the path.
    { framework: "koa", kind: "http", register: { by: "call", calls: under([router], methods), handler: "last", minArgs: 2, named: { arg: 0, path: "" } }, adapter: "koa", params: [context, "koa:Next()"] },
    { framework: "koa", kind: "http", register: { by: "call", calls: [`${router}.register`], handler: 2, named: { arg: 0, path: "" }, method: { arg: 1, path: "" } }, adapter: "koa", params: [context, "koa:Next()"] },
    // koa-route gives a middleware that serves one path, whose parameters come behind the context.
    { framework: "koa-route", kind: "http", register: { by: "call", calls: under(["koa-route:"], methods), handler: 1, minArgs: 2, named: { arg: 0, path: "" } }, adapter: "koa", params: [context] },
  ],
  middleware: [
    { framework: "koa", role: "before", calls: [...under(["koa:()", router], ["use"]), ...under([router], methods)], handler: "all", types: ["koa:Middleware", "@koa/router:Middleware", "@koa/router:RouterMiddleware"], params: [context, "koa:Next()"] },
    { framework: "koa", role: "before", calls: [`${router}.register`], handler: 2, types: ["koa:Middleware", "@koa/router:Middleware", "@koa/router:RouterMiddleware"], params: [context, "koa:Next()"] },
    { framework: "koa", role: "before", calls: [`${router}.param`], handler: 1, params: [null, context, null] },
    { framework: "koa", role: "errors", calls: ["koa:().on"], handler: 1, when: { arg: 0, values: ["error"] }, params: [null, context] },
  ],
  sources: [
    ...[1, 2, 3].map((param) => ({ from: { framework: "koa-route", param, path: "" }, what: "param" as const })),
    // koa-bodyparser, @koa/bodyparser, koa-body
    { from: { framework: "koa", param: 0, path: "req" }, what: "body", pieces: true },
    { from: { framework: "koa", param: 0, path: "request.req" }, what: "body", pieces: true },
    { from: { framework: "koa", param: 0, path: "request.body" }, what: "body" },
    { from: { framework: "koa", param: 0, path: "request.rawBody" }, what: "body" },
    { from: { framework: "koa", param: 0, path: "request.files" }, what: "file" },
    { from: { framework: "koa", param: 0, path: "file" }, what: "file" },
    { from: { framework: "koa", param: 0, path: "files" }, what: "file" },
    { from: { framework: "koa", param: 0, path: "query" }, what: "query" },
    { from: { framework: "koa", param: 0, path: "querystring" }, what: "query" },
    { from: { framework: "koa", param: 0, path: "search" }, what: "query" },
    { from: { framework: "koa", param: 0, path: "request.query" }, what: "query" },
    { from: { framework: "koa", param: 0, path: "request.querystring" }, what: "query" },
    { from: { framework: "koa", param: 0, path: "url" }, what: "query" },
    { from: { framework: "koa", param: 0, path: "params" }, what: "param" },
    { from: { framework: "koa", param: 0, path: "path" }, what: "param" },
    { from: { framework: "koa", param: 0, path: "header" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "request.header" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "request.headers" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "get()" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "request.get()" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "host" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "hostname" }, what: "header" },
    { from: { framework: "koa", param: 0, path: "cookies.get()" }, what: "cookie" },
  ],
  sinks: [
    { calls: [], assigned: [`${context}.body`, `${context}.response.body`, `${context}.response.message`], arg: 0, danger: "response" },
    { calls: [`${context}.append`, ...under([`${context}.response`], ["set", "append"])], arg: 1, danger: "response" },
    { calls: [], assigned: [`${context}.body`, `${context}.response.body`], arg: 0, danger: "html" },
    { calls: [`${context}.redirect`, `${context}.response.redirect`], arg: 0, danger: "redirect" },
    // koa-views, @ladjs/koa-views
    { calls: [`${context}.render`], arg: 0, danger: "template" },
    { calls: [`${context}.render`], arg: 1, danger: "response" },
    { calls: [`${context}.render`], arg: 1, whole: true, danger: "template" },
    { calls: ["koa-send:"], arg: 1, safeWith: { arg: 2, path: "root" }, danger: "path" },
  ],
  // With a status below 500 the message is exposed, with 5xx it is not.
  errors: [{ classes: [`${context}.throw`, `${context}.assert`], public: true, masks: { arg: 0 } }],
  ambient: [{ framework: "koa", name: "pipeline", calls: under(["koa:()", router], ["use"]), arg: { index: "any", values: ["@nobypass/pipeline/koa:pipeline()", "@nobypass/pipeline/koa:entry()", "@nobypass/pipeline/koa:entry.stream()"] }, ordered: true, gives: "pipeline" }],
};

export default koa;
