import type { Library } from "./library.js";
import { at, atUnless } from "./places.js";

const CLIENT = "@aws-sdk/client-*:*()";
const MADE = ["@aws-sdk/client-*:*", "@aws-sdk/lib-dynamodb:DynamoDBDocumentClient.from", "@aws-sdk/lib-dynamodb:DynamoDBDocument.from"];
// `connectionTimeout` ends with the connection. Since late 2025 `requestTimeout` only warns unless `throwOnRequestTimeout` is set;
// before, it bounded. Both count, as long as the version is not known.
const HANDLER = ["requestHandler.requestTimeout", "requestHandler.socketTimeout"];
const docs = "https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-handlers.html";

export default {
  name: "aws-sdk",
  packages: ["@aws-sdk/client-*", "@aws-sdk/lib-dynamodb", "@aws-sdk/lib-storage", "@aws-sdk/credential-providers"],
  docs: "https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/",
  instances: [{ is: "@aws-sdk/lib-dynamodb:DynamoDBDocumentClient.from()", also: ["@aws-sdk/lib-dynamodb:DynamoDBDocument.from()"], types: ["@aws-sdk/lib-dynamodb:DynamoDBDocumentClient", "@aws-sdk/lib-dynamodb:DynamoDBDocument"] }],
  effects: [
    // `send(command)`, or one method per operation on the aggregated client: `new S3().getObject(…)`.
    { calls: [`${CLIENT}.*`, "@aws-sdk/lib-dynamodb:DynamoDBDocumentClient.from().*"], effect: "network" },
    { calls: ["@aws-sdk/lib-storage:Upload().done"], effect: "network" },
  ],
  quiet: [`${CLIENT}.destroy`, "@aws-sdk/lib-dynamodb:DynamoDBDocumentClient.from().destroy"],
  callBounds: [
    {
      calls: [`${CLIENT}.*`, "@aws-sdk/lib-dynamodb:DynamoDBDocumentClient.from().*"],
      options: [...at(1, "abortSignal"), ...atUnless([0], 1, "requestTimeout")],
      client: { made: MADE, options: atUnless([0], 0, ...HANDLER) },
      defaultMs: null,
      signal: { arg: 1, path: "abortSignal" },
      docs,
    },
    {
      calls: ["@aws-sdk/lib-storage:Upload().done"],
      options: [],
      client: { made: ["@aws-sdk/lib-storage:Upload"], options: [...at(0, "abortController"), ...atUnless([0], 0, ...HANDLER.map((path) => `client.${path}`))] },
      defaultMs: null,
      docs: "https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-aws-sdk-lib-storage/",
    },
  ],
  credentials: [{ calls: ["@aws-sdk/client-*:*"], places: at(0, "credentials.secretAccessKey", "credentials.sessionToken"), what: "token" }],
} satisfies Library;
