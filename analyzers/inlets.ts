import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Flow, flow } from "./flow.js";
import { heldBy } from "./held.js";

/** Names of names of parts. */
const DEEPEST = 12;
/** A path is put together of a few parts. */
const MOST_STEPS = 50;

/** Where a value comes in: a parameter, or an element of a list that is gone over, and the names by which it is taken from that. */
export interface Inlet {
  /** The parameter or the element. */
  readonly root: ValueId;
  /** Whose parameter it is; null for an element. */
  readonly fn: FnId | null;
  readonly index: number;
  /** It holds all arguments from there on. */
  readonly isRest: boolean;
  readonly path: readonly string[];
}

/** A value, or what stands at a path of it. */
export interface Part {
  readonly value: ValueId;
  readonly path: readonly string[];
}

/** What one call, or one element of a list, gives to a function; `outer` is what was given where the call stands. */
export interface Env {
  /** The function that is called; for the element of a loop the one that the loop stands in. */
  readonly fn: FnId;
  /** The element, where it is one. */
  readonly element: ValueId | null;
  readonly args: readonly ValueId[];
  readonly outer: Env | null;
}

/** The parameter or element that a value is another name for, or a part of. */
export function inletOf(file: FileView, id: ValueId, depth = 0): Inlet | null {
  const value = file.facts.values[id] as Value;
  const on = (next: ValueId): Inlet | null => (depth > DEEPEST ? null : inletOf(file, next, depth + 1));
  switch (value.kind) {
    case "param":
      return { root: id, fn: value.fn, index: value.index, isRest: value.rest, path: [] };
    case "element":
      return { root: id, fn: null, index: 0, isRest: false, path: [] };
    case "var": {
      const binding = file.facts.bindings[value.binding];
      const held = binding === undefined ? [] : heldBy(binding, value.version);
      return held.length === 1 ? on(held[0] as ValueId) : null;
    }
    case "member": {
      const step = value.name ?? fromTheEnd(file.facts, file.get(flow), value);
      const inner = step === null ? null : on(value.object);
      return inner === null ? null : { ...inner, path: [...inner.path, step as string] };
    }
    case "cast":
    case "default":
    case "spread":
      return on(value.of);
    case "call": {
      const callee = file.facts.values[value.callee] as Value;
      if (value.form !== undefined || callee.kind !== "member") return null;
      if (callee.name === "bind") return on(callee.object);
      const last = takenFromTheEnd(file.get(flow), callee.name, value.args);
      const list = last === null ? null : on(callee.object);
      return list === null ? null : { ...list, path: [...list.path, last as string] };
    }
    default:
      return null;
  }
}

/** The argument in which an inlet is given, and what is left of its path there. */
export function argumentOf({ index, isRest, path }: Inlet, args: readonly ValueId[]): Part | null {
  const given = args.slice(index);
  // `[router, path] = args`, `args[args.length - 1]`. Of what follows other parameters, `(path, ...handlers)`, the last is the handler, and the first if it is alone.
  const step = isRest && /^-?\d+$/.test(path[0] ?? "") ? Number(path[0]) : null;
  const value = step !== null && (step < 0 || index === 0) ? given.at(step) : isRest ? given.at(-1) : given[0];
  return value === undefined ? null : { value, path: step === null ? path : path.slice(1) };
}

/** `args[args.length - 1]`: the last, as a step. */
export function fromTheEnd({ values }: Facts, { sameAs, constant }: Pick<Flow, "sameAs" | "constant">, { object, key }: Value & { kind: "member" }): string | null {
  const by = key === undefined ? undefined : values[key];
  const size = by?.kind === "binary" && by.op === "-" ? values[by.left] : undefined;
  const back = by?.kind === "binary" ? constant(by.right) : null;
  if (size?.kind !== "member" || size.name !== "length" || typeof back !== "number" || back < 1) return null;
  return sameAs(object) === sameAs(size.object) ? `-${back}` : null;
}

/** `args.pop()`, `args.at(-1)`: the last, as a step. */
export function takenFromTheEnd({ constant }: Pick<Flow, "constant">, method: string | null, args: readonly ValueId[]): string | null {
  if (method === "pop" && args.length === 0) return "-1";
  const at = method === "at" && args[0] !== undefined ? constant(args[0]) : null;
  return typeof at === "number" && at < 0 ? String(at) : null;
}

/** What a part is in the end, and where: seen through what the calls on the way have given. */
export function givenAs(file: FileView, { value, path }: Part, env: Env | null, seen: Set<string> = new Set()): readonly { readonly value: ValueId; readonly env: Env | null }[] {
  const key = `${value} ${path.join(".")}`;
  if (seen.has(key)) return [];
  seen.add(key);
  const inlet = inletOf(file, value);
  for (let at = inlet === null ? null : env; at !== null; at = at.outer) {
    if (at.element === null ? at.fn !== inlet?.fn : at.element !== inlet?.root) continue;
    const given = argumentOf(inlet as Inlet, at.args);
    return given === null ? [] : givenAs(file, { value: given.value, path: [...given.path, ...path] }, at.outer, seen);
  }
  const [step, ...rest] = path;
  if (step === undefined) return [{ value, env }];
  return propertiesOf(file, value, step).flatMap((prop) => givenAs(file, { value: prop, path: rest }, env, seen));
}

/** What stands under a name of the object literals that a value may be. */
export function propertiesOf(file: FileView, value: ValueId, name: string): readonly ValueId[] {
  return file.get(flow).sources(value).flatMap((source) => {
    const of = file.facts.values[source] as Value;
    const prop = of.kind === "object" ? of.props.findLast((p) => p.name === name) : undefined;
    return prop === undefined || prop.form === "get" || prop.form === "set" ? [] : [prop.value];
  });
}

const CASES: ReadonlyMap<string, (text: string) => string> = new Map([["toLowerCase", (t: string) => t.toLowerCase()], ["toUpperCase", (t: string) => t.toUpperCase()]]);

/** The text of a value, where the calls on the way say it; `…` for what nobody says in the middle of one. */
export function textGiven(file: FileView, id: ValueId, env: Env | null, steps = { left: MOST_STEPS }): string | null {
  const [given, ...others] = --steps.left < 0 ? [] : givenAs(file, { value: id, path: [] }, env);
  if (given === undefined || others.length > 0) return null;
  const constant = file.get(flow).constant(given.value);
  if (constant !== undefined && constant !== null) return String(constant);
  const on = (next: ValueId): string | null => textGiven(file, next, given.env, steps);
  const value = file.facts.values[file.get(flow).sameAs(given.value)] as Value;
  switch (value.kind) {
    case "template":
      return value.chunks.map((chunk, i) => chunk + (value.holes[i] === undefined ? "" : (on(value.holes[i] as ValueId) ?? "…"))).join("");
    case "binary":
      return value.op === "+" ? `${on(value.left) ?? "…"}${on(value.right) ?? "…"}` : null;
    case "logical":
    case "default":
      return on(value.kind === "default" ? value.of : value.left);
    case "cast":
      return on(value.of);
    case "call": {
      const callee = file.facts.values[value.callee] as Value;
      const changed = callee.kind === "member" && callee.name !== null && value.args.length === 0 ? CASES.get(callee.name) : undefined;
      const text = changed === undefined || callee.kind !== "member" ? null : on(callee.object);
      return text === null || changed === undefined ? null : changed(text);
    }
    default:
      return null;
  }
}
