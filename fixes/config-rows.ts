import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "../analyzers/flow.js";
import { sanctioned } from "../analyzers/sanctioned.js";

/** What the config gives for a variable. `missing`: what stands for one that is not set; none where it must be set. */
export interface Row {
  readonly type: "string" | "number" | "integer" | "boolean" | "secret";
  readonly missing: "refused" | "undefined" | { readonly value: string | number };
}

/** The row in the words of a schema library. `local`: what the library is called in the file. */
export function rowText({ type, missing }: Row, local: string, quoted: (text: string) => string): string {
  const fallback = typeof missing === "object" ? `.default(${typeof missing.value === "number" ? missing.value : quoted(missing.value)})` : missing === "undefined" ? ".optional()" : "";
  if (type === "boolean") return `${local}.string()${fallback}.transform((value) => value === ${quoted("true")})`;
  if (type === "string") return `${local}.string()${fallback}`;
  if (type === "secret") return `${local}.string().min(1)`;
  return `${local}.coerce.number()${type === "integer" ? ".int()" : ""}${fallback}`;
}

/** Checks that keep type and value. */
/** Methods behind one another; a name may be a schema made of itself. */
export const DEEPEST = 30;
const CHECKS = new Set(["min", "max", "length", "nonempty", "positive", "negative", "nonnegative", "nonpositive", "gt", "gte", "lt", "lte", "finite", "safe", "multipleOf", "url", "email", "uuid", "regex", "startsWith", "endsWith", "includes", "describe", "meta", "refine", "superRefine", "readonly"]);
const TEXTS = new Set(["string", "url", "email", "uuid", "httpUrl", "hostname"]);

/** What a row of a zod schema gives, where its words say it; null for what a human has to read. */
export function rowOf(file: FileView, id: ValueId, depth = 0): Row | null {
  if (depth > DEEPEST) return null;
  const value = file.facts.values[id] as Value;
  if (value.kind === "var") {
    const [source, ...others] = file.get(flow).sources(id);
    return source !== undefined && source !== id && others.length === 0 ? rowOf(file, source, depth + 1) : null;
  }
  if (value.kind !== "call") return null;
  if (file.get(sanctioned)(value.callee) === "secret") return { type: "secret", missing: "refused" };
  const callee = file.facts.values[value.callee] as Value;
  if (callee.kind !== "member" || callee.name === null) return null;
  const symbol = file.get(flow).symbols(value.callee)[0]?.text ?? "";
  const made = /^zod(?:\/v[34])?:(?:z\.)?((?:coerce\.)?\w+)$/.exec(symbol)?.[1];
  if (made === "coerce.number" || made === "number") return made === "number" ? null : { type: "number", missing: "refused" };
  if (made === "stringbool") return { type: "boolean", missing: "refused" };
  if (made !== undefined) return TEXTS.has(made) ? { type: "string", missing: "refused" } : null;
  const inner = rowOf(file, callee.object, depth + 1);
  if (inner === null) return null;
  if (callee.name === "int" && inner.type === "number") return { ...inner, type: "integer" };
  if (CHECKS.has(callee.name)) return inner;
  if (callee.name === "optional") return { ...inner, missing: "undefined" };
  const given = value.args[0] === undefined ? undefined : file.get(flow).constant(value.args[0]);
  if (callee.name === "default" && (typeof given === "string" || typeof given === "number")) return { ...inner, missing: { value: given } };
  return callee.name === "transform" && inner.type === "string" && isFlag(file, value.args[0]) ? { type: "boolean", missing: inner.missing } : null;
}

/** `(value) => value === "true"`. */
function isFlag(file: FileView, id: ValueId | undefined): boolean {
  const [fn] = id === undefined ? [] : file.get(flow).functions(id);
  const [returned, ...others] = fn === undefined ? [] : file.get(flow).returns(fn);
  const value = returned === undefined || others.length > 0 ? undefined : (file.facts.values[returned] as Value);
  return value?.kind === "binary" && value.op === "===" && [value.left, value.right].some((side) => file.get(flow).constant(side) === "true");
}
