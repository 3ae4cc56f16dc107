import type { Facts, FnId, FunctionFact, Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { type Call, calls } from "./calls.js";
import { callsites } from "./callsites.js";
import { caught } from "./caught.js";
import { errorHandlers } from "./error-handlers.js";
import { flow } from "./flow.js";
import { nameOf } from "./reports.js";
import { occurrences } from "./occurrences.js";
import { onlyOwnErrors } from "./own-attempts.js";
import { isAt, placeOf, type Site, sitesOf } from "./sites.js";

/** `err`, `error`, `dbError`; a short `e` is as often an event or an element. */
const ERROR = /^_?(?:err|error|exception)\d?$|(?:Err|Error|Exception)$/;
const SHORT = /^(?:e|er|ex|exc)$/;
/** Options that take a function for errors. */
const ON_ERROR = /^(?:on_?)?(?:error|failure|failed|failedAttempt|rejected)$/i;
/** Methods that hand an element or a result to a function. */
const HANDS_OTHER = new Set(["map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "flatMap", "reduce", "reduceRight", "sort", "each", "then", "catch", "finally", "match", "mapErr", "refine", "validate", "validateAsync"]);
const LISTENS = new Set(["on", "once", "addListener", "addEventListener", "prependListener"]);
const ERROR_EVENTS = new Set(["error", "uncaughtException", "unhandledRejection", "clientError", "aborted", "reject"]);
const RESPONDER = /^_?(?:res|resp|response|reply|ctx|c)$/;
const HANDLES = /err|exception|fail|catch|reject/i;

/**
 * `error`: whatever arrives there is one. `named`: it is called one, and callers in other files may give a text of their
 * own: an error it is where somebody reads its message. `own`: made here, in words of its own; its stack tells of the inside all the same.
 * `checked`: what a schema says, or a class of the project.
 */
export type OriginKind = "error" | "named" | "own" | "checked";

/** The errors of a file that somebody else made, by the value that is one: nobody here chose what they say. */
export const errorOrigins: Answer<ReadonlyMap<ValueId, OriginKind>> = { name: "error origins", of: (file) => new Finder(file).all() };

class Finder {
  readonly #file: FileView;
  readonly #facts: Facts;
  readonly #found = new Map<ValueId, OriginKind>();

  constructor(file: FileView) {
    this.#file = file;
    this.#facts = file.facts;
  }

  all(): ReadonlyMap<ValueId, OriginKind> {
    const attempts = this.#file.get(caught);
    for (const site of attempts) {
      const caughtHere = site.handlers.flatMap(({ error }) => (error === null ? [] : [error]));
      const own = caughtHere.length > 0 ? onlyOwnErrors(this.#file, site) : null;
      const kind = own === null ? "error" : own === "made" ? "own" : own;
      for (const error of caughtHere) if (kind === "error" || !this.#found.has(error)) this.#found.set(error, kind);
    }
    const handlers = this.#file.get(errorHandlers);
    const parts: { readonly param: ValueId; readonly path: string }[] = [];
    this.#facts.functions.forEach((fn, id) => {
      const handler = handlers.get(id);
      if (handler) {
        for (const { param, path } of handler.errors) {
          const value = fn.params[param]?.value;
          if (value === undefined) continue;
          if (path === "") this.#found.set(value, "error");
          else parts.push({ param: value, path });
        }
      } else this.#parameter(id, fn);
    });
    this.#facts.values.forEach((value, id) => {
      // A piece of code without what stands around it.
      if (value.kind === "global" && ERROR.test(value.name) && /^[a-z]/.test(value.name)) this.#found.set(id, "named");
      if (value.kind === "member" && value.name !== null && this.#isPart(value as Value & { kind: "member"; name: string }, id, parts)) this.#found.set(id, "error");
    });
    return this.#found;
  }

  /** A callback's first parameter that is the error of the call, and that of a function which answers with any error it is given. */
  #parameter(id: FnId, fn: FunctionFact): void {
    const [first] = fn.params;
    const sites = sitesOf(this.#facts).ofFunction(id);
    if (first && !first.rest && sites.some((site) => this.#isCallback(site, fn, this.#nameOf(fn, 0)))) this.#found.set(first.value, "error");
    // By its own name, or that of its class: `ExceptionHandler.handle`.
    if (sites.length > 0 || !HANDLES.test(fn.cls === null ? (fn.name ?? "") : fn.id) || this.#file.get(callsites)(id).length > 0) return;
    if (!fn.params.some((_, i) => RESPONDER.test(this.#nameOf(fn, i)))) return;
    fn.params.forEach((param, i) => {
      const name = this.#nameOf(fn, i);
      const declared = param.type;
      const isAny = declared === undefined || (declared.t === "keyword" && (declared.name === "unknown" || declared.name === "any")) || (declared.t === "name" && declared.name === "Error");
      if (isAny && (ERROR.test(name) || SHORT.test(name))) this.#found.set(param.value, declared === undefined ? "named" : "error");
    });
  }

  #isCallback(site: Site, fn: FunctionFact, name: string): boolean {
    const call = this.#facts.values[site.call];
    if (call?.kind !== "call" || call.form === "tag") return false;
    const method = nameOf(this.#file, call.callee);
    if (site.path.length > 0) return ON_ERROR.test(site.path.at(-1) ?? "") && (ERROR.test(name) || SHORT.test(name));
    if (LISTENS.has(method) && site.arg === 1) {
      const event = this.#file.get(flow).constant(call.args[0] as ValueId);
      return typeof event === "string" ? ERROR_EVENTS.has(event) : ERROR.test(name);
    }
    if (HANDS_OTHER.has(method) || this.#toldInOwnWords(call.callee, site.arg)) return false;
    const rows = this.#file.get(flow).symbols(call.callee).flatMap((node) => node.rows("callbacks")).filter(({ row }) => isAt(placeOf(row), site, call.args.length));
    // What runs for each element gets no error.
    if (rows.some(({ row }) => row.errorFirst)) return true;
    if (rows.some(({ row }) => row.times === "many" && row.when === "sync")) return false;
    if (ERROR.test(name)) return true;
    const isLast = site.arg === call.args.length - 1;
    return isLast && SHORT.test(name) && fn.params.length > 1;
  }

  #called: ReadonlyMap<ValueId, readonly Call[]> | undefined;

  /** The calls of what names hold, by the parameters among it. */
  #callsOf(): ReadonlyMap<ValueId, readonly Call[]> {
    if (this.#called) return this.#called;
    const found = new Map<ValueId, Call[]>();
    for (const call of this.#file.get(calls)) {
      if (this.#facts.values[call.target]?.kind !== "var") continue;
      for (const source of this.#file.get(flow).sources(call.target)) {
        if (this.#facts.values[source]?.kind !== "param") continue;
        listAt(found, source).push(call);
      }
    }
    return (this.#called = found);
  }

  /** A function of this file that calls back with texts of its own, or with nothing. */
  #toldInOwnWords(callee: ValueId, arg: number): boolean {
    const { functions, constant } = this.#file.get(flow);
    const own = functions(callee);
    const params = own.flatMap((fn) => this.#facts.functions[fn]?.params[arg] ?? []);
    const told = params.flatMap(({ value }) => this.#callsOf().get(value) ?? []);
    const isOwn = (id: ValueId | undefined): boolean => {
      const value = id === undefined ? undefined : this.#facts.values[id];
      return id === undefined || constant(id) !== undefined || value?.kind === "template" || (value?.kind === "global" && value.name === "undefined") || (value?.kind === "call" && value.form === "new" && value.args.every(isOwn));
    };
    // Handed on (`promise.then(done, done)`), it is called with more than what stands here.
    const names = this.#file.get(occurrences);
    const isHandedOn = (read: ValueId): boolean => names.users(read).some((u) => (this.#facts.values[u] as Value).kind === "call" && (this.#facts.values[u] as Value & { kind: "call" }).args.includes(read));
    return told.length > 0 && told.every((c) => isOwn(c.value.args[0])) && !params.some(({ binding }) => binding !== null && names.reads(binding).some(isHandedOn));
  }

  #nameOf(fn: FunctionFact, index: number): string {
    const binding = fn.params[index]?.binding;
    return binding == null ? "" : (this.#facts.bindings[binding]?.name ?? "");
  }

  #isPart(value: Value & { kind: "member"; name: string }, id: ValueId, parts: readonly { readonly param: ValueId; readonly path: string }[]): boolean {
    const { sources } = this.#file.get(flow);
    if (parts.some((p) => p.path === value.name && sources(value.object).includes(p.param))) return true;
    if (value.name === "reason") return this.#isSettled(value.object, 0);
    if (value.name === "error") return this.#isClientResult(value.object);
    return value.name === "0" && this.#isTuple(value.object, id);
  }

  /** An element of what `Promise.allSettled` gives. */
  #isSettled(id: ValueId, depth: number): boolean {
    if (depth > 8) return false;
    const value = this.#facts.values[id] as Value;
    const next = (v: ValueId): boolean => this.#isSettled(v, depth + 1);
    switch (value.kind) {
      case "await":
      case "cast":
      case "element":
        return next(value.of);
      case "var":
        return this.#file.get(flow).sources(id).some((s) => s !== id && next(s));
      case "member":
        return next(value.object);
      case "param": {
        const [site] = sitesOf(this.#facts).ofFunction(value.fn);
        const call = site && this.#facts.values[site.call];
        const callee = call?.kind === "call" ? this.#facts.values[call.callee] : undefined;
        return callee?.kind === "member" && (HANDS_OTHER.has(callee.name ?? "") || callee.name === "entries") && next(callee.object);
      }
      case "call": {
        const callee = this.#facts.values[value.callee];
        if (callee?.kind !== "member") return false;
        return callee.name === "allSettled" || (/^(?:filter|slice|find|values|entries|then|at)$/.test(callee.name ?? "") && next(callee.object));
      }
      default:
        return false;
    }
  }

  /** `const { data, error } = await supabase.from(…)`: a client that gives its errors instead of throwing them. */
  #isClientResult(object: ValueId): boolean {
    return this.#file.get(flow).sources(object).some((source) => {
      let at = this.#facts.values[source] as Value;
      if (at.kind !== "call") return false;
      while (at.kind === "call" || at.kind === "member" || at.kind === "await") at = this.#facts.values[at.kind === "call" ? at.callee : at.kind === "await" ? at.of : at.object] as Value;
      const name = at.kind === "var" ? (this.#facts.bindings[at.binding]?.name ?? "") : "";
      return /^supabase/i.test(name) || this.#file.get(flow).symbols(source).some((node) => node.text.startsWith("@supabase/"));
    });
  }

  /** `const [err, user] = await to(find(id))` */
  #isTuple(object: ValueId, id: ValueId): boolean {
    const value = this.#facts.values[object];
    const call = value?.kind === "await" ? this.#facts.values[value.of] : undefined;
    if (call?.kind !== "call" || this.#file.get(flow).functions(call.callee).length > 0 || nameOf(this.#file, call.callee) === "all") return false;
    return this.#file.get(occurrences).holders(id).some(({ binding }) => ERROR.test(this.#facts.bindings[binding]?.name ?? ""));
  }
}
