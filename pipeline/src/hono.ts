import { EntryPlan } from "./entry-plan.js";
import { Fetched, type Asker, type Incoming } from "./fetched.js";
import { keep } from "./keep.js";
import { safe } from "./safe.js";
import { KEPT } from "./send.js";
import type { EntryPolicy } from "./settings.js";

/** `any`, since a route has many shapes of a call, each of which asks for the types of a handler before it has said what they are. */
type Handler = (c: any, next: any) => unknown;
type Next = () => Promise<void>;
type Middleware = (c: Context, next: Next) => Promise<void>;

interface Context {
  readonly req: { readonly raw: Incoming; readonly method: string; readonly routePath?: string };
  readonly env: unknown;
  /** Of a handler, which Hono has given to `onError` by the time its middleware goes on. */
  readonly error?: Error | undefined;
  get res(): Response;
  set res(response: Response | undefined);
}

interface Entry {
  <F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F;
  (name: string, policy?: EntryPolicy<[c: Context, next: Next]>): Middleware;
}

/**
 * A handler of Hono, entered: it answers what it throws or rejects with, and is cancelled when the client has gone. One without a
 * handler takes in all that comes after it, and leaves the types of the route alone: `app.get(path, entry(name), handler)`. Of an
 * `HTTPException` that blames the client the status is kept. A body that is still being written when the `Response` is there is no longer bounded:
 * that takes `entry.stream`.
 */
const entryOf = entries(false);

/** For bodies without an end that can be told: bounded is the time between two pieces. */
const stream = entries(true);

export const entry = Object.assign(entryOf, { stream });

/**
 * `app.use(pipeline())`, before all else: every request is bounded from its arrival, correlated and logged, and every failure is
 * masked, also of middleware and handlers without an entry of their own. The application's `onError` is asked first: what it
 * answers to a client's mistake stays.
 */
export function pipeline(policy?: EntryPolicy): Middleware {
  return around(new EntryPlan("http", policy), true);
}

function entries(streams: boolean): Entry {
  return ((name: string, given: Handler | EntryPolicy | undefined, policy?: EntryPolicy) =>
    typeof given === "function" ? entered(new EntryPlan(name, policy, streams), given) : around(new EntryPlan(name, given, streams))) as Entry;
}

function entered<F extends Handler>(plan: EntryPlan, handler: F): F {
  return keep(handler, function (this: unknown, ...args: [Context, ...unknown[]]): unknown {
    const fetched = new Fetched(plan, args[0].req.raw, askerOf(args[0]));
    return fetched.run(() => Reflect.apply(handler, this, args) as unknown, args, (error) => replaced(args[0], fetched.problem(error, exposed(error))));
  } as (this: never, ...args: never[]) => unknown);
}

/** Hono itself catches the errors of a handler, and asks `onError`: then `next` is fulfilled, and `c.error` tells. */
function around(plan: EntryPlan, isGlobal = false): Middleware {
  return async (c, next) => {
    const fetched = new Fetched(plan, c.req.raw, askerOf(c));
    const { context } = fetched.edge;
    const call = async (): Promise<unknown> => {
      await next();
      const { routePath, method } = c.req;
      if (isGlobal && context.entry === plan.name && routePath && !routePath.includes("*")) context.entry = `${method} ${routePath}`;
      const { error } = c;
      if (error === undefined) return c.res;
      const { status } = c.res;
      const problem = fetched.problem(error, status < 500 ? status : exposed(error));
      return status < 500 ? c.res : replaced(c, problem);
    };
    const answer = (await fetched.run(call, [c, next], (error) => replaced(c, fetched.problem(error, exposed(error))))) as Response;
    // A stream that is watched.
    if (answer !== c.res) set(c, answer);
  };
}

/** Of what middleware has set already, that alone stays without which a browser would not let its page see the problem. */
function replaced(c: Context, problem: Response): Response {
  for (const [name, value] of c.res.headers) if (KEPT.test(name)) problem.headers.set(name, value);
  return set(c, problem);
}

/** Twice, since Hono takes the headers of the old one over. */
function set(c: Context, response: Response): Response {
  c.res = undefined;
  c.res = response;
  return response;
}

/** The address at the other end, as `@hono/node-server` tells it. */
const askerOf = ({ env }: Context): Asker => ({ peer: safe(() => (env as { incoming?: { socket?: { remoteAddress?: string } } }).incoming?.socket?.remoteAddress, undefined) });

/** Of an `HTTPException`: the status is meant to be known. */
function exposed(error: unknown): number | undefined {
  return safe(() => {
    const { getResponse, status } = (error ?? {}) as { getResponse?: unknown; status?: number };
    return typeof getResponse === "function" ? status : undefined;
  }, undefined);
}
