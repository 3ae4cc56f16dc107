import { arrive, conclude } from "./edge.js";
import { planNamed } from "./entry-plan.js";
import { isThenable } from "./thenable.js";

/**
 * Work that nobody waits for, on purpose: with a bound of its own, correlated with what started it, told in a line when it
 * ends, waited for at shutdown. Its policy is the row of its name in `entries`.
 */
export function detach(op: string, run: () => unknown): void {
  const ignore = (): void => {};
  try {
    const value = conclude(arrive(planNamed(op), true), run);
    if (isThenable(value)) value.then(ignore, ignore);
    // nobypass-disable-next-line swallowed-error -- the line of the entry has told it
  } catch {
    return;
  }
}
