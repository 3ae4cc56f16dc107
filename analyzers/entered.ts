import type { CallValue, Facts, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { eachBeside } from "./beside.js";
import { type Env, givenAs, inletOf } from "./inlets.js";
import { eachStatement, flow, type Flow } from "./flow.js";
import { isInside } from "./links.js";
import { sanctioned } from "./sanctioned.js";
import { sitesOf } from "./sites.js";

/** Wrappers of wrappers of wrappers: nobody goes deeper on purpose. */
const DEEPEST = 12;
/** Methods of arrays that call their argument with each element first. */
const EACH = new Set(["forEach", "map", "flatMap"]);

/** One thing that a handler value may be. */
export type Way =
  /** Goes through the pipeline's `entry`. */
  | { readonly kind: "entered" }
  /** A function of this file, as it is. */
  | { readonly kind: "bare"; readonly fn: FnId }
  /** Another file decides. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface Handed {
  /** Empty: no function at all (options, a name, the framework's own object). */
  readonly ways: readonly Way[];
  /** The functions of this file that serve in the end, also inside `entry` and other wrappers. */
  readonly functions: readonly FnId[];
}

/** What a value handed over as a handler is, and whether the pipeline's `entry` wraps it. */
export const entered: Answer<(value: ValueId) => Handed> = {
  name: "entered",
  of(file) {
    const known = new Map<ValueId, Handed>();
    return (value) => {
      let handed = known.get(value);
      if (!handed) known.set(value, (handed = new Walk(file).handed(value)));
      return handed;
    };
  },
};

/** The same of a handler that a function registers for its callers, as one of them gives it. */
export const enteredBy = (file: FileView, value: ValueId, env: Env): Handed => new Walk(file).handed(value, env);

class Walk {
  readonly #file: FileView;
  readonly #facts: Facts;
  readonly #flow: Flow;
  readonly #ways = new Map<string, Way>();
  readonly #functions = new Set<FnId>();
  /** Names that lead out of sight, and have been followed. */
  readonly #gone = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
    this.#facts = file.facts;
    this.#flow = file.get(flow);
  }

  handed(value: ValueId, env: Env | null = null): Handed {
    this.#walk(value, env, 0);
    return { ways: [...this.#ways.values()], functions: [...this.#functions] };
  }

  #walk(id: ValueId, env: Env | null, depth: number): void {
    if (depth > DEEPEST) return this.#unknown("the handler goes through too many hands");
    const value = this.#value(id);
    const on = (next: ValueId): void => this.#walk(next, env, depth + 1);
    switch (value.kind) {
      case "function":
        return this.#function(value.fn, env, depth);
      case "call":
        return this.#call(id, value, env, depth);
      case "var": {
        const held = heldBy(this.#facts, value.binding, value.version);
        if (held.length > 0) return held.forEach(on);
        const from = this.#facts.bindings[value.binding]?.from;
        return this.#unknown(from ? `\`${this.#text(id)}\` comes from ${this.#facts.imports[from.import]?.module}` : `\`${this.#text(id)}\` gets its value elsewhere`);
      }
      case "member":
      case "param":
      case "element":
        return this.#outside(id, value, env, depth);
      case "cast":
      case "await":
        return on(value.of);
      case "choice":
        on(value.then);
        return on(value.otherwise);
      case "logical":
        if (value.op !== "&&") on(value.left);
        return on(value.right);
      case "sequence":
        return value.items.slice(-1).forEach(on);
      case "assign":
        return on(value.value);
      case "default":
        on(value.of);
        return on(value.fallback);
      default:
        return;
    }
  }

  /** A name that leads out of sight: a parameter, a property, an element of a table. */
  #outside(id: ValueId, value: Value, env: Env | null, depth: number): void {
    // What a wrapper was called with, while its inside is looked at.
    const inlet = env === null ? null : inletOf(this.#file, id);
    for (let at = env; at && inlet; at = at.outer) {
      if (at.element === null ? at.fn !== inlet.fn : at.element !== inlet.root) continue;
      for (const given of givenAs(this.#file, { value: id, path: [] }, env)) this.#walk(given.value, given.env, depth + 1);
      return;
    }
    // What is handed on from function to function has the same sources everywhere.
    if (this.#gone.has(id)) return;
    this.#gone.add(id);
    const elsewhere = this.#elsewhere(id).filter((s) => s !== id);
    for (const source of elsewhere) this.#walk(source, null, depth + 1);
    const methods = value.kind === "member" ? this.#flow.functions(id) : [];
    for (const fn of methods) this.#function(fn, null, depth);
    const items = this.#elements(value);
    for (const item of items ?? []) this.#walk(item, null, depth + 1);
    if (elsewhere.length > 0 || methods.length > 0 || items) return;
    // `Deno.serve(app.fetch)`
    if (value.kind === "member" && this.#flow.symbols(value.object).some((n) => this.#isFramework(n.text))) return;
    this.#unknown(value.kind === "param" ? `\`${this.#text(id)}\` is what the caller gives` : `\`${this.#text(id)}\` is not of this file`);
  }

  /** What a name out of sight is; of `{ save: wrap(save) }` the call, which says what is wrapped, and not the function that it gives. */
  #elsewhere(id: ValueId): readonly ValueId[] {
    const sources = this.#flow.sources(id);
    const wrapping = this.#flow.written(id).filter((part) => this.#value(part).kind === "call");
    if (wrapping.length === 0) return sources;
    const given = new Set(wrapping.flatMap((part) => this.#flow.sources(part)));
    return [...new Set([...sources.filter((s) => !given.has(s)), ...wrapping])];
  }

  /** The values of `handler` in `for (const { handler } of routes)` or `routes.forEach(({ handler }) => …)`, where the table is a literal. */
  #elements(value: Value): readonly ValueId[] | null {
    if (value.kind === "member") {
      if (value.name === null) return null;
      const found = this.#flow.sources(value.object).flatMap((row): readonly (ValueId | null)[] => {
        const rowValue = this.#value(row);
        const items = rowValue.kind === "element" || rowValue.kind === "param" ? this.#elements(rowValue) : null;
        return items === null ? [null] : items.flatMap((item) => this.#flow.sources(item).map((s) => propertyOf(this.#value(s), value.name as string)));
      });
      return found.some((f) => f === null) || found.length === 0 ? null : (found as ValueId[]);
    }
    let table: ValueId | undefined;
    if (value.kind === "element") table = value.of;
    else if (value.kind === "param" && value.index === 0) {
      const site = sitesOf(this.#facts).ofFunction(value.fn)[0];
      const call = site && this.#value(site.call);
      const callee = call?.kind === "call" ? this.#value(call.callee) : undefined;
      if (callee?.kind === "member" && callee.name !== null && EACH.has(callee.name)) table = callee.object;
    }
    const source = table === undefined ? [] : this.#flow.sources(table);
    const list = source.length === 1 ? this.#value(source[0] as ValueId) : undefined;
    return list?.kind === "array" ? list.items.filter((i) => i !== null) : null;
  }

  #call(id: ValueId, value: CallValue, env: Env | null, depth: number): void {
    if (value.form === "new") return;
    const name = this.#file.get(sanctioned)(value.callee);
    if (name === "entry" || name?.startsWith("entry.")) {
      this.#ways.set("entered", { kind: "entered" });
      return this.#inside(value.args, env, depth);
    }
    const callee = this.#value(value.callee);
    if (callee.kind === "member" && callee.name === "bind") return this.#walk(callee.object, env, depth + 1);
    const locals = this.#flow.functions(value.callee);
    if (locals.length > 0) {
      for (const fn of locals) for (const result of returned(this.#facts, fn)) this.#walk(result, { fn, element: null, args: value.args, outer: env }, depth + 1);
      return;
    }
    const nodes = this.#flow.symbols(value.callee);
    for (const { row } of nodes.flatMap((n) => n.rows("wraps"))) {
      const arg = value.args.at(row.arg === "last" ? -1 : row.arg);
      if (arg !== undefined) return this.#walk(arg, env, depth + 1);
    }
    // `createServer(app)`: what the framework makes serves the entries registered on it.
    if (this.#flow.symbols(id).some((n) => this.#isFramework(n.text))) return;
    this.#inside(value.args, env, depth);
    this.#unknown(`\`${this.#text(value.callee)}(…)\` makes the handler, out of sight of this file`);
  }

  /** A literal, a local function, or what a local wrapper returns. */
  #function(fn: FnId, env: Env | null, depth: number): void {
    if (env !== null && isInside(this.#facts, fn, env.fn) && this.#wraps(fn, env, depth)) return;
    this.#functions.add(fn);
    this.#ways.set(`bare ${fn}`, { kind: "bare", fn });
  }

  /**
   * A wrapper's function does what it calls: the wrapper's own parameter, or the result of an `entry` or wrapper around
   * it. It enters where that does; on its own it is only a function more.
   */
  #wraps(fn: FnId, env: Env, depth: number): boolean {
    const before = this.#ways.size;
    const inner = new Walk(this.#file);
    eachBeside(this.#file, { mark: (this.#facts.functions[fn] as FunctionFact).at }, (value, id) => {
      if (value.kind !== "call" || !isInside(this.#facts, this.#facts.owner[id] as FnId, fn)) return;
      if (this.#leadsToParam(value.callee, env, 0)) inner.#walk(value.callee, env, depth + 1);
      else if (this.#handsOn(value, env)) inner.#unknown(`\`${this.#text(value.callee)}\` runs the handler, out of sight of this file`);
    });
    for (const f of inner.#functions) this.#functions.add(f);
    const ways = [...inner.#ways.values()];
    if (ways.length === 0) return false;
    if (ways.some((w) => w.kind === "bare")) {
      this.#functions.add(fn);
      this.#ways.set(`bare ${fn}`, { kind: "bare", fn });
    } else for (const [key, way] of inner.#ways) this.#ways.set(key, way);
    return this.#ways.size > before || ways.length > 0;
  }

  /** Does the wrapper give the handler to a function of another file, which may enter? */
  #handsOn(call: CallValue, env: Env): boolean {
    if (this.#flow.functions(call.callee).length > 0) return false;
    const given = call.args.some((arg) => {
      const [held] = this.#flow.sources(arg).filter((s) => this.#value(s).kind === "param");
      const param = held === undefined ? undefined : this.#value(held);
      const outer = param?.kind === "param" && param.fn === env.fn ? env.args[param.index] : undefined;
      return outer !== undefined && new Walk(this.#file).handed(outer).ways.length > 0;
    });
    // What the catalog knows (a timer, a promise) is no pipeline.
    return given && !this.#flow.symbols(call.callee).some((n) => n.leadsSomewhere) && this.#value(call.callee).kind !== "global";
  }

  /** Is a callee the wrapper's parameter, or a local of the wrapper that was made from it? */
  #leadsToParam(id: ValueId, env: Env, depth: number): boolean {
    if (depth > 4) return false;
    const value = this.#value(id);
    if (value.kind === "param") return value.fn === env.fn;
    if (value.kind === "var") return heldBy(this.#facts, value.binding, value.version).some((held) => this.#leadsToParam(held, env, depth + 1));
    if (value.kind === "call") return value.args.some((arg) => this.#leadsToParam(arg, env, depth + 1)) || this.#leadsToParam(value.callee, env, depth + 1);
    if (value.kind === "cast") return this.#leadsToParam(value.of, env, depth + 1);
    if (value.kind === "member") return this.#isGiven(id, env);
    return false;
  }

  /** `options.handler`: is that a function that the caller gives? What a service of the caller's does is none. */
  #isGiven(id: ValueId, env: Env): boolean {
    const inlet = inletOf(this.#file, id);
    if (inlet === null || (env.element === null ? inlet.fn !== env.fn : inlet.root !== env.element)) return false;
    return givenAs(this.#file, { value: id, path: [] }, env).length > 0;
  }

  /** The functions among a wrapper's arguments: they serve, whatever stands around them. */
  #inside(args: readonly ValueId[], env: Env | null, depth: number): void {
    for (const arg of args) {
      const inner = new Walk(this.#file);
      inner.#walk(arg, env, depth + 1);
      for (const fn of inner.#functions) this.#functions.add(fn);
    }
  }

  #isFramework(text: string): boolean {
    const module = text.slice(0, text.lastIndexOf(":"));
    return module !== "global" && isEntryModule(this.#file, module);
  }

  #unknown(reason: string): void {
    this.#ways.set(reason, { kind: "unknown", reason });
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }

  #text(id: ValueId): string {
    const { start, end } = this.#file.span({ value: id });
    const text = this.#file.text.slice(start, end).replace(/\s+/g, " ");
    return text.length > 40 ? `${text.slice(0, 39)}…` : text;
  }
}

const entryModules = new WeakMap<object, ReadonlySet<string>>();

/** Does a library of this module take handlers? Then what its calls give is no handler of ours. */
function isEntryModule(file: FileView, module: string): boolean {
  const { catalog } = file.settings as { catalog: { libraries?: readonly { readonly entries?: readonly unknown[]; readonly packages: readonly string[] }[] } };
  let modules = entryModules.get(catalog);
  if (!modules) entryModules.set(catalog, (modules = new Set((catalog.libraries ?? []).flatMap((l) => (l.entries ? l.packages : [])))));
  for (let at = module; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) if (modules.has(at)) return true;
  return false;
}

/** The values a version of a binding may hold, one step back; none for an import or what is never written. */
function heldBy(facts: Facts, binding: number, version: number): readonly ValueId[] {
  const versions = facts.bindings[binding]?.versions ?? [];
  const held: ValueId[] = [];
  const seen = new Set<number>();
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    const v = versions[index];
    if (v?.value !== undefined) held.push(v.value);
    v?.of?.forEach(visit);
  };
  if (version < 0) versions.forEach((_, i) => visit(i));
  else visit(version);
  return held;
}

function returned(facts: Facts, fn: FnId): readonly ValueId[] {
  const fact = facts.functions[fn] as FunctionFact;
  const found: ValueId[] = [];
  if (!fact.async && !fact.generator) eachStatement(fact.body, (s) => void (s.kind === "return" && s.value !== null && found.push(s.value)));
  return found;
}

function propertyOf(value: Value, name: string): ValueId | null {
  const prop = value.kind === "object" ? value.props.findLast((p) => p.name === name) : undefined;
  return prop && prop.form !== "get" && prop.form !== "set" ? prop.value : null;
}
