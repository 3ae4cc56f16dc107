import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { valueAt } from "./options.js";

/** Does the logger of a call, made in this file, take out what stands under this name? `redact: ["password", "*.token"]`. */
export function redactsIn(file: FileView, call: Call): (value: ValueId) => boolean {
  const callee = file.facts.values[call.target] as Value;
  const names = new Set(callee.kind === "member" ? file.get(flow).sources(callee.object).flatMap((made) => redactedBy(file, made)) : []);
  return (value) => {
    const under = keyOf(file, value);
    if (under !== null) return names.has(under);
    const { start, end } = file.span({ value });
    const name = /([\w$-]+)["'\]]*$/.exec(file.text.slice(start, end))?.[1];
    return name !== undefined && names.has(name);
  };
}

/** `{ secret: user.password }`: the logger goes by the name it stands under, whatever it was called before. */
function keyOf(file: FileView, value: ValueId): string | null {
  const parent = file.get(context).parent(value);
  const object = parent === null ? undefined : file.facts.values[parent];
  return object?.kind === "object" ? (object.props.find((p) => p.value === value && p.form !== "spread")?.name ?? null) : null;
}

function redactedBy(file: FileView, id: ValueId): readonly string[] {
  const made = file.facts.values[id] as Value;
  const options = made.kind === "call" ? made.args[0] : undefined;
  if (options === undefined) return [];
  return ["redact", "redact.paths"].flatMap((path) => valueAt(file, options, path).values).flatMap((value) => {
    const of = file.facts.values[value] as Value;
    const items = of.kind === "array" ? of.items : [value];
    return items.flatMap((item) => {
      const text = item === null ? undefined : file.get(flow).constant(item);
      return typeof text === "string" ? [text.split(/[.[\]"']+/).filter(Boolean).at(-1) ?? ""] : [];
    });
  });
}
