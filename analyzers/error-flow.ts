import type { AssignValue, BindingFact, CallValue, FnId, FunctionFact, PropFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { conditionsAt } from "./conditions.js";
import { type IsIt, standingUnder } from "./error-guards.js";
import { localClass } from "./error-classes.js";
import { errorOrigins, type OriginKind } from "./error-origins.js";
import { ERROR_PARTS, GIVES_TEXT, KEEPS_TEXT, MADE_OF_ARGUMENTS, TEXT_PARTS } from "./error-parts.js";
import { flow, type Flow } from "./flow.js";
import { sparesProduction } from "./production.js";
import { instanceParts } from "./instance-parts.js";
import { nameOf } from "./reports.js";
import { failedTests, negated, replacedParts } from "./replaced.js";
import { responses } from "./responses.js";
import { sitesOf } from "./sites.js";
import { heldBy } from "./sources.js";

/** What a value has of an error. */
export interface Carried {
  /** The error, as it came into this code. */
  readonly origin: ValueId;
  readonly what: "error" | "text";
  /** Where text was made of it; null while it is still the error. */
  readonly taken: ValueId | null;
  /** The calls that have handed it on as it is, the nearest to the error first. */
  readonly calls: readonly ValueId[];
  /** Names under which functions on the way know it. */
  readonly also: readonly ValueId[];
}

export interface Carries {
  readonly carried: readonly Carried[];
  /** Why nobody can say of some of it. */
  readonly open: readonly string[];
}

/** What a value has of errors that come from elsewhere and that no guard on the way lets through, but for what stands in it under these names. */
export const errorFlow: Answer<(value: ValueId, without?: ReadonlySet<string>) => Carries> = {
  name: "error flow",
  // Without an error there is nothing to follow.
  of: (file) => (value, without = NOTHING) => (file.get(errorOrigins).size === 0 ? NONE : new Walk(file, without).carries(value)),
};

const NONE: Carries = { carried: [], open: [] };

const NOTHING: ReadonlySet<string> = new Set();
/** Steps for one question. What takes more is no code that anybody reads. */
const MOST_STEPS = 2500;
const DEEPEST = 40;

/** The arguments of a call, while what the function called returns is looked at. */
interface Env {
  readonly fn: FnId;
  readonly args: readonly ValueId[];
  readonly outer: Env | null;
}

class Walk {
  readonly #file: FileView;
  readonly #flow: Flow;
  readonly #origins: ReadonlyMap<ValueId, OriginKind>;
  readonly #without: Set<string>;
  readonly #open = new Set<string>();
  readonly #onTheWay = new Set<string>();
  #steps = 0;

  constructor(file: FileView, without: ReadonlySet<string>) {
    this.#file = file;
    this.#flow = file.get(flow);
    this.#origins = file.get(errorOrigins);
    this.#without = new Set(without);
  }

  carries(value: ValueId): Carries {
    const all = this.#walk(value, [], null, 0);
    const seen = new Set<string>();
    const carried = all.filter((c) => {
      if (this.#origins.get(c.origin) === "named" && (c.taken === null || this.#value(c.taken).kind !== "member")) {
        this.#open.add("whether this is an error or a text is for the callers to say");
        return false;
      }
      const key = `${c.origin}:${c.taken}:${c.calls.join()}`;
      return seen.size < seen.add(key).size;
    });
    return { carried, open: [...this.#open] };
  }

  #walk(id: ValueId, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const key = `${id} ${path.join(".")} ${env?.fn ?? ""}`;
    if (depth > DEEPEST || this.#steps++ > MOST_STEPS || this.#onTheWay.has(key)) return [];
    this.#onTheWay.add(key);
    const found = this.#origins.has(id) ? ofError(id, path) : this.#of(id, path, env, depth + 1);
    this.#onTheWay.delete(key);
    return found.length === 0 ? found : this.#passed(id, found);
  }

  /** What gets past the guards under which a value is evaluated. */
  #passed(id: ValueId, found: readonly Carried[]): readonly Carried[] {
    const under = conditionsAt(this.#file, id);
    if (under.length === 0) return found;
    const spared = sparesProduction(this.#file, under);
    if (spared === true) return [];
    if (spared === "flag") {
      this.#open.add("whether it is sent in production is a setting");
      return [];
    }
    return found.filter((c) => {
      const says = standingUnder(this.#file, under, (v) => this.#isIt(v, c));
      if (says === "own") this.#open.add("whether the text of this error is made for clients is decided where its class is");
      return says === null;
    });
  }

  /** Is a value the error, or the one that is in it? */
  #isIt(value: ValueId, carried: Carried): boolean {
    const { origin, also } = carried;
    return this.#flow.sources(value).some((s) => {
      const part = this.#value(s);
      return s === origin || also.includes(s) || (part.kind === "member" && ERROR_PARTS.test(part.name ?? "") && this.#isIt(part.object, carried));
    });
  }

  #all(values: readonly (ValueId | null)[], path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    return values.flatMap((v) => (v === null ? [] : this.#walk(v, path, env, depth)));
  }

  #of(id: ValueId, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const value = this.#value(id);
    const next = (v: ValueId): readonly Carried[] => this.#walk(v, path, env, depth);
    switch (value.kind) {
      case "template":
        return path.length > 0 ? [] : asText(id, this.#all(value.holes, [], env, depth));
      case "binary":
        return value.op === "+" && path.length === 0 ? asText(id, this.#all([value.left, value.right], [], env, depth)) : [];
      case "var":
        return this.#named(id, value, path, env, depth);
      case "param":
        return this.#param(id, value, path, env, depth);
      case "member":
        return this.#member(id, value, path, env, depth);
      case "call":
        return this.#call(id, value, path, env, depth);
      case "object":
        return this.#object(value.props, path, env, depth);
      case "array":
        return /^\d+$/.test(path[0] ?? "") ? this.#all([value.items[Number(path[0])] ?? null], path.slice(1), env, depth) : this.#all(value.items, path, env, depth);
      case "spread":
      case "cast":
      case "await":
        return next(value.of);
      case "yield":
        return value.of === null ? [] : next(value.of);
      // What a list holds and what an element is are one to us.
      case "element":
        return next(value.of);
      case "rest":
        return path[0] !== undefined && value.without.includes(path[0]) ? [] : next(value.of);
      case "choice":
        return [...next(value.then), ...next(value.otherwise)];
      case "logical":
        return value.op === "&&" ? next(value.right) : [...next(value.left), ...next(value.right)];
      case "default":
        return [...next(value.of), ...next(value.fallback)];
      case "sequence":
        return this.#all(value.items.slice(-1), path, env, depth);
      case "assign":
        return this.#assigned(value, path, env, depth);
      case "jsx":
        return path.length > 0 ? [] : asText(id, [...this.#object(value.props, [], env, depth), ...this.#all(value.children, [], env, depth)]);
      default:
        return [];
    }
  }

  #named(id: ValueId, value: Value & { kind: "var" }, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const binding = this.#file.facts.bindings[value.binding] as BindingFact;
    const gone = this.#replaced(value.binding, id);
    const names = [...gone.keys()].filter((name) => !this.#without.has(name));
    for (const name of names) this.#without.add(name);
    const held = path[0] !== undefined && gone.has(path[0]) ? [] : heldBy(binding, value.version);
    const found = held.flatMap((v) => this.#notReplaced(binding, v, id, this.#walk(v, path, env, depth)));
    for (const name of names) this.#without.delete(name);
    for (const write of this.#flow.memberWrites(value.binding)) {
      if (write.value >= (gone.get(write.name) ?? 0) && (path.length === 0 || path[0] === write.name)) found.push(...this.#walk(write.value, path.slice(1), env, depth));
    }
    const elements = this.#flow.elementWrites(value.binding);
    return elements.length === 0 ? found : [...found, ...this.#all(elements, path[0] !== undefined && /^\d+$/.test(path[0]) ? path.slice(1) : path, env, depth)];
  }

  /** Without what another text takes the place of wherever it would be seen: `if (status >= 500) message = "internal error"`. */
  #notReplaced(binding: BindingFact, held: ValueId, read: ValueId, found: readonly Carried[]): readonly Carried[] {
    if (found.length === 0) return found;
    const failed = failedTests(this.#file, binding, held, read);
    return failed.length === 0 ? found : found.filter((c) => !failed.some((tests) => this.#isFine(tests, (v) => this.#isIt(v, c))));
  }

  /** The names under which nothing is left of what stood there before, and since when. */
  #replaced(binding: number, read: ValueId): ReadonlyMap<string, ValueId> {
    const found = new Map<string, ValueId>();
    for (const { name, at, tests } of replacedParts(this.#file, binding, read)) {
      if (tests.length === 0 || this.#isFine(tests, () => true)) found.set(name, Math.max(at, found.get(name) ?? 0));
    }
    return found;
  }

  /** Whichever of the tests has failed, nothing leaks. */
  #isFine(tests: readonly Parameters<typeof negated>[0][], isIt: IsIt): boolean {
    return tests.every((t) => sparesProduction(this.#file, [negated(t)]) === true || standingUnder(this.#file, [negated(t)], isIt) !== null);
  }

  /** What is added to a text is there with what was before. */
  #assigned(value: AssignValue, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const found = this.#walk(value.value, path, env, depth);
    const { target } = value;
    if (value.op === "=" || target === null || !("binding" in target)) return found;
    const before = this.#file.facts.bindings[target.binding]?.versions.slice(0, target.version).flatMap((v) => (v.value === undefined ? [] : [v.value])) ?? [];
    return [...found, ...this.#all(before, path, env, depth)];
  }

  #param(id: ValueId, value: Value & { kind: "param" }, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const known = (found: readonly Carried[], call: ValueId | null): readonly Carried[] => found.map((c) => ({ ...c, also: [...c.also, id], calls: call === null ? c.calls : [...c.calls, call] }));
    for (let at = env; at; at = at.outer) {
      if (at.fn !== value.fn) continue;
      const given = value.rest ? at.args.slice(value.index) : at.args.slice(value.index, value.index + 1);
      return known(this.#all(given, path, at.outer, depth), null);
    }
    const site = sitesOf(this.#file.facts).ofFunction(value.fn)[0];
    const handing = site && this.#value(site.call);
    const callee = handing?.kind === "call" ? this.#value(handing.callee) : undefined;
    // What a method hands to its function is of what it belongs to.
    if (callee?.kind === "member" && site?.arg === 0 && HANDS_ITS_OWN.test(callee.name ?? "") && value.index === (callee.name === "reduce" ? 1 : 0)) return known(this.#walk(callee.object, path, null, depth), null);
    return this.#file.get(callsites)(value.fn).flatMap((caller) => {
      const call = this.#file.get(callAt)(caller);
      // `.then(f)` runs it too, with what nobody wrote there.
      if (call?.args == null || (!this.#flow.functions(call.target).includes(value.fn) && call.value.form !== "new")) return [];
      const given = value.rest ? call.args.slice(value.index) : call.args.slice(value.index, value.index + 1);
      return known(this.#all(given, path, null, depth), caller);
    });
  }

  #member(id: ValueId, { object, name, key }: Value & { kind: "member" }, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const constant = name ?? (key === undefined ? undefined : this.#flow.constant(key));
    const of = this.#value(object);
    const step = constant === undefined || constant === null ? null : String(constant);
    if (of.kind === "this") {
      return this.#flow.sources(id).flatMap((s) => (s === id ? [] : this.#walk(s, path, env, depth)));
    }
    // Which part it is nobody knows: that of an error may be any.
    const found = this.#walk(object, step === null ? path : [step, ...path], env, depth);
    return found.map((c) => (c.taken === null && c.what === "text" ? { ...c, taken: id, calls: [] } : c));
  }

  #object(props: readonly PropFact[], path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const [step, ...rest] = path;
    const found: Carried[] = [];
    for (const prop of props.toReversed()) {
      if (prop.form === "spread") {
        found.push(...this.#walk(prop.value, path, env, depth));
        continue;
      }
      if (prop.form === "set" || (prop.name !== null && this.#without.has(prop.name))) continue;
      if (step === undefined) found.push(...this.#walk(prop.value, [], env, depth));
      else if (prop.name === step) return [...found, ...this.#walk(prop.value, rest, env, depth)];
    }
    return found;
  }

  #call(id: ValueId, value: CallValue, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const args = (): readonly Carried[] => this.#all(value.args, [], env, depth);
    const texts = this.#flow.symbols(value.callee).map((node) => node.text);
    if (this.#isResponse(id)) return [];
    if (value.form === "new") return this.#made(id, value, path, env, depth);
    const [object, name] = value.args;
    const constant = name === undefined || !texts.some((t) => /^lodash(?:-es)?:get$|^lodash[./]get:$|^global:Reflect\.get$/.test(t)) ? undefined : this.#flow.constant(name);
    if (object !== undefined && typeof constant === "string") return [...this.#walk(object, [...constant.split("."), ...path], env, depth).map((c) => ({ ...c, taken: c.taken ?? id })), ...this.#all(value.args.slice(2), path, env, depth)];
    if (texts.some((t) => MADE_OF_ARGUMENTS.test(t))) return this.#all(value.args, path, env, depth);
    if (texts.some((t) => GIVES_TEXT.test(t))) return path.length > 0 ? [] : asText(id, args());
    const functions = this.#flow.functions(value.callee).filter((fn) => !(this.#file.facts.functions[fn] as FunctionFact).generator);
    if (functions.length > 0) return functions.flatMap((fn) => this.#all(this.#flow.returns(fn), path, { fn, args: value.args, outer: env }, depth));
    const callee = this.#value(value.callee);
    if (callee.kind === "member" && callee.name !== null) {
      const own = this.#method(id, value, callee.object, callee.name, path, env, depth);
      if (own !== null) return own;
    }
    const given = args();
    if (given.length > 0) this.#open.add(`what \`${nameOf(this.#file, value.callee) || "the call"}\` makes of the error is in another file`);
    return [];
  }

  /** What a method gives of what it belongs to; null where its name does not say. */
  #method(id: ValueId, value: CallValue, object: ValueId, name: string, path: readonly string[], env: Env | null, depth: number): readonly Carried[] | null {
    const [first, second] = value.args;
    if (/^(?:toString|toLocaleString|toJSON)$/.test(name)) return path.length > 0 ? [] : asText(id, this.#walk(object, [], env, depth));
    if (name === "then" || name === "catch") {
      const handled = [first, second].flatMap((f) => (f === undefined ? [] : this.#flow.functions(f).flatMap((fn) => this.#flow.returns(fn))));
      return [...(name === "catch" ? this.#walk(object, path, env, depth) : []), ...this.#all(handled, path, env, depth)];
    }
    if (name === "map" || name === "flatMap") return first === undefined ? [] : this.#all(this.#flow.functions(first).flatMap((fn) => this.#flow.returns(fn)), path, env, depth);
    if (KEEPS_TEXT.test(name)) {
      const kept = this.#walk(object, path.filter((p) => !/^\d+$/.test(p)), env, depth).filter((c) => c.what === "text" || name !== "match");
      return name === "concat" ? [...kept, ...this.#all(value.args, path, env, depth)] : kept;
    }
    // A part of the error by a method of its own: nobody knows of it that it is its text.
    return this.#walk(object, [], env, depth).some((c) => c.what === "error" && c.taken === null) && value.args.length === 0 ? [] : null;
  }

  /** What is made with an error's text holds it. */
  #made(id: ValueId, value: CallValue, path: readonly string[], env: Env | null, depth: number): readonly Carried[] {
    const [step, ...rest] = path;
    const cls = localClass(this.#file, value.callee);
    const parts = cls === null ? undefined : this.#file.get(instanceParts).get(cls);
    if (parts) {
      const inner: Env = { fn: parts.constructor, args: value.args, outer: env };
      const fields = parts.fields.filter((f) => step === undefined || f.name === step).map((f) => f.value);
      const text = step === undefined || step === "message" ? this.#all(parts.toBase, [], inner, depth).filter((c) => c.what === "text") : [];
      return [...this.#all(fields, rest, inner, depth), ...text];
    }
    if (step === "cause") return this.#all(value.args.slice(1), ["cause", ...rest], env, depth);
    if (step !== undefined && !TEXT_PARTS.test(step)) return [];
    const given = this.#all(value.args, [], env, depth);
    if (given.some((c) => c.what === "error")) this.#open.add(`what \`${nameOf(this.#file, value.callee)}\` keeps of the error is in its class`);
    return given.filter((c) => c.what === "text").map((c) => ({ ...c, taken: c.taken ?? id }));
  }

  #isResponse(id: ValueId): boolean {
    return this.#file.get(responses).some((r) => r.at === id);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

const HANDS_ITS_OWN = /^(?:map|forEach|filter|find|flatMap|some|every|reduce|then)$/;

/** An error, or what stands in it under a path. */
function ofError(origin: ValueId, path: readonly string[]): readonly Carried[] {
  const [step, ...rest] = path;
  const carried: Carried = { origin, what: "error", taken: null, calls: [], also: [] };
  if (step === undefined) return [carried];
  if (ERROR_PARTS.test(step)) return ofError(origin, rest);
  return TEXT_PARTS.test(step) && rest.length === 0 ? [{ ...carried, what: "text" }] : [];
}

function asText(at: ValueId, found: readonly Carried[]): readonly Carried[] {
  return found.map((c) => (c.what === "text" ? { ...c, taken: c.taken ?? at } : { ...c, what: "text" as const, taken: at, calls: [] }));
}
