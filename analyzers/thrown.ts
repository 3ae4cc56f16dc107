import type { ClassId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { baseOf, builtInOptions, isPublicClass, localClass } from "./error-classes.js";
import { caught } from "./caught.js";
import { context } from "./context.js";
import { enclosingClass, flow } from "./flow.js";
import { alsoNoError, noErrorOf } from "./no-error-types.js";
import { occurrences } from "./occurrences.js";
import { promises } from "./promises.js";
import { sanctioned } from "./sanctioned.js";
import { operands } from "./truth.js";
import { WrittenTypes } from "./written-types.js";

/** What somebody throws, or rejects a promise with. */
export type Thrown =
  /** No Error at all: `a string`, `an object`. */
  | { readonly is: "nonError"; readonly what: string }
  /** An error of a built-in class (`cls` null) or of one of this file, which no contract knows. */
  | { readonly is: "raw"; readonly name: string; readonly cls: ClassId | null; readonly made: ValueId }
  /** A failure of the pipeline, or an error made to be answered with. */
  | { readonly is: "contract" }
  /** What somebody else threw, or nobody knows what. */
  | { readonly is: "passed" }
  /** Another file, or a package that the catalog does not know, says what it is. */
  | { readonly is: "elsewhere"; readonly name: string; readonly symbol: string | null };

const PASSED: Thrown = { is: "passed" };
const CONTRACT: Thrown = { is: "contract" };

/** By value, null for a rejection without one. */
export const thrown: Answer<(value: ValueId | null) => Thrown> = {
  name: "thrown",
  of(file) {
    const judge = new Judge(file);
    return (value) => (value === null ? { is: "nonError", what: "nothing" } : judge.of(value));
  },
};

/** Globals whose calls, and whose instances, are no errors. */
const NO_ERRORS = /^global:(?:String|Number|Boolean|BigInt|Symbol|Object|Array|Map|Set|WeakMap|WeakSet|Date|RegExp|Promise|URL|URLSearchParams|Function|EventTarget|Buffer\.from|JSON\.stringify|Symbol\.for|Date\.now|Object\.(?:keys|values|entries|fromEntries)|Array\.(?:from|of)|String\.(?:raw|fromCharCode))$|^util:(?:format|inspect)$/;
/** Methods that give text, whatever they belong to. */
const GIVES_TEXT = new Set(["toString", "toLocaleString", "toUpperCase", "toLowerCase", "trim", "toFixed", "toISOString"]);
/** What frameworks take as an answer where it is thrown. */
const ANSWERS = /^global:Response(?:\.\w+)?$/;
const TEXTS = /^(?:message|stack)$/;
const ERROR_TYPE = /^(?:[A-Z]\w*)?Error$/;
const BUILT_IN = /^global:(\w*Error|DOMException)$/;
/** In an object literal it makes the object whatever it wants. */
const PROTOTYPE = "__proto__";

class Judge {
  readonly #file: FileView;
  readonly #types: WrittenTypes;
  #rejected: ReadonlySet<ValueId> | undefined;
  #mapped: ReadonlySet<ClassId> | undefined;
  #rebased: ReadonlySet<ClassId> | undefined;

  constructor(file: FileView) {
    this.#file = file;
    this.#types = new WrittenTypes(file.facts);
  }

  of(id: ValueId): Thrown {
    if (this.#isNarrowed(id)) return PASSED;
    const live = this.#value(id).kind === "logical" ? operands(this.#file, id) : [];
    if (live.length === 1) return this.of(live[0] as ValueId);
    if (this.#file.get(promises).of(id) === "promise") return none("a promise, which nobody awaits");
    const sources = this.#file.get(flow).sources(id);
    const cast = this.#value(id).kind === "cast" && !sources.some((s) => this.#value(s).kind === "caught") ? this.#byType(id) : null;
    if (cast !== null) return cast;
    // `let last = null; … if (last) throw last`: nobody throws the nothing that a name began with.
    const named = sources.length === 1 && sources[0] === id ? sources : sources.filter((source) => !this.#isNothing(source));
    const something = named.map((source) => this.#source(source));
    const nonError = something.find((t, i) => t.is === "nonError" && !this.#mayBeMadeOne(id, named[i] as ValueId, something));
    if (nonError) return nonError;
    // `e instanceof Error ? e : new Error(String(e))` passes on.
    if (something.some((t) => t.is === "passed")) return this.#byName(id, sources) ?? PASSED;
    return something.find((t) => t.is === "raw") ?? something.find((t) => t.is === "elsewhere") ?? something[0] ?? PASSED;
  }

  /** `const e = asError(x)`: what a function gives that other callers give a text, and that gives errors too, may be the error it makes of the text. */
  #mayBeMadeOne(id: ValueId, source: ValueId, all: readonly Thrown[]): boolean {
    const { facts } = this.#file;
    const value = this.#value(id);
    const binding = value.kind === "var" ? facts.bindings[value.binding] : undefined;
    if (facts.owner[source] === facts.owner[id] || value.kind === "param" || binding?.kind === "param") return false;
    return all.some((t) => t.is === "raw" || t.is === "passed");
  }

  #source(id: ValueId): Thrown {
    const value = this.#value(id);
    switch (value.kind) {
      case "literal":
        return none(value.value === null ? "null" : `a ${typeof value.value}`);
      case "template":
        return none("a string");
      case "binary":
        return none(value.op === "+" ? "a string" : "no error");
      case "bigint":
      case "unary":
      case "jsx":
        return none(value.kind === "unary" && value.op === "void" ? "nothing" : "no error");
      case "regexp":
        return none("a pattern");
      case "array":
        return none("a list");
      case "object":
        return value.props.some((p) => p.name === PROTOTYPE) ? PASSED : none("an object");
      case "function":
        return none("a function");
      case "class":
        return this.#isRebased(value.cls) ? PASSED : none("a class");
      case "global":
        return value.name === "undefined" || value.name === "NaN" || value.name === "Infinity" ? none(value.name) : ERROR_TYPE.test(value.name) ? none("a class") : PASSED;
      case "opaque":
        return value.what === "enum member" ? none("a member of an enum") : PASSED;
      case "member":
        return this.#member(id, value);
      case "call":
        return this.#call(id, value);
      default:
        return this.#byType(id) ?? PASSED;
    }
  }

  /** The text of an error is none. */
  #member(id: ValueId, value: Value & { kind: "member" }): Thrown {
    const isText = TEXTS.test(value.name ?? "");
    if (isText && (this.#isErrorType(value.object) || this.#file.get(flow).sources(value.object).every((s) => this.#isRawError(s)))) return none("a string");
    return this.#byType(id) ?? PASSED;
  }

  #isRawError(source: ValueId): boolean {
    const value = this.#value(source);
    if (value.kind === "caught" || this.#rejections().has(source)) return true;
    // The text of a text, where a loop reads it again, is no error.
    return !(value.kind === "member" && TEXTS.test(value.name ?? "")) && this.#source(source).is === "raw";
  }

  /** Declared as an error of the language, or of a class here that is one. */
  #isErrorType(id: ValueId): boolean {
    const type = this.#file.get(flow).plainType(id);
    if (type?.t !== "name") return false;
    if (type.binding === undefined) return ERROR_TYPE.test(type.name);
    const cls = this.#types.classOf(type);
    const base = cls === null ? null : baseOf(this.#file, cls);
    return base !== null && builtInOptions(this.#file, base) !== null;
  }

  /** What handlers of rejected promises get: `save().catch((e) => …)`. */
  #rejections(): ReadonlySet<ValueId> {
    this.#rejected ??= new Set(this.#file.get(caught).flatMap((site) => (site.chain === null ? [] : site.handlers.flatMap((h) => (h.error === null ? [] : [h.error])))));
    return this.#rejected;
  }

  #call(id: ValueId, value: Value & { kind: "call" }): Thrown {
    const answers = this.#file.get(flow);
    const cls = localClass(this.#file, value.callee);
    if (cls !== null) return value.form === "new" ? this.#instance(id, cls) : PASSED;
    const symbols = answers.symbols(value.callee);
    if (this.#file.get(sanctioned)(value.callee) !== null || symbols.some((n) => n.rows("errors").length > 0 || ANSWERS.test(n.text))) return CONTRACT;
    if (builtInOptions(this.#file, value.callee) !== null || symbols.some((n) => BUILT_IN.test(n.text))) return { is: "raw", name: BUILT_IN.exec(symbols[0]?.text ?? "")?.[1] ?? "Error", cls: null, made: id };
    if (symbols.some((n) => n.text === "global:Object.assign") && value.args[0] !== undefined) return this.of(value.args[0]);
    if (symbols.some((n) => NO_ERRORS.test(n.text))) return none("no error");
    const callee = this.#value(value.callee);
    if (callee.kind === "member" && callee.name !== null && GIVES_TEXT.has(callee.name)) return none("a string");
    const typed = this.#byType(id);
    if (typed !== null) return typed;
    const imported = symbols.find((n) => !n.text.startsWith("global:"));
    const name = this.#nameOf(value.callee);
    return imported && name !== null ? { is: "elsewhere", name, symbol: imported.text } : PASSED;
  }

  #instance(id: ValueId, cls: ClassId): Thrown {
    const name = this.#file.facts.classes[cls]?.name ?? "an own class";
    if (isPublicClass(this.#file, cls) || this.#isMapped(cls)) return CONTRACT;
    const base = baseOf(this.#file, cls);
    if (base === null) return this.#isRebased(cls) ? PASSED : none(`an instance of \`${name}\`, which is no Error`);
    if (builtInOptions(this.#file, base) !== null) return { is: "raw", name, cls, made: id };
    const symbols = this.#file.get(flow).symbols(base);
    if (this.#file.get(sanctioned)(base) !== null) return CONTRACT;
    if (symbols.some((n) => BUILT_IN.test(n.text))) return { is: "raw", name, cls, made: id };
    if (symbols.some((n) => NO_ERRORS.test(n.text))) return none(`an instance of \`${name}\`, which is no Error`);
    return { is: "elsewhere", name: this.#nameOf(base) ?? name, symbol: null };
  }

  /** A value whose declared type has no errors in it. */
  #byType(id: ValueId): Thrown | null {
    const type = this.#file.get(flow).plainType(id);
    const what = type === null ? null : noErrorOf(this.#types, type);
    return what === null ? null : none(what);
  }

  /** What a name or parameter is declared to be, where nothing was caught and nobody asks what it is: `reason: Error | string`. */
  #byName(id: ValueId, sources: readonly ValueId[]): Thrown | null {
    const value = this.#value(id);
    if ((value.kind !== "var" && value.kind !== "param") || sources.some((s) => this.#value(s).kind === "caught")) return null;
    const type = this.#file.get(flow).declared(id);
    const what = noErrorOf(this.#types, type) ?? alsoNoError(this.#types, type);
    return what === null || (value.kind === "var" && this.#isAsked(value.binding)) ? null : none(what);
  }

  #isAsked(binding: number): boolean {
    const where = this.#file.get(context);
    return this.#file.get(occurrences).reads(binding).some((read) => {
      const parent = where.parent(read);
      const of = parent === null ? undefined : this.#value(parent);
      return (of?.kind === "unary" && of.op === "typeof") || of?.kind === "binary" || (of?.kind === "call" && of.callee !== read && /^(?:is|has)[A-Z]/.test(this.#nameOf(of.callee) ?? ""));
    });
  }

  /** `if (typeof e === "string") … else throw e`: what it may be is less than what it holds. */
  #isNarrowed(id: ValueId): boolean {
    const value = this.#value(id);
    if (value.kind === "choice" && this.#tests(value.test) !== null) {
      const name = this.#tests(value.test);
      return [value.then, value.otherwise].some((v) => this.#nameIn(v) === name);
    }
    const name = value.kind === "var" ? value.binding : null;
    return name !== null && this.#file.get(context).enclosing(id).some(({ statement: s, part }) => s.kind === "if" && part !== "head" && this.#tests(s.test) === name);
  }

  /** The name whose type a condition asks for. */
  #tests(id: ValueId): number | null {
    const value = this.#value(id);
    if (value.kind === "unary") return value.op === "typeof" ? this.#nameIn(value.of) : this.#tests(value.of);
    if (value.kind === "logical") return this.#tests(value.left) ?? this.#tests(value.right);
    if (value.kind === "call") return value.args.map((a) => this.#nameIn(a)).find((n) => n !== null) ?? null;
    if (value.kind !== "binary") return null;
    if (value.op === "instanceof") return this.#nameIn(value.left);
    return this.#tests(value.left) ?? this.#tests(value.right);
  }

  #nameIn(id: ValueId): number | null {
    const value = this.#value(id);
    return value.kind === "var" ? value.binding : value.kind === "cast" ? this.#nameIn(value.of) : null;
  }

  /** Classes that `pipeline.configure({ errors: [[Declined, …]] })` answers for. */
  #isMapped(cls: ClassId): boolean {
    this.#mapped ??= new Set(this.#callsTo((n) => n === "pipeline.configure").flatMap((call) => call.args.flatMap((a) => this.#classesIn(a, 0))));
    return this.#mapped.has(cls);
  }

  #callsTo(isIt: (name: string) => boolean): readonly (Value & { kind: "call" })[] {
    return this.#file.facts.values.flatMap((v) => (v.kind === "call" && isIt(this.#file.get(sanctioned)(v.callee) ?? "") ? [v] : []));
  }

  #classesIn(id: ValueId, depth: number): readonly ClassId[] {
    return this.#file.get(flow).sources(id).flatMap((source): readonly ClassId[] => {
      const value = this.#value(source);
      if (value.kind === "class") return [value.cls];
      if (depth > 3) return [];
      if (value.kind === "object") return value.props.flatMap((p) => (p.name === "errors" || depth > 0 ? this.#classesIn(p.value, depth + 1) : []));
      return value.kind === "array" ? value.items.flatMap((i) => (i === null ? [] : this.#classesIn(i, depth + 1))) : [];
    });
  }

  /** `Object.setPrototypeOf(Failure.prototype, Error.prototype)`, `util.inherits(Failure, Error)`. */
  #isRebased(cls: ClassId): boolean {
    this.#rebased ??= new Set(
      this.#file.facts.values.flatMap((v) => {
        const callee = v.kind === "call" ? this.#value(v.callee) : undefined;
        if (v.kind !== "call" || callee?.kind !== "member" || (callee.name !== "setPrototypeOf" && callee.name !== "inherits")) return [];
        return v.args.flatMap((a) => {
          const arg = this.#value(a);
          const found = arg.kind === "this" ? enclosingClass(this.#file.facts, this.#file.facts.owner[a] as number) : localClass(this.#file, arg.kind === "member" ? arg.object : a);
          return found === null ? [] : [found];
        });
      }),
    );
    return this.#rebased.has(cls);
  }

  #isNothing(id: ValueId): boolean {
    const value = this.#value(id);
    return (value.kind === "literal" && value.value === null) || (value.kind === "global" && value.name === "undefined") || (value.kind === "unary" && value.op === "void");
  }

  #nameOf(id: ValueId): string | null {
    const value = this.#value(id);
    if (value.kind === "var") return this.#file.facts.bindings[value.binding]?.name ?? null;
    return value.kind === "member" ? value.name : value.kind === "call" ? this.#nameOf(value.callee) : null;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const none = (what: string): Thrown => ({ is: "nonError", what });
