import type { TypeExpr, TypeMember } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import type { WrittenTypes } from "../analyzers/written-types.js";
import { type Dialect, type Schema, unionOf } from "./schema-dialects.js";

/** Why no schema says the same as a type. */
export class Refused {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Deeper than this a type is its own schema's affair. */
const DEEPEST = 6;
const NOTHING = new Set(["any", "unknown", "object", "symbol", "bigint", "never", "void", "this"]);

/** How values arrive: as JSON has them, or all as texts (a query string, a form). */
export type Arrives = "json" | "text";

/** A type of this file as a schema that accepts what the type says, and nothing that it does not. */
export class Derived {
  readonly #file: FileView;
  readonly #types: WrittenTypes;
  readonly #to: Dialect;
  readonly #arrives: Arrives;
  readonly #open = new Set<number>();
  #hasOptional = false;

  constructor(file: FileView, types: WrittenTypes, to: Dialect, arrives: Arrives) {
    this.#file = file;
    this.#types = types;
    this.#to = to;
    this.#arrives = arrives;
  }

  /** Of a payload: an object, or a list of them. */
  payload(type: TypeExpr): Schema | Refused {
    const made = this.of(type, type.t === "name" ? type.name : "payload", 0);
    if (made instanceof Refused) return made;
    if (made.is === "object" || (made.is === "list" && this.#arrives === "json")) return { ...made, hasOptional: this.#hasOptional };
    return new Refused("its type is no object");
  }

  of(type: TypeExpr, name: string, depth: number): Schema | Refused {
    if (depth > DEEPEST) return new Refused(`\`${name}\` lies too deep for a schema that anybody would read`);
    const isText = this.#arrives === "text";
    switch (type.t) {
      case "keyword":
        return this.#keyword(type.name, name);
      case "literal":
        if (isText && typeof type.value !== "string") return new Refused(`\`${name}\` arrives as a text, which its type does not say`);
        return this.#to.literal(type.value);
      case "array": {
        if (isText) return new Refused(`\`${name}\` arrives as one text where it is given once, which its type does not say`);
        const item = this.of(type.of, name, depth + 1);
        return item instanceof Refused ? item : this.#to.list(item);
      }
      case "union":
        return this.#union(type.items, name, depth);
      case "object":
      case "intersection": {
        const members = this.#members(type, name, 0);
        return members instanceof Refused ? members : this.#object(members, name, depth);
      }
      case "name":
        return this.#named(type, name, depth);
      default:
        return new Refused(`the type of \`${name}\` is worked out from others`);
    }
  }

  #keyword(keyword: string, name: string): Schema | Refused {
    if (NOTHING.has(keyword)) return new Refused(`\`${name}\` may be anything by its type`);
    if (keyword === "undefined") return new Refused(`\`${name}\` is said to be there without a value`);
    if (this.#arrives === "text") {
      if (keyword === "boolean" || keyword === "null") return new Refused(`\`${name}\` arrives as a text, and which texts mean what nobody says here`);
      if (keyword === "number") return this.#to.numeric();
    }
    return this.#to.keyword(keyword as "string" | "number" | "boolean" | "null");
  }

  #union(items: readonly TypeExpr[], name: string, depth: number): Schema | Refused {
    const some = items.filter((i) => !(i.t === "literal" && i.value === null) && !(i.t === "keyword" && i.name === "null"));
    const isFlag = some.length === 2 && some.every((i) => i.t === "literal" && typeof i.value === "boolean");
    if (isFlag && some.length === items.length) return this.#keyword("boolean", name);
    const isNullable = some.length < items.length;
    if (this.#arrives === "text" && (isNullable || some.some((i) => i.t !== "literal" || typeof i.value !== "string"))) return new Refused(`\`${name}\` arrives as a text, which its type does not say`);
    const schemas = some.map((i) => this.of(i, name, depth + 1));
    const refused = schemas.find((s) => s instanceof Refused);
    if (refused !== undefined) return refused;
    const made = unionOf(this.#to, schemas as Schema[]);
    return isNullable ? this.#to.nullable(made) : made;
  }

  #object(members: readonly TypeMember[], name: string, depth: number): Schema | Refused {
    if (depth > 0 && this.#arrives === "text") return new Refused(`\`${name}\` arrives as texts, which its type does not say`);
    if (members.length === 0) return new Refused(`the type of \`${name}\` says nothing of what is in it`);
    const props: { name: string; optional: boolean; schema: Schema }[] = [];
    for (const member of members) {
      if (member.name === null) return new Refused(`\`${name}\` has keys that its type does not name`);
      const type = member.optional ? without(member.type) : member.type;
      if (type === undefined || type.t === "function") return new Refused(`\`${member.name}\` is no data`);
      const schema = this.of(type, member.name, depth + 1);
      if (schema instanceof Refused) return schema;
      this.#hasOptional ||= member.optional;
      props.push({ name: member.name, optional: member.optional, schema });
    }
    return this.#to.object(props);
  }

  #named(type: TypeExpr & { t: "name" }, name: string, depth: number): Schema | Refused {
    const [first, second] = type.args ?? [];
    if (type.binding === undefined) {
      if ((type.name === "Array" || type.name === "ReadonlyArray") && first) return this.of({ t: "array", of: first }, name, depth);
      if (type.name === "Readonly" && first) return this.of(first, name, depth);
      if (type.name === "Date") return new Refused(`\`${name}\` is a date by its type, and arrives as a text or a number`);
      if (type.name === "Record" && first?.t === "keyword" && first.name === "string" && second) {
        const value = this.of(second, name, depth + 1);
        return value instanceof Refused ? value : this.#to.record(value);
      }
    }
    const members = this.#members(type, name, 0);
    if (!(members instanceof Refused)) {
      if (type.binding === undefined) return this.#object(members, name, depth);
      return this.#within(type.binding, name, () => this.#object(members, name, depth));
    }
    const alias = type.binding === undefined ? undefined : this.#types.fact(type.binding);
    if (type.binding === undefined || alias?.kind !== "alias" || alias.typeParams.length > 0) return members;
    return this.#within(type.binding, name, () => this.of(alias.type, name, depth));
  }

  #within(binding: number, name: string, then: () => Schema | Refused): Schema | Refused {
    if (this.#open.has(binding)) return new Refused(`the type of \`${name}\` holds itself`);
    this.#open.add(binding);
    const made = then();
    this.#open.delete(binding);
    return made;
  }

  /** The members of a type that is an object, with those of what it extends. */
  #members(type: TypeExpr, name: string, depth: number): readonly TypeMember[] | Refused {
    if (depth > DEEPEST) return new Refused(`the type of \`${name}\` holds itself`);
    if (type.t === "object") return type.members;
    if (type.t === "intersection") return this.#joined(type.items, name, depth);
    if (type.t !== "name") return new Refused(`the type of \`${name}\` is no object`);
    const [first, second] = type.args ?? [];
    if (type.binding === undefined) return first === undefined ? this.#unknown(type) : this.#mapped(type.name, first, second, name, depth);
    const { types } = this.#file.facts;
    const fact = this.#types.fact(type.binding);
    if (fact === undefined) return this.#unknown(type);
    if (fact.typeParams.length > 0) return new Refused(`\`${type.name}\` takes types itself`);
    if (types.filter((t) => t.binding === type.binding).length > 1) return new Refused(`\`${type.name}\` is declared in several places`);
    return fact.kind === "alias" ? this.#members(fact.type, name, depth + 1) : this.#joined([...fact.extends, fact.type], name, depth);
  }

  #mapped(how: string, first: TypeExpr, second: TypeExpr | undefined, name: string, depth: number): readonly TypeMember[] | Refused {
    const members = this.#members(first, name, depth + 1);
    if (members instanceof Refused) return members;
    const keys = (second?.t === "union" ? second.items : second === undefined ? [] : [second]).map((k) => (k.t === "literal" ? String(k.value) : null));
    if (how === "Readonly") return members;
    if (how === "Partial") return members.map((m) => ({ ...m, optional: true }));
    if (how === "Required") return members.map((m) => ({ ...m, optional: false }));
    if (keys.length === 0 || keys.includes(null)) return new Refused(`the type of \`${name}\` is worked out from others`);
    if (how === "Pick") return members.filter((m) => keys.includes(m.name));
    return how === "Omit" ? members.filter((m) => !keys.includes(m.name)) : new Refused(`the type of \`${name}\` is worked out from others`);
  }

  #joined(types: readonly TypeExpr[], name: string, depth: number): readonly TypeMember[] | Refused {
    const found = new Map<string | null, TypeMember>();
    for (const type of types) {
      const members = this.#members(type, name, depth + 1);
      if (members instanceof Refused) return members;
      for (const member of members) {
        // Of two that say different things of one name, both hold.
        if (found.has(member.name) && type.t !== "object") return new Refused(`\`${member.name}\` is declared twice`);
        found.set(member.name, member);
      }
    }
    return [...found.values()];
  }

  #unknown(type: TypeExpr & { t: "name" }): Refused {
    const binding = type.binding === undefined ? undefined : this.#file.facts.bindings[type.binding];
    return new Refused(binding?.kind === "import" ? `\`${type.name}\` is declared in another file` : binding?.kind === "enum" ? `\`${type.name}\` is an enum` : binding?.kind === "class" ? `\`${type.name}\` is a class` : `\`${type.name}\` is no type that a schema can be written for`);
  }
}

/** `string | undefined` of a member that may be missing. */
function without(type: TypeExpr | undefined): TypeExpr | undefined {
  if (type?.t !== "union") return type;
  const items = type.items.filter((i) => !(i.t === "keyword" && i.name === "undefined"));
  return items.length === 1 ? items[0] : { t: "union", items };
}
