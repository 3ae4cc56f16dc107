import type { Context } from "./context.js";
import type { EntryPlan, EntryRules } from "./entry-plan.js";
import { AppFailure } from "./failure.js";
import { write } from "./log.js";
import { failureOf } from "./mask.js";
import { bare, overloaded, seconds } from "./outcome.js";
import { memoryRateLimits, type RateLimitStore } from "./rate-limit.js";
import { thrownFields } from "./redact.js";
import { state } from "./state.js";
import { isThenable } from "./thenable.js";
import { would } from "./watch.js";

const rateLimits = (): RateLimitStore => state.settings.rateLimits ?? (state.limits ??= memoryRateLimits());

type Later = Promise<void> | void;

/** May this one in? Room first, then the rate, then the right. A promise only if something had to be asked. Throws the refusal. */
export function admit(plan: EntryPlan, rules: EntryRules, context: Context, args: readonly unknown[], client: (() => string | undefined) | undefined): Later {
  const { rateLimit, authorize } = rules;
  if (plan.active >= rules.concurrency) refuse(rules, context, "would_overload", overloaded());
  const authorized = (): Later => {
    const forbid = (failure: AppFailure): void => refuse(rules, context, "would_forbid", failure);
    if (authorize) return asked(() => authorize(...args), (answer) => (answer === true ? undefined : forbid(bare({ code: "FORBIDDEN" }))), (error) => forbid(failureOf(error)));
  };
  if (!rateLimit) return authorized();
  const limited = (wait: number): Later => {
    if (wait > 0) refuse(rules, context, "would_limit", bare({ code: "RATE_LIMITED", retryAfter: seconds(wait) }));
    return authorized();
  };
  return asked(() => rateLimits().take(`${plan.name} ${rateLimit.key ? rateLimit.key(...args) : (client?.() ?? "")}`, rateLimit), limited, (error) => {
    // A store that cannot be asked must not close the door.
    write("error", context, { err: thrownFields(error) }, "rate limits unavailable");
    return authorized();
  });
}

/** At once where the answer is there at once. */
function asked<T>(ask: () => T | Promise<T>, then: (answer: T) => Later, threw: (error: unknown) => Later): Later {
  let answer: T | Promise<T>;
  try {
    answer = ask();
  } catch (error) {
    return threw(error);
  }
  return isThenable(answer) ? Promise.resolve(answer).then(then, threw) : then(answer);
}

function refuse(rules: EntryRules, context: Context, what: string, failure: AppFailure): void {
  if (!rules.observe) throw failure;
  would(what, { outcome: failure.error.code }, context);
}
