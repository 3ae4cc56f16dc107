import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const extensions = ["ts", "js", "mts", "mjs"];
const at = (place: string): readonly string[] => extensions.map((e) => `${place}.${e}`);
const http = ["@medusajs/framework/http:", "@medusajs/framework:", "@medusajs/medusa:"];
const named = (names: readonly string[], modules: readonly string[] = http): readonly string[] => under(modules, names);
const request = "@medusajs/framework/http:MedusaRequest()";

function loaded(row: Pick<EntryRow, "framework" | "kind">, names: readonly string[], place: string, types: readonly string[]): EntryRow {
  return { ...row, register: { by: "export", names, files: at(place), types, both: true } };
}

const medusa: Library = {
  name: "medusa",
  packages: ["@medusajs/framework", "@medusajs/medusa", "@medusajs/utils"],
  docs: "https://docs.medusajs.com/learn/fundamentals/api-routes",
  instances: [
    { is: request, types: named(["MedusaRequest", "AuthenticatedMedusaRequest", "MedusaStoreRequest"]) },
    { is: "express:Response()", types: named(["MedusaResponse"]) },
  ],
  entries: [
    {
      ...loaded({ framework: "medusa", kind: "http" }, ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], "**/api/**/route", named(["MedusaRequest", "AuthenticatedMedusaRequest", "MedusaStoreRequest"])),
      adapter: "express",
      params: [request, "express:Response()"],
    },
    loaded({ framework: "medusa-subscriber", kind: "message" }, ["default"], "**/subscribers/**/*", named(["SubscriberArgs"], [...http, "@medusajs/framework/subscribers:"])),
    loaded({ framework: "medusa-job", kind: "schedule" }, ["default"], "**/jobs/**/*", named(["MedusaContainer"], [...http, "@medusajs/framework/types:"])),
  ],
  sources: [
    // The body and the query are accepted by middleware that a list of patterns names elsewhere: `validatedBody` holds the result.
    { from: { framework: "medusa", param: 0, path: "params" }, what: "param" },
    { from: { framework: "medusa", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "medusa", param: 0, path: "cookies" }, what: "cookie" },
  ],
  errors: [{ classes: named(["MedusaError"], ["@medusajs/framework/utils:", "@medusajs/utils:", "medusa-core-utils:"]), public: true }],
};

export default medusa;
