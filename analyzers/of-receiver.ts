import type { ClassId, FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { endsOf, type Into } from "./ends.js";
import { localClass } from "./error-classes.js";
import { enclosingClass, flow } from "./flow.js";
import { instanceParts } from "./instance-parts.js";
import { joined, type Origin, type Path } from "./origins.js";

/** As much of the taint as is asked here. */
interface Parts {
  readonly file: FileView;
  origins(value: ValueId, path?: Path): readonly Origin[];
}

/**
 * What a method gives of its own object's fields: of what constructors were given, what the makers of this very object
 * were, and not what all other objects of the class were made with. `Result.fail(e.message)` of one use case is no text
 * of another one's result. As it was found where the object may have been made by somebody that nobody sees.
 */
export function ofReceiver(taint: Parts, id: ValueId, { callee }: Value & { kind: "call" }, fn: FnId, found: readonly Origin[]): readonly Origin[] {
  const { file } = taint;
  const { facts } = file;
  const target = facts.values[callee] as Value;
  if (target.kind !== "member" || !found.some((o) => o.from.kind === "param" && o.from.fn !== fn)) return found;
  const cls = enclosingClass(facts, fn);
  const parts = cls === null ? undefined : file.get(instanceParts).get(cls);
  if (cls === null || parts === undefined) return found;
  const fields = found.map((o) => (o.from.kind === "param" && o.from.fn === parts.constructor ? parts.fields.filter(({ value }) => isParam(facts.values[value], o.from as Param)) : []));
  if (fields.every((names) => names.length === 0) || !isMadeInSight(file, target.object, cls)) return found;
  return found.flatMap((o, i) => {
    const names = fields[i] ?? [];
    return names.length === 0 ? [o] : names.flatMap(({ name }) => taint.origins(target.object, [name, ...o.from.path]).map((given) => joined(file, given, o, id, false)));
  });
}

type Param = Origin["from"] & { readonly kind: "param" };

const isParam = (value: Value | undefined, from: Param): boolean => value?.kind === "param" && value.fn === from.fn && value.index === from.index;

/** Is all that a value may be made by calls of the class's own constructor, here or in functions that give it back? */
function isMadeInSight(file: FileView, object: ValueId, cls: ClassId): boolean {
  const { functions, returns } = file.get(flow);
  const into: Into = (value) => {
    if (value.kind === "await") return [value.of];
    if (value.kind !== "call" || value.form !== undefined) return null;
    const called = functions(value.callee);
    const given = called.map((fn) => (file.facts.functions[fn]?.generator ? [] : returns(fn)));
    return called.length > 0 && given.every((values) => values.length > 0) ? given.flat() : null;
  };
  const ends = endsOf(file, object, into);
  return ends.length > 0 && ends.every(({ source }) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "literal" || (value.kind === "call" && value.form === "new" && localClass(file, value.callee) === cls);
  });
}
