import type { EffectRow } from "../catalog/library.js";
import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { type Call, callAt } from "./calls.js";
import { context } from "./context.js";
import type { Dependence } from "./dependence.js";
import { callsOf } from "./invocations.js";
import { occurrences } from "./occurrences.js";
import { heldBy } from "./held.js";
import type { Way } from "./ways.js";
import { chainOf, isWrittenDown } from "./written-down.js";

const DEEPEST = 30;

/** Is what an effect is asked to do made of certain values? Its arguments, those of the chain it stands in, and of a record the record. */
export class QueryArguments {
  readonly #file: FileView;
  readonly #dependence: Dependence;
  readonly #way: Way | null;

  constructor(file: FileView, dependence: Dependence, way: Way | null) {
    this.#file = file;
    this.#dependence = dependence;
    this.#way = way;
  }

  depend(call: Call, row: EffectRow): boolean {
    if (call.value.args.some((arg) => this.#isMade(arg, row.shape === "builder"))) return true;
    if (this.#before(call.value.callee, 0)) return true;
    const callee = this.#value(call.target);
    if (row.record && callee.kind === "member" && this.#isElement(callee.object)) return true;
    return row.shape === "builder" && this.#after(call.id);
  }

  /** Which record it is; not what is written to it. */
  #isElement(record: ValueId, depth = 0): boolean {
    const value = this.#value(record);
    const binding = value.kind === "var" ? this.#file.facts.bindings[value.binding] : undefined;
    const held = binding === undefined ? [] : heldBy(binding, (value as Value & { kind: "var" }).version);
    if (held.length === 0 || depth > DEEPEST) return this.#dependence.on(record, this.#way);
    return held.some((v) => this.#isElement(v, depth + 1));
  }

  /** A builder is given functions that go on with it: `.where((q) => q.where("id", id))`. */
  #isMade(arg: ValueId, isBuilder: boolean): boolean {
    const value = this.#value(arg);
    if (value.kind === "function") return isBuilder && this.#file.get(callsOf)(value.fn).some((call) => call.value.args.some((a) => this.#isMade(a, true)));
    return this.#dependence.on(arg, this.#way);
  }

  /** What stands before it in the chain: `db.collection(name).find()`, `repo.createQueryBuilder().where({ id }).getMany()`. */
  #before(id: ValueId, depth: number): boolean {
    const value = this.#value(id);
    if (depth > DEEPEST) return false;
    switch (value.kind) {
      case "member":
        return this.#before(value.object, depth + 1);
      case "await":
      case "cast":
        return this.#before(value.of, depth + 1);
      case "call":
        return value.args.some((arg) => this.#isMade(arg, true)) || this.#before(value.callee, depth + 1);
      case "var": {
        const binding = this.#file.facts.bindings[value.binding] as BindingFact;
        return heldBy(binding, value.version).some((held) => this.#isCall(held) && this.#before(held, depth + 1)) || this.#built(value.binding);
      }
      default:
        return false;
    }
  }

  /** What a builder in a name is told by statements of its own: `qb.where({ id });` */
  #built(binding: number): boolean {
    const fact = this.#file.facts.bindings[binding] as BindingFact;
    if (!fact.versions.some((v) => v.value !== undefined && this.#isCall(v.value) && /\b(?:query|builder|qb|select|from)/i.test(fact.name + this.#text(v.value)))) return false;
    return this.#file.get(occurrences).reads(binding).some((read) => this.#isStatement(read) && this.#after(read));
  }

  #isStatement(id: ValueId): boolean {
    return this.#file.get(context).statement(id)?.kind === "eval";
  }

  #text(id: ValueId): string {
    const { start, end } = this.#file.span({ value: id });
    return this.#file.text.slice(start, Math.min(end, start + 200));
  }

  #isCall(id: ValueId): boolean {
    const value = this.#value(id);
    return value.kind === "call" || ((value.kind === "await" || value.kind === "cast") && this.#isCall(value.of));
  }

  /** What follows in the chain that begins here. */
  #after(id: ValueId): boolean {
    const where = this.#file.get(context);
    for (let at = id, depth = 0; depth < DEEPEST; depth++) {
      const member = where.parent(at);
      const of = member === null ? undefined : this.#value(member);
      if (member === null || of?.kind !== "member" || of.object !== at) return false;
      const up = where.parent(member);
      const call = up === null ? undefined : this.#file.get(callAt)(up);
      if (call === undefined || call.value.callee !== member) return false;
      if (call.value.args.some((arg) => this.#isMade(arg, true))) return true;
      at = call.id;
    }
    return false;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

/** Methods that send what a builder has built, or hand it to who waits for it. */
const SENDS = /^(?:then|catch|finally|exec\w*|promise|send|all|get|run|values|first|single|maybeSingle|toArray|forEach|next|hasNext|cursor|stream|lean|orFail|returning|explain|each|asCallback)$/;
const COLLECTS = new Set(["push", "unshift", "add", "all", "allSettled", "race", "any", "resolve", "concat"]);

/** Is a builder's chain sent? Not where it is a part of another query, or only held. */
export function isSent(file: FileView, call: ValueId, depth = 0): boolean {
  const where = file.get(context);
  const { values } = file.facts;
  const end = chainEnd(file, call);
  const parent = where.parent(end);
  const of = parent === null ? undefined : (values[parent] as Value);
  if (depth > 3 || (depth === 0 && isWrittenDown(file, chainOf(file, call)))) return false;
  if (parent === null) {
    const statement = where.statement(end);
    if (statement?.kind === "define") return file.get(occurrences).reads(statement.binding).some((read) => isSent(file, read, depth + 1));
    return statement?.kind === "return" || statement?.kind === "loop" || isCalledBack(file, call, end);
  }
  switch (of?.kind) {
    case "await":
    case "yield":
    case "element":
    case "array":
      return true;
    case "cast":
    case "choice":
    case "logical":
    case "sequence":
      return isSent(file, parent, depth + 1);
    case "assign":
      return of.target !== null && "binding" in of.target && file.get(occurrences).reads(of.target.binding).some((read) => read > end && isSent(file, read, depth + 1));
    case "call": {
      if (of.callee === end) return false;
      const callee = values[of.callee] as Value;
      return callee.kind === "member" ? COLLECTS.has(callee.name ?? "") : callee.kind === "var" && of.form === undefined && file.get(callAt)(parent)?.symbols.some((s) => s.leadsSomewhere) !== true;
    }
    default:
      return isCalledBack(file, call, end);
  }
}

/** The chain has a method that sends it, or is given a function to call when it is done. */
function isCalledBack(file: FileView, from: ValueId, end: ValueId): boolean {
  const { values } = file.facts;
  for (let at = end; ; ) {
    const call = values[at] as Value;
    if (call.kind !== "call") return false;
    const callee = values[call.callee] as Value;
    if (callee.kind === "member" && at !== from && SENDS.test(callee.name ?? "")) return true;
    if (at === end && values[call.args.at(-1) ?? -1]?.kind === "function" && /^(?:function\s*\w*\s*)?\(?\s*(?:\w*err\w*|e|_\w*)\b/i.test(file.text.slice(file.span({ value: call.args.at(-1) as ValueId }).start))) return true;
    if (at === from || callee.kind !== "member") return false;
    at = callee.object;
  }
}

/** The last call of the chain that begins with a call. */
export function chainEnd(file: FileView, id: ValueId): ValueId {
  const where = file.get(context);
  for (let at = id; ; ) {
    const member = where.parent(at);
    const of = member === null ? undefined : file.facts.values[member];
    const call = member === null ? null : where.parent(member);
    const up = call === null ? undefined : file.facts.values[call];
    if (call === null || of?.kind !== "member" || of.object !== at || up?.kind !== "call" || up.callee !== member) return at;
    at = call;
  }
}
