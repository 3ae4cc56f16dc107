import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";

/** As much of the sources as is asked here. */
interface Who {
  readonly links: { memberCalls(name: string): readonly ValueId[] };
  /** Grows with everything that was not complete when it was read. */
  readonly incomplete: number;
  functions(value: ValueId): readonly FnId[];
}

/** The calls of methods that are seen as such; there may be others. Worked out once for all methods of a name. */
export class MethodCallers {
  readonly #facts: Facts;
  readonly #who: Who;
  readonly #known = new Map<string, ReadonlyMap<FnId, readonly ValueId[]>>();

  constructor(facts: Facts, who: Who) {
    this.#facts = facts;
    this.#who = who;
  }

  of(fn: FnId): readonly ValueId[] {
    const fact = this.#facts.functions[fn];
    if (fact === undefined || fact.cls === null || fact.name === null || fact.kind !== "method") return [];
    return this.#named(fact.name).get(fn) ?? [];
  }

  #named(name: string): ReadonlyMap<FnId, readonly ValueId[]> {
    const known = this.#known.get(name);
    if (known) return known;
    const before = this.#who.incomplete;
    const callers = new Map<FnId, ValueId[]>();
    for (const call of this.#who.links.memberCalls(name)) {
      for (const called of this.#who.functions((this.#facts.values[call] as Value & { kind: "call" }).callee)) {
        listAt(callers, called).push(call);
      }
    }
    if (this.#who.incomplete === before) this.#known.set(name, callers);
    return callers;
  }
}
