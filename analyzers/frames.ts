import type { FnId } from "../core/facts.js";
import { type Instance, namesOf } from "./instances.js";

/** A function of this file, with what is known of the parameters it sees: `retry` called by one route is not `retry` called by another. */
export interface Closure {
  readonly fn: FnId;
  readonly frame: Frame | null;
}

/** The functions and objects that one call gives to a function, or the object that it runs on. */
export interface Frame {
  readonly fn: FnId;
  /** By parameter, or by parameter and property: `1`, `0.onError`; under `0.*` all of an object that is known whole. */
  readonly given: ReadonlyMap<string, readonly Closure[]>;
  /** By parameter. */
  readonly objects: ReadonlyMap<string, readonly Instance[]>;
  /** What `this` is. Such a frame says nothing of parameters. */
  readonly self?: Instance;
  /** What the functions around it were given. */
  readonly around: Frame | null;
  /** Equal for equal frames. */
  readonly key: string;
  readonly depth: number;
  /** The same of the objects that were given: made by calls that were given objects. */
  readonly objectDepth: number;
  /** Of one registration of many: what is made there for each handler is kept apart, however many there are. */
  readonly isOfOne?: true;
}

/**
 * A function that is given so many different things is called from everywhere: keeping them apart says nothing more.
 * Not so what makes a function where nothing is known of the caller: a wrapper around every handler is called once for
 * each, and each is reached by its own entry alone.
 */
export const MOST_FRAMES = 16;
/** What each handler runs its own work through is called as often as there are handlers, with nothing made on the way. */
const MOST_FLAT_FRAMES = 1000;
/** And so is what each handler's maker runs its own work through, in turn. */
const MOST_FRAMES_WITHIN = 300;
/** The same functions with so many different objects are the same with any. */
const MOST_VARIANTS = 16;
/** By depth. */
const ROOM: readonly number[] = [MOST_FLAT_FRAMES, MOST_FLAT_FRAMES, MOST_FRAMES_WITHIN];
const NO_OBJECTS: ReadonlyMap<string, readonly Instance[]> = new Map();

export const keyOf = ({ fn, frame }: Closure): string => (frame === null ? `${fn}` : `${fn}<${frame.key}>`);

export const objectDepthOf = ({ frame }: Instance): number => frame?.objectDepth ?? 0;

/** All frames that were made: equal ones are one, and of each function there are only so many. */
export class Frames {
  /** By the functions that were given, and then by the objects. */
  readonly #known = new Map<FnId, Map<string, Map<string, number>>>();
  #count = 0;

  of(fn: FnId, given: ReadonlyMap<string, readonly Closure[]>, objects: ReadonlyMap<string, readonly Instance[]>, around: Frame | null, most: number): Frame | null {
    const known = this.#known.get(fn) ?? new Map<string, Map<string, number>>();
    this.#known.set(fn, known);
    // What it runs on is one of the objects.
    const self = around?.self === undefined ? null : around;
    const outer = self === null ? around : self.around;
    const functions = `${[...given].map(([k, list]) => `${k}=${list.map(keyOf).join("|")}`).join(",")} ${outer?.key ?? ""}`;
    // Objects are counted apart: functions made within a call that is given some are told apart as before.
    const depth = (given.size === 0 ? 0 : 1) + Math.max(around?.depth ?? 0, ...[...given.values()].flat().map((c) => c.frame?.depth ?? 0));
    if (!known.has(functions) && known.size >= Math.max(most, ROOM[depth] ?? 0)) return null;
    const variants = known.get(functions) ?? new Map<string, number>();
    known.set(functions, variants);
    const said = `${[...objects].map(([k, list]) => `${k}=${namesOf(list)}`).join(",")} ${self?.key ?? ""}`;
    if (!variants.has(said) && most !== Infinity && variants.size >= MOST_VARIANTS) return given.size === 0 || (objects.size === 0 && self === null) ? null : this.of(fn, given, NO_OBJECTS, outer, most);
    const index = variants.get(said) ?? this.#count++;
    variants.set(said, index);
    const objectDepth = Math.max(around?.objectDepth ?? 0, ...[...objects.values()].flat().map((o) => 1 + objectDepthOf(o)));
    // Short, however deep it is nested.
    return { fn, given, objects, around, key: `${fn}.${index}`, depth, objectDepth };
  }
}
