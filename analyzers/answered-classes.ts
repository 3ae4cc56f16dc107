import type { ClassId, FnId, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import type { Entry } from "./entries.js";
import { localClass } from "./error-classes.js";
import { type ErrorHandler, errorHandlers } from "./error-handlers.js";
import { flow } from "./flow.js";
import { callsOf } from "./invocations.js";
import { WrittenTypes } from "./written-types.js";

/**
 * Does the error handler of a server answer for a class, because it asks for that one: `instanceof Declined`, or a guard
 * that says so? What it makes of all other errors is no answer to any. Which of two applications an entry belongs to is not told.
 */
export const answered: Answer<(entry: Entry, lineage: readonly ClassId[]) => boolean> = {
  name: "answered by class",
  of(file) {
    let asked: ReadonlyMap<string, Asked> | undefined;
    return (entry, lineage) => {
      if (entry.by !== "call" || entry.kind !== "http") return false;
      asked ??= askedIn(file);
      const of = [asked.get(entry.framework), asked.get(ANY)];
      return of.some((a) => a !== undefined && lineage.some((cls) => a.classes.has(cls) || implemented(file, cls).some((name) => a.interfaces.has(name))));
    };
  },
};

interface Asked {
  readonly classes: Set<ClassId>;
  /** By name: a class says that it has what a guard asks for. */
  readonly interfaces: Set<string>;
}

const ANY = "";
/** The handler's own helpers, and theirs. */
const DEEPEST = 2;

function askedIn(file: FileView): ReadonlyMap<string, Asked> {
  const found = new Map<string, Asked>();
  const handlers = [...file.get(errorHandlers).values()].filter((h) => !h.params.some((p) => p?.startsWith("@nestjs/") === true));
  if (handlers.length === 0) return found;
  const tests = testsByFunction(file);
  const types = new WrittenTypes(file.facts);
  for (const handler of handlers) {
    const framework = frameworkOf(handler);
    let of = found.get(framework);
    if (!of) found.set(framework, (of = { classes: new Set(), interfaces: new Set() }));
    for (const fn of functionsOf(file, handler.fn)) {
      for (const cls of tests.get(fn) ?? []) of.classes.add(cls);
      const guard = file.facts.functions[fn]?.returnType;
      if (guard?.t === "guard" && guard.type !== undefined) addType(types, guard.type, of);
    }
  }
  return found;
}

const frameworkOf = ({ params }: ErrorHandler): string => params.find((p) => p !== null)?.replace(/:.*$/s, "") ?? ANY;

function addType(types: WrittenTypes, type: TypeExpr, to: Asked): void {
  const cls = types.classOf(type);
  if (cls !== null) to.classes.add(cls);
  else if (type.t === "name" && type.binding !== undefined) to.interfaces.add(type.name);
}

/** The functions written into a handler, and those that it and they call. */
function functionsOf(file: FileView, handler: FnId): ReadonlySet<FnId> {
  const found = new Set<FnId>([handler]);
  let last: readonly FnId[] = [handler];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const next = last.flatMap((fn) => file.get(callsOf)(fn)).flatMap((call) => [...file.get(flow).functions(call.target), ...call.value.args.flatMap((arg) => writtenAt(file, arg))]);
    last = [...new Set(next)].filter((fn) => !found.has(fn));
    for (const fn of last) found.add(fn);
  }
  return found;
}

function writtenAt(file: FileView, id: ValueId): readonly FnId[] {
  const value = file.facts.values[id] as Value;
  return value.kind === "function" ? [value.fn] : [];
}

function testsByFunction(file: FileView): ReadonlyMap<FnId, readonly ClassId[]> {
  const { values, owner } = file.facts;
  const found = new Map<FnId, ClassId[]>();
  values.forEach((value, id) => {
    if (value.kind !== "binary" || value.op !== "instanceof") return;
    const cls = localClass(file, value.right);
    if (cls !== null) listAt(found, owner[id] as FnId).push(cls);
  });
  return found;
}

function implemented(file: FileView, cls: ClassId): readonly string[] {
  return (file.facts.classes[cls]?.implements ?? []).flatMap((type) => (type.t === "name" ? [type.name] : []));
}
