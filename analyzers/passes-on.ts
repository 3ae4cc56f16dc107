import type { Facts, FnId, Value, ValueId } from "../core/facts.js";

const ANSWERS = new Set(["send", "json", "jsonp", "end", "write", "render", "redirect", "sendFile", "sendStatus", "download", "pipe", "body"]);

/**
 * Middleware, though it stands on a route: it ends by handing on to what follows. Under `all` it may answer some itself.
 * Where middleware runs around what follows (koa, hono), the last one may leave the answer to one before it.
 */
export function passesOn(facts: Facts, functions: readonly FnId[], anywhere: boolean): boolean {
  return functions.some((id) => {
    const fn = facts.functions[id];
    const next = fn?.params.at(-1)?.binding ?? null;
    if (!fn || fn.params.length < (anywhere ? 2 : 3) || next === null) return false;
    const hands = (value: ValueId | null): boolean => {
      const v = value === null ? undefined : facts.values[value];
      if (v?.kind === "await") return hands(v.of);
      return v?.kind === "call" && v.args.length === 0 && isVar(facts.values[v.callee], next);
    };
    const last = fn.body.at(-1);
    if (!anywhere && fn.body.some((s) => s.kind === "eval" && answers(facts, s.value, fn.params.map((p) => p.binding)))) return false;
    return anywhere ? facts.values.some((_, v) => hands(v)) : (last?.kind === "eval" || last?.kind === "return") && hands(last.value);
  });
}

/** `res.status(200).json(…)`, `ctx.body = …` */
function answers(facts: Facts, id: ValueId, params: readonly (number | null)[]): boolean {
  const value = facts.values[id] as Value;
  if (value.kind === "await" || (value.kind === "unary" && value.op === "void")) return answers(facts, value.of, params);
  const target = value.kind === "call" ? value.callee : value.kind === "assign" && value.target && "member" in value.target ? value.target.member : null;
  const chain = target === null ? undefined : facts.values[target];
  if (chain?.kind !== "member" || chain.name === null || !ANSWERS.has(chain.name)) return false;
  let at: Value | undefined = facts.values[chain.object];
  while (at?.kind === "member" || at?.kind === "call") at = facts.values[at.kind === "call" ? at.callee : at.object];
  return at?.kind === "var" && params.includes(at.binding);
}

export function isVar(value: Value | undefined, binding: number): boolean {
  return value?.kind === "var" && value.binding === binding;
}
