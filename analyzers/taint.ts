import type { BindingFact, FnId, FunctionFact, PropFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { callsites } from "./callsites.js";
import { ofWritten, throughCall } from "./call-taint.js";
import { DeepestFirst } from "./deepest-first.js";
import { localClass } from "./error-classes.js";
import { escaped } from "./escapers.js";
import { enclosingClass, flow } from "./flow.js";
import { emits, LISTENS } from "./listeners.js";
import { isInstance, ofThisObject, sourcesOfThis } from "./made-apart.js";
import type { Matter } from "./matter.js";
import { MayHold } from "./may-hold.js";
import { gotOfResult } from "./opened.js";
import { allBut, asText, behind, distinct, isAllBut, isElement, joined, type Origin, type Path, NAMES, RESULT, taken, takes, TEXT, without, writtenOver } from "./origins.js";
import { outsideData } from "./outside-data.js";
import { partlyGiven } from "./partly-given.js";
import { isSplitAtSlash } from "./path-shapes.js";
import { putInto } from "./put-into.js";
import { comesLater, failedTests, replacedParts } from "./replaced.js";
import { type Site, sitesOf } from "./sites.js";
import { type GivenList, givenAt } from "./given-lists.js";
import { heldBy } from "./held.js";
import { type Posted, workerMessages } from "./worker-messages.js";
import { wrappedCalls } from "./wrapped-calls.js";

/** One engine for every rule that follows data, asked from the dangerous end. */
export interface Taint {
  /** What a value, or the part of it under a path, holds; parameters stand for what callers give. */
  origins(value: ValueId, path?: Path): readonly Origin[];
  /** The same, with the parameters of local functions followed to their callers in this file. */
  resolved(value: ValueId, path?: Path): readonly Origin[];
}

/** Data from outside. */
export const taint: Answer<Taint> = { name: "taint", of: (file) => new FileTaint(file, outsideData(file)) };

/** Deeper parts than this count as any part; where another part is another thing, as none. */
const [LONGEST_PATH, LONGEST_OWN] = [4, 6];
/** Callers of callers. */
const MOST_CALLERS = 8;
/** Parameters on all ways to one place: a helper that everybody calls brings what everybody is given. */
const MOST_PARAMS = 200;
/** Values that meet at one place: more say nothing new. */
const MOST_ORIGINS = 12;

const NOTHING: readonly Origin[] = [];
/** Methods of a list that hand its elements to a function, and as which parameter. */
const EACH: ReadonlyMap<string, number> = new Map([...["map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "flatMap", "sort"].map((name) => [name, 0] as const), ["reduce", 1], ["reduceRight", 1]]);

interface Question {
  readonly value: ValueId;
  readonly path: Path;
  readonly key: string;
}

export class FileTaint implements Taint {
  readonly file: FileView;
  readonly matter: Matter;
  readonly #known = new Map<string, readonly Origin[]>();
  readonly #resolved = new Map<string, readonly Origin[]>();
  readonly #open = new Set<string>();
  readonly #order = new DeepestFirst<Question>();
  /** How often a question came up while it was being answered: what depends on that answer holds for one round. */
  #circles = 0;
  /** In a circle, whoever began it has everything; its members lack what was still being asked. */
  readonly #round = new Map<string, readonly Origin[]>();
  readonly #mayHold: MayHold;
  /** While it is only asked what a value may be made of: the values that were asked for. */
  #asked: ValueId[] | null = null;

  /** What is asked of a part of a text. */
  readonly #asPart: Path;

  constructor(file: FileView, matter: Matter) {
    this.#asPart = matter.hasOwnParts === true ? [TEXT] : [];
    this.file = file;
    this.matter = matter;
    this.#mayHold = new MayHold(file.facts.values.length, (value) => this.#needs(value));
  }

  origins(value: ValueId, path: Path = []): readonly Origin[] {
    if (this.#asked !== null) {
      this.#asked.push(value);
      return NOTHING;
    }
    if ((this.matter.onlySources && !this.#mayHold.of(value)) || (this.matter.hasOwnParts === true && path.length > LONGEST_OWN)) return NOTHING;
    const short = path.length > LONGEST_PATH && this.matter.hasOwnParts !== true ? [...path.slice(0, LONGEST_PATH - 1), "*"] : path;
    const key = `${value} ${short.join(".")}`;
    const known = this.#known.get(key) ?? this.#round.get(key);
    if (known) return known;
    const question = { value, path: short, key };
    if (this.#open.size === 0) return this.#order.answer(question, (asked) => this.#ask(asked), () => (this.#open.clear(), this.#round.clear()));
    if (!this.#open.has(key) && !this.#order.isCircle(question, this.#open.size)) return this.#ask(question);
    this.#circles++;
    return NOTHING;
  }

  #ask({ value, path, key }: Question): readonly Origin[] {
    const isFirst = this.#open.size === 0;
    this.#open.add(key);
    const circles = this.#circles;
    const found = distinct(this.#at(value, path), MOST_ORIGINS);
    this.#open.delete(key);
    (isFirst || circles === this.#circles ? this.#known : this.#round).set(key, found);
    if (isFirst) this.#round.clear();
    return found;
  }

  /** What a value may be made of, whatever the part and whoever calls; null where something comes in. */
  #needs(id: ValueId): readonly ValueId[] | null {
    if (this.matter.isSource(id)) return null;
    const asked: ValueId[] = [];
    this.#asked = asked;
    // No part has a source or a way of its own: with no step given, all of them are taken.
    if (this.matter.source(id, []) === null) {
      const value = this.value(id);
      this.#find(id, []);
      if (value.kind === "param") for (const site of this.file.get(callsites)(value.fn)) this.#passedAs({ fn: value.fn, index: value.index, path: [] }, givenAt(this.file, site));
      if (value.kind === "param") for (const { args } of this.file.get(partlyGiven)(value.fn)) this.#passedAs({ fn: value.fn, index: value.index, path: [] }, { args, more: null });
    }
    this.#asked = null;
    return asked;
  }

  resolved(value: ValueId, path: Path = []): readonly Origin[] {
    const key = `${value} ${path.join(".")}`;
    let known = this.#resolved.get(key);
    if (!known) this.#resolved.set(key, (known = this.#resolve(value, path)));
    return known;
  }

  /** Callers, then their callers: the nearest source comes first, and its way is the shortest. */
  #resolve(value: ValueId, path: Path): readonly Origin[] {
    const found: Origin[] = [];
    const seen = new Set<string>();
    let next = this.origins(value, path);
    for (let depth = 0; depth <= MOST_CALLERS && next.length > 0; depth++) {
      const params: (Origin & { from: { kind: "param" } })[] = [];
      for (const origin of next) {
        const { from } = origin;
        if (from.kind === "source") found.push(origin);
        if (from.kind === "source") continue;
        const key = `${from.fn} ${from.index} ${from.path.join(".")} ${origin.safeFor.join()} ${origin.doubt ?? ""} ${from.wrapped?.fn ?? ""}`;
        if (seen.has(key) || seen.size > MOST_PARAMS) continue;
        seen.add(key);
        found.push(origin);
        if (this.#mayHold.of(origin.at)) params.push(origin as (typeof params)[number]);
      }
      next = depth < MOST_CALLERS ? params.flatMap((origin) => this.#fromCallers(origin, origin.from)) : [];
    }
    // Sources first: of very many origins the last are left out.
    return distinct([...found.filter((o) => o.from.kind === "source"), ...found.filter((o) => o.from.kind === "param")], this.matter.most);
  }

  #fromCallers(origin: Origin, from: Origin["from"] & { kind: "param" }): Origin[] {
    const found: Origin[] = [];
    const wrapping = this.file.get(wrappedCalls);
    for (const site of this.file.get(callsites)(from.fn)) {
      if (from.wrapped !== undefined && !wrapping.mayRun(site, from.fn, from.wrapped)) continue;
      const given = givenAt(this.file, site);
      const { args } = given;
      const isPut = (from.path.length === 0 || isAllBut(from.path[0])) && args[from.index] !== undefined && this.file.get(flow).sources(args[from.index] as ValueId).every((s) => /^(?:object|array)$/.test(this.value(s).kind));
      for (const o of this.#passedAs(from, given)) found.push(wrapping.marked(joined(this.file, o, origin, site, true, isPut), site, from.fn));
    }
    for (const { call, args } of this.file.get(partlyGiven)(from.fn)) for (const o of this.#passedAs(from, { args, more: null })) found.push(joined(this.file, o, origin, call, true));
    return found;
  }

  value(id: ValueId): Value {
    return this.file.facts.values[id] as Value;
  }

  /** What comes in here, or else what the value is made of; of both, what the conditions it stands under leave. */
  #at(id: ValueId, path: Path): readonly Origin[] {
    const found = this.matter.source(id, path) ?? this.#find(id, path);
    return found.length === 0 ? found : this.matter.read(id, found);
  }

  #find(id: ValueId, path: Path): readonly Origin[] {
    const value = this.value(id);
    const on = (next: ValueId, under: Path = path): readonly Origin[] => this.origins(next, under);
    switch (value.kind) {
      case "var":
        return this.#variable(id, value, path);
      case "global":
        return this.file.get(flow).sources(id).filter((s) => s !== id).flatMap((s) => on(s));
      case "member":
        return [...this.#member(id, value, path), ...(this.matter.carried?.(id) ?? []).flatMap((v) => on(v))];
      case "param":
        return this.#param(id, value, path);
      case "call":
        return throughCall(this, id, value, path);
      case "template":
        return asText(value.holes.flatMap((hole, i) => behind(i > 0 || value.chunks[0] !== "", this.file, hole, on(hole, this.#asPart))), id);
      case "binary":
        if (value.op !== "+") return NOTHING;
        return asText([...on(value.left, this.#asPart), ...behind(true, this.file, value.right, on(value.right, this.#asPart))], id);
      case "object":
        return path[0] === NAMES ? ofWritten(this, value.props, path) : this.#object(value.props, path);
      case "array":
        return path[0] === NAMES ? NOTHING : this.#array(value, path);
      case "choice":
        return [...on(value.then), ...on(value.otherwise)];
      case "logical":
        // What is falsy on the left of `&&` holds nothing.
        return value.op === "&&" ? on(value.right) : [...on(value.left), ...on(value.right)];
      case "default":
        return [...on(value.of), ...on(value.fallback)];
      case "sequence":
        return value.items.length === 0 ? NOTHING : on(value.items.at(-1) as ValueId);
      case "assign":
        return value.op === "=" || value.op === "??=" || value.op === "||=" ? on(value.value) : value.op === "+=" ? asText(this.#added(value), id) : NOTHING;
      case "cast":
      case "await":
        return on(value.of);
      case "yield":
        return value.of === null ? NOTHING : on(value.of);
      case "spread":
      case "element":
        return on(value.of, ["*", ...path]);
      case "key":
        return this.matter.hasKeys ? on(value.of, [NAMES]) : NOTHING;
      case "rest":
        if (path.length === 0 || isAllBut(path[0])) return on(value.of, allBut(value.without, path));
        return value.without.includes(path[0] as string) ? NOTHING : on(value.of);
      case "function":
        // Asked what a call of it gives; or whether anything may be in it at all.
        return path[0] === RESULT || this.#asked !== null ? this.file.get(flow).returns(value.fn).flatMap((r) => on(r, path.slice(1))) : NOTHING;
      case "jsx":
        // What stands in markup of this kind is escaped.
        return path.length > 0 ? NOTHING : without(asText([...this.#object(value.props, []), ...value.children.flatMap((c) => on(c, []))], id), { for: ["html"], doubt: null });
      default:
        return NOTHING;
    }
  }

  #variable(id: ValueId, value: Value & { kind: "var" }, path: Path): Origin[] {
    const binding = this.file.facts.bindings[value.binding];
    if (binding === undefined) return [];
    if (binding.from !== undefined && binding.name === "workerData") return [...this.#posted(this.file.get(workerMessages).data(this.file.homeOf({ value: id }).module), path)];
    const { memberWrites, elementWrites, partAdditions } = this.file.get(flow);
    const writes = memberWrites(value.binding);
    const gone = this.#asked !== null || this.matter.isFine === undefined ? NONE_GONE : this.#replaced(value.binding, id);
    const [first, ...rest] = path;
    const before = gone.size === 0 ? path : first === undefined || isAllBut(first) ? allBut([...gone.keys()], path) : path;
    const found = first !== undefined && gone.has(first) ? [] : heldBy(binding, value.version).flatMap((held) => this.#stillThere(value.binding, binding, held, id, this.origins(held, before)));
    for (const write of writes) if (write.value >= (gone.get(write.name) ?? 0) && takes(first, write.name) && !comesLater(this.file, binding, write.value, id)) found.push(...(this.matter.named?.(write.name, write.value, rest) ?? this.origins(write.value, rest)));
    for (const put of this.file.get(putInto)(value.binding)) if (!comesLater(this.file, binding, put, id)) found.push(...this.origins(put, path));
    if (isElement(first)) for (const item of elementWrites(value.binding)) if (!comesLater(this.file, binding, item, id)) found.push(...this.origins(item, rest));
    for (const { name, value: item } of partAdditions(value.binding)) if (takes(first, name) && isElement(path[1])) found.push(...this.origins(item, path.slice(2)));
    return found;
  }

  /** The names under which nothing is left of what stood there before, and since when. */
  #replaced(binding: number, read: ValueId): ReadonlyMap<string, ValueId> {
    let found: Map<string, ValueId> | undefined;
    for (const { name, at, tests } of replacedParts(this.file, binding, read)) {
      if (tests.length === 0 || this.matter.isFine?.(tests, null) === true) (found ??= new Map()).set(name, Math.max(at, found.get(name) ?? 0));
    }
    return found ?? NONE_GONE;
  }

  /** Without what another value takes the place of wherever it would do harm: `if (status >= 500) message = "internal error"`. */
  #stillThere(id: number, binding: BindingFact, held: ValueId, read: ValueId, found: readonly Origin[]): readonly Origin[] {
    const { kept } = this.matter;
    if (found.length === 0 || (kept === undefined && this.matter.isFine === undefined)) return found;
    const failed = failedTests(this.file, binding, held, read);
    if (kept !== undefined) return failed.reduce((left, tests) => kept(tests, id, left), found);
    return failed.length === 0 ? found : found.filter((o) => !failed.some((tests) => this.matter.isFine?.(tests, o) === true));
  }

  /** What is added to a text is there with what was before. */
  #added({ target, value }: Value & { kind: "assign" }): readonly Origin[] {
    if (target === null) return this.origins(value, []);
    const before = "member" in target ? [target.member] : (this.file.facts.bindings[target.binding]?.versions.slice(0, target.version) ?? []).flatMap((v) => (v.value === undefined ? [] : [v.value]));
    return [...before, value].flatMap((v) => this.origins(v, this.#asPart));
  }

  #member(id: ValueId, value: Value & { kind: "member" }, path: Path): readonly Origin[] {
    // The size of a thing is not the thing; a parameter may have that name.
    if ((value.name === "length" || value.name === "size" || value.name === "byteLength") && this.matter.source(value.object, []) === null) return NOTHING;
    const object = this.value(value.object);
    const isOwn = object.kind === "this" || object.kind === "super" || isInstance(this.file, value.object);
    const ofField = isOwn ? ofThisObject(this, value.object, [...sourcesOfThis(this.file, value.object, value.name, this.file.get(flow).sources(id).filter((s) => s !== id)).flatMap((s) => this.origins(s, path)), ...this.#addedTo(value, path)]) : NOTHING;
    if (isOwn && (object.kind !== "call" || this.matter.made === undefined)) return ofField;
    const name = value.name ?? this.#constantKey(value.key) ?? "*";
    const all = [...ofField, ...this.origins(value.object, [name, ...path])];
    const found = path.length > 0 && !isAllBut(path[0]) ? all : all.map((o) => (o.from.path.length > 0 ? taken(o, id) : o));
    return found.length > 0 && value.key !== undefined && isSplitAtSlash(this.file, value.object) ? without(found, { for: ["up"], doubt: null }) : found;
  }

  /** What was pushed into the list of a field. */
  #addedTo({ object, name }: Value & { kind: "member" }, path: Path): readonly Origin[] {
    if (name === null || !isElement(path[0])) return NOTHING;
    const { sources, fieldAdditions } = this.file.get(flow);
    const holders = this.value(object).kind === "this" ? [object] : sources(object);
    return holders.flatMap((holder) => {
      const value = this.value(holder);
      const cls = value.kind === "this" ? enclosingClass(this.file.facts, this.file.facts.owner[holder] as FnId) : value.kind === "call" ? localClass(this.file, value.callee) : null;
      return cls === null ? NOTHING : fieldAdditions(cls, name).flatMap((item) => this.origins(item, path.slice(1)));
    });
  }

  #constantKey(key: ValueId | undefined): string | null {
    const constant = key === undefined ? undefined : this.file.get(flow).constant(key);
    return constant === undefined || constant === null ? null : String(constant);
  }

  #param(id: ValueId, value: Value & { kind: "param" }, path: Path): readonly Origin[] {
    const posted = value.index === 0 ? this.#posted(this.file.get(workerMessages).to(value.fn), path) : NOTHING;
    const handed = sitesOf(this.file.facts).ofFunction(value.fn).flatMap((site): readonly Origin[] => {
      const callee = this.value((this.value(site.call) as Value & { kind: "call" }).callee);
      if (callee.kind !== "member" || callee.name === null) return NOTHING;
      const got = value.index === 0 ? gotOfResult(this, site, { object: callee.object, name: callee.name }, path) : NOTHING;
      if (got.length > 0 || site.path.length > 0) return got;
      if (LISTENS.has(callee.name) && site.arg === 1) return this.#emitted(value, path);
      if (value.index === 1 && site.arg > 0) return this.#called(site, path);
      if (site.arg !== 0) return NOTHING;
      if (EACH.get(callee.name) === value.index) return this.origins(callee.object, ["*", ...path]);
      return callee.name === "then" && value.index === 0 ? this.origins(callee.object, path) : NOTHING;
    });
    return [...posted, ...handed, { from: { kind: "param", fn: value.fn, index: value.index, path }, at: id, steps: [], handed: [], taken: null, safeFor: [], doubt: null }];
  }

  /** `realpath(given, (err, path) => …)`: what the call would give, were it to wait. */
  #called({ call, arg }: Site, path: Path): readonly Origin[] {
    const value = this.value(call) as Value & { kind: "call" };
    const isLast = arg === value.args.length - 1;
    return isLast && this.file.get(callAt)(call)?.symbols.some((s) => s.rows("passes").length > 0) === true ? throughCall(this, call, value, path) : NOTHING;
  }

  /** What is sent to a worker. */
  #posted(messages: readonly Posted[], path: Path): readonly Origin[] {
    return messages.flatMap(({ value, at }) => this.origins(value, path).map((o) => ({ ...o, steps: [...o.steps, at] })));
  }

  /** What `emit` gives to a listener. */
  #emitted({ fn, index }: Value & { kind: "param" }, path: Path): readonly Origin[] {
    return this.file.get(emits)(fn).flatMap((site) => this.#passedAs({ fn, index, path }, { args: (this.value(site) as Value & { kind: "call" }).args.slice(1), more: null }).map((o) => ({ ...o, steps: [...o.steps, site] })));
  }

  #object(props: readonly PropFact[], path: Path): readonly Origin[] {
    const [first, ...rest] = path;
    if (first === undefined || first === "*" || isAllBut(first)) {
      return props.flatMap((p) => {
        if (p.form === "get" || p.form === "set" || (p.name !== null && !takes(first, p.name))) return NOTHING;
        const found = (p.name === null ? null : this.matter.named?.(p.name, p.value, rest)) ?? this.origins(p.value, p.form !== "spread" ? rest : this.matter.named === undefined ? path : writtenOver(props, p, path));
        // An operator that compares takes whatever it is given as a value.
        return p.name === "$eq" ? without(found, { for: ["nosql"], doubt: null }) : found;
      });
    }
    const found: Origin[] = [];
    for (const prop of props.toReversed()) {
      if (prop.form === "spread") found.push(...this.origins(prop.value, path));
      else if (prop.name === null && this.#constantKey(prop.key) === null) found.push(...this.origins(prop.value, rest));
      else if ((prop.name ?? this.#constantKey(prop.key)) === first && prop.form !== "set") {
        if (prop.form !== "get") found.push(...this.origins(prop.value, rest));
        return found;
      }
    }
    return found;
  }

  /** `merge.all([a, b]).tokens`: a name is of what is in a list, not of the list. */
  #array({ items }: Value & { kind: "array" }, path: Path, [first = "*", ...rest] = path): readonly Origin[] {
    const under = this.matter.hasOwnParts === true && /^[A-Za-z]\w*$/.test(first) ? path : rest;
    const one = /^\d+$/.test(first) && !items.some((i) => i !== null && this.value(i).kind === "spread") ? [items[Number(first)] ?? null] : items;
    return one.flatMap((item) => (item === null ? NOTHING : this.origins(item, under)));
  }

  /** What a function of this file returns, with its parameters as this call gives them. */
  returned(fn: FnId, site: ValueId, args: readonly ValueId[] | null, path: Path): readonly Origin[] {
    if ((this.file.facts.functions[fn] as FunctionFact).generator) return NOTHING;
    return escaped(this.file, fn, this.file.get(flow).returns(fn).flatMap((result) => this.given(fn, site, args, this.origins(result, path))));
  }

  /** What holds in a function, with its parameters as this call gives them. */
  given(fn: FnId, site: ValueId, args: readonly ValueId[] | null, inside: readonly Origin[]): readonly Origin[] {
    if (this.#asked !== null && args !== null) this.#asked.push(...args);
    return inside.flatMap((origin): readonly Origin[] => {
      const { from } = origin;
      if (from.kind !== "param" || from.fn !== fn) return [origin];
      return this.#passedAs(from, args === null ? givenAt(this.file, site) : { args, more: null }).map((o) => joined(this.file, o, origin, site, false));
    });
  }

  /** What a call with these arguments gives to a parameter, or the part of it. */
  #passedAs({ fn, index, path }: { readonly fn: FnId; readonly index: number; readonly path: Path }, { args, more }: GivenList): readonly Origin[] {
    if (args.slice(0, index + 1).some((a) => this.value(a).kind === "spread")) return NOTHING;
    const [first, ...rest] = path;
    const isRest = this.file.facts.functions[fn]?.params[index]?.rest === true;
    if (more !== null && index >= args.length) return this.origins(more, isRest ? path : [`${index - args.length}`, ...path]);
    if (!isRest) return args[index] === undefined ? NOTHING : this.origins(args[index], path);
    const given = args.slice(index);
    return (first !== undefined && /^\d+$/.test(first) ? given.slice(Number(first), Number(first) + 1) : given).flatMap((arg) => this.origins(arg, rest));
  }
}

const NONE_GONE: ReadonlyMap<string, ValueId> = new Map();
