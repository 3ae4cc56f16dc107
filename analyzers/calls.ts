import type { Aspect, Catalog, SymbolNode } from "../catalog/catalog.js";
import { conventionalModule } from "../catalog/conventional-names.js";
import { type Imported, importedModules } from "../catalog/imported.js";
import type { BindingFact, CallValue, Facts, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Flow, flow } from "./flow.js";
import { byPlace } from "./placed.js";
import { loadedBy } from "./sites.js";

/** A call, seen through `call`, `apply` and `bind`. */
export interface Call {
  readonly id: ValueId;
  readonly value: CallValue;
  /** What is called in the end: of `f.call(x, a)` it is `f`. */
  readonly target: ValueId;
  /** Its arguments; null where a spread or `apply` hides them. */
  readonly args: readonly ValueId[] | null;
  /** Who is called. */
  readonly symbols: readonly SymbolNode[];
}

/** All calls of a file in order of evaluation. Who is called is worked out when somebody asks: nobody asks for most. */
export const calls: Answer<readonly Call[]> = {
  name: "calls",
  of(file) {
    const { facts } = file;
    const answers = file.get(flow);
    const found: Call[] = [];
    facts.values.forEach((value, id) => {
      if (value.kind !== "call") return;
      let target = value.callee;
      let args: readonly ValueId[] | null = value.args;
      const callee = facts.values[target];
      if (callee?.kind === "member" && (callee.name === "call" || callee.name === "apply") && !isMethod(answers, target) && isFunction(facts, answers, callee.object)) {
        target = callee.object;
        if (callee.name === "call") args = args.slice(1);
        else {
          const list = args[1] === undefined ? EMPTY : facts.values[args[1]];
          args = list?.kind === "array" && list.items.every((i) => i !== null) ? (list.items as ValueId[]) : null;
        }
      }
      const bound = boundArgs(facts, target);
      if (args !== null && bound.length > 0) args = [...bound, ...args];
      if (args?.some((a) => facts.values[a]?.kind === "spread")) args = null;
      found.push(new FileCall(answers, id, value, target, args));
    });
    return found;
  },
};

/** Of a library, as `consumer.apply(middleware)` of Nest, and not what every function has. */
const isMethod = (answers: Flow, callee: ValueId): boolean => answers.symbols(callee).some((node) => node.isKnown);

function isFunction(facts: Facts, answers: Flow, id: ValueId): boolean {
  if (answers.symbols(id).length > 0 || answers.functions(id).length > 0) return true;
  // What a decorator is given: `descriptor.value`, or the method itself. Who decorates says which it is.
  const same = facts.values[answers.sameAs(id)] as Value;
  const isValue = same.kind === "member" && same.name === "value";
  const of = isValue ? (facts.values[answers.sameAs(same.object)] as Value) : same;
  if (of.kind !== "param" || !facts.classes.some((cls) => cls.members.some((m) => m.decorators.length > 0))) return false;
  return isValue ? of.index === 2 : of.index === 0 && facts.functions[of.fn]?.params.length === 2 && facts.owner[id] !== of.fn;
}

const EMPTY: Value = { kind: "array", items: [] };
const NONE: readonly ValueId[] = [];

/** The arguments that `f.bind(x, a)` gives to `f` before those of the call, where it stands here or in the name's one value. */
function boundArgs(facts: Facts, callee: ValueId): readonly ValueId[] {
  const value = facts.values[callee] as Value;
  const held = value.kind === "var" ? facts.bindings[value.binding]?.versions[value.version]?.value : callee;
  const call = held === undefined ? undefined : facts.values[held];
  const made = call?.kind === "call" && call.form === undefined ? facts.values[call.callee] : undefined;
  return call?.kind === "call" && made?.kind === "member" && made.name === "bind" ? call.args.slice(1) : NONE;
}

/** The modules that a file imports, those it means by names that nobody declares, and those that load it. */
const imported: Answer<Imported> = {
  name: "imported modules",
  of(file) {
    const found = new Map(importedModules(file.text));
    for (const module of file.told?.modules ?? []) found.set(module, true);
    for (const value of file.facts.values) {
      const module = value.kind === "global" ? conventionalModule(value.name) : undefined;
      if (module !== undefined) found.set(module, true);
    }
    for (const module of loadedBy(file.facts, file.settings.catalog as Catalog)) found.set(module, true);
    return found;
  },
};

const placedCalls: Answer<(within: Span) => readonly Call[]> = {
  name: "calls by their place",
  of(file) {
    const all = new Map(file.get(calls).map((call) => [call.id, call]));
    const within = byPlace(file, [...all.keys()]);
    return (span) => within(span).map((id) => all.get(id) as Call);
  },
};

/** The calls that stand in a stretch of the text, in order of evaluation. */
export function callsWithin(file: FileView, span: Span): readonly Call[] {
  return file.get(placedCalls)(span);
}

class FileCall implements Call {
  readonly id: ValueId;
  readonly value: CallValue;
  readonly target: ValueId;
  readonly args: readonly ValueId[] | null;
  readonly #flow: Flow;

  constructor(answers: Flow, id: ValueId, value: CallValue, target: ValueId, args: readonly ValueId[] | null) {
    this.#flow = answers;
    this.id = id;
    this.value = value;
    this.target = target;
    this.args = args;
  }

  get symbols(): readonly SymbolNode[] {
    return this.#flow.symbols(this.target);
  }
}

/**
 * Could a call have rows of these aspects? Told by the name it is called by, before anybody follows where its object
 * comes from: of what the file imports (and of modules it may mean without), the catalog knows the last names.
 */
export function callsThatMayHave(file: FileView, aspects: readonly Aspect[], alsoFrom: readonly string[] = []): readonly Call[] {
  const known = file.get(candidates);
  const key = `${aspects.join()} ${alsoFrom.join()}`;
  let found = known.get(key);
  if (!found) known.set(key, (found = candidatesOf(file, aspects, alsoFrom)));
  return found;
}

const candidates: Answer<Map<string, readonly Call[]>> = { name: "calls that may have rows", of: () => new Map() };

function candidatesOf(file: FileView, aspects: readonly Aspect[], alsoFrom: readonly string[]): readonly Call[] {
  const lastNames = (file.settings.catalog as Catalog).lastNames([...file.get(imported).keys(), ...alsoFrom], aspects);
  const all = file.get(calls);
  if (lastNames === null) return all;
  const keeps = lastNames.itself ? file.get(fieldNames) : NO_NAMES;
  const { values, bindings, imports } = file.facts;
  const isOwnFunction = ({ type, versions }: BindingFact): boolean => type === undefined && versions.length > 0 && versions.every((v) => v.value !== undefined && values[v.value]?.kind === "function");
  return all.filter(({ target }) => {
    const callee = values[target] as Value;
    let name: string | null = null;
    if (callee.kind === "member") ({ name } = callee);
    else if (callee.kind === "var") {
      const binding = bindings[callee.binding] as BindingFact;
      if (binding.from === undefined) return !isOwnFunction(binding);
      name = imports[binding.from.import]?.names[binding.from.name]?.imported ?? null;
    }
    return name === null || name === "default" || name === "*" || lastNames.has(name) || (callee.kind === "member" && keeps.has(name));
  });
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** What classes keep things under: `this.db("orders")` calls what the field holds. */
const fieldNames: Answer<ReadonlySet<string>> = {
  name: "names of fields",
  of({ facts }) {
    const names = new Set(facts.classes.flatMap(({ members }) => members.flatMap((m) => (m.kind === "field" && m.name !== null && m.fn === null ? [m.name] : []))));
    for (const { params } of facts.functions) {
      for (const { property, binding } of params) if (property && binding !== null) names.add(facts.bindings[binding]?.name as string);
    }
    return names;
  },
};

/** The call that a value is. */
export const callAt: Answer<(id: ValueId) => Call | undefined> = {
  name: "calls by their value",
  of(file) {
    const byId = new Map(file.get(calls).map((call) => [call.id, call]));
    return (id) => byId.get(id);
  },
};

/** A place that runs a function where nobody writes a call: the read of a getter, the end of a block. */
export function unwritten(at: ValueId): Call {
  return { id: at, value: { kind: "call", callee: at, args: NONE }, target: at, args: NONE, symbols: [] };
}
