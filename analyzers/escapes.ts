import type { FnId, FunctionFact, TryStatement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { closures } from "./closures.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { isNext, type LetGo, letGo } from "./let-go.js";
import { occurrences } from "./occurrences.js";
import { sanctioned } from "./sanctioned.js";
import type { Thrown } from "./thrown.js";

/** How an error leaves a function: thrown to its caller, as the rejection of what it returns, or by the framework's `next`. */
export interface Exit {
  readonly how: "throw" | "reject" | "next";
  /** What another file decides on the way. */
  readonly doubt: string | null;
}

/** Where an error goes within the function it arises in, and whether it leaves it. */
export interface Escapes {
  /** An error that evaluating this value throws. */
  thrownAt(value: ValueId, of: Thrown): readonly Exit[];
  /** An error that this promise is rejected with. */
  rejecting(promise: ValueId, of: Thrown): readonly Exit[];
  /** An error that this iterator throws, or is rejected with, when somebody takes from it. */
  iterating(iterator: ValueId, of: Thrown, isAsync: boolean): readonly Exit[];
}

export const escapes: Answer<Escapes> = {
  name: "escapes",
  of: (file) => ({
    thrownAt: (value, of) => new Walk(file, of).thrownAt(value, null),
    rejecting: (promise, of) => new Walk(file, of).rejecting(promise, null),
    iterating: (iterator, of, isAsync) => new Walk(file, of).iterating(iterator, isAsync),
  }),
};

const NONE: readonly Exit[] = [];
const CHAIN = new Set(["then", "catch", "finally"]);
/** What rejects when one of its promises does. */
const JOINS = /^(?:global:Promise|bluebird:(?:Promise\.)?)\.?(?:all|race|resolve|props|try)$|^bluebird:(?:all|race|resolve|props)$/;
/** What never does, or with an error of its own. */
const SETTLES = /\b(?:allSettled|any|some|reflect)$/;

class Walk {
  readonly #file: FileView;
  readonly #of: Thrown;
  readonly #seen = new Set<ValueId>();
  readonly #iterated = new Set<ValueId>();

  constructor(file: FileView, of: Thrown) {
    this.#file = file;
    this.#of = of;
  }

  thrownAt(value: ValueId, doubt: string | null): readonly Exit[] {
    const where = this.#file.get(context);
    for (const { statement: s, part } of where.enclosing(value)) {
      if (s.kind !== "try" || part === "finalizer") continue;
      if (part === "body" && s.handler) return this.#handled(s, s.handler, this.#file.facts.owner[value] as FnId, doubt);
      if (ends(s)) return NONE;
    }
    const fact = this.#function(value);
    // Whoever goes over it gets the error.
    return [{ how: fact.async && !fact.generator ? "reject" : "throw", doubt }];
  }

  #handled(s: TryStatement, handler: NonNullable<TryStatement["handler"]>, fn: FnId, doubt: string | null): readonly Exit[] {
    if (ends(s)) return NONE;
    return this.#file.get(letGo)(handler.caught, handler.body, fn, this.#of).flatMap((place) => this.#on(place, doubt));
  }

  #on(place: LetGo, doubt: string | null): readonly Exit[] {
    if (this.#seen.has(place.at)) return NONE;
    this.#seen.add(place.at);
    const all = doubt ?? place.doubt;
    if (place.how === "next") return [{ how: "next", doubt: all }];
    return place.how === "throw" ? this.thrownAt(place.at, all) : this.rejecting(place.at, all);
  }

  rejecting(promise: ValueId, doubt: string | null): readonly Exit[] {
    const key = -1 - promise;
    if (this.#seen.has(key)) return NONE;
    this.#seen.add(key);
    const found: Exit[] = [];
    const at = this.#file.get(occurrences);
    for (const { binding, version } of at.holders(promise)) {
      for (const read of at.reads(binding)) {
        const value = this.#value(read);
        if (mayHold(value, version)) found.push(...this.rejecting(read, doubt));
      }
    }
    for (const user of at.users(promise)) found.push(...this.#usedBy(user, promise, doubt));
    if (at.parent(promise) === null && this.#file.get(context).statement(promise)?.kind === "return") {
      const fact = this.#function(promise);
      found.push(...(fact.generator ? NONE : [{ how: "reject" as const, doubt }]));
    }
    return found;
  }

  iterating(iterator: ValueId, isAsync: boolean): readonly Exit[] {
    if (this.#iterated.has(iterator)) return NONE;
    this.#iterated.add(iterator);
    const at = this.#file.get(occurrences);
    const held = at.holders(iterator).flatMap(({ binding, version }) => at.reads(binding).filter((read) => mayHold(this.#value(read), version)));
    const returned = at.parent(iterator) === null && this.#file.get(context).statement(iterator)?.kind === "return" ? this.thrownAt(iterator, null) : NONE;
    return [...returned, ...held.flatMap((read) => this.iterating(read, isAsync)), ...at.users(iterator).flatMap((user) => this.#taken(user, iterator, isAsync))];
  }

  /** Nothing of a generator runs before its first value is asked for. */
  #taken(user: ValueId, iterator: ValueId, isAsync: boolean): readonly Exit[] {
    const value = this.#value(user);
    switch (value.kind) {
      case "unary":
        return NONE;
      case "cast":
      case "choice":
      case "logical":
      case "assign":
        return this.iterating(user, isAsync);
      case "member":
        return this.#file.get(occurrences).users(user).flatMap((call) => (isAsync ? this.rejecting(call, null) : this.thrownAt(call, null)));
      case "element":
      case "spread":
      case "yield":
        return this.thrownAt(user, null);
      default:
        return this.thrownAt(iterator, null);
    }
  }

  #usedBy(user: ValueId, promise: ValueId, doubt: string | null): readonly Exit[] {
    const value = this.#value(user);
    switch (value.kind) {
      case "await":
        return this.thrownAt(user, doubt);
      case "element":
        return this.thrownAt(user, doubt);
      case "cast":
      case "choice":
      case "logical":
      case "sequence":
      case "assign":
        return this.rejecting(user, doubt);
      case "yield":
        return value.delegate ? this.thrownAt(user, doubt) : NONE;
      case "member":
        return this.#chained(user, value, doubt);
      case "call":
        return value.callee === promise ? NONE : this.#given(user, value, promise, doubt);
      case "array":
      case "spread":
        return this.#listed(user, doubt);
      default:
        return NONE;
    }
  }

  /** `work().catch(h)`: what the handler lets go is the chain's own rejection. */
  #chained(member: ValueId, value: Value & { kind: "member" }, doubt: string | null): readonly Exit[] {
    // `Promise.withResolvers().promise`
    if (value.name === "promise") return this.rejecting(member, doubt);
    if (value.name === null || !CHAIN.has(value.name)) return NONE;
    return this.#file.get(occurrences).users(member).flatMap((user): readonly Exit[] => {
      const call = this.#value(user);
      if (call.kind !== "call" || call.callee !== member) return NONE;
      const handler = value.name === "catch" ? call.args.at(-1) : value.name === "then" ? call.args[1] : undefined;
      return handler === undefined ? this.rejecting(user, doubt) : this.#caughtBy(handler, user, doubt);
    });
  }

  #caughtBy(handler: ValueId, chain: ValueId, doubt: string | null): readonly Exit[] {
    if (isNext(this.#file, handler)) return [{ how: "next", doubt }];
    const { closures: given, open } = this.#file.get(closures).of(handler, null);
    if (given.length === 0) {
      const isOurs = open !== null && this.#file.get(flow).symbols(open).some((n) => /^(?:[.#~]|@\/|src\/)/.test(n.text));
      return isOurs ? this.rejecting(chain, doubt ?? "what the handler does with the error is in another file") : NONE;
    }
    return given.flatMap(({ fn }): readonly Exit[] => {
      const { body, params } = this.#file.facts.functions[fn] as FunctionFact;
      const error = params[0]?.value;
      if (error === undefined) return NONE;
      return this.#file.get(letGo)(error, body, fn, this.#of).flatMap((place): readonly Exit[] => {
        if (place.how === "next") return [{ how: "next", doubt: doubt ?? place.doubt }];
        const left = place.how === "throw" ? this.thrownAt(place.at, place.doubt) : this.rejecting(place.at, place.doubt);
        return left.length === 0 ? NONE : this.rejecting(chain, doubt ?? place.doubt);
      });
    });
  }

  #given(user: ValueId, call: Value & { kind: "call" }, promise: ValueId, doubt: string | null): readonly Exit[] {
    const symbols = this.#file.get(flow).symbols(call.callee);
    if (symbols.some((n) => JOINS.test(n.text))) return this.rejecting(user, doubt);
    if (symbols.some((n) => SETTLES.test(n.text)) || this.#file.get(sanctioned)(call.callee) !== null) return NONE;
    const inner = this.#file.get(flow).functions(call.callee);
    const index = call.args.indexOf(promise);
    // A helper of this file that awaits or returns what it is given.
    if (inner.length > 0) {
      return inner.flatMap((fn) => {
        const { params } = this.#file.facts.functions[fn] as FunctionFact;
        const exits = params[index] ? this.rejecting(params[index].value, doubt) : NONE;
        return exits.some((e) => e.how === "reject") ? this.rejecting(user, doubt) : NONE;
      });
    }
    return this.rejecting(user, doubt ?? "what becomes of the promise is decided in another file");
  }

  /** A list is nobody's promise until somebody joins it. */
  #listed(list: ValueId, doubt: string | null): readonly Exit[] {
    return this.#file.get(occurrences).users(list).flatMap((user): readonly Exit[] => {
      const value = this.#value(user);
      if (value.kind === "array" || value.kind === "spread") return this.#listed(user, doubt);
      const joins = value.kind === "call" && value.callee !== list && this.#file.get(flow).symbols(value.callee).some((n) => JOINS.test(n.text));
      return joins ? this.rejecting(user, doubt) : NONE;
    });
  }

  #function(value: ValueId): FunctionFact {
    return this.#file.facts.functions[this.#file.facts.owner[value] as FnId] as FunctionFact;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const mayHold = (read: Value, version: number): boolean => read.kind === "var" && (read.version < 0 || read.version === version);

/** A `finally` that returns forgets the error. */
function ends(s: TryStatement): boolean {
  const last = s.finalizer?.at(-1)?.kind;
  return last === "return" || last === "continue" || last === "break";
}
