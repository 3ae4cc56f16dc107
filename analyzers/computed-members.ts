import type { Value } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { SymbolNode } from "../catalog/catalog.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";

/** Methods that register a route, any of which stands for the others. */
const VERBS = ["get", "post", "put", "patch", "delete"];
const NONE: readonly SymbolNode[] = [];

/** `app[method](path, handler)`, where nobody says which method: the ones that register routes, if what it is called on has them. */
export function routesAnyOf(file: FileView, call: Call): readonly SymbolNode[] {
  const callee = file.facts.values[call.target] as Value;
  if (callee.kind !== "member" || callee.name !== null || callee.key === undefined) return NONE;
  const registers = (node: SymbolNode): boolean => node.rows("entries").some(({ row }) => row.kind === "http");
  if (call.symbols.some(registers)) return NONE;
  return file.get(flow).symbols(callee.object).flatMap((node) => VERBS.map((verb) => node.member(verb)).filter(registers).slice(0, 1));
}
