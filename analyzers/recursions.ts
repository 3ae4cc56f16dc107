import type { BindingId, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import type { Repetition } from "./repetitions.js";
import { heldBy } from "./held.js";

/** A function that goes on with a part of what it was given: the children of a tree, the rest of a list, the parent of a record. */
export interface Recursion {
  readonly call: Call;
  /** Its body, whose elements are the parameters that go on. */
  readonly repetition: Repetition;
}

/** What goes from page to page, or tries again. */
const PAGES = /page|cursor|next|token|offset|skip|continu|marker|after|since|until|retr|attempt|tries|redirect|location|scroll|poll|last|remaining/i;
const DEEPEST = 12;

export const recursions: Answer<readonly Recursion[]> = {
  name: "recursions",
  of(file) {
    return file.get(calls).flatMap((call) => {
      const around = file.get(context).functionsAround(call.id);
      if (call.args === null || !around.some((fn) => (file.facts.functions[fn]?.params.length ?? 0) > 0)) return [];
      const fn = file.get(flow).functions(call.target).find((f) => around.includes(f));
      // What is done when it failed is a further attempt.
      if (fn === undefined || file.get(context).enclosing(call.id).some((e) => e.part === "handler")) return [];
      const params = new Set(call.args.flatMap((arg, i) => (goesOn(file, fn, arg) ? [i] : [])));
      const counters = new Set(call.args.flatMap((arg) => countedBy(file, fn, arg)));
      return params.size + counters.size === 0 ? [] : [{ call, repetition: bodyOf(file, fn, params, counters) }];
    });
  },
};

/** `next(i + 1)`: the name that counts, where elements are read by it. */
function countedBy({ facts }: FileView, fn: FnId, arg: ValueId): readonly BindingId[] {
  const value = facts.values[arg] as Value;
  const step = value.kind === "binary" && value.op === "+" ? (facts.values[value.right] as Value) : undefined;
  const name = value.kind === "binary" ? (facts.values[value.left] as Value) : undefined;
  return step?.kind === "literal" && step.value === 1 && name?.kind === "var" && facts.functions[fn]?.params.some((p) => p.binding === name.binding) ? [name.binding] : [];
}

function bodyOf(file: FileView, fn: FnId, params: ReadonlySet<number>, counters: ReadonlySet<BindingId>): Repetition {
  const isCounter = (key: ValueId | undefined): boolean => {
    const name = key === undefined ? undefined : file.facts.values[key];
    return name?.kind === "var" && counters.has(name.binding);
  };
  return {
    list: null,
    most: null,
    isAwaited: false,
    loop: null,
    each: null,
    body: { fn, frame: null },
    calls: file.get(callsOf)(fn),
    span: file.span({ mark: file.facts.functions[fn]?.at ?? 0 }),
    way: null,
    isElement: (_, value) => (value.kind === "param" && value.fn === fn && params.has(value.index)) || (value.kind === "member" && isCounter(value.key)),
  };
}

/** A part of what the function was given, or of what it found; not the same again, and not what counts. */
function goesOn(file: FileView, fn: FnId, arg: ValueId): boolean {
  const { facts } = file;
  const isOwn = (id: ValueId): boolean => facts.owner[id] === fn;
  const walk = (id: ValueId, isPart: boolean, names: string, depth: number): boolean => {
    const value = facts.values[id] as Value;
    if (depth > DEEPEST) return false;
    switch (value.kind) {
      case "param":
        return isPart && value.fn === fn;
      case "member":
        return value.name === null ? walk(value.object, true, names, depth + 1) : walk(value.object, true, `${names} ${value.name}`, depth + 1);
      case "rest":
        return walk(value.of, true, names, depth + 1);
      case "cast":
      case "await":
        return walk(value.of, isPart, names, depth + 1);
      case "var": {
        const binding = facts.bindings[value.binding];
        return binding !== undefined && heldBy(binding, value.version).some((held) => walk(held, isPart, `${names} ${binding.name}`, depth + 1));
      }
      case "call": {
        const callee = facts.values[value.callee] as Value;
        const from = value.args[0] === undefined ? undefined : file.get(flow).constant(value.args[0]);
        if (callee.kind === "member" && callee.name === "slice") return from === 1 && walk(callee.object, true, names, depth + 1);
        // What was found for it leads on to the next.
        return isPart && isOwn(id) && !PAGES.test(`${names} ${facts.functions[fn]?.name ?? ""}`);
      }
      default:
        return false;
    }
  };
  return walk(arg, false, "", 0);
}
