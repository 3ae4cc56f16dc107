import type { Library } from "./library.js";

const SERVER = "@modelcontextprotocol/sdk/server/mcp:McpServer()";

/** The official SDK. What a tool is given has passed its input schema, where it has one. */
const mcp: Library = {
  name: "mcp",
  packages: ["@modelcontextprotocol/sdk/server/mcp", "@modelcontextprotocol/sdk/server/mcp.js", "@modelcontextprotocol/sdk/server/index.js", "@modelcontextprotocol/sdk"],
  docs: "https://github.com/modelcontextprotocol/typescript-sdk",
  instances: [{ is: SERVER, also: ["@modelcontextprotocol/sdk/server/mcp.js:McpServer()"], types: ["@modelcontextprotocol/sdk/server/mcp:McpServer", "@modelcontextprotocol/sdk/server/mcp.js:McpServer"] }],
  entries: [
    { framework: "mcp", kind: "rpc", register: { by: "call", calls: ["registerTool", "registerResource", "registerPrompt", "tool", "resource", "prompt"].map((m) => `${SERVER}.${m}`), handler: "last", minArgs: 2, named: { arg: 0, path: "" } }, returns: "response" },
  ],
};

export default mcp;
