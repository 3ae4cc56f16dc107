import type { CallValue, Facts, FnId, TypeExpr, Value, ValueId } from "../core/facts.js";

export type Constant = string | number | boolean | null;

/** Text is put together this deep: a sum may refer to itself. */
const DEEPEST = 20;

/** More than this says no more than that it may be any. */
const MOST_CONSTANTS = 12;

/** All that a value may be, where each of it is a constant; null where something else may stand there. */
export function constantsOf(facts: Facts, sources: (value: ValueId) => readonly ValueId[], id: ValueId): readonly Constant[] | null {
  const declared = literalsOf(facts, declaredType(facts, id), 0);
  if (declared !== null) return declared;
  const of = sources(id);
  if (of.length > MOST_CONSTANTS) return null;
  const known = of.map((source) => (source === id ? undefined : constantOf(facts, sources, source)));
  return known.length === 0 || known.includes(undefined) ? null : (known as Constant[]);
}

/** The same of a parameter, where all who call the function are known and each of them gives a constant. */
export function constantsGiven({ values }: Facts, callers: (fn: FnId) => readonly ValueId[] | null, sources: (value: ValueId) => readonly ValueId[], id: ValueId): readonly Constant[] | null {
  const param = values[id] as Value;
  const calls = param.kind !== "param" || param.rest ? null : callers(param.fn);
  if (param.kind !== "param" || calls === null || calls.length === 0 || calls.length > MOST_CONSTANTS) return null;
  const found = new Set<Constant>();
  for (const call of calls) {
    const args = (values[call] as CallValue).args.slice(0, param.index + 1);
    const known = args.length <= param.index || args.some((arg) => values[arg]?.kind === "spread") ? undefined : constantOf({ values }, sources, args[param.index] as ValueId);
    if (known === undefined) return null;
    found.add(known);
  }
  return [...found];
}

function declaredType(facts: Facts, id: ValueId): TypeExpr | undefined {
  const value = facts.values[id] as Value;
  const binding = value.kind === "var" ? facts.bindings[value.binding] : undefined;
  if (binding?.type !== undefined) return binding.type;
  const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
  const param = value.kind === "param" ? value : held === undefined ? undefined : facts.values[held];
  return param?.kind === "param" ? facts.functions[param.fn]?.params[param.index]?.type : undefined;
}

/** `"a" | "b"` as its texts; null for any other type. */
function literalsOf(facts: Facts, type: TypeExpr | undefined, depth: number): readonly Constant[] | null {
  if (type === undefined || depth > DEEPEST) return null;
  if (type.t === "literal") return type.value === null ? null : [type.value];
  if (type.t === "name" && type.binding !== undefined) {
    const alias = facts.types.find((t) => t.kind === "alias" && t.binding === type.binding);
    return literalsOf(facts, alias?.type, depth + 1);
  }
  if (type.t !== "union") return null;
  const items = type.items.map((item) => literalsOf(facts, item, depth + 1));
  return items.includes(null) ? null : items.flatMap((item) => item ?? []);
}

/** The one text, number or flag a value always is; undefined where there is none. */
export function constantOf(facts: Pick<Facts, "values">, sources: (value: ValueId) => readonly ValueId[], id: ValueId, depth = 0): Constant | undefined {
  const [source, ...others] = sources(id);
  if (source === undefined || others.length > 0 || depth > DEEPEST) return undefined;
  const of = (operand: ValueId): Constant | undefined => constantOf(facts, sources, operand, depth + 1);
  const value = facts.values[source] as Value;
  switch (value.kind) {
    case "literal":
      return value.value;
    case "template": {
      const parts = value.holes.map(of);
      return parts.includes(undefined) ? undefined : value.chunks.map((chunk, i) => chunk + (i < parts.length ? String(parts[i]) : "")).join("");
    }
    case "binary":
      return calculated(value.op, of(value.left), of(value.right));
    case "unary": {
      const operand = value.op === "-" ? of(value.of) : undefined;
      return typeof operand === "number" ? -operand : undefined;
    }
    default:
      return undefined;
  }
}

function calculated(op: string, left: Constant | undefined, right: Constant | undefined): Constant | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (op === "+" && !(typeof left === "number" && typeof right === "number")) {
    return typeof left === "string" || typeof right === "string" ? String(left) + String(right) : undefined;
  }
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (op) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "**":
      return left ** right;
    default:
      return undefined;
  }
}
