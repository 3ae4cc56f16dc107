import type { Facts, Value, ValueId } from "../core/facts.js";
import { isRequire } from "./loads.js";

/** What nobody knows of a name that is put together. */
const ANYTHING = "*";
const MOST = 24;
const DEEPEST = 8;
const HERE = "./";

/**
 * The names that a `require` or an `import()` may load where its argument is no constant: those of a list or a table, or
 * one with a star for what is filled in: `require("./jobs/" + name)`, `path.join(__dirname, file)`. Empty where only a
 * whole tree could be meant.
 */
export function loadPatterns(facts: Facts, value: Value): readonly string[] {
  const source = value.kind === "dynamicImport" ? value.source : value.kind === "call" && value.form === undefined && isRequire(facts, value.callee) ? value.args[0] : undefined;
  if (source === undefined || facts.values[source]?.kind === "literal") return [];
  return textsOf(facts, source).filter((text) => /^\.\.?\//.test(text) && /[^./*]|^\.\/\*/.test(text));
}

/** The texts that a path may be; what nobody knows of it is a star, and what begins beside the file that says it a dot. */
export function textsOf(facts: Facts, id: ValueId, depth = 0): readonly string[] {
  const value = facts.values[id] as Value;
  if (depth > DEEPEST) return [ANYTHING];
  const of = (next: ValueId): readonly string[] => textsOf(facts, next, depth + 1);
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" || typeof value.value === "number" ? [String(value.value)] : [ANYTHING];
    case "cast":
    case "await":
      return of(value.of);
    case "global":
      return [value.name === "__dirname" ? HERE : ANYTHING];
    case "var": {
      const versions = facts.bindings[value.binding]?.versions;
      const only = versions?.length === 1 ? versions[0]?.value : undefined;
      return only === undefined ? [ANYTHING] : of(only);
    }
    case "template":
      return joined(value.chunks.flatMap((chunk, i) => [[chunk], ...(value.holes[i] === undefined ? [] : [of(value.holes[i])])]), (parts) => parts.join(""));
    case "binary":
      return value.op === "+" ? joined([of(value.left), of(value.right)], (parts) => parts.join("")) : [ANYTHING];
    case "choice":
      return [...of(value.then), ...of(value.otherwise)];
    // `for (const name of ["a", "b"])`
    case "element": {
      const list = held(facts, value.of);
      return list?.kind === "array" ? list.items.flatMap((item) => (item === null ? [] : of(item))).slice(0, MOST) : [ANYTHING];
    }
    case "member":
      return memberOf(facts, value, of);
    case "call": {
      const callee = facts.values[value.callee] as Value;
      const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? facts.bindings[callee.binding]?.name : undefined;
      const [first] = value.args;
      if ((name === "pathToFileURL" || name === "fileURLToPath") && first !== undefined) return of(first);
      return name === "join" || name === "resolve" ? joined(value.args.map(of), path) : [ANYTHING];
    }
    default:
      return [ANYTHING];
  }
}

/** `files.users`, `files[name]`: of a table that is written out. */
function memberOf(facts: Facts, value: Value & { kind: "member" }, of: (id: ValueId) => readonly string[]): readonly string[] {
  if (value.name === "href" || value.name === "pathname") return of(value.object);
  if (value.name === "dirname" && facts.values[value.object]?.kind === "importMeta") return [HERE];
  const table = held(facts, value.object);
  if (table?.kind !== "object") return [ANYTHING];
  const props = table.props.filter((p) => value.name === null || p.name === value.name);
  return props.length === 0 || props.length > MOST || props.some((p) => p.form !== "init") ? [ANYTHING] : props.flatMap((p) => of(p.value));
}

function held(facts: Facts, id: ValueId): Value | undefined {
  let value = facts.values[id];
  for (let depth = 0; depth < DEEPEST && (value?.kind === "var" || value?.kind === "cast"); depth++) {
    const versions = value.kind === "var" ? facts.bindings[value.binding]?.versions : undefined;
    const next: ValueId | undefined = value.kind === "cast" ? value.of : versions?.length === 1 ? versions[0]?.value : undefined;
    value = next === undefined ? undefined : facts.values[next];
  }
  return value;
}

/** Every way to put them together; with too many of them, what stands in the places is anything. */
function joined(parts: readonly (readonly string[])[], by: (parts: readonly string[]) => string): readonly string[] {
  const few = parts.map((p) => (p.length > 1 && parts.reduce((n, q) => n * q.length, 1) > MOST ? [ANYTHING] : p));
  return few.reduce<readonly (readonly string[])[]>((all, part) => all.flatMap((before) => part.map((text) => [...before, text])), [[]]).map(by);
}

/** A path that begins here stays relative to here. */
function path(parts: readonly string[]): string {
  const [first = "", ...rest] = parts;
  return rest.reduce((dir, part) => `${dir.replace(/\/$/, "")}/${part.replace(/^\.?\//, "")}`, first);
}
