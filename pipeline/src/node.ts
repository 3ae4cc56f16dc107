import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream";
import { arrive } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { keep } from "./keep.js";
import { send } from "./send.js";
import type { EntryPolicy } from "./settings.js";
import { als } from "./state.js";

type Listener = (req: IncomingMessage, res: ServerResponse, ...rest: never[]) => unknown;

/** A handler of `node:http`, entered: it answers failures, and is cancelled when the client has gone. */
function entryOf<F extends Listener>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  return entered(new EntryPlan(name, policy), handler);
}

/** For responses without an end that can be told: bounded is the time between two writes. */
function stream<F extends Listener>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  return entered(new EntryPlan(name, policy, true), handler, true);
}

export const entry = Object.assign(entryOf, { stream });

/** Around the one listener of a server: `createServer(pipeline()(listener))`. Entries inside it name and refine it. */
export function pipeline(policy?: EntryPolicy) {
  const plan = new EntryPlan("http", policy);
  return <F extends Listener>(listener: F): F => entered(plan, listener);
}

function entered<F extends Listener>(plan: EntryPlan, handler: F, streams = false): F {
  return keep(handler, function (this: unknown, req: IncomingMessage, res: ServerResponse, ...rest: never[]): unknown {
    const edge = arrive(plan, { header: (name) => req.headers[name], peer: req.socket.remoteAddress, carrier: req });
    const answer = (error: unknown): void => send(res, edge.problem(error));
    if (!res.headersSent) res.setHeader("x-request-id", edge.requestId);
    edge.onCut = answer;
    const { emit } = req;
    // Whoever reads the body goes on in the context of the request, not in that of its socket.
    req.emit = (...args: unknown[]) => als.run(edge.scope, () => Reflect.apply(emit, req, args) as boolean);
    // The scope ends with the response, not with the promise: many handlers answer in a callback. Also for one that was over before.
    finished(res, () => {
      if (!res.writableFinished) edge.cancel();
      edge.end(res.headersSent ? res.statusCode : undefined);
    });
    if (streams) {
      const write = res.write;
      res.write = function (this: unknown, ...args: unknown[]) {
        edge.touch();
        return Reflect.apply(write, res, args) as boolean;
      };
    }
    try {
      const value = edge.run(() => Reflect.apply(handler, this, [req, res, ...rest]) as unknown, [req, res, ...rest]);
      return value instanceof Promise ? value.catch(answer) : value;
    } catch (error) {
      return answer(error);
    }
  } as (this: never, ...args: never[]) => unknown);
}
