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
  try {
    void Promise.resolve(state.settings.shutdown?.before?.()).catch((err: unknown) => log.error("shutdown hook failed", { err }));
  } catch (err) {
    log.error("shutdown hook failed", { err });
  }
  const drained = await idle(within);
  if (!drained) {
    log.warn("shutdown cancels work in flight", { working: state.working });
    for (let member = root.members; member !== undefined; member = root.members) cut(member as Scope, "CANCELLED");
    await idle(GRACE);
  }
  return { drained };
}

function idle(within: number): Promise<boolean> {
  if (state.working === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const now = wheel.clock.now();
    const bell = new Bell(() => {
      state.idle.splice(state.idle.indexOf(done), 1);
      resolve(false);
    });
    const done = (): void => {
      wheel.remove(bell);
      resolve(true);
    };
    state.idle.push(done);
    wheel.add(bell, now + within, now);
  });
}

let watched: Map<NodeJS.Signals, () => void> | undefined;

/** After the drain the signal is raised again, so that the process ends as the signal says. */
export function watchSignals(signals: readonly NodeJS.Signals[]): void {
  for (const [signal, listener] of watched ?? []) process.removeListener(signal, listener);
  watched = new Map();
  for (const signal of signals) {
    const listener = (): void => {
      void shutdown().then(() => process.kill(process.pid, signal));
    };
    watched.set(signal, listener);
    process.once(signal, listener);
  }
}
