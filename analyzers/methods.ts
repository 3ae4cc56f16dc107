import type { CallValue, ClassId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { ClassMembers, Side } from "./class-members.js";
import type { Hierarchy } from "./hierarchy.js";
import type { Links } from "./links.js";
import type { Parts } from "./parts.js";
import type { Provided } from "./providers.js";
import type { Schemas } from "./schemas.js";

/** As much of the sources as is asked here. */
interface Who {
  readonly links: Links;
  readonly classes: ClassMembers;
  readonly parts: { of(object: ValueId, name: string | null): Parts | null };
  readonly implementing: (value: ValueId) => readonly ClassId[];
  hierarchy(): Hierarchy;
  schemas(): Schemas;
  of(value: ValueId): readonly ValueId[];
  sameAs(value: ValueId): ValueId;
  functions(value: ValueId): readonly FnId[];
  sideOf(source: ValueId): Side | null;
}

const NOTHING: readonly ValueId[] = [];

/** Which methods a call of an object's member may run. */
export class MethodFinder {
  readonly #facts: Facts;
  readonly #who: Who;

  constructor(facts: Facts, who: Who) {
    this.#facts = facts;
    this.#who = who;
  }

  /** The methods of a name that an object may have: its class's, and those of the classes that may stand in for it. */
  of(object: ValueId, name: string): readonly FnId[] {
    return this.#of(object, name, new Set());
  }

  /** `seen` because a container may be told to give under a name what it gives under it. */
  #of(object: ValueId, name: string, seen: Set<ValueId>): readonly FnId[] {
    const found: FnId[] = [];
    const add = (side: Side): boolean => {
      const method = this.#who.classes.find(side, name)?.method ?? null;
      if (method !== null) found.push(method);
      return method !== null;
    };
    for (const source of this.#sourcesOf(object)) {
      if (seen.has(source)) continue;
      seen.add(source);
      const provided = this.#provided(source);
      for (const { how, value } of provided) for (const fn of this.#ofProvided(how, value, name, seen)) found.push(fn);
      if (provided.length > 0) continue;
      const side = this.#who.sideOf(source);
      const value = this.#value(source);
      if (side === null) for (const fn of this.#who.schemas().methods(source, name)) found.push(fn);
      if (side === null) for (const cls of this.#who.implementing(source)) add({ cls, isStatic: false });
      // Made here it is what it is, and so is what `super` means; what a call is said to give may be of a class below.
      else if (side.isStatic || (value.kind === "call" && value.form === "new") || value.kind === "super") add(side);
      else if (!this.#who.hierarchy().ofClass(side.cls).map((cls) => add({ cls, isStatic: false })).some(Boolean)) add(side);
    }
    return found;
  }

  /** The one class whose instance an object is; null where it may be of another, or nobody says. */
  classOf(object: ValueId): ClassId | null {
    const found = new Set<ClassId>();
    for (const source of this.#sourcesOf(object)) {
      const classes = this.#classesOf(source);
      if (classes.length === 0) return null;
      for (const cls of classes) found.add(cls);
    }
    const [only, ...others] = found;
    return only === undefined || others.length > 0 ? null : only;
  }

  /** Of a parameter that every caller gives an object that is made in sight, its declared type has nothing to add. */
  #sourcesOf(object: ValueId): readonly ValueId[] {
    const sources = this.#who.of(object);
    const made = sources.filter((source) => this.#isMade(source));
    return made.length === 0 || made.length === sources.length || !sources.every((source) => this.#isMade(source) || this.#isGiven(source)) ? sources : made;
  }

  #isMade(source: ValueId): boolean {
    const value = this.#value(source);
    return value.kind === "object" || (value.kind === "call" && value.form === "new");
  }

  #isGiven(source: ValueId): boolean {
    const param = this.#value(source);
    const callers = param.kind === "param" && !param.rest ? (this.#who.links.callers(param.fn) ?? []) : [];
    return param.kind === "param" && callers.length > 0 && callers.every((caller) => {
      const given = (this.#value(caller) as CallValue).args.slice(0, param.index + 1);
      return given.length > param.index && given.every((arg) => this.#value(arg).kind !== "spread");
    });
  }

  #classesOf(source: ValueId): readonly ClassId[] {
    const provided = this.#provided(source);
    if (provided.length > 0) {
      const classes = provided.map(({ how, value }) => (how === "class" || how === "existing" ? this.#who.hierarchy().classOf(value) : null));
      return classes.filter((cls) => cls !== null).length === classes.length ? (classes as ClassId[]) : [];
    }
    const side = this.#who.sideOf(source);
    if (side === null) return this.#who.implementing(source);
    if (side.isStatic) return [];
    const value = this.#value(source);
    return value.kind === "call" && value.form === "new" ? [side.cls] : this.#who.hierarchy().ofClass(side.cls);
  }

  /** What a container gives for a value, where that is written down or made by a function; of a class it gives an instance. */
  given(source: ValueId): readonly ValueId[] {
    if (this.#who.hierarchy().providers.isEmpty) return NOTHING;
    return this.#provided(source).flatMap(({ how, value }) => (how === "value" ? [value] : how === "factory" ? this.#who.functions(value).flatMap((fn) => this.#who.links.returns(fn)) : []));
  }

  /** What a container gives for a parameter or a field. */
  #provided(source: ValueId): readonly Provided[] {
    const value = this.#value(source);
    const { providers } = this.#who.hierarchy();
    if (value.kind === "param") {
      const decorators = this.#facts.functions[value.fn]?.params[value.index]?.decorators ?? [];
      return decorators.length === 0 ? [] : providers.injected(decorators);
    }
    if (value.kind === "call") return providers.asked(value);
    if (value.kind !== "member" || value.name === null) return [];
    const cradle = this.#value(value.object);
    if (cradle.kind === "member" && cradle.name === "cradle") return providers.named(value.name);
    const object = this.#who.sameAs(value.object);
    const of = this.#value(object);
    if (of.kind === "param") return this.#facts.functions[of.fn]?.params[of.index]?.type === undefined || of.index === 0 ? providers.named(value.name) : [];
    const side = of.kind === "this" ? this.#who.sideOf(object) : null;
    const decorators = side === null ? [] : (this.#who.classes.find(side, value.name)?.decorators ?? []);
    return decorators.length === 0 ? [] : providers.injected(decorators);
  }

  #ofProvided(how: Provided["how"], value: ValueId, name: string, seen: Set<ValueId>): readonly FnId[] {
    if (how === "class" || how === "existing") {
      const cls = this.#who.hierarchy().classOf(value);
      const method = cls === null ? null : (this.#who.classes.find({ cls, isStatic: false }, name)?.method ?? null);
      return method === null ? [] : [method];
    }
    const made = how === "factory" ? this.#who.functions(value).flatMap((fn) => this.#who.links.returns(fn)) : [value];
    return made.flatMap((id) => [...this.#of(id, name, seen), ...(this.#who.parts.of(id, name)?.values ?? []).flatMap((part) => this.#who.functions(part))]);
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}
