import type { FnId, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Call } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { type Entry, entries } from "./entries.js";
import { flow } from "./flow.js";
import { callsOf, invocations } from "./invocations.js";
import { outsideCall } from "./outside-calls.js";
import { LONGEST_PATH, served, servedOnTheWay, type State } from "./reach.js";
import { sanctioned } from "./sanctioned.js";
import { calledAs } from "./witness.js";

/** Why nobody can say all that happens here. */
export interface Doubt {
  readonly at: Place;
  readonly reason: string;
}

/** All that serving an entry runs, as far as it is known, and where it is not. */
export interface Serving {
  readonly entry: Entry;
  readonly functions: ReadonlySet<FnId>;
  readonly doubts: readonly Doubt[];
}

/** Each entry with what it runs itself and what runs on its way. */
export const servings: Answer<readonly Serving[]> = {
  name: "servings",
  of(file) {
    const doubtsIn = file.get(callDoubts);
    const ways = new Map<Entry, State[]>();
    for (const { entry, states } of file.get(served)) listAt(ways, entry).push(...states);
    const registering = new Set(file.get(entries).flatMap((e) => (e.call === null ? [] : [e.call.id])));
    // What is registered for one route runs for that one, else for all of its framework: what a path or an order leaves out is not read here.
    const before = new Map<ValueId | string, Run[]>();
    for (const { entry: by, states } of file.get(servedOnTheWay)) listAt(before, registering.has(by.call.id) ? by.call.id : by.framework).push(runOf(file, states, doubtsIn, { value: by.call.id }));
    return file.get(entries).map((entry) => {
      const own = ways.get(entry) ?? [];
      const runs = [runOf(file, own, doubtsIn, entry.at), ...(entry.call === null ? [] : (before.get(entry.call.id) ?? [])), ...(before.get(entry.framework) ?? [])];
      const doubts = new Map<string, Doubt>();
      if (entry.doubt !== null) add(file, doubts, { at: entry.at, reason: entry.doubt });
      if (own.length === 0) add(file, doubts, { at: entry.at, reason: "nothing says which function serves the entry" });
      for (const run of runs) for (const [key, doubt] of run.doubts) doubts.set(key, doubt);
      return { entry, functions: new Set(runs.flatMap((run) => [...run.functions])), doubts: [...doubts.values()] };
    });
  },
};

/** What some ways run together. Of what runs before all entries of a framework it is asked once. */
interface Run {
  readonly functions: ReadonlySet<FnId>;
  readonly doubts: ReadonlyMap<string, Doubt>;
}

function runOf(file: FileView, states: readonly State[], doubtsIn: (closure: Closure) => readonly Doubt[], begins: Place): Run {
  const functions = new Set<FnId>();
  const doubts = new Map<string, Doubt>();
  for (const { closure, last, length, doubt } of states) {
    functions.add(closure.fn);
    if (doubt !== null) add(file, doubts, { at: last === null ? begins : { value: last.at.id }, reason: doubt });
    if (length >= LONGEST_PATH && last !== null) add(file, doubts, { at: { value: last.at.id }, reason: `the way there is longer than ${LONGEST_PATH} calls, and is not followed further` });
    for (const found of doubtsIn(closure)) add(file, doubts, found);
  }
  return { functions, doubts };
}

const add = (file: FileView, doubts: Map<string, Doubt>, doubt: Doubt): void => void doubts.set(`${file.span(doubt.at).start} ${doubt.reason}`, doubt);

/** The calls of a function that lead nobody knows where. */
const callDoubts: Answer<(closure: Closure) => readonly Doubt[]> = {
  name: "call doubts",
  of(file) {
    const runs = file.get(invocations);
    const known = new Map<string, readonly Doubt[]>();
    const outside = new Map<ValueId, string | null>();
    const chosen = modulesChosen(file);
    const reasonOf = (call: Call): string | null => {
      if (!outside.has(call.id)) outside.set(call.id, leavesOpen(file, call));
      return outside.get(call.id) ?? null;
    };
    return (closure) => {
      const key = keyOf(closure);
      let found = known.get(key);
      if (found !== undefined) return found;
      const run = new Map<ValueId, boolean>();
      for (const { at, how } of runs(closure)) if (how !== "maybe") run.set(at.id, run.get(at.id) === true || how === "call");
      found = file.get(callsOf)(closure.fn).flatMap((call): Doubt[] => {
        const reason = madeAtRunTime(file, call) ?? (run.has(call.id) ? othersToo(file, call, closure, run.get(call.id) === true) : reasonOf(call));
        return reason === null ? [] : [{ at: { value: call.id }, reason }];
      });
      found = [...found, ...(chosen.get(closure.fn) ?? [])];
      known.set(key, found);
      return found;
    };
  },
};

const DEEPEST = 30;
const CHOSEN = "a module whose name is made at run time";

/** `import(name)`, by function. */
function modulesChosen(file: FileView): ReadonlyMap<FnId, readonly Doubt[]> {
  const found = new Map<FnId, Doubt[]>();
  file.facts.values.forEach((value, id) => {
    if (value.kind !== "dynamicImport" || typeof file.get(flow).constant(value.source) === "string") return;
    const fn = file.facts.owner[id] as FnId;
    listAt(found, fn).push({ at: { value: id }, reason: CHOSEN });
  });
  return found;
}

/** A call of some functions that are known, and perhaps of others. */
function othersToo(file: FileView, { target, value }: Call, { frame }: Closure, isCalled: boolean): string | null {
  if (!isCalled || value.form === "new" || (file.facts.values[target] as Value).kind === "super") return null;
  const { open } = file.get(closures).of(target, frame);
  return open === null ? null : `\`${calledAs(file, target)}\` may be others than the functions that are known`;
}

function madeAtRunTime(file: FileView, { target }: Call): string | null {
  const callee = file.facts.values[target] as Value;
  if (callee.kind !== "member" || callee.key === undefined || callee.name !== null || file.get(flow).constant(callee.key) !== undefined) return null;
  return `\`${calledAs(file, target)}\`: the key is made at run time`;
}

/** Modules that run text. */
const RUNS_TEXT = /^(?:node:)?vm:/;

function leavesOpen(file: FileView, call: Call): string | null {
  const { target, symbols } = call;
  if (file.get(sanctioned)(target) !== null) return null;
  if (symbols.some(({ text }) => RUNS_TEXT.test(text))) return "text is run as code";
  const [name] = call.args ?? [];
  if (symbols.some(({ text }) => text === "global:require") && (name === undefined || typeof file.get(flow).constant(name) !== "string")) return CHOSEN;
  if (isGivenByLibrary(file, target)) return null;
  const lost = symbols.find((s) => /^\.{0,2}\//.test(s.text) && !s.leadsSomewhere);
  if (lost !== undefined) return `\`${lost.text.replace(/:.*$/s, "")}\` takes no part in the program`;
  const callee = file.facts.values[target] as Value;
  if (!symbols.some((s) => s.isKnown) && callee.kind === "member" && isAny(file, callee.object)) return `\`${calledAs(file, callee.object)}\` is of type any`;
  return outsideCall(file, call);
}

/** `next` of a middleware, `resolve` of a promise: who runs the function gives it. */
function isGivenByLibrary(file: FileView, target: ValueId): boolean {
  const sources = file.get(flow).sources(target).map((s) => file.facts.values[s] as Value);
  return sources.length > 0 && sources.every((v) => v.kind === "param" && file.get(runByLibraries).has(v.fn));
}

/** Functions that no code of the program calls on these ways: entries, middleware, callbacks. */
const runByLibraries: Answer<ReadonlySet<FnId>> = {
  name: "run by libraries",
  of(file) {
    const found = new Set<FnId>();
    const called = new Set<FnId>();
    const add = (states: readonly State[]): void => {
      for (const { closure, last } of states) {
        const how = last?.how;
        if (how === "call") called.add(closure.fn);
        else if (how !== "maybe") found.add(closure.fn);
      }
    };
    for (const { states } of file.get(served)) add(states);
    for (const { states } of file.get(servedOnTheWay)) add(states);
    for (const fn of called) found.delete(fn);
    return found;
  },
};

/** Declared or cast to be anything. */
function isAny(file: FileView, id: ValueId, depth = 0): boolean {
  if (depth > DEEPEST) return false;
  const on = (next: ValueId): boolean => isAny(file, next, depth + 1);
  const { facts } = file;
  const value = facts.values[id] as Value;
  const anyType = (type: TypeExpr | undefined): boolean => type?.t === "keyword" && type.name === "any";
  switch (value.kind) {
    case "cast":
      return value.how === "nonNull" ? on(value.of) : anyType(value.type);
    case "var": {
      const binding = facts.bindings[value.binding];
      const held = binding?.versions[value.version]?.value;
      return anyType(binding?.type) || (binding?.kind === "const" && held !== undefined && (facts.values[held] as Value).kind === "cast" && on(held));
    }
    case "param":
      return anyType(facts.functions[value.fn]?.params[value.index]?.type);
    case "member":
      return on(value.object);
    case "call":
      return on(value.callee);
    case "await":
      return on(value.of);
    default:
      return false;
  }
}
