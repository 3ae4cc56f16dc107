import type { Library } from "./library.js";
import { under } from "./names.js";

const verbs = ["get", "post", "put", "patch", "delete", "del", "head", "options", "request"];
const axios = ["axios:", "axios:create()", "@nestjs/axios:HttpService()"];

/** Where a value decides what host is asked. */
const sinks: Library = {
  name: "sinks-url",
  packages: ["undici", "node-fetch", "cross-fetch", "axios", "@nestjs/axios", "got", "ky", "needle", "superagent", "http", "https", "puppeteer", "playwright", "ws"],
  docs: "https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html",
  sinks: [
    { calls: [
      "global:fetch", "global:WebSocket", "undici:fetch", "undici:request", "undici:stream", "undici:pipeline", "node-fetch:", "cross-fetch:", "cross-fetch:fetch", "axios:",
      "axios:create()", "got:", "got:stream", "got:extend()", "ky:", "ky:create()", "superagent:", "ws:", "ws:WebSocket",
    ], arg: 0, danger: "url" },
    { calls: [...under(axios, ["get", "post", "put", "patch", "delete", "head", "options", "postForm", "putForm", "patchForm"]), ...under(["got:", "got:extend()", "ky:", "ky:create()", "superagent:", "http:", "https:"], verbs)], arg: 0, danger: "url" },
    { calls: [...axios.slice(0, 2), ...under(axios, ["request"])], arg: 0, path: "url", danger: "url" },
    { calls: [...axios.slice(0, 2), ...under(axios, ["request"])], arg: 0, path: "baseURL", danger: "url" },
    { calls: under(["http:", "https:"], ["get", "request"]), arg: 0, path: "hostname", danger: "url" },
    { calls: under(["http:", "https:"], ["get", "request"]), arg: 0, path: "host", danger: "url" },
    { calls: under(["needle:"], ["get", "post", "put", "patch", "delete", "head"]), arg: 0, danger: "url" },
    { calls: ["needle:", "needle:request"], arg: 1, danger: "url" },
    { calls: ["puppeteer:launch().newPage().goto", "playwright:*.launch().newPage().goto", "playwright:*.launch().newContext().newPage().goto"], arg: 0, danger: "url" },
  ],
};

export default sinks;
