import type { FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { calls } from "./calls.js";
import { context } from "./context.js";
import { callsOf } from "./invocations.js";
import { flow } from "./flow.js";
import { passedBy } from "./passed.js";
import { raisings } from "./raisings.js";
import { type Outcome, answerOf } from "./error-tests.js";
import type { Thrown } from "./thrown.js";

/** A place where a caught error is thrown on, rejected with, or handed to the framework's `next`. */
export interface LetGo {
  /** Where it leaves: the thrown value, or the promise. */
  readonly at: ValueId;
  readonly how: "throw" | "promise" | "next";
  readonly fn: FnId;
  /** Why nobody can say whether this error is. */
  readonly doubt: string | null;
}

/** What the code that gets an error lets go of it: `error` is the caught value or the parameter, `body` the code. */
export const letGo: Answer<(error: ValueId, body: readonly Statement[], fn: FnId, of: Thrown) => readonly LetGo[]> = {
  name: "let go",
  of(file) {
    const places = placesOf(file);
    return (error, body, fn, of) => {
      const found: LetGo[] = [];
      for (const { value, ...place } of places.get(error) ?? []) {
        const here = place.fn === fn ? [place] : callsThatLead(file, place, error, fn);
        for (const p of here) {
          const doubt = isLetThrough(file, error, body, p.statement, value, of);
          if (doubt !== false) found.push({ at: p.at, how: p.how, fn, doubt });
        }
      }
      return found;
    };
  },
};

interface At extends Omit<LetGo, "doubt"> {
  readonly statement: Statement | null;
}

/** By the error (what a catch caught, what a parameter holds), where it goes on. */
function placesOf(file: FileView): ReadonlyMap<ValueId, readonly (At & { value: ValueId })[]> {
  const found = new Map<ValueId, (At & { value: ValueId })[]>();
  const answers = file.get(flow);
  const where = file.get(context);
  const add = (value: ValueId, place: At): void => {
    for (const source of answers.sources(value)) {
      const { kind } = file.facts.values[source] as Value;
      if (kind === "caught" || kind === "param") listAt(found, source).push({ ...place, value });
    }
  };
  for (const { value, promise, statement, fn, call } of file.get(raisings)) {
    if (value !== null) add(value, { at: promise ?? value, how: promise === null ? "throw" : "promise", fn, statement: statement ?? where.statement(call?.id ?? value) });
  }
  for (const call of file.get(calls)) {
    const first = call.args?.[0];
    if (first !== undefined && isNext(file, call.target)) add(first, { at: call.id, how: "next", fn: file.facts.owner[call.id] as FnId, statement: where.statement(call.id) });
  }
  return found;
}

/** `next(error)`, `done(error)`: the framework's own way out, as the last parameter of three or more, or as the last of `...args`. */
export function isNext(file: FileView, id: ValueId): boolean {
  const { kind } = file.facts.values[id] as Value;
  if (kind !== "var") return kind !== "param" && isLastOfAll(file, id);
  return file.get(flow).sources(id).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind !== "param") return isLastOfAll(file, source);
    const { params } = file.facts.functions[value.fn] as FunctionFact;
    return value.index >= 2 && value.index === params.length - 1 && /^_?(?:next|done)$/i.test(file.facts.bindings[params[value.index]?.binding ?? -1]?.name ?? "");
  });
}

/** `args[args.length - 1]`, `args.at(-1)` of a function that takes all there is, and hands it on. */
function isLastOfAll(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind === "member") return value.name === null && value.key !== undefined && isAll(file, value.object) && isOneLess(file, value.key);
  const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
  if (value.kind !== "call" || callee?.kind !== "member" || callee.name !== "at" || value.args[0] === undefined) return false;
  return isAll(file, callee.object) && file.get(flow).constant(value.args[0]) === -1;
}

function isAll(file: FileView, list: ValueId): boolean {
  return file.get(flow).sources(list).some((source) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "param" && value.rest && value.index === 0;
  });
}

function isOneLess(file: FileView, key: ValueId): boolean {
  const value = file.facts.values[key] as Value;
  if (value.kind !== "binary" || value.op !== "-" || file.get(flow).constant(value.right) !== 1) return false;
  const length = file.facts.values[value.left] as Value;
  return length.kind === "member" && length.name === "length" && isAll(file, length.object);
}

/** A helper that throws what it is given does so where it is called with it. */
function callsThatLead(file: FileView, place: At, error: ValueId, fn: FnId): readonly At[] {
  if (place.how !== "throw") return [place];
  const { facts } = file;
  return file.get(callsOf)(fn).flatMap((call): readonly At[] => {
    if (!file.get(flow).functions(call.target).includes(place.fn)) return [];
    if (!call.value.args.some((a) => file.get(flow).sources(a).includes(error))) return [];
    const isAsync = facts.functions[place.fn]?.async === true;
    return [{ at: call.id, how: isAsync ? "promise" : "throw", fn, statement: file.get(context).statement(call.id) }];
  });
}

/** `false`: the conditions on the way keep this error; a text: nobody can say; null: it gets there. */
function isLetThrough(file: FileView, error: ValueId, body: readonly Statement[], target: Statement | null, value: ValueId, of: Thrown): string | false | null {
  const conditions = target === null ? [] : (conditionsTo(file, body, target) ?? []);
  const outcomes = conditions.map(({ test, want }): Outcome => {
    const is = answerOf(file, test, error, of);
    return is === true || is === false ? is === want : is;
  });
  outcomes.push(...choiceOf(file, value, error, of));
  if (outcomes.includes(false)) return false;
  return outcomes.includes("unknown") ? "which errors the catch lets go on is decided in another file" : null;
}

/** `throw isMissing(e) ? fail("NOT_FOUND") : e` */
function choiceOf(file: FileView, id: ValueId, error: ValueId, of: Thrown): readonly Outcome[] {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "choice") return [];
  const holds = (v: ValueId): boolean => file.get(flow).sources(v).includes(error);
  const is = answerOf(file, value.test, error, of);
  if (holds(value.then) && holds(value.otherwise)) return [];
  return [is === true || is === false ? is === holds(value.then) : is];
}

interface Condition {
  readonly test: ValueId;
  readonly want: boolean;
}

/** What must hold on the way from the beginning of a body to one of its statements; null where it is none of them. */
function conditionsTo(file: FileView, body: readonly Statement[], target: Statement): readonly Condition[] | null {
  const passed: Condition[] = [];
  for (const s of body) {
    if (s === target) return passed;
    const inner = innerTo(file, s, target);
    if (inner !== null) return [...passed, ...inner];
    passed.push(...passedBy(s, leaves));
  }
  return null;
}

function innerTo(file: FileView, s: Statement, target: Statement): readonly Condition[] | null {
  switch (s.kind) {
    case "if": {
      const then = conditionsTo(file, s.then, target);
      if (then !== null) return [{ test: s.test, want: true }, ...then];
      const otherwise = conditionsTo(file, s.otherwise, target);
      return otherwise === null ? null : [{ test: s.test, want: false }, ...otherwise];
    }
    case "loop":
    case "block":
      return conditionsTo(file, s.body, target);
    case "try":
      return conditionsTo(file, s.body, target) ?? (s.handler ? conditionsTo(file, s.handler.body, target) : null) ?? (s.finalizer ? conditionsTo(file, s.finalizer, target) : null);
    case "switch":
      return switchedTo(file, s, target);
    default:
      return null;
  }
}

/** `switch (true)` asks one case after the other; what falls through may come from any of those before. */
function switchedTo(file: FileView, s: Statement & { kind: "switch" }, target: Statement): readonly Condition[] | null {
  const asks = file.get(flow).constant(s.on) === true;
  const at = s.cases.findIndex((c) => conditionsTo(file, c.body, target) !== null);
  const found = s.cases[at];
  if (found === undefined) return null;
  const inner = conditionsTo(file, found.body, target) ?? [];
  const before = s.cases.slice(0, at);
  if (!asks || before.some((c) => !leaves(c.body))) return inner;
  const others = found.test === null ? s.cases : before;
  const conditions = others.flatMap((c) => (c.test === null ? [] : [{ test: c.test, want: false }]));
  return [...conditions, ...(found.test === null ? [] : [{ test: found.test, want: true }]), ...inner];
}

/** Does a branch always end what stands around it? */
function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  if (last === undefined) return false;
  if (last.kind === "block") return leaves(last.body);
  if (last.kind === "if") return leaves(last.then) && leaves(last.otherwise);
  return last.kind === "return" || last.kind === "throw" || last.kind === "continue" || last.kind === "break";
}
