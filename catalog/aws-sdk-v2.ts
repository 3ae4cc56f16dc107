import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENTS = ["aws-sdk:*()", "aws-sdk/clients/*:()", "aws-sdk:DynamoDB.DocumentClient()", "aws-sdk/clients/dynamodb:DocumentClient()"];
const MADE = ["aws-sdk:*", "aws-sdk/clients/*:", "aws-sdk:DynamoDB.DocumentClient", "aws-sdk/clients/dynamodb:DocumentClient"];
const calls = under(CLIENTS, ["*"]);

export default {
  name: "aws-sdk v2",
  packages: ["aws-sdk", "aws-sdk/clients/*"],
  docs: "https://docs.aws.amazon.com/AWSJavaScriptSDK/latest/AWS/Config.html",
  effects: [{ calls, effect: "network", shape: "builder" }],
  quiet: under(CLIENTS, ["getSignedUrl", "getSignedUrlPromise", "createPresignedPost", "createSet", "setupRequestListeners"]),
  callBounds: [
    {
      calls,
      options: [],
      client: { made: MADE, options: atUnless([0], 0, "httpOptions.timeout") },
      assigned: ["aws-sdk:config.httpOptions.timeout"],
      configured: { calls: ["aws-sdk:config.update"], options: atUnless([0], 0, "httpOptions.timeout") },
      defaultMs: 120_000,
      docs: "https://docs.aws.amazon.com/AWSJavaScriptSDK/latest/AWS/Config.html#httpOptions-property",
    },
  ],
  credentials: [
    { calls: [...MADE, "aws-sdk:config.update"], places: at(0, "secretAccessKey", "sessionToken", "credentials.secretAccessKey"), what: "token" },
    { calls: ["aws-sdk:Credentials"], places: [...at(1, ""), ...at(2, "")], what: "token" },
  ],
} satisfies Library;
