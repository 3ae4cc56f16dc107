import type { IncomingMessage, ServerResponse } from "node:http";
import { arriveFrom } from "./arrival.js";
import { ended, type Edge } from "./edge.js";
import { EntryPlan, planNamed } from "./entry-plan.js";
import { enter, exchangeOf, type Exchange } from "./exchange.js";
import { AppFailure } from "./failure.js";
import { failureOf } from "./mask.js";
import { issueOf } from "./parse.js";
import { problemAt, type Problem } from "./problem.js";
import { arrivalOf, callOf, grpcStatus } from "./rpc.js";
import { safe } from "./safe.js";
import type { EntryPolicy } from "./settings.js";

export { correlation } from "./rpc.js";

/** What is used of Nest and rxjs, so that neither is needed to load this. */
interface Host {
  getType(): string;
  getArgs(): any[];
}

interface Context extends Host {
  getClass(): { readonly name: string; readonly prototype: object };
  getHandler(): Function;
}

interface Subscriber {
  readonly closed: boolean;
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

interface Source {
  subscribe(observer: Omit<Subscriber, "closed">): { unsubscribe(): void };
}

type ObservableClass = new (subscribe: (subscriber: Subscriber) => (() => void) | void) => unknown;

/** Express's, or Fastify's with Node's inside. */
type Request = IncomingMessage & { readonly raw?: Request; readonly ip?: string; readonly route?: { readonly path?: unknown }; readonly routeOptions?: { readonly url?: unknown }; readonly body?: object; readonly query?: object; readonly params?: object };
type Reply = ServerResponse & { readonly raw?: ServerResponse };

const HTTP = "http";
const RPC = "rpc";
/** rxjs's, as it is met. */
let Observable: ObservableClass | undefined;
/** Of calls without an HTTP answer: whose a failure is, which is told already. */
const told = new WeakMap<object, Edge>();

/**
 * `app.use(pipeline())`: bound, correlation and cancellation begin when a request arrives, before body parsers, guards and
 * other middleware. With the interceptor alone they begin after the guards.
 */
export function pipeline(policy?: EntryPolicy) {
  const plan = new EntryPlan(HTTP, policy);
  return (req: IncomingMessage, res: ServerResponse, next: () => void): void => {
    const [exchange, edge] = met(plan, req, res);
    exchange.run(edge, () => exchange.pass(next), [req, res]);
  };
}

/**
 * `app.useGlobalInterceptors(new PipelineInterceptor())`, before others, which then run inside: each handler is entered as
 * `Controller.method`, with the pipes of its parameters. When it is cut, its Observable is unsubscribed from. Of `@Sse()` the
 * time between two events is bounded.
 */
export class PipelineInterceptor {
  intercept<T>(context: Context, next: { handle(): T }): T {
    Observable ??= (next.handle() as object).constructor as ObservableClass;
    return new Observable((subscriber) => entered(context, next as { handle(): Source }, subscriber)) as T;
  }
}

/**
 * `app.useGlobalFilters(new PipelineFilter())`, before filters for errors of one's own, which then go first: every other
 * failure is answered with a problem. Nest's own exceptions keep their status, those of a `ValidationPipe` what it found;
 * their messages stay inside. Callers over another transport get the problem as the error, those over gRPC a status.
 */
export class PipelineFilter {
  catch(error: unknown, host: Host): any {
    const [from, to] = host.getArgs();
    const type = host.getType();
    if (type === HTTP) return answered(from, to, error);
    const edge = told.get(error as object) ?? arriveFrom(planNamed(type), type === RPC ? arrivalOf(host.getArgs()) : NOTHING);
    const { body } = problemAt(edge, error);
    edge.end();
    if (type === "ws") return void from.emit("exception", body);
    // Without the class, before the first call that got past its guards, Nest answers. It says nothing of the error either.
    if (type === RPC) return Observable && new Observable((subscriber) => subscriber.error(callOf(host.getArgs()) ? grpcStatus(body) : body));
    return Object.assign(new Error(body.title), { extensions: body });
  }
}

function entered(context: Context, next: { handle(): Source }, subscriber: Subscriber): () => void {
  const args = context.getArgs();
  const handler = context.getHandler();
  const type = context.getClass();
  const isHttp = context.getType() === HTTP;
  const streams = isHttp && metadata("__sse__", handler) === true;
  const plan = planNamed(`${type.name}.${handler.name}`, streams);
  const exchange = isHttp ? met(plan, args[0], args[1]) : undefined;
  const edge = exchange?.[1] ?? arriveFrom(plan, context.getType() === RPC ? arrivalOf(args) : NOTHING);
  // Its answer is the next event, not another response.
  if (streams && exchange) exchange[0].edge.onCut = undefined;
  const call = isHttp ? undefined : callOf(args);
  const cancel = (): void => edge.cancel();
  if (call?.cancelled) cancel();
  else call?.on("cancelled", cancel);
  let stop: (() => void) | undefined;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const subscription = next.handle().subscribe({
        next(value) {
          if (subscriber.closed) return stop?.();
          edge.touch();
          subscriber.next(value);
        },
        error: reject,
        complete: resolve,
      });
      stop = () => {
        subscription.unsubscribe();
        resolve();
      };
    });
  const failed = (error: unknown): void => {
    if (streams && (args[1].raw ?? args[1]).headersSent) {
      subscriber.next({ type: "error", data: problemAt(edge, error).body });
      return subscriber.complete();
    }
    const thrown = error instanceof Object ? error : failureOf(error);
    if (!isHttp) {
      told.set(thrown, edge);
      ended(edge, error);
    }
    subscriber.error(thrown);
  };
  (async () => edge.run(work, args))().then(() => {
    if (!isHttp) edge.end();
    subscriber.complete();
  }, failed);
  return () => {
    // A promise cannot be stopped: it holds its slot until it has settled.
    if (handler.constructor.name !== "AsyncFunction" && metadata("design:returntype", type.prototype, handler.name) !== Promise) stop?.();
    if (isHttp) return;
    edge.cancel();
    edge.end();
  };
}

const NOTHING = { header: () => undefined };

/** There is no Nest without it. */
const metadata = (...args: [key: string, target: object, property?: string]): unknown => (Reflect as unknown as { getMetadata(...given: typeof args): unknown }).getMetadata(...args);

/** The entry of a request, which is kept at the one that Node made: both platforms have it inside. */
function met(plan: EntryPlan, from: Request, reply: Reply): readonly [Exchange, Edge] {
  const known = enter(plan, from.raw ?? from, reply.raw ?? reply, false, () => from.ip);
  toldBy(from, known[0]);
  return known;
}

/** The nearer to the handler, the more a request says of itself. */
function toldBy(from: Request, exchange: Exchange): void {
  const { edge } = exchange;
  exchange.problem = (error) => problemIn(edge, error, from);
  const path = from.route?.path ?? from.routeOptions?.url;
  if (edge.context.entry === HTTP && path) exchange.route = () => `${from.method} ${path}`;
}

interface HttpException {
  getStatus?(): number;
  getResponse?(): { readonly message?: unknown } | string;
  /** Of `http-errors`: what went wrong is meant to be known. */
  readonly expose?: boolean;
  readonly statusCode?: number;
}

/** Also where neither `pipeline()` nor an interceptor was reached. */
function answered(from: Request, reply: Reply, error: unknown): void {
  const exchange = exchangeOf(from.raw ?? from) ?? met(planNamed(HTTP), from, reply)[0];
  toldBy(from, exchange);
  exchange.answer(error);
}

function problemIn(edge: Edge, error: unknown, { body, query, params }: Request): Problem {
  const { status, message } = safe(() => {
    const thrown = (error ?? {}) as HttpException;
    const { message } = (thrown.getResponse?.() ?? {}) as { message?: unknown };
    return { status: thrown.getStatus?.() ?? ((thrown.expose && thrown.statusCode) as number), message };
  }, {} as { status: number; message?: unknown });
  if (!Array.isArray(message) || status > 499 || failureOf(error).code !== "INTERNAL") return problemAt(edge, error, status);
  const problem = problemAt(edge, new AppFailure({ code: "VALIDATION", issues: message.map((text) => issueOf({ message: `${text}`, path: pathIn(`${text}`) }, { ...params, ...query, ...body })) }));
  return { ...problem, status, body: { ...problem.body, status } };
}

/** class-validator begins its messages with the property, and Nest puts those above it before. */
const pathIn = (message: string): string[] => /^\S+(?= must| should)/.exec(message.replace(/(each value in |nested |property )+/, ""))?.[0].split(".") ?? [];
