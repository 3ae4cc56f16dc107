import type { FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Catalog } from "../catalog/catalog.js";
import type { Answer, FileView } from "../core/rule.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { localClass } from "./error-classes.js";
import { type Outcome, REASONS, resultTypes, type ResultTypes, TAGS } from "./result-types.js";
import { sanctioned } from "./sanctioned.js";
import { sitesOf } from "./sites.js";
import { heldBy } from "./held.js";

export type { Outcome } from "./result-types.js";

/** Is a value a result, one that says whether something succeeded? `open`: its declared type is of another file. */
export interface Results {
  of(value: ValueId): Outcome | "open" | null;
  /** A list of them: `Promise.all(orders.map(settle))`. */
  isList(value: ValueId): boolean;
}

export const results: Answer<Results> = { name: "results", of: (file) => new FileResults(file) };

type Given = Outcome | "open" | null;

const OTHERS: Outcome = { whose: "others", chain: [] };
const OURS: Outcome = { whose: "ours", chain: [] };
const PIPE = /^(?:fp-ts\/(?:lib\/)?function:|fp-ts:function\.|effect:(?:Function\.)?)pipe$/;
/** What functions that make a result are called. */
const MAKES = /^(?:ok|err|Ok|Err|okAsync|errAsync|success|succeed|failure|fail|failed|left|right|Left|Right)$/;

class FileResults implements Results {
  readonly #file: FileView;
  readonly #types: ResultTypes;
  readonly #known = new Map<ValueId, Given>();
  readonly #functions = new Map<FnId, Given>();
  #calls: ReadonlyMap<ValueId, Call> | undefined;

  constructor(file: FileView) {
    this.#file = file;
    this.#types = file.get(resultTypes);
  }

  of(id: ValueId): Given {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    this.#known.set(id, null);
    const given = this.#find(id);
    this.#known.set(id, given);
    return given;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }

  #find(id: ValueId): Given {
    const value = this.#value(id);
    switch (value.kind) {
      case "await":
        return this.of(value.of);
      case "cast":
        return this.#types.of(value.type) ?? this.of(value.of);
      case "choice":
        return this.#first([value.then, value.otherwise]);
      case "logical":
        return this.#first(value.op === "&&" ? [value.right] : [value.left, value.right]);
      case "assign":
        return this.of(value.value);
      case "var": {
        const binding = this.#file.facts.bindings[value.binding];
        if (binding === undefined) return null;
        return binding.type ? this.#types.of(binding.type) : this.#first(heldBy(binding, value.version));
      }
      case "param":
        return this.#types.of(this.#file.facts.functions[value.fn]?.params[value.index]?.type);
      case "call":
        return this.#call(id, value);
      default:
        return null;
    }
  }

  #first(values: readonly ValueId[]): Given {
    const given = values.map((v) => this.of(v));
    return given.find((g) => g !== null && g !== "open") ?? given.find((g) => g === "open") ?? null;
  }

  #call(id: ValueId, value: Value & { kind: "call" }): Given {
    const call = (this.#calls ??= new Map(this.#file.get(calls).map((c) => [c.id, c]))).get(id);
    if (call === undefined || value.form === "tag") return null;
    const name = this.#file.get(sanctioned)(call.target);
    if (name === "attempt" || name === "ok" || name === "err") return OURS;
    const row = call.symbols.map((node) => node.rows("results")[0]?.row).find((r) => r !== undefined);
    if (row) return { whose: "others", chain: row.chain };
    const piped = this.#piped(value);
    if (piped !== null) return piped;
    if (value.form === "new") {
      const cls = localClass(this.#file, value.callee);
      return cls === null ? null : this.#types.ofClass(cls);
    }
    return this.#method(value) ?? this.#own(call) ?? this.#declared(call.target);
  }

  /** `pipe(order, E.map(f))` gives what its last step gives, and `pipe(task, TE.map(f))()` too. */
  #piped({ callee, args }: Value & { kind: "call" }): Given {
    const inner = this.#value(callee);
    const [isTask, pipe] = inner.kind === "call" ? [true, inner] : [false, { callee, args }];
    const last = pipe.args.at(-1);
    const answers = this.#file.get(flow);
    if (last === undefined || !answers.symbols(pipe.callee).some((node) => PIPE.test(node.text))) return null;
    const catalog = this.#file.settings.catalog as Catalog;
    const row = answers.symbols(last).flatMap((node) => catalog.path(isTask ? `${node.text}()` : node.text).rows("results")).at(0)?.row;
    return row === undefined ? null : { whose: "others", chain: row.chain };
  }

  #declared(callee: ValueId): Given {
    const value = this.#value(callee);
    const binding = value.kind === "var" ? this.#file.facts.bindings[value.binding] : undefined;
    const type = binding?.kind === "function" ? binding.type : this.#file.get(flow).declared(callee);
    return this.#types.given(type);
  }

  /** `result.map(f)`, and what `catch` and `finally` leave of the promise of one. */
  #method({ callee, args }: Value & { kind: "call" }): Given {
    const method = this.#value(callee);
    if (method.kind !== "member" || method.name === null) return null;
    if (/^safeParse(?:Async)?$/.test(method.name) && args.length > 0 && this.#file.get(flow).functions(callee).length === 0) return OTHERS;
    const object = this.of(method.object);
    if (object === null || object === "open") return null;
    return object.chain.includes(method.name) || method.name === "catch" || method.name === "finally" ? object : null;
  }

  #own(call: Call): Given {
    const functions = this.#file.get(flow).functions(call.target);
    const given = functions.map((fn) => this.#function(fn));
    return given.find((g) => g !== null && g !== "open") ?? given.find((g) => g === "open") ?? null;
  }

  #function(fn: FnId): Given {
    const known = this.#functions.get(fn);
    if (known !== undefined) return known;
    this.#functions.set(fn, null);
    const given = this.#findFunction(fn);
    this.#functions.set(fn, given);
    return given;
  }

  #findFunction(fn: FnId): Given {
    const fact = this.#file.facts.functions[fn] as FunctionFact;
    if (fact.generator) return null;
    const context = sitesOf(this.#file.facts).declared(fn);
    const type = fact.returnType ?? (context?.t === "function" ? context.returns : undefined);
    const returned = this.#file.get(flow).returns(fn);
    if (type !== undefined) {
      const said = this.#types.of(type);
      // Named like one, and made like one: both would have to be something else.
      return said === "open" && returned.some((v) => this.#isMade(v)) ? OTHERS : said;
    }
    return this.#first(returned) ?? (this.#isLiteralUnion(returned) ? OTHERS : null);
  }

  /** `ok(…)` or `err(…)`, wherever they come from. */
  #isMade(id: ValueId): boolean {
    const value = this.#value(id);
    if (value.kind === "choice") return this.#isMade(value.then) || this.#isMade(value.otherwise);
    if (value.kind === "await" || value.kind === "cast") return this.#isMade(value.of);
    if (value.kind !== "call") return false;
    const callee = this.#value(value.callee);
    const name = callee.kind === "var" ? this.#file.facts.bindings[callee.binding]?.name : callee.kind === "member" ? callee.name : null;
    return MAKES.test(name ?? "");
  }

  /** Some returns say `ok: true`, some `ok: false` with a reason. */
  #isLiteralUnion(returned: readonly ValueId[]): boolean {
    const answers = this.#file.get(flow);
    const objects = returned.flatMap((v) => answers.sources(v)).map((s) => this.#value(s)).flatMap((v) => (v.kind === "object" ? [v.props] : []));
    if (objects.length < 2) return false;
    return [...TAGS].some((tag) => {
      const flags = objects.map((props) => {
        const prop = props.find((p) => p.name === tag);
        return prop === undefined ? undefined : answers.constant(prop.value);
      });
      const isFailure = tag.startsWith("isE") || tag.startsWith("isF") || tag === "failed" ? true : false;
      return flags.includes(true) && flags.includes(false) && objects.some((props, i) => flags[i] === isFailure && props.some((p) => p.name !== null && REASONS.test(p.name)));
    });
  }

  isList(id: ValueId): boolean {
    const value = this.#value(id);
    if (value.kind === "await") return this.isList(value.of);
    if (value.kind === "array") return value.items.some((item) => item !== null && isOutcome(this.of(item)));
    if (value.kind !== "call") return false;
    const callee = this.#value(value.callee);
    const [first] = value.args;
    if (callee.kind !== "member" || first === undefined) return false;
    if (callee.name === "map") return this.#file.get(flow).functions(first).some((fn) => isOutcome(this.#function(fn)));
    return callee.name === "all" && this.#file.get(flow).symbols(value.callee).some((node) => node.text === "global:Promise.all") && this.isList(first);
  }
}

export function isOutcome(given: Given): given is Outcome {
  return given !== null && given !== "open";
}
