import type { EntryRow, Library } from "./library.js";
import { calling, under } from "./names.js";

const elysia = "elysia:Elysia()";
const restify = "restify:createServer()";
const polka = "polka:()";
const orpc = "@orpc/server:os";
const verbs = ["get", "post", "put", "patch", "delete", "options", "head"];
const http = { kind: "http", returns: "response" } as const satisfies Partial<EntryRow>;
const path = { arg: 0, path: "" } as const;
const tsRest = ["@ts-rest/express:initServer()", "@ts-rest/fastify:initServer()", "@ts-rest/koa:initServer()", ...["fetch", "next", "aws", "azure"].map((platform) => `@ts-rest/serverless/${platform}:tsr`)];
const controllers = under(["routing-controllers:"], ["JsonController", "Controller"]);
const methods = ["Get", "Post", "Put", "Patch", "Delete", "Head", "All"];

/** Routers that are used here and there: who serves a request. What they accept is not read: their schemas stand beside the handlers in many ways. */
const routers: Library = {
  name: "routers",
  packages: ["elysia", "restify", "polka", "@orpc/server", "@ts-rest/express", "@ts-rest/serverless", "@ts-rest/next", "routing-controllers", "tsoa"],
  docs: "https://elysiajs.com/essential/route.html",
  instances: [
    { is: elysia, also: calling(under([elysia], [...verbs, "all", "use", "group", "guard", "derive", "resolve", "decorate", "state", "model", "as", "macro", "onError", "onRequest", "onBeforeHandle", "onAfterHandle", "onTransform", "ws", "mount", "listen"])) },
    { is: polka, also: calling(under([polka], [...verbs, "all", "use"])) },
    { is: orpc, also: calling(under([orpc], ["input", "output", "use", "errors", "meta", "route", "$context", "$config", "$meta", "$route", "prefix", "tag"])) },
  ],
  entries: [
    { framework: "elysia", ...http, register: { by: "call", calls: under([elysia], [...verbs, "all"]), handler: 1, minArgs: 2, named: path } },
    { framework: "restify", ...http, register: { by: "call", calls: under([restify], ["get", "post", "put", "patch", "del", "opts", "head"]), handler: "last", minArgs: 2, named: path } },
    { framework: "polka", ...http, register: { by: "call", calls: under([polka], [...verbs, "all"]), handler: "last", minArgs: 2, named: path } },
    // The builder is made in one file and its chains ended in many: where it cannot be resolved, its name and the end of the chain tell.
    { framework: "orpc", kind: "rpc", params: [null], returns: "response", register: { by: "call", calls: [`${orpc}.handler`], handler: 0, shape: { root: "^(?:\\w+P|p)rocedure$", ends: ["handler"] } } },
    ...["*", "*.handler"].map((each): EntryRow => ({ framework: "ts-rest", ...http, register: { by: "call", calls: [...under(tsRest, ["router"]), "@ts-rest/next:createNextRoute"], handler: { arg: 1, path: each } } })),
    { framework: "routing-controllers", ...http, register: { by: "decorator", cls: controllers, method: under(["routing-controllers:"], methods), bootstrap: under(["routing-controllers:"], ["createExpressServer", "useExpressServer", "createKoaServer", "useKoaServer"]) } },
    { framework: "tsoa", ...http, register: { by: "decorator", cls: ["tsoa:Route", "@tsoa/runtime:Route"], method: under(["tsoa:", "@tsoa/runtime:"], methods), bootstrap: [] } },
  ],
  middleware: [
    { framework: "elysia", role: "before", calls: under([elysia], ["onRequest", "onBeforeHandle", "onAfterHandle", "derive", "resolve"]), handler: "last" },
    { framework: "restify", role: "before", calls: under([restify], ["use", "pre"]), handler: "all" },
    { framework: "polka", role: "before", calls: [`${polka}.use`], handler: "all" },
    { framework: "orpc", role: "before", calls: [`${orpc}.use`, `${orpc}.middleware`], handler: 0 },
  ],
};

export default routers;
