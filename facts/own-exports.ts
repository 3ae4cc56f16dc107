import type { BindingFact, BindingId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import { loadOf } from "./loads.js";

/** As much of the facts as tells what `module.exports` is called. */
interface Names {
  readonly values: readonly Value[];
  readonly bindings: readonly Pick<BindingFact, "versions">[];
}

/** The names that hold the module's own exports: `const User = module.exports;`, `const app = exports = module.exports = {};` */
export function ownExports({ values, bindings }: Names): ReadonlySet<BindingId> {
  const found = new Set<BindingId>();
  bindings.forEach(({ versions }, id) => {
    const held = versions.length === 1 ? versions[0]?.value : undefined;
    if (held !== undefined && isOwn(values, held)) found.add(id);
  });
  return found;
}

function isOwn(values: readonly Value[], id: ValueId): boolean {
  const value = values[id];
  if (value?.kind === "global") return value.name === "exports";
  if (value?.kind === "member") return isWhole(value, values);
  if (value?.kind !== "assign" || value.op !== "=") return false;
  const target = value.target !== null && "member" in value.target ? values[value.target.member] : undefined;
  return (target?.kind === "member" && isWhole(target, values)) || isOwn(values, value.value);
}

function isWhole({ name, object }: Value & { kind: "member" }, values: readonly Value[]): boolean {
  const of = values[object];
  return name === "exports" && of?.kind === "global" && of.name === "module";
}

/** A module that another one is given to, to be added to: `require("./data")(User)`. */
export interface Extension {
  readonly module: string;
  readonly arg: number;
  /** What is given: the file's own exports, or what itself was given as such an argument. */
  readonly given: "own" | number;
}

/** What a file does to other modules, and has others do to its own. */
export interface Extending {
  readonly extensions: readonly Extension[];
  /** What the one function that it exports writes to its parameters, by their place. */
  readonly writes: ReadonlyMap<number, readonly { readonly name: string; readonly value: ValueId }[]>;
  /** The names of these parameters. */
  readonly params: ReadonlyMap<BindingId, number>;
  /** Members that are written to, and not read. */
  readonly written: ReadonlySet<ValueId>;
}

const known = new WeakMap<Facts, Extending>();

export function extending(facts: Facts): Extending {
  let found = known.get(facts);
  if (found === undefined) known.set(facts, (found = find(facts)));
  return found;
}

const NONE: Extending = { extensions: [], writes: new Map(), params: new Map(), written: new Set() };

function find(facts: Facts): Extending {
  if (facts.moduleKind === "esm") return NONE;
  const own = ownExports(facts);
  const params = new Map<BindingId, number>();
  const fn = extenderOf(facts);
  if (fn !== null) facts.functions[fn]?.params.forEach(({ binding, rest }, index) => binding !== null && !rest && facts.bindings[binding]?.versions.length === 1 && params.set(binding, index));
  if (own.size === 0 && params.size === 0) return NONE;
  const extensions: Extension[] = [];
  const writes = new Map<number, { name: string; value: ValueId }[]>();
  const written = new Set<ValueId>();
  const givenAs = (id: ValueId): Extension["given"] | null => {
    const value = facts.values[id] as Value;
    if (value.kind !== "var") return isOwn(facts.values, id) ? "own" : null;
    return own.has(value.binding) ? "own" : (params.get(value.binding) ?? null);
  };
  for (const value of facts.values) {
    if (value.kind === "assign" && value.target !== null && "member" in value.target) {
      written.add(value.target.member);
      const target = facts.values[value.target.member];
      const index = target?.kind === "member" && facts.values[target.object]?.kind === "var" ? params.get((facts.values[target.object] as Value & { kind: "var" }).binding) : undefined;
      if (value.op === "=" && index !== undefined && target?.kind === "member" && target.name !== null) listAt(writes, index).push({ name: target.name, value: value.value });
    } else if (value.kind === "call" && value.form === undefined) {
      const module = moduleOf(facts, value.callee);
      if (module !== null) value.args.forEach((arg, index) => {
        const given = givenAs(arg);
        if (given !== null) extensions.push({ module, arg: index, given });
      });
    }
  }
  return { extensions, writes, params, written };
}

/** The one function that a file exports: `module.exports = function (User) { … }`. */
function extenderOf(facts: Facts): FnId | null {
  const assigned = facts.exports.findLast((e) => e.name === "=");
  let value = assigned?.value === undefined ? undefined : facts.values[assigned.value];
  if (value?.kind === "var") {
    const held = facts.bindings[value.binding]?.versions;
    value = held?.length === 1 && held[0]?.value !== undefined ? facts.values[held[0].value] : undefined;
  }
  return value?.kind === "function" ? value.fn : null;
}

/** The module that is called: `require("./data")(…)`, or by a name for it. */
function moduleOf(facts: Facts, callee: ValueId): string | null {
  const value = facts.values[callee] as Value;
  if (value.kind !== "var") return relative(loadOf(facts, value)?.module);
  const held = facts.bindings[value.binding]?.versions;
  return held?.length === 1 && held[0]?.value !== undefined ? relative(loadOf(facts, facts.values[held[0].value] as Value)?.module) : null;
}

const relative = (module: string | undefined): string | null => (module !== undefined && module.startsWith(".") ? module : null);
