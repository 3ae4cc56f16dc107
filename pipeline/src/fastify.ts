import type { IncomingMessage, ServerResponse } from "node:http";
import type { Edge } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { enter, exchangeOf, type Exchange } from "./exchange.js";
import { AppFailure } from "./failure.js";
import { keep } from "./keep.js";
import { issueOf } from "./parse.js";
import type { Problem } from "./problem.js";
import { safe } from "./safe.js";
import { KEPT, send } from "./send.js";
import type { EntryPolicy } from "./settings.js";

type Handler = (...args: never[]) => unknown;

interface Request {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly routeOptions: { readonly url?: string | undefined };
  readonly query: unknown;
  /** As `trustProxy` says. */
  readonly ip: string;
  readonly [part: string]: unknown;
}

interface Reply {
  readonly raw: ServerResponse;
  /** Also of a reply that was hijacked. */
  readonly sent: boolean;
  getHeaders(): object;
  removeHeader(name: string): unknown;
  code(status: number): Reply;
  headers(headers: object): Reply;
  send(payload: unknown): unknown;
}

interface Host {
  addHook(name: "onRequest", hook: (request: any, reply: any, done: () => void) => void): unknown;
  setErrorHandler(handler: (error: any, request: any, reply: any) => void): unknown;
}

/**
 * A handler of Fastify, entered: it answers what it throws or rejects with, and is cancelled when the client has gone. What
 * it returns is serialised by Fastify as before. The bound begins with the handler; from the arrival on, with `pipeline()`.
 */
function entryOf<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  return entered(new EntryPlan(name, policy), handler);
}

/** For responses without an end that can be told: bounded is the time between two writes. */
function stream<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  return entered(new EntryPlan(name, policy, true), handler, true);
}

export const entry = Object.assign(entryOf, { stream });

/**
 * `app.register(pipeline())`, before other plugins: every request is bounded from its arrival, parsing included, correlated
 * and logged, and every failure is masked, also of hooks, parsers, schemas and handlers without an entry of their own. It sets
 * the error handler of the instance; those of plugins and routes are asked first.
 */
export function pipeline(policy?: EntryPolicy) {
  const plan = new EntryPlan("http", policy);
  const plugin = (app: Host, _options: unknown, done: () => void): void => {
    app.addHook("onRequest", (request: Request, reply: Reply, next) => {
      const [exchange, edge] = met(plan, request, reply);
      if (request.routeOptions.url) edge.context.entry = `${request.method} ${request.routeOptions.url}`;
      exchange.run(edge, () => exchange.pass(next), [request, reply], shown);
    });
    app.setErrorHandler((error: FastifyError | null | undefined, request: Request, reply: Reply) => {
      const exchange = exchangeOf(request.raw) ?? met(plan, request, reply)[0];
      exchange.answer(...safe<[unknown, (number | undefined)?]>(() => [error?.code === "FST_ERR_VALIDATION" ? invalid(error, request) : error, error?.statusCode], [error]));
    });
    done();
  };
  // What fastify-plugin does: the hooks are of the instance that registers, not of a child.
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: "@nobypass/pipeline" });
}

function entered<F extends Handler>(plan: EntryPlan, handler: F, streams = false): F {
  return keep(handler, function (this: unknown, ...args: [Request, Reply, ...unknown[]]): unknown {
    const [, reply] = args;
    const [exchange, edge] = met(plan, ...(args as unknown as [Request, Reply]), streams);
    let isLater = false;
    const call = (): unknown => {
      const value: unknown = Reflect.apply(handler, this, args);
      isLater = value === undefined;
      return value;
    };
    const value = exchange.run(edge, call, args, shown, reply);
    if (!(value instanceof Promise)) return value;
    // Let in by a promise, but answering in a callback: for Fastify `undefined` would be the answer, and `reply` is to wait.
    return handler.length > 2 ? undefined : value.then((result) => (isLater ? reply : result));
  } as (this: never, ...args: never[]) => unknown);
}

function met(plan: EntryPlan, request: Request, reply: Reply, streams?: boolean): readonly [Exchange, Edge] {
  const known = enter(plan, request.raw, reply.raw, streams, () => request.ip);
  known[0].send = (problem) => answer(reply, problem);
  return known;
}

/** By way of Fastify, so that its hooks see it, unless the response is no longer Fastify's. A Buffer passes serialisers as it is. */
function answer(reply: Reply, problem: Problem): void {
  if (reply.sent || reply.raw.headersSent) return send(reply.raw, problem);
  for (const name of Object.keys(reply.getHeaders())) if (!KEPT.test(name)) reply.removeHeader(name);
  reply.code(problem.status).headers(problem.headers).send(Buffer.from(JSON.stringify(problem.body)));
}

interface FastifyError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly expose?: boolean;
  readonly validation?: readonly Invalid[];
  /** Of a schema library that is no Ajv. */
  readonly issues?: readonly Invalid[];
  readonly validationContext?: string;
}

interface Invalid {
  readonly message?: string;
  /** A JSON pointer. */
  readonly instancePath?: string;
  readonly path?: readonly PropertyKey[];
}

/** In an entry only Fastify's own errors and those of `http-errors` keep their status: that of a service behind is nobody's to know. */
function shown(thrown: unknown): number | undefined {
  return safe(() => {
    const { code, expose, statusCode } = (thrown ?? {}) as FastifyError;
    return expose === true || /^FST_/.test(`${code}`) ? statusCode : undefined;
  }, undefined);
}

function invalid({ validation, issues = [{}], validationContext = "body" }: FastifyError, request: Request): AppFailure {
  const value = { [validationContext]: validationContext === "querystring" ? request.query : request[validationContext] };
  return new AppFailure({
    code: "VALIDATION",
    issues: (validation ?? issues).map(({ message = "Invalid value", instancePath, path = [] }) => {
      const keys = instancePath === undefined ? path : instancePath.split("/").slice(1).map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
      return issueOf({ message, path: [validationContext, ...keys] }, value);
    }),
  });
}
