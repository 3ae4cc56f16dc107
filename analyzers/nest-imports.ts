import type { ClassId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { context } from "./context.js";
import { flow } from "./flow.js";

const LISTS = new Set(["providers", "controllers"]);

/**
 * What the modules of Nest import that list the class around a call, module by module: its services are given what these
 * bring, whatever other modules were told. Empty where no module lists it. All the modules are known to the program alone.
 */
export function importsAround(file: FileView, call: ValueId): readonly (readonly ValueId[])[] {
  const cls = file.isProgram ? classAround(file, call) : null;
  if (cls === null) return [];
  return file.facts.values.flatMap((value) => {
    if (value.kind !== "object" || !value.props.some(({ name, value: list }) => name !== null && LISTS.has(name) && itemsOf(file, list).some((item) => isClass(file, item, cls)))) return [];
    const imports = value.props.find(({ name }) => name === "imports");
    return [imports === undefined ? [] : itemsOf(file, imports.value)];
  });
}

function classAround(file: FileView, id: ValueId): ClassId | null {
  const { functions } = file.facts;
  return file.get(context).functionsAround(id).map((fn) => functions[fn]?.cls ?? null).find((cls) => cls !== null) ?? null;
}

function itemsOf(file: FileView, list: ValueId): readonly ValueId[] {
  return file.get(flow).sources(list).flatMap((source) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "array" ? value.items.filter((item) => item !== null) : [];
  });
}

function isClass(file: FileView, item: ValueId, cls: ClassId): boolean {
  return file.get(flow).sources(item).some((source) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "class" && value.cls === cls;
  });
}
