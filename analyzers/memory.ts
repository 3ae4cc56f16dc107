import type { BindingId, ClassId, FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { context } from "./context.js";
import { enclosingClass, flow } from "./flow.js";
import { isModule } from "./links.js";

/**
 * What a call's result is kept in, so that it runs once: `cache ??= load()`, `if (!cache) cache = load()`,
 * `map.get(key) ?? keep(map, load(key))`, `once(load)`. The answer is the function whose run the memory lives as long as
 * (0: as long as the process); null where nothing keeps it. A memory that is dropped after a time is none.
 */
export const memory: Answer<(call: ValueId) => FnId | null> = {
  name: "memory",
  of(file) {
    const finder = new Finder(file);
    const known = new Map<ValueId, FnId | null>();
    return (call) => {
      let life = known.get(call);
      if (life === undefined) known.set(call, (life = finder.lifeOf(call)));
      return life;
    };
  },
};

interface Place {
  /** Equal for reads and writes of one place. */
  readonly key: string;
  readonly life: FnId;
}

const NOTHING: readonly Place[] = [];
const READS = new Set(["has", "get", "peek"]);
const WRITES = new Set(["set", "add", "put", "push"]);
/** Comparisons of a count, and whether they hold where nothing is there. */
const EMPTY: ReadonlyMap<string, boolean> = new Map([["> 0", false], [">= 1", false], ["!== 0", false], ["!= 0", false], ["=== 0", true], ["== 0", true], ["< 1", true]]);

class Finder {
  readonly #file: FileView;
  readonly #lasting = new Map<ClassId | null, boolean>();
  #instances: Map<ClassId, ValueId[]> | undefined;
  #written: ReadonlyMap<FnId, ReadonlySet<string>> | undefined;

  constructor(file: FileView) {
    this.#file = file;
  }

  lifeOf(call: ValueId): FnId | null {
    const wrapped = this.#wrapped(call);
    if (wrapped !== null) return wrapped;
    const empty = [...this.#emptyInExpression(call), ...this.#emptyAround(call)];
    if (empty.length === 0) return null;
    const { facts } = this.#file;
    const value = facts.values[call] as Value;
    const run = value.kind === "call" ? [value.callee, ...value.args].flatMap((v) => this.#file.get(flow).functions(v)) : [];
    const writers = [facts.owner[call] as FnId, ...run];
    const written = (this.#written ??= this.#allWrites());
    const kept = empty.filter((place) => writers.some((fn) => written.get(fn)?.has(place.key)));
    return kept.find((place) => place.life === 0)?.life ?? kept[0]?.life ?? null;
  }

  /** `const load = once(read)`, called or being called. */
  #wrapped(call: ValueId): FnId | null {
    const { facts } = this.#file;
    const answers = this.#file.get(flow);
    const value = facts.values[call] as Value;
    const callee = value.kind === "call" ? value.callee : call;
    const fn = this.#file.get(context).valueOf(facts.owner[call] as FnId);
    const around = fn === null ? null : this.#file.get(context).parent(fn);
    for (const made of [...answers.sources(callee), ...(around === null ? [] : [around])]) {
      const of = facts.values[made] as Value;
      if (of.kind === "call" && of.callee !== fn && answers.symbols(of.callee).some((s) => s.rows("wraps").some(({ row }) => row.remembers))) return facts.owner[made] as FnId;
    }
    return null;
  }

  /** Places that are empty where the value is evaluated, told by the expression it stands in. */
  #emptyInExpression(id: ValueId): readonly Place[] {
    const found: Place[] = [];
    const where = this.#file.get(context);
    for (let at = id, up = where.parent(at); up !== null; at = up, up = where.parent(at)) {
      const value = this.#value(up);
      if (value.kind === "logical" && value.right === at) found.push(...this.#empty(value.left, value.op === "&&"));
      else if (value.kind === "choice" && value.test !== at) found.push(...this.#empty(value.test, value.then === at));
      else if (value.kind === "assign" && (value.op === "??=" || value.op === "||=")) found.push(...this.#target(value));
    }
    return found;
  }

  /** The same by the statements around it and before it: `if (!cache) { … }`, `if (cache) return cache; …`. */
  #emptyAround(id: ValueId): readonly Place[] {
    const found: Place[] = [];
    const around = this.#file.get(context).enclosing(id);
    const fn = this.#file.facts.functions[this.#file.facts.owner[id] as FnId] as FunctionFact;
    around.forEach(({ statement }, i) => {
      const outer = around[i + 1];
      if (outer?.statement.kind === "if" && outer.part !== "head") found.push(...this.#empty(outer.statement.test, outer.part === "then"));
      const list = (outer === undefined ? [fn.body] : bodiesOf(outer.statement)).find((body) => body.includes(statement)) ?? [];
      for (const before of list) {
        if (before === statement) break;
        if (before.kind !== "if") continue;
        if (leaves(before.then)) found.push(...this.#empty(before.test, false));
        if (leaves(before.otherwise)) found.push(...this.#empty(before.test, true));
      }
    });
    return found;
  }

  /** The places that hold nothing wherever the test has this outcome. */
  #empty(test: ValueId, outcome: boolean): readonly Place[] {
    const value = this.#value(test);
    switch (value.kind) {
      case "cast":
        return this.#empty(value.of, outcome);
      case "unary":
        return value.op === "!" ? this.#empty(value.of, !outcome) : NOTHING;
      case "logical":
        if ((value.op === "&&") === outcome) return [...this.#empty(value.left, outcome), ...this.#empty(value.right, outcome)];
        if (value.op !== "||") return NOTHING;
        return this.#isAsked(value.right) ? this.#empty(value.left, outcome) : this.#isAsked(value.left) ? this.#empty(value.right, outcome) : NOTHING;
      case "binary":
        return this.#emptyByComparison(value, outcome);
      default:
        return outcome ? NOTHING : [...this.#placesOf(test), ...this.#counted(test)];
    }
  }

  /** `if (!cache || renew)`: what is kept is made anew where the caller asks for that. A time that has passed is no caller. */
  #isAsked(test: ValueId): boolean {
    const value = this.#value(test);
    if (value.kind === "unary") return this.#isAsked(value.of);
    if (value.kind === "binary") return this.#isAsked(value.left) && (this.#isNothing(value.right) || this.#value(value.right).kind === "literal");
    return value.kind === "var" && this.#file.facts.bindings[value.binding]?.kind === "param";
  }

  /** `cache.size`, `list.length`: what is put into it is kept. */
  #counted(id: ValueId): readonly Place[] {
    const value = this.#value(id);
    return value.kind === "member" && (value.name === "size" || value.name === "length") ? this.#placesOf(value.object, "()") : NOTHING;
  }

  #emptyByComparison(value: Value & { kind: "binary" }, outcome: boolean): readonly Place[] {
    const count = this.#value(value.right);
    if (count.kind === "literal" && EMPTY.get(`${value.op} ${String(count.value)}`) === outcome) return this.#counted(value.left);
    if (value.op === "in") return outcome ? NOTHING : this.#placesOf(value.right, "[]");
    const isEqual = value.op === "==" || value.op === "===";
    if (!isEqual && value.op !== "!=" && value.op !== "!==") return NOTHING;
    if (isEqual !== outcome || !this.#isNothing(value.right)) return NOTHING;
    const left = this.#value(value.left);
    return this.#placesOf(left.kind === "unary" && left.op === "typeof" ? left.of : value.left);
  }

  #isNothing(id: ValueId): boolean {
    const value = this.#value(id);
    return (value.kind === "literal" && (value.value === null || value.value === "undefined" || value.value === false)) || (value.kind === "global" && value.name === "undefined");
  }

  #target(assign: Value & { kind: "assign" }): readonly Place[] {
    const { target } = assign;
    if (target === null) return NOTHING;
    if ("member" in target) return this.#placesOf(target.member);
    return [{ key: `${target.binding}`, life: this.#lifeOfName(target.binding) }];
  }

  /** Where a value is kept: a name, a part of it, a field; or an entry of a map, which a local name may stand for. */
  #placesOf(id: ValueId, part = ""): readonly Place[] {
    const { facts } = this.#file;
    const value = this.#value(id);
    switch (value.kind) {
      case "cast":
      case "await":
        return this.#placesOf(value.of, part);
      case "var": {
        const binding = facts.bindings[value.binding];
        if (!binding) return NOTHING;
        const here = { key: `${value.binding}${part}`, life: this.#lifeOfName(value.binding) };
        const held = binding.versions[binding.versions.length === 1 ? 0 : value.version]?.value;
        const of = held === undefined ? undefined : this.#value(held);
        return held !== undefined && binding.fn === facts.owner[id] && (of?.kind === "call" || of?.kind === "member" || of?.kind === "await") ? [here, ...this.#placesOf(held, part)] : [here];
      }
      case "member":
        return this.#placesOf(value.object, `${value.name === null ? "[]" : `.${value.name}`}${part}`);
      case "call": {
        const callee = this.#value(value.callee);
        return callee.kind === "member" && callee.name !== null && READS.has(callee.name) ? this.#placesOf(callee.object, "()") : NOTHING;
      }
      case "this":
        return part !== "" && this.#lasts(id) ? [{ key: `this${part}`, life: 0 }] : NOTHING;
      case "global":
        return [{ key: `global ${value.name}${part}`, life: 0 }];
      default:
        return NOTHING;
    }
  }

  /** A file's own names live as long as the process. */
  #lifeOfName(binding: BindingId): FnId {
    const fn = this.#file.facts.bindings[binding]?.fn ?? 0;
    return isModule(this.#file.facts, fn) ? 0 : fn;
  }

  /** An instance that every call makes anew keeps nothing between them. */
  #lasts(self: ValueId): boolean {
    const { facts } = this.#file;
    const cls = enclosingClass(facts, facts.owner[self] as FnId);
    let lasts = this.#lasting.get(cls);
    if (lasts === undefined) {
      // While it is worked out, for a class that makes its own instance.
      this.#lasting.set(cls, true);
      const made = this.#instancesOf(cls);
      this.#lasting.set(cls, (lasts = made.length === 0 || made.some((id) => isModule(facts, facts.owner[id] as FnId) || this.lifeOf(id) === 0)));
    }
    return lasts;
  }

  #instancesOf(cls: ClassId | null): readonly ValueId[] {
    if (this.#instances === undefined) {
      const found = (this.#instances = new Map<ClassId, ValueId[]>());
      this.#file.facts.values.forEach((v, id) => {
        if (v.kind !== "call" || v.form !== "new") return;
        for (const source of this.#file.get(flow).sources(v.callee)) {
          const of = this.#value(source);
          if (of.kind === "class") listAt(found, of.cls).push(id);
        }
      });
    }
    return cls === null ? [] : (this.#instances.get(cls) ?? []);
  }

  #allWrites(): ReadonlyMap<FnId, ReadonlySet<string>> {
    const { facts } = this.#file;
    const found = new Map<FnId, Set<string>>();
    facts.values.forEach((value, id) => {
      let places = NOTHING;
      if (value.kind === "assign" && !this.#isNothing(value.value)) places = this.#target(value);
      else if (value.kind === "call") {
        const callee = this.#value(value.callee);
        if (callee.kind === "member" && callee.name !== null && WRITES.has(callee.name) && value.args.length > 0) places = this.#placesOf(callee.object, "()");
      }
      const fn = facts.owner[id] as FnId;
      for (const { key } of places) {
        const keys = found.get(fn);
        if (keys) keys.add(key);
        else found.set(fn, new Set([key]));
      }
    });
    return found;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

function bodiesOf(s: Statement): readonly (readonly Statement[])[] {
  switch (s.kind) {
    case "if":
      return [s.then, s.otherwise];
    case "loop":
      return [s.init, s.body];
    case "try":
      return [s.body, s.handler?.body ?? [], s.finalizer ?? []];
    case "switch":
      return s.cases.map((c) => c.body);
    case "block":
      return [s.body];
    default:
      return [];
  }
}

function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  return last !== undefined && (last.kind === "return" || last.kind === "throw" || last.kind === "continue" || last.kind === "break" || (last.kind === "block" && leaves(last.body)));
}
