import { ANY_VERSION, type Value, type ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/** What a condition can come to, as far as values of the file say: made objects, functions and constants. */
export interface Truth {
  readonly truthy: boolean;
  readonly falsy: boolean;
  /** May it be `null` or `undefined`? */
  readonly nullish: boolean;
}

const ANY: Truth = { truthy: true, falsy: true, nullish: true };
const MADE: Truth = { truthy: true, falsy: false, nullish: false };
const NOTHING: Truth = { truthy: false, falsy: true, nullish: true };
const MADE_KINDS: ReadonlySet<Value["kind"]> = new Set<Value["kind"]>(["object", "array", "function", "class", "regexp"]);
const DEEPEST = 8;

export function truthOf(file: FileView, id: ValueId, depth = 0): Truth {
  const value = file.facts.values[id] as Value;
  if (depth > DEEPEST) return ANY;
  if (MADE_KINDS.has(value.kind) || (value.kind === "call" && value.form === "new")) return MADE;
  if (value.kind === "cast") return truthOf(file, value.of, depth + 1);
  if (value.kind === "unary" && value.op === "!") {
    const { truthy, falsy } = truthOf(file, value.of, depth + 1);
    return { truthy: falsy, falsy: truthy, nullish: false };
  }
  if ((value.kind === "unary" && value.op === "void") || (value.kind === "global" && value.name === "undefined")) return NOTHING;
  if (value.kind === "logical" || value.kind === "choice") return merged(operands(file, id).map((v) => truthOf(file, v, depth + 1)));
  if (value.kind === "var") {
    const versions = file.facts.bindings[value.binding]?.versions ?? [];
    const held = value.version !== ANY_VERSION ? versions[value.version] : versions.length === 1 ? versions[0] : undefined;
    return held?.value === undefined || held.of ? ANY : truthOf(file, held.value, depth + 1);
  }
  const known = value.kind === "literal" ? value.value : value.kind === "template" ? file.get(flow).constant(id) : undefined;
  return known === undefined ? ANY : { truthy: Boolean(known), falsy: !known, nullish: known === null };
}

/** Those operands of `a || b`, `a && b`, `a ?? b` and `test ? a : b` that the whole may come to: `new Denied() || text` is never the text. */
export function operands(file: FileView, id: ValueId): readonly ValueId[] {
  const value = file.facts.values[id] as Value;
  if (value.kind === "choice") {
    const { truthy, falsy } = truthOf(file, value.test, 1);
    return [...(truthy ? [value.then] : []), ...(falsy ? [value.otherwise] : [])];
  }
  if (value.kind !== "logical") return [id];
  const { truthy, falsy, nullish } = truthOf(file, value.left, 1);
  const goesOn = value.op === "&&" ? truthy : value.op === "||" ? falsy : nullish;
  const stays = value.op === "&&" ? falsy : value.op === "||" ? truthy : true;
  return [...(stays || !goesOn ? [value.left] : []), ...(goesOn ? [value.right] : [])];
}

function merged(all: readonly Truth[]): Truth {
  return { truthy: all.some((t) => t.truthy), falsy: all.some((t) => t.falsy), nullish: all.some((t) => t.nullish) };
}
