import type { FnId, Value } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";

const STATUS = new Set(["status", "code", "writeHead"]);

/** `res.status(201).location(url)`: the address of what was made, or will be. A browser follows `Location` with 3xx alone. */
export function isCreated(file: FileView, { id }: Call): boolean {
  const said = file.get(callsOf)(file.facts.owner[id] as FnId).flatMap(({ value }) => {
    const callee = file.facts.values[value.callee] as Value;
    const status = callee.kind === "member" && STATUS.has(callee.name ?? "") && value.args[0] !== undefined ? file.get(flow).constant(value.args[0]) : undefined;
    return typeof status === "number" ? [status] : [];
  });
  return said.some((status) => status === 201 || status === 202) && !said.some((status) => status >= 300 && status < 400);
}
