import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { putInto } from "./put-into.js";
import { sitesOf } from "./sites.js";

/** A value at a path, and the names that its stars stood for: `Query.users`. */
export interface Under {
  readonly value: ValueId;
  readonly steps: string;
}

/** What stands at a path of a value; where it leads out of the file, the value that does. */
export function under(file: FileView, value: ValueId, path: readonly string[], depth = 0, steps = ""): readonly Under[] {
  const [step, ...rest] = path;
  if (step === undefined || depth > 12) return [{ value, steps }];
  return [value, ...put(file, value)].flatMap((id) => file.get(flow).sources(id)).flatMap((source): readonly Under[] => {
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
    const inside = of.kind === "call" ? gathered(file, source, of) : of.kind === "param" ? eachOf(file, of) : [];
    if (inside.length > 0) return inside.flatMap((part) => under(file, part, path, depth + 1, steps));
    const leadsOut = of.kind === "var" || of.kind === "param" || of.kind === "member" || (of.kind === "call" && of.form === undefined);
    return leadsOut ? [{ value: source, steps }] : [];
  });
}

/** What is merged into the object that a name holds. */
function put(file: FileView, id: ValueId): readonly ValueId[] {
  const value = file.facts.values[id] as Value;
  return value.kind === "var" ? file.get(putInto)(value.binding) : [];
}

/** What a call makes one thing of, part by part: `merge({}, users, posts)`, `mergeResolvers([users, posts])`, `Object.values(table)`. */
function gathered(file: FileView, id: ValueId, { args }: Value & { kind: "call" }): readonly ValueId[] {
  const call = file.get(callAt)(id);
  const rows = call?.symbols.flatMap((s) => s.rows("passes").map((r) => ({ row: r.row, name: s.text.slice(Math.max(s.text.lastIndexOf("."), s.text.lastIndexOf(":")) + 1) }))) ?? [];
  return rows.flatMap(({ row, name }) => {
    if (row.text === true || row.under !== undefined || OTHERWISE.has(name)) return [];
    const from = row.from.flatMap((place) => (place === "all" ? args : typeof place === "number" ? args.slice(place, place + 1) : []));
    return name === "values" ? from.flatMap((arg) => under(file, arg, ["*"]).map((part) => part.value)) : from;
  });
}

/** What they give has other names than what they are given, or none of its parts. */
const OTHERWISE = new Set(["keys", "entries", "fromEntries", "groupBy", "parse"]);

/** `lists.forEach((one) => …)`: one of them is any. */
function eachOf(file: FileView, { fn, index }: Value & { kind: "param" }): readonly ValueId[] {
  if (index !== 0) return [];
  return sitesOf(file.facts).ofFunction(fn).flatMap(({ call, arg, path }) => {
    const of = file.facts.values[call];
    const callee = of?.kind === "call" ? file.facts.values[of.callee] : undefined;
    return arg === 0 && path.length === 0 && callee?.kind === "member" && (callee.name === "forEach" || callee.name === "map") ? [callee.object] : [];
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
