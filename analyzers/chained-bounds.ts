import type { CallBoundRow } from "../catalog/library.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { someBeside } from "./beside.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { isInside } from "./links.js";
import { occurrences } from "./occurrences.js";

export interface Use {
  readonly name: string;
  /** The call of that method, if it is called. */
  readonly call: Call | null;
}

/** Methods of what a call gives: in the chain, or through the name it is bound to. */
export function usesOf(file: FileView, id: ValueId): Use[] {
  const answers = file.get(flow);
  const chain = new Set([id]);
  const found: Use[] = [];
  for (const call of file.get(calls)) {
    const callee = file.facts.values[call.value.callee] as Value;
    if (callee.kind !== "member" || callee.name === null) continue;
    if (!answers.sources(callee.object).some((s) => chain.has(s))) continue;
    chain.add(call.id);
    found.push({ name: callee.name, call });
  }
  return found;
}

export function chained(file: FileView, call: Call, row: CallBoundRow, uses: readonly Use[]): boolean {
  if (!row.chain) return false;
  if (uses.some((u) => row.chain?.includes(u.name) && u.call !== null)) return true;
  // Before the call: `agent().timeout(5000).get(url)`.
  let callee = file.facts.values[call.value.callee] as Value;
  for (let i = 0; i < 20; i++) {
    if (callee.kind === "member") callee = file.facts.values[callee.object] as Value;
    else if (callee.kind === "call") {
      const inner = file.facts.values[callee.callee] as Value;
      if (inner.kind === "member" && inner.name !== null && row.chain.includes(inner.name)) return true;
      callee = inner;
    } else return false;
  }
  return false;
}

/** `http.get(url).pipe(map(pick), timeout(500))`, also by a name that holds what the call gives. */
export function isPiped(file: FileView, id: ValueId, operators: NonNullable<CallBoundRow["operators"]>, depth = 0): boolean {
  const around = file.get(occurrences);
  const bounds = (arg: ValueId): boolean => {
    const value = file.facts.values[arg] as Value;
    return value.kind === "call" && file.get(flow).symbols(value.callee).some((s) => operators.calls.includes(s.text));
  };
  const isPipe = (user: ValueId): boolean => {
    const member = file.facts.values[user] as Value;
    if (member.kind !== "member" || member.object !== id || member.name !== operators.method) return false;
    return around.users(user).some((pipe) => {
      const call = file.facts.values[pipe] as Value;
      return call.kind === "call" && call.callee === user && (call.args.some(bounds) || (depth < 6 && isPiped(file, pipe, operators, depth + 1)));
    });
  };
  if (around.users(id).some(isPipe)) return true;
  return depth < 6 && around.holders(id).some(({ binding }) => around.reads(binding).some((read) => isPiped(file, read, operators, depth + 1)));
}

/** `req.on("timeout", () => req.destroy())`, or `req.setTimeout(ms, () => req.destroy())`. */
export function hasListener(file: FileView, uses: readonly Use[], listener: NonNullable<CallBoundRow["needsListener"]>): boolean {
  const answers = file.get(flow);
  const ends = (handler: ValueId | undefined): boolean => {
    if (handler === undefined) return false;
    const value = file.facts.values[handler] as Value;
    // `req.once("timeout", req.destroy.bind(req))`
    if (answers.sources(handler).some((s) => { const of = file.facts.values[s] as Value; return of.kind === "member" && of.name !== null && listener.methods.includes(of.name); })) return true;
    const local = answers.functions(handler);
    if (local.length === 0) return value.kind === "var" || value.kind === "member" || value.kind === "param";
    return local.some((fn) =>
      someBeside(file, handler, (v, at) => {
        const callee = v.kind === "call" ? (file.facts.values[v.callee] as Value) : null;
        return callee?.kind === "member" && callee.name !== null && listener.methods.includes(callee.name) && isInside(file.facts, file.facts.owner[at] as FnId, fn);
      }),
    );
  };
  return uses.some(({ name, call }) => {
    const args = call?.args ?? [];
    if (name === "setTimeout") return ends(args[1]);
    return (name === "on" || name === "once" || name === "addListener") && args[0] !== undefined && answers.constant(args[0]) === listener.event && ends(args[1]);
  });
}
