import { admit } from "./admission.js";
import type { Context } from "./context.js";
import { correlate } from "./correlation.js";
import type { EntryPlan, EntryRules } from "./entry-plan.js";
import { AppFailure, type AppError } from "./failure.js";
import { write, type Level } from "./log.js";
import { failureOf, statusOf } from "./mask.js";
import { cutOf, overloaded } from "./outcome.js";
import { thrownFields } from "./redact.js";
import { quiet } from "./safe.js";
import { CUT, cut, LIVE, open, parentIn, root, settle, type Scope } from "./scope.js";
import { als, state, wheel } from "./state.js";
import { isThenable } from "./thenable.js";
import { Watch, would } from "./watch.js";

/**
 * One request, message or run, as adapters see it: `arrive` (with headers: `arriveFrom`), `run`, `failure` or `problemAt` for what
 * went wrong, `end`; and `cancel` when whoever asked has gone. Opening one never throws; a refusal comes out of `run`.
 */
export class Edge {
  readonly context: Context;
  readonly scope: Scope;
  /** Called at most once, when the time is up or the process shuts down before the end: the answer is due now. */
  onCut: ((failure: AppFailure) => void) | undefined;
  readonly plan: EntryPlan;
  readonly #client: (() => string | undefined) | undefined;
  /** Of two entries around one request the outer, which is what waits, is cut and is told; else itself. */
  readonly #whole: Edge;
  /** Comes from outside, so that a process that is going away need not take it. */
  readonly #isNew: boolean;
  readonly #started: number;
  /** What the caller grants, as a moment. */
  readonly #granted: number;
  #rules: EntryRules;
  #watch: Watch | undefined;
  /** Who waits, in this edge or one inside it. */
  releases: Set<(failure: AppFailure) => void> | undefined;
  #failed: { readonly error: AppError; readonly thrown: unknown } | undefined;
  #running: number;
  #hasSlot: boolean;
  isOver: boolean;

  /** `granted`: milliseconds. `client`: whom a rate limit counts. With an `outer`, it refines that one's request. */
  constructor(plan: EntryPlan, context: Context, parent: Scope, isNew: boolean, granted = Infinity, client?: () => string | undefined, outer?: Edge) {
    const now = wheel.clock.now();
    this.plan = plan;
    this.context = context;
    this.#client = client;
    this.#whole = outer ?? this;
    this.#isNew = isNew;
    this.#rules = plan.rules;
    this.#started = now;
    this.#granted = now + granted;
    this.onCut = this.releases = undefined;
    this.#running = 0;
    this.#hasSlot = false;
    this.isOver = false;
    if (outer) {
      this.scope = outer.scope;
      outer.refine(plan, now);
      return;
    }
    context.edge = this;
    this.scope = open(parent, plan.name, Infinity, now, context);
    this.scope.onCut = (failure) => this.#cutOff(failure);
    this.#bind(now);
    state.working++;
  }

  /** A second entry around the same request. */
  inner(plan: EntryPlan): Edge {
    const whole = this.#whole;
    return new Edge(plan, whole.context, whole.scope, false, Infinity, whole.#client, whole);
  }

  get requestId(): string {
    return this.context.requestId;
  }

  /**
   * Admission and authorization, `around`, then the call, all inside the scope. What it throws or rejects with is not masked yet.
   * A promise is released when the scope is cut, though the work may go on.
   */
  run<T>(call: () => T, args: readonly unknown[] = []): T {
    const { plan, context, scope } = this;
    // A slot that is taken afterwards would never be given back.
    if (this.isOver || scope.status === CUT) throw cutOf(scope.code, plan.name);
    if (state.draining && this.#isNew) throw overloaded();
    const admission = als.run(scope, admit, plan, this.#rules, context, args, this.#client);
    plan.active++;
    this.#hasSlot = true;
    const value: unknown = admission ? admission.then(() => this.#enter(call)) : this.#enter(call);
    return (isThenable(value) ? this.#released(value) : value) as T;
  }

  /** More of the same work, such as the next piece of a stream. */
  follow<T>(call: () => PromiseLike<T>): Promise<T> {
    return this.#released(als.run(this.scope, call)) as Promise<T>;
  }

  /** For callers within the process: what was thrown as a failure, with it as the cause. */
  failure(error: unknown): AppFailure {
    const failure = failureOf(error);
    this.note(failure.error, error);
    return failure;
  }

  /** Whoever asked has gone: what runs for them is cancelled, and nobody is to be answered. */
  cancel(): void {
    const { scope } = this;
    const whole = this.#whole;
    if (whole.isOver || scope.status !== LIVE) return;
    if (whole.#rules.observe) return would("would_cancel", {}, this.context);
    whole.onCut = undefined;
    cut(scope, "CANCELLED");
  }

  /** Something was sent: the idle bound of a stream starts again. */
  touch(): void {
    const { scope } = this;
    scope.due = Math.min(scope.deadline, wheel.clock.now() + this.#whole.#rules.idle);
  }

  /** It is over: its line is written, and its slot is free as soon as its work has settled too. */
  end(status?: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#freeSlot();
    if (this.#whole !== this) return;
    this.onCut = this.context.edge = undefined;
    if (this.#watch) wheel.remove(this.#watch);
    settle(this.scope);
    this.#tell(status);
    if (--state.working === 0) for (const idle of state.idle.splice(0)) idle();
  }

  #enter<T>(call: () => T): T {
    if (this.scope.status === CUT) throw cutOf(this.scope.code, this.plan.name);
    const { around } = this.#rules;
    return als.run(this.scope, around ? () => around(call, { name: this.plan.name, requestId: this.requestId }) as T : call);
  }

  #released(work: PromiseLike<unknown>): Promise<unknown> {
    const owner = this.#whole;
    this.#running++;
    return new Promise((resolve, reject) => {
      if (owner.scope.status === CUT) reject(cutOf(owner.scope.code, this.plan.name));
      else (owner.releases ??= new Set()).add(reject);
      const settled = (): void => {
        owner.releases?.delete(reject);
        this.#running--;
        if (this.isOver) this.#freeSlot();
      };
      // Another's promise may call back twice, or throw; the platform's calls once.
      Promise.resolve(work).then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          // Nobody will be told any more. After a cut it is as a rule the cut itself that comes back.
          if (owner.isOver) write(owner.scope.status === CUT ? "debug" : "error", this.context, { err: thrownFields(error) }, "failed after its end");
          reject(error);
        },
      );
    });
  }

  #cutOff(failure: AppFailure): void {
    this.note(failure.error, failure);
    const { releases, onCut } = this;
    this.releases = this.onCut = undefined;
    for (const release of releases ?? []) release(failure);
    onCut?.(failure);
  }

  note(error: AppError, thrown: unknown): void {
    this.#whole.#failed ??= { error, thrown };
  }

  /** The inner of two entries around one request knows better what it is called and how long it may take. */
  refine(plan: EntryPlan, now: number): void {
    const { rules } = plan;
    this.context.entry = plan.name;
    if (this.scope.status !== LIVE || (!rules.isTimed && rules.observe === this.#rules.observe)) return;
    this.#rules = rules;
    this.#bind(now);
  }

  /** From the arrival on, whoever asks for the bound. In observe mode nothing is cut, also not what runs inside. */
  #bind(now: number): void {
    const { scope } = this;
    const rules = this.#rules;
    const above = scope.owner?.deadline ?? Infinity;
    const deadline = Math.min(this.#started + rules.timeout, this.#granted);
    if (this.#watch) wheel.remove(this.#watch);
    wheel.remove(scope);
    this.#watch = undefined;
    scope.deadline = rules.observe ? above : Math.min(deadline, above);
    scope.due = rules.observe ? above : Math.min(scope.deadline, now + rules.idle);
    if (scope.due !== Infinity) wheel.add(scope, scope.due, now);
    if (rules.observe && deadline < above) wheel.add((this.#watch = new Watch({}, this.context)), deadline, now);
  }

  /** One line an entry, and the one place where a cause is told. */
  #tell(status: number | undefined): void {
    const failed = this.#failed;
    const fields: Record<string, unknown> = {
      ms: Math.round((wheel.clock.now() - this.#started) * 100) / 100,
      outcome: failed ? failed.error.code : "ok",
    };
    if (status !== undefined) fields["status"] = status;
    let level: Level = "info";
    if (failed) {
      const { error, thrown } = failed;
      const meant = statusOf(error);
      if (meant >= 500) level = meant === 500 ? "error" : "warn";
      if (meant === 500 || !(thrown instanceof AppFailure) || thrown.cause !== undefined) fields["err"] = thrownFields(thrown);
    }
    write(level, this.context, fields, "entry");
  }

  #freeSlot(): void {
    if (!this.#hasSlot || this.#running > 0) return;
    this.#hasSlot = false;
    this.plan.active--;
  }
}

/** Opens an edge within what runs: the same request, and at most the time it has left. Detached, it outlives whoever started it. */
export function arrive(plan: EntryPlan, isDetached = false): Edge {
  const current = als.getStore();
  const parent = isDetached ? root : parentIn(current);
  return new Edge(plan, current?.context?.under(plan.name) ?? correlate(plan.name), parent, parent === root && !isDetached);
}

/** For entries whose answer is a value: runs, ends the edge (or what else is to be `done` with it), and throws failures only. */
export function conclude<T>(edge: Edge, call: () => T, args?: readonly unknown[], done = (value: unknown): unknown => (edge.end(), value)): T {
  let value: T;
  try {
    value = edge.run(call, args);
  } catch (error) {
    const failure = ended(edge, error);
    // Whoever awaits a promise has no `try` around the call.
    if (edge.plan.promises) return Promise.reject(failure) as T;
    throw failure;
  }
  if (!isThenable(value)) return done(value) as T;
  edge.plan.promises = true;
  const promise = (value as unknown as Promise<unknown>).then(done, (error: unknown) => {
    if (edge.scope.status === CUT) quiet(promise);
    throw ended(edge, error);
  });
  return promise as T;
}

/** Over, and with what. */
export function ended(edge: Edge, error: unknown): AppFailure {
  const failure = edge.failure(error);
  edge.end();
  return failure;
}
