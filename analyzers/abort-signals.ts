import type { AbortSignalRow } from "../catalog/library.js";
import type { BindingFact, BindingId, FnId, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { isModule } from "./links.js";
import { occurrences } from "./occurrences.js";
import { signalPlaces } from "./signal-places.js";
import { isMissable, WrittenTypes } from "./written-types.js";

/** A parameter or local that is an AbortSignal, or has one: an options object, a controller. */
export interface SignalHolder {
  /** The function whose parameter or local it is. */
  readonly fn: FnId;
  readonly binding: BindingId;
  readonly is: "signal" | "controller" | "options";
  /** How the signal is written where the name is seen: `signal`, `controller.signal`, `request.signal`. */
  readonly text: string;
  /** It may be undefined: an optional parameter or member. */
  readonly mayBeMissing: boolean;
  readonly value: ValueId;
  /** Where the caller hands it in, if it is a parameter or a part of one. */
  readonly param: { readonly index: number; readonly path: readonly string[] } | null;
}

/** The AbortSignals that functions of this file have by name. Those at module level belong to no call. */
export const abortSignals: Answer<readonly SignalHolder[]> = {
  name: "abort signals",
  of: (file) => (/signal|abort/i.test(file.text) ? new Finder(file).all() : []),
};

/** Names under which options carry a signal. */
export const SIGNAL_NAMES = ["signal", "abortSignal"] as const;
const IS_NAMED = /^(?:abort_?)?signal$/i;
const MAY_BE_NAMED = /signal|abort|controller|cancel|^(?:ac|ctrl)$/i;

/** A type that leaves open what a value is. */
const OPEN = new Set(["any", "unknown", "object", "Object"]);

function says(type: TypeExpr | undefined): boolean {
  return type !== undefined && !((type.t === "keyword" || type.t === "name") && OPEN.has(type.name));
}

interface Carried {
  readonly name: string;
  readonly mayBeMissing: boolean;
}

/** What is known of types; all that name one declaration are one. */
class ByType<T> {
  readonly #named = new Map<BindingId, T>();
  readonly #others = new Map<TypeExpr, T>();

  of(type: TypeExpr, find: () => T): T {
    const isNamed = type.t === "name" && type.binding !== undefined && type.args === undefined && !type.name.includes(".");
    const known = isNamed ? this.#named.get(type.binding as BindingId) : this.#others.get(type);
    if (known !== undefined) return known;
    const found = find();
    if (isNamed) this.#named.set(type.binding as BindingId, found);
    else this.#others.set(type, found);
    return found;
  }
}

class Finder {
  readonly #file: FileView;
  readonly #types: WrittenTypes;
  readonly #makes: boolean;
  /** Also what types of this file call one: `requestSignal?: AbortSignal`. */
  readonly #names: ReadonlySet<string>;
  readonly #kinds = new ByType<AbortSignalRow["are"] | null>();
  readonly #carriers = new ByType<Carried | null>();

  constructor(file: FileView) {
    this.#file = file;
    this.#types = new WrittenTypes(file.facts);
    const names = new Set<string>(SIGNAL_NAMES);
    this.#names = names;
    const add = (type: TypeExpr | undefined): void => {
      if (type?.t === "intersection" || type?.t === "union") type.items.forEach(add);
      else if (type?.t === "object") for (const member of type.members) if (member.name !== null && this.#kindOfType(member.type) === "signals") names.add(member.name);
    };
    for (const { type } of file.facts.types) add(type);
    for (const { params } of file.facts.functions) for (const { type } of params) add(type);
    this.#makes = /Abort(?:Controller|Signal)/.test(file.text);
  }

  all(): readonly SignalHolder[] {
    const found: SignalHolder[] = [];
    const { bindings } = this.#file.facts;
    bindings.forEach((binding, id) => {
      if (isModule(this.#file.facts, binding.fn) || binding.from !== undefined) return;
      const value = binding.versions.find((v) => v.value !== undefined)?.value;
      if (value === undefined) return;
      const holder = this.#holder(binding, id, value);
      if (holder) found.push(holder);
    });
    this.#named(found);
    return found;
  }

  /** What the catalog says a value is. */
  kindOf(value: ValueId): AbortSignalRow["are"] | null {
    const { symbols } = this.#file.get(flow);
    for (const symbol of symbols(value)) {
      const row = symbol.rows("abortSignals")[0];
      if (row) return row.row.are;
    }
    const of = this.#value(value);
    return of.kind === "member" && of.name === "signal" && symbols(of.object).some((s) => s.rows("abortSignals")[0]?.row.are === "options") ? "signals" : null;
  }

  /** What a type that is written says is what it is, whoever gives the value. */
  #kindOfType(type: TypeExpr | undefined): AbortSignalRow["are"] | null {
    if (type === undefined || type.t === "keyword" || type.t === "literal" || type.t === "array") return null;
    return this.#kinds.of(type, () => this.#file.get(flow).typeSymbol(type)?.rows("abortSignals")[0]?.row.are ?? null);
  }

  #holder(binding: BindingFact, id: BindingId, value: ValueId): SignalHolder | null {
    if (!this.#isCandidate(binding, value)) return null;
    const kind = says(binding.type) ? this.#kindOfType(binding.type) : this.kindOf(value);
    const param = this.#paramOf(value);
    const common = { fn: binding.fn, binding: id, value, param };
    const missable = isMissable(binding.type) || this.#isMissablePart(value, 0);
    if (kind === "signals") return { ...common, is: "signal", text: binding.name, mayBeMissing: missable };
    if (kind === "controllers" && this.#isMadeIn(value, binding.fn)) return { ...common, is: "controller", text: `${binding.name}.signal`, mayBeMissing: missable };
    const carried = this.#isLeftOut(value) ? null : this.carried(value);
    if (carried !== null && binding.kind === "param" && param !== null) {
      const text = `${binding.name}${missable ? "?" : ""}.${carried.name}`;
      return { ...common, is: "options", text, mayBeMissing: missable || carried.mayBeMissing, param: { index: param.index, path: [...param.path, carried.name] } };
    }
    // Nothing says what it is but what is done with it.
    const isUnsaid = kind === null && IS_NAMED.test(binding.name) && this.#file.get(flow).plainType(value) === null;
    return isUnsaid && ((param !== null && this.#isUsedAsSignal(id)) || this.#isTakenOut(value)) ? { ...common, is: "signal", text: binding.name, mayBeMissing: false } : null;
  }

  /** One that comes from a map, a field or a parameter cancels something else. */
  #isMadeIn(value: ValueId, fn: FnId): boolean {
    return this.#file.get(flow).sources(value).some((s) => {
      const made = this.#value(s);
      return made.kind === "call" && made.form === "new" && this.#file.facts.owner[s] === fn;
    });
  }

  #isCandidate(binding: BindingFact, value: ValueId): boolean {
    if (binding.type !== undefined || MAY_BE_NAMED.test(binding.name)) return true;
    const of = this.#value(value);
    if (of.kind === "param" || of.kind === "rest") return true;
    if (of.kind === "member") return of.name !== null && MAY_BE_NAMED.test(of.name);
    return of.kind === "call" && this.#makes;
  }

  /** The member of its declared type that is a signal. */
  carried(value: ValueId): Carried | null {
    const type = this.#file.get(flow).plainType(value);
    if (type === null || type.t === "keyword" || type.t === "literal" || type.t === "array") return null;
    return this.#carriers.of(type, () => {
      for (const name of this.#names) {
        const member = this.#types.member(type, name);
        if (this.#kindOfType(member ?? undefined) === "signals") return { name, mayBeMissing: isMissable(member ?? undefined) || this.#types.isOptional(type, name) };
      }
      return null;
    });
  }

  #paramOf(value: ValueId, path: readonly string[] = []): SignalHolder["param"] {
    const of = this.#value(value);
    if (of.kind === "param") return of.rest ? null : { index: of.index, path };
    if (of.kind === "default" || of.kind === "rest") return this.#paramOf(of.of, path);
    return of.kind === "member" && of.name !== null ? this.#paramOf(of.object, [of.name, ...path]) : null;
  }

  #isMissablePart(value: ValueId, depth: number): boolean {
    const of = this.#value(value);
    if (depth > 6) return false;
    if (of.kind === "param") return this.#file.facts.functions[of.fn]?.params[of.index]?.optional ?? false;
    if (of.kind === "var") return isMissable(this.#file.facts.bindings[of.binding]?.type) || this.#isMissablePart(this.#file.facts.bindings[of.binding]?.versions[Math.max(of.version, 0)]?.value ?? value, depth + 1);
    if (of.kind !== "member" || of.name === null) return false;
    if (of.optional) return true;
    const type = this.#file.get(flow).plainType(of.object);
    return type !== null && (this.#types.isOptional(type, of.name) || isMissable(this.#types.member(type, of.name) ?? undefined));
  }

  /** `signal.aborted`, `fetch(url, { signal })`: only a signal is used so. */
  #isUsedAsSignal(binding: BindingId): boolean {
    const around = this.#file.get(occurrences);
    return around.reads(binding).some((read) =>
      around.users(read).some((user) => {
        const value = this.#value(user);
        if (value.kind === "member") return value.name === "aborted" || value.name === "throwIfAborted" || value.name === "onabort" || this.#listensToAbort(user);
        return value.kind === "object" && around.users(user).some((at) => this.#takesHere(at, user, value.props.find((p) => p.value === read)?.name ?? null));
      }),
    );
  }

  /** `({ signal, ...options })`: what is left of its type has no signal any more. */
  #isLeftOut(value: ValueId): boolean {
    const of = this.#value(value);
    return of.kind === "rest" && of.without.some((name) => this.#names.has(name));
  }

  /** `const { signal, ...rest } = options; fetch(url, rest)`: what was taken out of a call's options is what the call would have taken. */
  #isTakenOut(value: ValueId): boolean {
    const of = this.#value(value);
    if (of.kind !== "member" || of.name === null) return false;
    const around = this.#file.get(occurrences);
    const left = around.users(of.object).filter((user) => { const rest = this.#value(user); return rest.kind === "rest" && rest.of === of.object && rest.without.includes(of.name as string); });
    const reads = left.flatMap((rest) => around.holders(rest)).flatMap(({ binding }) => around.reads(binding));
    return reads.some((read) => around.users(read).some((user) => this.#takesHere(user, read, of.name)));
  }

  #listensToAbort(member: ValueId): boolean {
    const value = this.#value(member);
    if (value.kind !== "member" || value.name !== "addEventListener") return false;
    return this.#file.get(occurrences).users(member).some((user) => {
      const call = this.#value(user);
      return call.kind === "call" && call.callee === member && call.args[0] !== undefined && this.#file.get(flow).constant(call.args[0]) === "abort";
    });
  }

  #takesHere(at: ValueId, object: ValueId, name: string | null): boolean {
    const call = this.#value(at).kind === "call" ? this.#callOf(at) : undefined;
    if (!call || name === null) return false;
    const index = call.args?.indexOf(object) ?? -1;
    return signalPlaces(this.#file, call)?.places.some((p) => p.path === name && (p.arg === index || (p.arg === "last" && index === (call.args?.length ?? 0) - 1))) ?? false;
  }

  #byId: ReadonlyMap<ValueId, Call> | undefined;

  #callOf(id: ValueId): Call | undefined {
    this.#byId ??= new Map(this.#file.get(calls).map((call) => [call.id, call]));
    return this.#byId.get(id);
  }

  /** A part of what a function has that is a signal, once somebody names it: `request.signal`, `c.req.raw.signal`. */
  #named(found: SignalHolder[]): void {
    const { facts, text } = this.#file;
    facts.values.forEach((value, id) => {
      if (value.kind !== "member" || value.name === null || !IS_NAMED.test(value.name)) return;
      const root = this.#root(value.object);
      const binding = root === null ? undefined : facts.bindings[root];
      if (root === null || binding === undefined || isModule(this.#file.facts, binding.fn) || binding.from !== undefined || found.some((h) => h.binding === root) || this.kindOf(id) !== "signals") return;
      const { start, end } = this.#file.span({ value: id });
      found.push({ fn: binding.fn, binding: root, is: "signal", text: text.slice(start, end), mayBeMissing: this.#isMissablePart(id, 0), value: id, param: null });
    });
  }

  #root(id: ValueId): BindingId | null {
    const value = this.#value(id);
    return value.kind === "var" ? value.binding : value.kind === "member" && value.name !== null ? this.#root(value.object) : null;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
