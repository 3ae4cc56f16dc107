import { EntryPlan } from "./entry-plan.js";
import { Fetched, type Incoming } from "./fetched.js";
import { keep } from "./keep.js";
import { safe } from "./safe.js";
import type { EntryPolicy } from "./settings.js";

type Handler = (...args: never[]) => unknown;

/** What Next throws to redirect, to answer 404, or to say that a page cannot be made beforehand. */
const OF_NEXT = /^(?:NEXT_|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT_SIDE_RENDERING|HANGING_PROMISE_REJECTION)/;

/**
 * A handler that is given a `Request` and gives a `Response`, entered: a route handler of Next, a loader or an action of Remix
 * (`{ request }`), the listener of Bun or Deno. It answers what it throws or rejects with, and is cancelled when the
 * client has gone. Whatever is thrown to steer the framework (`redirect()`, a `Response`) goes on to it. A body that is still being
 * written when the `Response` is there is no longer bounded: that takes `entry.stream`.
 */
function entryOf<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  return entered(new EntryPlan(name, policy), handler);
}

/** For bodies without an end that can be told: bounded is the time between two pieces. */
function stream<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  return entered(new EntryPlan(name, policy, true), handler);
}

export const entry = Object.assign(entryOf, { stream });

function entered<F extends Handler>(plan: EntryPlan, handler: F): F {
  return keep(handler, function (this: unknown, ...args: [Incoming | { readonly request: Incoming }, ...unknown[]]): unknown {
    const fetched = new Fetched(plan, "request" in args[0] ? args[0].request : args[0]);
    return fetched.run(() => Reflect.apply(handler, this, args) as unknown, args, (error) => {
      if (!steers(error)) return fetched.problem(error);
      fetched.end((error as Partial<Response>).status);
      throw error;
    });
  } as (this: never, ...args: never[]) => unknown);
}

const steers = (error: unknown): boolean => safe(() => error instanceof Response || OF_NEXT.test((error as { digest: string }).digest), false);
