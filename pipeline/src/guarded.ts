import { AsyncResource } from "node:async_hooks";
import { Call } from "./call.js";
import type { Context } from "./context.js";
import { AppFailure } from "./failure.js";
import { giveBack } from "./give-back.js";
import type { Op, Rules } from "./op.js";
import { overloaded } from "./outcome.js";
import { free, isRefusal, reportFailed, reportSlow } from "./report.js";
import { budgetOf, deposit, withdraw, type RetryBudget } from "./retry-budget.js";
import { quiet, safe } from "./safe.js";
import { open, settle, type Scope } from "./scope.js";
import { als, wheel } from "./state.js";
import { watched, would, type Watch } from "./watch.js";
import { Timed } from "./wheel.js";

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

/** A result that counts as a failure, such as a 503, and how long it asks to wait. The caller gets `value` if no further try is left. */
export class Unwelcome {
  constructor(readonly value: unknown, readonly wait: number, readonly discard: () => void) {}
}

/** The way of a call that has to wait for a slot, may be refused, or may be tried again. */
export function guarded(op: Op, rules: Rules, run: (call: Call) => unknown, parent: Scope, context: Context | undefined, started: number, bound: number): Promise<unknown> {
  const job = new Job(op, rules, run, parent, context, started, bound);
  job.queue();
  return job.promise;
}

class Pause extends Timed {
  constructor(readonly then: () => void) {
    super();
  }

  fire(): void {
    this.then();
  }
}

class Job {
  readonly promise: Promise<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (reason: unknown) => void;
  readonly #scope: Scope;
  readonly #watch: Watch | undefined;
  readonly #mayRetry: boolean;
  #budget: RetryBudget | undefined;
  #waiting: (() => void) | undefined;
  #pause: Pause | undefined;
  #attempt = 0;
  #inFlight = 0;
  #hasSlot = false;
  #probes = false;
  #done = false;

  constructor(
    private readonly op: Op,
    private readonly rules: Rules,
    private readonly run: (call: Call) => unknown,
    parent: Scope,
    private readonly context: Context | undefined,
    private readonly started: number,
    bound: number,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#watch = rules.observe ? watched(op, context, started, bound, parent) : undefined;
    this.#scope = open(parent, op.name, rules.observe ? Infinity : started + bound, started, context);
    // Only http.* knows of methods, and has looked at this one's.
    this.#mayRetry = rules.retry > 0 && !parent.retrying && (rules.idempotent === true || op.name.startsWith("http."));
    if (rules.retry > 0) this.#scope.retrying = true;
    this.#scope.onCut = (failure) => {
      quiet(this.promise);
      this.#fail(failure);
    };
  }

  queue(): void {
    const { op, rules } = this;
    if (op.active < rules.concurrency) return this.#start();
    if (rules.observe) {
      would("would_overload", { op: op.name }, this.context);
      return this.#start();
    }
    const line = (op.line ??= new Set());
    if (line.size >= rules.queue) return this.#fail(overloaded());
    // The slot will be freed by somebody else's request: what starts then must run in this one's context.
    this.#waiting = AsyncResource.bind(() => {
      this.#waiting = undefined;
      this.#start();
    });
    line.add(this.#waiting);
  }

  #start(): void {
    const { op, rules } = this;
    op.active++;
    this.#hasSlot = true;
    const now = wheel.clock.now();
    if (rules.breaker && op.openUntil > 0) {
      if (now < op.openUntil || op.probing) {
        if (!rules.observe) return this.#fail(overloaded(op.openUntil - now), false);
        would("would_break", { op: op.name }, this.context);
      } else op.probing = this.#probes = true;
    }
    if (this.#mayRetry) deposit((this.#budget = budgetOf(op.name, now)));
    this.#try();
  }

  #try(): void {
    const scope = this.#scope;
    const { rules } = this;
    const attempt = ++this.#attempt;
    this.#inFlight++;
    const now = wheel.clock.now();
    const bounded = !rules.observe && now + rules.attemptTimeout < scope.deadline;
    const target = bounded ? open(scope, this.op.name, now + rules.attemptTimeout, now, this.context) : scope;
    if (bounded) target.onCut = (failure) => this.#attemptFailed(attempt, failure);
    const settled = (): void => {
      this.#inFlight--;
      if (bounded && !target.held) settle(target);
      if (this.#done) this.#freeSlot();
    };
    let value: unknown;
    try {
      value = als.run(target, this.run, new Call(target, attempt));
    } catch (error) {
      value = Promise.reject(error);
    }
    Promise.resolve(value).then(
      (result) => {
        settled();
        if (this.#done || attempt !== this.#attempt) return giveBack(result);
        if (result instanceof Unwelcome) this.#attemptFailed(attempt, result);
        else {
          const took = wheel.clock.now() - now;
          this.op.median += (took > this.op.median ? 1 : -1) * Math.max(0.1, this.op.median * 0.05);
          this.#succeed(result);
        }
      },
      (error: unknown) => {
        settled();
        this.#attemptFailed(attempt, error);
      },
    );
  }

  #attemptFailed(attempt: number, error: unknown): void {
    // A try that was given up may still settle, after the next has begun or while the pause lasts.
    if (this.#done || attempt !== this.#attempt || this.#pause) return;
    const now = wheel.clock.now();
    const left = this.#scope.deadline - now;
    const wait = Math.max(error instanceof Unwelcome ? error.wait : 0, Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)));
    const again = this.#mayRetry && attempt <= this.rules.retry && this.#isWorth(error) && left > wait + this.op.median && withdraw(this.#budget as RetryBudget, now);
    if (!again) return error instanceof Unwelcome ? this.#succeed(error.value, false) : this.#fail(error);
    if (error instanceof Unwelcome) error.discard();
    this.#pause = new Pause(AsyncResource.bind(() => {
      this.#pause = undefined;
      this.#try();
    }));
    wheel.add(this.#pause, now + wait, now);
  }

  #isWorth(error: unknown): boolean {
    if (error instanceof Unwelcome) return true;
    const { retryIf } = this.rules;
    // If it throws, the error it was asked about is the one to report.
    if (retryIf) return safe(() => retryIf(error), false);
    // A refusal is an answer; OVERLOADED asks for less, not for more.
    return !isRefusal(error) && !(error instanceof AppFailure && (error.code === "OVERLOADED" || error.code === "CANCELLED"));
  }

  #succeed(value: unknown, isGood = true): void {
    if (!this.#end(isGood)) return;
    if (this.#scope.held) this.#scope.onCut = undefined;
    else settle(this.#scope);
    reportSlow(this.op, this.rules, this.context, this.started);
    this.#resolve(value);
  }

  #fail(error: unknown, counts = !isRefusal(error) && !(error instanceof AppFailure && error.code === "CANCELLED")): void {
    if (!this.#end(counts ? false : undefined)) return;
    settle(this.#scope);
    reportFailed(this.op, this.context, this.started, error);
    this.#reject(error);
  }

  /** The caller has its answer. Work that goes on keeps the slot. */
  #end(isGood: boolean | undefined): boolean {
    if (this.#done) return false;
    this.#done = true;
    const { op, rules } = this;
    if (this.#watch) wheel.remove(this.#watch);
    if (this.#pause) wheel.remove(this.#pause);
    if (this.#waiting) op.line?.delete(this.#waiting);
    if (this.#probes) op.probing = false;
    if (rules.breaker && this.#hasSlot) {
      if (isGood === true) {
        op.failures = 0;
        op.openUntil = 0;
      } else if (isGood === false && (++op.failures >= rules.breaker.failures || this.#probes)) op.openUntil = wheel.clock.now() + rules.breaker.cooldown;
    }
    this.#freeSlot();
    return true;
  }

  #freeSlot(): void {
    if (!this.#hasSlot || this.#inFlight > 0) return;
    this.#hasSlot = false;
    free(this.op, this.rules);
  }
}
