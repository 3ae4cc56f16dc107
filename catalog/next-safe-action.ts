import type { Library } from "./library.js";
import { calling, under } from "./names.js";

const root = "next-safe-action:createSafeActionClient()";
const ends = ["action", "stateAction"];

/** What the chain's schema accepted is `parsedInput`, so it is no source: only what goes round it is. */
const nextSafeAction: Library = {
  name: "next-safe-action",
  packages: ["next-safe-action"],
  docs: "https://next-safe-action.dev/docs/define-actions/create-the-client",
  instances: [{ is: root, also: calling(under([root], ["use", "metadata", "schema", "inputSchema", "outputSchema", "bindArgsSchemas"])) }],
  entries: [
    // The client is made in one file and its chains ended in many: where it cannot be resolved, its name and the end of the chain tell.
    { framework: "next-safe-action", kind: "rpc", params: [null], returns: "response", answersErrors: true, register: { by: "call", calls: under([root], ends), handler: 0, shape: { root: "^(\\w+A|a)ctionClient$", ends } } },
  ],
  middleware: [{ framework: "next-safe-action", role: "before", calls: [`${root}.use`], handler: 0 }],
  sources: [{ from: { framework: "next-safe-action", param: 0, path: "clientInput" }, what: "body" }],
  validators: [{ calls: under([root], ["schema", "inputSchema"]), accepts: "middleware", arg: 0 }],
};

export default nextSafeAction;
