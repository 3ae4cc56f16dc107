import type { Context } from "./context.js";
import { AppFailure } from "./failure.js";
import { write } from "./log.js";
import { statusOf } from "./mask.js";
import type { Op, Rules } from "./op.js";
import { withoutCredentials } from "./redact.js";
import { quiet, safe } from "./safe.js";
import { wheel } from "./state.js";
import type { Watch } from "./watch.js";

/** The work has settled, whether or not somebody still waits: its slot goes to whoever has waited longest. */
export function free(op: Op, rules: Rules, watch?: Watch): void {
  op.active--;
  if (watch) wheel.remove(watch);
  if (!op.line) return;
  for (const start of op.line) {
    if (op.active >= rules.concurrency) return;
    op.line.delete(start);
    start();
  }
}

export function reportSlow(op: Op, rules: Rules, context: Context | undefined, started: number): void {
  const ms = wheel.clock.now() - started;
  if (ms >= rules.slow) write("warn", context, { op: op.name, ms: Math.round(ms) }, "slow dispatch");
}

/** Its whole cause is told once, at the edge: here only what it was. */
export function reportFailed(op: Op, context: Context | undefined, started: number, error: unknown): void {
  write(isRefusal(error) ? "info" : "warn", context, { op: op.name, ms: Math.round(wheel.clock.now() - started), ...safe(() => briefly(error), { outcome: "error" }) }, "failed dispatch");
}

/** Something its caller is meant to know, such as NOT_FOUND; or an HTTP client's error for a 4xx. */
export const isRefusal = (error: unknown): boolean => Number(error instanceof AppFailure ? statusOf(error.error) : safe(() => (error as { response?: { status?: unknown } } | undefined)?.response?.status, undefined)) < 500;

function briefly(error: unknown): object {
  if (error instanceof AppFailure) return { outcome: error.error.code };
  if (!(error instanceof Error)) return { outcome: "error", error: { type: typeof error } };
  const { code } = error as { code?: unknown };
  return { outcome: "error", error: { type: error.constructor.name, ...((typeof code === "string" || typeof code === "number") && { code }), message: withoutCredentials(String(error.message)).slice(0, 1_000) } };
}

/** Refused before anything ran. */
export function refused(op: Op, failure: AppFailure, context: Context | undefined): Promise<never> {
  reportFailed(op, context, wheel.clock.now(), failure);
  return quiet(Promise.reject(failure));
}
