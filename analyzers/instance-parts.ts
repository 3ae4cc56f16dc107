import type { ClassId, FnId, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";

/** What a constructor puts into an instance, and what it gives to that of its base. */
export interface InstanceParts {
  readonly constructor: FnId;
  readonly fields: readonly { readonly name: string; readonly value: ValueId }[];
  readonly toBase: readonly ValueId[];
}

/** By class of this file; those without a constructor of their own have none. */
export const instanceParts: Answer<ReadonlyMap<ClassId, InstanceParts>> = {
  name: "instance parts",
  of({ facts }) {
    const found = new Map<ClassId, { constructor: FnId; fields: { name: string; value: ValueId }[]; toBase: ValueId[] }>();
    const byConstructor = new Map<FnId, ClassId>();
    facts.classes.forEach((cls, id) => {
      const fn = cls.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
      if (fn == null) return;
      byConstructor.set(fn, id);
      const properties = (facts.functions[fn]?.params ?? []).flatMap((p) => (p.property && p.binding !== null ? [{ name: facts.bindings[p.binding]?.name ?? "", value: p.value }] : []));
      found.set(id, { constructor: fn, fields: properties, toBase: [] });
    });
    facts.values.forEach((value, id) => {
      const parts = found.get(byConstructor.get(facts.owner[id] as FnId) ?? -1);
      if (!parts) return;
      if (value.kind === "call" && facts.values[value.callee]?.kind === "super") parts.toBase.push(...value.args);
      const member = value.kind === "assign" && value.target !== null && "member" in value.target ? facts.values[value.target.member] : undefined;
      if (value.kind === "assign" && member?.kind === "member" && member.name !== null && facts.values[member.object]?.kind === "this") parts.fields.push({ name: member.name, value: value.value });
    });
    return found;
  },
};
