import type { ClassId, FnId, Value } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { flow } from "./flow.js";

export interface Making {
  /** What runs when an instance of a class is made: its constructor, or the nearest it inherits, and the initialisers of fields. */
  of(cls: ClassId): readonly FnId[];
  baseOf(cls: ClassId): ClassId | null;
}

/** Past this the chain of base classes goes in a circle. */
const DEEPEST_BASE = 10;

export const makers: Answer<Making> = {
  name: "makers",
  of(file) {
    const { facts } = file;
    const fields = new Map<ClassId, FnId>();
    facts.functions.forEach(({ kind, cls }, fn) => void (kind === "fields" && cls !== null && fields.set(cls, fn)));
    const baseOf = (cls: ClassId): ClassId | null => {
      const base = facts.classes[cls]?.extends;
      for (const source of base == null ? [] : file.get(flow).sources(base)) {
        const value = facts.values[source] as Value;
        if (value.kind === "class" && value.cls !== cls) return value.cls;
      }
      return null;
    };
    return {
      baseOf,
      of(cls) {
        const found: FnId[] = [];
        let at: ClassId | null = cls;
        for (let depth = 0; at !== null && depth < DEEPEST_BASE; depth++) {
          const own = fields.get(at);
          if (own !== undefined) found.push(own);
          const constructor = facts.classes[at]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
          // It calls what it inherits by itself.
          if (constructor != null) return [...found, constructor];
          at = baseOf(at);
        }
        return found;
      },
    };
  },
};
