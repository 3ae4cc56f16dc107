import type { FnId, FunctionFact, TypeExpr, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import type { SymbolNode } from "../catalog/catalog.js";
import { type Imported, importedModules } from "../catalog/imported.js";
import { type Call, calls } from "./calls.js";
import { flow } from "./flow.js";
import { type Given, type PromiseTypes, promiseTypes, strongest } from "./promise-types.js";
import { isNumbered } from "./likely-effects.js";
import { loadedBy } from "./loaded.js";
import { sanctioned } from "./sanctioned.js";
import { sitesOf } from "./sites.js";
import { heldBy } from "./held.js";

export type { Given } from "./promise-types.js";

/** What evaluating a value gives, `await` not counted: that is done with by whoever awaits. */
export interface Promises {
  of(value: ValueId): Given;
  /** A list of promises: `await` on it waits for none of them. */
  isList(value: ValueId): boolean;
}

export const promises: Answer<Promises> = { name: "promises", of: (file) => new FilePromises(file) };

/** Names of the pipeline that give a promise. */
const PIPELINE = /^(?:dispatch|map|attempt|parseAsync|http\.fetch)$/;
const CHAIN = new Set(["then", "catch", "finally"]);
/** Methods after which a query is no query any more: it runs, is a stream, or is only looked at. */
const ENDS = /^(?:end|send|promise|exec|execute\w*|run|all|get|values|pipe|on|once|stream|cursor|each\w*|forEach|next|close|abort|subscribe|iterate|toArray|to[A-Z]\w*|asCallback|nodeify|clone|createReadStream|describe|simple|raw)$/;
/** What stands before a `then` that continues no promise: steps of a description, a chain of commands, a reply. */
const DESCRIBES = /^(?:when|given|if|is|and|or|case|match|expect|should|cy|rule|reply|res|response|app|fastify|server|router)$/i;
const CALLBACK_NAME = /^(?:cb|callback|done|next|fn)$|(?:Callback|Cb)$/;
const PROMISIFY = /^(?:util|bluebird|node:util):promisify$/;
const MAPS = new Set(["map", "flatMap"]);
/** Of the language and the host: whatever of them gives a promise has a row. */
const BUILT_IN = /^global:(?:console|process|Math|JSON|Object|Array|String|Number|Boolean|BigInt|Symbol|Reflect|Buffer|Date|RegExp|\w*Error|Map|Set|WeakMap|WeakSet|Intl|Atomics|(?:set|clear)(?:Timeout|Interval|Immediate)|queueMicrotask|structuredClone|parseInt|parseFloat|isNaN|require|alert|URL|AbortController|AbortSignal|EventTarget|Proxy|Uint8Array|TextEncoder|TextDecoder|performance)\b/;

class FilePromises implements Promises {
  readonly #file: FileView;
  readonly #types: PromiseTypes;
  readonly #known = new Map<ValueId, Given>();
  readonly #functions = new Map<FnId, Given>();
  #calls: ReadonlyMap<ValueId, Call> | undefined;
  #modules: Imported | undefined;

  constructor(file: FileView) {
    this.#file = file;
    this.#types = file.get(promiseTypes);
  }

  of(id: ValueId): Given {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    // Guards against a circle: what a loop or a recursion adds to itself is nothing new.
    this.#known.set(id, "none");
    const given = this.#find(id);
    this.#known.set(id, given);
    return given;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }

  #strongest(values: readonly ValueId[]): Given {
    return strongest(values.map((v) => this.of(v)));
  }

  #find(id: ValueId): Given {
    const value = this.#value(id);
    switch (value.kind) {
      case "call":
        return this.#call(id);
      case "dynamicImport":
        return "promise";
      case "cast":
        return (value.how === "as" || value.how === "satisfies" ? this.#types.given(value.type) : null) === "promise" ? "promise" : this.of(value.of);
      case "choice":
        return this.#strongest([value.then, value.otherwise]);
      case "logical":
        return this.#strongest(value.op === "&&" ? [value.right] : [value.left, value.right]);
      case "sequence":
        return this.#strongest(value.items.slice(-1));
      case "assign":
        return this.of(value.value);
      case "default":
        return this.#strongest([value.of, value.fallback]);
      case "var": {
        const binding = this.#file.facts.bindings[value.binding];
        const declared = this.#types.given(binding?.type);
        if (loadedBy(this.#file, id) === "import") return "promise";
        if (binding === undefined || declared !== null) return declared ?? "open";
        const held = heldBy(binding, value.version);
        return held.length === 0 ? "open" : this.#strongest(held);
      }
      case "param":
        return this.#types.given(this.#file.facts.functions[value.fn]?.params[value.index]?.type) ?? "open";
      case "member":
        return this.#types.given(this.#file.get(flow).declared(id)) ?? this.#part(value) ?? this.#got(id) ?? "open";
      case "global":
        return value.name === "undefined" || BUILT_IN.test(`global:${value.name}`) ? "none" : "open";
      case "element":
      case "rest":
      case "yield":
      case "caught":
        return "open";
      default:
        return "none";
    }
  }

  /** What a getter of a class gives. */
  #got(member: ValueId): Given | null {
    const getters = this.#file.get(flow).getters(member);
    return getters.length === 0 ? null : strongest(getters.map((fn) => this.#function(fn)));
  }

  /** A property or getter of an object that is written here. */
  #part({ object, name }: Value & { kind: "member" }): Given | null {
    const made = name === null ? [] : this.#file.get(flow).sources(object);
    const held = made.flatMap((source) => {
      const value = this.#value(source);
      return value.kind === "object" ? value.props.filter((p) => p.name === name && p.form !== "set") : [];
    });
    if (held.length === 0 || held.length < made.length) return null;
    return strongest(held.map((p) => (p.form === "get" ? strongest(this.#file.get(flow).functions(p.value).map((fn) => this.#function(fn))) : this.of(p.value))));
  }

  #call(id: ValueId): Given {
    const call = (this.#calls ??= new Map(this.#file.get(calls).map((c) => [c.id, c]))).get(id);
    if (call === undefined) return "open";
    const name = this.#file.get(sanctioned)(call.target);
    if (name !== null && PIPELINE.test(name)) return "promise";
    if (name === "detach") return "none";
    if (call.value.form === "new") return this.#isPromiseClass(call.target) ? "promise" : "none";
    const given = this.#byNames(call);
    return given === "open" ? (this.#file.told?.gives(id) ?? given) : given;
  }

  #byNames(call: Call): Given {
    return this.#chained(call) ?? this.#own(call) ?? this.#byCatalog(call) ?? this.#types.result(call.target, call.value, (arg) => this.#given(arg)) ?? (call.symbols.some((n) => BUILT_IN.test(n.text)) ? "none" : isNumbered(this.#file, call) && !this.#takesCallback(call) ? "promise" : "open");
  }

  #isPromiseClass(callee: ValueId): boolean {
    const { facts } = this.#file;
    const answers = this.#file.get(flow);
    if (answers.symbols(callee).some((node) => node.text === "global:Promise" || node.text === "bluebird:")) return true;
    if (this.#types.isConstructor(answers.declared(callee))) return true;
    return answers.sources(callee).some((source) => {
      const value = this.#value(source);
      return value.kind === "class" && this.#types.extendsPromise(facts.classes[value.cls]?.extends ?? null);
    });
  }

  /** `x.then(f)`, `.catch(f)` and `.finally(f)` of what may be a promise: nothing else in a backend is continued with a function so. */
  #chained({ value }: Call): Given | null {
    const callee = this.#value(value.callee);
    // `ids.reduce((before, id) => before.then(() => save(id)), Promise.resolve())`
    if (callee.kind === "member" && callee.name === "reduce" && value.args[1] !== undefined) return this.of(value.args[1]) === "promise" ? "promise" : null;
    if (callee.kind !== "member" || callee.name === null || !CHAIN.has(callee.name)) return null;
    const answers = this.#file.get(flow);
    const own = answers.functions(value.callee);
    if (own.length > 0) return null;
    const object = this.of(callee.object);
    if (object === "promise" || object === "lazy") return "promise";
    if (object === "none" && !answers.symbols(callee.object).some((n) => n.leadsSomewhere)) return "none";
    return value.args.some((arg) => this.#isContinuation(arg, callee.object)) || this.#goesOn(value, callee) ? "promise" : "open";
  }

  /** `load().then(show)`: a name stands for the function. Not so behind words of a description, and of a framework's answer. */
  #goesOn({ args }: Value & { kind: "call" }, { object, name }: Value & { kind: "member" }): boolean {
    const [first] = args;
    if (first === undefined || name === "catch" || args.length > 2) return false;
    const given = this.#value(first);
    if (given.kind !== "var" && given.kind !== "global" && given.kind !== "member" && given.kind !== "param") return false;
    if (given.kind === "global" && given.name === "undefined") return false;
    const words: string[] = [];
    for (let at = this.#value(object); ; ) {
      if (at.kind === "call") at = this.#value(at.callee);
      else if (at.kind === "member") {
        words.push(at.name ?? "");
        at = this.#value(at.object);
      } else {
        words.push(at.kind === "var" ? (this.#file.facts.bindings[at.binding]?.name ?? "") : at.kind === "global" ? at.name : "");
        return !words.some((word) => DESCRIBES.test(word));
      }
    }
  }

  /** A function that goes on with a result. One without a parameter behind a call that took a function itself may be a step of a description: `when(input, test).then(() => step())`. */
  #isContinuation(arg: ValueId, promise: ValueId): boolean {
    const answers = this.#file.get(flow);
    const functions = answers.functions(arg);
    if (functions.length === 0) return this.#isExecutorParam(arg);
    if (functions.some((fn) => (this.#file.facts.functions[fn]?.params.length ?? 0) > 0)) return true;
    const head = this.#value(promise);
    return head.kind !== "call" || !head.args.some((a) => answers.functions(a).length > 0) || this.#chained({ value: head } as Call) !== null;
  }

  /** `resolve` or `reject` of `new Promise((resolve, reject) => …)`. */
  #isExecutorParam(arg: ValueId): boolean {
    return this.#file.get(flow).sources(arg).some((source) => {
      const value = this.#value(source);
      return value.kind === "param" && sitesOf(this.#file.facts).ofFunction(value.fn).some((site) => this.#isPromiseClass((this.#value(site.call) as Value & { kind: "call" }).callee));
    });
  }

  /** By the functions of this file that are called. */
  #own(call: Call): Given | null {
    const answers = this.#file.get(flow);
    const sources = answers.sources(call.target);
    // What a parameter is declared to give holds for every function that is handed in.
    const isOverloaded = this.#isOverloaded(call.target);
    const declared = sources.some((s) => this.#value(s).kind === "param") || isOverloaded ? this.#types.result(call.target, call.value, (arg) => this.#given(arg)) : null;
    if (declared !== null) return declared;
    if (isOverloaded) return "open";
    const known = this.#file.get(flow).functions(call.target);
    const functions = known.length > 0 ? known : this.#namedBy(answers.declared(call.target));
    if (functions.length === 0) return sources.some((s) => this.#isPromisified(s)) ? "promise" : null;
    const given = strongest(functions.map((fn) => this.#runs(fn, call) ?? this.#function(fn)));
    return given === "none" && functions.length < sources.length ? "open" : given;
  }

  /** Of `const timed = (run) => run()` with what this very call hands in: another call may give a function that promises. Null where it gives nothing of what is handed in. */
  #runs(fn: FnId, { args }: Call): Given | null {
    const fact = this.#file.facts.functions[fn] as FunctionFact;
    if (args === null || fact.async || fact.generator || (this.#types.given(fact.returnType) ?? "open") !== "open") return null;
    let isRun = false;
    const given = this.#file.get(flow).returns(fn).map((returned): Given => {
      const value = this.#value(returned);
      const callee = value.kind === "call" && value.form === undefined ? this.#value(value.callee) : undefined;
      const index = callee?.kind === "var" ? fact.params.findIndex(({ binding, rest }) => binding === callee.binding && !rest) : -1;
      if (index === -1) return this.of(returned);
      isRun = true;
      const arg = args[index];
      return arg === undefined ? "open" : (this.#given(arg) ?? "open");
    });
    return isRun ? strongest(given) : null;
  }

  /** What the function gives that is handed in; null where it may be any. */
  #given(arg: ValueId): Given | null {
    const functions = this.#file.get(flow).functions(arg);
    return functions.length === 0 ? null : strongest(functions.map((fn) => this.#function(fn)));
  }

  /** `typeof load` */
  #namedBy(type: TypeExpr | null): readonly FnId[] {
    const value = type?.t === "query" && type.binding !== undefined && !type.name.includes(".") ? this.#file.facts.bindings[type.binding]?.versions[0]?.value : undefined;
    return value === undefined ? [] : this.#file.get(flow).functions(value);
  }

  #isOverloaded(callee: ValueId): boolean {
    const value = this.#value(callee);
    return value.kind === "var" && (this.#file.facts.bindings[value.binding]?.overloads?.length ?? 0) > 0;
  }

  #isPromisified(source: ValueId): boolean {
    const value = this.#value(source);
    return value.kind === "call" && value.form === undefined && this.#file.get(flow).symbols(value.callee).some((node) => PROMISIFY.test(node.text));
  }

  #function(fn: FnId): Given {
    const known = this.#functions.get(fn);
    if (known !== undefined) return known;
    this.#functions.set(fn, "none");
    const given = this.#findFunction(fn);
    this.#functions.set(fn, given);
    return given;
  }

  #findFunction(fn: FnId): Given {
    const fact = this.#file.facts.functions[fn] as FunctionFact;
    if (fact.generator) return "none";
    if (fact.async) return "promise";
    const declared = sitesOf(this.#file.facts).declared(fn);
    const contextual = declared?.t === "function" ? declared.returns : undefined;
    const said = this.#types.given(fact.returnType ?? contextual);
    return said ?? this.#strongest(this.#file.get(flow).returns(fn));
  }

  #byCatalog(call: Call): Given | null {
    for (const node of call.symbols) {
      const given = this.#byRows(node, call);
      if (given !== null) return given;
    }
    return this.#isAsyncGenerator(call) ? "promise" : this.#isLazyChain(call) ? "lazy" : null;
  }

  #byRows(node: SymbolNode, call: Call): Given | null {
    const row = node.rows("promises")[0]?.row;
    if (row) return row.runs || !this.#takesCallback(call) ? "promise" : "none";
    const effect = node.rows("effects")[0]?.row;
    if (effect === undefined) return null;
    if (effect.shape === "builder") return this.#takesCallback(call) ? "none" : "lazy";
    if (effect.sync || effect.shape !== undefined || effect.promise === false) return "none";
    if (effect.promise && !effect.promise.from.some((m) => (this.#modules ??= importedModules(this.#file.text)).has(m))) return "none";
    return this.#takesCallback(call) && !node.rows("callbacks").some(({ row: c }) => c.errors === "reject") ? "none" : "promise";
  }

  /** A function as the last argument, or what is called like one. */
  #takesCallback({ args }: Call): boolean {
    const last = args?.at(-1);
    if (last === undefined) return args === null;
    if (this.#file.get(flow).functions(last).length > 0) return true;
    const value = this.#value(last);
    const name = value.kind === "var" ? (this.#file.facts.bindings[value.binding]?.name ?? "") : value.kind === "member" ? (value.name ?? "") : "";
    return CALLBACK_NAME.test(name);
  }

  /** `knex("t").where(…).update(…)`: begun here, and nothing in the chain makes it run. */
  #isLazyChain(call: Call): boolean {
    let at = this.#value(call.value.callee);
    if (this.#takesCallback(call)) return false;
    while (at.kind === "member" && at.name !== null && !ENDS.test(at.name)) {
      const object = this.#value(at.object);
      if (object.kind !== "call") return false;
      if (this.of(at.object) === "lazy") return true;
      at = this.#value(object.callee);
    }
    return false;
  }

  /** `next` of what an async generator of this file gives. */
  #isAsyncGenerator(call: Call): boolean {
    const callee = this.#value(call.target);
    if (callee.kind !== "member" || (callee.name !== "next" && callee.name !== "return" && callee.name !== "throw")) return false;
    const answers = this.#file.get(flow);
    return answers.sources(callee.object).some((source) => {
      const made = this.#value(source);
      return made.kind === "call" && answers.functions(made.callee).some((fn) => {
        const fact = this.#file.facts.functions[fn] as FunctionFact;
        return fact.async && fact.generator;
      });
    });
  }

  isList(id: ValueId): boolean {
    const value = this.#value(id);
    switch (value.kind) {
      case "array":
        return value.items.some((item) => item !== null && this.of(item) === "promise");
      case "cast":
        return this.isList(value.of);
      case "await": {
        // Of what it waits for: a promise of a list of promises.
        const of = this.#value(value.of);
        return of.kind === "await" ? this.isList(value.of) : of.kind === "call" && this.#types.isList(this.#types.resultOf(of.callee, of) ?? this.#declaredResult(of.callee, true));
      }
      case "var": {
        const binding = this.#file.facts.bindings[value.binding];
        if (binding === undefined) return false;
        return binding.type ? this.#types.isList(binding.type) : heldBy(binding, value.version).some((held) => held !== id && held < id && this.isList(held));
      }
      case "call":
        return this.#isMapped(value) || this.#types.isList(this.#declaredResult(value.callee, false) ?? this.#declaredOf(value));
      default:
        return false;
    }
  }

  #declaredResult(callee: ValueId, isAwaited: boolean) {
    return this.#file.get(flow).functions(callee).map((fn) => this.#file.facts.functions[fn] as FunctionFact).find((fact) => isAwaited || !fact.async)?.returnType;
  }

  /** Of a function without a body; a promise of a list is no list. */
  #declaredOf(call: Value & { kind: "call" }) {
    const type = this.#file.get(flow).functions(call.callee).length > 0 ? null : this.#types.resultOf(call.callee, call);
    return this.#types.given(type) === "promise" ? null : type;
  }

  /** `ids.map(async (id) => …)`, `Array.from(ids, load)`. */
  #isMapped(call: Value & { kind: "call" }): boolean {
    const callee = this.#value(call.callee);
    if (callee.kind !== "member" || callee.name === null) return false;
    const answers = this.#file.get(flow);
    const isFrom = callee.name === "from" && answers.symbols(call.callee).some((n) => n.text === "global:Array.from");
    const arg = isFrom ? call.args[1] : MAPS.has(callee.name) ? call.args[0] : undefined;
    if (arg === undefined || (!isFrom && this.#isNoList(callee.object))) return false;
    return answers.functions(arg).some((fn) => this.#function(fn) === "promise");
  }

  /** Something of a library, or of a class of this file, whose `map` is its own. */
  #isNoList(object: ValueId): boolean {
    const answers = this.#file.get(flow);
    if (this.of(object) === "promise") return true;
    return answers.symbols(object).some((node) => /^[^.:][^:]*:\(?\)?$|^(?:rxjs|bluebird|neverthrow|effect|fp-ts\/\w+|lodash|p-map):/.test(node.text) && !node.text.startsWith("global:"));
  }
}
