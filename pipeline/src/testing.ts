import type { Call } from "./call.js";
import { arriveFrom } from "./arrival.js";
import { configured } from "./configured.js";
import { planNamed } from "./entry-plan.js";
import { patternOf } from "./patterns.js";
import { problemAt, type Problem } from "./problem.js";
import type { Scope } from "./scope.js";
import type { Logger, Settings } from "./settings.js";
import { state, wheel } from "./state.js";
import { platformClock, SLOT_MS, Timed, type Clock } from "./wheel.js";

export interface TestClock {
  now(): number;
  /** Moves the time, and lets what falls due on the way happen in its order. */
  advance(ms: number): Promise<void>;
  restore(): void;
}

/** When the next bound is due. */
function earliest(): number {
  let tick = Infinity;
  for (const head of wheel.slots) for (let item = head; item !== undefined; item = item.after) tick = Math.min(tick, item.tick);
  return tick * SLOT_MS;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that stands still until it is told to move: bounds, pauses, rate limits and breakers go by it. */
export function fakeClock(): TestClock {
  const before = wheel.clock;
  // A whole number: sums and differences are then exact, and what a test expects of them does not depend on when it began.
  let now = Math.ceil(before.now());
  const clock: Clock = { now: () => now, driven: true };
  wheel.use(clock);
  return {
    now: () => now,
    async advance(ms) {
      const until = now + ms;
      await turn();
      for (let due = earliest(); due <= until; due = earliest()) {
        now = Math.max(now, due);
        wheel.advance(now);
        await turn();
      }
      // Another one may have gone farther meanwhile; backwards, what is bound from here on would never be met.
      now = Math.max(now, until);
      wheel.advance(now);
      await turn();
    },
    restore: () => wheel.use(before),
  };
}

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface Captured {
  readonly lines: LogLine[];
  restore(): void;
}

/** Log lines as objects, instead of where they would go. */
export function captureLogs(): Captured {
  const before = state.logger;
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (fields: object, message: string): void => void lines.push({ ...fields, level, message });
  const logger: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  state.logger = logger;
  return {
    lines,
    restore: () => {
      if (state.logger === logger) state.logger = before;
    },
  };
}

/** Never answers · fails · answers so many milliseconds late · fails with this. */
export type Fault = "timeout" | "error" | number | Error;

export interface Faults {
  /** The name of each dispatch, in the order of their beginning. */
  readonly calls: string[];
  restore(): void;
}

class Delay extends Timed {
  constructor(private readonly over: () => void) {
    super();
  }

  fire(): void {
    this.over();
  }
}

/** In the place of what is dispatched under a name: `injectFaults({ "pg.*": "timeout" })`. The first pattern that matches wins. */
export function injectFaults(faults: Readonly<Record<string, Fault>> = {}): Faults {
  const before = state.faults;
  const calls: string[] = [];
  const rows = Object.entries(faults).map(([pattern, fault]) => ({ pattern: patternOf(pattern), fault }));
  state.faults = (op, run) => {
    calls.push(op);
    const fault = rows.find(({ pattern }) => pattern.test(op))?.fault;
    if (fault === undefined) return run;
    return (call: Call) => faulty(op, fault, () => run(call));
  };
  return { calls, restore: () => void (state.faults = before) };
}

function faulty(op: string, fault: Fault, run: () => unknown): unknown {
  if (fault === "timeout") return new Promise(() => {});
  if (fault === "error") return Promise.reject(new Error(`injected into ${op}`));
  if (typeof fault !== "number") return Promise.reject(fault);
  return new Promise((resolve) => {
    const now = wheel.clock.now();
    wheel.add(new Delay(() => resolve(undefined)), now + fault, now);
  }).then(run);
}

export interface RunOptions<I> {
  readonly input?: I;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The time passes by itself: from one bound to the next, until the run is over. */
  readonly clock?: TestClock | undefined;
  readonly faults?: Readonly<Record<string, Fault>> | undefined;
}

export interface Ran<T> {
  /** What it returned; `undefined` if it failed. */
  readonly result: T | undefined;
  /** What a client would have been told; `undefined` if it did not fail. */
  readonly problem: Problem | undefined;
  readonly logs: readonly LogLine[];
  readonly calls: readonly string[];
  /** What is still running, by name: work that nobody waits for. */
  readonly leftovers: readonly string[];
}

/** One request to a handler or contract, from arrival to answer, without a server. */
export async function run<I, T>(handler: (input: I) => T, { input, headers, clock, faults }: RunOptions<I> = {}): Promise<Ran<Awaited<T>>> {
  const logs = captureLogs();
  const injected = injectFaults(faults);
  const edge = arriveFrom(planNamed("test"), { header: (name) => headers?.[name], carrier: {} });
  let result: Awaited<T> | undefined;
  let problem: Problem | undefined;
  let isOver = false;
  const work = (async () => edge.run(() => handler(input as I)))().then(
    (value) => void (result = value as Awaited<T>),
    (error: unknown) => void (problem = problemAt(edge, error)),
  ).finally(() => (isOver = true));
  if (clock !== undefined) {
    await turn();
    while (!isOver && wheel.size > 0) await clock.advance(Math.max(1, earliest() - clock.now()));
  }
  await work;
  const leftovers = namesUnder(edge.scope);
  edge.end(problem?.status);
  injected.restore();
  logs.restore();
  return { result, problem, logs: logs.lines, calls: injected.calls, leftovers };
}

function namesUnder(scope: Scope): string[] {
  const names: string[] = [];
  for (let member = scope.members; member !== undefined; member = member.following) {
    const { op } = member as unknown as { op: string | { name: string } };
    names.push(typeof op === "string" ? op : op.name);
    if (typeof op === "string") names.push(...namesUnder(member as Scope));
  }
  return names;
}

/** Everything as it was when the process began, or with these settings alone. */
export function reset(settings: Settings = {}): void {
  if (wheel.clock !== platformClock && wheel.clock.driven) wheel.use(platformClock);
  state.settings = settings;
  state.generation++;
  state.configured = configured;
  state.logger = settings.logger;
  state.draining = false;
  state.shutdown = undefined;
  state.faults = undefined;
  state.limits = undefined;
  state.ops.clear();
  state.plans.clear();
  state.budgets.clear();
}
