import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { EntryPlan } from "./entry-plan.js";
import { enter } from "./exchange.js";
import { keep } from "./keep.js";
import type { EntryPolicy } from "./settings.js";

type Listener = (req: IncomingMessage, res: ServerResponse, ...rest: never[]) => unknown;
/** Of `node:http2`, which speaks as `node:http` does. */
type Http2Listener = (req: Http2ServerRequest, res: Http2ServerResponse) => unknown;

/** Whose requests and responses have more to them, such as those of Next's `pages/api`. */
type OwnListener = (req: any, res: any) => unknown;

interface Entry {
  <F extends Listener>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F;
  <F extends Http2Listener>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F;
  <F extends OwnListener>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F;
}

interface Around {
  <F extends Listener>(listener: F): F;
  <F extends Http2Listener>(listener: F): F;
}

/** A handler of `node:http`, entered: it answers failures, and is cancelled when the client has gone. */
const entryOf: Entry = <F extends (...args: never[]) => unknown>(name: string, handler: F, policy?: EntryPolicy): F => entered(new EntryPlan(name, policy), handler);

/** For responses without an end that can be told: bounded is the time between two writes. */
const stream: Entry = <F extends (...args: never[]) => unknown>(name: string, handler: F, policy?: EntryPolicy): F => entered(new EntryPlan(name, policy, true), handler, true);

export const entry = Object.assign(entryOf, { stream });

/** Around the one listener of a server: `createServer(pipeline()(listener))`. Entries inside it name and refine it. */
export function pipeline(policy?: EntryPolicy): Around {
  const plan = new EntryPlan("http", policy);
  return <F extends (...args: never[]) => unknown>(listener: F): F => entered(plan, listener);
}

function entered<F extends (...args: never[]) => unknown>(plan: EntryPlan, handler: F, streams = false): F {
  return keep(handler, function (this: unknown, ...args: [IncomingMessage, ServerResponse, ...never[]]): unknown {
    const [exchange, edge] = enter(plan, args[0], args[1], streams);
    return exchange.run(edge, () => Reflect.apply(handler, this, args) as unknown, args);
  } as (this: never, ...args: never[]) => unknown);
}
