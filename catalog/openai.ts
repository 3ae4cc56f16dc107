import type { CallBoundRow, Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const VERBS = ["create", "parse", "stream", "retrieve", "list", "update", "cancel", "generate", "edit", "del", "delete", "createAndPoll", "runTools", "search"];
const OPENAI = under(["openai:()"], VERBS.flatMap((verb) => [`*.${verb}`, `*.*.${verb}`, `*.*.*.${verb}`]));
const ANTHROPIC = under(["@anthropic-ai/sdk:()"], ["messages.create", "messages.stream", "messages.countTokens", "messages.batches.*", "beta.messages.create", "beta.messages.stream", "completions.create", "models.list", "models.retrieve"]);
const COHERE = under(["cohere-ai:CohereClient()"], ["chat", "chatStream", "embed", "rerank", "classify", "tokenize", "detokenize"]);
const MADE = ["openai:", "openai:OpenAI", "openai:AzureOpenAI", "@anthropic-ai/sdk:", "@anthropic-ai/sdk:Anthropic"];
// Ten minutes an attempt, and each of the retries takes as long.
const stainless = (calls: readonly string[], made: readonly string[], docs: string): CallBoundRow => ({
  calls,
  // (body, options) or, below a parent, (id, body, options)
  options: [...at(1, "timeout", "signal"), ...at(2, "timeout", "signal")],
  client: { made, options: at(0, "timeout") },
  defaultMs: 600_000,
  signal: { arg: 1, path: "signal" },
  docs,
});

export default {
  name: "openai",
  packages: ["openai", "@anthropic-ai/sdk", "cohere-ai"],
  docs: "https://github.com/openai/openai-node#timeouts",
  instances: [
    { is: "openai:()", also: ["openai:OpenAI()", "openai:AzureOpenAI()", "openai:().withOptions()"], types: ["openai:OpenAI"] },
    { is: "@anthropic-ai/sdk:()", also: ["@anthropic-ai/sdk:Anthropic()", "@anthropic-ai/sdk:().withOptions()"], types: ["@anthropic-ai/sdk:Anthropic"] },
    { is: "cohere-ai:CohereClient()", also: ["cohere-ai:CohereClientV2()"] },
  ],
  effects: [{ calls: [...OPENAI, ...ANTHROPIC, ...COHERE], effect: "network" }],
  callBounds: [
    stainless(OPENAI, MADE.slice(0, 3), "https://github.com/openai/openai-node#timeouts"),
    stainless(ANTHROPIC, MADE.slice(3), "https://github.com/anthropics/anthropic-sdk-typescript#timeouts"),
    {
      calls: COHERE,
      options: at(1, "timeoutInSeconds", "abortSignal"),
      client: { made: under(["cohere-ai:"], ["CohereClient", "CohereClientV2"]), options: at(0, "timeoutInSeconds") },
      defaultMs: 300_000,
      signal: { arg: 1, path: "abortSignal" },
      docs: "https://github.com/cohere-ai/cohere-typescript#readme",
    },
  ],
  credentials: [
    { calls: MADE, places: at(0, "apiKey"), what: "token" },
    { calls: under(["cohere-ai:"], ["CohereClient", "CohereClientV2"]), places: at(0, "token"), what: "token" },
  ],
} satisfies Library;
