import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { localClass } from "./error-classes.js";
import { flow } from "./flow.js";
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
export function sourcesOfThis(file: FileView, object: ValueId, sources: readonly ValueId[]): readonly ValueId[] {
  if (sources.length === 0 || file.facts.values[object]?.kind === "this") return sources;
  const makers = file.get(flow).sources(object);
  const [fn, ...others] = [...new Set(makers.map((source) => constructorOf(file, source)))];
  if (fn == null || others.length > 0) return sources;
  const given = file.get(givenTo)(fn);
  return sources.filter((source) => given.get(source)?.some((site) => makers.includes(site)) ?? true);
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
  if (found.every((o) => o.from.kind !== "param") || file.facts.values[object]?.kind === "this") return found;
  const makers = file.get(flow).sources(object).map((source) => ({ source, fn: constructorOf(file, source) }));
  if (makers.length === 0 || makers.some(({ fn }) => fn === null)) return found;
  return makers.flatMap(({ source, fn }) => taint.given(fn as FnId, source, file.get(callAt)(source)?.args ?? null, found));
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
