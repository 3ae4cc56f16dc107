import type { ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";

const NO = 1;
const YES = 2;

/**
 * Which values may hold something that comes in, whatever part of it and on whatever way: each is looked at once for the
 * whole of the code, so that only where this says yes anybody follows parts, callers and conditions.
 */
export class MayHold {
  readonly #said: Uint8Array;
  /** What a value may be made of; null where something comes in. */
  readonly #needs: (value: ValueId) => readonly ValueId[] | null;

  constructor(values: number, needs: (value: ValueId) => readonly ValueId[] | null) {
    this.#said = new Uint8Array(values);
    this.#needs = needs;
  }

  of(value: ValueId): boolean {
    if (this.#said[value] === 0) this.#explore(value);
    return this.#said[value] === YES;
  }

  /** All that it may be made of, then back from what comes in: circles need no second look. */
  #explore(value: ValueId): void {
    const said = this.#said;
    const found = [value];
    const madeInto = new Map<ValueId, ValueId[]>();
    const held: ValueId[] = [];
    said[value] = NO;
    for (let i = 0; i < found.length; i++) {
      const at = found[i] as ValueId;
      const needs = this.#needs(at);
      if (needs === null) held.push(at);
      else {
        for (const of of needs) {
          if (said[of] === YES) held.push(at);
          else {
            listAt(madeInto, of).push(at);
            if (said[of] === 0) {
              said[of] = NO;
              found.push(of);
            }
          }
        }
      }
    }
    for (let at = held.pop(); at !== undefined; at = held.pop()) {
      if (said[at] === YES) continue;
      said[at] = YES;
      for (const into of madeInto.get(at) ?? []) held.push(into);
    }
  }
}
