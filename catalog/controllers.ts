import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const inversify = "inversify-express-utils:";
const server = `${inversify}InversifyExpressServer`;
const controller = `${inversify}BaseHttpController()`;
const request = "express:Request()";
const response = "express:Response()";
const http = { kind: "http", returns: "response" } as const satisfies Partial<EntryRow>;
const verbs = ["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All"];
/** A name of one of several packages that export the same. */
const of = (packages: readonly string[], ...names: string[]): readonly string[] => under(packages.map((name) => `${name}:`), names);
const tsed = ["@tsed/common", "@tsed/schema", "@tsed/di", "@tsed/platform-params", "@tsed/platform-http"];
const midway = ["@midwayjs/core", "@midwayjs/decorator"];
const inversifyHttp = ["@inversifyjs/http-core"];
const PARTS = [["requestBody", "body"], ["queryParam", "query"], ["requestParam", "param"], ["requestHeaders", "header"], ["cookies", "cookie"]] as const;

/** Controllers by decorators, beside Nest's and those of `routers`. Without decorators of its own a parameter is express's, in express's order. */
const controllers: Library = {
  name: "controllers",
  packages: ["inversify-express-utils", "@inversifyjs/http-core", "@overnightjs/core", ...tsed, ...midway, "@loopback/rest"],
  docs: "https://github.com/inversify/inversify-express-utils#readme",
  instances: [{ is: controller, types: [`${inversify}BaseHttpController`] }],
  entries: [
    {
      framework: "inversify",
      ...http,
      register: { by: "decorator", cls: [`${inversify}controller`], method: under([inversify], ["httpGet", "httpPost", "httpPut", "httpPatch", "httpDelete", "httpHead", "httpMethod", "all"]), bootstrap: [server] },
      params: [request, response, null],
    },
    { framework: "inversify-http", ...http, register: { by: "decorator", cls: of(inversifyHttp, "Controller"), method: of(inversifyHttp, ...verbs), bootstrap: [] } },
    { framework: "overnight", kind: "http", register: { by: "decorator", cls: ["@overnightjs/core:Controller", "@overnightjs/core:ClassOptions"], method: under(["@overnightjs/core:"], verbs), bootstrap: ["@overnightjs/core:Server"] }, params: [request, response, null] },
    { framework: "tsed", ...http, register: { by: "decorator", cls: of(tsed, "Controller"), method: of(tsed, ...verbs), bootstrap: [] } },
    { framework: "midway", ...http, register: { by: "decorator", cls: of(midway, "Controller"), method: of(midway, ...verbs), bootstrap: [] } },
    { framework: "loopback", ...http, register: { by: "decorator", method: under(["@loopback/rest:"], ["get", "post", "put", "patch", "del", "operation"]), bootstrap: [] } },
  ],
  callbacks: [{ calls: under([`${server}()`], ["setConfig", "setErrorConfig"]), arg: 0, when: "sync", times: "once", errors: "propagate", params: ["express:()"] }],
  sources: [
    ...PARTS.map(([name, what]) => ({ from: { decorators: [inversify + name] }, what })),
    ...(["body", "query", "params", "headers"] as const).map((path) => ({ from: { decorators: [`${inversify}request`], path }, what: path === "params" ? "param" as const : path === "headers" ? "header" as const : path })),
    { from: { decorators: of(inversifyHttp, "Body") }, what: "body" },
    { from: { decorators: of(inversifyHttp, "Query") }, what: "query" },
    { from: { decorators: of(inversifyHttp, "Params") }, what: "param" },
    { from: { decorators: of(inversifyHttp, "Headers") }, what: "header" },
    // What is of a class is checked by what its fields are decorated with.
    { from: { decorators: [...of(tsed, "BodyParams"), ...of(midway, "Body")], converts: true }, what: "body" },
    { from: { decorators: [...of(tsed, "QueryParams"), ...of(midway, "Query", "Queries")], converts: true }, what: "query" },
    { from: { decorators: [...of(tsed, "PathParams"), ...of(midway, "Param")], converts: true }, what: "param" },
    { from: { decorators: [...of(tsed, "HeaderParams"), ...of(midway, "Headers")], converts: true }, what: "header" },
  ],
  sinks: [{ calls: under([controller], ["json", "ok", "created", "content", "badRequest"]), arg: 0, danger: "response" }, { calls: [`${controller}.created`], arg: 1, danger: "response" }, { calls: [`${controller}.redirect`], arg: 0, danger: "redirect" }],
};

export default controllers;
