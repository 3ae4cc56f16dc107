import type { BindingFact, Facts, FnId, FunctionFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Told } from "../core/rule.js";
import { sitesOf } from "./sites.js";
import type { Sources } from "./sources.js";
import type { WrittenTypes } from "./written-types.js";

/** `container.get<Pool>("db")`: the one type argument is what it gives. */
const GIVES_ITS_TYPE = new Set(["get", "resolve", "inject", "getOrThrow"]);
const SAYS_NOTHING = new Set(["any", "unknown", "const"]);
const SERVES_WORKERS = /^(?:hono|@hono\/zod-openapi)(?:$|\/)/;
/** Values are followed this far for a declaration. */
const DEEPEST = 100;

/** The type that a value is declared to have: by an annotation, a cast, a result type, or as a part of such a value. */
export class Declared {
  readonly #facts: Facts;
  /** Of a compiler, for what nothing here declares. */
  readonly #told: Told | undefined;
  readonly #sources: Sources;
  readonly #types: WrittenTypes;
  readonly #known: (TypeExpr | null | undefined)[] = [];
  readonly #open = new Set<ValueId>();
  /** What has been found on the way to the one that was asked for, complete or not: nothing is gone into twice. */
  readonly #onThisWay = new Map<ValueId, TypeExpr | null>();
  #bindings: readonly TypeExpr[] | undefined;
  /** How often a circle, or a way too long, was left. */
  #cuts = 0;
  /** What a method gives that a class of the program inherits from a library; set by who knows the catalog. */
  record: (call: Value & { kind: "call" }) => TypeExpr | null = () => null;

  constructor(facts: Facts, sources: Sources, types: WrittenTypes, told: Told | undefined) {
    this.#facts = facts;
    this.#told = told;
    this.#sources = sources;
    this.#types = types;
  }

  get cuts(): number {
    return this.#cuts;
  }

  of(id: ValueId): TypeExpr | null {
    const known = this.#known[id];
    if (known !== undefined) return known;
    const found = this.#onThisWay.get(id);
    if (found !== undefined) {
      this.#cuts++;
      return found;
    }
    if (this.#open.has(id) || this.#open.size > DEEPEST) {
      this.#cuts++;
      return null;
    }
    const before = { cuts: this.#cuts, reads: this.#sources.partialReads };
    this.#open.add(id);
    const type = this.#find(id) ?? this.#told?.type(id) ?? null;
    this.#open.delete(id);
    // What was cut short on the way may be complete when it is asked for by itself.
    if (this.#sources.partialReads === before.reads && (this.#open.size === 0 || this.#cuts === before.cuts)) this.#known[id] = type;
    if (this.#open.size === 0) this.#onThisWay.clear();
    else this.#onThisWay.set(id, type);
    return type;
  }

  #find(id: ValueId): TypeExpr | null {
    const value = this.#facts.values[id] as Value;
    switch (value.kind) {
      case "cast":
        return value.how === "as" || value.how === "satisfies" ? (says(value.type) ?? this.of(value.of)) : this.of(value.of);
      case "var": {
        const binding = this.#facts.bindings[value.binding] as BindingFact;
        return says(binding.type) ?? this.#first(heldAt(binding, value.version));
      }
      case "param":
        return this.#param(value);
      case "member": {
        const object = this.of(value.object);
        const name = value.name ?? (value.key === undefined ? undefined : this.#sources.constant(value.key));
        if (name === undefined || name === null) return this.#types.element(object);
        return this.#types.member(object, String(name)) ?? this.#classMember(value.object, String(name)) ?? (name === "env" ? this.#environment(value.object) : null);
      }
      case "call":
        return this.#call(value);
      case "element":
        return this.#types.element(this.of(value.of));
      case "await":
      case "rest":
        return this.of(value.of);
      case "assign":
        return this.of(value.value);
      case "sequence":
        return this.#first(value.items.slice(-1));
      case "default":
        return this.#first([value.of, value.fallback]);
      case "choice":
        return this.#first([value.then, value.otherwise]);
      case "array": {
        // `[...queues.values()]`
        const only = value.items.length === 1 ? value.items[0] : null;
        const spread = only == null ? undefined : this.#facts.values[only];
        return spread?.kind === "spread" ? this.of(spread.of) : null;
      }
      case "logical":
        return this.#first(value.op === "&&" ? [value.right] : [value.left, value.right]);
      default:
        return null;
    }
  }

  #first(values: readonly ValueId[]): TypeExpr | null {
    for (const value of values) {
      const type = this.of(value);
      if (type !== null) return type;
    }
    return null;
  }

  /** Its own type, or that of the parameter in the function type which the function is declared to have. */
  #param({ fn, index }: Value & { kind: "param" }): TypeExpr | null {
    const own = says(this.#facts.functions[fn]?.params[index]?.type);
    const contextual = own ?? this.#types.param(sitesOf(this.#facts).declared(fn), index) ?? this.#expected(fn, index);
    if (contextual !== null) return contextual;
    for (const { from, isElement } of this.#sources.handedOver(fn, index)) {
      const type = this.of(from);
      const part = isElement ? this.#types.element(type) : type;
      if (part !== null) return part;
    }
    return null;
  }

  /** `withClient(async (client) => …)`: what the function it is given to says of its own parameter. */
  #expected(fn: FnId, index: number): TypeExpr | null {
    for (const { call, arg, path } of sitesOf(this.#facts).ofFunction(fn)) {
      const site = this.#facts.values[call] as Value & { kind: "call" };
      for (const taker of path.length === 0 ? this.#sources.functions(site.callee) : []) {
        const type = says(this.#types.param(this.#facts.functions[taker]?.params[arg]?.type, index) ?? undefined);
        if (type !== null) return type;
      }
    }
    return null;
  }

  #classMember(object: ValueId, name: string): TypeExpr | null {
    for (const source of this.#sources.of(object)) {
      const side = this.#sources.sideOf(source);
      const type = side === null ? undefined : this.#sources.classes.find(side, name)?.type;
      if (type) return type;
    }
    return null;
  }

  /** `c.env` of a handler: what the application says that it is bound to, `new Hono<{ Bindings: Env }>()`. Of several applications, all of it. */
  #environment(context: ValueId): TypeExpr | null {
    if (this.#facts.values[this.#sources.sameAs(context)]?.kind !== "param") return null;
    this.#bindings ??= !this.#facts.imports.some(({ module }) => SERVES_WORKERS.test(module)) ? [] : this.#facts.values.flatMap((value) => {
      const app = value.kind === "call" ? value.typeArgs?.[0] : undefined;
      return (app === undefined ? null : this.#types.member(app, "Bindings")) ?? [];
    });
    return this.#bindings.length > 1 ? { t: "intersection", items: this.#bindings } : (this.#bindings[0] ?? null);
  }

  #call(value: Value & { kind: "call" }): TypeExpr | null {
    const callee = this.#facts.values[value.callee] as Value;
    if (value.form === "new") return callee.kind !== "global" ? null : value.typeArgs ? { t: "name", name: callee.name, args: value.typeArgs } : callee.name === "Map" ? this.#keyed("Map", value.args[0]) : null;
    if (callee.kind === "member" && callee.name === "fromEntries") return this.#keyed("Record", value.args[0]);
    if (callee.kind === "member" && callee.name === "from" && value.args.length === 1 && this.#isArray(callee.object)) return this.of(value.args[0] as ValueId);
    const given = value.typeArgs?.length === 1 && callee.kind === "member" && GIVES_ITS_TYPE.has(callee.name ?? "") ? value.typeArgs[0] : undefined;
    return given ?? this.#result(value.callee) ?? this.record(value);
  }

  /** `new Map(handlers.map((h) => [h.topic, h]))`: of what the pairs hold. */
  #keyed(name: "Map" | "Record", pairs: ValueId | undefined): TypeExpr | null {
    const made = pairs === undefined ? undefined : this.#facts.values[pairs];
    const callee = made?.kind === "call" ? (this.#facts.values[made.callee] as Value) : undefined;
    const by = made?.kind === "call" && callee?.kind === "member" && callee.name === "map" ? made.args[0] : undefined;
    for (const fn of by === undefined ? [] : this.#sources.functions(by)) {
      for (const pair of this.#sources.links.returns(fn)) {
        const held = this.#facts.values[pair];
        const type = held?.kind === "array" && held.items.length === 2 && held.items[1] != null ? this.of(held.items[1]) : null;
        if (type !== null) return { t: "name", name, args: [{ t: "keyword", name: "string" }, type] };
      }
    }
    return null;
  }

  #isArray(id: ValueId): boolean {
    const value = this.#facts.values[id] as Value;
    return value.kind === "global" && value.name === "Array";
  }

  #result(callee: ValueId): TypeExpr | null {
    for (const fn of this.#sources.functions(callee)) {
      const type = says((this.#facts.functions[fn as FnId] as FunctionFact).returnType);
      if (type !== null) return type;
    }
    return this.#types.result(this.of(callee));
  }
}

function says(type: TypeExpr | undefined): TypeExpr | null {
  return type === undefined || (type.t === "keyword" && SAYS_NOTHING.has(type.name)) || (type.t === "name" && SAYS_NOTHING.has(type.name)) ? null : type;
}

function heldAt(binding: BindingFact, version: number): readonly ValueId[] {
  const value = binding.versions[version === -1 ? 0 : version]?.value;
  return value === undefined ? [] : [value];
}
