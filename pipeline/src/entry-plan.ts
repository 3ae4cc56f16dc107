import { rowNamed } from "./row-named.js";
import type { EntryPolicy } from "./settings.js";
import { state } from "./state.js";

const TIMEOUT = 30_000;
const IDLE = 30_000;
const CONCURRENCY = 1_000;
const MOST_PLANS = 5_000;

/** An entry's policy with every default filled in. */
export interface EntryRules {
  readonly observe: boolean;
  /** `Infinity` for a stream, which `idle` bounds. */
  readonly timeout: number;
  readonly idle: number;
  /** Somebody has said how long this one may take. */
  readonly isTimed: boolean;
  readonly concurrency: number;
  readonly rateLimit: EntryPolicy["rateLimit"];
  readonly authorize: EntryPolicy["authorize"];
  readonly around: EntryPolicy["around"];
}

/** A name that is entered: its policy, and how much is in flight under it. */
export class EntryPlan {
  active = 0;
  /** What it enters returns promises, as far as is known: then refusals are rejections too. */
  promises = false;
  #generation = 0;
  #resolved: EntryRules | undefined;

  constructor(readonly name: string, private readonly policy: EntryPolicy = {}, readonly stream = false) {}

  /** The plan of one function, which may say by itself that it is asynchronous. */
  static of(name: string, handler: (...args: never[]) => unknown, policy?: EntryPolicy, stream = false): EntryPlan {
    const plan = new EntryPlan(name, policy, stream);
    plan.promises = handler.constructor.name === "AsyncFunction";
    return plan;
  }

  get rules(): EntryRules {
    if (!this.#resolved || this.#generation !== state.generation) {
      this.#resolved = this.#resolve();
      this.#generation = state.generation;
    }
    return this.#resolved;
  }

  #resolve(): EntryRules {
    const { said, ...p } = state.configured?.entryPolicy(this.name, this.policy) ?? { ...this.policy, said: this.policy };
    return {
      observe: p.mode === "observe",
      timeout: this.stream ? Infinity : (p.timeout ?? TIMEOUT),
      idle: this.stream ? (p.idle ?? IDLE) : Infinity,
      isTimed: this.stream || said.timeout !== undefined,
      concurrency: p.concurrency ?? CONCURRENCY,
      rateLimit: p.rateLimit,
      authorize: p.authorize,
      around: p.around,
    };
  }
}

/** The plan of an entry whose name is only known at run time, such as a controller's method. */
export const planNamed = (name: string, stream = false): EntryPlan => rowNamed(state.plans, name, MOST_PLANS, () => new EntryPlan(name, undefined, stream));
