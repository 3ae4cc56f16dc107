import type { Catalog } from "../catalog/catalog.js";
import type { EntryKind, MiddlewareRow } from "../catalog/library.js";
import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView, Place } from "../core/rule.js";
import { type Call, callAt, callsThatMayHave } from "./calls.js";
import { type Closure, closures } from "./closures.js";
import { routesAnyOf } from "./computed-members.js";
import { endsOf, intoLists } from "./ends.js";
import { entries } from "./entries.js";
import { flow } from "./flow.js";
import { under } from "./under.js";

/** A function that runs on the way of entries: middleware, a hook, a guard, a handler of errors or parameters. */
export interface Middleware {
  readonly framework: string;
  /** Of the entries it is registered for. */
  readonly kind: EntryKind;
  /** The registering call. */
  readonly call: Call;
  readonly at: Place;
  readonly runs: readonly Closure[];
}

/** The middleware that one file registers. Plugins only set things up. */
export const middleware: Answer<readonly Middleware[]> = {
  name: "middleware",
  of(file) {
    const found: Middleware[] = [];
    const handlers = new Set(file.get(entries).map((e) => e.handler));
    for (const call of callsThatMayHave(file, ["middleware"])) {
      const rows = [...call.symbols, ...routesAnyOf(file, call)].flatMap((s) => s.rows("middleware")).filter(({ row }) => row.role !== "plugin" && isWhen(file, call, row));
      const seen = new Set<ValueId>();
      for (const { row } of rows) {
        for (const value of handlersOf(file, call, row)) {
          if (handlers.has(value) || seen.has(value)) continue;
          const runs = runBy(file, value).filter(({ fn }) => row.arity === undefined || file.facts.functions[fn]?.params.length === row.arity);
          if (runs.length === 0) continue;
          seen.add(value);
          found.push({ framework: row.framework, kind: kindOf(file, row.framework), call, at: { value }, runs });
        }
      }
    }
    return [...found, ...strategies(file)];
  },
};

/** `class Local extends PassportStrategy(Strategy) { validate(…) }`: Nest has passport call it on the routes that authenticate. */
function strategies(file: FileView): readonly Middleware[] {
  if (!file.text.includes("PassportStrategy")) return [];
  return file.facts.classes.flatMap((cls): Middleware[] => {
    const call = cls.extends === null ? undefined : file.get(callAt)(cls.extends);
    const validate = cls.members.find((m) => m.name === "validate" && m.fn !== null && !m.static)?.fn;
    if (call === undefined || validate == null || !call.symbols.some((s) => s.text === "@nestjs/passport:PassportStrategy")) return [];
    return [{ framework: "passport", kind: "http", call, at: { value: call.id }, runs: [{ fn: validate, frame: null }] }];
  });
}

function isWhen(file: FileView, { args }: Call, { when }: MiddlewareRow): boolean {
  const arg = when && args?.[when.arg];
  return !when || (arg !== undefined && when.values.includes(String(file.get(flow).constant(arg))));
}

function handlersOf(file: FileView, { value: { args } }: Call, { handler }: MiddlewareRow): readonly ValueId[] {
  if (handler === "all") return args.flatMap((arg) => listed(file, arg));
  const index = typeof handler === "object" ? handler.arg : handler;
  const arg = index === "last" ? args.at(-1) : args[index];
  if (arg === undefined) return [];
  if (typeof handler !== "object") return listed(file, arg);
  return under(file, arg, handler.path.split(".")).map((at) => at.value);
}

/** `app.use([first, second])` */
function listed(file: FileView, arg: ValueId): readonly ValueId[] {
  const spread = new Set<ValueId>();
  const ends = endsOf(file, arg, (value, source) => {
    if (value.kind === "spread") spread.add(value.of);
    return intoLists(value, source);
  });
  return [...new Set(ends.flatMap(({ written }) => (spread.has(written) ? [] : [written])))];
}

/** What Nest calls on the classes it is given. */
const METHODS = new Set(["use", "canActivate", "intercept", "transform", "catch"]);

function runBy(file: FileView, value: ValueId): readonly Closure[] {
  const { facts } = file;
  const methods = file.get(flow).sources(value).flatMap((source): readonly Closure[] => {
    let of = facts.values[source] as Value;
    if (of.kind === "call" && of.form === "new") of = facts.values[file.get(flow).sources(of.callee)[0] ?? of.callee] as Value;
    const members = of.kind === "class" ? (facts.classes[of.cls]?.members ?? []) : [];
    return members.flatMap((m) => (m.fn !== null && m.name !== null && METHODS.has(m.name) ? [{ fn: m.fn, frame: null }] : []));
  });
  return [...methods, ...file.get(closures).of(value, null).closures];
}

/** By the first row of each framework: its own. */
const kinds = new WeakMap<Catalog, ReadonlyMap<string, EntryKind>>();

function kindOf(file: FileView, framework: string): EntryKind {
  const catalog = file.settings.catalog as Catalog;
  let known = kinds.get(catalog);
  if (!known) kinds.set(catalog, (known = new Map(catalog.libraries.flatMap((l) => l.entries ?? []).map((row) => [row.framework, row.kind] as const).reverse())));
  return known.get(framework) ?? "http";
}
