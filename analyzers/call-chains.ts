import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { flow } from "./flow.js";

/** A name along a chain, with its call if it is one; `()` is the call of what the chain begins with. */
export interface ChainLink {
  readonly name: string;
  readonly call?: ValueId;
  readonly args: readonly ValueId[];
}

/** `knex.schema.alterTable("users", fn).comment("…")`: what it begins with, and what is named and called on it. */
export interface CallChain {
  readonly root: ValueId;
  readonly links: readonly ChainLink[];
  /** The outermost call. */
  readonly top: ValueId;
}

/** Names that hold a part of a chain are seen through so far. */
const MOST_NAMES = 4;

/** Is nothing called on this call's result, so that its chain ends here? */
export function endsChain(file: FileView, call: ValueId): boolean {
  const parent = file.get(context).parent(call);
  const value = parent === null ? undefined : file.facts.values[parent];
  return !(value?.kind === "member" && value.object === call);
}

export function chainOf(file: FileView, top: ValueId): CallChain {
  const { values } = file.facts;
  const links: ChainLink[] = [];
  let id = top;
  let names = 0;
  for (;;) {
    const value = values[id] as Value;
    if (value.kind === "call") {
      const callee = values[value.callee] as Value;
      if (callee.kind === "member" && value.form === undefined) {
        links.unshift({ name: callee.name ?? "", call: id, args: value.args });
        id = callee.object;
      } else {
        links.unshift({ name: "()", call: id, args: value.args });
        id = value.callee;
        if (value.form === "new") return { root: id, links, top };
      }
    } else if (value.kind === "member") {
      links.unshift({ name: value.name ?? "", args: [] });
      id = value.object;
    } else if (value.kind === "await" || value.kind === "cast") id = value.of;
    else if (value.kind === "var" && names < MOST_NAMES) {
      const [only, ...others] = file.get(flow).sources(id);
      const held = only === undefined ? undefined : values[only];
      if (only === undefined || only === id || others.length > 0 || (held?.kind !== "call" && held?.kind !== "member")) return { root: id, links, top };
      names++;
      id = only;
    } else return { root: id, links, top };
  }
}
