import type { BindingFact, ClassId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { calls, type Call } from "./calls.js";
import { type Caught, caught, type Handler, within } from "./caught.js";
import { eachStatement, flow } from "./flow.js";
import { reports } from "./reports.js";
import { sanctioned } from "./sanctioned.js";
import { uses } from "./uses.js";

/** An error that a handler throws, rejects with or hands to a callback, and what becomes of the one it caught. */
export interface Thrown {
  readonly value: ValueId;
  /** kept: it is the caught one, holds it, or is made for clients · dropped: a new one without it · unknown: the class is elsewhere. */
  readonly cause: "kept" | "dropped" | "unknown";
  /** The construction that drops it, and which argument would take `{ cause }`. */
  readonly made?: { readonly call: ValueId; readonly options: number | null };
}

const OPTIONS_AT: ReadonlyMap<string, number> = new Map([
  ...["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"].map((name) => [`global:${name}`, 1] as const),
  ["global:AggregateError", 2],
]);
/** Thrown to be answered with, without being an error. */
const ANSWERS = /^global:Response$/;

/** What a handler throws anew; errors of a nested handler are its own. */
export function thrownAnew(file: FileView, handler: Handler): Thrown[] {
  const found: Thrown[] = [];
  eachThrow(handler.body, (value) => found.push(judged(file, handler, value)));
  for (const call of callsOf(file, handler)) {
    const first = call.args?.[0];
    if (first === undefined || file.get(reports)(call) !== "fails" && !isCallback(file, call)) continue;
    if (isNewError(file, first)) found.push(judged(file, handler, first));
  }
  return found;
}

/** The calls in a handler, without those of handlers inside it: they speak of other errors. */
export function callsOf(file: FileView, handler: Handler): Call[] {
  const inner = file.get(caught).flatMap((c: Caught) => c.handlers).filter((h) => h.span !== handler.span && within(handler.span, h.span) && h.span.start > handler.span.start);
  return file.get(calls).filter((call) => {
    const span = file.span({ value: call.id });
    return within(handler.span, span) && !inner.some((h) => within(h.span, span));
  });
}

/** The throws that leave the body: not those in a try that catches. */
export function eachThrow(body: readonly Statement[], visit: (value: ValueId) => void): void {
  const caughtInside = new Set<Statement>();
  eachStatement(body, (s) => {
    if (s.kind === "try" && s.handler) for (const part of [s.body, s.handler.body]) eachStatement(part, (inner) => void caughtInside.add(inner));
    if (s.kind === "throw" && !caughtInside.has(s)) visit(s.value);
  });
}

/** `next(error)`, `done(error)`: a parameter is called with it. */
function isCallback(file: FileView, call: Call): boolean {
  return (file.facts.values[call.target] as Value).kind === "var" && file.get(flow).sources(call.target).some((s) => file.facts.values[s]?.kind === "param");
}

function isNewError(file: FileView, id: ValueId): boolean {
  return file.get(flow).sources(id).some((source) => {
    const value = file.facts.values[source] as Value;
    if (value.kind !== "call") return false;
    if (file.get(flow).symbols(value.callee).some((node) => OPTIONS_AT.has(node.text))) return true;
    return value.form === "new" && localClass(file, value.callee) !== null;
  });
}

function judged(file: FileView, handler: Handler, value: ValueId): Thrown {
  return { value, ...new Judge(file, handler.error).of(value) };
}

type Outcome = Pick<Thrown, "cause" | "made">;
const KEPT: Outcome = { cause: "kept" };
const UNKNOWN: Outcome = { cause: "unknown" };
const DROPPED: Outcome = { cause: "dropped" };

class Judge {
  readonly #file: FileView;
  readonly #error: ValueId | null;

  constructor(file: FileView, error: ValueId | null) {
    this.#file = file;
    this.#error = error;
  }

  of(id: ValueId, depth = 0): Outcome {
    const value = this.#value(id);
    if (depth > 8 || this.#carries(id)) return KEPT;
    const next = (v: ValueId): Outcome => this.of(v, depth + 1);
    switch (value.kind) {
      case "cast":
      case "await":
        return next(value.of);
      case "sequence":
        return next(value.items.at(-1) as ValueId);
      case "assign":
        return next(value.value);
      case "choice":
        return worst([next(value.then), next(value.otherwise)]);
      case "logical":
        return worst([next(value.left), next(value.right)]);
      case "var":
        return this.#named(id, value, next);
      case "call":
        return this.#call(id, value, next);
      case "literal":
      case "template":
      case "object":
      case "binary":
        return DROPPED;
      default:
        return KEPT;
    }
  }

  /** A name for a new error: kept if the caught one is put into it later. */
  #named(id: ValueId, value: Value & { kind: "var" }, next: (v: ValueId) => Outcome): Outcome {
    const { facts } = this.#file;
    if (this.#file.get(flow).memberWrites(value.binding).some((w) => this.#carries(w.value))) return KEPT;
    const binding = facts.bindings[value.binding] as BindingFact;
    const isIt = (a: ValueId): boolean => {
      const arg = this.#value(a);
      return arg.kind === "var" && arg.binding === value.binding;
    };
    const filled = this.#file.get(calls).some((c) => c.value.args.some(isIt) && c.value.args.some((a) => !isIt(a) && this.#carries(a)));
    if (filled) return KEPT;
    const held = this.#file.get(flow).sources(id);
    if (held.some((s) => this.#isError(s))) return KEPT;
    const values = binding.versions.flatMap((v) => (v.value === undefined ? [] : [v.value]));
    return values.length === 1 ? next(values[0] as ValueId) : worst(held.filter((s) => s !== id).map(next));
  }

  #call(id: ValueId, value: Value & { kind: "call" }, next: (v: ValueId) => Outcome): Outcome {
    // A class of this file goes by its own constructor, whatever it extends.
    if (localClass(this.#file, value.callee) !== null) return this.#instance(id, value);
    const answers = this.#file.get(flow);
    const name = this.#file.get(sanctioned)(value.callee);
    const symbols = answers.symbols(value.callee);
    if (name !== null || symbols.some((node) => node.rows("errors").length > 0 || ANSWERS.test(node.text))) return KEPT;
    const at = symbols.length === 1 ? OPTIONS_AT.get(symbols[0]?.text ?? "") : undefined;
    if (at !== undefined) return this.#options(id, value, at);
    if (value.form === "new") return UNKNOWN;
    if (symbols.some((node) => node.text === "global:Object.assign") && value.args[0] !== undefined) return next(value.args[0]);
    const made = answers.sources(id).filter((s) => s !== id);
    // A factory of this file drops what it is not given; the error's name does not reach into it.
    return made.length > 0 ? { cause: worst(made.map(next)).cause } : UNKNOWN;
  }

  #instance(id: ValueId, value: Value & { kind: "call" }): Outcome {
    let cls = localClass(this.#file, value.callee);
    for (let depth = 0; cls !== null && depth < 8; depth++) {
      const constructor = constructorOf(this.#file, cls);
      const given = value.args.findIndex((a) => this.#carries(a));
      if (constructor) {
        const param = constructor.params[given] ?? constructor.params.find((p) => p.rest);
        if (given >= 0 && (param === undefined || param.property || this.#file.get(uses).isUsed(param.value))) return KEPT;
        if (isPublic(this.#file, cls)) return KEPT;
        return { cause: rootOf(this.#file, cls) === null ? "unknown" : "dropped", made: { call: id, options: forwarded(this.#file, cls, constructor, value.args.length) } };
      }
      const base = this.#file.facts.classes[cls]?.extends ?? null;
      if (base === null) return DROPPED;
      const symbols = this.#file.get(flow).symbols(base);
      const at = symbols.length === 1 ? OPTIONS_AT.get(symbols[0]?.text ?? "") : undefined;
      if (at !== undefined) return this.#options(id, value, at);
      if (given >= 0 || symbols.some((node) => node.rows("errors").length > 0)) return KEPT;
      cls = localClass(this.#file, base);
    }
    return value.args.some((a) => this.#carries(a)) ? KEPT : UNKNOWN;
  }

  /** A built-in class: only its options (and the list of an AggregateError) hold the cause. */
  #options(id: ValueId, value: Value & { kind: "call" }, at: number): Outcome {
    if (value.args.some((a) => this.#value(a).kind === "spread")) return UNKNOWN;
    if (at === 2 && value.args[0] !== undefined && this.#carries(value.args[0])) return KEPT;
    const given = value.args[at];
    const dropped: Outcome = { cause: "dropped", made: { call: id, options: at } };
    if (given === undefined) return dropped;
    const answers = this.#file.get(flow);
    const outcomes = answers.sources(given).map((source): Outcome => {
      const options = this.#value(source);
      if (options.kind !== "object") return this.#isError(source) || options.kind === "literal" ? DROPPED : UNKNOWN;
      const cause = options.props.findLast((p) => p.name === "cause");
      if (cause) return isConstant(this.#file, cause.value) ? DROPPED : KEPT;
      if (options.props.some((p) => p.form === "spread")) return UNKNOWN;
      return source === given ? dropped : DROPPED;
    });
    return worst(outcomes);
  }

  /** The caught error itself is in it: as it is, in an object or list, or given to a call. */
  #carries(id: ValueId): boolean {
    if (this.#error === null) return false;
    const value = this.#value(id);
    switch (value.kind) {
      case "object":
        return value.props.some((p) => this.#carries(p.value));
      case "array":
        return value.items.some((i) => i !== null && this.#carries(i));
      case "spread":
      case "cast":
      case "await":
        return this.#carries(value.of);
      case "choice":
        return this.#carries(value.then) || this.#carries(value.otherwise);
      case "logical":
        return this.#carries(value.left) || this.#carries(value.right);
      case "call":
        return localClass(this.#file, value.callee) === null && !this.#isBuiltIn(value) && value.args.some((a) => this.#carries(a));
      case "member":
        return this.#carries(value.object);
      default:
        return this.#isError(id);
    }
  }

  #isBuiltIn(value: Value & { kind: "call" }): boolean {
    return this.#file.get(flow).symbols(value.callee).some((node) => OPTIONS_AT.has(node.text) || /^global:(?:String|JSON\.stringify|Boolean|Number)$/.test(node.text));
  }

  #isError(id: ValueId): boolean {
    return this.#error !== null && this.#file.get(flow).sources(id).includes(this.#error);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.find((o) => o.cause === "dropped") ?? outcomes.find((o) => o.cause === "unknown") ?? KEPT;
}

function isConstant(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  return file.get(flow).constant(id) !== undefined || (value.kind === "global" && value.name === "undefined");
}

function localClass(file: FileView, callee: ValueId): ClassId | null {
  const sources = file.get(flow).sources(callee);
  const value = sources.length === 1 ? file.facts.values[sources[0] as ValueId] : undefined;
  return value?.kind === "class" ? value.cls : null;
}

function constructorOf(file: FileView, cls: ClassId): FunctionFact | null {
  const member = file.facts.classes[cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null);
  return member?.fn == null ? null : (file.facts.functions[member.fn] ?? null);
}

/** The name of the built-in or known class at the end of `extends`; null if it is in another file. */
function rootOf(file: FileView, cls: ClassId, depth = 0): string | null {
  const base = file.facts.classes[cls]?.extends ?? null;
  if (base === null) return "";
  const inner = localClass(file, base);
  if (inner !== null) return depth > 8 ? null : rootOf(file, inner, depth + 1);
  const symbol = file.get(flow).symbols(base)[0];
  return symbol !== undefined && (OPTIONS_AT.has(symbol.text) || symbol.rows("errors").length > 0) ? symbol.text : null;
}

function isPublic(file: FileView, cls: ClassId): boolean {
  const root = rootOf(file, cls);
  return root !== null && root !== "" && !OPTIONS_AT.has(root);
}

/** The constructor's parameter that goes to `super` as the options, if a call with so many arguments leaves it free. */
function forwarded(file: FileView, cls: ClassId, constructor: FunctionFact, given: number): number | null {
  const root = rootOf(file, cls);
  const base = file.facts.classes[cls]?.extends ?? null;
  const at = base !== null && localClass(file, base) === null ? OPTIONS_AT.get(root ?? "") : undefined;
  if (at === undefined) return null;
  const superCall = file.get(calls).find((c) => file.facts.values[c.target]?.kind === "super" && file.facts.functions[file.facts.owner[c.id] as number] === constructor);
  const options = superCall?.value.args[at];
  const passed = options === undefined ? undefined : file.facts.values[options];
  if (passed?.kind !== "var") return null;
  const index = constructor.params.findIndex((p) => p.binding === passed.binding && !p.rest);
  const type = constructor.params[index]?.type;
  const takes = type === undefined || (type.t === "name" && type.name === "ErrorOptions") || (type.t === "keyword" && type.name === "any") || (type.t === "object" && type.members.every((m) => m.optional || m.name === "cause") && type.members.some((m) => m.name === "cause" && (m.type === undefined || (m.type.t === "keyword" && /^(?:unknown|any)$/.test(m.type.name)))));
  return index >= given && takes && index === given ? index : index >= 0 && index < given && takes ? index : null;
}
