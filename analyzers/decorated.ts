import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { FileView } from "../core/rule.js";
import { type Flow, flow } from "./flow.js";
import { eachStatement } from "./links.js";

/** What a decorator puts in a method's place. */
export interface Replacement {
  /** The function that decorates: it is given the method, as its first argument or under `value` of its third. */
  readonly by: FnId;
  readonly value: ValueId;
}

/** Which decorators replace what they decorate, and with what: `descriptor.value = …`, `return function …`. */
export class Decorated {
  readonly #facts: Facts;
  readonly #flow: Flow;
  readonly #decorators = new Map<FnId, readonly ValueId[]>();
  readonly #assigned = new Map<FnId, ValueId[]>();

  constructor(facts: Facts, flow: Flow) {
    this.#facts = facts;
    this.#flow = flow;
    for (const { members } of facts.classes) for (const m of members) if (m.fn !== null && m.kind === "method" && m.decorators.length > 0) this.#decorators.set(m.fn, m.decorators);
    if (this.#decorators.size > 0) this.#readWrites();
  }

  /** The decorators of a method, the one next to it first: so they are applied. */
  of(method: FnId): readonly ValueId[] {
    return this.#decorators.get(method)?.toReversed() ?? NONE;
  }

  /** What a decorating function gives in place of what it is given. */
  replacements(by: FnId): readonly Replacement[] {
    const found: ValueId[] = [...(this.#assigned.get(by) ?? NONE)];
    eachStatement(this.#facts.functions[by]?.body ?? [], (s) => {
      if (s.kind !== "return" || s.value === null) return;
      for (const source of this.#flow.sources(s.value)) {
        const of = this.#facts.values[source] as Value;
        if (of.kind === "function") found.push(source);
        else if (of.kind === "object") for (const { name, value } of of.props) if (name === "value") found.push(value);
      }
    });
    return found.map((value) => ({ by, value }));
  }

  /** `descriptor.value = …`, by the function whose third parameter the descriptor is. */
  #readWrites(): void {
    for (const value of this.#facts.values) {
      if (value.kind !== "assign" || value.op !== "=" || value.target === null || !("member" in value.target)) continue;
      const member = this.#facts.values[value.target.member];
      const of = member === undefined ? undefined : describedBy(this.#facts, this.#flow, member);
      if (of !== undefined) listAt(this.#assigned, of).push(value.value);
    }
  }
}

/** The function that decorates, where a value is the method that it is given: `descriptor.value`, of its third parameter. */
function describedBy(facts: Facts, flow: Flow, value: Value): FnId | undefined {
  if (value.kind !== "member" || value.name !== "value") return undefined;
  const of = facts.values[flow.sameAs(value.object)];
  return of?.kind === "param" && of.index === 2 ? of.fn : undefined;
}

/** Is it the method that stands under a decorator, where the decorator calls it? */
export function isDecorated(file: FileView, callee: ValueId): boolean {
  const answers = file.get(flow);
  return describedBy(file.facts, answers, file.facts.values[answers.sameAs(callee)] as Value) !== undefined;
}

const NONE: readonly ValueId[] = [];
