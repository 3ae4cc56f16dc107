import type { CallBoundRow } from "../catalog/library.js";
import type { FnId, Value } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { isInside } from "./links.js";

/** Whose requests `api.interceptors.request.use(…)` sees, if it is a client of these calls. */
export function interceptedOwner(call: Call, row: CallBoundRow): string | null {
  const owner = call.symbols.map((s) => /^(.*?)\.?interceptors\.request\.use$/.exec(s.text)?.[1]).find((o) => o !== undefined);
  return owner !== undefined && row.calls.some((c) => c === owner || c.startsWith(owner)) ? owner : null;
}

/** Does the function that sees each request set its bound? */
export function isBounding(file: FileView, { args }: Call): boolean {
  const first = args?.[0];
  if (first === undefined) return false;
  return file.get(flow).functions(first).some((fn) =>
    file.facts.values.some((value, at) => {
      if (!isInside(file.facts, file.facts.owner[at] as FnId, fn)) return false;
      if (value.kind === "object") return value.props.some((p) => p.name === "timeout" || p.name === "signal");
      const target = value.kind === "assign" && value.target !== null && "member" in value.target ? (file.facts.values[value.target.member] as Value) : null;
      return target?.kind === "member" && (target.name === "timeout" || target.name === "signal");
    }),
  );
}
