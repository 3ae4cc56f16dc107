import type { TypeExpr, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { sitesOf } from "./sites.js";
import { argumentsFor } from "./written-objects.js";

/** A number, a flag, or one of a few texts that stand in the type. */
export function isNumeric(type: TypeExpr | undefined): boolean {
  if (type === undefined) return false;
  if (type.t === "keyword") return type.name === "number" || type.name === "boolean" || type.name === "bigint";
  if (type.t === "literal") return true;
  if (type.t === "array") return isNumeric(type.of);
  return type.t === "union" && type.items.every((item) => isNumeric(item) || (item.t === "keyword" && (item.name === "undefined" || item.name === "null")));
}

/** Schemas that let nothing through but numbers, flags, dates, and texts that stand in the program or have no quotes. */
const FEW = new Set(["number", "int", "int32", "uint32", "float32", "float64", "bigint", "int64", "uint64", "boolean", "stringbool", "date", "nan", "enum", "nativeEnum", "literal", "null", "undefined", "void", "never", "uuid", "uuidv4", "uuidv6", "uuidv7", "guid"]);
/** What a text is narrowed to by one of these has no quotes. */
const NARROWS = new Set(["uuid", "guid", "ulid", "cuid", "cuid2", "xid", "ksuid", "nanoid", "date", "datetime"]);
/** What these add accepts no more than the schema before them, but for what stands here or nothing at all. */
const KEEPS = new Set([
  "optional", "exactOptional", "nullable", "nullish", "nonoptional", "default", "prefault", "catch", "readonly", "describe", "meta", "brand", "register", "refine", "superRefine", "check", "min", "max", "gt", "gte", "lt", "lte", "int", "safe", "positive", "negative", "nonnegative", "nonpositive",
  "multipleOf", "step", "finite", "strict", "strip", "pick", "omit", "partial", "deepPartial", "required", "openapi", "extract", "exclude", "length", "nonempty", "clone", "passthrough", "loose", "catchall",
]);
const OBJECTS = new Set(["object", "strictObject", "looseObject"]);
const EXTENDS = new Set(["extend", "safeExtend", "merge", "augment"]);
const DEEPEST = 24;

/** Has a schema let nothing but a number, a flag or one of a few texts through? `Page.parse(req.query).limit` */
export function isFewBySchema(file: FileView, id: ValueId): boolean {
  return new Walk(file).of(id, [], 0);
}

class Walk {
  readonly #file: FileView;
  readonly #seen = new Set<string>();

  constructor(file: FileView) {
    this.#file = file;
  }

  /** The value that stands under a path in another. */
  of(id: ValueId, path: readonly string[], depth: number): boolean {
    const key = `${id} ${path.join(".")}`;
    if (depth > DEEPEST || this.#seen.has(key)) return false;
    this.#seen.add(key);
    const sources = this.#file.get(flow).sources(id);
    return sources.length > 0 && sources.every((source) => this.#source(source, path, depth + 1));
  }

  #source(id: ValueId, path: readonly string[], depth: number): boolean {
    const value = this.#value(id);
    switch (value.kind) {
      case "member":
        return value.name !== null && this.of(value.object, [value.name, ...path], depth);
      case "cast":
      case "await":
        return this.of(value.of, path, depth);
      case "default":
        return this.#file.get(flow).constant(value.fallback) !== undefined && this.of(value.of, path, depth);
      case "param": {
        const { args, areAll } = argumentsFor(this.#file, value);
        if (args.length === 0 && path[0] === "input") return this.#asked(value, path.slice(1), depth);
        return areAll && args.length > 0 && args.every((arg) => this.of(arg, path, depth));
      }
      case "call":
        return this.#parsed(id, value, path, depth);
      default:
        return false;
    }
  }

  /** `procedure.input(Page).query(({ input }) => …)`: what the handler is called with has passed the schema of its chain. */
  #asked({ fn, index }: Value & { kind: "param" }, path: readonly string[], depth: number): boolean {
    const chains = index === 0 ? sitesOf(this.#file.facts).ofFunction(fn).filter((site) => site.path.length === 0) : [];
    return chains.length > 0 && chains.every(({ call }) => {
      for (let at = call, steps = 0; steps < DEEPEST; steps++) {
        const made = this.#value(at);
        const callee = made.kind === "call" ? this.#value(made.callee) : undefined;
        if (made.kind !== "call" || callee?.kind !== "member") return false;
        if (callee.name === "input" && made.args[0] !== undefined && this.#schema(made.args[0], path, depth)) return true;
        at = callee.object;
      }
      return false;
    });
  }

  #parsed(id: ValueId, value: Value & { kind: "call" }, path: readonly string[], depth: number): boolean {
    const callee = this.#value(value.callee);
    const rows = this.#file.get(callAt)(id)?.symbols.flatMap((s) => s.rows("validators").map((r) => r.row)) ?? [];
    if (callee.kind !== "member") return false;
    return rows.some((row) => {
      if (row.accepts !== "result" || row.arg !== 0) return false;
      const under = row.under === undefined ? [] : [row.under];
      return under.every((name, i) => path[i] === name) && this.#schema(callee.object, path.slice(under.length), depth);
    });
  }

  /** Does what a schema accepts hold, under a path, only few values? */
  #schema(id: ValueId, path: readonly string[], depth: number): boolean {
    if (depth > DEEPEST) return false;
    const sources = this.#file.get(flow).sources(id);
    return sources.length > 0 && sources.every((source) => this.#made(source, path, depth + 1));
  }

  #made(id: ValueId, path: readonly string[], depth: number): boolean {
    const value = this.#value(id);
    const callee = value.kind === "call" ? this.#value(value.callee) : undefined;
    if (value.kind !== "call" || callee?.kind !== "member" || callee.name === null) return false;
    const [first] = value.args;
    if (this.#isOfLibrary(id)) return this.#begun(callee.name, first, path, depth);
    if (KEEPS.has(callee.name)) return this.#schema(callee.object, path, depth);
    if (EXTENDS.has(callee.name)) return first !== undefined && (this.#under(first, path, depth) ?? this.#schema(callee.object, path, depth));
    if (callee.name === "or") return first !== undefined && this.#schema(first, path, depth) && this.#schema(callee.object, path, depth);
    if (callee.name === "pipe") return first !== undefined && this.#schema(first, path, depth);
    return path.length === 0 && NARROWS.has(callee.name);
  }

  /** `z.number()`, `z.object({ … })`, `z.union([ … ])` */
  #begun(name: string, first: ValueId | undefined, path: readonly string[], depth: number): boolean {
    if (path.length === 0 && FEW.has(name)) return true;
    if (first === undefined) return false;
    if (OBJECTS.has(name)) return this.#under(first, path, depth) === true;
    if (name === "optional" || name === "nullable") return this.#schema(first, path, depth);
    if (name !== "union") return false;
    return this.#file.get(flow).sources(first).every((s) => {
      const list = this.#value(s);
      return list.kind === "array" && list.items.every((item) => item !== null && this.#schema(item, path, depth));
    });
  }

  /** In the shape of an object, or in the schema of one that is merged in; null where nothing stands under that name. */
  #under(shape: ValueId, path: readonly string[], depth: number): boolean | null {
    const found = this.#file.get(flow).sources(shape).map((source) => {
      const value = this.#value(source);
      if (value.kind === "call") return this.#made(source, path, depth + 1);
      return value.kind === "object" ? this.#property(value, path, depth + 1) : false;
    });
    return found.length === 0 || found.includes(false) ? false : found.includes(null) ? null : true;
  }

  #property({ props }: Value & { kind: "object" }, [name, ...rest]: readonly string[], depth: number): boolean | null {
    if (name === undefined || depth > DEEPEST) return false;
    for (const prop of props.toReversed()) {
      if (prop.name === name) return this.#schema(prop.value, rest, depth);
      if (prop.name !== null) continue;
      const spread = prop.form === "spread" ? this.#under(prop.value, [name, ...rest], depth) : false;
      if (spread !== null) return spread;
    }
    return null;
  }

  /** Is a schema begun here, `z.string()`, and not added to? */
  #isOfLibrary(id: ValueId): boolean {
    return this.#file.get(callAt)(id)?.symbols.some((s) => /^(?:zod(?:\/[\w/-]+)?|@hono\/zod-openapi):(?!core\.)/.test(s.text)) ?? false;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
