import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import { LISTENS } from "./listeners.js";

/** Where an event and its listener stand among the parameters of a function that keeps the one for the other. */
interface Pair {
  readonly fn: FnId;
  readonly event: number;
  readonly listener: number;
}

/** The arguments of one call. */
type Given = readonly (ValueId | null)[];

/**
 * `const subscribe = (event, listener) => bus.on(event, listener)`: each call of it pairs one event with one listener, and what all
 * of them give together would pair every event with every listener.
 */
export class Registrars {
  readonly #pairs = new Map<ValueId, Pair>();
  readonly #functions = new Set<FnId>();
  readonly #calls = new Map<FnId, Given[]>();
  readonly #heard = new Map<FnId, ((given: Given) => void)[]>();

  constructor({ values }: Facts, sameAs: (value: ValueId) => ValueId) {
    values.forEach((value, id) => {
      const callee = value.kind === "call" && value.args.length > 1 ? values[value.callee] : undefined;
      if (value.kind !== "call" || callee?.kind !== "member" || callee.name === null || !LISTENS.has(callee.name)) return;
      const [event, listener] = value.args.slice(0, 2).map((arg) => values[sameAs(arg)] as Value);
      if (event?.kind !== "param" || listener?.kind !== "param" || event.fn !== listener.fn || event.rest || listener.rest) return;
      this.#pairs.set(id, { fn: event.fn, event: event.index, listener: listener.index });
      this.#functions.add(event.fn);
    });
  }

  /** A function is called with these arguments. */
  called(fn: FnId, given: Given): void {
    if (!this.#functions.has(fn)) return;
    listAt(this.#calls, fn).push(given);
    for (const heard of this.#heard.get(fn) ?? []) heard(given);
  }

  /** Tells of each event and listener that a call registers for those who call its function; false where it registers its own. */
  each(call: ValueId, told: (event: ValueId, listener: ValueId) => void): boolean {
    const pair = this.#pairs.get(call);
    if (pair === undefined) return false;
    const hear = (given: Given): void => {
      const [event, listener] = [given[pair.event], given[pair.listener]];
      if (event != null && listener != null) told(event, listener);
    };
    listAt(this.#heard, pair.fn).push(hear);
    this.#calls.get(pair.fn)?.forEach(hear);
    return true;
  }
}
