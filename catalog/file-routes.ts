import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
const modules = (place: string): readonly string[] => ["ts", "js"].map((extension) => `${place}.${extension}`);
const http = { kind: "http", params: [null], returns: "response" } as const satisfies Partial<EntryRow>;
const nitro = ["h3:", "h3-nightly:", "nitro/h3:", "nitro:", "nitropack/runtime:", "global:"];
const web = ["json()", "text()", "formData()", "arrayBuffer()", "blob()", "bytes()"];

/** Frameworks that find what serves a request by where its file lies and what it exports. Nitro puts its names into the global scope, and middleware is made as handlers are. */
const routes: Library = {
  name: "file-routes",
  packages: ["@sveltejs/kit", "@remix-run/node", "@react-router/dev", "astro", "h3", "nitropack", "nuxt"],
  docs: "https://svelte.dev/docs/kit/routing#server",
  entries: [
    { framework: "sveltekit", ...http, register: { by: "export", names: [...verbs, "fallback"], files: modules("**/routes/**/+server"), types: ["@sveltejs/kit:RequestHandler"] } },
    { framework: "sveltekit", ...http, register: { by: "export", names: ["load"], files: ["page", "layout"].flatMap((name) => modules(`**/routes/**/+${name}*.server`)) } },
    { framework: "remix", ...http, adapter: "web", register: { by: "export", names: ["loader", "action"], files: ["ts", "tsx", "js", "jsx"].map((extension) => `**/app/routes/**/*.${extension}`), types: under(["@remix-run/node:", "@remix-run/server-runtime:", "react-router:"], ["ActionFunction", "LoaderFunction"]) } },
    { framework: "astro", ...http, adapter: "web", register: { by: "export", names: [...verbs, "ALL"], files: modules("**/src/pages/**/*"), types: ["astro:APIRoute"] } },
    ...[0, { arg: 0, path: "handler" }].map((handler): EntryRow => ({ framework: "h3", ...http, register: { by: "call", calls: under(nitro, ["defineEventHandler", "eventHandler", "defineCachedEventHandler", "cachedEventHandler"]), handler } })),
  ],
  sources: [
    ...["sveltekit", "remix", "astro"].flatMap((framework): NonNullable<Library["sources"]> => [
      ...web.map((path) => ({ from: { framework, param: 0, path: `request.${path}` }, what: "body" as const })),
      { from: { framework, param: 0, path: "params" }, what: "param" },
      { from: { framework, param: 0, path: "request.url" }, what: "query" },
      { from: { framework, param: 0, path: "request.headers" }, what: "header" },
    ]),
    ...["sveltekit", "astro"].map((framework) => ({ from: { framework, param: 0, path: "url" }, what: "query" as const })),
    { from: { calls: under(nitro, ["readBody", "readRawBody", "readFormData", "readMultipartFormData"]) }, what: "body" },
    { from: { calls: under(nitro, ["getQuery"]) }, what: "query" },
    { from: { calls: under(nitro, ["getRouterParam", "getRouterParams"]) }, what: "param" },
    { from: { calls: under(nitro, ["getRequestHeader", "getRequestHeaders"]) }, what: "header" },
  ],
};

export default routes;
