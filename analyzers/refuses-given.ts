import type { BindingId, FnId, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { conditionsAt } from "./conditions.js";
import { context } from "./context.js";
import { eachStatement, flow } from "./flow.js";
import { occurrences } from "./occurrences.js";

/** Names made of names made of what was given. */
const MOST = 200;

/** `load(settings)` of a function of the project's own that throws where something of what it is given does not fit: it validates it, as a schema does. */
export function refusesGiven(file: FileView, call: Call, index: number): boolean {
  return file.get(flow).functions(call.target).some((fn) => {
    const binding = file.facts.functions[fn]?.params[index]?.binding;
    return binding != null && isTested(file, binding, testsBeforeThrows(file, fn));
  });
}

/** The tests under which a function, or one inside of it, throws. */
function testsBeforeThrows(file: FileView, fn: FnId): readonly ValueId[] {
  const { functions } = file.facts;
  const tests: ValueId[] = [];
  const look = (of: FnId): void => eachStatement(functions[of]?.body ?? [], (s) => {
    if (s.kind === "throw") for (const c of conditionsAt(file, s.value)) if (c.kind === "test") tests.push(c.test);
  });
  look(fn);
  functions.forEach((inner, id) => inner.parent === fn && look(id));
  return tests;
}

/** Does a test read a name, or one that is made of it? */
function isTested(file: FileView, binding: BindingId, tests: readonly ValueId[]): boolean {
  const spans = tests.map((test) => file.span({ value: test }));
  const names = new Set([binding]);
  for (const name of names) {
    if (names.size > MOST || tests.length === 0) return false;
    for (const read of file.get(occurrences).reads(name)) {
      const { start, end } = file.span({ value: read });
      if (spans.some((s) => s.start <= start && end <= s.end)) return true;
      const statement = file.get(context).statement(read);
      if (statement?.kind === "define") names.add(statement.binding);
    }
  }
  return false;
}
