import type { FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { clearedAt, provedBy } from "./cleared.js";
import { isFewBySchema, isNumeric } from "./few-values.js";
import { flow } from "./flow.js";
import { heldBy } from "./held.js";
import { isLoadedPart } from "./loaded.js";
import { isWrittenKey, leavesHarmless } from "./own-keys.js";
import { outside } from "./outside.js";
import { sitesOf } from "./sites.js";
import { argumentsFor, handed, objectsOf, putUnder } from "./written-objects.js";

/** A part of a text that is no constant. */
export interface QueryPart {
  readonly at: ValueId;
  /** `open`: anything may stand there. `doubt`: another file decides. */
  readonly state: "open" | "doubt";
  readonly reason: string;
}

const MOST_PARTS = 40;
const DEEPEST = 40;
const MAPS = new Set(["map", "flatMap"]);
/** Lists and texts that hold what they are made of. */
const KEEPS = new Set(["filter", "slice", "concat", "reverse", "toReversed", "sort", "toSorted", "flat", "trim", "trimEnd", "trimStart", "toLowerCase", "toUpperCase", "toString", "substring", "substr", "replace", "replaceAll", "split", "values", "keys", "padStart", "padEnd", "repeat", "fill", "at", "normalize"]);
const NUMBERS = /^(?:Number|parseInt|parseFloat|BigInt|Boolean)$/;
const NUMBER_METHODS = new Set(["push", "unshift", "getTime", "valueOf", "toFixed", "toISOString", "toJSON", "indexOf", "length", "getFullYear", "toPrecision"]);

/** The parts of a query's text that are not constant, harmless numbers, placeholders, or taken from a list of what is allowed. */
export function openParts(file: FileView, text: ValueId): readonly QueryPart[] {
  const parts = new Parts(file);
  parts.whole(text);
  return parts.found;
}

/** The same of a value that stands in a text. */
export function openPartsOf(file: FileView, part: ValueId): readonly QueryPart[] {
  const parts = new Parts(file);
  parts.part(part, 0);
  return parts.found;
}

class Parts {
  readonly found: QueryPart[] = [];
  readonly #file: FileView;
  readonly #seen = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  /** What nobody glues anything to is another's text: a parameter of a helper, a constant of another file. */
  whole(id: ValueId): void {
    for (const source of this.#file.get(flow).sources(id)) {
      const value = this.#value(source);
      // A query, or a part of one, that whoever asks has written.
      if (this.#isFromOutside(source)) this.#open(source, "");
      else if (value.kind === "template" || value.kind === "binary" || value.kind === "call" || value.kind === "literal" || value.kind === "array") this.part(source, 0);
    }
    this.#sums(id);
  }

  /** `req.query.sort`, a part of what a source is. */
  #isFromOutside(id: ValueId): boolean {
    const value = this.#value(id);
    return this.#file.get(outside)(id) !== null || (value.kind === "member" && this.#isFromOutside(value.object));
  }

  /** `text += …` */
  #sums(id: ValueId): void {
    const value = this.#value(id);
    const binding = value.kind === "var" ? this.#file.facts.bindings[value.binding] : undefined;
    if (value.kind !== "var" || binding === undefined || binding.versions.length < 2) return;
    for (const held of heldBy(binding, value.version)) {
      const write = this.#value(held);
      if (write.kind === "assign" && write.op === "+=") binding.versions.forEach((v) => v.value !== undefined && this.part(v.value, 0));
    }
  }

  part(id: ValueId, depth: number): void {
    if (this.#seen.has(id) || this.found.length > MOST_PARTS) return;
    this.#seen.add(id);
    if (depth > DEEPEST) return;
    const value = this.#value(id);
    const on = (next: ValueId): void => this.part(next, depth + 1);
    if (this.#file.get(flow).constant(id) !== undefined) return;
    switch (value.kind) {
      case "literal":
      case "bigint":
      case "function":
      case "unary":
      case "object":
        // An object holds conditions, whose values a builder binds: `.where([{ shop, order }])`. As text it would be "[object Object]".
        return;
      case "template":
        return value.holes.forEach(on);
      case "binary":
        if (value.op === "+") [value.left, value.right].forEach(on);
        return;
      case "choice":
        on(value.then);
        return on(value.otherwise);
      case "logical":
        if (value.op !== "&&") on(value.left);
        return on(value.right);
      case "cast":
      case "await":
      case "spread":
        return on(value.of);
      case "global":
        return value.name === "undefined" || value.name === "NaN" ? undefined : this.#open(id, "");
      case "default":
        if (this.#isNumberByDefault(value)) return;
        on(value.of);
        return on(value.fallback);
      case "assign":
        return on(value.value);
      case "sequence":
        return value.items.slice(-1).forEach(on);
      case "array":
        return value.items.forEach((item) => item !== null && on(item));
      case "call":
        return this.#call(id, value, depth);
      case "var":
        return this.#variable(id, value, depth);
      case "param":
        return this.#param(id, value, depth);
      case "element":
        return this.#element(id, value, depth);
      case "member":
        return this.#member(id, value, depth);
      default:
        return this.#open(id, "");
    }
  }

  #variable(id: ValueId, value: Value & { kind: "var" }, depth: number): void {
    if (this.#isAllowed(id)) return;
    const binding = this.#file.facts.bindings[value.binding];
    if (binding === undefined) return;
    if (isNumeric(binding.type) || binding.kind === "enum" || this.#isOneOfFew(id)) return;
    if (binding.from !== undefined) return this.#doubt(id, `\`${binding.name}\` is of another file`);
    const held = heldBy(binding, value.version);
    if (held.length === 0) return this.#open(id, "");
    for (const one of held) {
      const write = this.#value(one);
      if (write.kind === "assign" && write.op === "+=") binding.versions.forEach((v) => v.value !== undefined && this.part(v.value, depth + 1));
      else this.part(one, depth + 1);
    }
    for (const item of this.#file.get(flow).elementWrites(value.binding)) this.part(item, depth + 1);
  }

  #member(id: ValueId, value: Value & { kind: "member" }, depth: number): void {
    if (this.#isAllowed(id) || isWrittenKey(this.#file, id) || value.name === "length" || value.name === "size" || this.#isOfBuilt(value) || this.#isAccepted(value)) return;
    if (this.#isOfUnseenType(id)) return this.#doubt(id, "its type is of another file, and may be one of a few texts");
    const elsewhere = this.#file.get(flow).sources(id).filter((s) => s !== id);
    for (const source of elsewhere) this.part(source, depth + 1);
    if (elsewhere.length > 0 && !this.#file.get(flow).sources(id).includes(id)) return;
    // `TABLES[kind]` of a table of constants
    const tables = this.#file.get(flow).sources(value.object).map((s) => this.#value(s));
    if (tables.length > 0 && tables.every((t) => t.kind === "object" && t.props.every((p) => p.form !== "spread" && this.#isConstantDeep(p.value)))) return;
    if (this.#isNumericMember(value) || this.#isOneOfFew(id)) return;
    const put = value.name === null ? null : putUnder(this.#file, value.object, value.name);
    if (put !== null) return put.forEach((v) => this.part(v, depth + 1));
    const root = this.#rootOf(id);
    const binding = root.kind === "var" ? this.#file.facts.bindings[root.binding] : undefined;
    if (binding?.from !== undefined) return this.#doubt(id, `\`${binding.name}\` is of another file`);
    if (isLoadedPart(this.#file, id)) return this.#doubt(id, "what is loaded here is of another file");
    if (binding?.kind === "enum" || root.kind === "this" || root.kind === "super") return root.kind === "this" ? this.#doubt(id, "what writes this field is not all in this file") : undefined;
    this.#open(id, "");
  }

  /** Where in the result of a validator the value stands that it has accepted: "" for all of it. */
  #acceptedUnder(call: ValueId): readonly string[] {
    const rows = this.#file.get(callAt)(call)?.symbols.flatMap((s) => s.rows("validators").map((r) => r.row)) ?? [];
    return rows.flatMap((row) => (row.accepts === "result" && (row.against?.includes("sql") ?? true) ? [row.under ?? ""] : []));
  }

  /** `schema.safeParse(order).data` */
  #isAccepted({ name, object }: Value & { kind: "member" }): boolean {
    const made = this.#file.get(flow).sources(object);
    return name !== null && made.length > 0 && made.every((source) => this.#acceptedUnder(source).includes(name));
  }

  /** `condition.sql` of a query that binds: its text was judged where it was made. */
  #isOfBuilt({ name, object }: Value & { kind: "member" }): boolean {
    const declared = name === "sql" || name === "text" || name === "strings" ? this.#file.get(flow).declared(object) : null;
    return declared?.t === "name" && /^(?:Prisma\.)?Sql$/.test(declared.name);
  }

  #isNumericMember(value: Value & { kind: "member" }): boolean {
    const declared = this.#file.get(flow).declared(value.object);
    const fact = declared?.t === "name" ? this.#file.facts.types.find((t) => t.name === declared.name) : undefined;
    const shape = declared?.t === "object" ? declared : fact?.type.t === "object" ? fact.type : undefined;
    return shape?.members.some((m) => m.name === value.name && isNumeric(m.type)) ?? false;
  }

  #isConstantDeep(id: ValueId): boolean {
    const value = this.#value(id);
    if (value.kind === "object") return value.props.every((p) => this.#isConstantDeep(p.value));
    return this.#file.get(flow).constant(id) !== undefined;
  }

  #rootOf(id: ValueId): Value {
    const value = this.#value(id);
    return value.kind === "member" ? this.#rootOf(value.object) : value.kind === "cast" || value.kind === "await" ? this.#rootOf(value.of) : value.kind === "call" ? this.#rootOf(value.callee) : value;
  }

  /** What an element of a list may be. */
  #element(id: ValueId, value: Value & { kind: "element" }, depth: number): void {
    if (this.#isAllowed(id)) return;
    this.part(value.of, depth + 1);
  }

  #param(id: ValueId, value: Value & { kind: "param" }, depth: number): void {
    const fact = this.#file.facts.functions[value.fn] as FunctionFact;
    if (isNumeric(fact.params[value.index]?.type) || this.#isOneOfFew(id)) return;
    if (this.#isOfUnseenType(id)) return this.#doubt(id, "its type is of another file, and may be one of a few texts");
    if (this.#isNameOfLibrary(value)) return;
    const given = handed(this.#file, value);
    if (given !== null) return given.forEach((v) => this.part(v, depth + 1));
    const { args, areAll } = argumentsFor(this.#file, value);
    for (const arg of args) this.part(arg, depth + 1);
    if (areAll) return;
    // Of a class that other files use, the program knows who calls a method with what.
    if (!this.#file.isProgram && fact.cls !== null && fact.kind === "method") return this.#doubt(id, "who calls it with what is in another file");
    this.#open(id, "");
  }

  /** `Raw((alias) => …)`: whoever asks for the text hands in the name of the column. */
  #isNameOfLibrary({ fn }: Value & { kind: "param" }): boolean {
    return sitesOf(this.#file.facts).ofFunction(fn).some(({ call, path }) => path.length === 0 && this.#file.get(callAt)(call)?.symbols.some((s) => s.rows("sinks").some(({ row }) => row.danger === "sql" && row.path === "()")));
  }

  /** `(start = 1)`: TypeScript takes it for a number. */
  #isNumberByDefault({ of, fallback }: Value & { kind: "default" }): boolean {
    const param = this.#value(of);
    return param.kind === "param" && this.#file.facts.functions[param.fn]?.params[param.index]?.type === undefined && /\.[cm]?tsx?$/.test(this.#file.homeOf({ value: of })?.path ?? this.#file.path) && typeof this.#file.get(flow).constant(fallback) === "number";
  }

  /** Of a type that another file declares: it may be one of a few. */
  #isOfUnseenType(id: ValueId): boolean {
    const type = this.#file.isProgram ? null : this.#file.get(flow).plainType(id);
    return type?.t === "name" && type.binding !== undefined && this.#file.facts.bindings[type.binding]?.kind === "import";
  }

  /** By its type a number, or one of the constants of an enum or a union of texts, under whatever name. */
  #isOneOfFew(id: ValueId): boolean {
    const type = this.#file.get(flow).plainType(id);
    if (type === null || this.#isFromOutside(id)) return false;
    return isNumeric(type) || (type.t === "name" && type.binding !== undefined && this.#file.facts.bindings[type.binding]?.kind === "enum");
  }

  #call(id: ValueId, value: Value & { kind: "call" }, depth: number): void {
    // A template that binds: what it gives is no text.
    if (value.form === "tag" || value.form === "new") return;
    const callee = this.#value(value.callee);
    const call = this.#file.get(callAt)(id);
    if (this.#acceptedUnder(id).length > 0) return;
    // `copyFrom("COPY …")` holds a text of its own, and is judged by it.
    if (call?.symbols.some((s) => s.rows("sinks").some(({ row }) => row.danger === "sql")) === true) return;
    if (callee.kind === "global" && (NUMBERS.test(callee.name) || callee.name === "Date")) return;
    // Also one that is called as a method of texts is: `this.normalize(column)`.
    const own = this.#file.get(flow).functions(value.callee);
    if (own.length > 0) {
      for (const fn of own) for (const result of this.#file.get(flow).returns(fn)) this.part(result, depth + 1);
      return;
    }
    if (callee.kind === "member" && callee.name !== null && this.#method(callee, value, depth)) return;
    if (call?.symbols.some((s) => FORMATS.has(s.text)) === true) return value.args.slice(1).forEach((arg, i) => placeholders(this.#file.get(flow).constant(value.args[0] as ValueId))[i] !== "harmless" && this.part(arg, depth + 1));
    if (callee.kind === "global" && (callee.name === "String" || callee.name === "Array")) return value.args.forEach((arg) => this.part(arg, depth + 1));
    if (call?.symbols.some((s) => s.rows("passes").length > 0) === true) return value.args.forEach((arg) => this.part(arg, depth + 1));
    if (this.#isAskedOfRequest(id, callee) || this.#file.get(outside)(id) !== null) return this.#open(id, "");
    this.#doubt(id, "a function of another file makes this part");
  }

  /** A part of a request that is asked for, `req.param("id")`, unless its name says that it escapes. */
  #isAskedOfRequest(id: ValueId, callee: Value): boolean {
    if (callee.kind !== "member" || callee.name === null || ESCAPES.test(callee.name)) return false;
    const root = this.#rootOf(id);
    const param = root.kind === "param" ? this.#file.facts.functions[root.fn]?.params[root.index] : undefined;
    const binding = root.kind === "var" ? root.binding : param?.binding;
    return binding != null && this.#file.facts.bindings[binding]?.kind === "param" && /^_?req(?:uest)?$/.test(this.#file.facts.bindings[binding]?.name ?? "");
  }

  /** true: all is said. */
  #method(callee: Value & { kind: "member" }, value: Value & { kind: "call" }, depth: number): boolean {
    const name = callee.name as string;
    const object = this.#value(callee.object);
    if (NUMBER_METHODS.has(name)) return true;
    if (object.kind === "global" && (object.name === "Math" || object.name === "Date" || object.name === "Number" || object.name === "crypto")) return true;
    if (object.kind === "global" && object.name === "Object") {
      value.args.forEach((arg) => this.#keysOf(arg, name, depth));
      return true;
    }
    if (object.kind === "global" && object.name === "Array") {
      const made = value.args[1] === undefined ? [] : this.#file.get(flow).functions(value.args[1]);
      for (const fn of made) for (const result of this.#file.get(flow).returns(fn)) this.part(result, depth + 1);
      if (made.length === 0 && value.args[0] !== undefined && this.#value(value.args[0]).kind !== "object") this.part(value.args[0], depth + 1);
      return true;
    }
    if (MAPS.has(name) && value.args[0] !== undefined) {
      const made = this.#file.get(flow).functions(value.args[0]);
      for (const fn of made) for (const result of this.#file.get(flow).returns(fn)) this.part(result, depth + 1);
      if (made.length === 0) this.part(callee.object, depth + 1);
      return true;
    }
    if (name === "filter" && value.args[0] !== undefined && this.#filters(value.args[0])) return true;
    // From the second on: what it has gathered before is made of the rest.
    if (name === "reduce" && value.args[0] !== undefined) {
      for (const fn of this.#file.get(flow).functions(value.args[0])) {
        const gathered = this.#file.facts.functions[fn]?.params[0];
        if (gathered !== undefined) this.#seen.add(gathered.value);
        for (const result of this.#file.get(flow).returns(fn)) this.part(result, depth + 1);
      }
      value.args.slice(1).forEach((arg) => this.part(arg, depth + 1));
      return true;
    }
    if ((name === "replace" || name === "replaceAll") && leavesHarmless(this.#file, value)) return true;
    if (name === "join" || KEEPS.has(name)) {
      this.part(callee.object, depth + 1);
      if (name === "replace" || name === "replaceAll") this.#put(value.args[1], depth);
      if (name === "join" || name === "concat" || name === "fill" || name === "padStart" || name === "padEnd") value.args.forEach((arg) => this.part(arg, depth + 1));
      return true;
    }
    if (name === "get" && object.kind === "var" && this.#isConstantMap(callee.object)) return true;
    return false;
  }

  /** What stands in for what is replaced, as it is or as a function gives it. */
  #put(by: ValueId | undefined, depth: number): void {
    if (by === undefined) return;
    const made = this.#file.get(flow).functions(by);
    if (made.length === 0) return this.part(by, depth + 1);
    for (const fn of made) for (const result of this.#file.get(flow).returns(fn)) this.part(result, depth + 1);
  }

  /** `Object.keys(fields)`: of an object that stands here its names, of any other whatever names it has. */
  #keysOf(arg: ValueId, name: string, depth: number): void {
    for (const source of this.#file.get(flow).sources(arg)) {
      const value = this.#value(source);
      if (value.kind === "object" && value.props.every((p) => p.form !== "spread")) {
        if (name !== "keys") value.props.forEach((p) => this.part(p.value, depth + 1));
      } else if (value.kind === "param") {
        const objects = name === "keys" ? objectsOf(this.#file, source) : null;
        if (objects === null) this.part(source, depth + 1);
      }
      else this.#open(source, "");
    }
  }

  #isConstantMap(map: ValueId): boolean {
    return this.#file.get(flow).sources(map).every((s) => {
      const value = this.#value(s);
      return value.kind === "call" && value.form === "new" && value.args.every((arg) => this.#file.get(flow).sources(arg).every((l) => this.#isListOfConstants(l)));
    });
  }

  #isListOfConstants(id: ValueId): boolean {
    const value = this.#value(id);
    return value.kind === "array" ? value.items.every((i) => i === null || this.#isListOfConstants(i)) : this.#file.get(flow).constant(id) !== undefined;
  }

  /** `columns.filter((c) => ALLOWED.includes(c))` */
  #filters(callback: ValueId): boolean {
    const made = this.#file.get(flow).functions(callback);
    return made.length > 0 && made.every((fn) => {
      const param = (this.#file.facts.functions[fn] as FunctionFact).params[0];
      const results = this.#file.get(flow).returns(fn);
      return param !== undefined && results.length > 0 && results.every((r) => provedBy(this.#file, r, param.value)?.for === "all");
    });
  }

  #isAllowed(id: ValueId): boolean {
    return clearedAt(this.#file, id).some((c) => c.for === "all" || c.for.includes("sql")) || isFewBySchema(this.#file, id);
  }

  #open(at: ValueId, reason: string): void {
    this.found.push({ at, state: "open", reason });
  }

  #doubt(at: ValueId, reason: string): void {
    this.found.push({ at, state: "doubt", reason });
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const ESCAPES = /escape|quot|sanit|ident|format|bind|placeholder|literal|raw|sql|number|int/i;

/** Calls that put texts into a text of their first argument. */
export const FORMATS: ReadonlySet<string> = new Set(["util:format", "sprintf-js:sprintf", "printf:", "format-util:", "pg-format:"]);

/** What each `%` of a format takes; `%I` and `%L` of pg-format quote it. */
function placeholders(format: unknown): readonly ("text" | "harmless")[] {
  return typeof format === "string" ? [...format.matchAll(/%(?:\d+\$)?[-+ 0#]*\d*(?:\.\d+)?([a-zA-Z])/g)].map((m) => (/[difIL]/.test(m[1] as string) ? "harmless" : "text")) : [];
}
