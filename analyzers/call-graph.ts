import type { CallValue, Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { callsOf, type Invocation, invocations } from "./invocations.js";
import { flow } from "./flow.js";
import { leftOut } from "./left-out.js";
import { implicitCalls } from "./implicit-calls.js";
import { objectCalls } from "./objects.js";
import { outsideCall } from "./outside-calls.js";
import { sitesOf } from "./sites.js";

/** What runs the function at the place. */
export type EdgeKind = "direct" | "method" | "constructor" | "callback" | "event" | "timer" | "getter" | "setter" | "iterator" | "dispose" | "conversion" | "decorator" | "tag";

/** exact: nothing else is meant · over-approximate: one of those it may be · heuristic: handed to somebody who may run it. */
export type Confidence = "exact" | "over-approximate" | "heuristic";

export interface CallEdge {
  readonly from: FnId;
  readonly at: ValueId;
  readonly to: FnId;
  readonly kind: EdgeKind;
  readonly confidence: Confidence;
}

export interface UnresolvedCall {
  readonly from: FnId;
  readonly at: ValueId;
  readonly reason: string;
}

export interface CallGraph {
  readonly edges: readonly CallEdge[];
  readonly unresolved: readonly UnresolvedCall[];
  /** How many calls there are, and how many of them lead to a library or the language itself. */
  readonly calls: number;
  readonly outside: number;
}

const SURER: readonly Confidence[] = ["exact", "over-approximate", "heuristic"];

/** Who calls whom: every function as such, and as each caller calls it with functions of its own. */
export const callGraph: Answer<CallGraph> = {
  name: "call graph",
  of(file) {
    const { facts } = file;
    const edges = new Map<string, CallEdge>();
    const resolved = new Set<ValueId>();
    const add = (edge: CallEdge): void => {
      const key = `${edge.from} ${edge.at} ${edge.to} ${edge.kind}`;
      const known = edges.get(key);
      if (known === undefined || SURER.indexOf(edge.confidence) < SURER.indexOf(known.confidence)) edges.set(key, edge);
    };
    const handed = new Set<ValueId>();
    const answered = new Map<ValueId, Set<FnId>>();
    const byId = file.get(callAt);
    const isClosed = (at: ValueId): boolean => {
      const call = byId(at);
      const called = answered.get(at);
      if (call === undefined || called === undefined) return false;
      const { target, value } = call;
      const of = facts.values[target] as Value;
      if (isSettled(file, target)) return false;
      if (file.get(flow).isWrittenBefore(target)) return true;
      if (of.kind === "member" && isMadeByThis(file, of.object)) return false;
      if (value.form !== "new" && of.kind !== "super" && file.get(closures).of(target, null).open !== null) return false;
      // What a field holds may also be written through another name of the object; a method is what its class says.
      return of.kind !== "member" || file.get(closures).isOfKnownObjects(target, null) || [...called].every((fn) => facts.functions[fn]?.cls != null && facts.functions[fn].name === of.name);
    };
    for (const [by, runs] of everyInvocation(file)) {
      const called = new Map<ValueId, Set<FnId>>();
      for (const { at, run, how, byObject } of runs) if (how === "call" && byObject === undefined) (called.get(at.id) ?? called.set(at.id, new Set()).get(at.id))?.add(run.fn);
      for (const { at, run, how, byObject } of runs) {
        if (byObject !== undefined) continue;
        if (how !== "maybe") resolved.add(at.id);
        if (how === "call") (answered.get(at.id) ?? answered.set(at.id, new Set()).get(at.id))?.add(run.fn);
        else if (how !== "maybe") handed.add(at.id);
        add({ from: by, at: at.id, to: run.fn, kind: kindOf(facts, at, how, run.fn), confidence: how === "maybe" ? "heuristic" : (called.get(at.id)?.size ?? 0) > (at.value.form === "new" ? 2 : 1) ? "over-approximate" : "exact" });
      }
    }
    for (const { at, run, kind, isOne } of file.get(implicitCalls)) add({ from: facts.owner[at] as FnId, at, to: run, kind, confidence: isOne ? "exact" : "over-approximate" });
    for (const { at, fn, how } of file.get(objectCalls)) {
      const from = facts.owner[at] as FnId;
      if (how !== "call" && how !== "callback") {
        if (how === "event") resolved.add(at);
        add({ from, at, to: fn, kind: how, confidence: "over-approximate" });
        continue;
      }
      const call = byId(at);
      // What is told by order and by who calls is surer than what objects may hold.
      if (call === undefined || (how === "call" ? isClosed(at) : handed.has(at))) continue;
      resolved.add(at);
      add({ from, at, to: fn, kind: kindOf(facts, call, how, fn), confidence: "over-approximate" });
    }
    const unresolved: UnresolvedCall[] = [];
    let all = 0;
    let outside = 0;
    facts.functions.forEach((_, from) => {
      for (const call of file.get(callsOf)(from)) {
        all++;
        if (resolved.has(call.id)) continue;
        const led = outsideCall(file, call);
        if (led === null) outside++;
        else unresolved.push({ from, at: call.id, reason: led });
      }
    });
    return { edges: provided(file, [...edges.values()]).sort((a, b) => a.at - b.at || a.to - b.to), unresolved, calls: all, outside };
  },
};

/** `static make() { return new this(); }`: of the class that it is called on. */
function isMadeByThis(file: FileView, object: ValueId): boolean {
  const { values } = file.facts;
  return file.get(flow).sources(object).some((source) => {
    const made = values[source];
    return made?.kind === "call" && made.form === "new" && values[made.callee]?.kind === "this";
  });
}

/** What a promise gives to the function that waits for it: who settles it where may be seen by what objects hold alone. */
function isSettled(file: FileView, target: ValueId): boolean {
  const { facts } = file;
  const of = facts.values[file.get(flow).sameAs(target)] as Value;
  return of.kind === "param" && sitesOf(facts).ofFunction(of.fn).some(({ call }) => {
    const callee = facts.values[(facts.values[call] as CallValue).callee] as Value;
    return callee.kind === "member" && (callee.name === "then" || callee.name === "catch");
  });
}

/** Without the methods of classes that take part only where the environment asks for them, where another answers without. */
function provided(file: FileView, edges: readonly CallEdge[]): CallEdge[] {
  const left = file.get(leftOut);
  if (left.size === 0) return [...edges];
  const isLeft = ({ to }: CallEdge): boolean => left.has(file.facts.functions[to]?.cls ?? -1);
  const answered = new Set(edges.flatMap((e) => (e.kind === "method" && !isLeft(e) ? [e.at] : [])));
  return edges.filter((e) => e.kind !== "method" || !isLeft(e) || !answered.has(e.at));
}

/** What each function runs: by itself, and as it is called with functions that its callers give it. */
function everyInvocation(file: FileView): (readonly [FnId, readonly Invocation[]])[] {
  const runs = file.get(invocations);
  const queue: Closure[] = file.facts.functions.map((_, fn) => ({ fn, frame: null }));
  const seen = new Set(queue.map(keyOf));
  const found: (readonly [FnId, readonly Invocation[]])[] = [];
  for (let at = 0; at < queue.length; at++) {
    const by = queue[at] as Closure;
    const of = runs(by);
    found.push([by.fn, of]);
    for (const { run } of of) {
      const key = keyOf(run);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(run);
    }
  }
  return found;
}

function kindOf(facts: Facts, { value, target }: Call, how: Invocation["how"] | "callback", run: FnId): EdgeKind {
  if (how === "event") return "event";
  if (how === "later") return "timer";
  if (how !== "call") return "callback";
  const of = facts.functions[run]?.kind;
  if (value.form === "new" || of === "constructor" || of === "fields") return "constructor";
  if (value.form === "tag") return "tag";
  return (facts.values[target] as Value).kind === "member" ? "method" : "direct";
}
