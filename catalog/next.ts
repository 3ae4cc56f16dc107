import type { Library } from "./library.js";
import { under } from "./names.js";

const extensions = ["ts", "tsx", "js", "jsx"];
const at = (place: string): readonly string[] => extensions.map((e) => `${place}.${e}`);
const apiRequest = "next:NextApiRequest()";
const apiResponse = "next:NextApiResponse()";
const request = "next/server:NextRequest()";

const next: Library = {
  name: "next",
  packages: ["next"],
  docs: "https://nextjs.org/docs/app/api-reference/file-conventions/route",
  instances: [
    { is: request, types: ["next/server.js:NextRequest"] },
    { is: apiRequest, types: ["next/types:NextApiRequest"] },
    { is: apiResponse, also: [`${apiResponse}.status()`, `${apiResponse}.setHeader()`, `${apiResponse}.setPreviewData()`] },
  ],
  abortSignals: [{ values: [`${request}.signal`], are: "signals" }],
  entries: [
    { framework: "next", kind: "http", adapter: "web", register: { by: "export", names: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], files: at("**/app/**/route") }, params: [request, null], returns: "response" },
    { framework: "next-api", kind: "http", adapter: "node", register: { by: "export", names: ["default"], files: at("**/pages/api/**/*"), types: ["next:NextApiHandler"] }, params: [apiRequest, apiResponse] },
    // The pages router: what a page loads before it is shown. `req` and `res` are those of node:http, the address has been read.
    { framework: "next-page", kind: "http", register: { by: "export", names: ["getServerSideProps"], files: [...at("**/pages/**/*"), ...at("**/pages/*")], types: ["next:GetServerSideProps"] } },
    // Server actions: every exported function of a file with the directive, and a function with its own.
    { framework: "next-action", kind: "rpc", register: { by: "export", names: ["*"], files: at("**/*"), directive: "use server" }, returns: "response" },
  ],
  sources: [
    ...["json()", "text()", "formData()", "arrayBuffer()", "blob()", "bytes()", "body"].map((path) => ({ from: { framework: "next", param: 0, path }, what: "body" as const })),
    { from: { framework: "next", param: 0, path: "nextUrl.searchParams" }, what: "query" },
    { from: { framework: "next", param: 0, path: "nextUrl.search" }, what: "query" },
    { from: { framework: "next", param: 0, path: "nextUrl.href" }, what: "query" },
    { from: { framework: "next", param: 0, path: "url" }, what: "query" },
    { from: { framework: "next", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "next", param: 0, path: "cookies" }, what: "cookie" },
    { from: { framework: "next", param: 1, path: "params" }, what: "param" },
    { from: { framework: "next-api", param: 0, path: "body" }, what: "body" },
    { from: { framework: "next-api", param: 0, path: "query" }, what: "query" },
    { from: { framework: "next-api", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "next-api", param: 0, path: "cookies" }, what: "cookie" },
    { from: { framework: "next-api", param: 0, path: "url" }, what: "query" },
    { from: { framework: "next-page", param: 0, path: "query" }, what: "query" },
    { from: { framework: "next-page", param: 0, path: "params" }, what: "param" },
    { from: { framework: "next-page", param: 0, path: "resolvedUrl" }, what: "query" },
    { from: { framework: "next-page", param: 0, path: "req.url" }, what: "query" },
    { from: { framework: "next-page", param: 0, path: "req.headers" }, what: "header" },
    { from: { framework: "next-page", param: 0, path: "req.cookies" }, what: "cookie" },
    ...[0, 1, 2, 3].map((param) => ({ from: { framework: "next-action", param, path: "" }, what: "body" as const })),
    { from: { calls: ["next/headers:headers"] }, what: "header" },
    { from: { calls: ["next/headers:cookies"] }, what: "cookie" },
  ],
  sinks: [
    { calls: ["next/server:NextResponse"], arg: 0, headers: { arg: 1, path: "headers" }, danger: "html" },
    { calls: ["next/server:NextResponse.json", "next/server:NextResponse"], arg: 0, danger: "response" },
    { calls: ["next/server:NextResponse.json", "next/server:NextResponse"], arg: 1, danger: "response" },
    { calls: ["next/server:NextResponse.redirect", "next/navigation:redirect", "next/navigation:permanentRedirect"], arg: 0, danger: "redirect" },
    { calls: ["next/server:NextResponse.rewrite"], arg: 0, danger: "redirect" },
    { calls: under([apiResponse], ["json", "send", "end", "write"]), arg: 0, danger: "response" },
    { calls: under([apiResponse], ["send", "end", "write"]), arg: 0, danger: "html" },
    { calls: under([apiResponse], ["setHeader"]), arg: 1, when: { arg: 0, values: ["location"] }, danger: "redirect" },
    { calls: under([apiResponse], ["redirect"]), arg: 0, danger: "redirect" },
    { calls: under([apiResponse], ["redirect"]), arg: 1, danger: "redirect" },
  ],
};

export default next;
