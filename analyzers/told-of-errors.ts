import type { FileView } from "../core/rule.js";
import type { ValueId } from "../core/facts.js";
import { flow } from "./flow.js";

const ERROR = /^_?(?:e|er|err|error|ex|reason)$/;

/** `(err, rows) => …`: a function that is called back with how it went. What builds a query takes functions too, and gives them the builder. */
export function isToldOfErrors(file: FileView, given: ValueId | undefined): boolean {
  const { bindings, functions } = file.facts;
  return given !== undefined && file.get(flow).functions(given).some((fn) => {
    const params = functions[fn]?.params ?? [];
    return params.length > 0 && ERROR.test(bindings[params[0]?.binding ?? -1]?.name ?? "");
  });
}
