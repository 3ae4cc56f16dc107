import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { samePlace } from "./places.js";
import { flow } from "./flow.js";

const ORDERS: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);
const ARITHMETIC: ReadonlySet<string> = new Set(["-", "*", "/", "%", "**"]);
const DEEPEST = 4;

/** `if (page < pages.length)`, `for (let i = from; i <= to; i++)`: what is in order with a number reads as one, whatever it is. */
export function isOrdered(file: FileView, { op, left, right }: Value & { kind: "binary" }, isTrue: boolean, read: ValueId): boolean {
  if (!ORDERS.has(op) || !isTrue) return false;
  return (samePlace(file, left, read) && isNumber(file, right, 0)) || (samePlace(file, right, read) && isNumber(file, left, 0));
}

/** A number by how it is made; a sum is one where a number is added to what is no text. */
function isNumber(file: FileView, id: ValueId, depth: number): boolean {
  if (depth > DEEPEST) return false;
  const { sources, constant } = file.get(flow);
  const found = sources(id);
  return found.length > 0 && found.every((source) => {
    const value = file.facts.values[source] as Value;
    if (typeof constant(source) === "number") return true;
    if (value.kind === "member") return value.name === "length" || value.name === "size" || value.name === "byteLength";
    if (value.kind === "binary") return ARITHMETIC.has(value.op) || (value.op === "+" && [value.left, value.right].some((side) => isNumber(file, side, depth + 1)) && ![value.left, value.right].some((side) => isText(file, side)));
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    if (callee?.kind === "global") return /^(?:Number|parseInt|parseFloat)$/.test(callee.name);
    const object = callee?.kind === "member" ? (file.facts.values[callee.object] as Value) : undefined;
    return object?.kind === "global" && (object.name === "Math" || (object.name === "Date" && callee?.kind === "member" && callee.name === "now"));
  });
}

function isText(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((source) => {
    const { kind } = file.facts.values[source] as Value;
    return kind === "template" || typeof file.get(flow).constant(source) === "string";
  });
}
