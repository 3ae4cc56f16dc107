import type { TypeExpr } from "../core/facts.js";
import type { WrittenTypes } from "./written-types.js";

const PRIMITIVES = new Set(["string", "number", "boolean", "bigint", "symbol"]);
/** Types of the language whose values are no errors. */
const LISTS = new Set(["Array", "ReadonlyArray"]);
const OTHERS = new Set(["Map", "ReadonlyMap", "Set", "ReadonlySet", "WeakMap", "WeakSet", "Date", "RegExp", "Promise", "PromiseLike", "String", "Number", "Boolean", "URL", "Buffer", "Uint8Array"]);
/** What errors carry: a type that names nothing else may be written for one. */
const OF_ERRORS = /^(?:message|name|stack|cause|code|errno|errors|syscall|path|status|statusCode|response|request|config|type|reason|details|data|meta)$/;
/** What only an error has. */
const MARKS_ERROR = new Set(["message", "stack", "name"]);
const DEEPEST = 8;

/** What values of a declared type are, in words, where none of them can be an error; null where one may be. */
export function noErrorOf(types: WrittenTypes, type: TypeExpr | null | undefined, depth = 0): string | null {
  const of = types.bare(type);
  if (of === null || depth > DEEPEST) return null;
  switch (of.t) {
    case "keyword":
      return PRIMITIVES.has(of.name) ? `a ${of.name}` : null;
    case "literal":
      return of.value === null ? null : `a ${typeof of.value}`;
    case "array":
    case "tuple":
      return "a list";
    case "function":
      return "a function";
    case "object":
      return isOther(of) ? "an object" : null;
    case "union": {
      const parts = of.items.map((item) => noErrorOf(types, item, depth + 1));
      return parts.length > 0 && parts.every((part) => part !== null) ? (parts[0] as string) : null;
    }
    case "name": {
      if (of.binding === undefined) return LISTS.has(of.name) ? "a list" : OTHERS.has(of.name) ? "no error" : null;
      const fact = types.fact(of.binding);
      return fact?.kind === "interface" && fact.extends.length === 0 ? noErrorOf(types, fact.type, depth + 1) : null;
    }
    default:
      return null;
  }
}

/** One of several, beside errors: `Error | string`. Nothing at all (`undefined`, `null`) is left out: a name often begins with it. */
export function alsoNoError(types: WrittenTypes, type: TypeExpr | null | undefined): string | null {
  const of = types.bare(type);
  return of?.t === "union" ? (of.items.map((item) => noErrorOf(types, item, 1)).find((what) => what !== null) ?? null) : null;
}

function isOther({ members }: TypeExpr & { t: "object" }): boolean {
  return members.some((m) => m.name !== null && !m.optional && !OF_ERRORS.test(m.name)) && !members.some((m) => m.name !== null && MARKS_ERROR.has(m.name));
}
