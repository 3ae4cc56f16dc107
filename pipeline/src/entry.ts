import { arrive, conclude, ended, type Edge } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import { keep } from "./keep.js";
import type { EntryPolicy } from "./settings.js";

type Handler = (...args: never[]) => unknown;

/**
 * The same function, entered: bounded, correlated, admitted, logged. It rejects with an `AppFailure` and nothing else.
 * For servers and queues take the `entry` of their subpath, which also answers, and cancels when the client has gone.
 */
function entryOf<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  const plan = EntryPlan.of(name, handler, policy);
  return keep(handler, function (this: never, ...args: never[]): unknown {
    return conclude(arrive(plan), () => handler.apply(this, args), args);
  });
}

/** For a handler that returns an async iterable: bounded is how long the next item may take, not the whole. */
function stream<F extends Handler>(name: string, handler: F, policy?: EntryPolicy<Parameters<F>>): F {
  const plan = EntryPlan.of(name, handler, policy, true);
  return keep(handler, function (this: never, ...args: never[]): unknown {
    const edge = arrive(plan);
    return conclude(edge, () => handler.apply(this, args) as unknown, args, (value) => itemsOf(edge, value));
  });
}

export const entry = Object.assign(entryOf, { stream });

/** The same items; each one restarts the idle bound, and the last one ends the entry. */
function itemsOf(edge: Edge, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value)) {
    edge.end();
    return value;
  }
  const source = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  const step = (call: () => Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> =>
    edge.follow(call).then(
      (result) => {
        edge.touch();
        if (result.done === true) edge.end();
        return result;
      },
      (error: unknown) => {
        throw ended(edge, error);
      },
    );
  const done = (value?: unknown): Promise<IteratorResult<unknown>> => Promise.resolve({ done: true, value });
  return {
    next: (...given: [] | [unknown]) => step(() => source.next(...given)),
    return: (given?: unknown) => step(() => source.return?.(given) ?? done(given)),
    throw: (error?: unknown) => step(() => source.throw?.(error) ?? Promise.reject(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
