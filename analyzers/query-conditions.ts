import type { PropFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { declaredUnique } from "./declared-unique.js";
import { eachStatement, flow } from "./flow.js";
import { sizeOfCondition } from "./query-text.js";
import { best, FEW, MANY, REFERENCE, type Size, unknownSize, worst } from "./select-size.js";
import { isIdLike, isReference, keyKind, plainName } from "./unique-keys.js";

type How = "equals" | "listed" | "otherwise";

const EQUALS = /^_?\$?(?:eq|equals|is)$/i;
const LISTED = /^_?\$?(?:in|any|inarray|overlap)$/i;
const BOTH = /^_?\$?and$/i;
const EITHER = /^_?\$?or$/i;
/** Operators that are not an equality, as calls: typeorm's `Not(id)`, drizzle's `gt(users.id, last)`. */
const OTHERWISE = /^(?:Not|LessThan|LessThanOrEqual|MoreThan|MoreThanOrEqual|Like|ILike|Between|IsNull|Raw|Array\w+|Json\w+|RegExp|ne|gt|gte|lt|lte|like|ilike|notLike|notIlike|between|notBetween|isNull|isNotNull|notInArray|not|exists|notExists)$/;
const ELSEWHERE = unknownSize("its conditions come from where this file does not see");

/** How far conditions, as the libraries take them, bound what a query gives. */
export class Conditions {
  readonly #file: FileView;
  readonly #tables: readonly string[];
  /** Of each value once; null while it is looked into: conditions that a loop makes of themselves are bound by what they began as. */
  readonly #sizes = new Map<ValueId, Size | null>();

  constructor(file: FileView, tables: readonly string[]) {
    this.#file = file;
    this.#tables = tables;
  }

  /** `{ id }`, `[{ id }, { email }]`, `eq(users.id, id)`, `(users, { eq }) => eq(users.id, id)`, `"u.id = :id"`. */
  of(value: ValueId): Size {
    const sizes = this.#each(this.#file.get(flow).sources(value));
    return sizes.length === 0 ? ELSEWHERE : worst(sizes);
  }

  /** What a method of a builder is given: `("id", 7)`, `("id", "=", 7)`, `("u.id = :id", { id })`, `({ id })`. */
  ofArguments(name: string, args: readonly ValueId[]): Size {
    const [first, second, third] = args;
    if (first === undefined) return MANY;
    if (/^whereInIds$|^whereKey$/i.test(name)) return FEW;
    const column = this.#file.get(flow).constant(first);
    if (typeof column !== "string" || second === undefined || !/^[\w."`]+$/.test(column)) return this.of(first);
    const field = column.replace(/["`]/g, "").split(".").at(-1) as string;
    if (third === undefined) return this.#field(field, LISTED.test(name) || /In$/.test(name) ? "listed" : this.#how(second));
    const op = this.#file.get(flow).constant(second);
    if (typeof op !== "string") return ELSEWHERE;
    return this.#field(field, /^={1,3}$/.test(op) ? "equals" : /^(?:in|array-contains-any)$/i.test(op) ? "listed" : "otherwise");
  }

  #each(sources: readonly ValueId[]): Size[] {
    return sources.flatMap((source) => {
      const known = this.#sizes.get(source);
      if (known !== undefined) return known ?? [];
      this.#sizes.set(source, null);
      const size = this.#one(source);
      this.#sizes.set(source, size);
      return size;
    });
  }

  #one(id: ValueId): Size {
    const value = this.#value(id);
    switch (value.kind) {
      case "object":
        return this.#object(value.props);
      case "array":
        return value.items.length === 0 ? ELSEWHERE : worst(value.items.map((item) => (item === null ? ELSEWHERE : this.of(item))));
      case "call":
        return this.#call(id, value);
      case "function":
        return this.#returned(value.fn);
      case "literal":
      case "template":
      case "binary":
        return typeof (value.kind === "literal" ? value.value : "") === "string" ? sizeOfCondition(this.#file, id, this.#tables) : MANY;
      case "global":
        return value.name === "undefined" ? MANY : ELSEWHERE;
      default:
        return ELSEWHERE;
    }
  }

  /** All of an object's conditions hold, so one that bounds is enough. */
  #object(props: readonly PropFact[]): Size {
    return best(props.map((prop) => this.#prop(prop)));
  }

  #prop(prop: PropFact): Size {
    if (prop.form === "spread") return this.#spread(prop.value);
    const name = prop.name ?? this.#keyName(prop.key);
    if (name === null) return ELSEWHERE;
    if (BOTH.test(name)) return this.#all(prop.value);
    if (EITHER.test(name)) return this.of(prop.value);
    if (/^_?\$?(?:not|nor)$/i.test(name)) return MANY;
    return this.#field(name.split(".").at(-1) as string, prop.form === "shorthand" || prop.form === "init" ? this.#how(prop.value) : "equals");
  }

  /** `...(email && { email })`: on some roads only. */
  #spread(value: ValueId): Size {
    const sources = this.#file.get(flow).sources(value);
    const objects = sources.filter((s) => this.#value(s).kind === "object");
    const sizes = this.#each(objects);
    if (objects.length < sources.length) {
      const rest = sources.filter((s) => !objects.includes(s));
      if (!rest.every((s) => ["literal", "binary", "unary"].includes(this.#value(s).kind))) return sizes.some((s) => s.rows === "few") || objects.length === 0 ? ELSEWHERE : MANY;
    }
    if (sizes.length === 0) return MANY;
    const size = worst(sizes);
    return size.rows === "few" && objects.length < sources.length ? MANY : size;
  }

  #all(value: ValueId): Size {
    const lists = this.#file.get(flow).sources(value).map((s) => this.#value(s));
    if (!lists.every((l) => l.kind === "array")) return this.of(value);
    return best(lists.flatMap((l) => (l.kind === "array" ? l.items : [])).map((item) => (item === null ? ELSEWHERE : this.of(item))));
  }

  #call(id: ValueId, value: Value & { kind: "call" }): Size {
    const name = this.#calleeName(value.callee);
    const [first, second] = value.args;
    if (value.form === "tag") return sizeOfCondition(this.#file, id, this.#tables);
    if (name === null || first === undefined) return ELSEWHERE;
    if (BOTH.test(name)) return best(value.args.map((a) => this.of(a)));
    if (EITHER.test(name)) return worst(value.args.map((a) => this.of(a)));
    if (OTHERWISE.test(name)) return MANY;
    // kysely: `eb("id", "=", id)`.
    if (value.args.length === 3 && typeof this.#file.get(flow).constant(first) === "string") return this.ofArguments(name, value.args);
    const column = this.#value(first);
    if (column.kind !== "member" || column.name === null || second === undefined) return ELSEWHERE;
    if (LISTED.test(name)) return this.#field(column.name, "listed");
    if (!EQUALS.test(name)) return ELSEWHERE;
    return this.#field(column.name, this.#isColumn(second) ? "otherwise" : "equals");
  }

  #returned(fn: number): Size {
    const sizes: Size[] = [];
    eachStatement(this.#file.facts.functions[fn]?.body ?? [], (s) => {
      if (s.kind === "return" && s.value !== null) sizes.push(this.of(s.value));
    });
    return sizes.length === 0 ? ELSEWHERE : worst(sizes);
  }

  #field(name: string, how: How): Size {
    if (how === "otherwise") return MANY;
    if (how === "listed" && isIdLike(name)) return FEW;
    const kind = keyKind(name, this.#tables);
    if (kind === "perhaps" || (kind === "many" && this.#file.get(declaredUnique)(name, this.#tables))) return unknownSize(`whether \`${name}\` is unique is in the schema`);
    return kind === "one" ? FEW : how === "equals" && isReference(name) ? REFERENCE : MANY;
  }

  /** What is asked of a field. */
  #how(value: ValueId): How {
    const hows = this.#file.get(flow).sources(value).map((source): How => {
      const of = this.#value(source);
      if (of.kind === "array") return "listed";
      if (of.kind === "object") return this.#operators(of.props);
      if (of.kind === "regexp" || (of.kind === "global" && of.name === "undefined") || (of.kind === "literal" && of.value === null)) return "otherwise";
      const name = of.kind === "call" ? this.#calleeName(of.callee) : null;
      if (name !== null && OTHERWISE.test(name)) return "otherwise";
      return name !== null && /^(?:In|Any|inArray)$/.test(name) ? "listed" : "equals";
    });
    return hows.find((h) => h === "otherwise") ?? hows[0] ?? "equals";
  }

  /** `{ in: ids }`, `{ $eq: id }`, `{ [Op.in]: ids }`. What is no operator asks for a field of something else. */
  #operators(props: readonly PropFact[]): How {
    const names = props.map((p) => p.name ?? this.#keyName(p.key) ?? "");
    if (names.some((n) => EQUALS.test(n))) return "equals";
    return names.some((n) => LISTED.test(n)) ? "listed" : "otherwise";
  }

  /** `[Op.in]`, or a key that is always the same text. */
  #keyName(key: ValueId | undefined): string | null {
    if (key === undefined) return null;
    const constant = this.#file.get(flow).constant(key);
    if (typeof constant === "string") return constant;
    const value = this.#value(key);
    return value.kind === "member" ? value.name : null;
  }

  /** A column of a table that is described here, or the columns that a callback is given. */
  #isColumn(id: ValueId): boolean {
    const value = this.#value(id);
    if (value.kind !== "member") return false;
    const object = this.#value(value.object);
    const name = object.kind === "var" ? (this.#file.facts.bindings[object.binding]?.name ?? "") : "";
    return this.#tables.includes(name) || this.#file.get(flow).symbols(value.object).some((s) => /^drizzle-orm\/[\w-]+:\w+Table\(\)$/.test(s.text));
  }

  #calleeName(callee: ValueId): string | null {
    const value = this.#value(callee);
    if (value.kind === "member") return value.name;
    if (value.kind === "global") return value.name;
    if (value.kind !== "var") return null;
    const binding = this.#file.facts.bindings[value.binding];
    const from = binding?.from && this.#file.facts.imports[binding.from.import]?.names[binding.from.name]?.imported;
    return from === undefined || from === "default" || from === "*" ? (binding?.name ?? null) : from;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

/** What a name of code says of a table: `UserEntity`, `users`, `"order_items"`. */
export const tableName = (name: string): string => plainName(name).replace(/_?(?:entity|model|table|schema|repository|repo|collection)$/, "");
