import type { Library } from "./library.js";
import { under } from "./names.js";

/** Handler types and event types: each marks a function as the platform's. */
const types = under(["aws-lambda:"], [
  "Handler", "StreamifyHandler", "ProxyHandler", "ALBHandler", "APIGatewayProxyHandler", "APIGatewayProxyHandlerV2", "APIGatewayProxyHandlerV2WithJWTAuthorizer", "APIGatewayProxyHandlerV2WithLambdaAuthorizer", "APIGatewayProxyWithCognitoAuthorizerHandler", "APIGatewayProxyWithLambdaAuthorizerHandler",
  "APIGatewayAuthorizerHandler", "APIGatewayTokenAuthorizerHandler", "APIGatewayRequestAuthorizerHandler", "AppSyncResolverHandler", "CdkCustomResourceHandler", "CloudFormationCustomResourceHandler", "CloudFrontRequestHandler", "CloudFrontResponseHandler", "CloudWatchLogsHandler", "DynamoDBStreamHandler",
  "EventBridgeHandler", "FirehoseTransformationHandler", "IoTHandler", "KinesisStreamHandler", "LambdaFunctionURLHandler", "LexHandler", "MSKHandler", "PostConfirmationTriggerHandler", "PreSignUpTriggerHandler", "S3BatchHandler", "S3Handler", "ScheduledHandler", "SelfManagedKafkaHandler", "SESHandler", "SNSHandler", "SQSHandler",
  "ALBEvent", "APIGatewayEvent", "APIGatewayProxyEvent", "APIGatewayProxyEventV2", "APIGatewayProxyEventV2WithJWTAuthorizer", "APIGatewayProxyEventV2WithLambdaAuthorizer", "AppSyncResolverEvent", "CloudFrontRequestEvent", "CloudWatchLogsEvent", "DynamoDBStreamEvent", "EventBridgeEvent", "FirehoseTransformationEvent", "KinesisStreamEvent",
  "LambdaFunctionURLEvent", "MSKEvent", "S3Event", "S3BatchEvent", "ScheduledEvent", "SelfManagedKafkaEvent", "SESEvent", "SNSEvent", "SQSEvent",
]);
const middy = "@middy/core:()";

/** What a queue, a topic or a stream says of a record itself: failed ones are answered by these. */
const stamps = ["messageId", "receiptHandle", "md5OfBody", "eventID", "eventSource", "eventSourceARN", "eventVersion", "awsRegion", "recordId", "EventSource", "EventSubscriptionArn"];

const lambda: Library = {
  name: "lambda",
  packages: ["@types/aws-lambda", "@middy/core"],
  docs: "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html",
  instances: [{ is: middy, also: [`${middy}.use()`, `${middy}.before()`, `${middy}.after()`, `${middy}.onError()`, `${middy}.handler()`] }],
  entries: [
    // yargs commands export a `handler` too, with a `command` and a `builder` beside it.
    { framework: "lambda", kind: "serverless", register: { by: "export", names: ["handler"], files: ["**/*.ts", "**/*.mts", "**/*.cts", "**/*.js", "**/*.mjs", "**/*.cjs"], types, notBeside: ["command", "builder"] }, adapter: "lambda", params: [null, "aws-lambda:Context()"], returns: "response" },
    { framework: "lambda", kind: "serverless", register: { by: "call", calls: ["@middy/core:"], handler: 0 }, adapter: "lambda", params: [null, "aws-lambda:Context()"], returns: "response" },
    { framework: "lambda", kind: "serverless", register: { by: "call", calls: [`${middy}.handler`], handler: 0 }, adapter: "lambda", params: [null, "aws-lambda:Context()"], returns: "response" },
    { framework: "lambda", kind: "serverless", register: { by: "call", calls: ["global:awslambda.streamifyResponse"], handler: 0 } },
  ],
  middleware: [
    { framework: "lambda", role: "before", calls: [`${middy}.before`, `${middy}.after`], handler: 0 },
    ...["before", "after"].map((path) => ({ framework: "lambda", role: "before" as const, calls: [`${middy}.use`], handler: { arg: 0, path } })),
    { framework: "lambda", role: "errors", calls: [`${middy}.use`], handler: { arg: 0, path: "onError" }, error: { param: 0, path: "error" } },
    { framework: "lambda", role: "errors", calls: [`${middy}.onError`], handler: 0, error: { param: 0, path: "error" } },
  ],
  wraps: [{ calls: ["@middy/core:", "global:awslambda.streamifyResponse"], arg: 0 }],
  sources: [
    { from: { framework: "lambda", param: 0, path: "body" }, what: "body" },
    { from: { framework: "lambda", param: 0, path: "queryStringParameters" }, what: "query" },
    { from: { framework: "lambda", param: 0, path: "multiValueQueryStringParameters" }, what: "query" },
    { from: { framework: "lambda", param: 0, path: "rawQueryString" }, what: "query" },
    { from: { framework: "lambda", param: 0, path: "pathParameters" }, what: "param" },
    { from: { framework: "lambda", param: 0, path: "path" }, what: "param" },
    { from: { framework: "lambda", param: 0, path: "rawPath" }, what: "param" },
    { from: { framework: "lambda", param: 0, path: "headers" }, what: "header" },
    { from: { framework: "lambda", param: 0, path: "multiValueHeaders" }, what: "header" },
    { from: { framework: "lambda", param: 0, path: "cookies" }, what: "cookie" },
    // SQS, SNS, S3, Kinesis, DynamoDB streams; Kafka; EventBridge; AppSync
    { from: { framework: "lambda", param: 0, path: "Records" }, what: "message", stamps },
    { from: { framework: "lambda", param: 0, path: "records" }, what: "message", stamps },
    { from: { framework: "lambda", param: 0, path: "detail" }, what: "event" },
    { from: { framework: "lambda", param: 0, path: "arguments" }, what: "param" },
    // Invoked by name, by a state machine or a rule, it gets whatever the caller sends.
    { from: { framework: "lambda", param: 0, path: "" }, what: "param" },
  ],
};

export default lambda;
