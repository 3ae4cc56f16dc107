import type { ClassId, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { baseOf, builtInOptions, localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { type Made, madeThrough } from "./made-through.js";
import type { Origin } from "./origins.js";

/** As much of the taint as is asked here. */
interface Givers {
  readonly file: FileView;
  given(fn: FnId, site: ValueId, args: readonly ValueId[] | null, inside: readonly Origin[]): readonly Origin[];
}

/** Is a value an object that a class of this file makes? */
export function isInstance(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((source) => madeBy(file, source) !== null);
}

/** Of what a field of any object of the class holds, what is not the argument of a call that makes another one. */
export function sourcesOfThis(file: FileView, object: ValueId, name: string | null, sources: readonly ValueId[]): readonly ValueId[] {
  const written = name === null || sources.length === 0 ? null : writtenTo(file, object, name);
  if (written !== null) return written;
  if (sources.length === 0 || file.facts.values[object]?.kind === "this") return sources;
  const makers = file.get(flow).sources(object);
  const [fn, ...others] = [...new Set(makers.map((source) => constructorOf(file, source)))];
  if (fn == null || others.length > 0) return sources;
  const given = file.get(givenTo)(fn);
  return sources.filter((source) => given.get(source)?.some((site) => makers.includes(site)) ?? true);
}

/** What is written to a field, as it stands there: parameters are those of this very object, and not yet what all callers give. */
function writtenTo(file: FileView, object: ValueId, name: string): readonly ValueId[] | null {
  const { facts } = file;
  const { field, memberWrites } = file.get(flow);
  const value = facts.values[object] as Value;
  if (value.kind === "super") return null;
  if (value.kind === "this") {
    // Methods run on all objects of the class; a constructor on the one that it makes.
    const fn = facts.functions[facts.owner[object] as FnId];
    const found = fn?.kind === "constructor" && fn.cls !== null ? field(fn.cls, name) : [];
    return found.length === 0 ? null : found;
  }
  const made = file.get(madeThrough)(object);
  if (made === null || made.length === 0) return null;
  const inside = made.map(({ constructor }) => field(facts.functions[constructor.fn]?.cls as ClassId, name));
  const outside = value.kind === "var" ? memberWrites(value.binding).filter((w) => w.name === name).map((w) => w.value) : [];
  return inside.some((values) => values.length === 0) ? null : [...new Set([...inside.flat(), ...outside])];
}

/** What stands in the calls of a constructor, and in which of them. */
const givenTo: Answer<(fn: FnId) => ReadonlyMap<ValueId, readonly ValueId[]>> = {
  name: "given to a constructor",
  of(file) {
    const known = new Map<FnId, ReadonlyMap<ValueId, readonly ValueId[]>>();
    const find = (fn: FnId): ReadonlyMap<ValueId, readonly ValueId[]> => {
      const found = new Map<ValueId, ValueId[]>();
      for (const site of file.get(callsites)(fn)) for (const arg of file.get(callAt)(site)?.args ?? []) for (const source of file.get(flow).sources(arg)) listAt(found, source).push(site);
      return found;
    };
    return (fn) => {
      let found = known.get(fn);
      if (found === undefined) known.set(fn, (found = find(fn)));
      return found;
    };
  },
};

/**
 * What a field of this very object holds: of what the constructor was given, what stands in the calls that made it, and
 * not what other objects of the class were made with. As it was found where somebody else may have made the object too.
 */
export function ofThisObject(taint: Givers, object: ValueId, found: readonly Origin[]): readonly Origin[] {
  const { file } = taint;
  if (found.every((o) => o.from.kind !== "param") || THIS.has(file.facts.values[object]?.kind ?? "")) return found;
  const made = ofCalled(taint, object, found);
  if (made !== found) return made;
  const makers = file.get(flow).sources(object).map((source) => ({ source, fn: constructorOf(file, source) }));
  if (makers.length === 0 || makers.some(({ fn }) => fn === null)) return found;
  return makers.flatMap(({ source, fn }) => taint.given(fn as FnId, source, file.get(callAt)(source)?.args ?? null, found));
}

/** The same of what a method gives, by the object that it is called on, where all ways are known in which that was made. */
export function ofCalled(taint: Givers, object: ValueId, found: readonly Origin[]): readonly Origin[] {
  const { file } = taint;
  const made = THIS.has(file.facts.values[object]?.kind ?? "") ? null : file.get(madeThrough)(object);
  // Who answers with one error answers with any: those that were thrown come in where nothing is known of them but a class.
  const isError = ({ constructor: { fn } }: Made): boolean => {
    const base = baseOf(file, file.facts.functions[fn]?.cls as ClassId);
    return base !== null && builtInOptions(file, base) !== null;
  };
  return made === null || made.some(isError) ? found : throughMakers(taint, made, found);
}

const THIS: ReadonlySet<string> = new Set(["this", "super"]);
/** A constructor that has a method do its work, which has another one. */
const MOST_METHODS = 3;

/** What was given to the constructor of another object of the class is not in this one; what methods were given stays. */
function throughMakers(taint: Givers, made: readonly Made[], found: readonly Origin[]): readonly Origin[] {
  const constructors = new Set(made.map(({ constructor }) => constructor.fn));
  const inside = found.map((o) => ({ o, given: givenToConstructor(taint, constructors, o, 0) }));
  const kept = inside.flatMap(({ o, given }) => (given === null ? [o] : []));
  const through = inside.flatMap(({ given }) => given ?? []);
  if (through.length === 0) return kept;
  const one = (way: Made): readonly Origin[] => [way.constructor, ...way.calls].reduce<readonly Origin[]>((at, { fn, site, args }) => taint.given(fn, site, args, at), through.filter((o) => o.from.kind === "param" && o.from.fn === way.constructor.fn));
  return [...kept, ...made.flatMap(one)];
}

/** The same as what a constructor is given, where only constructors call the method that it is given to; null where others do. */
function givenToConstructor(taint: Givers, constructors: ReadonlySet<FnId>, origin: Origin, depth: number): readonly Origin[] | null {
  const { file } = taint;
  if (origin.from.kind !== "param") return null;
  const { fn } = origin.from;
  if (constructors.has(fn)) return [origin];
  const cls = file.facts.functions[fn]?.cls ?? null;
  const sites = file.get(callsites)(fn);
  if (depth >= MOST_METHODS || cls === null || sites.length === 0) return null;
  const found: Origin[] = [];
  for (const site of sites) {
    const { callee } = file.facts.values[site] as Value & { kind: "call" };
    const called = file.facts.values[callee] as Value;
    if (called.kind !== "member" || file.facts.values[called.object]?.kind !== "this") return null;
    for (const o of taint.given(fn, site, file.get(callAt)(site)?.args ?? null, [origin])) {
      const given = o.from.kind === "source" ? null : givenToConstructor(taint, constructors, o, depth + 1);
      if (given === null) return null;
      found.push(...given);
    }
  }
  return found;
}

function madeBy(file: FileView, source: ValueId): (Value & { kind: "call" }) | null {
  const value = file.facts.values[source] as Value;
  return value.kind === "call" && value.form === "new" && file.get(flow).sources(value.callee).some((c) => file.facts.values[c]?.kind === "class") ? value : null;
}

function constructorOf(file: FileView, source: ValueId): FnId | null {
  const made = madeBy(file, source);
  const cls = made === null ? null : localClass(file, made.callee);
  return cls === null ? null : (file.facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn ?? null);
}
