/** Checked by `npm run typecheck`, run by nobody: what the entries of Nest, Lambda and node-cron keep of their platforms' types. */
import type { ExceptionFilter, INestApplication, NestInterceptor } from "@nestjs/common";
import type { ALBHandler, APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, APIGatewayProxyResult, Context, SQSHandler } from "aws-lambda";
import cron, { type TaskContext, type TaskFn } from "node-cron";
import { entry as cronEntry } from "../src/cron.js";
import type { IncomingMessage, ServerResponse } from "node:http";
import { entry as lambdaEntry } from "../src/lambda.js";
import { pipeline, PipelineFilter, PipelineInterceptor } from "../src/nest.js";
import { entry as nodeEntry } from "../src/node.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export function nest(app: INestApplication): void {
  const interceptor: NestInterceptor = new PipelineInterceptor();
  const filter: ExceptionFilter = new PipelineFilter();
  app.use(pipeline({ timeout: 10_000, rateLimit: { limit: 1, per: 1, key: (req) => String(req) } }));
  app.useGlobalInterceptors(interceptor, new PipelineInterceptor());
  app.useGlobalFilters(filter, new PipelineFilter());
}

export const lambda = {
  // What the platform says of the event reaches the handler.
  v2: lambdaEntry("lambda.orders", async (event) => {
    is<APIGatewayProxyEventV2, typeof event>(true);
    return { statusCode: 200, body: event.rawPath };
  }) satisfies APIGatewayProxyHandlerV2,
  alb: lambdaEntry("lambda.alb", async (event, context) => ({ statusCode: 200, body: `${event.path}${context.awsRequestId}` })) satisfies ALBHandler,
  sqs: lambdaEntry("lambda.mail", async ({ Records }) => ({ batchItemFailures: Records.map((r) => ({ itemIdentifier: r.messageId })) })) satisfies SQSHandler,
  own: lambdaEntry("lambda.own", async (event: { id: string }, context: Context): Promise<APIGatewayProxyResult> => ({ statusCode: 200, body: event.id + context.functionName }), { authorize: (event) => event.id !== "" }),
  callback: lambdaEntry("lambda.cb", (event: { n: number }, _context: Context, done: (error: Error | null, n?: number) => void): void => done(null, event.n)),
};
is<(event: { id: string }, context: Context) => Promise<APIGatewayProxyResult>, typeof lambda.own>(true);
is<(event: { n: number }, context: Context, done: (error: Error | null, n?: number) => void) => void, typeof lambda.callback>(true);
// @ts-expect-error there is no such field
lambdaEntry("lambda.x", async (event: { id: string }) => event.name);

export function tasks(): void {
  const sweep = cronEntry("cron.sweep", async (context: TaskContext) => context.date.getTime(), { timeout: 50_000, concurrency: 1 });
  is<(context: TaskContext) => Promise<number>, typeof sweep>(true);
  const fn: TaskFn = sweep;
  cron.schedule("* * * * *", fn);
  cron.schedule("* * * * *", cronEntry("cron.sweep", (context) => { is<TaskContext, typeof context>(true); }));
  // @ts-expect-error a name comes first
  cronEntry(() => {});
}

interface PageRequest extends IncomingMessage {
  body: { n: number };
}

/** A framework's own, on top of `node:http`. */
export const pages = nodeEntry("/api/pages", async (req: PageRequest, res: ServerResponse & { json(body: unknown): void }) => res.json(req.body.n), { authorize: (req) => req.body.n > 0 });
is<(req: PageRequest, res: ServerResponse & { json(body: unknown): void }) => Promise<void>, typeof pages>(true);
nodeEntry("http", (req, res) => {
  is<IncomingMessage, typeof req>(true);
  res.end();
});
