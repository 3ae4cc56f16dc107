import { rowNamed } from "./row-named.js";
import { state } from "./state.js";

const PER_REQUEST = 0.1;
const PER_MS = 3 / 1_000;
const MOST = 30;
const MOST_BUDGETS = 1_000;

/** What one destination may get in further tries: a tenth of its requests and three a second, so that an outage is not multiplied. */
export interface RetryBudget {
  left: number;
  at: number;
}

export function budgetOf(op: string, now: number): RetryBudget {
  // `http.<host>` is one destination; elsewhere what stands before the first dot is.
  const key = op.startsWith("http.") ? op : (op.split(".", 1)[0] as string);
  return rowNamed(state.budgets, key, MOST_BUDGETS, () => ({ left: PER_MS * 1_000, at: now }));
}

export function deposit(budget: RetryBudget): void {
  budget.left = Math.min(MOST, budget.left + PER_REQUEST);
}

export function withdraw(budget: RetryBudget, now: number): boolean {
  budget.left = Math.min(MOST, budget.left + (now - budget.at) * PER_MS);
  budget.at = now;
  if (budget.left < 1) return false;
  budget.left -= 1;
  return true;
}
