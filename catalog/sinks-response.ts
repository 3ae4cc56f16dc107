import type { Library } from "./library.js";
import { under } from "./names.js";

const remix = ["@remix-run/node:", "@remix-run/server-runtime:", "@remix-run/cloudflare:", "@remix-run/deno:", "@react-router/node:", "react-router:"];
const express = "express:Response()";
const koa = "koa:Context()";

/** What answers a client in frameworks that have no file of their own here. */
const sinks: Library = {
  name: "sinks-response",
  packages: ["@remix-run/node", "@remix-run/server-runtime", "@remix-run/cloudflare", "@remix-run/deno", "@react-router/node", "react-router", "@sveltejs/kit", "h3", "express-boom", "sails", "@strapi/strapi"],
  docs: "https://sailsjs.com/documentation/reference/response-res",
  sinks: [
    { calls: under(remix, ["json", "data"]), arg: 0, danger: "response" },
    { calls: ["@sveltejs/kit:json", "@sveltejs/kit:text"], arg: 0, danger: "response" },
    { calls: ["@sveltejs/kit:error", "@sveltejs/kit:fail"], arg: 1, danger: "response" },
    { calls: ["h3:send", "h3:sendError"], arg: 1, danger: "response" },
    // Sails and express-boom, on the response; Strapi, on the context.
    { calls: under([express], ["serverError", "badRequest", "forbidden", "notFound", "negotiate", "boom.*"]), arg: "all", danger: "response" },
    { calls: under([koa], ["send", "badRequest", "unauthorized", "forbidden", "notFound", "internalServerError", "badGateway", "conflict"]), arg: "all", danger: "response" },
  ],
};

export default sinks;
