import type { BindingFact, ClassId, Facts, FnId, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import type { Told } from "../core/rule.js";
import { conventional } from "../catalog/conventional-names.js";
import { packageOf } from "../catalog/symbol-path.js";
import { Declared } from "./declared.js";
import { enclosingClass } from "./links.js";
import { handedBy, SELF } from "./sites.js";
import { keysOf } from "./parts.js";
import { Records } from "./records.js";
import { type Sources, TYPED } from "./sources.js";
import { GIVES_LIST, WrittenTypes } from "./written-types.js";

/** Interfaces may extend each other in a circle. */
const DEEPEST = 12;
/** A query that is built in branches has a path for each way through them: what the first say, the others say too. */
const MOST_SYMBOLS = 24;
/** What mongoose calls the functions of a schema on. */
const SCHEMA_SELF = { model: "mongoose:Model()", document: "mongoose:Document()", query: "mongoose:Query()" } as const;
const GLOBAL_OBJECTS = new Set(["globalThis", "global", "window", "self"]);

/** Who values and types are, in the catalog's words. */
export class Symbols {
  readonly #facts: Facts;
  readonly #catalog: Catalog;
  /** The pipeline's name that a symbol is. */
  readonly #pipelineName: (node: SymbolNode) => string | null;
  readonly #sources: Sources;
  readonly #types: WrittenTypes;
  readonly #declared: Declared;
  readonly #known: (readonly SymbolNode[] | undefined)[];
  readonly #own: (readonly SymbolNode[] | undefined)[];

  constructor(facts: Facts, catalog: Catalog, pipelineName: (node: SymbolNode) => string | null, sources: Sources, told?: Told) {
    this.#facts = facts;
    this.#known = new Array(facts.values.length);
    this.#own = new Array(facts.values.length);
    this.#catalog = catalog;
    this.#pipelineName = pipelineName;
    this.#sources = sources;
    this.#types = new WrittenTypes(facts);
    this.#declared = new Declared(facts, sources, this.#types, told);
    const records = new Records(facts, sources, (cls) => this.#baseSymbols(cls));
    this.#declared.record = (call) => records.typeOf(call);
    sources.typesCut = () => this.#declared.cuts;
    sources.typedSide = (value) => {
      const cls = this.#types.classOf(this.#declared.of(value));
      return cls === null ? null : { cls, isStatic: false };
    };
    sources.implementing = (value) => {
      const type = TYPED.has((facts.values[value] as Value).kind) ? this.#types.bare(this.#declared.of(value)) : null;
      return type?.t === "name" && type.binding !== undefined ? sources.hierarchy().ofInterface(type.binding) : [];
    };
  }

  /** By what the values are; where the catalog knows none of them, by what they are declared to be. */
  symbols(value: ValueId): readonly SymbolNode[] {
    const known = this.#known[value];
    if (known) return known;
    // Guards against a circle through members and calls.
    this.#known[value] = [];
    const found = new Set<SymbolNode>();
    const sources = this.#sources.of(value);
    for (const source of sources) for (const node of this.#symbolsOf(source)) if (found.size < MOST_SYMBOLS) found.add(node);
    const own = [...found];
    return (this.#known[value] = own.some((node) => node.leadsSomewhere) ? own : this.#orDeclared(own, value, sources));
  }

  /** Its declared type, without what means the same to whoever has the value. */
  plainType(value: ValueId): TypeExpr | null {
    return this.#types.bare(this.#declared.of(value));
  }

  declared(value: ValueId): TypeExpr | null {
    return this.#declared.of(value);
  }

  #orDeclared(own: readonly SymbolNode[], value: ValueId, sources: readonly ValueId[]): readonly SymbolNode[] {
    // What the pipeline made of a client is no client of the type any more.
    if (own.some((node) => this.#pipelineName(node) !== null)) return own;
    // `Promise.resolve(x)` is `x` to whoever awaits it, and a promise to whoever calls `then`.
    const call = this.#sources.sameAs(value);
    const made = (this.#facts.values[call] as Value).kind === "call" && !sources.includes(call) ? this.#symbolsOf(call) : [];
    if (made.some((node) => node.leadsSomewhere)) return made;
    for (const id of new Set([value, ...sources])) {
      const node = this.typeSymbol(this.#declared.of(id));
      if (node !== null && (node.leadsSomewhere || own.length === 0)) return [node];
    }
    return own;
  }

  #symbolsOf(id: ValueId): readonly SymbolNode[] {
    const known = this.#own[id];
    if (known) return known;
    this.#own[id] = [];
    return (this.#own[id] = this.#find(id));
  }

  #find(id: ValueId): readonly SymbolNode[] {
    const value = this.#facts.values[id] as Value;
    switch (value.kind) {
      case "global":
        return this.#global(value.name);
      case "importMeta":
        return [this.#catalog.global("import.meta")];
      case "var": {
        const imported = this.#imported(value.binding);
        return imported === null ? [] : [imported];
      }
      case "param": {
        // A declared type says more than who calls; one of the project's own says nothing to the catalog.
        const typed = this.typeSymbol(this.#declared.of(id));
        if (typed !== null) return [typed];
        if (value.rest) return [];
        const handed = this.#handed(value.fn, value.index);
        return handed.length > 0 ? handed : this.#sources.handedOver(value.fn, value.index).flatMap(({ from, isElement }) => (isElement ? this.#elements(from, 0) : []));
      }
      case "element":
        return this.#elements(value.of, 0);
      case "member":
        return this.#member(value);
      case "rest":
        return this.symbols(value.of);
      case "class":
        // Static members come with the base: `class User extends Model`.
        return this.#baseSymbols(value.cls);
      case "this":
      case "super": {
        const fn = this.#facts.owner[id] as FnId;
        const cls = enclosingClass(this.#facts, fn);
        return cls === null ? this.#self(fn) : this.#instances(cls, this.#sources.links.isStatic(fn));
      }
      case "call":
        return this.#call(value);
      case "dynamicImport":
        return this.#module(value.source);
      default:
        return [];
    }
  }

  #handed(fn: FnId, index: number): readonly SymbolNode[] {
    return handedBy(this.#facts, this.#catalog, this, (node) => this.#pipelineName(node)?.startsWith("entry") ?? false, fn, index);
  }

  /** `this` in a function that a framework calls on something of its own. */
  #self(at: FnId): readonly SymbolNode[] {
    let fn: FnId | null = at;
    while (fn !== null && this.#facts.functions[fn]?.kind === "arrow") fn = this.#facts.functions[fn]?.parent ?? null;
    if (fn === null) return [];
    const side = this.#sources.schemas().sideOf(fn);
    if (side !== null) return [this.#catalog.path(SCHEMA_SELF[side])];
    return this.#facts.functions[fn]?.kind !== "function" ? [] : this.#handed(fn, SELF);
  }

  #global(name: string): readonly SymbolNode[] {
    if (GLOBAL_OBJECTS.has(name)) return [this.#catalog.module("global")];
    const assumed = conventional(name);
    return assumed === undefined ? [this.#catalog.global(name)] : [this.#catalog.global(name), this.#catalog.path(assumed)];
  }

  /** What an imported name stands for. */
  #imported(bindingId: number): SymbolNode | null {
    const binding = this.#facts.bindings[bindingId] as BindingFact;
    const imported = binding.from && this.#facts.imports[binding.from.import];
    const name = binding.from && imported?.names[binding.from.name];
    if (!imported || !name) return null;
    const module = this.#catalog.module(imported.module);
    return name.imported === "*" ? module : module.member(name.imported);
  }

  /** The elements of what a query gives, also of a part of them. */
  #elements(list: ValueId, depth: number, seen = new Set<ValueId>()): readonly SymbolNode[] {
    if (seen.has(list)) return [];
    seen.add(list);
    const known = this.symbols(list).flatMap((node) => (node.leadsSomewhere ? [node.element()] : [])).filter((node) => node.leadsSomewhere);
    if (known.length > 0 || depth > DEEPEST) return known;
    return this.#sources.of(list).flatMap((source) => {
      const value = this.#facts.values[source] as Value;
      const callee = value.kind === "call" ? (this.#facts.values[value.callee] as Value) : undefined;
      return callee?.kind === "member" && callee.name !== null && GIVES_LIST.has(callee.name) ? this.#elements(callee.object, depth + 1, seen) : [];
    });
  }

  #module(source: ValueId): readonly SymbolNode[] {
    const module = this.#sources.constant(source);
    return typeof module === "string" ? [this.#catalog.module(module)] : [];
  }

  /** `x[key]` has the constants that `key` may hold as its names; `*`, which is any name to the catalog, where it may hold others. */
  #member(value: Value & { kind: "member" }): readonly SymbolNode[] {
    const names = keysOf(this.#sources, value);
    return names.flatMap((name) => this.#part(value, name ?? "*"));
  }

  #part(value: Value & { kind: "member" }, name: string): readonly SymbolNode[] {
    const objects = new Set<SymbolNode>();
    let isDefinedHere = false;
    for (const source of this.#sources.of(value.object)) {
      const side = this.#sources.sideOf(source);
      // What a class of this file defines itself is not what it inherits from a library.
      if (side !== null && this.#sources.classes.find(side, name) !== null) isDefinedHere = true;
      else for (const node of this.#symbolsOf(source)) objects.add(node);
    }
    const known = isDefinedHere || [...objects].some((node) => node.leadsSomewhere) ? [...objects] : this.symbols(value.object);
    return known.map((node) => node.member(name));
  }

  #call(value: Value & { kind: "call" }): readonly SymbolNode[] {
    const callee = this.#facts.values[value.callee] as Value;
    const first = value.args[0];
    if (callee.kind === "global" && callee.name === "require" && first !== undefined) return this.#module(first);
    const own = value.form === "new" ? this.#made(value.callee) : [];
    return own.length > 0 ? own : this.symbols(value.callee).flatMap((node) => this.#wrapped(node, value) ?? [node.call()]);
  }

  /** What does as its argument does is that argument: `promisify(fs.readFile)`. */
  #wrapped(node: SymbolNode, call: Value & { kind: "call" }): readonly SymbolNode[] | null {
    for (const { row } of node.rows("wraps")) {
      const arg = row.arg === "last" ? call.args.at(-1) : call.args[row.arg];
      const known = arg === undefined ? [] : this.symbols(arg).filter((n) => n.leadsSomewhere);
      if (known.length > 0) return known;
    }
    return null;
  }

  /** A class of this file that extends one the catalog knows: its instances are instances of that one. */
  #made(callee: ValueId): readonly SymbolNode[] {
    return this.#sources.of(callee).flatMap((source) => {
      const value = this.#facts.values[source] as Value;
      return value.kind === "class" ? this.#instances(value.cls, false) : [];
    });
  }

  #instances(cls: ClassId, isStatic: boolean): readonly SymbolNode[] {
    const base = this.#baseSymbols(cls);
    return isStatic ? base : base.map((node) => node.call());
  }

  #baseSymbols(cls: ClassId): readonly SymbolNode[] {
    const base = this.#facts.classes[cls]?.extends;
    return base == null ? [] : this.symbols(base);
  }

  /** What a declared type stands for: an instance of what it names. */
  typeSymbol(type: TypeExpr | undefined | null, depth = 0): SymbolNode | null {
    const of = this.#types.bare(type);
    if (of === null || depth > DEEPEST) return null;
    switch (of.t) {
      case "intersection": {
        const known = of.items.flatMap((item) => this.typeSymbol(item, depth + 1) ?? []);
        return known.find((node) => node.leadsSomewhere) ?? known[0] ?? null;
      }
      case "union":
        return this.#either(of.items, depth);
      case "query":
        return this.#queried(of);
      case "import": {
        const module = this.#catalog.module(of.module);
        return of.name === "" ? module : memberOf(module, of.name.split(".")).instance();
      }
      case "indexed":
        return of.index.t === "literal" ? (this.#handedOver(of, depth) ?? this.typeSymbol(of.object, depth + 1)?.member(String(of.index.value)) ?? null) : null;
      case "name":
        return this.#named(of, depth);
      default:
        return null;
    }
  }

  /** `Knex | Knex.Transaction`, `PrismaClient | Prisma.TransactionClient`: whichever it is, the library's rows for the first hold. Of two libraries nobody knows which. */
  #either(items: readonly TypeExpr[], depth: number): SymbolNode | null {
    let first: SymbolNode | null = null;
    for (const item of items) {
      const node = this.typeSymbol(item, depth + 1);
      if (node === null || !node.leadsSomewhere || (first !== null && packageOf(first.text) !== packageOf(node.text))) return null;
      first ??= node;
    }
    return first;
  }

  /** `Parameters<Parameters<typeof db.transaction>[0]>[0]`: what a call hands to the function that it is given. */
  #handedOver(type: TypeExpr, depth: number): SymbolNode | null {
    const given = placeOf(type);
    const callback = given === null ? null : placeOf(given.of);
    const takes = callback === null ? null : this.typeSymbol(callback.of, depth + 1);
    const path = takes?.rows("callbacks").find(({ row }) => row.arg === callback?.index)?.row.params?.[given?.index ?? 0];
    return path == null ? null : this.#catalog.path(path);
  }

  #named(type: TypeExpr & { t: "name" }, depth: number): SymbolNode | null {
    if (type.binding === undefined) {
      if (type.name === "ReturnType" || type.name === "InstanceType") return this.#resultOf(type.args?.[0]);
      return this.#catalog.global(type.name).instance();
    }
    const imported = this.#imported(type.binding);
    if (imported !== null) return memberOf(imported, type.name.split(".").slice(1)).instance();
    const bases = this.#types.fact(type.binding)?.extends ?? [];
    const cls = this.#types.classOf(type);
    const known = [...bases.flatMap((base) => this.typeSymbol(base, depth + 1) ?? []), ...(cls === null ? [] : this.#instances(cls, false))];
    return known.find((node) => node.leadsSomewhere) ?? known[0] ?? null;
  }

  /** `ReturnType<typeof make>`. */
  #resultOf(type: TypeExpr | undefined): SymbolNode | null {
    const made = this.typeSymbol(type);
    if (made !== null) return made.call();
    const held = type?.t === "query" && type.binding !== undefined ? this.#facts.bindings[type.binding]?.versions[0]?.value : undefined;
    const value = held === undefined ? undefined : this.#facts.values[held];
    if (value?.kind !== "function") return null;
    return this.#sources.links.returns(value.fn).flatMap((result) => this.symbols(result))[0] ?? null;
  }

  /** `typeof x`: an import, or what a name of this file holds. A global's type is no global: `log: typeof console.log` is what the caller gives. */
  #queried(type: TypeExpr & { t: "query" }): SymbolNode | null {
    if (type.binding === undefined) return null;
    const path = type.name.split(".").slice(1);
    const imported = this.#imported(type.binding);
    if (imported !== null) return memberOf(imported, path);
    const held = this.#facts.bindings[type.binding]?.versions[0]?.value;
    if (held === undefined) return null;
    const node = this.symbols(held)[0];
    return node === undefined ? null : memberOf(node, path);
  }
}

function memberOf(node: SymbolNode, path: readonly string[]): SymbolNode {
  return path.reduce((at, name) => at.member(name), node);
}

/** `Parameters<F>[1]` */
function placeOf(type: TypeExpr): { readonly of: TypeExpr; readonly index: number } | null {
  const of = type.t === "indexed" && type.object.t === "name" && type.object.name === "Parameters" && type.object.binding === undefined ? type.object.args?.[0] : undefined;
  return of === undefined || type.t !== "indexed" || type.index.t !== "literal" ? null : { of, index: Number(type.index.value) };
}
