import type { Library } from "./library.js";
import { under } from "./names.js";

const verbs = ["get", "post", "put", "patch", "delete", "del", "head", "options", "request"];
const asked = ["request:", "request:defaults()", "request-promise:", "request-promise-native:"];
const axios = ["axios:", "axios:create()", "@nestjs/axios:HttpService()"];

/** Where a value decides what host is asked. */
const sinks: Library = {
  name: "sinks-url",
  packages: ["undici", "node-fetch", "cross-fetch", "axios", "@nestjs/axios", "got", "ky", "needle", "superagent", "http", "https", "ws", "request", "request-promise", "request-promise-native", "urllib", "bent", "phin", "http2", "net", "tls", "jsdom", "ofetch", "graphql-request"],
  docs: "https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html",
  sinks: [
    { calls: [
      "global:fetch", "global:WebSocket", "undici:fetch", "undici:request", "undici:stream", "undici:pipeline", "node-fetch:", "cross-fetch:", "cross-fetch:fetch", "axios:",
      "axios:create()", "got:", "got:stream", "got:extend()", "ky:", "ky:create()", "superagent:", "ws:", "ws:WebSocket", "ofetch:", "ofetch:ofetch", "ofetch:ofetch.raw", "ofetch:$fetch", "graphql-request:request", "graphql-request:GraphQLClient",
    ], arg: 0, danger: "url" },
    { calls: [...under(axios, ["get", "post", "put", "patch", "delete", "head", "options", "postForm", "putForm", "patchForm"]), ...under(["got:", "got:extend()", "ky:", "ky:create()", "superagent:", "http:", "https:"], verbs)], arg: 0, danger: "url" },
    { calls: [...axios.slice(0, 2), ...under(axios, ["request"])], arg: 0, path: "url", danger: "url" },
    { calls: [...axios.slice(0, 2), ...under(axios, ["request"])], arg: 0, path: "baseURL", danger: "url" },
    ...["hostname", "host"].flatMap((path) => [0, 1].map((arg) => ({ calls: under(["http:", "https:"], ["get", "request"]), arg, path, danger: "url" as const }))),
    { calls: under(["needle:"], ["get", "post", "put", "patch", "delete", "head"]), arg: 0, danger: "url" },
    { calls: ["needle:", "needle:request"], arg: 1, danger: "url" },
    { calls: [...asked, ...under(asked, verbs), ...under(axios, ["request"]), "urllib:request", "urllib:curl", "urllib:HttpClient().request", "phin:", "http2:connect", "global:EventSource", "jsdom:JSDOM.fromURL"], arg: 0, danger: "url" },
    ...["url", "uri", "baseUrl"].map((path) => ({ calls: [...asked, ...under(asked, verbs), "phin:"], arg: 0, path, danger: "url" as const })),
    { calls: ["global:XMLHttpRequest().open", ...under(["net:"], ["connect", "createConnection", "Socket().connect"]), "tls:connect"], arg: 1, danger: "url" },
    { calls: [...under(["net:"], ["connect", "createConnection", "Socket().connect"]), "tls:connect"], arg: 0, path: "host", danger: "url" },
  ],
};

export default sinks;
