import { log } from "./log.js";
import { cut, root, type Scope } from "./scope.js";
import { als, state, wheel } from "./state.js";
import { Timed } from "./wheel.js";

const WITHIN = 10_000;
/** For what was cut to answer and to write its lines. */
const GRACE = 500;
const AFTER = 5_000;

export interface ShutdownOptions {
  /** Milliseconds that work in flight has left to finish. */
  readonly within?: number | undefined;
}

class Bell extends Timed {
  constructor(private readonly ring: () => void) {
    super();
  }

  fire(): void {
    this.ring();
  }
}

/**
 * Takes nothing new, waits for what is in flight, then cancels it; and last runs what is configured as `after`. Says whether all of
 * it finished by itself. Asked again, it is the same shutdown.
 */
export function shutdown({ within = state.settings.shutdown?.within ?? WITHIN }: ShutdownOptions = {}): Promise<{ readonly drained: boolean }> {
  return (state.shutdown ??= drain(within));
}

async function drain(within: number): Promise<{ readonly drained: boolean }> {
  state.draining = true;
  const { before, after = [], afterWithin = AFTER } = state.settings.shutdown ?? {};
  // A worker's outcome is written by its queue when the entry is long over: its `close()` knows when.
  const done = Promise.all([before && attempted(before), idle()]);
  const drained = await inTime(done, within);
  if (!drained) {
    log.warn("shutdown cancels work in flight", { working: state.working });
    for (let member = root.members; member !== undefined; member = root.members) cut(member as Scope, "CANCELLED");
    await inTime(done, GRACE);
  }
  const hooks = [after].flat();
  const until = wheel.clock.now() + afterWithin;
  for (const [i, hook] of hooks.entries()) {
    const share = (until - wheel.clock.now()) / (hooks.length - i);
    if (!(await inTime(attempted(hook), share))) log.error("shutdown hook took too long", { hook: hook.name, ms: Math.round(share) });
  }
  return { drained };
}

/** Not in the scope of whoever asked for the shutdown, which may be cut by it. */
async function attempted(hook: () => unknown): Promise<void> {
  try {
    await als.run(root, hook);
  } catch (err) {
    log.error("shutdown hook failed", { err });
  }
}

const idle = (): Promise<void> => (state.working === 0 ? Promise.resolve() : new Promise((resolve) => void state.idle.push(resolve)));

function inTime(work: Promise<unknown>, within: number): Promise<boolean> {
  return new Promise((resolve) => {
    const now = wheel.clock.now();
    const bell = new Bell(() => resolve(false));
    wheel.add(bell, now + within, now);
    // nobypass-disable-next-line floating-promise -- a drain and a hook whose failure is logged: neither rejects
    void work.then(() => {
      wheel.remove(bell);
      resolve(true);
    });
  });
}

let watched: Map<NodeJS.Signals, () => void> | undefined;

/** After the drain the signal is raised again, so that the process ends as the signal says. */
export function watchSignals(signals: readonly NodeJS.Signals[]): void {
  for (const [signal, listener] of watched ?? []) process.removeListener(signal, listener);
  watched = new Map();
  for (const signal of signals) {
    const listener = (): void => {
      // nobypass-disable-next-line floating-promise -- the process ends with it, and nobody is left to tell
      void shutdown().then(() => process.kill(process.pid, signal));
    };
    watched.set(signal, listener);
    process.once(signal, listener);
  }
}
