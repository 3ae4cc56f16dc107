import type { Facts, Value, ValueId } from "../core/facts.js";
import type { Links } from "./links.js";

/** Kinds that are never undefined. */
const ALWAYS_THERE: ReadonlySet<Value["kind"]> = new Set(["function", "class", "object", "array", "literal", "template"]);

interface Who {
  readonly links: Links;
  sameAs(value: ValueId): ValueId;
}

/** Is it a parameter that every caller gives, so that its default never shows? */
export function isAlwaysGiven({ values }: Facts, who: Who, id: ValueId): boolean {
  const param = values[id] as Value;
  const callers = param.kind === "param" ? (who.links.callers(param.fn) ?? []) : [];
  if (param.kind !== "param" || callers.length === 0) return false;
  return callers.every((caller) => {
    const { args } = values[caller] as Value & { kind: "call" };
    const arg = args[param.index];
    return arg !== undefined && ALWAYS_THERE.has((values[who.sameAs(arg)] as Value).kind) && !args.slice(0, param.index).some((a) => values[a]?.kind === "spread");
  });
}
