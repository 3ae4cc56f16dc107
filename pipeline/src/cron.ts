import { arriveFrom } from "./arrival.js";
import { conclude } from "./edge.js";
import { EntryPlan } from "./entry-plan.js";
import type { AppFailure } from "./failure.js";
import { keep } from "./keep.js";
import { outward } from "./outward.js";
import type { EntryPolicy } from "./settings.js";
import { isThenable } from "./thenable.js";

type Task = (...args: never[]) => unknown;

/**
 * A task of node-cron, entered: `cron.schedule("* * * * *", entry("cron.sweep", sweep, { timeout: 50_000, concurrency: 1 }))`.
 * Each run has a request id of its own, node-cron's id of the execution. A run that fails, is cut, or finds no room under
 * `concurrency` fails for node-cron too, with nothing but a code; the cause is in the entry's line.
 */
export function entry<F extends Task>(name: string, task: F, policy?: EntryPolicy<Parameters<F>>): F {
  const plan = EntryPlan.of(name, task, policy);
  return keep(task, function (this: never, ...args: never[]): unknown {
    // A run belongs to nobody: also not to the request in which it was scheduled.
    const edge = arriveFrom(plan, { header: () => undefined, requestId: executionOf(args[0]) });
    try {
      const value = conclude(edge, () => task.apply(this, args), args);
      return isThenable(value) ? value.then(undefined, told) : value;
    } catch (failure) {
      return told(failure as AppFailure);
    }
  });
}

const executionOf = (context: { readonly execution?: { readonly id?: string } } | undefined): string | undefined => context?.execution?.id;

/** node-cron writes what it is given with its own logger, which redacts nothing. */
function told(failure: AppFailure): never {
  throw outward(failure);
}
