import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callsBeside } from "./beside.js";
import { builtInOptions, constructorOf, freeOptions, isPublicClass, isRooted, localClass } from "./error-classes.js";
import { isAnsweredFor } from "./exception-filters.js";
import { flow } from "./flow.js";
import { eachOperand } from "./operands.js";
import { sanctioned } from "./sanctioned.js";
import { uses } from "./uses.js";

/** What becomes of the caught error in a new one. */
export interface Outcome {
  /** kept: it is the caught one, holds it, is made for clients, or answered for by its class · dropped: a new one without it · unknown: the class is elsewhere. */
  readonly cause: "kept" | "dropped" | "unknown";
  /** The construction that drops it, and which argument would take `{ cause }`. */
  readonly made?: { readonly call: ValueId; readonly options: number | null };
}

/** Thrown to be answered with, without being an error. */
const ANSWERS = /^global:Response$/;

/** Parts of an error that are less than it. */
const TEXTS = new Set(["message", "name", "stack", "code", "status", "statusCode", "errno"]);

const KEPT: Outcome = { cause: "kept" };
const UNKNOWN: Outcome = { cause: "unknown" };
const DROPPED: Outcome = { cause: "dropped" };

/** Does an error that is thrown hold the one that was caught? `caught` is null where nobody takes it. */
export function keptCause(file: FileView, caught: ValueId | null, thrown: ValueId): Outcome {
  return new Judge(file, caught).of(thrown);
}

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
    if (this.#file.get(flow).memberWrites(value.binding).some((w) => this.#carries(w.value) || (w.name === "stack" && this.#mentions(w.value)))) return KEPT;
    const binding = facts.bindings[value.binding] as BindingFact;
    const isIt = (a: ValueId): boolean => {
      const arg = this.#value(a);
      return arg.kind === "var" && arg.binding === value.binding;
    };
    const filled = callsBeside(this.#file, id).some((c) => c.value.args.some(isIt) && c.value.args.some((a) => !isIt(a) && this.#carries(a)));
    if (filled) return KEPT;
    const held = this.#file.get(flow).sources(id);
    if (held.some((s) => this.#isError(s))) return KEPT;
    const values = binding.versions.flatMap((v) => (v.value === undefined ? [] : [v.value]));
    return values.length === 1 ? next(values[0] as ValueId) : worst(held.filter((s) => s !== id).map(next));
  }

  #call(id: ValueId, value: Value & { kind: "call" }, next: (v: ValueId) => Outcome): Outcome {
    // A class of this file goes by its own constructor, whatever it extends.
    const own = localClass(this.#file, value.callee);
    if (own !== null) {
      const made = this.#instance(id, value);
      const isAnswered = made.cause === "kept" ? true : isAnsweredFor(this.#file, own);
      return isAnswered === true ? KEPT : isAnswered === "elsewhere" && made.cause === "dropped" ? UNKNOWN : made;
    }
    const answers = this.#file.get(flow);
    const name = this.#file.get(sanctioned)(value.callee);
    const symbols = answers.symbols(value.callee);
    if (name !== null || symbols.some((node) => node.rows("errors").length > 0 || ANSWERS.test(node.text))) return KEPT;
    const at = builtInOptions(this.#file, value.callee);
    if (at !== null) return this.#options(id, value, at);
    if (value.form === "new") return UNKNOWN;
    if (symbols.some((node) => node.text === "global:Object.assign") && value.args[0] !== undefined) return next(value.args[0]);
    const made = answers.sources(id).filter((s) => s !== id);
    // A factory of this file drops what it is not given; the error's name does not reach into it.
    return made.length > 0 ? { cause: worst(made.map(next)).cause } : UNKNOWN;
  }

  /** A class of this file: the first constructor on the way up decides. */
  #instance(id: ValueId, value: Value & { kind: "call" }): Outcome {
    const given = value.args.findIndex((a) => this.#carries(a));
    let cls = localClass(this.#file, value.callee);
    for (let depth = 0; cls !== null && depth < 8; depth++) {
      const constructor = constructorOf(this.#file, cls);
      if (constructor) {
        const param = constructor.params[given] ?? constructor.params.find((p) => p.rest);
        if (given >= 0 && (param === undefined || param.property || this.#file.get(uses).isUsed(param.value))) return KEPT;
        if (isPublicClass(this.#file, cls)) return KEPT;
        return { cause: isRooted(this.#file, cls) ? "dropped" : "unknown", made: { call: id, options: freeOptions(this.#file, cls, value.args.length) } };
      }
      const base = this.#file.facts.classes[cls]?.extends ?? null;
      if (base === null) return DROPPED;
      cls = localClass(this.#file, base);
      if (cls !== null) continue;
      const at = builtInOptions(this.#file, base);
      if (at !== null) return this.#options(id, value, at);
      if (this.#file.get(flow).symbols(base).some((node) => node.rows("errors").length > 0)) return KEPT;
    }
    return given >= 0 ? KEPT : UNKNOWN;
  }

  /** A built-in class: only its options (and the list of an AggregateError) hold the cause. */
  #options(id: ValueId, value: Value & { kind: "call" }, at: number): Outcome {
    if (value.args.some((a) => this.#value(a).kind === "spread")) return UNKNOWN;
    if (at === 2 && value.args[0] !== undefined && this.#isListed(value.args[0])) return KEPT;
    const given = value.args[at];
    const dropped: Outcome = { cause: "dropped", made: { call: id, options: at } };
    if (given === undefined) return dropped;
    const answers = this.#file.get(flow);
    const outcomes = answers.sources(given).map((source): Outcome => {
      const options = this.#value(source);
      if (options.kind !== "object") return this.#isError(source) || options.kind === "literal" ? DROPPED : UNKNOWN;
      const cause = options.props.findLast((p) => p.name === "cause");
      if (cause) return this.#isAnother(cause.value) ? DROPPED : KEPT;
      if (options.props.some((p) => p.form === "spread")) return UNKNOWN;
      return source === given ? dropped : DROPPED;
    });
    return worst(outcomes);
  }

  /** `const errors = [e]`, `errors.push(e)`: a list that holds the caught error. */
  #isListed(list: ValueId): boolean {
    const value = this.#value(list);
    const added = value.kind === "var" ? this.#file.get(flow).elementWrites(value.binding) : [];
    return [list, ...this.#file.get(flow).sources(list), ...added].some((v) => this.#carries(v));
  }

  /** A cause that is not the caught error, nor made of it: a constant, another new error, a name nobody declares. */
  #isAnother(id: ValueId): boolean {
    if (isConstant(this.#file, id) || this.#value(id).kind === "function") return true;
    if (this.#error === null || this.#mentions(id)) return false;
    const held = this.#file.get(flow).sources(id);
    if (held.every((s) => this.#value(s).kind === "global")) return true;
    return held.every((s) => !this.#mentions(s) && this.of(s).cause === "dropped");
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
        return !TEXTS.has(value.name ?? "") && this.#carries(value.object);
      default:
        return this.#isError(id);
    }
  }

  #isBuiltIn(value: Value & { kind: "call" }): boolean {
    return builtInOptions(this.#file, value.callee) !== null || this.#file.get(flow).symbols(value.callee).some((node) => /^global:(?:String|JSON\.stringify|Boolean|Number)$/.test(node.text));
  }

  /** Any part of it is in there. */
  #mentions(id: ValueId): boolean {
    if (this.#isError(id)) return true;
    let found = false;
    eachOperand(this.#value(id), (operand) => {
      found ||= this.#mentions(operand);
    });
    return found;
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
