import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { configured } from "./configured.js";
import type { Op } from "./op.js";
import type { EntryPlan } from "./entry-plan.js";
import type { RateLimitStore } from "./rate-limit.js";
import type { RetryBudget } from "./retry-budget.js";
import type { Scope } from "./scope.js";
import type { Logger, Settings } from "./settings.js";
import { platformClock, Wheel } from "./wheel.js";
import type { FaultHook } from "./faults.js";

/** What all copies of this package in one process share: an ES module and a CommonJS build, or two installs. */
export interface State {
  readonly als: AsyncLocalStorage<Scope>;
  readonly wheel: Wheel;
  /** Above every entry: cutting it cuts all that runs. */
  root?: Scope | undefined;
  readonly ops: Map<string, Op>;
  readonly plans: Map<string, EntryPlan>;
  readonly budgets: Map<string, RetryBudget>;
  limits?: RateLimitStore | undefined;
  settings: Settings;
  configured?: typeof configured | undefined;
  /** Raised by each `configure`, so that what was resolved before is resolved again. */
  generation: number;
  logger?: Logger | undefined;
  draining: boolean;
  /** Entries and detached work in flight, which a shutdown waits for. */
  working: number;
  readonly idle: (() => void)[];
  shutdown?: Promise<{ readonly drained: boolean }> | undefined;
  faults?: FaultHook | undefined;
}

const KEY = Symbol.for("nobypass.pipeline.v1");

function create(): State {
  const wheel = new Wheel(platformClock, new AsyncResource("nobypass.wheel"));
  return {
    als: new AsyncLocalStorage<Scope>(),
    wheel,
    ops: new Map(),
    plans: new Map(),
    budgets: new Map(),
    settings: {},
    generation: 1,
    draining: false,
    working: 0,
    idle: [],
  };
}

const shared = globalThis as { [KEY]?: State };

export const state: State = (shared[KEY] ??= create());
export const { als, wheel } = state;
