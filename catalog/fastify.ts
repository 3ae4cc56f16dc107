import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const app = "fastify:()";
const request = "fastify:FastifyRequest()";
const reply = "fastify:FastifyReply()";
const methods = ["get", "post", "put", "patch", "delete", "options", "head", "all", "trace", "search", "propfind", "proppatch", "mkcol", "mkcalendar", "copy", "move", "lock", "unlock", "report"];
const hooks = ["onRequest", "preParsing", "preValidation", "preHandler", "preSerialization", "onSend", "onResponse", "onTimeout", "onRequestAbort"];
const chained = [...methods, "route", "register", "after", "addHook", "decorate", "decorateRequest", "decorateReply", "setErrorHandler", "setNotFoundHandler", "addSchema", "setValidatorCompiler", "setSerializerCompiler", "withTypeProvider"];
const registrars = under([app], methods);

/** What @fastify/sensible gives to the reply. */
const sensible = ["badRequest", "unauthorized", "forbidden", "notFound", "methodNotAllowed", "notAcceptable", "conflict", "gone", "unprocessableEntity", "tooManyRequests", "internalServerError", "notImplemented", "badGateway", "serviceUnavailable", "gatewayTimeout"];

const plugins = ["fastify:FastifyPluginAsync", "fastify:FastifyPluginCallback", "fastify:FastifyPlugin", ...under(["@fastify/type-provider-typebox:"], ["FastifyPluginAsyncTypebox", "FastifyPluginCallbackTypebox"]), ...under(["@fastify/type-provider-json-schema-to-ts:"], ["FastifyPluginAsyncJsonSchemaToTs", "FastifyPluginCallbackJsonSchemaToTs"]), ...under(["fastify-type-provider-zod:"], ["FastifyPluginAsyncZod", "FastifyPluginCallbackZod"])];

const fastify: Library = {
  name: "fastify",
  packages: ["fastify", "fastify-plugin", "@fastify/error", "@fastify/sensible", "@fastify/type-provider-typebox", "@fastify/type-provider-json-schema-to-ts", "fastify-type-provider-zod"],
  docs: "https://fastify.dev/docs/latest/Reference/Routes/",
  instances: [
    { is: app, also: ["fastify:fastify()", `${request}.server`, `${reply}.server`, ...calling(under([app], chained))], types: ["fastify:FastifyInstance"] },
    { is: reply, also: calling(under([reply], ["code", "status", "header", "headers", "type", "removeHeader", "serializer", "send", "redirect", "hijack", "setCookie", "clearCookie", "cookie"])) },
  ],
  abortSignals: [{ values: [`${request}.signal`], are: "signals" }],
  entries: [
    { framework: "fastify", kind: "http", register: { by: "call", calls: registrars, handler: "last", minArgs: 2, named: { arg: 0, path: "" }, when: { arg: 1, path: "websocket", values: ["true"], not: true }, shape: { root: "^(?:fastify|instance)$", ends: methods } }, adapter: "fastify", params: [request, reply], self: app, returns: "response" },
    { framework: "fastify", kind: "http", register: { by: "call", calls: registrars, handler: { arg: 1, path: "handler" }, minArgs: 2, named: { arg: 0, path: "" } }, adapter: "fastify", params: [request, reply], self: app, returns: "response" },
    {
      framework: "fastify",
      kind: "http",
      register: { by: "call", calls: [`${app}.route`], handler: { arg: 0, path: "handler" }, named: { arg: 0, path: "url" }, method: { arg: 0, path: "method" } },
      adapter: "fastify",
      params: [request, reply],
      self: app,
      returns: "response",
    },
    // @fastify/websocket: the handler takes the socket, and does not answer by its return value.
    { framework: "fastify", kind: "socket", register: { by: "call", calls: [`${app}.get`], handler: "last", minArgs: 3, named: { arg: 0, path: "" }, when: { arg: 1, path: "websocket", values: ["true"] } }, params: ["ws:()", request] },
    { framework: "fastify", kind: "socket", register: { by: "call", calls: [`${app}.route`], handler: { arg: 0, path: "wsHandler" }, named: { arg: 0, path: "url" } }, params: ["ws:()", request] },
  ],
  middleware: [
    { framework: "fastify", role: "plugin", calls: [`${app}.register`], handler: 0, types: plugins, exported: "fastify", params: [app, null, null] },
    { framework: "fastify", role: "plugin", calls: ["fastify-plugin:", "fastify-plugin:fastifyPlugin"], handler: 0, params: [app, null, null] },
    { framework: "fastify", role: "before", calls: [`${app}.addHook`], handler: 1, when: { arg: 0, values: hooks }, params: [request, reply], self: app },
    ...["onRequest", "preParsing", "preValidation", "preHandler"].flatMap((hook): NonNullable<Library["middleware"]>[number][] => [
      { framework: "fastify", role: "before", calls: registrars, handler: { arg: 1, path: hook }, params: [request, reply] },
      { framework: "fastify", role: "before", calls: [`${app}.route`], handler: { arg: 0, path: hook }, params: [request, reply] },
    ]),
    { framework: "fastify", role: "before", calls: [], handler: 0, types: [
      "fastify:RouteHandler", "fastify:RouteHandlerMethod", "fastify:preHandlerHookHandler", "fastify:preHandlerAsyncHookHandler", "fastify:onRequestHookHandler",
      "fastify:onRequestAsyncHookHandler", "fastify:preValidationHookHandler", "fastify:preValidationAsyncHookHandler",
    ], params: [request, reply] },
    { framework: "fastify", role: "errors", calls: [`${app}.setErrorHandler`], handler: 0, params: [null, request, reply], returns: "response" },
    { framework: "fastify", role: "errors", calls: [`${app}.addHook`], handler: 1, when: { arg: 0, values: ["onError"] }, params: [request, reply, null], error: { param: 2, path: "" } },
    { framework: "fastify", role: "errors", calls: registrars, handler: { arg: 1, path: "errorHandler" }, params: [null, request, reply], returns: "response" },
    { framework: "fastify", role: "errors", calls: [`${app}.route`], handler: { arg: 0, path: "errorHandler" }, params: [null, request, reply], returns: "response" },
    // A 404 answers, it serves no route.
    { framework: "fastify", role: "before", calls: [`${app}.setNotFoundHandler`], handler: "last", params: [request, reply] },
  ],
  sources: [
    { from: { framework: "fastify", param: 0, path: "raw" }, what: "body", pieces: true },
    { from: { framework: "fastify", param: 0, path: "body" }, what: "body" },
    { from: { framework: "fastify", param: 0, path: "query" }, what: "query" },
    { from: { framework: "fastify", param: 0, path: "params" }, what: "param" },
    { from: { framework: "fastify", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "fastify", param: 0, path: "hostname" }, what: "header" },
    { from: { framework: "fastify", param: 0, path: "host" }, what: "header" },
    { from: { framework: "fastify", param: 0, path: "url" }, what: "query" },
    { from: { framework: "fastify", param: 0, path: "originalUrl" }, what: "query" },
    { from: { framework: "fastify", param: 0, path: "cookies" }, what: "cookie" },
    // @fastify/multipart
    { from: { framework: "fastify", param: 0, path: "file()" }, what: "file" },
    { from: { framework: "fastify", param: 0, path: "files()" }, what: "file" },
    { from: { framework: "fastify", param: 0, path: "parts()" }, what: "file" },
  ],
  validators: (["body", "querystring", "query", "params", "headers"] as const).flatMap((part) => {
    const covers = [({ body: "body", querystring: "query", query: "query", params: "param", headers: "header" } as const)[part]];
    return [
      { calls: registrars, accepts: "middleware" as const, arg: 1, path: `schema.${part}`, covers },
      { calls: [`${app}.route`], accepts: "middleware" as const, arg: 0, path: `schema.${part}`, covers },
    ];
  }),
  sinks: [
    { calls: [`${reply}.send`], arg: 0, danger: "response" },
    { calls: [`${reply}.header`], arg: 1, danger: "response" },
    { calls: under([`${reply}.raw`], ["end", "write"]), arg: 0, danger: "response" },
    { calls: [`${reply}.redirect`], arg: 0, danger: "redirect" },
    // Version 4: `redirect(status, url)`.
    { calls: [`${reply}.redirect`], arg: 1, danger: "redirect" },
    // @fastify/view; the files of @fastify/static never leave its root.
    { calls: [`${reply}.view`, `${reply}.viewAsync`], arg: 0, danger: "template" },
    { calls: [`${reply}.view`, `${reply}.viewAsync`], arg: 1, danger: "response" },
    { calls: [`${reply}.html`], arg: 0, danger: "html" },
  ],
  errors: [{ classes: [...under([reply], sensible), "@fastify/error:()", "@fastify/error:createError()", "@fastify/sensible:httpErrors.*", `${app}.httpErrors.*`], public: true }],
  // Hooks reach every route of their scope, those registered before them too.
  ambient: [
    { framework: "fastify", name: "pipeline", calls: [`${app}.register`], arg: { index: 0, values: ["@nobypass/pipeline/fastify:pipeline", "@nobypass/pipeline/fastify:pipeline()"] }, gives: "pipeline" },
    { framework: "fastify", name: "errorHandler", calls: [`${app}.setErrorHandler`], gives: "errors" },
  ],
};

export default fastify;
