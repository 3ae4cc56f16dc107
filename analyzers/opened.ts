import type { Catalog } from "../catalog/catalog.js";
import type { OpenRow, ResultRow } from "../catalog/returned.js";
import type { ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import type { FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import type { Origin, Path } from "./origins.js";
import { results } from "./results.js";
import type { Site } from "./sites.js";
import type { FileTaint } from "./taint.js";

/** What a method does, and under which names such a result holds its parts. */
interface Opens {
  readonly row: OpenRow;
  readonly holds: NonNullable<ResultRow["holds"]>;
}

/** A method, and what it is called on. */
interface Method {
  readonly object: ValueId;
  readonly name: string;
}

const NONE: readonly Opens[] = [];
const known = new WeakMap<Catalog, ReadonlyMap<string, readonly Opens[]>>();

/** What a method of a result does. Lists and options have methods of these names too: only what is known for a result is one. */
function opensOf(file: FileView, { object, name }: Method): readonly Opens[] {
  const found = rowsOf(file).get(name) ?? NONE;
  return found.length > 0 && file.get(results).of(object) !== null ? found : NONE;
}

function rowsOf(file: FileView): ReadonlyMap<string, readonly Opens[]> {
  const catalog = file.settings.catalog as Catalog;
  const before = known.get(catalog);
  if (before !== undefined) return before;
  const found = new Map<string, Opens[]>();
  for (const { opens, holds } of catalog.libraries.flatMap((l) => l.results ?? [])) for (const row of opens ?? []) for (const method of row.methods) if (holds) listAt(found, method).push({ row, holds });
  known.set(catalog, found);
  return found;
}

const PARTS = ["value", "error"] as const;

/** What a function gets that a method of a result is given: `result.match((order) => …, (error) => …)`. */
export function gotOfResult(taint: FileTaint, site: Site, method: Method, path: Path): readonly Origin[] {
  const under = opensOf(taint.file, method).flatMap(({ row, holds }) => PARTS.flatMap((part) => (isPlace(row[part], site) ? [holds[part]] : [])));
  return [...new Set(under)].flatMap((step) => taint.origins(method.object, [step, ...path]));
}

function isPlace(place: number | string | undefined, { arg, path }: Site): boolean {
  return typeof place === "string" ? arg === 0 && path.length === 1 && path[0] === place : place === arg && path.length === 0;
}

/** What such a method gives; null where none of its functions stands there, or no part of a result is asked for. */
export function throughResult(taint: FileTaint, method: Method, args: readonly ValueId[], path: Path): readonly Origin[] | null {
  const { object } = method;
  const found = opensOf(taint.file, method).flatMap(({ row, holds }): (readonly Origin[])[] => {
    const given = PARTS.map((part) => ({ part: holds[part], functions: functionsAt(taint, row[part], args) }));
    const takers = given.filter((g) => g.functions.length > 0);
    const returned = (under: Path): readonly Origin[] => takers.flatMap((t) => t.functions).flatMap((fn) => taint.returned(fn, object, null, under));
    const [step, ...rest] = path;
    if (row.gives === "value" || row.gives === "error") return [[...taint.origins(object, [holds[row.gives], ...path]), ...(takers.length > 0 ? returned(path) : args.flatMap((arg) => taint.origins(arg, path)))]];
    if (takers.length === 0) return [];
    if (row.gives === "returned") return [returned(path)];
    if (row.gives === "itself") return [taint.origins(object, path)];
    if (step !== undefined && step !== holds.value && step !== holds.error) return [];
    const left = given.filter((g) => g.functions.length === 0).flatMap(({ part }) => (step === undefined || step === part ? taint.origins(object, step === undefined ? [part] : path) : []));
    if (row.gives === "result") return [[...returned(path), ...left]];
    return [[...takers.flatMap((t) => (step === undefined || step === t.part ? t.functions.flatMap((fn) => taint.returned(fn, object, null, rest)) : [])), ...left]];
  });
  return found.length === 0 ? null : found.flat();
}

function functionsAt({ file }: FileTaint, place: number | string | undefined, args: readonly ValueId[]): readonly number[] {
  const first = args[0] === undefined ? undefined : file.facts.values[args[0]];
  const prop = typeof place === "string" && first?.kind === "object" ? first.props.findLast((p) => p.name === place) : undefined;
  const at = typeof place === "string" ? prop?.value : place === undefined ? undefined : args[place];
  return at === undefined ? [] : file.get(flow).functions(at);
}
