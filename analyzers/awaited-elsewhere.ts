import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { enclosingClass } from "./links.js";

/** Longest path of names that is looked at: `this.services.mail.send`. */
const LONGEST = 5;
const CONTINUES = new Set(["then", "catch", "finally"]);

/**
 * Is what is called here awaited or continued with `then` somewhere else in the file? Then its author knows it for a
 * promise, wherever it is defined. The same function by the same road: a name, or a member of what has one name or type.
 */
export const awaitedElsewhere: Answer<(callee: ValueId) => boolean> = {
  name: "awaited elsewhere",
  of(file) {
    const { values } = file.facts;
    const known = new Set<string>();
    const add = (id: ValueId): void => {
      const call = values[id] as Value;
      const road = call.kind === "call" && call.form === undefined ? roadOf(file, call.callee) : null;
      if (road !== null) known.add(road);
    };
    values.forEach((value) => {
      if (value.kind === "await") add(value.of);
      else if (value.kind === "call") {
        const callee = values[value.callee] as Value;
        if (callee.kind === "member" && callee.name !== null && CONTINUES.has(callee.name)) add(callee.object);
      }
    });
    return (callee) => {
      const road = known.size === 0 ? null : roadOf(file, callee);
      return road !== null && known.has(road);
    };
  },
};

function roadOf(file: FileView, callee: ValueId): string | null {
  const { facts } = file;
  const names: string[] = [];
  let at = callee;
  for (let depth = 0; depth < LONGEST; depth++) {
    const value = facts.values[at] as Value;
    if (value.kind === "var") {
      const binding = facts.bindings[value.binding];
      // `req.user.save`: handlers of one file call the same thing by the same name.
      return `${binding?.kind === "param" && names.length > 0 ? `param ${binding.name}` : value.binding}.${names.join(".")}`;
    }
    if (value.kind === "this" && names.length > 0) return `this ${enclosingClass(facts, facts.owner[at] as number) ?? ""}.${names.join(".")}`;
    if (value.kind !== "member" || value.name === null) return null;
    names.unshift(value.name);
    const type = file.get(flow).declared(value.object);
    if (type?.t === "name" && type.binding !== undefined && (type.args ?? []).length === 0) return `type ${type.binding}.${names.join(".")}`;
    at = value.object;
  }
  return null;
}
