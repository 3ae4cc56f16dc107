import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";

/** Does a test, which stands at this value, prove anything of what is read, whichever way it comes out? */
export type Says = (file: FileView, test: ValueId, read: ValueId) => boolean;

/** Guards that ask guards. */
const DEEPEST = 3;
const RESHAPES: ReadonlySet<string> = new Set(["toLowerCase", "toUpperCase", "trim", "toString"]);
/** They look for something in a text: whatever else the text has is let through. */
const SEARCHES: ReadonlySet<string> = new Set(["includes", "startsWith", "endsWith", "indexOf", "lastIndexOf"]);

/** Does a guard really look at its argument: its type, its parts, its place in a list? That a text has another in it, or its length, says nothing of the rest. */
export function inspects(file: FileView, fn: FnId, index: number, says: Says, depth = 0): boolean {
  const param = (file.facts.functions[fn] as FunctionFact).params[index];
  if (param === undefined) return false;
  const { binding } = param;
  if (binding === null || depth > DEEPEST) return true;
  return file.get(occurrences).reads(binding).some((read) => !onlySearches(file, read, says, depth) && looksAt(file, read));
}

function looksAt(file: FileView, read: ValueId): boolean {
  for (let at: ValueId | null = read, steps = 0; at !== null && steps < 6; at = file.get(occurrences).parent(at), steps++) {
    const value = file.facts.values[at] as Value;
    // That there is something says nothing of what it is.
    if (value.kind === "binary" && (isNothing(file, value.left) || isNothing(file, value.right))) return false;
    if (value.kind === "binary" || (value.kind === "unary" && value.op === "typeof") || (value.kind === "call" && at !== read)) return true;
  }
  return false;
}

/** `url.includes(host)`, `name.toLowerCase().endsWith(".pdf")`, `ends(name, ".pdf")` of a guard that does no more. */
function onlySearches(file: FileView, read: ValueId, says: Says, depth: number): boolean {
  const found = file.get(occurrences);
  const up = found.parent(read);
  const around = up === null ? undefined : (file.facts.values[up] as Value);
  if (up === null || around === undefined) return false;
  if (around.kind === "call") {
    const args = file.get(callAt)(up)?.args ?? around.args;
    const own = file.get(flow).functions(around.callee);
    return own.length > 0 && args.includes(read) && own.every((fn) => !inspects(file, fn, args.indexOf(read), says, depth + 1));
  }
  if (around.kind !== "member" || around.object !== read || around.name === null) return false;
  if (around.name === "length") return true;
  const call = found.parent(up);
  const made = call === null ? undefined : (file.facts.values[call] as Value);
  if (call === null || made?.kind !== "call" || made.callee !== up) return false;
  if (RESHAPES.has(around.name) && depth < DEEPEST) return onlySearches(file, call, says, depth + 1);
  if (!SEARCHES.has(around.name)) return false;
  const compared = found.parent(call);
  const test = compared !== null && (file.facts.values[compared] as Value).kind === "binary" ? compared : call;
  return !says(file, test, read);
}

export function isNothing(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return (value.kind === "global" && value.name === "undefined") || (value.kind === "unary" && value.op === "void") || file.get(flow).constant(id) === null;
}
