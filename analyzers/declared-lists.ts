import type { ValueId } from "../core/facts.js";
import type { Flow } from "./flow.js";

/** What every list has under its names. */
const OF_LISTS: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Array.prototype).filter((name) => name !== "constructor" && name !== "length"));
const LISTS = new Set(["Array", "ReadonlyArray"]);

/** Is it the method of a list, because the list is declared to be one? Whatever else may seem to stand there, its methods are not meant. */
export function isMethodOfList(flow: Flow, object: ValueId, name: string): boolean {
  if (!OF_LISTS.has(name)) return false;
  const type = flow.plainType(object);
  return type?.t === "array" || type?.t === "tuple" || (type?.t === "name" && type.binding === undefined && LISTS.has(type.name));
}
