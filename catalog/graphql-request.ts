import type { Library } from "./library.js";
import { under } from "./names.js";
import { at } from "./places.js";

const CLIENT = "graphql-request:GraphQLClient()";
const METHODS = under([CLIENT], ["request", "rawRequest", "batchRequests"]);
const FUNCTIONS = ["graphql-request:", ...under(["graphql-request:"], ["request", "rawRequest", "batchRequests"])];

export default {
  name: "graphql-request",
  packages: ["graphql-request"],
  docs: "https://github.com/graffle-js/graffle/tree/graphql-request#readme",
  effects: [{ calls: [...METHODS, ...FUNCTIONS], effect: "network" }],
  callBounds: [
    // The signal stands in the object form only: `request({ document, variables, signal })`.
    { calls: METHODS, options: at(0, "signal"), client: { made: ["graphql-request:GraphQLClient"], options: at(1, "signal", "fetch") }, defaultMs: 300_000, docs: "https://github.com/graffle-js/graffle/tree/graphql-request#readme" },
    { calls: FUNCTIONS, options: at(0, "signal"), defaultMs: 300_000, docs: "https://github.com/graffle-js/graffle/tree/graphql-request#readme" },
  ],
  credentials: [{ calls: ["graphql-request:GraphQLClient"], places: at(1, "headers.Authorization", "headers.X-Api-Key", "headers.X-Hasura-Admin-Secret"), what: "auth header" }],
} satisfies Library;
