import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { heldBy } from "./held.js";
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
  if (file.facts.values[object]?.kind === "this") return found;
  const constructors = new Set(found.flatMap(({ from }) => (from.kind === "param" && file.facts.functions[from.fn]?.kind === "constructor" ? [from.fn] : [])));
  return [...constructors].reduce((left, fn) => {
    const isOf = ({ from }: Origin): boolean => from.kind === "param" && from.fn === fn;
    const own = new Maker(taint, fn, left.filter(isOf)).of(object) ?? asSomebodyMade(taint, object, fn, left.filter(isOf));
    return own === null ? left : [...left.filter((o) => !isOf(o)), ...own];
  }, found);
}

/** The same by all that the object may be, whoever gave it: parameters are what all callers give. */
function asSomebodyMade(taint: Givers, object: ValueId, fn: FnId, found: readonly Origin[]): readonly Origin[] | null {
  const { file } = taint;
  const makers = file.get(flow).sources(object);
  if (makers.length === 0 || makers.some((source) => constructorOf(file, source) !== fn)) return null;
  return makers.flatMap((source) => taint.given(fn, source, file.get(callAt)(source)?.args ?? null, found));
}

/** Calls that lead to where an object was made, and how many places of all kinds are looked at. */
const DEEPEST = 6;
const MOST_LOOKED_AT = 80;

/**
 * What parameters of a constructor are, for one object: as the calls give them that made it, here or in the functions that gave it
 * (`Result.fail(reason)` in what was called). Null where nobody sees who made it.
 */
class Maker {
  readonly #taint: Givers;
  readonly #fn: FnId;
  readonly #found: readonly Origin[];
  #left = MOST_LOOKED_AT;

  constructor(taint: Givers, fn: FnId, found: readonly Origin[]) {
    this.#taint = taint;
    this.#fn = fn;
    this.#found = found;
  }

  of(id: ValueId, depth = 0): readonly Origin[] | null {
    const { file } = this.#taint;
    const value = file.facts.values[id] as Value;
    if (this.#left-- <= 0 || depth > DEEPEST) return null;
    switch (value.kind) {
      case "literal":
        return [];
      case "global":
        return value.name === "undefined" ? [] : null;
      case "await":
      case "cast":
        return this.of(value.of, depth);
      case "choice":
        return this.#all([value.then, value.otherwise], depth);
      case "logical":
        return this.#all([value.left, value.right], depth);
      case "var": {
        const binding = file.facts.bindings[value.binding];
        const held = binding === undefined || binding.from !== undefined ? [] : heldBy(binding, value.version);
        return held.length === 0 ? null : this.#all(held, depth);
      }
      case "call":
        return value.form === "new" ? this.#made(id) : this.#given(id, value, depth);
      default:
        return null;
    }
  }

  #all(values: readonly ValueId[], depth: number): readonly Origin[] | null {
    const found = values.map((v) => this.of(v, depth));
    return found.includes(null) ? null : found.flatMap((origins) => origins ?? []);
  }

  #made(id: ValueId): readonly Origin[] | null {
    const { file } = this.#taint;
    return constructorOf(file, id) === this.#fn ? this.#taint.given(this.#fn, id, file.get(callAt)(id)?.args ?? null, this.#found) : null;
  }

  #given(id: ValueId, value: Value & { kind: "call" }, depth: number): readonly Origin[] | null {
    const { file } = this.#taint;
    const call = file.get(callAt)(id);
    const functions = call === undefined || value.form !== undefined ? [] : file.get(flow).functions(call.target);
    const found = functions.map((fn) => {
      const own = this.#all(file.get(flow).returns(fn), depth + 1);
      return own === null ? null : this.#taint.given(fn, id, call?.args ?? null, own);
    });
    return functions.length === 0 || found.includes(null) ? null : found.flatMap((origins) => origins ?? []);
  }
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
