import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callsBeside } from "./beside.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { isModule } from "./links.js";

const CLEARS = /^(?:global|timers):clear(?:Timeout|Interval|Immediate)$/;

/** Does the function that sets a timer, or one inside it, clear it: `finally { clearInterval(beat) }`, `req.on("close", () => clearInterval(beat))`? */
export function clears(file: FileView, timer: ValueId): boolean {
  const { facts } = file;
  const fn = facts.owner[timer] as FnId;
  return callsBeside(file, timer).some((call) => {
    const given = call.args?.[0];
    if (given === undefined || !call.symbols.some((n) => CLEARS.test(n.text))) return false;
    const value = facts.values[given] as Value;
    if (value.kind !== "var" || isModule(facts, facts.bindings[value.binding]?.fn ?? 0)) return false;
    return file.get(flow).sources(given).includes(timer) && file.get(context).functionsAround(call.id).includes(fn);
  });
}
