import type { IncomingMessage, ServerResponse } from "node:http";
import type { Edge } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { enter, type Exchange } from "./exchange.js";
import { exposed } from "./exposed.js";
import { keep } from "./keep.js";
import type { EntryPolicy } from "./settings.js";

/** `any`, since a router with several shapes of a call asks for the types of a handler before it has said what they are. */
type Handler = (ctx: any, next: any) => unknown;
type Next = () => Promise<unknown>;
type Middleware = (ctx: Context, next: Next) => unknown;

interface Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  /** As `app.proxy` says. */
  readonly ip: string;
  /** Of the router: the path as it was registered. */
  readonly _matchedRoute?: unknown;
}

interface Entry {
  <F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F;
  (name: string, policy?: EntryPolicy<[ctx: Context, next: Next]>): Middleware;
}

/**
 * A handler of Koa, entered: it answers what it throws or rejects with, and is cancelled when the client has gone. Around
 * middleware the entry takes in all that comes after it, and so does one without a handler: `router.get(path, entry(name), handler)`.
 * What `ctx.throw` says of a client's mistake keeps its status.
 */
const entryOf = entries(false);

/** For responses without an end that can be told: bounded is the time between two writes. */
const stream = entries(true);

export const entry = Object.assign(entryOf, { stream });

/**
 * `app.use(pipeline())`, before all else: every request is bounded from its arrival, correlated and logged, and every failure
 * is masked, also of middleware and handlers without an entry of their own. Middleware of the application that catches them is
 * asked first.
 */
export function pipeline(policy?: EntryPolicy) {
  const plan = new EntryPlan("http", policy);
  return (ctx: Context, next: Next): unknown => {
    const [exchange, edge] = met(plan, ctx);
    exchange.route = () => (ctx._matchedRoute === undefined ? undefined : `${ctx.method} ${String(ctx._matchedRoute)}`);
    return exchange.run(edge, () => exchange.pass(next), [ctx, next], exposed);
  };
}

function entries(streams: boolean): Entry {
  return ((name: string, given: Handler | EntryPolicy | undefined, policy?: EntryPolicy) =>
    typeof given === "function" ? entered(new EntryPlan(name, policy, streams), given) : entered(new EntryPlan(name, given, streams), goOn)) as Entry;
}

const goOn = (_ctx: Context, next: Next): Promise<unknown> => next();

function entered<F extends Handler>(plan: EntryPlan, handler: F): F {
  return keep(handler, function (this: unknown, ...args: [Context, ...unknown[]]): unknown {
    const [exchange, edge] = met(plan, args[0]);
    return exchange.run(edge, () => Reflect.apply(handler, this, args) as unknown, args, exposed);
  } as (this: never, ...args: never[]) => unknown);
}

const met = (plan: EntryPlan, ctx: Context): readonly [Exchange, Edge] => enter(plan, ctx.req, ctx.res, plan.stream, () => ctx.ip);
