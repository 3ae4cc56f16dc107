import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { heldBy } from "./held.js";
import { type Site, sitesOf } from "./sites.js";

/** A call, and the function that it runs. */
export interface Through {
  readonly fn: FnId;
  readonly site: ValueId;
  readonly args: readonly ValueId[] | null;
}

/** The `new` that made an object, and the calls that handed it out, from the innermost on: `fail("…")` of all calls of `fail`. */
export interface Made {
  readonly constructor: Through;
  readonly calls: readonly Through[];
}

/** Names, choices and returns on the way to the `new`. */
const DEEPEST = 12;
/** Made in so many places, it is told apart by nobody. */
const MOST = 40;

/**
 * All ways in which an object may have been made; null where it may also be one that somebody else made. What a promise
 * gives is looked through, a function that runs as a callback is not.
 */
export const madeThrough: Answer<(value: ValueId) => readonly Made[] | null> = {
  name: "made through",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    const known = new Map<ValueId, readonly Made[] | null>();
    const open = new Set<ValueId>();
    const all = (ids: readonly ValueId[], depth: number): readonly Made[] | null => {
      const found: Made[] = [];
      for (const id of ids) {
        const made = of(id, depth + 1);
        if (made === null || found.length + made.length > MOST) return null;
        found.push(...made);
      }
      return found;
    };
    const ofCall = (id: ValueId, value: Value & { kind: "call" }, depth: number): readonly Made[] | null => {
      const call = file.get(callAt)(id);
      if (call === undefined) return null;
      if (value.form === "new") {
        const cls = localClass(file, value.callee);
        const fn = cls === null ? null : facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
        return fn == null ? null : [{ constructor: { fn, site: id, args: call.args }, calls: [] }];
      }
      const own = answers.functions(call.target);
      if (value.form !== undefined || own.length === 0) return null;
      const found: Made[] = [];
      for (const fn of own) {
        const returns = answers.returns(fn);
        const made = (facts.functions[fn] as FunctionFact).generator || returns.length === 0 ? null : all(returns, depth);
        if (made === null || found.length + made.length > MOST) return null;
        found.push(...made.map(({ constructor, calls }) => ({ constructor, calls: [...calls, { fn, site: id, args: call.args }] })));
      }
      return found;
    };
    const ofParam = ({ fn, index }: Value & { kind: "param" }, depth: number): readonly Made[] | null => {
      const handed = sitesOf(facts).ofFunction(fn);
      if (handed.length > 0) return index === 0 ? all(handed.map(resolvedWith), depth) : null;
      const sites = file.get(callsites)(fn);
      if (sites.length === 0 || facts.functions[fn]?.params[index]?.rest === true) return null;
      const args = sites.map((site) => file.get(callAt)(site)?.args?.[index]);
      return args.some((arg) => arg === undefined) ? null : all(args as ValueId[], depth);
    };
    /** `made().then((it) => …)` */
    const resolvedWith = ({ call, arg, path }: Site): ValueId => {
      const { callee } = facts.values[call] as Value & { kind: "call" };
      const called = facts.values[callee] as Value;
      return called.kind === "member" && called.name === "then" && arg === 0 && path.length === 0 ? called.object : callee;
    };
    const find = (id: ValueId, depth: number): readonly Made[] | null => {
      const value = facts.values[id] as Value;
      switch (value.kind) {
        case "call":
          return ofCall(id, value, depth);
        case "param":
          return ofParam(value, depth);
        case "var": {
          const binding = facts.bindings[value.binding];
          const held = binding === undefined ? [] : heldBy(binding, value.version);
          return held.length === 0 ? null : all(held, depth);
        }
        case "cast":
        case "await":
          return of(value.of, depth + 1);
        case "choice":
          return all([value.then, value.otherwise], depth);
        case "logical":
          return value.op === "&&" ? of(value.right, depth + 1) : all([value.left, value.right], depth);
        case "literal":
          return value.value === null ? [] : null;
        case "global":
          return value.name === "undefined" ? [] : null;
        default:
          return null;
      }
    };
    const of = (id: ValueId, depth: number): readonly Made[] | null => {
      if (depth > DEEPEST) return null;
      const before = known.get(id);
      if (before !== undefined) return before;
      // What comes back to itself brings nothing new.
      if (open.has(id)) return [];
      open.add(id);
      const found = find(id, depth);
      open.delete(id);
      if (open.size === 0 || depth === 0) known.set(id, found);
      return found;
    };
    return (value) => of(value, 0);
  },
};
