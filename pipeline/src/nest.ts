import type { IncomingMessage, ServerResponse } from "node:http";
import { arrive, ended, type Edge } from "./edge.js";
import { EntryPlan, planNamed } from "./entry-plan.js";
import { AppFailure } from "./failure.js";
import { failureOf, type Problem } from "./mask.js";
import { issueOf } from "./parse.js";
import type { Scope } from "./scope.js";
import { send } from "./send.js";
import type { EntryPolicy } from "./settings.js";
import { als } from "./state.js";

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
type Request = IncomingMessage & { readonly raw?: Request; readonly route?: { readonly path?: unknown }; readonly routeOptions?: { readonly url?: unknown }; readonly body?: object; readonly query?: object; readonly params?: object; [ARRIVED]?: Edge };
type Reply = ServerResponse & { readonly raw?: ServerResponse };

/** Its entry is kept on the request itself, since on the way the asynchronous context may be lost. */
const ARRIVED = Symbol.for("nobypass.nest");
const HTTP = "http";
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
    const edge = opened(plan, req, res);
    try {
      edge.run(next, [req, res]);
    } catch (error) {
      answer(edge, req, res, error);
    }
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
 * their messages stay inside. Callers over another transport get the problem as the error.
 */
export class PipelineFilter {
  catch(error: unknown, host: Host): any {
    const [from, to] = host.getArgs();
    const type = host.getType();
    if (type === HTTP) return answer(carrier(from)[ARRIVED] ?? opened(planNamed(HTTP), from, to), from, to.raw ?? to, error);
    const edge = told.get(error as object) ?? arrive(planNamed(type), ROOT);
    const { body } = edge.problem(error);
    edge.end();
    if (type === "ws") return void from.emit("exception", body);
    // Without the class, before the first call that got past its guards, Nest answers. It says nothing of the error either.
    if (type === "rpc") return Observable && new Observable((subscriber) => subscriber.error(body));
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
  const edge = isHttp ? opened(plan, args[0], args[1]) : arrive(plan, ROOT);
  // Its answer is the next event, not another response.
  if (streams) (carrier(args[0])[ARRIVED] as Edge).onCut = undefined;
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
      subscriber.next({ type: "error", data: edge.problem(error).body });
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

const ROOT = { header: () => undefined };

/** There is no Nest without it. */
const metadata = (...args: [key: string, target: object, property?: string]): unknown => (Reflect as unknown as { getMetadata(...given: typeof args): unknown }).getMetadata(...args);

const carrier = (from: Request): Request => from.raw ?? from;

/** The entry of a request, or within it the one that knows more. */
function opened(plan: EntryPlan, from: Request, reply: Reply): Edge {
  const req = carrier(from);
  const res = reply.raw ?? reply;
  const before = req[ARRIVED];
  // Answered while its guards were still asking.
  if (before && !before.context.edge) return before;
  const edge = als.run((before?.scope ?? als.getStore()) as Scope, arrive, plan, { header: (name) => req.headers[name], peer: req.socket.remoteAddress, carrier: req });
  req[ARRIVED] ??= edge;
  edge.onCut = (failure) => answer(edge, req, res, failure);
  if (!res.headersSent) res.setHeader("x-request-id", edge.requestId);
  const over = (): void => {
    if (!res.writableFinished) edge.cancel();
    edge.end(res.headersSent ? res.statusCode : undefined);
  };
  // A guard may have taken longer than the client.
  if (res.destroyed) over();
  else res.once("close", over);
  return edge;
}

function answer(edge: Edge, from: Request, res: ServerResponse, error: unknown): void {
  const path = from.route?.path ?? from.routeOptions?.url;
  if (edge.context.entry === HTTP && path) edge.name = `${from.method} ${path}`;
  send(res, problemOf(edge, error, from));
}

interface HttpException {
  getStatus?(): number;
  getResponse?(): { readonly message?: unknown } | string;
  /** Of `http-errors`: what went wrong is meant to be known. */
  readonly expose?: boolean;
  readonly statusCode?: number;
}

function problemOf(edge: Edge, error: unknown, { body, query, params }: Request): Problem {
  const thrown = (error ?? {}) as HttpException;
  const status = thrown.getStatus?.() ?? ((thrown.expose && thrown.statusCode) as number);
  const { message } = (thrown.getResponse?.() ?? {}) as { message?: unknown };
  if (!Array.isArray(message) || status > 499 || failureOf(error).code !== "INTERNAL") return edge.problem(error, status);
  const problem = edge.problem(new AppFailure({ code: "VALIDATION", issues: message.map((text) => issueOf({ message: `${text}`, path: pathIn(`${text}`) }, { ...params, ...query, ...body })) }));
  return { ...problem, status, body: { ...problem.body, status } };
}

/** class-validator begins its messages with the property, and Nest puts those above it before. */
const pathIn = (message: string): string[] => /^\S+(?= must| should)/.exec(message.replace(/(each value in |nested |property )+/, ""))?.[0].split(".") ?? [];
