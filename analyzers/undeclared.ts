import type { Facts, FnId, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";

const NONE: readonly ValueId[] = [];

/** Names that are the host's, whoever writes to them. */
const HOSTS: ReadonlySet<string> = new Set(["exports", "module", "require", "process", "console", "globalThis", "global", "window", "self"]);

/** What files write to names that nobody declares. */
export class Undeclared {
  readonly #facts: Facts;
  readonly #written = new Map<string, ValueId[]>();

  constructor(facts: Facts) {
    this.#facts = facts;
    facts.values.forEach((value, id) => {
      if (value.kind !== "assign" || value.global === undefined || HOSTS.has(value.global)) return;
      const key = this.#inFile(id, value.global);
      listAt(this.#written, key).push(value.value);
    });
  }

  /** What its file writes to a name. */
  of(id: ValueId, name: string): readonly ValueId[] {
    return this.#written.size === 0 ? NONE : (this.#written.get(this.#inFile(id, name)) ?? NONE);
  }

  /** A name of one file: in a program each has its own module function. */
  #inFile(id: ValueId, name: string): string {
    let fn = this.#facts.owner[id] as FnId;
    for (let parent = this.#facts.functions[fn]?.parent ?? null; parent !== null; parent = this.#facts.functions[fn]?.parent ?? null) fn = parent;
    return `${fn} ${name}`;
  }
}
