import { ANY_VERSION, type BindingFact, type ClassMember, type Facts, type FnId, type FunctionFact, type TypeExpr, type Value, type ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Catalog, SymbolNode } from "../catalog/catalog.js";
import { handedBy } from "./sites.js";

/** More roads than this to one value, and no verdict could name them all. */
const MOST_SOURCES = 12;

/** What one file says about where values come from. */
export interface Flow {
  /** The values this one may be, seen through names, casts, `await`, choices, known properties and local calls. */
  sources(value: ValueId): readonly ValueId[];
  /** Who it is in the catalog's words; several where roads meet, none where nobody can say. */
  symbols(value: ValueId): readonly SymbolNode[];
  /** What a declared type stands for. */
  typeSymbol(type: TypeExpr | undefined): SymbolNode | null;
  /** Its text, number or flag, if it is always the same one. */
  constant(value: ValueId): string | number | boolean | null | undefined;
  /** The local functions it may be, and whether it may be something else too. */
  functions(value: ValueId): readonly FnId[];
  /** Every call in this file that may call the function; null if it can also be called from elsewhere. */
  callers(fn: FnId): readonly ValueId[] | null;
  /** What is written to members of a binding's object after its creation: `opts.timeout = 5`. */
  memberWrites(binding: number): readonly { readonly name: string; readonly value: ValueId }[];
}

export const flow: Answer<Flow> = { name: "flow", of: (file) => new FileFlow(file) };

class FileFlow implements Flow {
  readonly #facts: Facts;
  readonly #catalog: Catalog;
  readonly #sources: (readonly ValueId[] | undefined)[] = [];
  readonly #symbols: (readonly SymbolNode[] | undefined)[] = [];
  readonly #open = new Set<ValueId>();
  readonly #isEntry: (node: SymbolNode) => boolean;
  #uses: Uses | undefined;

  constructor(file: FileView) {
    this.#facts = file.facts;
    this.#catalog = file.settings.catalog as Catalog;
    this.#isEntry = (node) => file.settings.pipelineName(node.text, file.path)?.startsWith("entry") ?? false;
  }

  sources(value: ValueId): readonly ValueId[] {
    const known = this.#sources[value];
    if (known) return known;
    // A cycle (a loop's join, recursion) adds nothing that its entry does not bring.
    if (this.#open.has(value)) return [];
    this.#open.add(value);
    const found = new Set<ValueId>();
    this.#collect(value, found);
    this.#open.delete(value);
    const list = [...found];
    if (this.#open.size === 0 || list.length > 0) this.#sources[value] = list;
    return list;
  }

  #collect(id: ValueId, found: Set<ValueId>): void {
    if (found.size > MOST_SOURCES) return;
    const through = (next: ValueId): void => {
      for (const s of this.sources(next)) found.add(s);
    };
    const value = this.#value(id);
    switch (value.kind) {
      case "var": {
        const binding = this.#facts.bindings[value.binding] as BindingFact;
        const held = this.#held(binding, value.version);
        if (held.length === 0) found.add(id);
        else held.forEach(through);
        return;
      }
      case "cast":
      case "await":
        through(value.of);
        return;
      case "choice":
        through(value.then);
        through(value.otherwise);
        return;
      case "logical":
        if (value.op !== "&&") through(value.left);
        through(value.right);
        return;
      case "sequence":
        if (value.items.length > 0) through(value.items[value.items.length - 1] as ValueId);
        return;
      case "assign":
        through(value.value);
        return;
      case "default":
        through(value.of);
        through(value.fallback);
        return;
      case "param":
        this.#collectParam(id, value, found, through);
        return;
      case "member":
        this.#collectMember(id, value.object, value.name, found, through);
        return;
      case "call":
        this.#collectCall(id, value, found, through);
        return;
      default:
        found.add(id);
    }
  }

  /** The values a version of a binding may hold; empty if it holds none of this file's. */
  #held(binding: BindingFact, version: number): ValueId[] {
    const held: ValueId[] = [];
    const seen = new Set<number>();
    const visit = (index: number): void => {
      if (seen.has(index)) return;
      seen.add(index);
      const v = binding.versions[index];
      if (v?.value !== undefined) held.push(v.value);
      v?.of?.forEach(visit);
    };
    if (version === ANY_VERSION) binding.versions.forEach((_, i) => visit(i));
    else visit(version);
    return held;
  }

  /** A parameter is what its callers give, where all callers are in this file; its declared type is its own answer. */
  #collectParam(id: ValueId, value: Value & { kind: "param" }, found: Set<ValueId>, through: (v: ValueId) => void): void {
    found.add(id);
    if (value.rest) return;
    for (const call of this.callers(value.fn) ?? []) {
      const site = this.#value(call);
      if (site.kind !== "call") continue;
      const arg = site.args[value.index];
      if (arg !== undefined && this.#value(arg).kind !== "spread") through(arg);
    }
  }

  #collectMember(id: ValueId, object: ValueId, name: string | null, found: Set<ValueId>, through: (v: ValueId) => void): void {
    if (name === null) {
      found.add(id);
      return;
    }
    let resolved = true;
    const values: ValueId[] = [];
    for (const source of this.sources(object)) {
      const of = this.#value(source);
      if (of.kind === "object") {
        const prop = of.props.findLast((p) => p.name === name);
        if (prop && prop.form !== "get" && prop.form !== "set") values.push(prop.value);
        else resolved = false;
      } else if (of.kind === "array") {
        const item = of.items[Number(name)];
        if (item !== undefined && item !== null && /^\d+$/.test(name)) values.push(item);
        else resolved = false;
      } else if (of.kind === "this" || of.kind === "class" || (of.kind === "call" && of.form === "new")) {
        const member = this.#classMember(source, of, name);
        if (member === null) resolved = false;
        else {
          if (member.value !== null) values.push(member.value);
          values.push(...member.written);
          // A field with a declared type, or one written from outside, is also just itself.
          if (member.value === null && member.written.length === 0) resolved = false;
        }
      } else resolved = false;
    }
    for (const v of values) through(v);
    if (!resolved || values.length === 0) found.add(id);
  }

  /** `this.x`, `Class.x`, `new Class().x`: the class's own member. */
  #classMember(source: ValueId, of: Value, name: string): { value: ValueId | null; written: readonly ValueId[]; type?: TypeExpr } | null {
    const cls = this.#classOf(source, of);
    if (cls === null) return null;
    const fact = this.#facts.classes[cls];
    const member = fact?.members.find((m): m is ClassMember & { kind: "field" } => m.name === name && m.kind === "field");
    const property = this.#parameterProperty(cls, name);
    const written = this.#useTable().fieldWrites.get(`${cls}.${name}`) ?? [];
    if (!member && !property && written.length === 0) return null;
    const type = member?.type ?? property?.type;
    const values = property ? [...written, property.value] : written;
    return { value: member?.value ?? null, written: values, ...(type && { type }) };
  }

  #parameterProperty(cls: number, name: string): { value: ValueId; type?: TypeExpr } | null {
    const constructor = this.#facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null);
    const fn = constructor?.fn == null ? undefined : this.#facts.functions[constructor.fn];
    for (const param of fn?.params ?? []) {
      if (param.property && param.binding !== null && this.#facts.bindings[param.binding]?.name === name) {
        return { value: param.value, ...(param.type && { type: param.type }) };
      }
    }
    return null;
  }

  #classOf(source: ValueId, of: Value): number | null {
    if (of.kind === "class") return of.cls;
    if (of.kind === "this") {
      // Arrow functions and field initialisers share the method's `this`.
      let fn: FunctionFact | undefined = this.#facts.functions[this.#facts.owner[source] as FnId];
      while (fn && fn.kind === "arrow" && fn.cls === null && fn.parent !== null) fn = this.#facts.functions[fn.parent];
      return fn?.cls ?? null;
    }
    if (of.kind === "call") {
      for (const callee of this.sources(of.callee)) {
        const value = this.#value(callee);
        if (value.kind === "class") return value.cls;
      }
    }
    return null;
  }

  #collectCall(id: ValueId, value: Value & { kind: "call" }, found: Set<ValueId>, through: (v: ValueId) => void): void {
    if (value.form !== undefined) {
      found.add(id);
      return;
    }
    const bound = this.#boundTarget(value.callee);
    if (bound !== null) {
      through(bound);
      return;
    }
    const functions = this.functions(value.callee);
    let returned = false;
    for (const fn of functions) {
      const fact = this.#facts.functions[fn] as FunctionFact;
      if (fact.generator) continue;
      for (const result of this.#useTable().returns.get(fn) ?? []) {
        returned = true;
        through(result);
      }
    }
    if (!returned) found.add(id);
  }

  /** `f.bind(x)` is `f` with its first arguments given; without arguments given it is `f` to us. */
  #boundTarget(callee: ValueId): ValueId | null {
    const value = this.#value(callee);
    return value.kind === "member" && value.name === "bind" ? value.object : null;
  }

  functions(value: ValueId): readonly FnId[] {
    const found: FnId[] = [];
    for (const source of this.sources(value)) {
      const of = this.#value(source);
      if (of.kind === "function") found.push(of.fn);
      else if (of.kind === "member" && of.name !== null) found.push(...this.#methods(of.object, of.name));
    }
    return found;
  }

  #methods(object: ValueId, name: string): FnId[] {
    const found: FnId[] = [];
    for (const source of this.sources(object)) {
      const cls = this.#classOf(source, this.#value(source));
      if (cls === null) continue;
      const member = this.#facts.classes[cls]?.members.find((m) => m.name === name && m.kind === "method" && m.fn !== null);
      if (member?.fn != null) found.push(member.fn);
    }
    return found;
  }

  symbols(value: ValueId): readonly SymbolNode[] {
    const known = this.#symbols[value];
    if (known) return known;
    // Guards against a cycle through members and calls.
    this.#symbols[value] = [];
    const found = new Set<SymbolNode>();
    for (const source of this.sources(value)) for (const node of this.#symbolsOf(source)) found.add(node);
    return (this.#symbols[value] = [...found]);
  }

  #symbolsOf(id: ValueId): readonly SymbolNode[] {
    const value = this.#value(id);
    switch (value.kind) {
      case "global":
        return value.name === "globalThis" || value.name === "global" || value.name === "window" || value.name === "self"
          ? [this.#catalog.module("global")]
          : [this.#catalog.global(value.name)];
      case "importMeta":
        return [this.#catalog.global("import.meta")];
      case "var": {
        const binding = this.#facts.bindings[value.binding] as BindingFact;
        const imported = binding.from && this.#facts.imports[binding.from.import];
        const name = binding.from && imported?.names[binding.from.name];
        if (imported && name) {
          const module = this.#catalog.module(imported.module);
          return [name.imported === "*" ? module : module.member(name.imported)];
        }
        return this.#typed(binding.type);
      }
      case "param": {
        const param = this.#facts.functions[value.fn]?.params[value.index];
        const typed = this.#typed(param?.type);
        // No type, or one of the project's own: the framework that calls the function knows what it hands over.
        return typed.length > 0 || value.rest ? typed : handedBy(this.#facts, this.#catalog, this, this.#isEntry, value.fn, value.index);
      }
      case "member":
        return this.#memberSymbols(value.object, value.name ?? this.#computedName(value.key));
      case "rest":
        return this.symbols(value.of);
      case "class": {
        // Static members come with the base: `class User extends Model`.
        const base = this.#facts.classes[value.cls]?.extends;
        return base == null ? [] : this.symbols(base);
      }
      case "this": {
        const cls = enclosingClass(this.#facts, this.#facts.owner[id] as FnId);
        return cls === null ? [] : this.#instancesOf(cls);
      }
      case "call":
        return this.#callSymbols(value);
      case "dynamicImport": {
        const module = this.constant(value.source);
        return typeof module === "string" ? [this.#catalog.module(module)] : [];
      }
      default:
        return [];
    }
  }

  /** `x[key]`: the constant that `key` holds; `*`, which is any name to the catalog, where it holds none. */
  #computedName(key: ValueId | undefined): string {
    const name = key === undefined ? undefined : this.constant(key);
    return name === undefined || name === null ? "*" : String(name);
  }

  #memberSymbols(object: ValueId, name: string): readonly SymbolNode[] {
    const found = this.symbols(object).map((node) => node.member(name));
    if (found.length > 0) return found;
    // A field nobody in this file gives a value: its declared type says what it is.
    for (const source of this.sources(object)) {
      const member = this.#classMember(source, this.#value(source), name);
      if (member?.type) return this.#typed(member.type);
    }
    return [];
  }

  #callSymbols(value: Value & { kind: "call" }): readonly SymbolNode[] {
    const callee = this.#value(value.callee);
    const first = value.args[0];
    if (callee.kind === "global" && callee.name === "require" && first !== undefined) {
      const module = this.constant(first);
      return typeof module === "string" ? [this.#catalog.module(module)] : [];
    }
    const own = value.form === "new" ? this.#baseSymbols(value.callee) : [];
    return own.length > 0 ? own : this.symbols(value.callee).map((node) => node.call());
  }

  /** A class of this file that extends one the catalog knows: its instances are instances of that one. */
  #baseSymbols(callee: ValueId): readonly SymbolNode[] {
    return this.sources(callee).flatMap((source) => {
      const value = this.#value(source);
      return value.kind === "class" ? this.#instancesOf(value.cls) : [];
    });
  }

  #instancesOf(cls: number): readonly SymbolNode[] {
    const base = this.#facts.classes[cls]?.extends;
    return base == null ? [] : this.symbols(base).map((node) => node.call());
  }

  #typed(type: TypeExpr | undefined): readonly SymbolNode[] {
    const node = this.typeSymbol(type);
    return node === null ? [] : [node];
  }

  typeSymbol(type: TypeExpr | undefined): SymbolNode | null {
    if (type === undefined) return null;
    if (type.t === "union") {
      const named = type.items.filter((i) => i.t !== "keyword" && i.t !== "literal");
      return named.length === 1 ? this.typeSymbol(named[0]) : null;
    }
    if (type.t === "query") {
      const bound = type.binding === undefined ? null : this.#typeName(type.binding, type.name);
      return bound;
    }
    if (type.t === "import") return type.name === "" ? null : type.name.split(".").reduce((node, part) => node.member(part), this.#catalog.module(type.module)).instance();
    if (type.t !== "name") return null;
    if (type.name === "ReturnType" || type.name === "Awaited") {
      const inner = this.typeSymbol(type.args?.[0]);
      return inner === null || type.name === "Awaited" ? inner : inner.call();
    }
    if (type.name === "Promise" || type.name === "Readonly" || type.name === "Partial") return this.typeSymbol(type.args?.[0]);
    if (type.binding === undefined) return this.#catalog.global(type.name).instance();
    const alias = this.#facts.types.find((t) => t.binding === type.binding && t.kind === "alias");
    if (alias) return this.typeSymbol(alias.type);
    return this.#typeName(type.binding, type.name)?.instance() ?? null;
  }

  #typeName(bindingId: number, name: string): SymbolNode | null {
    const binding = this.#facts.bindings[bindingId] as BindingFact;
    const imported = binding.from && this.#facts.imports[binding.from.import];
    const imports = binding.from && imported?.names[binding.from.name];
    if (!imported || !imports) return null;
    const module = this.#catalog.module(imported.module);
    const root = imports.imported === "*" ? module : module.member(imports.imported);
    return name.split(".").slice(1).reduce((node, part) => node.member(part), root);
  }

  constant(value: ValueId): string | number | boolean | null | undefined {
    const sources = this.sources(value);
    if (sources.length !== 1) return undefined;
    return this.#constantOf(sources[0] as ValueId, 0);
  }

  #constantOf(id: ValueId, depth: number): string | number | boolean | null | undefined {
    const value = this.#value(id);
    if (value.kind === "literal") return value.value;
    if (depth > 20) return undefined;
    if (value.kind === "template") {
      let text = value.chunks[0] ?? "";
      for (const [i, hole] of value.holes.entries()) {
        const part = this.constant(hole);
        if (part === undefined) return undefined;
        text += String(part) + (value.chunks[i + 1] ?? "");
      }
      return text;
    }
    if (value.kind === "binary") {
      const left = this.constant(value.left);
      const right = this.constant(value.right);
      if (left === undefined || right === undefined) return undefined;
      if (value.op === "+") return typeof left === "number" && typeof right === "number" ? left + right : String(left) + String(right);
      if (typeof left === "number" && typeof right === "number") {
        if (value.op === "*") return left * right;
        if (value.op === "-") return left - right;
        if (value.op === "/") return left / right;
        if (value.op === "**") return left ** right;
      }
      return undefined;
    }
    if (value.kind === "unary" && value.op === "-") {
      const of = this.constant(value.of);
      return typeof of === "number" ? -of : undefined;
    }
    return undefined;
  }

  callers(fn: FnId): readonly ValueId[] | null {
    return this.#useTable().callers(fn);
  }

  memberWrites(binding: number): readonly { readonly name: string; readonly value: ValueId }[] {
    return this.#useTable().memberWrites.get(binding) ?? [];
  }

  #useTable(): Uses {
    return (this.#uses ??= collectUses(this.#facts));
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

/** Who uses what: one pass over all values, made when the first question needs it. */
interface Uses {
  readonly returns: Map<FnId, ValueId[]>;
  readonly memberWrites: Map<number, { name: string; value: ValueId }[]>;
  /** `this.x = value` by class and name. */
  readonly fieldWrites: Map<string, ValueId[]>;
  callers(fn: FnId): readonly ValueId[] | null;
}

function collectUses(facts: Facts): Uses {
  const memberWrites = new Map<number, { name: string; value: ValueId }[]>();
  const fieldWrites = new Map<string, ValueId[]>();
  const callsOf = new Map<number, ValueId[]>();
  const escaped = new Set<number>();
  const calleeAt = new Set<ValueId>();
  facts.values.forEach((value, id) => {
    if (value.kind === "call" && value.form === undefined) {
      const callee = facts.values[value.callee];
      if (callee?.kind === "var") {
        calleeAt.add(value.callee);
        push(callsOf, callee.binding, id);
      }
    } else if (value.kind === "assign" && value.target !== null && "member" in value.target) {
      const target = facts.values[value.target.member];
      if (target?.kind !== "member" || target.name === null) return;
      const object = facts.values[target.object];
      if (object?.kind === "var") push(memberWrites, object.binding, { name: target.name, value: value.value });
      else if (object?.kind === "this") {
        const cls = enclosingClass(facts, facts.owner[id] as FnId);
        if (cls !== null) push(fieldWrites, `${cls}.${target.name}`, value.value);
      }
    }
  });
  facts.values.forEach((value, id) => {
    if (value.kind === "var" && !calleeAt.has(id)) escaped.add(value.binding);
  });
  for (const e of facts.exports) if (e.binding !== undefined) escaped.add(e.binding);
  const bindingOf = new Map<FnId, number>();
  facts.bindings.forEach((binding, id) => {
    const only = binding.versions.length === 1 ? binding.versions[0]?.value : undefined;
    const value = only === undefined ? undefined : facts.values[only];
    if (value?.kind === "function") bindingOf.set(value.fn, id);
  });
  const returns = new Map<FnId, ValueId[]>();
  facts.functions.forEach((fn, id) => {
    if (id > 0) eachStatement(fn.body, (s) => {
      if (s.kind === "return" && s.value !== null) push(returns, id, s.value);
    });
  });
  return {
    returns,
    memberWrites,
    fieldWrites,
    callers(fn) {
      const binding = bindingOf.get(fn);
      if (binding === undefined || escaped.has(binding)) return null;
      return callsOf.get(binding) ?? [];
    },
  };
}

/** The class whose `this` a function sees. */
export function enclosingClass(facts: Facts, fn: FnId): number | null {
  let fact = facts.functions[fn];
  while (fact && fact.kind === "arrow" && fact.cls === null && fact.parent !== null) fact = facts.functions[fact.parent];
  return fact?.cls ?? null;
}

/** Every statement of a body, inner ones included, functions inside not. */
export function eachStatement(body: FunctionFact["body"], visit: (s: FunctionFact["body"][number]) => void): void {
  for (const s of body) {
    visit(s);
    switch (s.kind) {
      case "if":
        eachStatement(s.then, visit);
        eachStatement(s.otherwise, visit);
        break;
      case "loop":
        eachStatement(s.init, visit);
        eachStatement(s.body, visit);
        break;
      case "try":
        eachStatement(s.body, visit);
        if (s.handler) eachStatement(s.handler.body, visit);
        if (s.finalizer) eachStatement(s.finalizer, visit);
        break;
      case "switch":
        for (const c of s.cases) eachStatement(c.body, visit);
        break;
      case "block":
        eachStatement(s.body, visit);
        break;
    }
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
