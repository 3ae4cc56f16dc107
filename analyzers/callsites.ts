import type { ClassId, FnId, FunctionFact, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import type { Context } from "./context.js";
import { enclosingClass, flow } from "./flow.js";
import { isModule } from "./links.js";

/** Methods that run their argument in the course of what stands around them. */
const RUNS_ON = new Set(["then", "catch", "finally", "listen"]);

/** The calls of this file that run a function of this file: by name, as a method, as a constructor, or where it stands. */
export const callsites: Answer<(fn: FnId) => readonly ValueId[]> = {
  name: "callsites",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    const found = new Map<FnId, ValueId[]>();
    const add = (fn: FnId, call: ValueId): void => {
      listAt(found, fn).push(call);
    };
    for (const { id, value, target } of file.get(calls)) {
      if (value.form === "new") {
        for (const source of answers.sources(target)) {
          const made = facts.values[source];
          const constructor = made?.kind === "class" ? facts.classes[made.cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null) : undefined;
          if (constructor?.fn != null) add(constructor.fn, id);
          else if (made?.kind === "function") add(made.fn, id);
        }
      } else for (const fn of answers.functions(target)) add(fn, id);
      const callee = facts.values[value.callee];
      if (callee?.kind === "member" && callee.name !== null && RUNS_ON.has(callee.name)) {
        for (const arg of value.args) {
          const given = facts.values[arg];
          if (given?.kind === "function") add(given.fn, id);
        }
      }
    }
    return (fn) => found.get(fn) ?? [];
  },
};

/** The calls to a function by what is called: by name or as a method. */
export const callsTo: Answer<(fn: FnId) => readonly Call[]> = {
  name: "calls to a function",
  of(file) {
    const found = new Map<FnId, Call[]>();
    for (const call of file.get(calls)) {
      for (const fn of file.get(flow).functions(call.target)) {
        listAt(found, fn).push(call);
      }
    }
    return (fn) => found.get(fn) ?? [];
  },
};

/** The calls that run a constructor: `new`, also of a class that has it of its base, and `super`. */
export const constructions: Answer<(fn: FnId) => readonly Call[]> = {
  name: "constructions",
  of(file) {
    const { facts } = file;
    const found = new Map<FnId, Call[]>();
    const classOf = (id: ValueId): ClassId | null => file.get(flow).sources(id).map((s) => facts.values[s]).find((v) => v?.kind === "class")?.cls ?? null;
    const baseOf = (cls: ClassId): ClassId | null => (facts.classes[cls]?.extends == null ? null : classOf(facts.classes[cls].extends));
    for (const call of file.get(calls)) {
      const isSuper = facts.values[call.target]?.kind === "super";
      if (!isSuper && call.value.form !== "new") continue;
      const own = isSuper ? enclosingClass(facts, facts.owner[call.id] as FnId) : null;
      let cls = isSuper ? (own === null ? null : baseOf(own)) : classOf(call.target);
      for (const seen = new Set<ClassId>(); cls !== null && !seen.has(cls); cls = baseOf(cls)) {
        seen.add(cls);
        const constructor = facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn;
        if (constructor == null) continue;
        listAt(found, constructor).push(call);
        break;
      }
    }
    return (fn) => found.get(fn) ?? [];
  },
};

/** When a value is evaluated: the calls that lead to it from `root`, outermost first, and the value. */
export interface Moment {
  readonly root: FnId;
  readonly path: readonly ValueId[];
}

/** Seen from the first call of each function that leads there; `root` is the module where the file itself starts it. */
export const moments: Answer<(value: ValueId) => Moment> = {
  name: "moments",
  of(file) {
    const { facts } = file;
    const known = new Map<ValueId, Moment>();
    const find = (value: ValueId): Moment => {
      const path = [value];
      const seen = new Set<FnId>();
      let fn = facts.owner[value] as FnId;
      while (!isModule(facts, fn) && !seen.has(fn)) {
        seen.add(fn);
        const fact = facts.functions[fn] as FunctionFact;
        // Initialisers of fields run with the constructor, before anything else of it; an instance that nobody here makes is its own start.
        const call = file.get(callsites)(fn)[0];
        if (call === undefined) {
          if (fact.kind !== "static") return { root: fn, path };
          fn = fact.parent ?? 0;
        } else {
          path.unshift(call);
          fn = facts.owner[call] as FnId;
        }
      }
      return { root: fn, path };
    };
    return (value) => {
      let moment = known.get(value);
      if (moment === undefined) known.set(value, (moment = find(value)));
      return moment;
    };
  },
};

/** Does a come before b? null where nobody can say. */
export function isBefore(a: Moment, b: Moment): boolean | null {
  if (a.root !== b.root) return null;
  for (let i = 0; i < Math.min(a.path.length, b.path.length); i++) if (a.path[i] !== b.path[i]) return (a.path[i] as number) < (b.path[i] as number);
  return a.path.length <= b.path.length;
}

/** May a way around it lead past this value: is it in a branch, a loop or a catch of its function? */
export function isConditional(value: ValueId, around: Context): boolean {
  return around.enclosing(value).some((e) => (e.statement.kind === "if" && e.part !== "head") || e.statement.kind === "loop" || e.statement.kind === "switch" || e.part === "handler");
}
