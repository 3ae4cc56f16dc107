import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";

/** The arguments of a call as far as they stand there, and the list whose elements are those behind them: `run(first, ...args)`, `run.apply(this, args)`. */
export interface GivenList {
  readonly args: readonly ValueId[];
  readonly more: ValueId | null;
}

const NOTHING: GivenList = { args: [], more: null };

/** Of a list in the middle nobody knows how long it is: what stands behind it is nobody's. */
export function givenAt(file: FileView, site: ValueId): GivenList {
  const call = file.get(callAt)(site);
  if (call !== undefined && call.args !== null) return { args: call.args, more: null };
  const { values } = file.facts;
  const value = values[site] as Value;
  if (value.kind !== "call") return NOTHING;
  const callee = values[value.callee] as Value;
  const isSeenThrough = call !== undefined && call.target !== value.callee && callee.kind === "member";
  if (isSeenThrough && callee.name === "apply") return { args: [], more: value.args[1] ?? null };
  const args = isSeenThrough && callee.name === "call" ? value.args.slice(1) : value.args;
  const at = args.findIndex((a) => values[a]?.kind === "spread");
  if (at === -1) return { args, more: null };
  const spread = values[args[at] as ValueId] as Value & { kind: "spread" };
  return { args: args.slice(0, at), more: at === args.length - 1 ? spread.of : null };
}
