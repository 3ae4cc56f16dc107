import type { Statement, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { within } from "./caught.js";
import { conditionsAt } from "./conditions.js";
import { flow } from "./flow.js";
import { nameOf } from "./reports.js";
import type { Retry } from "./retries.js";
import { alwaysLeaves, eachOwn, leavesLoop } from "./ways-out.js";

/** What databases and file systems answer when a value is taken that must be unique: nothing was written. */
const CODES = new Set<unknown>(["23505", "P2002", "ER_DUP_ENTRY", 1062, 11000, 11001, "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "EEXIST", "SequelizeUniqueConstraintError", "UniqueViolationError", "UniqueConstraintViolationException", "ConditionalCheckFailedException"]);
const CLASSES = /^(?:Unique(?:Constraint|Key)?(?:Violation)?|Duplicate(?:Key|Entry)?|AlreadyExists)(?:Error|Exception)$/;
const ASKS = /^is(?:A)?(?:Unique|Duplicate|Clash|Collision|AlreadyTaken)\w*$/i;

/** Does a retry go on only where a unique value was taken? Then the call has done nothing, and nothing struggles that a delay would spare. */
export function retriesClashesOnly(file: FileView, retry: Retry): boolean {
  if (retry.again.length > 0) return retry.again.every((call) => conditionsAt(file, call).some((c) => c.kind === "test" && saysClash(file, c.test, c.isTrue)));
  const { loop } = retry;
  if (loop === null) return false;
  const leaves = leavesLoop(file, loop, { orThrows: true });
  let only = false;
  eachOwn(loop.body, (s) => {
    if (s.kind === "try" && s.handler && within(file.span({ mark: s.bodyAt }), retry.attempt)) only = s.handler.body.some((inner, i, list) => letsClashesOn(file, inner, list.slice(i + 1), leaves));
  });
  return only;
}

/** `if (!isClash) throw e;`, `if (isClash) continue; throw e;` */
function letsClashesOn(file: FileView, s: Statement, after: readonly Statement[], leaves: (s: Statement) => boolean): boolean {
  if (s.kind !== "if") return false;
  if (alwaysLeaves(s.then, leaves)) return saysClash(file, s.test, false);
  return (alwaysLeaves(s.otherwise, leaves) || alwaysLeaves(after, leaves)) && saysClash(file, s.test, true);
}

/** Does a test that came out so mean that there was a clash? */
function saysClash(file: FileView, test: ValueId, isTrue: boolean): boolean {
  const value = file.facts.values[test] as Value;
  if (value.kind === "cast") return saysClash(file, value.of, isTrue);
  if (value.kind === "unary" && value.op === "!") return saysClash(file, value.of, !isTrue);
  if (value.kind === "logical") {
    const sides = [saysClash(file, value.left, isTrue), saysClash(file, value.right, isTrue)];
    return (value.op === "&&") === isTrue ? sides.includes(true) : !sides.includes(false);
  }
  if (value.kind === "binary") {
    if (value.op === "instanceof") return isTrue && CLASSES.test(nameOf(file, value.right));
    const asks = value.op === "===" || value.op === "==" ? true : value.op === "!==" || value.op === "!=" ? false : null;
    return asks === isTrue && [value.left, value.right].some((side) => CODES.has(file.get(flow).constant(side)));
  }
  return isTrue && value.kind === "call" && ASKS.test(nameOf(file, value.callee));
}
