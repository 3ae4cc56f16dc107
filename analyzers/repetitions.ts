import type { BindingId, FnId, LoopStatement, Statement, Value, ValueId } from "../core/facts.js";
import type { Span } from "../core/finding.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, callAt, callsWithin } from "./calls.js";
import { type Closure, closures, keyOf } from "./closures.js";
import { callsites } from "./callsites.js";
import { context } from "./context.js";
import { type Each, eachOf } from "./each.js";
import { eachStatement, flow } from "./flow.js";
import { callsOf, type Invocation, invocations } from "./invocations.js";
import { isModule } from "./links.js";
import type { Way } from "./ways.js";

/** Code that runs once for each element of something. */
export interface Repetition {
  /** What is gone through; null where nobody says. */
  readonly list: ValueId | null;
  /** At most so many times, whatever the list. */
  readonly most: number | null;
  /** `for await`: the elements come one by one, over time. */
  readonly isAwaited: boolean;
  /** Where it stands: the loop, or the call that is given the function. */
  readonly loop: LoopStatement | null;
  readonly each: Call | null;
  /** What runs for each element, from where a helper's callbacks are kept apart, and how control comes there. */
  readonly body: Closure;
  readonly calls: readonly Call[];
  readonly span: Span;
  readonly way: Way | null;
  /** Is this value an element, or taken from the list by its index? */
  isElement(id: ValueId, value: Value): boolean;
}

export const repetitions: Answer<readonly Repetition[]> = { name: "repetitions", of: (file) => new Finder(file).all() };

const TAKES_ONE = new Set(["shift", "pop"]);
const UP = /^(?:parent|ancestor|manager|superior|predecessor|inReplyTo|replyTo)(?:_?id|_?uuid|_?ref|)$/i;
const AT = new Set(["at", "charAt", "get", "item"]);
const ITERATES = new Set(["values", "keys", "entries", "next"]);

class Finder {
  readonly #file: FileView;
  readonly #values: readonly Value[];
  readonly #found: Repetition[] = [];
  /** Where names are written, and those that count. */
  readonly #written: readonly { readonly at: number; readonly binding: BindingId }[];
  readonly #counted: readonly { readonly at: number; readonly binding: BindingId }[];
  /** Reads of what leads from a child to its parent. */
  readonly #parents: readonly { readonly at: number; readonly id: ValueId; readonly binding: BindingId }[];

  constructor(file: FileView) {
    this.#file = file;
    this.#values = file.facts.values;
    const startOf = (value: ValueId): number => file.span({ value }).start;
    const written: { at: number; binding: BindingId }[] = [];
    const counted: { at: number; binding: BindingId }[] = [];
    const parents: { at: number; id: ValueId; binding: BindingId }[] = [];
    this.#values.forEach((value, id) => {
      if (value.kind === "assign" && value.target !== null && "binding" in value.target) {
        const write = { at: startOf(id), binding: value.target.binding };
        written.push(write);
        if (this.#isCount(value)) counted.push(write);
      } else if (value.kind === "member" && value.name !== null && UP.test(value.name)) {
        const object = this.#values[value.object] as Value;
        if (object.kind === "var") parents.push({ at: startOf(id), id, binding: object.binding });
      }
    });
    this.#written = written;
    this.#counted = counted;
    this.#parents = parents;
  }

  all(): readonly Repetition[] {
    this.#file.facts.functions.forEach((fact, fn) => {
      const loops: LoopStatement[] = [];
      eachStatement(fact.body, (s: Statement) => void (s.kind === "loop" && loops.push(s)));
      const calls = this.#file.get(callsOf)(fn).flatMap((call) => {
        const each = this.#file.get(eachOf)(call);
        return each === null ? [] : [{ call, each }];
      });
      if (loops.length + calls.length === 0) return;
      for (const { closure, way } of this.#contexts(fn)) {
        for (const loop of loops) this.#loop(loop, closure, way);
        const runs = calls.length === 0 ? [] : this.#file.get(invocations)(closure);
        for (const { call, each } of calls) this.#each(call, each, runs.filter((r) => r.at === call && r.how !== "event"), closure, way);
      }
    });
    return this.#found;
  }

  /** A helper that is given functions is gone through once for each of its calls: one may go through a short list, another not. */
  #contexts(fn: FnId): readonly { readonly closure: Closure; readonly way: Way | null }[] {
    const plain: Closure = { fn, frame: null };
    const found: { closure: Closure; way: Way }[] = [];
    const seen = new Set<string>();
    let isPlain = true;
    const sites = isModule(this.#file.facts, fn) ? [] : this.#file.get(callsites)(fn);
    for (const site of sites) {
      const call = this.#file.get(callAt)(site);
      const closure = call === undefined ? plain : this.#file.get(closures).called(plain, call.args, null);
      if (call === undefined || closure.frame === null || seen.has(`${site} ${keyOf(closure)}`)) continue;
      isPlain = false;
      seen.add(`${site} ${keyOf(closure)}`);
      found.push({ closure, way: { run: { at: call, run: closure, how: "call", times: "once", errors: "propagate" }, before: null } });
    }
    return isPlain || found.length < sites.length ? [{ closure: plain, way: null }, ...found] : found;
  }

  #each(call: Call, { list, callback, param }: Each, runs: readonly Invocation[], body: Closure, way: Way | null): void {
    const base = { list, most: null, isAwaited: false, loop: null, each: call };
    if (runs.length === 0 && this.#file.get(flow).symbols(callback).some((s) => s.rows("effects").length > 0)) {
      this.#found.push({ ...base, body, calls: [call], span: this.#file.span({ value: callback }), way, isElement: () => false });
    }
    for (const run of runs) {
      const fact = this.#file.facts.functions[run.run.fn];
      const index = fact?.params[param + 1]?.binding ?? null;
      this.#found.push({
        ...base,
        body: run.run,
        calls: this.#file.get(callsOf)(run.run.fn),
        span: this.#file.span({ mark: fact?.at ?? 0 }),
        way: { run, before: way },
        isElement: (_, value) => (value.kind === "param" && value.fn === run.run.fn && (value.index === param || (value.rest && value.index <= param))) || (index !== null && this.#isAt(value, [index])),
      });
    }
  }

  #loop(loop: LoopStatement, body: Closure, way: Way | null): void {
    const { facts } = this.#file;
    const places = [this.#file.span({ mark: loop.bodyAt }), ...[loop.test, loop.update].flatMap((v) => (v === null || loop.over === v ? [] : [this.#file.span({ value: v })]))];
    const own = places.flatMap((place) => callsWithin(this.#file, place)).filter((call) => facts.owner[call.id] === body.fn);
    const span = this.#file.span({ mark: loop.at });
    const counters = this.#counted.filter(({ at }) => span.start <= at && at < span.end).map((c) => c.binding);
    const base = { loop, each: null, body, calls: own, span, way };
    if (loop.form === "forOf" || loop.form === "forAwait" || loop.form === "forIn") {
      this.#found.push({
        ...base,
        list: loop.over,
        most: null,
        isAwaited: loop.form === "forAwait",
        isElement: (_, value) => ((value.kind === "element" || value.kind === "key") && value.of === loop.over) || this.#isAt(value, counters),
      });
      return;
    }
    const taken = own.filter((call) => this.#takes(call));
    const ids = new Set([...taken.map((call) => call.id), ...this.#climbs(span)]);
    const test = this.#bound(loop.test, counters);
    if (ids.size === 0 && counters.length === 0) return;
    const first = taken[0] === undefined ? undefined : (this.#values[taken[0].target] as Value);
    this.#found.push({ ...base, list: first?.kind === "member" ? this.#listOf(first.object) : test.list, most: test.most, isAwaited: false, isElement: (id, value) => ids.has(id) || this.#isAt(value, counters) });
  }

  /** `i++`, `i += 1`: a step that leaves none out. Steps of a size go from piece to piece. */
  #isCount({ op, target, value }: Value & { kind: "assign" }): boolean {
    const counter = target as { readonly binding: BindingId };
    if (op === "++" || op === "--") return true;
    const sum = this.#values[value] as Value;
    if (sum.kind !== "binary" || (sum.op !== "+" && sum.op !== "-")) return false;
    const [left, right] = [this.#values[sum.left] as Value, this.#values[sum.right] as Value];
    return left.kind === "var" && left.binding === counter.binding && right.kind === "literal" && right.value === 1;
  }

  /** `xs[i]`, `xs[i + 1]`, `xs.at(i)`. */
  #isAt(value: Value, counters: readonly BindingId[]): boolean {
    if (counters.length === 0) return false;
    const callee = value.kind === "call" ? (this.#values[value.callee] as Value) : undefined;
    const key = value.kind === "member" ? value.key : callee?.kind === "member" && AT.has(callee.name ?? "") ? (value as Value & { kind: "call" }).args[0] : undefined;
    const by = key === undefined ? undefined : (this.#values[key] as Value);
    const names = by?.kind === "binary" ? [by.left, by.right] : key === undefined ? [] : [key];
    return names.some((id) => {
      const name = this.#values[id] as Value;
      if (name.kind === "assign") return name.target !== null && "binding" in name.target && counters.includes(name.target.binding);
      return name.kind === "var" && counters.includes(name.binding);
    });
  }

  /** `queue.shift()`, `iterator.next()`; not of a queue elsewhere, which one waits for. */
  #takes(call: Call): boolean {
    const callee = this.#values[call.target] as Value;
    if (callee.kind !== "member" || callee.name === null || call.value.args.length > 0 || this.#isAwaited(call.id) || call.symbols.some((s) => s.rows("effects").length > 0)) return false;
    if (TAKES_ONE.has(callee.name)) return true;
    return callee.name === "next" && this.#listOf(callee.object) !== callee.object;
  }

  /** From a child to its parent, `node = await find(node.parentId)`: a chain of records, and no cursor. */
  #climbs({ start, end }: Span): readonly ValueId[] {
    return this.#parents.filter(({ at }) => start <= at && at < end).flatMap(({ id, binding }) => (this.#written.some((w) => w.binding === binding && start <= w.at && w.at < end) ? [id] : []));
  }

  #isAwaited(id: ValueId): boolean {
    const parent = this.#file.get(context).parent(id);
    return parent !== null && this.#values[parent]?.kind === "await";
  }

  /** What `xs.values()`, or `xs[Symbol.iterator]()` in a name goes through. */
  #listOf(iterator: ValueId): ValueId {
    for (const source of this.#file.get(flow).sources(iterator)) {
      const made = this.#values[source] as Value;
      const callee = made.kind === "call" ? (this.#values[made.callee] as Value) : undefined;
      if (callee?.kind === "member" && (callee.name === null || ITERATES.has(callee.name) || callee.name === "iterator")) return callee.object;
    }
    return iterator;
  }

  /** `i < xs.length`, `i < 3`, `i < 3 && isOpen`; not how far down. */
  #bound(at: ValueId | null, counters: readonly BindingId[]): { readonly list: ValueId | null; readonly most: number | null } {
    const test = at === null ? undefined : (this.#values[at] as Value);
    if (test?.kind === "logical" && test.op === "&&") {
      const [left, right] = [this.#bound(test.left, counters), this.#bound(test.right, counters)];
      return { list: left.list ?? right.list, most: left.most ?? right.most };
    }
    if (test?.kind !== "binary") return { list: null, most: null };
    const isCounter = (id: ValueId): boolean => {
      const value = this.#values[id] as Value;
      return value.kind === "var" && counters.includes(value.binding);
    };
    const other = isCounter(test.left) && /^<|^!=/.test(test.op) ? test.right : isCounter(test.right) && /^>|^!=/.test(test.op) ? test.left : null;
    if (other === null) return { list: null, most: null };
    const { constant, sources } = this.#file.get(flow);
    const most = constant(other);
    for (const source of sources(other)) {
      const of = this.#values[source] as Value;
      if (of.kind === "member" && (of.name === "length" || of.name === "size")) return { list: of.object, most: null };
    }
    return { list: null, most: typeof most === "number" ? most + (test.op.endsWith("=") ? 1 : 0) : null };
  }
}
