import type { BindingFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, callAt, calls } from "./calls.js";
import { context } from "./context.js";
import { eachOf } from "./each.js";
import { flow } from "./flow.js";
import { type Repeated, perElement } from "./per-element.js";
import { type Repetition, repetitions } from "./repetitions.js";
import { heldBy } from "./held.js";
import { standsIn } from "./text-order.js";
import { GIVES_LIST } from "./written-types.js";

/** A call that waits for many promises at once, and what starts them. */
export interface FanOut {
  readonly call: Call;
  /** `all`, `allSettled`, `any`, `race`. */
  readonly method: string;
  /** Of the project's own function that hands its parameter to one of them, the call is the caller's. */
  readonly through: boolean;
  readonly started: readonly Started[];
  /** Functions of other files that are called for each element. */
  readonly elsewhere: readonly { readonly call: Call; readonly list: ValueId }[];
}

export interface Started {
  readonly repetition: Repetition;
  readonly effects: readonly Repeated[];
  /** So many at a time: the loop waits for some before it starts more. */
  readonly waits: boolean;
}

const WAITS = /^(?:global:Promise\.|bluebird:|bluebird:Promise\.)(all|allSettled|any|race)$/;
const MAKES = new Set(["map", "flatMap", "from"]);
const DEEPEST = 12;

export const fanOuts: Answer<readonly FanOut[]> = {
  name: "fan-outs",
  of(file) {
    const waited = new Set<ValueId>();
    return file.get(calls).flatMap((call) => {
      const method = methodOf(call);
      const list = call.value.args[0];
      if (method === null || list === undefined) return [];
      return [{ call, list, through: false }, ...givenTo(file, list, 0)].flatMap((waits) => {
        if (waited.has(waits.call.id)) return [];
        waited.add(waits.call.id);
        const walk = new Walk(file, waits.call);
        walk.list(waits.list, 0);
        return walk.started.length + walk.elsewhere.length === 0 ? [] : [{ call: waits.call, method, through: waits.through, started: walk.started, elsewhere: walk.elsewhere }];
      });
    });
  },
};

/** Wrappers of wrappers are followed this far. */
const MOST_WRAPPERS = 3;

/** `const settle = (promises) => Promise.allSettled(promises)`: its callers wait for what they give it. */
function givenTo(file: FileView, list: ValueId, depth: number): readonly { call: Call; list: ValueId; through: true }[] {
  const { values } = file.facts;
  const param = values[file.get(flow).sameAs(list)] as Value;
  if (param.kind !== "param" || param.rest || depth >= MOST_WRAPPERS) return [];
  return (file.get(flow).callers(param.fn) ?? []).flatMap((id) => {
    const call = file.get(callAt)(id);
    const given = call?.args?.[param.index];
    return call === undefined || given === undefined ? [] : [{ call, list: given, through: true as const }, ...givenTo(file, given, depth + 1)];
  });
}

function methodOf(call: Call): string | null {
  for (const symbol of call.symbols) {
    const method = WAITS.exec(symbol.text)?.[1];
    if (method !== undefined) return method;
  }
  return null;
}

const byCall: Answer<ReadonlyMap<ValueId, readonly Repetition[]>> = {
  name: "repetitions by their call",
  of(file) {
    const found = new Map<ValueId, Repetition[]>();
    for (const repetition of file.get(repetitions)) {
      if (repetition.each === null) continue;
      listAt(found, repetition.each.id).push(repetition);
    }
    return found;
  },
};

class Walk {
  readonly started: Started[] = [];
  readonly elsewhere: { call: Call; list: ValueId }[] = [];
  readonly #file: FileView;
  readonly #waits: Call;
  readonly #seen = new Set<ValueId>();

  constructor(file: FileView, waits: Call) {
    this.#file = file;
    this.#waits = waits;
  }

  list(id: ValueId, depth: number): void {
    if (depth > DEEPEST || this.#seen.has(id)) return;
    this.#seen.add(id);
    const on = (next: ValueId): void => this.list(next, depth + 1);
    const value = this.#value(id);
    switch (value.kind) {
      case "cast":
      case "await":
      case "spread":
        return on(value.of);
      case "choice":
        on(value.then);
        return on(value.otherwise);
      case "logical":
        if (value.op !== "&&") on(value.left);
        return on(value.right);
      case "assign":
        return on(value.value);
      case "array":
        for (const item of value.items) if (item !== null && this.#value(item).kind === "spread") on(item);
        return;
      case "var": {
        const binding = this.#file.facts.bindings[value.binding] as BindingFact;
        this.#filled(value.binding);
        return heldBy(binding, value.version).forEach(on);
      }
      case "member":
        return this.#sources(id).forEach(on);
      case "call":
        return this.#call(id, value, on);
    }
  }

  #call(id: ValueId, value: Value & { kind: "call" }, on: (id: ValueId) => void): void {
    const call = this.#file.get(callAt)(id);
    const each = call === undefined ? null : this.#file.get(eachOf)(call);
    const callee = this.#value(value.callee);
    const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? (this.#file.facts.bindings[callee.binding]?.name ?? null) : null;
    if (call !== undefined && each !== null && name !== null && (MAKES.has(name) || /^map/i.test(name))) {
      const found = this.#file.get(byCall).get(id) ?? [];
      for (const repetition of found) this.started.push({ repetition, effects: this.#file.get(perElement)(repetition).effects, waits: false });
      if (found.length === 0 && this.#file.get(flow).functions(each.callback).length === 0) this.elsewhere.push({ call, list: each.list });
      return;
    }
    const own = this.#sources(id);
    if (own.length > 0) return own.forEach(on);
    if (callee.kind !== "member" || name === null) return;
    if (GIVES_LIST.has(name)) on(callee.object);
    if (name === "concat") value.args.forEach(on);
    // `_(ids).map(f).value()`
    if (name === "value") on(callee.object);
  }

  /** What a repetition before it pushed into the list, or set in it, without waiting. */
  #filled(binding: number): void {
    const written = this.#file.get(flow).elementWrites(binding).filter((v) => this.#value(v).kind !== "await");
    for (const value of written) {
      const repetition = this.#around(value);
      if (repetition === null) continue;
      const starts = (site: ValueId): boolean => (standsIn(this.#file, site, value) && !this.#isAwaited(site, value)) || this.#isHeld(value, site);
      const effects = this.#file.get(perElement)(repetition).effects.filter((e) => starts(e.site.id));
      if (effects.length > 0) this.started.push({ repetition, effects, waits: this.#waitsWithin(repetition) });
    }
  }

  /** The innermost repetition that a value stands in and that is over where the promises are waited for. */
  #around(value: ValueId): Repetition | null {
    let found: Repetition | null = null;
    for (const repetition of this.#file.get(repetitions)) {
      const { span } = repetition;
      if (!this.#isIn(value, repetition) || this.#isIn(this.#waits.id, repetition)) continue;
      if (found === null || span.end - span.start < found.span.end - found.span.start) found = repetition;
    }
    return found;
  }

  #isIn(value: ValueId, { span }: Repetition): boolean {
    const { start, end } = this.#file.span({ value });
    return span.start <= start && end <= span.end;
  }

  /** `if (running.length >= 5) await Promise.race(running);` */
  #waitsWithin(repetition: Repetition): boolean {
    return repetition.calls.some((call) => methodOf(call) !== null && this.#isAwaited(call.id, call.id));
  }

  /** By the function that `until` stands in; what an inner one waits for holds nobody else up. */
  #isAwaited(site: ValueId, until: ValueId): boolean {
    const { owner } = this.#file.facts;
    const where = this.#file.get(context);
    for (let at: ValueId | null = site; at !== null; at = where.parent(at)) {
      const parent = where.parent(at);
      if (parent !== null && this.#value(parent).kind === "await" && owner[parent] === owner[until]) return true;
      if (at === until) return false;
    }
    return false;
  }

  #isHeld(value: ValueId, site: ValueId): boolean {
    const of = this.#value(value);
    const binding = of.kind === "var" ? this.#file.facts.bindings[of.binding] : undefined;
    return binding !== undefined && heldBy(binding, (of as Value & { kind: "var" }).version).some((held) => this.#value(held).kind !== "await" && standsIn(this.#file, site, held));
  }

  #sources(id: ValueId): readonly ValueId[] {
    return this.#file.get(flow).sources(id).filter((s) => s !== id);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
