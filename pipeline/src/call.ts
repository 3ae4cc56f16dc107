import type { Scope } from "./scope.js";
import { wheel } from "./state.js";

/** What a dispatched function may ask about its call. Made only for functions that take it. */
export class Call {
  readonly #scope: Scope;
  /** 1 for the first try. */
  readonly attempt: number;

  constructor(scope: Scope, attempt: number) {
    this.#scope = scope;
    this.attempt = attempt;
  }

  /** For what has to hold the bound open after the call, such as a body that is still read. */
  static scopeOf(call: Call): Scope {
    return call.#scope;
  }

  /** Aborts when the call's time is up, its client has gone or the process shuts down. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** On the clock of `performance.now()`; `Infinity` without a bound. */
  get deadline(): number {
    return this.#scope.deadline;
  }

  /** Milliseconds left. Usable after destructuring. */
  get remaining(): () => number {
    const scope = this.#scope;
    return () => Math.max(0, scope.deadline - wheel.clock.now());
  }
}
