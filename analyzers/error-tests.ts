import type { FunctionFact, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { someBeside } from "./beside.js";
import { baseOf, localClass } from "./error-classes.js";
import { flow } from "./flow.js";
import { givenTo } from "./given-to-errors.js";
import { occurrences } from "./occurrences.js";
import type { Thrown } from "./thrown.js";

/** What a condition says of an error: `either` where it speaks of something else, `unknown` where another file decides. */
export type Outcome = boolean | "either" | "unknown";

const DEEPEST = 8;
/** What any error has. */
const OWN = new Set(["message", "stack", "name", "cause", "constructor"]);

/** Does a condition hold for this error? `error` is the value that holds it: what was caught, or a parameter. */
export function answerOf(file: FileView, test: ValueId, error: ValueId, of: Thrown): Outcome {
  return new Test(file, error, of).ask(test, 0);
}

class Test {
  readonly #file: FileView;
  readonly #error: ValueId;
  readonly #of: Thrown;

  constructor(file: FileView, error: ValueId, of: Thrown) {
    this.#file = file;
    this.#error = error;
    this.#of = of;
  }

  ask(id: ValueId, depth: number): Outcome {
    if (depth > DEEPEST) return "unknown";
    const value = this.#value(id);
    switch (value.kind) {
      case "unary": {
        if (value.op !== "!") return this.#mentions(id, 0) ? "unknown" : "either";
        const is = this.ask(value.of, depth + 1);
        return is === true || is === false ? !is : is;
      }
      case "logical":
        return this.#logical(value, depth);
      case "binary":
        return this.#binary(id, value);
      case "cast":
        return this.ask(value.of, depth + 1);
      case "call":
        return this.#call(id, value, depth);
      case "member":
        return this.#isIt(value.object) && value.name !== null ? this.#has(value.name) : this.#mentions(id, 0) ? "unknown" : "either";
      default:
        return this.#isIt(id) ? true : "either";
    }
  }

  #logical(value: Value & { kind: "logical" }, depth: number): Outcome {
    const left = this.ask(value.left, depth + 1);
    const right = this.ask(value.right, depth + 1);
    const decides = value.op !== "&&";
    if (left === decides || right === decides) return decides;
    if (left === "unknown" || right === "unknown") return "unknown";
    return left === "either" || right === "either" ? "either" : !decides;
  }

  #binary(id: ValueId, value: Value & { kind: "binary" }): Outcome {
    if (value.op === "instanceof") return this.#isIt(value.left) ? this.#isInstance(value.right) : "either";
    const [asked, other] = this.#mentions(value.left, 0) ? [value.left, value.right] : [value.right, value.left];
    if (!this.#mentions(asked, 0)) return "either";
    if (value.op === "in") return this.#has(String(this.#file.get(flow).constant(value.left)));
    const is = this.#equals(asked, other);
    if (value.op === "===" || value.op === "==") return is;
    if (value.op === "!==" || value.op === "!=") return typeof is === "boolean" ? !is : is;
    return this.#mentions(id, 0) ? "unknown" : "either";
  }

  /** `e.code === "ENOENT"`, `e.message === "gone"`, `typeof e === "string"`. */
  #equals(asked: ValueId, other: ValueId): Outcome {
    const constant = this.#file.get(flow).constant(other);
    const value = this.#value(asked);
    if (value.kind === "unary" && value.op === "typeof" && this.#isIt(value.of)) return constant === "object";
    if (this.#isIt(asked)) return constant === null || this.#isUndefined(other) ? false : "unknown";
    if (value.kind !== "member" || !this.#isIt(value.object) || value.name === null) return "unknown";
    if (value.name === "name") {
      const named = this.#of.is !== "raw" ? undefined : this.#of.cls === null ? this.#of.name : this.#field("name");
      return named === undefined ? "unknown" : constant === named;
    }
    const text = value.name === "message" ? this.#message() : undefined;
    if (text !== undefined) return constant === text;
    const field = this.#field(value.name);
    if (field !== undefined) return constant === field;
    if (this.#has(value.name) !== false) return "unknown";
    return this.#isUndefined(other) || (constant === null && this.#isLoose(asked));
  }

  #isLoose(asked: ValueId): boolean {
    return someBeside(this.#file, asked, (v) => v.kind === "binary" && v.op === "==" && (v.left === asked || v.right === asked));
  }

  /** A question of this file is answered by what it returns; one of a package (`isAxiosError`) asks for its own errors. */
  #call(id: ValueId, value: Value & { kind: "call" }, depth: number): Outcome {
    const answers = this.#file.get(flow);
    const callee = this.#value(value.callee);
    if (callee.kind === "member" && callee.name !== null && TEXT_TESTS.has(callee.name)) {
      const object = this.#value(callee.object);
      const part = value.args[0] === undefined ? undefined : answers.constant(value.args[0]);
      const text = object.kind === "member" && object.name === "message" && this.#isIt(object.object) ? this.#message() : undefined;
      if (text !== undefined && typeof part === "string") return callee.name === "startsWith" ? text.startsWith(part) : callee.name === "endsWith" ? text.endsWith(part) : text.includes(part);
    }
    if (!value.args.some((a) => this.#isIt(a))) return this.#mentions(id, 0) ? "unknown" : "either";
    const local = answers.functions(value.callee);
    if (local.length === 1) {
      const { body, params } = this.#file.facts.functions[local[0] as number] as FunctionFact;
      const asked = params[value.args.findIndex((a) => this.#isIt(a))]?.value;
      // Its parameters are defined first.
      const rest = body.filter((s) => s.kind !== "define");
      const only = rest.length === 1 ? rest[0] : undefined;
      // Whoever else calls it, here it is this error that it is given.
      return only?.kind === "return" && only.value !== null && asked !== undefined ? new Test(this.#file, asked, this.#of).ask(only.value, depth + 1) : "unknown";
    }
    const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? this.#file.facts.bindings[callee.binding]?.name : null;
    const isOfPackage = answers.symbols(value.callee).some((n) => !/^(?:[./#~]|@\/|src\/|global:)/.test(n.text));
    return isOfPackage && this.#of.is === "raw" && /^is[A-Z]/.test(name ?? "") ? /^isError$|^isNativeError$/.test(name ?? "") : "unknown";
  }

  #isInstance(cls: ValueId): Outcome {
    const answers = this.#file.get(flow);
    const asked = answers.symbols(cls).map((n) => n.text);
    if (this.#of.is === "elsewhere") return this.#of.symbol !== null && asked.includes(this.#of.symbol) ? true : asked.includes("global:Error") ? true : "unknown";
    if (this.#of.is !== "raw") return "unknown";
    const own = localClass(this.#file, cls);
    if (own !== null) return this.#bases().includes(own);
    if (asked.includes("global:Error")) return true;
    const root = this.#of.cls === null ? this.#of.name : this.#rootName(this.#of.cls);
    return asked.length > 0 ? asked.includes(`global:${root}`) : "unknown";
  }

  /** The class of the error, and those of this file that it extends. */
  #bases(): readonly number[] {
    const found: number[] = [];
    let cls = this.#of.is === "raw" ? this.#of.cls : null;
    while (cls !== null && !found.includes(cls)) {
      found.push(cls);
      const base: ValueId | null = this.#file.facts.classes[cls]?.extends ?? null;
      cls = base === null ? null : localClass(this.#file, base);
    }
    return found;
  }

  #rootName(cls: number): string {
    const base = baseOf(this.#file, cls);
    return base === null ? "" : (this.#file.get(flow).symbols(base)[0]?.text.replace("global:", "") ?? "");
  }

  /** A built-in error has nothing but its own; one of a class may have more. */
  #has(name: string): Outcome {
    if (this.#of.is !== "raw") return "unknown";
    if (OWN.has(name)) return name === "cause" ? "unknown" : true;
    return this.#of.cls === null && this.#isBare(this.#of.made) ? false : "unknown";
  }

  /** Nobody adds to it: `new Error("gone")` where it is thrown. */
  #isBare(made: ValueId): boolean {
    const { facts } = this.#file;
    const around = this.#file.get(occurrences);
    const isGiven = around.users(made).some((user) => {
      const value = facts.values[user];
      return value?.kind === "call" && value.args.includes(made);
    });
    return !isGiven && !around.holders(made).some(({ binding }) => this.#file.get(flow).memberWrites(binding).length > 0);
  }

  #message(): string | undefined {
    if (this.#of.is !== "raw" || this.#of.cls !== null) return undefined;
    const made = this.#value(this.#of.made);
    const text = made.kind === "call" && made.args[0] !== undefined ? this.#file.get(flow).constant(made.args[0]) : undefined;
    return typeof text === "string" ? text : undefined;
  }

  /** What every instance of its class has, `readonly code = "GONE"`, or what this one is made with. */
  #field(name: string): unknown {
    const bases = this.#bases();
    const held = bases[0] === undefined ? [] : this.#file.get(flow).field(bases[0], name);
    return held.length === 1 ? givenTo(this.#file, held[0] as ValueId, bases, this.#of.is === "raw" ? this.#of.made : null) : undefined;
  }

  #isUndefined(id: ValueId): boolean {
    const value = this.#value(id);
    return value.kind === "global" && value.name === "undefined";
  }

  #isIt(id: ValueId): boolean {
    return this.#file.get(flow).sources(id).includes(this.#error);
  }

  #mentions(id: ValueId, depth: number): boolean {
    if (depth > DEEPEST) return true;
    const value = this.#value(id);
    if (this.#isIt(id)) return true;
    const next = (v: ValueId): boolean => this.#mentions(v, depth + 1);
    if (value.kind === "member") return next(value.object);
    if (value.kind === "call") return value.args.some(next) || next(value.callee);
    if (value.kind === "unary" || value.kind === "cast" || value.kind === "await") return next(value.of);
    return (value.kind === "binary" || value.kind === "logical") && (next(value.left) || next(value.right));
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const TEXT_TESTS = new Set(["includes", "startsWith", "endsWith"]);
