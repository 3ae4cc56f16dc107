import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { callsites } from "./callsites.js";
import { flow } from "./flow.js";
import { exportedNames } from "./links.js";
import { occurrences } from "./occurrences.js";

/**
 * The calls by a method's name that may run it too, since nobody knows what they are made on; null where those that are seen
 * are not all. In a whole program they are where its name is read only to call it, and its class is no other program's to use.
 */
export function alsoCalledBy(file: FileView, fn: FnId): readonly ValueId[] | null {
  const { facts } = file;
  const fact = facts.functions[fn];
  if (!file.isProgram || fact?.cls == null || fact.kind !== "method" || fact.name === null || file.get(callsites)(fn).length === 0) return null;
  const { cls, name } = fact;
  const own = facts.classes[cls];
  // A framework that is told of a method calls it.
  if (own?.members.find((m) => m.fn === fn)?.decorators.length !== 0) return null;
  const open = file.get(exportedNames);
  const isExported = facts.bindings.some(({ versions }, binding) => open.has(binding) && versions.some((v) => v.value !== undefined && isOf(facts.values[v.value] as Value, cls)));
  return isExported ? null : file.get(openCalls)(name);
}

const isOf = (value: Value, cls: number): boolean => value.kind === "class" && value.cls === cls;

/** Calls of members of a name of which nobody knows whose they are; null where it is read for anything else. */
const openCalls: Answer<(name: string) => readonly ValueId[] | null> = {
  name: "calls of anybody's",
  of(file) {
    const { values } = file.facts;
    const { functions, symbols } = file.get(flow);
    const reads = new Map<string, ValueId[]>();
    values.forEach((value, id) => {
      if (value.kind === "member" && value.name !== null) listAt(reads, value.name).push(id);
    });
    const known = new Map<string, readonly ValueId[] | null>();
    const find = (name: string): readonly ValueId[] | null => {
      const open: ValueId[] = [];
      for (const read of reads.get(name) ?? []) {
        const users = file.get(occurrences).users(read);
        const isCalled = users.every((user) => {
          const call = values[user];
          return call?.kind === "call" && call.callee === read;
        });
        if (users.length === 0 || !isCalled) return null;
        // `path.normalize(file)` is the library's.
        if (functions(read).length === 0 && symbols(read).length === 0) open.push(...users);
      }
      return open;
    };
    return (name) => {
      let found = known.get(name);
      if (found === undefined) known.set(name, (found = find(name)));
      return found;
    };
  },
};
