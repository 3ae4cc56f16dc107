import { Call } from "./call.js";
import type { Context } from "./context.js";
import { giveBack } from "./give-back.js";
import { guarded } from "./guarded.js";
import { opOf, rulesWith, type Op, type Rules } from "./op.js";
import { cutOf, type CutCode } from "./outcome.js";
import { free, refused, reportFailed, reportSlow } from "./report.js";
import { CUT, join, leave, LIVE, open, root, settle, type Member, type Scope } from "./scope.js";
import type { Policy } from "./settings.js";
import { als, state, wheel } from "./state.js";
import { isPromise, isThenable } from "./thenable.js";
import { watched, type Watch } from "./watch.js";

/** A scope of its own even where the caller's would do: for work that needs a signal to itself. */
export const OWN = 1;
/** What is no promise comes back as it is, for wrapped clients whose methods return this and that. */
export const RAW = 2;

/**
 * Runs a call to something outside within the caller's bound and the policy of its name. What it returns and what it throws
 * come back as they are; added are TIMEOUT, CANCELLED and OVERLOADED.
 */
export function dispatch<T>(op: string, run: (call: Call) => T, policy?: Policy): Promise<Awaited<T>> {
  const known = opOf(op);
  return begin(known, policy === undefined ? known.rules : rulesWith(known.rules, policy), run, 0) as Promise<Awaited<T>>;
}

export function begin(op: Op, rules: Rules, run: (call: Call) => unknown, how: number): unknown {
  const current = als.getStore();
  // Work that outlived its entry keeps the correlation, but has no bound to inherit.
  const parent = current === undefined || current.status > CUT ? root : current;
  if (parent.status === CUT) return refused(op, cutOf(parent.code, op.name), current?.context);
  if (state.faults !== undefined) run = state.faults(op.name, run);
  const now = wheel.clock.now();
  const bound = rules.timeout !== Infinity ? rules.timeout : parent.deadline === Infinity ? rules.fallback : Infinity;
  if (!rules.plain || op.active >= rules.concurrency) return guarded(op, rules, run, parent, current?.context, now, bound);
  if (how & OWN || (now + bound < parent.deadline && !rules.observe)) return own(op, rules, run, parent, current?.context, now, bound, how);
  return share(op, rules, run, parent, current?.context, now, bound, how);
}

/** A caller that waits for work: in its caller's scope, or in one that was opened for it. */
class Waiter implements Member {
  owner: Scope | undefined;
  previous: Member | undefined;
  following: Member | undefined;
  resolve: ((value: unknown) => void) | undefined;
  reject: ((reason: unknown) => void) | undefined;

  constructor(
    readonly op: Op,
    private readonly rules: Rules,
    private readonly context: Context | undefined,
    private readonly started: number,
    private readonly watch: Watch | undefined,
    private readonly scope: Scope | undefined,
  ) {
    this.owner = undefined;
    this.previous = undefined;
    this.following = undefined;
    this.resolve = undefined;
    this.reject = undefined;
  }

  release(code: CutCode): void {
    this.refuse(cutOf(code, this.op.name));
  }

  refuse(failure: unknown): void {
    reportFailed(this.op, this.context, this.started, failure);
    this.reject?.(failure);
  }

  fulfilled(result: unknown): void {
    if (!this.over(true)) return giveBack(result);
    reportSlow(this.op, this.rules, this.context, this.started);
    this.resolve?.(result);
  }

  rejected(error: unknown): void {
    if (this.over(false)) this.refuse(error);
  }

  /** The work has settled. Does anybody still wait for it? */
  private over(mayHold: boolean): boolean {
    const { scope } = this;
    free(this.op, this.rules, this.watch);
    if (scope === undefined) {
      if (this.owner === undefined) return false;
      leave(this);
      return true;
    }
    if (scope.status !== LIVE) return false;
    if (mayHold && scope.held) scope.onCut = undefined;
    else settle(scope);
    return true;
  }
}

/** The state is in the waiter, not in closures: those would keep a copy of it each, on the hot path. */
function awaited(work: PromiseLike<unknown>, waiter: Waiter, within: Scope, isOwn: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    waiter.resolve = resolve;
    waiter.reject = reject;
    // The work itself may have had its scope cut.
    if (within.status === CUT) waiter.release(within.code);
    else if (isOwn) within.onCut = (failure) => waiter.refuse(failure);
    else join(within, waiter);
    work.then(
      (result) => waiter.fulfilled(result),
      (error: unknown) => waiter.rejected(error),
    );
  });
}

/** The caller's bound is the tighter one, so its scope serves: no timer, no context of one's own. */
function share(op: Op, rules: Rules, run: (call: Call) => unknown, parent: Scope, context: Context | undefined, started: number, bound: number, how: number): unknown {
  const watch = rules.observe ? watched(op, context, started, bound, parent) : undefined;
  op.active++;
  let value: unknown;
  try {
    value = run.length === 0 ? (run as () => unknown)() : run(new Call(parent, 1));
  } catch (error) {
    value = Promise.reject(error);
  }
  if (how & RAW ? isPromise(value) : isThenable(value)) return awaited(value as PromiseLike<unknown>, new Waiter(op, rules, context, started, watch, undefined), parent, false);
  free(op, rules, watch);
  return how & RAW ? value : Promise.resolve(value);
}

/** A tighter bound, or a signal to itself. */
function own(op: Op, rules: Rules, run: (call: Call) => unknown, parent: Scope, context: Context | undefined, started: number, bound: number, how: number): unknown {
  const watch = rules.observe ? watched(op, context, started, bound, parent) : undefined;
  const scope = open(parent, op.name, rules.observe ? parent.deadline : Math.min(started + bound, parent.deadline), started);
  scope.context = context;
  op.active++;
  let value: unknown;
  try {
    value = run.length === 0 ? als.run(scope, run as () => unknown) : als.run(scope, run, new Call(scope, 1));
  } catch (error) {
    value = Promise.reject(error);
  }
  if (how & RAW ? isPromise(value) : isThenable(value)) return awaited(value as PromiseLike<unknown>, new Waiter(op, rules, context, started, watch, scope), scope, true);
  settle(scope);
  free(op, rules, watch);
  return how & RAW ? value : Promise.resolve(value);
}
