import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { allBut, isAllBut, type Path } from "./origins.js";

/** Parts of the first argument that a call gives, and what else it may give. */
export interface Picked {
  readonly paths: readonly Path[];
  readonly others: readonly ValueId[];
}

const LODASH = /^lodash(?:-es)?:(\w+)$|^lodash[./](\w+):$/;

/** `_.get(value, "a.b", other)`, `_.pick(value, ["a"])`, `_.omit(value, "a")`: by names that are written there. */
export function pickedBy(file: FileView, call: Call, path: Path): Picked | null {
  const args = call.args ?? [];
  const names = args.slice(1).flatMap((arg) => namesIn(file, arg));
  if (args[0] === undefined || args.length < 2) return null;
  for (const { text } of call.symbols) {
    const match = LODASH.exec(text);
    switch (match?.[1] ?? match?.[2] ?? text) {
      case "get":
      case "result":
      case "global:Reflect.get": {
        const [name] = namesIn(file, args[1] as ValueId);
        // Some part, whichever it is: not all of it.
        return { paths: [[...(name == null ? ["*"] : name.split(/[.[\]]+/).filter((step) => step !== "")), ...path]], others: args.slice(2) };
      }
      case "pick": {
        if (names.includes(null)) return null;
        const [first] = path;
        if (first === undefined || first === "*" || isAllBut(first)) return { paths: names.map((name) => [name as string, ...path.slice(1)]), others: [] };
        return { paths: names.includes(first) ? [path] : [], others: [] };
      }
      case "omit": {
        if (names.includes(null)) return null;
        const [first] = path;
        if (first === undefined || isAllBut(first)) return { paths: [allBut(names as string[], path)], others: [] };
        return { paths: names.includes(first) ? [] : [path], others: [] };
      }
    }
  }
  return null;
}

/** null: a name that nobody has written. */
function namesIn(file: FileView, arg: ValueId): readonly (string | null)[] {
  const { constant, sources } = file.get(flow);
  const one = constant(arg);
  if (one !== undefined) return [one === null ? null : String(one)];
  const [only, ...more] = sources(arg).map((s) => file.facts.values[s] as Value);
  if (only?.kind !== "array" || more.length > 0) return [null];
  return only.items.map((item) => {
    const name = item === null ? undefined : constant(item);
    return name === undefined || name === null ? null : String(name);
  });
}
