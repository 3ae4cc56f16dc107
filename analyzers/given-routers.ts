import type { ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callsTo } from "./callsites.js";
import type { RowBy } from "./entry-rows.js";
import { flow } from "./flow.js";
import { argumentOf, type Env, givenAs, inletOf } from "./inlets.js";

/** A router is handed on from the file that makes it to those that fill it. */
const DEEPEST = 4;

/** Is what a registering function takes for a router one that the row is of, as its callers give it? */
export function isKnownRouter(file: FileView, receiver: ValueId, env: Env | null, row: RowBy<"call">, depth = 0): boolean {
  const roots = new Set(row.register.calls.map((call) => call.slice(0, call.lastIndexOf("."))));
  return givenAs(file, { value: receiver, path: [] }, env).some(({ value }) => {
    if (file.get(flow).symbols(value).some((node) => roots.has(node.text))) return true;
    const inlet = depth < DEEPEST ? inletOf(file, value) : null;
    if (inlet === null || inlet.fn === null || inlet.path.length > (inlet.isRest ? 1 : 0)) return false;
    return file.get(callsTo)(inlet.fn).some(({ args }) => {
      const given = args === null ? null : argumentOf(inlet, args);
      return given !== null && given.path.length === 0 && isKnownRouter(file, given.value, null, row, depth + 1);
    });
  });
}
