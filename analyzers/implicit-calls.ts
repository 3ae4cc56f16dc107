import type { FnId, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { closures } from "./closures.js";

/** A function that runs where nobody writes a call. */
export interface ImplicitCall {
  readonly at: ValueId;
  readonly run: FnId;
  readonly kind: "decorator";
  /** Nothing else can be meant. */
  readonly isOne: boolean;
}

export const implicitCalls: Answer<readonly ImplicitCall[]> = {
  name: "implicit calls",
  of(file) {
    const found: ImplicitCall[] = [];
    decorators(file, found);
    return found;
  },
};

/** A decorator is a function, or what a call gives. */
function decorators(file: FileView, found: ImplicitCall[]): void {
  const { facts } = file;
  const decorate = (at: ValueId): void => {
    const runs = file.get(closures).of(at, null).closures;
    for (const { fn } of runs) found.push({ at, run: fn, kind: "decorator", isOne: runs.length === 1 });
  };
  for (const cls of facts.classes) {
    cls.decorators.forEach(decorate);
    for (const member of cls.members) member.decorators.forEach(decorate);
  }
  for (const fn of facts.functions) for (const param of fn.params) param.decorators.forEach(decorate);
}
