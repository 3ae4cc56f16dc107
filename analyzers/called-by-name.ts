import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callsites } from "./callsites.js";
import { flow } from "./flow.js";
import { exportedNames } from "./links.js";
import { occurrences } from "./occurrences.js";

/**
 * Are the calls of a method that are seen all that there are? In a whole program they are where its name is read only to call
 * it, each such call is known to run a function, and its class is no other program's to use.
 */
export function isCalledOnlyHere(file: FileView, fn: FnId): boolean {
  const { facts } = file;
  const fact = facts.functions[fn];
  if (!file.isProgram || fact?.cls == null || fact.kind !== "method" || fact.name === null || file.get(callsites)(fn).length === 0) return false;
  const { cls, name } = fact;
  const own = facts.classes[cls];
  // A framework that is told of a method calls it.
  if (own?.members.find((m) => m.fn === fn)?.decorators.length !== 0) return false;
  const open = file.get(exportedNames);
  return !facts.bindings.some(({ versions }, binding) => open.has(binding) && versions.some((v) => v.value !== undefined && isOf(facts.values[v.value] as Value, cls))) && file.get(openNames)(name);
}

const isOf = (value: Value, cls: number): boolean => value.kind === "class" && value.cls === cls;

/** The names of members that are read only to call what is known. */
const openNames: Answer<(name: string) => boolean> = {
  name: "names that are only called",
  of(file) {
    const { values } = file.facts;
    const reads = new Map<string, ValueId[]>();
    values.forEach((value, id) => {
      if (value.kind !== "member" || value.name === null) return;
      const list = reads.get(value.name);
      if (list === undefined) reads.set(value.name, [id]);
      else list.push(id);
    });
    const known = new Map<string, boolean>();
    const isCalled = (read: ValueId): boolean => {
      const users = file.get(occurrences).users(read);
      return users.length > 0 && users.every((user) => {
        const call = values[user];
        return call?.kind === "call" && call.callee === read;
      }) && file.get(flow).functions(read).length > 0;
    };
    return (name) => {
      let found = known.get(name);
      if (found === undefined) known.set(name, (found = (reads.get(name) ?? []).every(isCalled)));
      return found;
    };
  },
};
