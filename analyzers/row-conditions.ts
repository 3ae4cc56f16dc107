import type { Rows } from "./changes.js";
import { at, list, type PgNode, type PgValue, text } from "./postgres-parser.js";
import { isIdLike, keyKind } from "./unique-keys.js";

/** Which of a table's rows the WHERE of an UPDATE or DELETE lets through, by what PostgreSQL's tree says. */
export function rowsOf(where: PgValue, table: string | null): Rows {
  if (where === undefined) return "all";
  if (holdsLimit(where)) return "narrow";
  const bool = at(where, "BoolExpr");
  if (bool !== undefined) {
    const args = list(bool, "args").map((arg) => rowsOf(arg, table));
    const op = text(bool, "boolop");
    if (op === "AND_EXPR") return isRange(list(bool, "args")) || args.includes("narrow") ? "narrow" : args.includes("some") ? "some" : "all";
    if (op === "OR_EXPR") return args.every((a) => a === "narrow") ? "narrow" : args.includes("all") ? "all" : "some";
    return "all";
  }
  if (at(where, "SubLink") !== undefined) return "some";
  if (at(where, "CurrentOfExpr") !== undefined) return "narrow";
  const compared = at(where, "A_Expr");
  if (compared === undefined) return "all";
  const kind = text(compared, "kind");
  if (kind === "AEXPR_BETWEEN") return "narrow";
  const sign = text(compared, "name", 0, "String", "sval");
  if (sign !== "=" || (kind !== "AEXPR_OP" && kind !== "AEXPR_IN" && kind !== "AEXPR_OP_ANY")) return sign === "<" || sign === "<=" || sign === ">" || sign === ">=" ? "some" : "all";
  const left = columnOf(at(compared, "lexpr"));
  const right = columnOf(at(compared, "rexpr"));
  // A join says which rows belong together, not how many there are.
  if (left !== null && right !== null) return "all";
  const column = left ?? right;
  if (column === null) return "some";
  return isNarrow(column, table) ? "narrow" : "some";
}

/** An equality on this column leaves few rows, by its name. */
export function isNarrow(column: string, table: string | null): boolean {
  return keyKind(column, table === null ? [] : [table]) !== "many" || isIdLike(column);
}

/** `id > 100 AND id <= 200`: a piece of the table. */
function isRange(args: readonly PgValue[]): boolean {
  const signs = args.map((arg) => text(arg, "A_Expr", "name", 0, "String", "sval") ?? "");
  return signs.some((s) => s.startsWith("<") && s !== "<>") && signs.some((s) => s.startsWith(">"));
}

function columnOf(node: PgValue): string | null {
  const cast = at(node, "TypeCast", "arg");
  if (cast !== undefined) return columnOf(cast);
  return text(list(node, "ColumnRef", "fields").at(-1), "String", "sval") ?? null;
}

/** A subquery that takes so many rows and no more. */
function holdsLimit(node: PgValue): boolean {
  if (typeof node !== "object") return false;
  if (Array.isArray(node)) return (node as readonly PgValue[]).some(holdsLimit);
  return Object.entries(node as PgNode).some(([key, value]) => key === "limitCount" || holdsLimit(value));
}
