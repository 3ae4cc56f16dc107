import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { eachBeside } from "./beside.js";
import { closures } from "./closures.js";
import { flow } from "./flow.js";
import { sanctioned } from "./sanctioned.js";

/** Names that say it takes the method's place. Most decorators note something down, and are not asked. */
const TAKES_OVER = /dispatch|pipeline|effect|through|resilien|circuit|bulkhead|time_?out|deadline|bounded|wrap|instrument/i;

/** Why a method may run in a dispatch although none stands in it: what a decorator of another file, or with a dispatch inside, makes of it. */
export const decoratorDoubt: Answer<(fn: FnId) => string | null> = {
  name: "decorator doubt",
  of(file) {
    const byMethod = new Map<FnId, readonly ValueId[]>();
    for (const { members, decorators } of file.facts.classes) {
      for (const m of members) if (m.fn !== null && m.decorators.length + decorators.length > 0) byMethod.set(m.fn, [...m.decorators, ...decorators]);
    }
    if (byMethod.size === 0) return () => null;
    return (fn) => {
      // What is put in its place is followed, and calls it or does not.
      if (file.get(closures).standIns(fn).every((c) => c.fn !== fn)) return null;
      const doubtful = byMethod.get(fn)?.find((decorator) => mayDispatch(file, decorator));
      if (doubtful === undefined) return null;
      return `\`@${nameOf(file, doubtful)}\` may run the method in a dispatch`;
    };
  },
};

function mayDispatch(file: FileView, decorator: ValueId): boolean {
  const value = file.facts.values[decorator] as Value;
  const callee = value.kind === "call" ? value.callee : decorator;
  const answers = file.get(flow);
  const local = answers.functions(callee);
  if (local.length > 0) return local.some((fn) => hasDispatch(file, fn));
  return !answers.symbols(callee).some((s) => s.leadsSomewhere) && TAKES_OVER.test(nameOf(file, decorator));
}

function hasDispatch(file: FileView, fn: FnId): boolean {
  const { facts } = file;
  const isInside = (at: FnId | null): boolean => at !== null && (at === fn || isInside(facts.functions[at]?.parent ?? null));
  let has = false;
  eachBeside(file, { mark: (facts.functions[fn] as FunctionFact).at }, (v, id) => void (has ||= v.kind === "call" && isInside(facts.owner[id] ?? null) && file.get(sanctioned)(v.callee) === "dispatch"));
  return has;
}

function nameOf(file: FileView, decorator: ValueId): string {
  const value = file.facts.values[decorator] as Value;
  const { start, end } = file.span({ value: value.kind === "call" ? value.callee : decorator });
  return file.text.slice(start, end);
}
