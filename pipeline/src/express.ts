import type { IncomingMessage, ServerResponse } from "node:http";
import { EntryPlan } from "./entry-plan.js";
import { enter, exchangeOf } from "./exchange.js";
import { exposed } from "./exposed.js";
import { keep } from "./keep.js";
import { safe } from "./safe.js";
import type { EntryPolicy } from "./settings.js";

type Handler = (...args: never[]) => unknown;
type Next = (error?: any) => void;

interface Router {
  readonly stack: { readonly length: number };
}

interface App {
  use(handler: typeof mask): unknown;
  /** Of Express 4, where `router` throws. */
  readonly _router?: Router;
  readonly router?: Router;
  [GUARDED]?: number;
}

type Request = IncomingMessage & { readonly app?: App; readonly baseUrl?: string; readonly route?: { readonly path: unknown } };

/** How many layers an application had when the mask became the last one. */
const GUARDED = Symbol.for("nobypass.express");

/**
 * A handler of Express, entered: it answers what it throws or rejects with, and is cancelled when the client has gone. Around
 * middleware the entry lasts as long as the response, as it does around a handler that answers in a callback. What is given
 * to `next` is answered too where `pipeline()` is registered; without it, it goes on unchanged, since the application's own
 * error handler, which tells errors apart by their class, is then the edge.
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
 * `app.use(pipeline())`, before all else: every request is bounded from its arrival, correlated and logged, and every failure
 * is masked, also of body parsers, middleware and handlers without an entry of their own. For those, an error handler is kept
 * as the last one of the application; what stands before it is asked first.
 */
export function pipeline(policy?: EntryPolicy) {
  const plan = new EntryPlan("http", policy);
  return (req: IncomingMessage, res: ServerResponse, next: Next): void => {
    const { app } = req as Request;
    const [exchange, edge] = enter(plan, req, res);
    exchange.isGlobal = true;
    exchange.route = () => {
      const { method, baseUrl, route } = req as Request;
      return route && `${method} ${baseUrl}${String(route.path)}`;
    };
    if (app) guard(app);
    exchange.run(edge, () => exchange.pass(next), [req, res, next], exposed);
  };
}

function entered<F extends Handler>(plan: EntryPlan, handler: F, streams = false): F {
  // Express's own rule for telling an error handler.
  const first = handler.length === 4 ? 1 : 0;
  return keep(handler, function (this: unknown, ...given: unknown[]): unknown {
    const [req, res, next] = given.slice(first) as [Request, ServerResponse, Next | undefined];
    const before = exchangeOf(req)?.edge.context.entry;
    const [exchange, edge] = enter(plan, req, res, streams);
    if (first === 1) {
      exchange.handed = given[0];
      // The request is still the one that failed.
      if (before !== undefined) edge.context.entry = before;
    }
    const args = [...given];
    if (next) {
      args[first + 2] = (error?: unknown): void => {
        if (exchange.isAnswered) return;
        if (!error || error === "route" || error === "router") return next(error);
        if (exchange.isGlobal) return exchange.answer(error, exposed(error));
        exchange.handed = error;
        next(error);
      };
    }
    return exchange.run(edge, () => Reflect.apply(handler, this, args) as unknown, args, exposed);
  } as (this: never, ...args: never[]) => unknown);
}

/** What passed no entry keeps the status that Express would have answered with, if it blames the client. */
function mask(error: any, req: Request, _res: ServerResponse, next: Next): void {
  const exchange = exchangeOf(req);
  if (exchange?.isGlobal) exchange.answer(error, safe(() => error.status ?? error.statusCode, undefined));
  else next(error);
}

/** Told by the number of layers, since those who trace Express put functions of their own into them. */
function guard(app: App): void {
  const stack = (app._router ?? app.router)?.stack;
  if (!stack || app[GUARDED] === stack.length) return;
  app.use(mask);
  app[GUARDED] = stack.length;
}
