import type { Library } from "./library.js";
import { under } from "./names.js";

const context = "@adonisjs/core/http:HttpContext()";
const request = `${context}.request`;

/** Controllers are found by the routes' file; what they are given says who they are. What `validateUsing` gives is accepted. */
const adonis: Library = {
  name: "adonis",
  packages: ["@adonisjs/core", "@adonisjs/core/http"],
  docs: "https://docs.adonisjs.com/guides/basics/request",
  sources: [
    { from: { calls: under([request], ["input", "all", "body", "only", "except", "raw"]) }, what: "body" },
    { from: { calls: under([request], ["qs", "url", "completeUrl", "parsedUrl"]) }, what: "query" },
    { from: { calls: under([request], ["param", "params"]) }, what: "param" },
    { from: { values: [`${context}.params`] }, what: "param" },
    { from: { calls: under([request], ["header", "headers"]) }, what: "header" },
    { from: { calls: under([request], ["cookie", "plainCookie"]) }, what: "cookie" },
  ],
  sinks: [
    { calls: [`${context}.response.redirect`, `${context}.response.redirect().toPath`], arg: 0, danger: "redirect" },
    { calls: [`${context}.response.send`], arg: 0, danger: "html" },
    ...["send", "json", "ok", "badRequest", "internalServerError"].map((name) => ({ calls: [`${context}.response.${name}`], arg: 0, danger: "response" as const })),
    { calls: [`${context}.response.download`, `${context}.response.attachment`], arg: 0, danger: "path" },
  ],
};

export default adonis;
