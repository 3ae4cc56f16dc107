import type { CallValue, Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import { methodAround } from "./links.js";
import { sitesOf } from "./sites.js";

/** What `this` is in a function of a schema. */
export type SchemaSide = "model" | "document" | "query";

type Held = { readonly value: ValueId } | { readonly fn: FnId };

interface Schema {
  readonly model: Map<string, Held>;
  readonly document: Map<string, Held>;
  readonly hooks: { readonly event: string; readonly fn: ValueId }[];
}

/** As much of the sources as is asked here. */
interface Who {
  of(value: ValueId): readonly ValueId[];
  sameAs(value: ValueId): ValueId;
  functions(value: ValueId): readonly FnId[];
}

const SIDES: ReadonlyMap<string, "model" | "document"> = new Map([["statics", "model"], ["methods", "document"], ["static", "model"], ["method", "document"]]);
/** Which hooks a method of a model or of a document runs. */
const RUNS: ReadonlyMap<string, readonly string[]> = new Map([
  ["save", ["save", "validate"]],
  ["create", ["save", "validate"]],
  ["validate", ["validate"]],
  ["insertMany", ["insertMany"]],
  ["find", ["find"]],
  ["findOne", ["findOne"]],
  ["findById", ["findOne"]],
  ["findOneAndUpdate", ["findOneAndUpdate"]],
  ["findByIdAndUpdate", ["findOneAndUpdate"]],
  ["findOneAndDelete", ["findOneAndDelete"]],
  ["findByIdAndDelete", ["findOneAndDelete"]],
  ["updateOne", ["updateOne"]],
  ["updateMany", ["updateMany"]],
  ["deleteOne", ["deleteOne"]],
  ["deleteMany", ["deleteMany"]],
  ["remove", ["remove"]],
  ["aggregate", ["aggregate"]],
]);
const OF_DOCUMENTS = new Set(["save", "validate", "remove", "init"]);
/** Calls upon calls: `User.findOne(x).populate("y").exec()`. */
const DEEPEST = 12;

const NONE: readonly Schema[] = [];

/** What mongoose puts on the models and documents of a schema: statics, methods, and what runs before and after. One pass, made when first asked. */
export class Schemas {
  readonly #facts: Facts;
  readonly #who: Who;
  readonly #schemas = new Map<ValueId, Schema>();
  readonly #byName = new Map<string, Schema>();
  readonly #names = new Set<string>();
  /** By parameter of a plugin. */
  readonly #given = new Map<ValueId, Schema[]>();
  readonly #keeps = new Set<CallValue>();
  #sides: Map<FnId, { readonly schema: Schema; readonly side: SchemaSide }> | null = null;

  constructor(facts: Facts, who: Who) {
    this.#facts = facts;
    this.#who = who;
    // Whoever has a schema imports what makes it.
    if (!facts.imports.some((i) => i.module === "mongoose") && !facts.values.some((v) => v.kind === "literal" && v.value === "mongoose")) return;
    facts.values.forEach((value, id) => value.kind === "call" && value.form !== "tag" && this.#isNamed(value.callee, "Schema") && this.#made(value, id));
    if (this.#schemas.size === 0) return;
    for (const value of facts.values) if (value.kind === "call" && value.form === undefined) this.#plugin(value);
    for (const value of facts.values) {
      if (value.kind === "assign" && value.target !== null && "member" in value.target) this.#written(value.target.member, value.value);
      else if (value.kind === "call" && value.form === undefined) this.#call(value);
    }
  }

  /** The functions that schemas put under a name on what a value is. */
  methods(source: ValueId, name: string): readonly FnId[] {
    if (!this.#names.has(name)) return [];
    const found = this.#ofThis(source) ?? this.#rootOf(source, 0, false);
    const held = found === null ? undefined : found.schema[found.side === "model" ? "model" : "document"].get(name);
    return held === undefined ? [] : "fn" in held ? [held.fn] : this.#who.functions(held.value);
  }

  /** Does a call only put functions on a schema? */
  isKeeping(call: CallValue): boolean {
    return this.#keeps.has(call);
  }

  /** What `this` is in a function, where a schema calls it. */
  sideOf(fn: FnId): SchemaSide | null {
    return this.#schemas.size === 0 ? null : (this.#sidesOf().get(fn)?.side ?? null);
  }

  /** What runs before and after what a call does. */
  hooks({ callee, form }: CallValue): readonly FnId[] {
    const method = this.#schemas.size === 0 || form !== undefined ? undefined : this.#value(callee);
    const events = method?.kind === "member" && method.name !== null ? RUNS.get(method.name) : undefined;
    if (events === undefined || method?.kind !== "member") return [];
    for (const source of this.#who.of(method.object)) {
      const found = this.#ofThis(source) ?? this.#rootOf(source, 0, false);
      if (found !== null) return found.schema.hooks.flatMap((h) => (events.includes(h.event) ? this.#who.functions(h.fn) : []));
    }
    return [];
  }

  #ofThis(source: ValueId): { readonly schema: Schema; readonly side: SchemaSide } | null {
    return this.#value(source).kind === "this" ? (this.#sidesOf().get(methodAround(this.#facts, this.#facts.owner[source] as FnId)) ?? null) : null;
  }

  #sidesOf(): Map<FnId, { readonly schema: Schema; readonly side: SchemaSide }> {
    if (this.#sides !== null) return this.#sides;
    const sides = (this.#sides = new Map<FnId, { readonly schema: Schema; readonly side: SchemaSide }>());
    const put = (held: Held, schema: Schema, side: SchemaSide): void => {
      const of = "fn" in held ? null : this.#value(this.#who.sameAs(held.value));
      const fn = "fn" in held ? held.fn : of?.kind === "function" ? of.fn : null;
      if (fn !== null) sides.set(fn, { schema, side });
    };
    for (const schema of this.#schemas.values()) {
      for (const side of ["model", "document"] as const) for (const held of schema[side].values()) put(held, schema, side);
      for (const { event, fn } of schema.hooks) put({ value: fn }, schema, OF_DOCUMENTS.has(event) ? "document" : "query");
    }
    return sides;
  }

  /** Of which schema a value is the model, or a document that came of it. */
  #rootOf(id: ValueId, depth: number, isDocument: boolean): { readonly schema: Schema; readonly side: SchemaSide } | null {
    const value = this.#value(id);
    const on = (next: ValueId, of: boolean): { readonly schema: Schema; readonly side: SchemaSide } | null => {
      for (const source of this.#who.of(next)) {
        const found = depth > DEEPEST ? null : this.#rootOf(source, depth + 1, of);
        if (found !== null) return found;
      }
      return null;
    };
    if (value.kind === "element") return on(value.of, true);
    // What a static gives of `this.findOne(…)` is a document of its own schema.
    const own = this.#ofThis(id);
    if (own !== null) return isDocument ? { schema: own.schema, side: "document" } : own;
    // `User.findOne(x, (err, user) => …)`
    if (value.kind === "param" && value.index === 1) {
      for (const { call, path } of sitesOf(this.#facts).ofFunction(value.fn)) {
        const callee = this.#value((this.#value(call) as CallValue).callee);
        const found = callee.kind === "member" && path.length === 0 ? on(callee.object, true) : null;
        if (found !== null) return found;
      }
    }
    if (value.kind !== "call") return null;
    if (value.form === "new") return on(value.callee, true);
    const schema = this.#modelOf(value);
    if (schema !== null) return { schema, side: isDocument ? "document" : "model" };
    const callee = this.#value(value.callee);
    return callee.kind === "member" ? on(callee.object, true) : null;
  }

  /** `model("User", userSchema)`, `connection.model("User")`. */
  #modelOf({ callee, args }: CallValue): Schema | null {
    const [name, given] = args;
    if (name === undefined || !this.#isNamed(callee, "model")) return null;
    if (given !== undefined) return this.#schemas.get(this.#who.sameAs(given)) ?? null;
    const text = this.#value(name);
    return text.kind === "literal" ? (this.#byName.get(String(text.value)) ?? null) : null;
  }

  #made(call: CallValue, id: ValueId): void {
    const { args } = call;
    this.#keeps.add(call);
    const schema: Schema = { model: new Map(), document: new Map(), hooks: [] };
    this.#schemas.set(id, schema);
    const options = args[1] === undefined ? undefined : this.#value(this.#who.sameAs(args[1]));
    if (options?.kind === "object") for (const { name, value } of options.props) if (name === "statics" || name === "methods") this.#table(schema, name, value);
  }

  /** `userSchema.plugin(paginate)`: what it does to its parameter it does to the schema. */
  #plugin({ callee, args }: CallValue): void {
    const method = this.#value(callee);
    if (method.kind !== "member" || method.name !== "plugin" || args[0] === undefined) return;
    for (const schema of this.#schemasAt(method.object)) {
      for (const fn of this.#who.functions(args[0])) {
        const param = this.#facts.functions[fn]?.params[0]?.value;
        if (param !== undefined) listAt(this.#given, param).push(schema);
      }
    }
  }

  #schemasAt(id: ValueId): readonly Schema[] {
    const same = this.#who.sameAs(id);
    const made = this.#schemas.get(same);
    return made !== undefined ? [made] : (this.#given.get(same) ?? NONE);
  }

  /** `userSchema.statics.findByName = …`, `userSchema.methods = { … }`. */
  #written(member: ValueId, value: ValueId): void {
    const target = this.#value(member);
    if (target.kind !== "member" || target.name === null) return;
    const { name } = target;
    if (SIDES.has(name)) for (const schema of this.#schemasAt(target.object)) this.#table(schema, name, value);
    const table = this.#value(target.object);
    const side = table.kind === "member" && table.name !== null ? SIDES.get(table.name) : undefined;
    if (side !== undefined && table.kind === "member") for (const schema of this.#schemasAt(table.object)) this.#put(schema, side, name, { value });
  }

  #call(call: CallValue): void {
    const { callee, args } = call;
    const method = this.#value(callee);
    const [first, second] = args;
    if (first === undefined) return;
    if (second !== undefined && this.#isNamed(callee, "model")) {
      const schema = this.#schemas.get(this.#who.sameAs(second));
      const name = this.#value(first);
      if (schema !== undefined && name.kind === "literal") this.#byName.set(String(name.value), schema);
      return;
    }
    if (method.kind !== "member" || method.name === null) return;
    if (method.name === "assign" && second !== undefined) {
      const table = this.#value(first);
      if (table.kind === "member" && table.name !== null && SIDES.has(table.name)) for (const schema of this.#schemasAt(table.object)) this.#table(schema, table.name, second);
      return;
    }
    if (!SIDES.has(method.name) && method.name !== "pre" && method.name !== "post" && method.name !== "loadClass") return;
    for (const schema of this.#schemasAt(method.object)) {
      this.#keeps.add(call);
      this.#kept(schema, method.name, args);
    }
  }

  #kept(schema: Schema, by: string, args: readonly ValueId[]): void {
    const [first, second] = args as readonly [ValueId, ValueId?];
    if (by === "loadClass") return this.#class(schema, first);
    const side = SIDES.get(by);
    const named = this.#value(first);
    if (side !== undefined) return named.kind === "literal" && second !== undefined ? this.#put(schema, side, String(named.value), { value: second }) : this.#table(schema, by, first);
    const fn = args.at(-1) as ValueId;
    const events = named.kind === "array" ? named.items.flatMap((i) => (i === null ? [] : [this.#value(i)])) : [named];
    for (const event of events) if (event.kind === "literal" && typeof event.value === "string") schema.hooks.push({ event: event.value, fn });
  }

  #class(schema: Schema, given: ValueId): void {
    const of = this.#value(this.#who.sameAs(given));
    if (of.kind !== "class") return;
    for (const { name, kind, static: isStatic, fn } of this.#facts.classes[of.cls]?.members ?? []) {
      if (fn !== null && kind === "method" && name !== null) this.#put(schema, isStatic ? "model" : "document", name, { fn });
    }
  }

  #table(schema: Schema, of: string, table: ValueId): void {
    const held = this.#value(this.#who.sameAs(table));
    const side = SIDES.get(of);
    if (held.kind === "object" && side !== undefined) for (const { name, value } of held.props) if (name !== null) this.#put(schema, side, name, { value });
  }

  #put(schema: Schema, side: "model" | "document", name: string, held: Held): void {
    schema[side].set(name, held);
    this.#names.add(name);
  }

  /** A name of mongoose, whatever it is called here: imported, or a member of what is. */
  #isNamed(callee: ValueId, name: string): boolean {
    const value = this.#value(callee);
    if (value.kind === "member") return value.name === name;
    const binding = value.kind === "var" ? this.#facts.bindings[value.binding] : undefined;
    const imported = binding?.from && this.#facts.imports[binding.from.import]?.names[binding.from.name]?.imported;
    if (imported !== undefined) return imported === name;
    const same = this.#value(this.#who.sameAs(callee));
    return same.kind === "member" && same.name === name;
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}
