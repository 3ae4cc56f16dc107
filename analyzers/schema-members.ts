import type { BindingId, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { flow } from "./flow.js";
import { sitesOf } from "./sites.js";

const OBJECTS = new Set(["object", "strictObject", "looseObject", "interface"]);
const EXTENDS = new Set(["extend", "safeExtend", "merge", "augment", "and", "concat", "append", "keys", "shape"]);
/** Flags and numbers under the name of a secret: `token: z.boolean()`. */
const NO_TEXT = new Set(["boolean", "bool", "number", "int", "bigint", "date", "enum", "nativeEnum", "literal", "function", "null", "undefined"]);
const INFERS = /(?:^|\.)(?:infer\w*|output|input|Static|InferType|InferOutput|InferInput|TypeOf)$/i;
/** Schemas of schemas; a schema may be a part of itself. */
const DEEPEST = 12;

/** The names of a value's parts, where it is what a schema of the program let through: `Login.parse(body)`. null: nobody knows. */
export function acceptedMembers(file: FileView, id: ValueId): readonly string[] | null {
  const schemas = new Behind(file).of(id, 0);
  return schemas.length === 0 ? null : schemas.flatMap((schema) => membersOf(file, schema, 0));
}

/** The same for a type that is a schema's: `z.infer<typeof Login>`. */
export function inferredMembers(file: FileView, type: TypeExpr & { t: "name" }): readonly string[] {
  const [of] = type.args ?? [];
  if (of?.t !== "query" || of.binding === undefined || !INFERS.test(type.name)) return [];
  return heldBy(file, of.binding).flatMap((schema) => membersOf(file, schema, 0));
}

const heldBy = (file: FileView, binding: BindingId): readonly ValueId[] => (file.facts.bindings[binding]?.versions ?? []).flatMap((v) => (v.value === undefined ? [] : [v.value]));

class Behind {
  readonly #file: FileView;
  readonly #seen = new Set<ValueId>();

  constructor(file: FileView) {
    this.#file = file;
  }

  of(id: ValueId, depth: number): readonly ValueId[] {
    if (depth > DEEPEST || this.#seen.has(id)) return [];
    this.#seen.add(id);
    const value = this.#value(id);
    if (value.kind === "await" || value.kind === "cast") return this.of(value.of, depth + 1);
    if (value.kind === "call") return this.#parsedBy(id, value, null);
    const sources = this.#file.get(flow).sources(id).filter((s) => s !== id);
    if (sources.length > 0) return sources.flatMap((s) => this.of(s, depth + 1));
    if (value.kind !== "member" || value.name === null) return [];
    // `safeParse(body).data`
    const { name } = value;
    return this.#file.get(flow).sources(value.object).flatMap((s) => this.#unwrapped(s, name));
  }

  #unwrapped(id: ValueId, name: string): readonly ValueId[] {
    const value = this.#value(id);
    const of = value.kind === "await" ? value.of : id;
    const call = this.#value(of);
    return call.kind === "call" ? this.#parsedBy(of, call, name) : [];
  }

  #parsedBy(id: ValueId, value: Value & { kind: "call" }, under: string | null): readonly ValueId[] {
    const callee = this.#value(value.callee);
    if (callee.kind !== "member") return [];
    const rows = this.#file.get(callAt)(id)?.symbols.flatMap((s) => s.rows("validators").map((r) => r.row)) ?? [];
    if (rows.some((row) => row.accepts === "result" && row.arg === 0 && (row.under ?? null) === under)) return [callee.object];
    return under === null && callee.name === "valid" ? this.#byMiddleware(value, callee.object) : [];
  }

  /** `c.req.valid("json")`: what stands before the handler accepted it. */
  #byMiddleware({ args: [part] }: Value & { kind: "call" }, request: ValueId): readonly ValueId[] {
    const { constant, sameAs } = this.#file.get(flow);
    const asked = this.#value(request);
    const context = asked.kind === "member" ? this.#value(sameAs(asked.object)) : asked;
    const what = part === undefined ? undefined : constant(part);
    if (context.kind !== "param" || typeof what !== "string") return [];
    return sitesOf(this.#file.facts).ofFunction(context.fn).flatMap(({ call }) => {
      const { args } = this.#value(call) as Value & { kind: "call" };
      return args.flatMap((arg) => this.#file.get(flow).sources(arg)).flatMap((source) => this.#schemaOf(source, what));
    });
  }

  #schemaOf(middleware: ValueId, what: string): readonly ValueId[] {
    const made = this.#file.get(callAt)(middleware);
    const rows = made?.symbols.flatMap((s) => s.rows("validators").map((r) => r.row)) ?? [];
    return rows.flatMap((row) => {
      const { covers } = row;
      if (row.accepts !== "middleware" || covers === undefined || !(typeof covers === "object" && "arg" in covers)) return [];
      const named = made?.value.args[covers.arg];
      const schema = made?.value.args[row.arg];
      return named !== undefined && schema !== undefined && this.#file.get(flow).constant(named) === what ? [schema] : [];
    });
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

/** `z.object({ … })`, and what is made of one. */
function membersOf(file: FileView, schema: ValueId, depth: number): readonly string[] {
  if (depth > DEEPEST) return [];
  return file.get(flow).sources(schema).flatMap((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind === "object") return value.props.flatMap((p) => (p.form === "spread" ? membersOf(file, p.value, depth + 1) : p.name !== null && mayBeText(file, p.value) ? [p.name] : []));
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    if (value.kind === "member" && value.name === "shape") return membersOf(file, value.object, depth + 1);
    if (value.kind !== "call" || callee?.kind !== "member" || callee.name === null) return [];
    const [first] = value.args;
    const own = first === undefined ? [] : membersOf(file, first, depth + 1);
    if (OBJECTS.has(callee.name) && own.length > 0) return own;
    const before = membersOf(file, callee.object, depth + 1);
    if (EXTENDS.has(callee.name)) return [...before, ...own];
    if (callee.name === "omit" || callee.name === "pick") {
      const named = new Set(first === undefined ? [] : file.get(flow).sources(first).flatMap((s) => { const of = file.facts.values[s]; return of?.kind === "object" ? of.props.map((p) => p.name) : []; }));
      return before.filter((name) => named.has(name) === (callee.name === "pick"));
    }
    return callee.name === "transform" ? [] : before;
  });
}

function mayBeText(file: FileView, schema: ValueId): boolean {
  return file.get(flow).sources(schema).every((source) => {
    let at = source;
    for (let steps = 0; steps < DEEPEST; steps++) {
      const value = file.facts.values[at];
      const callee = value?.kind === "call" ? file.facts.values[value.callee] : undefined;
      if (value?.kind !== "call" || callee?.kind !== "member") return true;
      if (NO_TEXT.has(callee.name ?? "")) return false;
      at = callee.object;
    }
    return true;
  });
}
