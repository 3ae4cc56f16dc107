import { err, ok, type AppError, type Result } from "./failure.js";
import { log } from "./log.js";
import { failureOf } from "./mask.js";

/** From throwing to returning. An error that means no failure becomes INTERNAL, and is logged: a result carries no cause. */
export async function attempt<T>(run: () => T): Promise<Result<Awaited<T>, AppError>> {
  try {
    return ok(await run());
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== error && failure.error.code === "INTERNAL") log.error("failed attempt", { err: error });
    return err(failure.error);
  }
}
