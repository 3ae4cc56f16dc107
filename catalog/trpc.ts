import type { EntryRow, Library } from "./library.js";
import { calling, under } from "./names.js";

const root = "@trpc/server:initTRPC.create()";
const procedure = `${root}.procedure`;
const init = "@trpc/server:initTRPC";
const servers = [
  ...["fetch:fetchRequestHandler", "express:createExpressMiddleware", "next:createNextApiHandler", "standalone:createHTTPServer", "standalone:createHTTPHandler", "node-http:nodeHTTPRequestHandler", "aws-lambda:awsLambdaRequestHandler", "ws:applyWSSHandler"].map((name) => `@trpc/server/adapters/${name}`),
  "@hono/trpc-server:trpcServer",
];
const ends = ["query", "mutation", "subscription"];
const entry = { framework: "trpc", kind: "rpc", adapter: "trpc", params: [null], returns: "response" } as const satisfies Partial<EntryRow>;

/** What `.input(schema)` accepted is the `input` of the handler, so it is no source: only what goes round it is, and what a function for a schema believes. */
const trpc: Library = {
  name: "trpc",
  packages: ["@trpc/server", "@trpc/server/adapters/*", "@hono/trpc-server"],
  docs: "https://trpc.io/docs/server/procedures",
  instances: [
    { is: root, also: ["context", "meta", "context().meta", "meta().context"].map((chain) => `${init}.${chain}().create()`) },
    { is: procedure, also: calling(under([procedure], ["input", "output", "use", "meta", "concat", "unstable_concat", "errors"])) },
  ],
  entries: [
    // Procedures are built in one file and ended in many: where the root cannot be resolved, its name and the end of the chain tell.
    { ...entry, register: { by: "call", calls: under([procedure], ends), handler: 0, shape: { root: "^(\\w+P|p)rocedure$", ends } } },
  ],
  middleware: [
    // Made anew for each request, before any procedure.
    { framework: "trpc", role: "before", calls: servers, handler: { arg: 0, path: "createContext" } },
    { framework: "trpc", role: "before", calls: [`${procedure}.use`, `${root}.middleware`], handler: 0 },
    { framework: "trpc", role: "errors", calls: [`${init}.create`, ...["context", "meta", "context().meta", "meta().context"].map((chain) => `${init}.${chain}().create`)], handler: { arg: 0, path: "errorFormatter" }, error: { param: 0, path: "error" }, returns: "response" },
  ],
  sources: [
    { from: { framework: "trpc", param: 0, path: "getRawInput()" }, what: "body" },
    { from: { framework: "trpc", param: 0, path: "input" }, what: "body", parsedBy: "input" },
  ],
  validators: [{ calls: [`${procedure}.input`], accepts: "middleware", arg: 0 }],
  errors: [{ classes: ["@trpc/server:TRPCError"], public: true }],
  ambient: [{ framework: "trpc", name: "pipeline", calls: [`${procedure}.use`], arg: { index: 0, values: ["@nobypass/pipeline/trpc:pipeline()"] }, made: true, gives: "pipeline" }],
};

export default trpc;
