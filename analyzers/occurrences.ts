import type { BindingId, Facts, FnId, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { eachOperand } from "./operands.js";

/** A name, and which of its versions. */
export interface Holder {
  readonly binding: BindingId;
  readonly version: number;
}

const NOBODY: readonly never[] = [];

/**
 * Where the values and names of a file occur: who has them as an operand, who reads and who holds them. One pass, kept
 * as chains of indices: a file has thousands of occurrences, and a list for each value costs more than the walk.
 */
export class Occurrences {
  readonly #facts: Facts;
  /** By value, the head of its chain of users. */
  readonly #firstUse: Int32Array;
  readonly #users: number[] = [];
  readonly #nextUse: number[] = [];
  readonly #firstRead: Int32Array;
  readonly #nextRead: Int32Array;
  readonly #valueOf: Int32Array;
  readonly #readsArguments = new Set<FnId>();
  #firstHold: Int32Array | undefined;
  readonly #holds: Holder[] = [];
  readonly #nextHold: number[] = [];

  constructor(facts: Facts) {
    const { values } = facts;
    this.#facts = facts;
    this.#firstUse = new Int32Array(values.length).fill(-1);
    this.#firstRead = new Int32Array(facts.bindings.length).fill(-1);
    this.#nextRead = new Int32Array(values.length).fill(-1);
    this.#valueOf = new Int32Array(facts.functions.length).fill(-1);
    let user = values.length - 1;
    const use = (operand: ValueId): void => {
      this.#nextUse.push(this.#firstUse[operand] as number);
      this.#firstUse[operand] = this.#users.push(user) - 1;
    };
    // From the end, so that each chain is in order of evaluation.
    for (; user >= 0; user--) {
      const value = values[user];
      if (value === undefined) continue;
      if (value.kind === "var") {
        this.#nextRead[user] = this.#firstRead[value.binding] as number;
        this.#firstRead[value.binding] = user;
      } else if (value.kind === "function") this.#valueOf[value.fn] = user;
      else if (value.kind === "global") {
        if (value.name === "arguments") this.#readsArguments.add(facts.owner[user] as FnId);
      } else if (value.kind !== "literal" && value.kind !== "param") eachOperand(value, use);
    }
  }

  /** The values that have this one as an operand. */
  users(value: ValueId): readonly ValueId[] {
    const first = this.#firstUse[value] as number;
    if (first === -1) return NOBODY;
    const found: ValueId[] = [];
    for (let use = first; use !== -1; use = this.#nextUse[use] as number) found.push(this.#users[use] as number);
    return found;
  }

  /** The first of them: parts of a pattern share what they are taken from. */
  parent(value: ValueId): ValueId | null {
    const first = this.#firstUse[value] as number;
    return first === -1 ? null : (this.#users[first] as number);
  }

  /** The reads of a name. */
  reads(binding: BindingId): readonly ValueId[] {
    const found: ValueId[] = [];
    for (let read = this.#firstRead[binding] ?? -1; read !== -1; read = this.#nextRead[read] as number) found.push(read);
    return found;
  }

  /** The function value (an expression's or a declaration's) of a function. */
  valueOf(fn: FnId): ValueId | null {
    const value = this.#valueOf[fn] as number;
    return value === -1 ? null : value;
  }

  readsArguments(fn: FnId): boolean {
    return this.#readsArguments.has(fn);
  }

  /** The names that hold a value. */
  holders(value: ValueId): readonly Holder[] {
    const first = (this.#firstHold ??= this.#hold())[value] as number;
    if (first === -1) return NOBODY;
    const found: Holder[] = [];
    for (let hold = first; hold !== -1; hold = this.#nextHold[hold] as number) found.push(this.#holds[hold] as Holder);
    return found;
  }

  #hold(): Int32Array {
    const { bindings, values } = this.#facts;
    const first = new Int32Array(values.length).fill(-1);
    for (let binding = bindings.length - 1; binding >= 0; binding--) {
      const versions = bindings[binding]?.versions ?? [];
      for (let version = versions.length - 1; version >= 0; version--) {
        const value = versions[version]?.value;
        if (value === undefined) continue;
        this.#nextHold.push(first[value] as number);
        first[value] = this.#holds.push({ binding, version }) - 1;
      }
    }
    return first;
  }
}

export const occurrences: Answer<Occurrences> = { name: "occurrences", of: (file) => new Occurrences(file.facts) };
