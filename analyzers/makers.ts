import type { CallValue, ClassId, Facts, FnId, Value } from "../core/facts.js";
import { once } from "../core/once.js";
import type { Answer } from "../core/rule.js";
import { flow } from "./flow.js";

export interface Making {
  /** What runs when an instance of a class is made: its constructor, or the nearest it inherits, and the initialisers of fields. */
  of(cls: ClassId): readonly FnId[];
  /** Of the class itself. */
  own(cls: ClassId): { readonly fields: FnId | null; readonly constructor: FnId | null };
  baseOf(cls: ClassId): ClassId | null;
  /** The call of the base's constructor in a constructor. */
  superCall(constructor: FnId): CallValue | undefined;
  /** In how many places instances of a class, or of one below it, are made. */
  places(cls: ClassId): number;
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
    const own = (cls: ClassId): ReturnType<Making["own"]> => ({
      fields: fields.get(cls) ?? null,
      constructor: facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn ?? null,
    });
    const supers = once(() => supersOf(facts));
    const places = once(() => {
      const found = new Map<ClassId, number>();
      for (const value of facts.values) {
        const of = value.kind === "call" && value.form === "new" ? facts.values[file.get(flow).sameAs(value.callee)] : undefined;
        let at: ClassId | null = of?.kind === "class" ? of.cls : null;
        for (let depth = 0; at !== null && depth < DEEPEST_BASE; depth++) {
          found.set(at, (found.get(at) ?? 0) + 1);
          at = baseOf(at);
        }
      }
      return found;
    });
    return {
      baseOf,
      own,
      superCall: (constructor) => supers().get(constructor),
      places: (cls) => places().get(cls) ?? 0,
      of(cls) {
        const found: FnId[] = [];
        let at: ClassId | null = cls;
        for (let depth = 0; at !== null && depth < DEEPEST_BASE; depth++) {
          const { fields, constructor } = own(at);
          if (fields !== null) found.push(fields);
          // It calls what it inherits by itself.
          if (constructor !== null) return [...found, constructor];
          at = baseOf(at);
        }
        return found;
      },
    };
  },
};

function supersOf({ values, owner }: Facts): ReadonlyMap<FnId, CallValue> {
  const found = new Map<FnId, CallValue>();
  values.forEach((value, id) => {
    if (value.kind === "call" && values[value.callee]?.kind === "super") found.set(owner[id] as FnId, value);
  });
  return found;
}
