import type { ClassId, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { alsoCalledBy } from "./called-by-name.js";
import { calls } from "./calls.js";
import { callsites } from "./callsites.js";
import { enclosingClass, flow } from "./flow.js";
import { exportedNames } from "./links.js";
import { localClass } from "./error-classes.js";
import { occurrences } from "./occurrences.js";
import { sitesOf } from "./sites.js";

type Written = Value & { kind: "object" };
type List = Value & { kind: "array" };

/** Give an element of the list they are called on. */
const PICKS = new Set(["find", "findLast", "at", "pop", "shift"]);
/** Give the list they are called on, or a part of it. */
const SAME = new Set(["filter", "slice", "reverse", "toReversed", "sort", "toSorted"]);

/** What stands under a name of an object that is written here, or that all callers write; null where somebody else may have put it there. */
export function putUnder(file: FileView, object: ValueId, name: string): readonly ValueId[] | null {
  return new Objects(file, { steps: MOST }).under(object, name);
}

/** The objects that a value is, with nothing spread into them; null where it may be another. */
export function objectsOf(file: FileView, id: ValueId): readonly Written[] | null {
  const found = new Objects(file, { steps: MOST }).of(id);
  return found === null || found.length === 0 || found.some((o) => o.props.some((p) => p.form === "spread")) ? null : found;
}

/** Objects, lists and arguments looked at for one question; whoever needs more is not written out here. */
const MOST = 1000;

class Objects {
  readonly #file: FileView;
  readonly #left: { steps: number };
  readonly #seen = new Set<ValueId>();

  constructor(file: FileView, left: { steps: number }) {
    this.#file = file;
    this.#left = left;
  }

  under(object: ValueId, name: string): readonly ValueId[] | null {
    if (/^\d+$/.test(name)) return new Objects(this.#file, this.#left).#inLists(object, Number(name));
    // Another question: what came up on the way here may come up there.
    const objects = new Objects(this.#file, this.#left).of(object);
    return objects === null || objects.length === 0 ? null : this.#each(objects, (o) => this.#part(o, name));
  }

  /** The last one of the name, and what is spread in behind it; behind what stands nowhere, all that is spread in. */
  #part({ props }: Written, name: string): readonly ValueId[] | null {
    const last = props.findLastIndex((p) => p.name === name);
    const own = props[last];
    if (own?.form === "get" || own?.form === "set") return null;
    const spread = this.#each(props.slice(last + 1).filter((p) => p.form === "spread"), (p) => this.under(p.value, name));
    return spread === null || own === undefined ? spread : [...spread, own.value];
  }

  of(id: ValueId): readonly Written[] | null {
    return this.#all(id, (source, value) => {
      switch (value.kind) {
        case "object":
          return value.props.every((p) => p.form === "spread" || p.name !== null) ? [value] : null;
        case "param": {
          const lists = handed(this.#file, value);
          return lists !== null && lists.length > 0 ? this.#each(lists, (list) => this.#elementsOf(list)) : this.#fromCallers(value, (arg) => this.of(arg));
        }
        case "cast":
          return this.of(value.of);
        case "element":
          return this.#elementsOf(value.of);
        case "member":
          return value.name === null ? null : /^\d+$/.test(value.name) ? this.#elementsOf(value.object) : this.#into(value.object, value.name, (part) => this.of(part));
        case "call": {
          const callee = this.#value(value.callee);
          return callee.kind === "member" && PICKS.has(callee.name ?? "") ? this.#elementsOf(callee.object) : null;
        }
        default:
          return this.#isNothing(source, value) ? [] : null;
      }
    });
  }

  /** `([id, name]) => …` of a list of such pairs. */
  #inLists(pair: ValueId, index: number): readonly ValueId[] | null {
    const lists = this.#lists(pair);
    return lists === null || lists.length === 0 ? null : this.#each(lists, ({ items }) => (items.slice(0, index + 1).some((i) => i !== null && this.#value(i).kind === "spread") ? null : items[index] == null ? [] : [items[index]]));
  }

  /** The lists that a value is, each written here. */
  #lists(id: ValueId): readonly List[] | null {
    const value = this.#value(id);
    if (value.kind === "var" && this.#file.get(flow).elementWrites(value.binding).length > 0) return null;
    const sources = this.#file.get(flow).sources(id);
    if (sources.length === 0 || --this.#left.steps < 0) return null;
    return this.#each(sources, (source): readonly List[] | null => {
      if (this.#seen.has(source)) return [];
      this.#seen.add(source);
      const of = this.#value(source);
      if (of.kind === "array") return [of];
      if (of.kind === "cast") return this.#lists(of.of);
      const around = of.kind === "element" ? [of.of] : of.kind === "param" ? handed(this.#file, of) : null;
      if (around === null || around.length === 0) return null;
      const outer = this.#each(around, (a) => this.#lists(a));
      return outer === null ? null : this.#each(outer, ({ items }) => this.#each(items.filter((i) => i !== null), (item) => this.#lists(item)));
    });
  }

  #elementsOf(list: ValueId): readonly Written[] | null {
    const value = this.#value(list);
    // What is put in later is not among what is written.
    if (value.kind === "var" && this.#file.get(flow).elementWrites(value.binding).length > 0) return null;
    return this.#all(list, (source, of) => {
      switch (of.kind) {
        case "array":
          return this.#each(of.items.filter((item) => item !== null), (item) => {
            const part = this.#value(item);
            return part.kind === "spread" ? this.#elementsOf(part.of) : this.of(item);
          });
        case "param":
          return this.#fromCallers(of, (arg) => this.#elementsOf(arg));
        case "cast":
          return this.#elementsOf(of.of);
        case "member":
          return of.name === null ? null : this.#into(of.object, of.name, (part) => this.#elementsOf(part));
        case "call": {
          const callee = this.#value(of.callee);
          return callee.kind === "member" && SAME.has(callee.name ?? "") ? this.#elementsOf(callee.object) : null;
        }
        default:
          return this.#isNothing(source, of) ? [] : null;
      }
    });
  }

  #all(id: ValueId, one: (source: ValueId, value: Value) => readonly Written[] | null): readonly Written[] | null {
    const sources = this.#file.get(flow).sources(id);
    if (sources.length === 0 || --this.#left.steps < 0) return null;
    return this.#each(sources, (source) => {
      // What came up before is among what was found there.
      if (this.#seen.has(source)) return [];
      this.#seen.add(source);
      return one(source, this.#value(source));
    });
  }

  /** An object without the part is one that has nothing there. */
  #into(object: ValueId, name: string, on: (part: ValueId) => readonly Written[] | null): readonly Written[] | null {
    const parts = this.under(object, name);
    return parts === null ? null : this.#each(parts, on);
  }

  #fromCallers(param: Value & { kind: "param" }, on: (arg: ValueId) => readonly Written[] | null): readonly Written[] | null {
    const { args, areAll } = argumentsFor(this.#file, param);
    const fact = this.#file.facts.functions[param.fn]?.params[param.index];
    return areAll && fact?.rest !== true ? this.#each(args, on) : null;
  }

  #each<T, U>(all: readonly T[], on: (one: T) => readonly U[] | null): readonly U[] | null {
    const found: U[] = [];
    for (const one of all) {
      const some = on(one);
      if (some === null) return null;
      found.push(...some);
    }
    return found;
  }

  #isNothing(id: ValueId, value: Value): boolean {
    return (value.kind === "global" && value.name === "undefined") || this.#file.get(flow).constant(id) === null;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

/** The lists whose elements a callback gets; empty for its index. */
export function handed(file: FileView, { fn, index }: Value & { kind: "param" }): readonly ValueId[] | null {
  for (const site of sitesOf(file.facts).ofFunction(fn)) {
    const callee = file.facts.values[(file.facts.values[site.call] as Value & { kind: "call" }).callee] as Value;
    // `Array.from({ length: n }, (_, i) => …)`
    if (callee.kind === "member" && callee.name === "from" && site.arg === 1 && index === 1 && (file.facts.values[callee.object] as Value).kind === "global") return [];
    if (callee.kind !== "member" || site.arg !== 0 || !/^(?:map|flatMap|forEach|filter|reduce|some|every|find)$/.test(callee.name ?? "")) continue;
    const first = callee.name === "reduce" ? 1 : 0;
    if (index === first) return [callee.object];
    return index === first + 1 ? [] : null;
  }
  return null;
}

/** What callers give for a parameter, and whether those are all that there are. */
export function argumentsFor(file: FileView, { fn, index }: Value & { kind: "param" }): { readonly args: readonly ValueId[]; readonly areAll: boolean } {
  const of = (sites: readonly ValueId[]): readonly ValueId[] => sites.flatMap((site) => (file.facts.values[site] as Value & { kind: "call" }).args[index] ?? []);
  const fact = file.facts.functions[fn];
  const sites = file.get(callsites)(fn);
  const supers = fact?.kind === "constructor" ? file.get(constructions)(enclosingClass(file.facts, fn)) : null;
  if (supers !== null) return { args: of([...sites, ...supers]), areAll: sites.length + supers.length > 0 };
  const isPrivate = fact?.cls != null && (fact.name?.startsWith("#") ?? false);
  if (sites.length > 0 && (file.get(flow).callers(fn) !== null || isPrivate)) return { args: of(sites), areAll: true };
  const others = alsoCalledBy(file, fn);
  return others === null ? { args: of(sites), areAll: false } : { args: of([...sites, ...others]), areAll: sites.length > 0 };
}

/** The `super(…)` by which those below a class make it; null where others may make it too: who gets the class, or a class below without a constructor of its own. */
const constructions: Answer<(cls: ClassId | null) => readonly ValueId[] | null> = {
  name: "constructions by super",
  of(file) {
    const { facts } = file;
    const below = new Map<ClassId, ClassId[]>();
    facts.classes.forEach(({ extends: base }, id) => {
      const of = base === null ? null : localClass(file, base);
      if (of !== null && of !== id) listAt(below, of).push(id);
    });
    const supers = new Map<FnId, ValueId[]>();
    for (const { id, target } of file.get(calls)) if (facts.values[target]?.kind === "super") listAt(supers, facts.owner[id] as FnId).push(id);
    const known = new Map<ClassId, readonly ValueId[] | null>();
    const names = namesOfClasses(file);
    const find = (cls: ClassId): readonly ValueId[] | null => {
      if (isHandedOn(file, names.get(cls) ?? [])) return null;
      const found: ValueId[] = [];
      for (const sub of below.get(cls) ?? []) {
        const made = facts.classes[sub]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
        if (made == null) return null;
        found.push(...(supers.get(made) ?? []));
      }
      return found;
    };
    return (cls) => {
      if (cls === null) return null;
      if (!known.has(cls)) known.set(cls, find(cls));
      return known.get(cls) ?? null;
    };
  },
};

/** The names that hold each class. */
function namesOfClasses({ facts }: FileView): ReadonlyMap<ClassId, readonly number[]> {
  const found = new Map<ClassId, number[]>();
  facts.bindings.forEach(({ versions }, binding) => {
    for (const { value } of versions) {
      const held = value === undefined ? undefined : facts.values[value];
      if (held?.kind === "class") listAt(found, held.cls).push(binding);
    }
  });
  return found;
}

/** Is a class given to anybody, or open to other files? Where it is made, and where another extends it, it is not. */
function isHandedOn(file: FileView, names: readonly number[]): boolean {
  const open = file.get(exportedNames);
  const found = file.get(occurrences);
  const bases = new Set(file.facts.classes.flatMap((c) => c.extends ?? []));
  return names.length === 0 || names.some((name) => open.has(name) || found.reads(name).some((read) => {
    const made = found.users(read).map((user) => file.facts.values[user] as Value);
    return !bases.has(read) && !(made.length > 0 && made.every((v) => v.kind === "call" && v.form === "new" && v.callee === read));
  }));
}
