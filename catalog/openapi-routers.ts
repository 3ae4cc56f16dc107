import type { EntryRow, Library } from "./library.js";

const http = { kind: "http", returns: "response" } as const satisfies Partial<EntryRow>;
const backend = "openapi-backend:OpenAPIBackend()";
const response = "express:Response()";

/**
 * Routers that an OpenAPI document drives: it names the functions, and checks what they are called with, so that none of it
 * is a source here. Controllers that are given as a folder are found by nobody.
 */
export default {
  name: "OpenAPI routers",
  packages: ["exegesis", "exegesis-express", "openapi-backend"],
  docs: "https://github.com/exegesis-js/exegesis/blob/master/docs/Options.md",
  instances: [{ is: backend, also: ["openapi-backend:()"] }],
  entries: [
    ...["exegesis-express:middleware", "exegesis:compileApi", "exegesis:compileRunner"].map((call): EntryRow => ({ framework: "exegesis", ...http, register: { by: "call", calls: [call], handler: { arg: 1, path: "controllers.*.*" } }, params: ["exegesis:Context()"] })),
    { framework: "openapi-backend", ...http, register: { by: "call", calls: ["openapi-backend:OpenAPIBackend", "openapi-backend:"], handler: { arg: 0, path: "handlers.*" } }, params: [null, null, response] },
    { framework: "openapi-backend", ...http, register: { by: "call", calls: [`${backend}.register`], handler: { arg: 0, path: "*" } }, params: [null, null, response] },
    { framework: "openapi-backend", ...http, register: { by: "call", calls: [`${backend}.register`], handler: 1, minArgs: 2, named: { arg: 0, path: "" } }, params: [null, null, response] },
  ],
  sinks: [{ calls: ["exegesis:Context().res.setBody", "exegesis:Context().res.json", "exegesis:Context().res.pureJson", "exegesis:Context().res.status().setBody", "exegesis:Context().res.status().json"], arg: 0, danger: "response" }],
} satisfies Library;
