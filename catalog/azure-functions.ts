import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const app = "@azure/functions:app";
const named = { arg: 0, path: "" } as const;
const http = { framework: "azure-http", kind: "serverless", params: ["@azure/functions:HttpRequest()", "@azure/functions:InvocationContext()"], returns: "response" } as const satisfies Partial<EntryRow>;
const event = { framework: "azure-event", kind: "serverless", params: [null, "@azure/functions:InvocationContext()"] } as const satisfies Partial<EntryRow>;

const functions: Library = {
  name: "azure-functions",
  packages: ["@azure/functions"],
  docs: "https://learn.microsoft.com/azure/azure-functions/functions-reference-node",
  entries: [
    { ...http, register: { by: "call", calls: under([app], ["http", "get", "put", "post", "patch", "deleteRequest"]), handler: { arg: 1, path: "handler" }, named } },
    { ...http, register: { by: "call", calls: under([app], ["get", "put", "post", "patch", "deleteRequest"]), handler: 1, named } },
    { ...event, register: { by: "call", calls: under([app], [
      "timer", "storageBlob", "storageQueue", "serviceBusQueue", "serviceBusTopic", "eventHub", "eventGrid", "cosmosDB", "sql", "mySql", "generic", "warmup", "webPubSub",
      "connectorTrigger", "mcpTool", "mcpResource", "mcpPrompt",
    ]), handler: { arg: 1, path: "handler" }, named } },
    // Version 3: `(context, request)`; the trigger stands in function.json.
    { framework: "azure-v3", kind: "serverless", register: { by: "export", names: [], files: [], types: ["@azure/functions:AzureFunction"] } },
  ],
  sources: [
    ...["json()", "text()", "formData()", "arrayBuffer()", "blob()", "body"].map((path) => ({ from: { framework: "azure-http", param: 0, path }, what: "body" as const })),
    { from: { framework: "azure-http", param: 0, path: "query" }, what: "query" },
    { from: { framework: "azure-http", param: 0, path: "url" }, what: "query" },
    { from: { framework: "azure-http", param: 0, path: "params" }, what: "param" },
    { from: { framework: "azure-http", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "azure-event", param: 0, path: "" }, what: "event" },
    { from: { framework: "azure-v3", param: 0, path: "req.body" }, what: "body" },
    { from: { framework: "azure-v3", param: 1, path: "body" }, what: "body" },
    { from: { framework: "azure-v3", param: 0, path: "req.query" }, what: "query" },
    { from: { framework: "azure-v3", param: 1, path: "query" }, what: "query" },
    { from: { framework: "azure-v3", param: 0, path: "bindings" }, what: "event" },
  ],
  // Version 3 answers by assignment to `context.res`.
  sinks: [{ calls: [], assigned: ["@azure/functions:Context().res", "@azure/functions:Context().res.body"], arg: 0, danger: "response" }],
};

export default functions;
