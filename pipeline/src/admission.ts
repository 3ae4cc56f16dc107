import type { Context } from "./context.js";
import type { EntryPlan, EntryRules } from "./entry-plan.js";
import { AppFailure } from "./failure.js";
import { withContext, write } from "./log.js";
import { failureOf } from "./mask.js";
import { bare } from "./outcome.js";
import { memoryRateLimits, type RateLimitStore } from "./rate-limit.js";
import { thrownFields } from "./redact.js";
import { state } from "./state.js";
import { isThenable } from "./thenable.js";
import { would } from "./watch.js";

const rateLimits = (): RateLimitStore => state.settings.rateLimits ?? (state.limits ??= memoryRateLimits());

/** May this one in? Room first, then the rate, then the right. A promise only if something had to be asked. Throws the refusal. */
export function admit(plan: EntryPlan, rules: EntryRules, context: Context, args: readonly unknown[], client: (() => string | undefined) | undefined): Promise<void> | undefined {
  if (plan.active >= rules.concurrency) refuse(rules, context, "would_overload", bare({ code: "OVERLOADED", retryAfter: 1 }));
  if (rules.rateLimit === undefined) return rules.authorize === undefined ? undefined : authorized(rules, context, args);
  const wait = take(plan, rules.rateLimit, context, args, client);
  if (typeof wait === "number") return limited(rules, context, args, wait);
  return wait.then((ms) => limited(rules, context, args, ms));
}

function take(plan: EntryPlan, rule: NonNullable<EntryRules["rateLimit"]>, context: Context, args: readonly unknown[], client: (() => string | undefined) | undefined): number | Promise<number> {
  // A store that cannot be asked must not close the door.
  const unavailable = (error: unknown): number => {
    write("error", withContext(context, { err: thrownFields(error) }), "rate limits unavailable");
    return 0;
  };
  try {
    const key = rule.key === undefined ? (client?.() ?? "") : rule.key(...args);
    const wait = rateLimits().take(`${plan.name} ${key}`, rule);
    return typeof wait === "number" ? wait : wait.then((ms) => ms, unavailable);
  } catch (error) {
    return unavailable(error);
  }
}

function limited(rules: EntryRules, context: Context, args: readonly unknown[], wait: number): Promise<void> | undefined {
  if (wait > 0) refuse(rules, context, "would_limit", bare({ code: "RATE_LIMITED", retryAfter: Math.max(1, Math.ceil(wait / 1_000)) }));
  return rules.authorize === undefined ? undefined : authorized(rules, context, args);
}

function authorized(rules: EntryRules, context: Context, args: readonly unknown[]): Promise<void> | undefined {
  const judge = (answer: unknown): void => {
    if (answer !== true) refuse(rules, context, "would_forbid", bare({ code: "FORBIDDEN" }));
  };
  const threw = (error: unknown): void => refuse(rules, context, "would_forbid", failureOf(error));
  let answer: unknown;
  try {
    answer = rules.authorize?.(...args);
  } catch (error) {
    threw(error);
    return undefined;
  }
  if (isThenable(answer)) return Promise.resolve(answer).then(judge, threw);
  judge(answer);
  return undefined;
}

function refuse(rules: EntryRules, context: Context, what: string, failure: AppFailure): void {
  if (!rules.observe) throw failure;
  would(what, { outcome: failure.error.code }, context);
}
