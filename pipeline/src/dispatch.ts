import { Call } from "./call.js";
import type { Context } from "./context.js";
import { giveBack } from "./give-back.js";
import { guarded } from "./guarded.js";
import { opOf, rulesWith, type Op, type Rules } from "./op.js";
import { cutOf, type CutCode } from "./outcome.js";
import { free, refused, reportFailed, reportSlow } from "./report.js";
import { CUT, join, leave, LIVE, open, parentIn, settle, type Member, type Scope } from "./scope.js";
import { quiet } from "./safe.js";
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
  return begin(known, policy ? rulesWith(known.rules, policy) : known.rules, run, 0) as Promise<Awaited<T>>;
}

export function begin(op: Op, rules: Rules, run: (call: Call) => unknown, how: number): unknown {
  const current = als.getStore();
  const parent = parentIn(current);
  const context = current?.context;
  if (parent.status === CUT) return refused(op, cutOf(parent.code, op.name), context);
  if (state.faults) run = state.faults(op.name, run);
  const now = wheel.clock.now();
  const bound = rules.timeout !== Infinity ? rules.timeout : parent.deadline === Infinity ? rules.fallback : Infinity;
  if (!rules.plain || op.active >= rules.concurrency) return guarded(op, rules, run, parent, context, now, bound);
  const watch = rules.observe ? watched(op, context, now, bound, parent) : undefined;
  // Where the caller's bound is the tighter one, its scope serves: no timer, no context of one's own.
  const isOwn = (how & OWN) !== 0 || (now + bound < parent.deadline && !rules.observe);
  const within = isOwn ? open(parent, op.name, rules.observe ? Infinity : now + bound, now, context) : parent;
  op.active++;
  let value: unknown;
  try {
    const call = run.length === 0 ? (run as () => unknown) : () => run(new Call(within, 1));
    // nobypass-disable-next-line missing-timeout -- this is the dispatch that bounds it
    value = isOwn ? als.run(within, call) : call();
  } catch (error) {
    value = Promise.reject(error);
  }
  if (how & RAW ? isPromise(value) : isThenable(value)) return new Waiter(op, rules, context, now, watch, within, isOwn).wait(value as PromiseLike<unknown>);
  if (isOwn) settle(within);
  free(op, rules, watch);
  return how & RAW ? value : Promise.resolve(value);
}

/** A caller that waits for work: in its caller's scope, or in one that was opened for it. Its state is here and not in closures, of which each would keep a copy. */
class Waiter implements Member {
  owner: Scope | undefined;
  previous: Member | undefined;
  following: Member | undefined;
  promise!: Promise<unknown>;
  reject!: (reason: unknown) => void;

  constructor(
    readonly op: Op,
    private readonly rules: Rules,
    private readonly context: Context | undefined,
    private readonly started: number,
    private readonly watch: Watch | undefined,
    private readonly within: Scope,
    private readonly isOwn: boolean,
  ) {
    this.owner = this.previous = this.following = undefined;
  }

  wait(work: PromiseLike<unknown>): Promise<unknown> {
    const { within } = this;
    let resolve!: (value: unknown) => void;
    this.promise = new Promise((fulfil, reject) => {
      resolve = fulfil;
      this.reject = reject;
    });
    // The work itself may have had its scope cut.
    if (within.status === CUT) this.release(within.code);
    else if (this.isOwn) within.onCut = (failure) => this.cutOff(failure);
    else join(within, this);
    // Another's promise may call back twice, or throw; the platform's calls once.
    Promise.resolve(work).then(
      (result) => {
        if (!this.over(within.held)) return giveBack(result);
        reportSlow(this.op, this.rules, this.context, this.started);
        resolve(result);
      },
      (error: unknown) => this.over(false) && this.refuse(error),
    );
    return this.promise;
  }

  release(code: CutCode): void {
    this.cutOff(cutOf(code, this.op.name));
  }

  /** Of several calls only one is awaited yet. */
  private cutOff(failure: unknown): void {
    quiet(this.promise);
    this.refuse(failure);
  }

  private refuse(failure: unknown): void {
    reportFailed(this.op, this.context, this.started, failure);
    this.reject(failure);
  }

  /** The work has settled. Does anybody still wait for it? */
  private over(holds: boolean): boolean {
    const { within } = this;
    free(this.op, this.rules, this.watch);
    if (!this.isOwn) {
      if (!this.owner) return false;
      leave(this);
      return true;
    }
    if (within.status !== LIVE) return false;
    if (holds) within.onCut = undefined;
    else settle(within);
    return true;
  }
}
