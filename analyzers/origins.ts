import type { FnId, PropFact, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Cleared, Proof } from "./cleared.js";
import type { OutsideKind } from "./outside.js";
import { isRooted } from "./path-shapes.js";
import type { Wrapped } from "./wrapped-calls.js";

/** The names under which a part stands; `*` is any element or property. */
export type Path = readonly string[];

/** The step from a thing to its text: a text shows itself, an object none of its parts. */
export const TEXT = "``";

/** The step from a function to what it returns. */
export const RESULT = "()";

/** The step from a thing to the names of its parts. */
export const NAMES = "#";

/** What must not be shown to everybody. */
export interface Secret {
  /** "a password (`password`)", "all headers of the request". */
  readonly said: string;
  /** The value itself, all of a request or of the environment, or an object that has it by its type. */
  readonly is: "value" | "whole" | "typed";
  /** Of an object that has it by its type, the name it has there. */
  readonly member?: string;
}

/** Where what a value holds comes from. */
export interface Origin {
  /** `source`: what is followed comes in. `param`: what callers give; a summary of the function, until somebody calls it. */
  readonly from: { readonly kind: "source"; readonly what: OutsideKind | "error" | "secret"; readonly path: Path; readonly secret?: Secret } | { readonly kind: "param"; readonly fn: FnId; readonly index: number; readonly path: Path; readonly wrapped?: Wrapped };
  /** The read of the source, or the parameter. */
  readonly at: ValueId;
  /** The calls it went through, from the source on. */
  readonly steps: readonly ValueId[];
  /** Of these, the calls that gave it to a function as it had been taken. */
  readonly handed: readonly ValueId[];
  /** Where a part or a text of it was taken; null while it is whole. */
  readonly taken: ValueId | null;
  /** Uses for which something on the way made it harmless. */
  readonly safeFor: readonly Proof[];
  /** Another file may have accepted or changed it. */
  readonly doubt: string | null;
}

const NOTHING: readonly Origin[] = [];

/**
 * What is given, as it went on: harmless for what either made it harmless for. `isHanded`: to a parameter, from where it does not come back;
 * `isPut`: into something that the caller made for it.
 */
export function joined(file: FileView, given: Origin, origin: Origin, site: ValueId, isHanded: boolean, isPut = false): Origin {
  // A part of a parameter that turns out to be the whole.
  const isWhole = origin.taken === null || (given.from.kind === "source" && given.from.path.length === 0 && file.facts.values[origin.taken]?.kind === "member");
  const before = given.taken === null && !isWhole && !isPut ? [] : isHanded ? [...given.handed, site] : given.handed;
  return {
    ...given,
    steps: [...given.steps, site, ...origin.steps],
    handed: before.length === 0 ? origin.handed : [...before, ...origin.handed],
    taken: given.taken ?? (isWhole ? null : origin.taken),
    safeFor: origin.safeFor.length === 0 ? given.safeFor : [...new Set([...given.safeFor, ...origin.safeFor])],
    doubt: given.doubt ?? origin.doubt,
  };
}

export function without(origins: readonly Origin[], cleared: Cleared): readonly Origin[] {
  if (cleared.for === "all") return NOTHING;
  const safe = cleared.for;
  return origins.map((o) => ({ ...o, safeFor: safe.length === 0 ? o.safeFor : [...new Set([...o.safeFor, ...safe])], doubt: o.doubt ?? cleared.doubt }));
}

/** With something before it, no path is absolute; what was normalized from the root leads nowhere up. */
export function behind(isBehind: boolean, file: FileView, id: ValueId, origins: readonly Origin[]): readonly Origin[] {
  return !isBehind || origins.length === 0 ? origins : without(origins, { for: isRooted(file, id) ? ["rooted", "up"] : ["rooted"], doubt: null });
}

/** A text is no object with operators in it. */
export function asText(origins: readonly Origin[], at: ValueId): readonly Origin[] {
  return without(origins, { for: ["nosql"], doubt: null }).map((o) => taken(o, at));
}

/** Taken here, if it was whole before. */
export function taken(origin: Origin, at: ValueId): Origin {
  return origin.taken === null ? { ...origin, taken: at } : origin;
}

const ALL_BUT = "-";

/** All parts but those of these names: the last step of a path. */
export function allBut(names: readonly string[], path: Path = []): Path {
  const [first] = path;
  const more = first !== undefined && isAllBut(first) ? namesOf(first) : [];
  const all = [...new Set([...names, ...more])];
  return all.length === 0 ? path : [ALL_BUT + all.join(",")];
}

export function isAllBut(step: string | undefined): boolean {
  return step?.startsWith(ALL_BUT) === true && step.length > 1;
}

/** Does a step of a path lead to elements? */
export const isElement = (step: string | undefined): boolean => step === undefined || step === "*" || isAllBut(step) || /^\d+$/.test(step);

const namesOf = (step: string): readonly string[] => step.slice(1).split(",");

/** Does a step of a path lead to the part of this name? No step leads to all of them. */
export function takes(step: string | undefined, name: string): boolean {
  return step === undefined || step === "*" || step === name || (isAllBut(step) && !namesOf(step).includes(name));
}

/** Each once, by the shortest way. */
export function distinct(origins: readonly Origin[], most: number): readonly Origin[] {
  if (origins.length < 2) return origins;
  const found = new Map<string, Origin>();
  for (const o of origins) {
    const key = `${o.at} ${o.from.path.join(".")} ${o.safeFor.join()} ${o.doubt === null} ${o.from.kind === "source" && (o.from.what === "error" || o.from.what === "secret") ? (o.handed[0] ?? "") : ""}`;
    const before = found.get(key);
    if (before === undefined || o.steps.length < before.steps.length) found.set(key, o);
  }
  return [...found.values()].slice(0, most);
}

/** `{ ...credentials, password: "***" }`: what is spread in comes without what is written behind it. */
export function writtenOver(props: readonly PropFact[], spread: PropFact, path: Path): Path {
  const names = props.slice(props.indexOf(spread) + 1).flatMap((p) => (p.form === "spread" || p.name === null ? [] : [p.name]));
  return names.length === 0 || (path[0] !== undefined && !isAllBut(path[0])) ? path : allBut(names, path);
}
