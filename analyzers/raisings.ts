import type { FnId, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { eachStatement, flow } from "./flow.js";

/** A `throw`, or a promise that is rejected. */
export interface Raising {
  readonly at: Place;
  /** What is thrown; null where a rejection says nothing. */
  readonly value: ValueId | null;
  /** The statement, where it is a `throw`. */
  readonly statement: (Statement & { kind: "throw" }) | null;
  /** The promise it rejects; null for a `throw`. */
  readonly promise: ValueId | null;
  /** The call that rejects it. */
  readonly call: Call | null;
  /** The function it stands in. */
  readonly fn: FnId;
}

const REJECT = /^(?:global:Promise|bluebird:(?:Promise)?)\.?reject$/;
const RESOLVERS = /^global:Promise\.withResolvers\(\)\.reject$/;
const PROMISE = /^(?:global:Promise|bluebird:|bluebird:Promise)$/;

export const raisings: Answer<readonly Raising[]> = {
  name: "raisings",
  of(file) {
    const found: Raising[] = [];
    file.facts.functions.forEach(({ body }, fn) => eachStatement(body, (s) => void (s.kind === "throw" && found.push({ at: { mark: s.at }, value: s.value, statement: s, promise: null, call: null, fn }))));
    if (!/\bPromise\b|bluebird/.test(file.text)) return found;
    const executors = executorsOf(file);
    for (const call of file.get(calls)) {
      const promise = rejected(file, call, executors);
      if (promise === null) continue;
      found.push({ at: { value: call.id }, value: call.args?.[0] ?? null, statement: null, promise, call, fn: file.facts.owner[call.id] as FnId });
    }
    return found;
  },
};

/** By the parameter that rejects it, the promise. */
function executorsOf(file: FileView): ReadonlyMap<ValueId, ValueId> {
  const found = new Map<ValueId, ValueId>();
  const { facts } = file;
  const answers = file.get(flow);
  for (const { id, value, target } of file.get(calls)) {
    if (value.form !== "new" || value.args[0] === undefined || !answers.symbols(target).some((n) => PROMISE.test(n.text))) continue;
    for (const fn of answers.functions(value.args[0])) {
      const reject = facts.functions[fn]?.params[1];
      if (reject && !reject.rest) found.set(reject.value, id);
    }
  }
  return found;
}

function rejected(file: FileView, call: Call, executors: ReadonlyMap<ValueId, ValueId>): ValueId | null {
  if (call.value.form !== undefined || call.args === null) return null;
  const answers = file.get(flow);
  const target = file.facts.values[call.target] as Value;
  if (target.kind === "member" && target.name === "reject") {
    if (call.symbols.some((n) => REJECT.test(n.text))) return call.id;
    if (call.symbols.some((n) => RESOLVERS.test(n.text))) return answers.sources(target.object)[0] ?? null;
  }
  if (target.kind === "member" ? executors.size === 0 : target.kind !== "var") return null;
  for (const source of answers.sources(call.target)) {
    const promise = executors.get(source);
    if (promise !== undefined) return promise;
    const of = file.facts.values[source] as Value;
    if (of.kind === "member" && of.name === "reject" && answers.symbols(source).some((n) => REJECT.test(n.text) || RESOLVERS.test(n.text))) {
      return answers.symbols(source).some((n) => RESOLVERS.test(n.text)) ? (answers.sources(of.object)[0] ?? null) : call.id;
    }
  }
  return null;
}
