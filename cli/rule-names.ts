import { nearestName } from "../config/nearest-name.js";
import { CommandError } from "./failure.js";

/** Refuses a name that is no rule's; says which was meant. The name ESLint shows (`nobypass/console`) is met often. */
export function checkRuleName(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const bare = name.replace(/^nobypass\//, "");
  const meant = known.includes(bare) ? bare : nearestName(bare, known);
  throw new CommandError(`there is no rule "${name}"`, `${meant === undefined ? "" : `did you mean ${meant}? `}\`nobypass explain\` lists all rules`);
}
