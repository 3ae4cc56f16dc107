import type { ClassId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import { enclosingClass } from "./links.js";

/** Past this the chain of base classes goes in a circle. */
const DEEPEST_BASE = 10;

/** As much of the sources as is asked here. */
interface Who {
  readonly links: { memberCalls(name: string | null): readonly ValueId[] };
  /** Grows with everything that was not complete when it was read. */
  readonly incomplete: number;
  functions(value: ValueId): readonly FnId[];
  sameAs(value: ValueId): ValueId;
}

/** The calls of methods and constructors that are seen as such; there may be others. Worked out once for all methods of a name. */
export class MethodCallers {
  readonly #facts: Facts;
  readonly #who: Who;
  #makers: ReadonlyMap<FnId, readonly ValueId[]> | undefined;
  #inTables: ReadonlySet<FnId> | undefined;
  readonly #known = new Map<string | null, ReadonlyMap<FnId, readonly ValueId[]>>();

  constructor(facts: Facts, who: Who) {
    this.#facts = facts;
    this.#who = who;
  }

  of(fn: FnId): readonly ValueId[] {
    const fact = this.#facts.functions[fn];
    if (fact?.kind === "constructor") return (this.#makers ??= this.#constructions()).get(fn) ?? [];
    if (fact?.cls != null) return fact.name === null || fact.kind !== "method" ? [] : (this.#named(fact.name).get(fn) ?? []);
    return (this.#inTables ??= this.#ofTables()).has(fn) ? (this.#named(null).get(fn) ?? []) : [];
  }

  /**
   * `const handlers = { paid(job) {} }`, `handlers.set("paid", onPaid)`: functions of objects that have a name themselves, and of
   * maps, of which `handlers[job.name](job)` takes any. Where one is called by its name, whoever calls has asked first what is
   * handed over, and nobody sees that here.
   */
  #ofTables(): ReadonlySet<FnId> {
    const { bindings, values } = this.#facts;
    const found = new Set<FnId>();
    const add = (id: ValueId | null | undefined): void => {
      const of = id == null ? undefined : values[this.#who.sameAs(id)];
      if (of?.kind === "function") found.add(of.fn);
    };
    for (const { value: id } of bindings.flatMap((b) => b.versions)) {
      const value = id === undefined ? undefined : values[id];
      for (const prop of value?.kind === "object" ? value.props : []) if (prop.name !== null) add(prop.value);
    }
    for (const value of values) {
      if (value.kind !== "call" || value.form === "tag") continue;
      const callee = values[value.callee];
      if (callee?.kind === "member" && callee.name === "set" && value.args.length === 2) add(value.args[1]);
      // `new Map([["paid", onPaid]])`
      const rows = value.form === "new" && callee?.kind === "global" && callee.name === "Map" && value.args[0] !== undefined ? values[this.#who.sameAs(value.args[0])] : undefined;
      for (const row of rows?.kind === "array" ? rows.items : []) {
        const pair = row === null ? undefined : values[row];
        if (pair?.kind === "array") add(pair.items[1]);
      }
    }
    return found;
  }

  /** `const handler = handlers[job.name]; handler(job)`, `handlers.get(job.name)?.(job)`: the calls of what is taken out of a table. */
  #takenOut(): readonly ValueId[] {
    const { values } = this.#facts;
    const isTaken = (id: ValueId): boolean => {
      const of = values[this.#who.sameAs(id)];
      const callee = of?.kind === "call" && of.args.length === 1 ? values[of.callee] : undefined;
      return of?.kind === "member" ? of.name === null : callee?.kind === "member" && callee.name === "get";
    };
    return values.flatMap((value, id) => (value.kind === "call" && value.form === undefined && values[value.callee]?.kind !== "member" && isTaken(value.callee) ? [id] : []));
  }

  /**
   * `super(repo)`, and `new Users(repo)` of a class that has the constructor of its base, by the constructor that takes the arguments.
   * Who makes the class itself, `links` says.
   */
  #constructions(): ReadonlyMap<FnId, readonly ValueId[]> {
    const { values, classes, owner } = this.#facts;
    const classOf = (id: ValueId): ClassId | null => {
      const value = values[this.#who.sameAs(id)] as Value;
      return value.kind === "class" ? value.cls : null;
    };
    const baseOf = (cls: ClassId): ClassId | null => {
      const base = classes[cls]?.extends ?? null;
      return base === null ? null : classOf(base);
    };
    const found = new Map<FnId, ValueId[]>();
    values.forEach((value, id) => {
      if (value.kind !== "call" || value.form === "tag") return;
      const isSuper = values[value.callee]?.kind === "super";
      if (!isSuper && value.form !== "new") return;
      const own = isSuper ? enclosingClass(this.#facts, owner[id] as FnId) : null;
      let cls = isSuper ? (own === null ? null : baseOf(own)) : classOf(value.callee);
      for (let depth = 0; cls !== null && depth < DEEPEST_BASE; depth++) {
        const constructor = classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
        if (constructor != null) return void ((isSuper || depth > 0) && listAt(found, constructor).push(id));
        cls = baseOf(cls);
      }
    });
    return found;
  }

  /** Of a method of that name; for null, of one of which nobody says here which it is: `handlers[job.name](job)`. */
  #named(name: string | null): ReadonlyMap<FnId, readonly ValueId[]> {
    const known = this.#known.get(name);
    if (known) return known;
    const before = this.#who.incomplete;
    const callers = new Map<FnId, ValueId[]>();
    for (const call of [...this.#who.links.memberCalls(name), ...(name === null ? this.#takenOut() : [])]) {
      for (const called of this.#who.functions((this.#facts.values[call] as Value & { kind: "call" }).callee)) {
        listAt(callers, called).push(call);
      }
    }
    if (this.#who.incomplete === before) this.#known.set(name, callers);
    return callers;
  }
}
