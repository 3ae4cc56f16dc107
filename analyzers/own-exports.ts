import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";

const NONE: readonly ValueId[] = [];

/** What a CommonJS file exports, as the file itself reads it: `exports.run = …; exports.run(job)`, `module.exports.run(job)`. */
export class OwnExports {
  readonly #facts: Facts;
  readonly #written = new Map<string, ValueId[]>();

  constructor(facts: Facts) {
    this.#facts = facts;
    for (const [id, value] of facts.values.entries()) {
      if (value.kind !== "assign" || value.op !== "=" || value.target === null || !("member" in value.target)) continue;
      const to = facts.values[value.target.member];
      if (to?.kind === "member" && to.name !== null && this.#isExports(to.object)) listAt(this.#written, this.#inFile(id, to.name)).push(value.value);
    }
  }

  /** What stands under a name of an object, if that is what its file exports. */
  of(object: ValueId, name: string | null): readonly ValueId[] {
    return name === null || this.#written.size === 0 || !this.#isExports(object) ? NONE : (this.#written.get(this.#inFile(object, name)) ?? NONE);
  }

  /** `exports`, `module.exports` */
  #isExports(id: ValueId): boolean {
    const value = this.#facts.values[id] as Value;
    if (value.kind === "global") return value.name === "exports";
    return value.kind === "member" && value.name === "exports" && isGlobal(this.#facts.values[value.object], "module");
  }

  /** A name of one file: in a program each has its own module function. */
  #inFile(id: ValueId, name: string): string {
    let fn = this.#facts.owner[id] as FnId;
    for (let parent = this.#facts.functions[fn]?.parent ?? null; parent !== null; parent = this.#facts.functions[fn]?.parent ?? null) fn = parent;
    return `${fn} ${name}`;
  }
}

const isGlobal = (value: Value | undefined, name: string): boolean => value?.kind === "global" && value.name === name;
