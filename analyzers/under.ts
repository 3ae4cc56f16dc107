import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";

/** A value at a path, and the names that its stars stood for: `Query.users`. */
export interface Under {
  readonly value: ValueId;
  readonly steps: string;
}

/** What stands at a path of a value; where it leads out of the file, the value that does. */
export function under(file: FileView, value: ValueId, path: readonly string[], depth = 0, steps = ""): readonly Under[] {
  const [step, ...rest] = path;
  if (step === undefined || depth > 12) return [{ value, steps }];
  return file.get(flow).sources(value).flatMap((source): readonly Under[] => {
    const of = file.facts.values[source] as Value;
    if (of.kind === "array") return of.items.flatMap((item) => (item === null ? [] : under(file, item, path, depth + 1, steps)));
    if (of.kind === "object") {
      return of.props.flatMap((prop) => {
        if (prop.form === "spread") return under(file, prop.value, path, depth + 1, steps);
        const isIt = step === "*" ? prop.name !== null && !prop.name.startsWith("__") : prop.name === step;
        if (!isIt || prop.form === "get" || prop.form === "set") return [];
        return under(file, prop.value, rest, depth + 1, step !== "*" ? steps : steps === "" ? (prop.name ?? "") : `${steps}.${prop.name}`);
      });
    }
    const leadsOut = of.kind === "var" || of.kind === "param" || of.kind === "member" || (of.kind === "call" && of.form === undefined);
    return leadsOut ? [{ value: source, steps }] : [];
  });
}

/** The text at a place of a call's arguments, where it is constant. */
export function constantAt(file: FileView, args: readonly ValueId[], place: { readonly arg: number | "last"; readonly path: string } | undefined): string | null {
  const arg = place && (place.arg === "last" ? args.at(-1) : args[place.arg]);
  if (!place || arg === undefined) return null;
  const [at] = under(file, arg, place.path === "" ? [] : place.path.split("."));
  const text = at === undefined ? undefined : file.get(flow).constant(at.value);
  return typeof text === "string" ? text : null;
}
