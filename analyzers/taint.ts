import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { callsites } from "./callsites.js";
import { type Cleared, clearedAt, type Proof } from "./cleared.js";
import { throughCall } from "./call-taint.js";
import { flow } from "./flow.js";
import { isRooted, isSplitAtSlash } from "./path-shapes.js";
import { outside, type OutsideKind } from "./outside.js";
import { sitesOf } from "./sites.js";
import { heldBy } from "./sources.js";

/** The names under which a part stands; `*` is any element or property. */
export type Path = readonly string[];

/** Where what a value holds comes from. */
export interface Origin {
  /** `source`: data from outside. `param`: what callers give; a summary of the function, until somebody calls it. */
  readonly from: { readonly kind: "source"; readonly what: OutsideKind; readonly path: Path } | { readonly kind: "param"; readonly fn: FnId; readonly index: number; readonly path: Path };
  /** The read of the source, or the parameter. */
  readonly at: ValueId;
  /** The calls it went through, from the source on. */
  readonly steps: readonly ValueId[];
  /** Uses for which something on the way made it harmless. */
  readonly safeFor: readonly Proof[];
  /** Another file may have accepted or changed it. */
  readonly doubt: string | null;
}

/** One engine for every rule that follows data, asked from the dangerous end. */
export interface Taint {
  /** What a value, or the part of it under a path, holds; parameters stand for what callers give. */
  origins(value: ValueId, path?: Path): readonly Origin[];
  /** The same, with the parameters of local functions followed to their callers in this file. */
  resolved(value: ValueId, path?: Path): readonly Origin[];
}

export const taint: Answer<Taint> = { name: "taint", of: (file) => new FileTaint(file) };

/** Deeper parts than this count as any part. */
const LONGEST_PATH = 4;
/** Callers of callers. */
const MOST_CALLERS = 8;
/** Parameters on all ways to one place: a helper that everybody calls brings what everybody is given. */
const MOST_PARAMS = 200;
/** Values that meet at one place: more say nothing new. */
const MOST_ORIGINS = 12;

const NOTHING: readonly Origin[] = [];
/** Methods of a list that hand its elements to a function, and as which parameter. */
const EACH: ReadonlyMap<string, number> = new Map([...["map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "flatMap", "sort"].map((name) => [name, 0] as const), ["reduce", 1], ["reduceRight", 1]]);

export class FileTaint implements Taint {
  readonly file: FileView;
  readonly #known = new Map<string, readonly Origin[]>();
  readonly #resolved = new Map<string, readonly Origin[]>();
  readonly #open = new Set<string>();
  /** How often a question came up while it was being answered: what depends on that answer holds for one round. */
  #circles = 0;
  /** In a circle, whoever began it has everything; its members lack what was still being asked. */
  readonly #round = new Map<string, readonly Origin[]>();

  constructor(file: FileView) {
    this.file = file;
  }

  origins(value: ValueId, path: Path = []): readonly Origin[] {
    const short = path.length > LONGEST_PATH ? [...path.slice(0, LONGEST_PATH - 1), "*"] : path;
    const key = `${value} ${short.join(".")}`;
    const known = this.#known.get(key) ?? this.#round.get(key);
    if (known) return known;
    if (this.#open.has(key)) {
      this.#circles++;
      return NOTHING;
    }
    const isFirst = this.#open.size === 0;
    this.#open.add(key);
    const circles = this.#circles;
    const found = distinct(this.#find(value, short));
    this.#open.delete(key);
    (isFirst || circles === this.#circles ? this.#known : this.#round).set(key, found);
    if (isFirst) this.#round.clear();
    return found;
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
        if (from.kind === "source") {
          found.push(origin);
          continue;
        }
        const key = `${from.fn} ${from.index} ${from.path.join(".")} ${origin.safeFor.join()} ${origin.doubt ?? ""}`;
        if (seen.has(key) || seen.size > MOST_PARAMS) continue;
        seen.add(key);
        found.push(origin);
        params.push(origin as (typeof params)[number]);
      }
      next = depth < MOST_CALLERS ? params.flatMap((origin) => this.#fromCallers(origin, origin.from)) : [];
    }
    // Sources first: of very many origins the last are left out.
    return distinct([...found.filter((o) => o.from.kind === "source"), ...found.filter((o) => o.from.kind === "param")]);
  }

  #fromCallers(origin: Origin, from: Origin["from"] & { kind: "param" }): Origin[] {
    const found: Origin[] = [];
    for (const site of this.file.get(callsites)(from.fn)) {
      const call = this.file.facts.values[site] as Value & { kind: "call" };
      const arg = call.args[from.index];
      if (arg === undefined || call.args.slice(0, from.index + 1).some((a) => this.value(a).kind === "spread")) continue;
      for (const given of this.origins(arg, from.path)) found.push({ ...joined(given, origin), steps: [...given.steps, site, ...origin.steps] });
    }
    return found;
  }

  value(id: ValueId): Value {
    return this.file.facts.values[id] as Value;
  }

  #find(id: ValueId, path: Path): readonly Origin[] {
    const value = this.value(id);
    const on = (next: ValueId, under: Path = path): readonly Origin[] => this.origins(next, under);
    switch (value.kind) {
      case "var":
        return this.#checked(id, this.#variable(value, path));
      case "global":
        return this.#sourceAt(id, path) ?? this.#checked(id, this.file.get(flow).sources(id).filter((s) => s !== id).flatMap((s) => on(s)));
      case "member":
        return this.#checked(id, this.#member(id, value, path));
      case "param":
        return this.#param(id, value, path);
      case "call":
        return this.#sourceAt(id, path) ?? throughCall(this, id, value, path);
      case "template":
        return asText(value.holes.flatMap((hole, i) => behind(i > 0 || value.chunks[0] !== "", this.file, hole, on(hole, []))));
      case "binary":
        if (value.op !== "+") return NOTHING;
        return asText([...on(value.left, []), ...behind(true, this.file, value.right, on(value.right, []))]);
      case "object":
        return this.#object(value, path);
      case "array":
        return this.#array(value, path);
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
        return value.op === "=" || value.op === "??=" || value.op === "||=" ? on(value.value) : value.op === "+=" ? this.#added(value) : NOTHING;
      case "cast":
      case "await":
        return on(value.of);
      case "spread":
        return on(value.of, ["*", ...path]);
      case "element":
        return on(value.of, ["*", ...path]);
      case "key":
        return on(value.of, ["*"]);
      case "rest":
        return path[0] !== undefined && value.without.includes(path[0]) ? NOTHING : on(value.of);
      default:
        return NOTHING;
    }
  }

  #sourceAt(id: ValueId, path: Path): readonly Origin[] | null {
    const what = this.file.get(outside)(id);
    return what === null ? null : [{ from: { kind: "source", what, path }, at: id, steps: [], safeFor: [], doubt: null }];
  }

  /** What is proved where it is read takes its danger away. */
  #checked(id: ValueId, origins: readonly Origin[]): readonly Origin[] {
    if (origins.length === 0) return origins;
    return clearedAt(this.file, id).reduce<readonly Origin[]>(without, origins);
  }

  #variable(value: Value & { kind: "var" }, path: Path): Origin[] {
    const binding = this.file.facts.bindings[value.binding];
    if (binding === undefined) return [];
    const found = heldBy(binding, value.version).flatMap((held) => this.origins(held, path));
    const [first, ...rest] = path;
    for (const write of this.file.get(flow).memberWrites(value.binding)) if (first === undefined || first === "*" || first === write.name) found.push(...this.origins(write.value, first === undefined ? [] : rest));
    if (first === undefined || first === "*" || /^\d+$/.test(first)) for (const item of this.file.get(flow).elementWrites(value.binding)) found.push(...this.origins(item, rest));
    return found;
  }

  #added(value: Value & { kind: "assign" }): readonly Origin[] {
    const target = value.target !== null && "member" in value.target ? this.origins(value.target.member, []) : [];
    return [...target, ...this.origins(value.value, [])];
  }

  #member(id: ValueId, value: Value & { kind: "member" }, path: Path): readonly Origin[] {
    const source = this.#sourceAt(id, path);
    if (source !== null) return source;
    // The size of a thing is not the thing; a parameter may have that name.
    if ((value.name === "length" || value.name === "size" || value.name === "byteLength") && this.file.get(outside)(value.object) === null) return NOTHING;
    const object = this.value(value.object);
    if (object.kind === "this" || object.kind === "super" || this.#isInstance(value.object)) return this.file.get(flow).sources(id).filter((s) => s !== id).flatMap((s) => this.origins(s, path));
    const name = value.name ?? this.#constantKey(value.key) ?? "*";
    const found = this.origins(value.object, [name, ...path]);
    return found.length > 0 && value.key !== undefined && isSplitAtSlash(this.file, value.object) ? without(found, { for: ["up"], doubt: null }) : found;
  }

  #isInstance(id: ValueId): boolean {
    return this.file.get(flow).sources(id).some((s) => {
      const value = this.value(s);
      return value.kind === "call" && value.form === "new" && this.file.get(flow).sources(value.callee).some((c) => this.value(c).kind === "class");
    });
  }

  #constantKey(key: ValueId | undefined): string | null {
    const constant = key === undefined ? undefined : this.file.get(flow).constant(key);
    return constant === undefined || constant === null ? null : String(constant);
  }

  #param(id: ValueId, value: Value & { kind: "param" }, path: Path): readonly Origin[] {
    const source = this.#sourceAt(id, path);
    if (source !== null) return source;
    const handed = sitesOf(this.file.facts).ofFunction(value.fn).flatMap((site): readonly Origin[] => {
      const callee = this.value((this.value(site.call) as Value & { kind: "call" }).callee);
      if (callee.kind !== "member" || callee.name === null || site.arg !== 0 || site.path.length > 0) return NOTHING;
      if (EACH.get(callee.name) === value.index) return this.origins(callee.object, ["*", ...path]);
      return callee.name === "then" && value.index === 0 ? this.origins(callee.object, path) : NOTHING;
    });
    return [...handed, { from: { kind: "param", fn: value.fn, index: value.index, path }, at: id, steps: [], safeFor: [], doubt: null }];
  }

  #object(value: Value & { kind: "object" }, path: Path): readonly Origin[] {
    const [first, ...rest] = path;
    if (first === undefined || first === "*") {
      return value.props.flatMap((p) => {
        if (p.form === "get" || p.form === "set") return NOTHING;
        const found = this.origins(p.value, p.form === "spread" ? path : rest);
        // An operator that compares takes whatever it is given as a value.
        return p.name === "$eq" ? without(found, { for: ["nosql"], doubt: null }) : found;
      });
    }
    const found: Origin[] = [];
    for (const prop of value.props.toReversed()) {
      if (prop.form === "spread") found.push(...this.origins(prop.value, path));
      else if (prop.name === null && this.#constantKey(prop.key) === null) found.push(...this.origins(prop.value, rest));
      else if ((prop.name ?? this.#constantKey(prop.key)) === first && prop.form !== "set") {
        if (prop.form !== "get") found.push(...this.origins(prop.value, rest));
        return found;
      }
    }
    return found;
  }

  #array(value: Value & { kind: "array" }, path: Path): readonly Origin[] {
    const [first, ...rest] = path;
    const index = first !== undefined && /^\d+$/.test(first) && !value.items.some((i) => i !== null && this.value(i).kind === "spread") ? Number(first) : null;
    const items = index === null ? value.items : [value.items[index] ?? null];
    return items.flatMap((item) => (item === null ? NOTHING : this.value(item).kind === "spread" ? this.origins(item, rest) : this.origins(item, rest)));
  }

  /** What a function of this file returns, with its parameters as this call gives them. */
  returned(fn: FnId, site: ValueId, args: readonly ValueId[] | null, path: Path): readonly Origin[] {
    const fact = this.file.facts.functions[fn] as FunctionFact;
    if (fact.generator) return NOTHING;
    return this.file.get(flow).returns(fn).flatMap((result) =>
      this.origins(result, path).flatMap((origin): readonly Origin[] => {
        const { from } = origin;
        if (from.kind !== "param" || from.fn !== fn) return [origin];
        const arg = args?.[from.index];
        if (arg === undefined) return NOTHING;
        return this.origins(arg, from.path).map((given) => ({ ...joined(given, origin), steps: [...given.steps, site, ...origin.steps] }));
      }),
    );
  }
}

/** What is given, as it went on: harmless for what either made it harmless for. */
export function joined(given: Origin, origin: Origin): Origin {
  return { ...given, safeFor: [...new Set([...given.safeFor, ...origin.safeFor])], doubt: given.doubt ?? origin.doubt };
}

export function without(origins: readonly Origin[], cleared: Cleared): readonly Origin[] {
  if (cleared.for === "all") return NOTHING;
  const safe = cleared.for;
  return origins.map((o) => ({ ...o, safeFor: safe.length === 0 ? o.safeFor : [...new Set([...o.safeFor, ...safe])], doubt: o.doubt ?? cleared.doubt }));
}

/** With something before it, no path is absolute; what was normalized from the root leads nowhere up. */
export function behind(isBehind: boolean, file: FileView, id: ValueId, origins: readonly Origin[]): readonly Origin[] {
  return !isBehind || origins.length === 0 ? origins : without(origins, { for: isRooted(file, id) ? ["rooted", "up"] : ["rooted"], doubt: null });
}

/** A text is no object with operators in it. */
export function asText(origins: readonly Origin[]): readonly Origin[] {
  return without(origins, { for: ["nosql"], doubt: null });
}

function distinct(origins: readonly Origin[]): readonly Origin[] {
  if (origins.length < 2) return origins;
  const found = new Map<string, Origin>();
  for (const o of origins) {
    const key = `${o.at} ${o.from.path.join(".")} ${o.safeFor.join()} ${o.doubt === null}`;
    const before = found.get(key);
    if (before === undefined || o.steps.length < before.steps.length) found.set(key, o);
  }
  return [...found.values()].slice(0, MOST_ORIGINS);
}
