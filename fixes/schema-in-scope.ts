import type { TypeExpr, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "../analyzers/flow.js";
import type { WrittenTypes } from "../analyzers/written-types.js";

const INFERRED = /^(?:\w+\.)?(?:infer|output|Output|InferOutput|TypeOf)$/;
/** What makes a schema of an object, and what changes one into another. */
const SCHEMA = /^(?:zod(?:\/v[34])?:|valibot:|arktype:)/;

/**
 * A schema of this file, or one that it imports, which is the type's own: `z.infer<typeof Login>`, `typeof Login.infer`,
 * or one that is called as the type is (`Login`, `LoginSchema`, `loginSchema`).
 */
export function schemaInScope(file: FileView, types: WrittenTypes, type: TypeExpr, at: ValueId): string | null {
  const inferred = inferredFrom(types, type, 0);
  if (inferred !== null) return isSeen(file, inferred, at) ? inferred : null;
  if (type.t !== "name" || type.name.includes(".")) return null;
  const names = new Set([type.name, type.name.replace(/(?:Dto|DTO|Type|Input)$/, "")].flatMap((name) => [name, `${name}Schema`, `${lower(name)}Schema`, `${lower(name)}`]));
  const found = file.facts.bindings.filter((b, id) => b.fn === 0 && names.has(b.name) && (isSchema(file, id) || isImportedBeside(file, id, type)));
  const [only] = found;
  return found.length === 1 && only !== undefined && isSeen(file, only.name, at) ? only.name : null;
}

const lower = (name: string): string => (name[0] ?? "").toLowerCase() + name.slice(1);

function inferredFrom(types: WrittenTypes, type: TypeExpr, depth: number): string | null {
  if (depth > 4) return null;
  if (type.t === "query") return /^(\w+)\.infer(?:Out)?$/.exec(type.name)?.[1] ?? null;
  if (type.t === "indexed" && type.object.t === "query" && type.index.t === "literal" && /^infer(?:Out)?$/.test(String(type.index.value))) return type.object.name;
  if (type.t !== "name") return null;
  const [arg] = type.args ?? [];
  if (INFERRED.test(type.name) && arg?.t === "query" && /^\w+$/.test(arg.name)) return arg.name;
  const fact = type.binding === undefined ? undefined : types.fact(type.binding);
  return fact?.kind === "alias" ? inferredFrom(types, fact.type, depth + 1) : null;
}

function isSchema(file: FileView, binding: number): boolean {
  const fact = file.facts.bindings[binding];
  const held = fact?.kind === "const" ? fact.versions[0]?.value : undefined;
  const value = held === undefined ? undefined : (file.facts.values[held] as Value);
  return held !== undefined && value?.kind === "call" && file.get(flow).symbols(held).some((n) => SCHEMA.test(n.text) && n.text.endsWith("()"));
}

/** From the same module as the type, or one that says by its name that it is a schema; of which kind the project's validators say. */
function isImportedBeside(file: FileView, binding: number, type: TypeExpr & { t: "name" }): boolean {
  const { facts } = file;
  const importOf = (id: number | undefined) => {
    const from = id === undefined ? undefined : facts.bindings[id]?.from;
    const imported = from === undefined ? undefined : facts.imports[from.import];
    return imported === undefined || from === undefined ? null : { module: imported.module, typeOnly: imported.typeOnly || imported.names[from.name]?.typeOnly === true };
  };
  const own = importOf(binding);
  if (own === null || own.typeOnly || binding === type.binding || file.settings.validators(file.path).length === 0 || !/schema$/i.test(facts.bindings[binding]?.name ?? "")) return false;
  return !/^[^.#@~]/.test(own.module) && importOf(type.binding)?.module === own.module;
}

/** A name of the module, which nothing around the place hides. */
function isSeen({ facts }: FileView, name: string, at: ValueId): boolean {
  const around = new Set<number>();
  for (let fn: number | null = facts.owner[at] ?? 0; fn !== null && fn > 0; fn = facts.functions[fn]?.parent ?? null) around.add(fn);
  const own = facts.bindings.filter((b) => b.name === name && b.kind !== "type");
  return own.some((b) => b.fn === 0) && !own.some((b) => around.has(b.fn));
}
