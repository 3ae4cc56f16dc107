import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const app = "hono:Hono()";
const context = "hono:Context()";
const methods = ["get", "post", "put", "delete", "options", "patch", "all"];
const entry = { framework: "hono", kind: "http", adapter: "hono", params: [context, "hono:Next()"], returns: "response" } as const;

const hono: Library = {
  name: "hono",
  packages: ["hono", "@hono/zod-openapi", "@hono/zod-validator", "@hono/valibot-validator", "@hono/standard-validator", "@hono/arktype-validator", "@hono/typebox-validator"],
  docs: "https://hono.dev/docs/api/routing",
  instances: [
    {
      is: app,
      also: [
        "hono/tiny:Hono()",
        "hono/quick:Hono()",
        "@hono/zod-openapi:OpenAPIHono()",
        "hono/factory:createFactory().createApp()",
        ...calling(under([app], [...methods, "on", "use", "route", "basePath", "mount", "onError", "notFound", "openapi", "doc", "doc31"])),
      ],
      types: ["hono/tiny:Hono", "hono/quick:Hono", "@hono/zod-openapi:OpenAPIHono"],
    },
  ],
  abortSignals: [{ values: [`${context}.req.raw.signal`], are: "signals" }],
  entries: [
    // The path may be left out: `app.get(handler)`.
    { ...entry, register: { by: "call", calls: under([app], methods), handler: "last", minArgs: 1, named: { arg: 0, path: "" } } },
    { ...entry, register: { by: "call", calls: [`${app}.on`], handler: "last", minArgs: 3, named: { arg: 1, path: "" }, method: { arg: 0, path: "" } } },
    { ...entry, register: { by: "call", calls: [`${app}.openapi`], handler: 1, named: { arg: 0, path: "path" }, method: { arg: 0, path: "method" } } },
    { ...entry, register: { by: "call", calls: ["hono/factory:createFactory().createHandlers"], handler: "last", minArgs: 1 } },
  ],
  middleware: [
    { framework: "hono", role: "before", calls: [`${app}.use`, ...under([app], methods)], handler: "all", types: ["hono:MiddlewareHandler", "hono:Handler"], params: [context, "hono:Next()"] },
    { framework: "hono", role: "before", calls: ["hono/factory:createMiddleware", "hono/factory:createFactory().createMiddleware", `${app}.notFound`], handler: 0, params: [context, "hono:Next()"] },
    { framework: "hono", role: "errors", calls: [`${app}.onError`], handler: 0, types: ["hono:ErrorHandler"], params: [null, context] },
  ],
  sources: [
    { from: { framework: "hono", param: 0, path: "req.json()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.text()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.parseBody()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.formData()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.arrayBuffer()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.bytes()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.blob()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.raw.json()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.raw.text()" }, what: "body" },
    { from: { framework: "hono", param: 0, path: "req.query()" }, what: "query" },
    { from: { framework: "hono", param: 0, path: "req.queries()" }, what: "query" },
    { from: { framework: "hono", param: 0, path: "req.url" }, what: "query" },
    { from: { framework: "hono", param: 0, path: "req.param()" }, what: "param" },
    { from: { framework: "hono", param: 0, path: "req.path" }, what: "param" },
    { from: { framework: "hono", param: 0, path: "req.header()" }, what: "header" },
    { from: { calls: ["hono/cookie:getCookie"] }, what: "cookie" },
  ],
  callbacks: [
    { calls: ["hono/streaming:streamSSE", "hono/streaming:stream", "hono/streaming:streamText"], arg: 1, when: "microtask", times: "once", errors: "swallow", params: ["hono/streaming:SSEStreamingApi()"] },
    { calls: ["hono/streaming:streamSSE", "hono/streaming:stream", "hono/streaming:streamText"], arg: 2, when: "microtask", times: "once", errors: "swallow", errorFirst: true, params: [null, "hono/streaming:SSEStreamingApi()"] },
  ],
  // What was accepted is read with `c.req.valid(…)`, which is no source. The literal is json, form, query, param, header or cookie.
  validators: [
    { calls: [
      "@hono/zod-validator:zValidator", "@hono/valibot-validator:vValidator", "@hono/standard-validator:sValidator", "@hono/arktype-validator:arktypeValidator",
      "@hono/typebox-validator:tbValidator",
    ], accepts: "middleware", arg: 1, covers: { arg: 0 } },
    { calls: ["hono/validator:validator"], accepts: "middleware", arg: 1, covers: { arg: 0 } },
    { calls: [`${app}.openapi`], accepts: "middleware", arg: 0, path: "request" },
  ],
  sinks: [
    { calls: under([context], ["json", "text", "body", "html", "newResponse", "render"]), arg: 0, danger: "response" },
    { calls: [`${context}.header`], arg: 1, danger: "response" },
    { calls: under(["hono/streaming:SSEStreamingApi()"], ["writeSSE", "write", "writeln"]), arg: 0, danger: "response" },
    { calls: [`${context}.html`], arg: 0, danger: "html" },
    { calls: ["hono/html:raw"], arg: 0, danger: "html" },
    { calls: [`${context}.redirect`], arg: 0, danger: "redirect" },
  ],
  errors: [{ classes: ["hono/http-exception:HTTPException"], public: true }],
  // A handler registered before the middleware answers without it.
  ambient: [
    { framework: "hono", name: "pipeline", calls: [`${app}.use`], arg: { index: "any", values: ["@nobypass/pipeline/hono:pipeline()", "@nobypass/pipeline/hono:entry()", "@nobypass/pipeline/hono:entry.stream()"] }, ordered: true, gives: "pipeline" },
    { framework: "hono", name: "onError", calls: [`${app}.onError`], gives: "errors" },
  ],
};

export default hono;
