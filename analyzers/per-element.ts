import type { EffectRow } from "../catalog/library.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { Call } from "./calls.js";
import { type Closure, keyOf } from "./closures.js";
import { Dependence } from "./dependence.js";
import { eachOf } from "./each.js";
import { flow } from "./flow.js";
import { likelyEffects } from "./likely-effects.js";
import { callsOf, type Invocation, invocations } from "./invocations.js";
import { sanctioned } from "./sanctioned.js";
import { type Repetition, repetitions } from "./repetitions.js";
import { heldBy } from "./held.js";
import type { Way } from "./ways.js";

/** An effect that a repetition leads to. */
export interface Repeated {
  readonly repetition: Repetition;
  /** The call that stands in the repetition, or in the function that is given to it. */
  readonly site: Call;
  /** How control comes to where the site stands, and to the effect. */
  readonly siteWay: Way | null;
  readonly way: Way | null;
  /** The call that has the effect; what is given to a repetition (`urls.map(fetch)`) is called by it. */
  readonly effect: Call;
  readonly row: EffectRow;
  readonly library: string;
  /** A library's function is itself what the repetition is given. */
  readonly isGiven: boolean;
}

/** A call in a repetition of which this file does not say what it does. */
export interface Left {
  readonly repetition: Repetition;
  readonly site: Call;
  readonly siteWay: Way | null;
}

export interface PerElement {
  readonly effects: readonly Repeated[];
  readonly left: readonly Left[];
}

/** How a function was come to first, and what it was given of the element: asked when it is come to again. */
interface Entered {
  readonly first: { readonly call: Call; readonly way: Way | null };
  given: number[] | null;
}

/** Helpers of helpers are followed this far. */
const DEEPEST = 8;
/** Functions of one repetition: past so many it says nothing of any of them. */
const MOST_ENTERED = 2000;

/** Every effect that a repetition of this file leads to within it. */
export const perElement: Answer<(repetition: Repetition) => PerElement> = {
  name: "per element",
  of(file) {
    const known = new Map<Repetition, PerElement>();
    return (repetition) => {
      let found = known.get(repetition);
      if (!found) known.set(repetition, (found = new Walk(file, repetition).all()));
      return found;
    };
  },
};

export const effectOf = (call: Call): { readonly row: EffectRow; readonly library: string } | null => {
  for (const symbol of call.symbols) for (const { row, library } of symbol.rows("effects")) return { row, library: library.name };
  return null;
};

/** `http.fetch(url)` of the pipeline, `web.get(url)` of one's own: a request, bounded and counted, and a round trip all the same. */
function requestOf(file: FileView, call: Call): { readonly row: EffectRow; readonly library: string } | null {
  const name = file.get(sanctioned)(call.target);
  return name !== null && /^http\.(?!axios$)\w+(?:\(\)\.\w+)?$/.test(name) ? { row: REQUEST, library: "pipeline" } : null;
}

const REQUEST: EffectRow = { calls: [], effect: "network" };

class Walk {
  readonly #file: FileView;
  readonly #repetition: Repetition;
  readonly #effects: Repeated[] = [];
  readonly #left: Left[] = [];
  readonly #elements: Dependence;
  readonly #seen = new Map<string, Entered>();
  #entered = 0;

  constructor(file: FileView, repetition: Repetition) {
    this.#file = file;
    this.#repetition = repetition;
    this.#elements = new Dependence(file, (id, value) => repetition.isElement(id, value));
  }

  all(): PerElement {
    const { body, calls, way, each } = this.#repetition;
    // `ids.map(find)`: the function stands elsewhere.
    if (each !== null && way !== null && way.run.at === each && !this.#standsIn(body.fn, each)) this.#elsewhere(each, way.before, body.fn, (site, siteWay) => this.#visit(body, calls, way, site, siteWay, 0));
    else this.#visit(body, calls, way, null, null, 0);
    return { effects: this.#effects, left: this.#left };
  }

  #visit(closure: Closure, calls: readonly Call[], way: Way | null, site: Call | null, siteWay: Way | null, depth: number): void {
    const runs = this.#file.get(invocations)(closure);
    for (const call of calls) {
      const at = { site: site ?? call, siteWay: site === null ? way : siteWay };
      const effect = effectOf(call) ?? requestOf(this.#file, call) ?? this.#file.get(likelyEffects).get(call.id) ?? null;
      if (effect !== null) this.#effects.push({ repetition: this.#repetition, ...at, way, effect: call, ...effect, isGiven: false });
      const given = this.#givenEffect(call);
      if (given !== null) this.#effects.push({ repetition: this.#repetition, ...at, way, effect: call, ...given, isGiven: true });
      const own = runs.filter((run) => run.at === call && run.how !== "event");
      if (effect === null && own.length === 0 && site === null) this.#left.push({ repetition: this.#repetition, site: call, siteWay: way });
      for (const run of own) this.#enter(run, call, way, site, siteWay, depth);
    }
  }

  #enter(run: Invocation, call: Call, way: Way | null, site: Call | null, siteWay: Way | null, depth: number): void {
    if (depth >= DEEPEST) return;
    const next: Way = { run, before: way };
    const { fn } = run.run;
    const go = (at: Call | null, atWay: Way | null): void => {
      const key = `${keyOf(run.run)} ${at?.id ?? ""}`;
      if (this.#entered > MOST_ENTERED || !this.#isNews(key, call, way)) return;
      this.#entered++;
      this.#visit(run.run, this.#file.get(callsOf)(fn), next, at, atWay, depth + 1);
    };
    if (site !== null) go(site, siteWay);
    // What is written into the repetition is where one looks for the site.
    else if (this.#isWithin(fn)) go(null, null);
    else if (this.#isParameter(call.target, fn)) this.#elsewhere(call, way, fn, go);
    else go(call, way);
  }

  /** A function is gone through once, and again where it is given something of the element that it was not given before. */
  #isNews(key: string, call: Call, way: Way | null): boolean {
    const before = this.#seen.get(key);
    if (before === undefined) {
      this.#seen.set(key, { first: { call, way }, given: null });
      return true;
    }
    const known = (before.given ??= this.#given(before.first.call, before.first.way));
    const more = this.#given(call, way).filter((place) => !known.includes(place));
    known.push(...more);
    return more.length > 0;
  }

  /** Which arguments have something of the element; -1 is what a method is called on. */
  #given(call: Call, way: Way | null): number[] {
    const args = call.args ?? call.value.args;
    const callee = this.#file.facts.values[call.target] as Value;
    const found = args.flatMap((arg, i) => (this.#elements.on(arg, way) ? [i] : []));
    return callee.kind === "member" && this.#elements.on(callee.object, way) ? [-1, ...found] : found;
  }

  /** A helper's loop is no fault of the helper: the site is in the function that it is given, or where it is given one by name. */
  #elsewhere(call: Call, way: Way | null, fn: FnId, go: (site: Call | null, siteWay: Way | null) => void): void {
    for (let at: Way | null = way; at !== null; at = at.before) {
      if (at.run.how !== "call") continue;
      if (this.#standsIn(fn, at.run.at)) return go(null, null);
      if (at.before === null) return go(at.run.at, null);
    }
    go(call, way);
  }

  #standsIn(fn: FnId, call: Call): boolean {
    const { start, end } = this.#file.span({ mark: this.#file.facts.functions[fn]?.at ?? 0 });
    const outer = this.#file.span({ value: call.id });
    return outer.start <= start && end <= outer.end;
  }

  /** `urls.map(fetch)`: nobody writes the call. */
  #givenEffect(call: Call): { readonly row: EffectRow; readonly library: string } | null {
    const each = this.#file.get(eachOf)(call);
    if (each === null || this.#file.facts.values[each.callback]?.kind === "function") return null;
    for (const symbol of this.#file.get(flow).symbols(each.callback)) for (const { row, library } of symbol.rows("effects")) return { row, library: library.name };
    return null;
  }

  #isWithin(fn: FnId): boolean {
    const { start, end } = this.#file.span({ mark: this.#file.facts.functions[fn]?.at ?? 0 });
    const { span } = this.#repetition;
    return span.start <= start && end <= span.end;
  }

  /** A function that the helper is given; a service that it is given is not. */
  #isParameter(target: ValueId, fn: FnId): boolean {
    const { values, bindings, functions } = this.#file.facts;
    const of = values[target] as Value;
    if (of.kind === "member" && functions[fn]?.kind === "method") return false;
    const isParam = (id: ValueId, depth: number): boolean => {
      const value = values[id] as Value;
      if (value.kind === "member") return depth > 0 && isParam(value.object, depth - 1);
      const binding = value.kind === "var" ? bindings[value.binding] : undefined;
      return value.kind === "param" || (binding !== undefined && depth > 0 && heldBy(binding, (value as Value & { kind: "var" }).version).some((v) => isParam(v, depth - 1)));
    };
    return isParam(target, 4);
  }
}

/** Everything that repetitions of this file lead to. */
export const repeated: Answer<PerElement> = {
  name: "repeated",
  of(file) {
    const all = file.get(repetitions).map(file.get(perElement));
    return { effects: all.flatMap((r) => r.effects), left: all.flatMap((r) => r.left) };
  },
};
