import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { flow } from "./flow.js";
import { optionAt } from "./options.js";

/** `$1:raw`, `${name^}`, `$(name:value)`, `$2#`: pg-promise puts the value there as it is. `~` and `:name` quote it. */
const MARK = /\$(?:(\d+)|[{(<[/]\s*(\w+)(?=\s*(?::|\^|#)))\s*(?::(?:raw|value)\b|\^|#)/g;

/** What a query binds as text of its own. */
export function rawlyBound(file: FileView, call: Call, text: ValueId): readonly ValueId[] {
  if (!call.symbols.some((s) => s.text.startsWith("pg-promise:"))) return [];
  const values = call.args?.[1];
  if (values === undefined) return [];
  return written(file, text).flatMap((query) => [...query.matchAll(MARK)]).flatMap(([, index, name]) => {
    if (name !== undefined) return optionAt(file, call, { arg: 1, path: name }).values;
    return file.get(flow).sources(values).flatMap((source): readonly ValueId[] => {
      const held = file.facts.values[source] as Value;
      if (held.kind !== "array") return index === "1" && held.kind !== "object" ? [source] : [];
      const item = held.items[Number(index) - 1];
      return item == null ? [] : [item];
    });
  });
}

/** What is written of it, whatever is glued in between. */
function written(file: FileView, text: ValueId): readonly string[] {
  return file.get(flow).sources(text).flatMap((source): readonly string[] => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "template") return [value.chunks.join("?")];
    const constant = file.get(flow).constant(source);
    return typeof constant === "string" ? [constant] : [];
  });
}
