import { log } from "./log.js";
import { cut, root, type Scope } from "./scope.js";
import { state, wheel } from "./state.js";
import { Timed } from "./wheel.js";

const WITHIN = 10_000;
/** For what was cut to answer and to write its lines. */
const GRACE = 500;

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

/** Takes nothing new, waits for what is in flight, then cancels it. Says whether all of it finished by itself. */
export async function shutdown({ within = state.settings.shutdown?.within ?? WITHIN }: ShutdownOptions = {}): Promise<{ readonly drained: boolean }> {
  state.draining = true;
  // A worker's outcome is written by its queue when the entry is long over: its `close()` knows when.
  const done = Promise.all([stopAccepting(), idle()]);
  const drained = await inTime(done, within);
  if (!drained) {
    log.warn("shutdown cancels work in flight", { working: state.working });
    for (let member = root.members; member !== undefined; member = root.members) cut(member as Scope, "CANCELLED");
    await inTime(done, GRACE);
  }
  return { drained };
}

async function stopAccepting(): Promise<void> {
  try {
    await state.settings.shutdown?.before?.();
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
