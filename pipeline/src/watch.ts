import type { Context } from "./context.js";
import { write } from "./log.js";
import type { Op } from "./op.js";
import type { Scope } from "./scope.js";
import { wheel } from "./state.js";
import { Timed } from "./wheel.js";

/** In observe mode: says once that the time would have been up. */
export class Watch extends Timed {
  constructor(private readonly fields: object, private readonly context: Context | undefined) {
    super();
    this.holds = false;
  }

  fire(): void {
    would("would_timeout", this.fields, this.context);
  }
}

export function would(what: string, fields: object, context: Context | undefined): void {
  write("warn", context, fields, what);
}

/** A watch over a bound that the caller does not have already. */
export function watched(op: Op, context: Context | undefined, started: number, bound: number, parent: Scope): Watch | undefined {
  if (started + bound >= parent.deadline) return undefined;
  const watch = new Watch({ op: op.name, bound }, context);
  wheel.add(watch, started + bound, started);
  return watch;
}
