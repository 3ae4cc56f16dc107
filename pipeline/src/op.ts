import { rowNamed } from "./row-named.js";
import type { Policy } from "./settings.js";
import { state } from "./state.js";

const DISPATCH_TIMEOUT = 10_000;
const CONCURRENCY = 100;
const QUEUE = 1_000;
const SLOW = 1_000;
const MOST_OPS = 5_000;

/** A policy with every default filled in, so that the hot path compares numbers. */
export interface Rules {
  readonly observe: boolean;
  /** `Infinity`: as long as the caller has. */
  readonly timeout: number;
  /** Where the caller itself has no bound. */
  readonly fallback: number;
  readonly attemptTimeout: number;
  readonly concurrency: number;
  readonly queue: number;
  readonly retry: number;
  readonly retryIf: ((error: unknown) => boolean) | undefined;
  readonly idempotent: boolean | "method";
  readonly breaker: { readonly failures: number; readonly cooldown: number } | undefined;
  readonly slow: number;
  /** Neither tries again nor breaks. */
  readonly plain: boolean;
}

const DEFAULTS: Rules = {
  observe: false,
  timeout: Infinity,
  fallback: DISPATCH_TIMEOUT,
  attemptTimeout: Infinity,
  concurrency: CONCURRENCY,
  queue: QUEUE,
  retry: 0,
  retryIf: undefined,
  idempotent: false,
  breaker: undefined,
  slow: SLOW,
  plain: true,
};

/** A name that is dispatched: its policy and what is going on under it. */
export class Op {
  readonly name: string;
  rules: Rules;
  generation: number;
  active: number;
  /** Callers in line for a slot; made when the first has to wait. */
  line: Set<() => void> | undefined;
  failures: number;
  openUntil: number;
  probing: boolean;
  median: number;

  constructor(name: string) {
    this.name = name;
    this.rules = DEFAULTS;
    this.generation = 0;
    this.active = 0;
    this.line = undefined;
    this.failures = 0;
    this.openUntil = 0;
    this.probing = false;
    this.median = 0;
  }
}

export function opOf(name: string): Op {
  const known = state.ops.get(name);
  return known?.generation === state.generation ? known : resolve(name);
}

function resolve(name: string): Op {
  const op = rowNamed(state.ops, name, MOST_OPS, () => new Op(name));
  op.rules = state.configured?.rulesOf(name, DEFAULTS) ?? DEFAULTS;
  op.generation = state.generation;
  return op;
}

/** Rules with what a row or a call site adds. On the hot path, hence by hand. */
export function rulesWith(rules: Rules, policy: Partial<Policy>): Rules {
  const idempotent = policy.idempotent ?? rules.idempotent;
  const retry = idempotent === false ? 0 : (policy.retry ?? rules.retry);
  const breaker = policy.breaker === undefined ? rules.breaker : policy.breaker || undefined;
  return {
    observe: policy.mode === undefined ? rules.observe : policy.mode === "observe",
    timeout: policy.timeout ?? rules.timeout,
    fallback: policy.timeout ?? rules.fallback,
    attemptTimeout: policy.attemptTimeout ?? rules.attemptTimeout,
    concurrency: policy.concurrency ?? rules.concurrency,
    queue: policy.queue ?? rules.queue,
    retry,
    retryIf: policy.retryIf ?? rules.retryIf,
    idempotent,
    breaker,
    slow: policy.slow ?? rules.slow,
    plain: retry === 0 && breaker === undefined,
  };
}
