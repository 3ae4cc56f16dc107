import type { TypeExpr, ValueId } from "../../core/facts.js";
import type { FileView, Told } from "../../core/rule.js";
import type { NamedType, OracleAnswer } from "./oracle.js";
import type { Open } from "./questions.js";

/** What the answers say of a view's values; null where they say nothing. */
export function toldOf(file: FileView, open: readonly Open[], answers: readonly (OracleAnswer | null)[]): Told | null {
  const own = ownTypes(file);
  const types = new Map<ValueId, TypeExpr>();
  const gives = new Map<ValueId, "promise" | "none">();
  const modules = new Set<string>();
  open.forEach(({ value }, i) => {
    const answer = answers[i] ?? null;
    if (answer === null) return;
    if ("gives" in answer) gives.set(value, answer.gives);
    else {
      for (const type of answer.types) if ("module" in type) modules.add(type.module);
      const [first, ...others] = answer.types.flatMap((type) => own.written(type) ?? []);
      // What a type of the program extends, the program says itself.
      if (first !== undefined) types.set(value, first.t === "name" || others.length === 0 ? first : { t: "intersection", items: [first, ...others] });
    }
  });
  if (types.size === 0 && gives.size === 0) return null;
  return { type: (value) => types.get(value) ?? null, gives: (call) => gives.get(call) ?? null, modules: [...modules].sort() };
}

interface OwnTypes {
  written(type: NamedType): TypeExpr | null;
}

/** The names under which the files of a view declare classes and types. */
function ownTypes(file: FileView): OwnTypes {
  const { facts } = file;
  let known: Map<string, number> | undefined;
  const index = (): Map<string, number> => {
    const found = new Map<string, number>();
    const add = (binding: number, place: number, name: string): void => {
      found.set(`${file.homeOf({ mark: place }).path}:${name}`, binding);
    };
    facts.bindings.forEach((binding, id) => {
      const held = binding.kind === "class" ? binding.versions[0]?.value : undefined;
      const value = held === undefined ? undefined : facts.values[held];
      if (value?.kind === "class") add(id, facts.classes[value.cls]?.at ?? 0, binding.name);
    });
    for (const { binding, at, name } of facts.types) if (binding !== null) add(binding, at, name);
    return found;
  };
  return {
    written(type) {
      if ("module" in type) return { t: "import", module: type.module, name: type.name };
      const binding = (known ??= index()).get(`${type.path}:${type.name}`);
      return binding === undefined ? null : { t: "name", name: type.name, binding };
    },
  };
}
