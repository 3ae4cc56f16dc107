import type { ClassId, FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callsWithin } from "./calls.js";
import { callsTo } from "./callsites.js";
import { type Frame, closures } from "./closures.js";
import { entered, enteredBy, type Handed } from "./entered.js";
import { enclosingClass, flow } from "./flow.js";
import { heldBy } from "./held.js";
import { argumentOf, type Env, type Inlet, inletOf, type Part } from "./inlets.js";
import { EACH } from "./known-methods.js";
import { isInside } from "./links.js";
import { SELF, sitesOf } from "./sites.js";
import { methodAround } from "./this-of.js";

/** Helpers that hand on to helpers that hand on to a router. */
const DEEPEST = 6;
/** So many handlers of one registration, and so many steps to them, no program has. */
const MOST = 5000;

/** A handler that a caller of the project's own registering function gives it. */
export interface Registered {
  /** The handler as the caller gives it. */
  readonly at: ValueId;
  /** What the calls on the way have given, that of the registering function first. */
  readonly env: Env;
  /** The same for whoever follows functions. */
  readonly frame: Frame | null;
  readonly handed: Handed;
}

interface Site {
  readonly fn: FnId;
  readonly element: ValueId | null;
  readonly args: readonly ValueId[];
  /** The object whose method is called. */
  readonly self: ValueId | null;
}

interface Climbed {
  readonly at: ValueId;
  /** Outermost first. */
  readonly sites: readonly Site[];
}

/**
 * `function route(path, handler) { app.get(path, wrap(handler)) }` registers nothing of its own: each caller does, and
 * so does each row that a method adds to the list that is registered later. Path and handler have to come by the same
 * way: a handler that is given to one fixed path, and what a handler needs to work, are no registrations. Null where
 * the handler is not given like this.
 */
export function registeredBy(file: FileView, handler: ValueId, path: ValueId): readonly Registered[] | null {
  const found = new Climb(file).climb({ value: handler, path: [] }, [{ value: path, path: [] }], 0);
  if (found === null || found.length === 0 || found.length > MOST) return null;
  return found.flatMap(({ at, sites }) => {
    let env: Env | null = null;
    let frame: Frame | null = null;
    for (const site of sites) {
      frame = file.get(closures).registered(site, frame);
      env = { ...site, outer: env };
    }
    return env === null ? [] : [{ at, env, frame, handed: enteredBy(file, handler, env) }];
  });
}

class Climb {
  readonly #file: FileView;
  readonly #way = new Set<string>();
  #steps = 0;

  constructor(file: FileView) {
    this.#file = file;
  }

  /** Who gives a handler under one of these paths; null where nobody gives both. */
  climb(handler: Part, paths: readonly Part[], depth: number): readonly Climbed[] | null {
    if (depth > DEEPEST || ++this.#steps > MOST) return null;
    const keys = new Set(paths.flatMap((p) => this.#inletsIn(p, "path")).map(keyOf));
    const open = this.#inletsIn(handler, "handler").filter((inlet) => keys.has(keyOf(inlet)));
    if (open.length === 0) return null;
    return open.flatMap((inlet) => {
      const step = `${inlet.root} ${inlet.path.join(".")}`;
      if (this.#way.has(step)) return [];
      this.#way.add(step);
      const found = this.#sitesOf(inlet).flatMap((site) => this.#from(site, inlet, paths, depth));
      this.#way.delete(step);
      return found;
    });
  }

  #from(site: Site, inlet: Inlet, paths: readonly Part[], depth: number): readonly Climbed[] {
    const next = argumentOf(inlet, site.args);
    if (next === null) return [];
    const nextPaths = paths.flatMap((p) => this.#inletsIn(p, "path")).flatMap((p) => (keyOf(p) === keyOf(inlet) ? (givenAt(p, site) ?? []) : []));
    const above = this.climb(next, nextPaths, depth + 1);
    // A function of its own that uses what it was given beside the path serves all the same.
    const isHandedOn = next.path.length > 0 || inletOf(this.#file, next.value) !== null;
    if (above !== null && (above.length > 0 || isHandedOn)) return above.map((c) => ({ ...c, sites: [...c.sites, site] }));
    return this.#valuesOf(next).flatMap((at) => (this.#file.get(entered)(at).ways.length > 0 ? [{ at, sites: [site] }] : []));
  }

  #valuesOf({ value, path }: Part): readonly ValueId[] {
    const [step, ...rest] = path;
    if (step === undefined) return [value];
    const of = this.#value(this.#file.get(flow).sameAs(value));
    const prop = of.kind === "object" ? of.props.findLast((p) => p.name === step) : undefined;
    return prop === undefined || prop.form === "get" || prop.form === "set" ? [] : this.#valuesOf({ value: prop.value, path: rest });
  }

  #inletsIn({ value, path }: Part, as: "handler" | "path"): readonly Inlet[] {
    if (path.length === 0) return this.#inlets(value, as);
    const inlet = inletOf(this.#file, value);
    if (inlet !== null) return [{ ...inlet, path: [...inlet.path, ...path] }];
    return this.#valuesOf({ value, path }).flatMap((v) => this.#inlets(v, as));
  }

  #inlets(id: ValueId, as: "handler" | "path", seen: Set<ValueId> = new Set()): readonly Inlet[] {
    const own = inletOf(this.#file, id);
    if (own !== null) return [own];
    if (seen.has(id)) return [];
    seen.add(id);
    const value = this.#value(id);
    // `this.queue` is another one in each object: who calls the method says what is done for it.
    if (as === "path" && (value.kind === "this" || (value.kind === "member" && this.#value(value.object).kind === "this"))) return [{ root: id, fn: methodAround(this.#file.facts, this.#file.facts.owner[id] as FnId), index: SELF, isRest: false, path: [] }];
    const on = (next: ValueId): readonly Inlet[] => this.#inlets(next, as, seen);
    switch (value.kind) {
      case "var": {
        const binding = this.#file.facts.bindings[value.binding];
        return binding === undefined ? [] : heldBy(binding, value.version).flatMap(on);
      }
      case "cast":
      case "default":
      case "spread":
        return on(value.of);
      case "choice":
        return [...on(value.then), ...on(value.otherwise)];
      case "logical":
        return [...on(value.left), ...on(value.right)];
      case "array":
        return value.items.flatMap((item) => (item === null ? [] : on(item)));
      case "call": {
        if (value.form !== undefined) return [];
        const callee = this.#value(value.callee);
        // Of an object with methods that make what a handler needs, `bind` alone gives the handler.
        const isOfIt = callee.kind === "member" && (as === "path" || callee.name === "bind");
        return [...(isOfIt ? on(callee.object) : []), ...value.args.flatMap(on)];
      }
      case "template":
        return as === "path" ? value.holes.flatMap(on) : [];
      case "binary":
        return as === "path" ? [...on(value.left), ...on(value.right)] : [];
      case "function":
        return as === "handler" ? this.#runIn(value.fn, id) : [];
      default:
        return [];
    }
  }

  /** What a function calls, or hands on, of what the functions around it were given: `(req, res) => run(handler, req, res)`. */
  #runIn(fn: FnId, id: ValueId): readonly Inlet[] {
    return callsWithin(this.#file, this.#file.span({ value: id })).flatMap((call) =>
      [call.target, ...call.value.args].flatMap((part) => {
        const inlet = inletOf(this.#file, part);
        const outer = inlet === null ? null : (inlet.fn ?? (this.#file.facts.owner[inlet.root] as FnId));
        return inlet !== null && outer !== null && outer !== fn && isInside(this.#file.facts, fn, outer) ? [inlet] : [];
      }),
    );
  }

  /** The calls, and the rows of a list, that give an inlet. */
  #sitesOf(inlet: Inlet): readonly Site[] {
    const { fn, root, path } = inlet;
    if (fn === null) {
      const element = this.#value(root);
      const owner = this.#file.facts.owner[root] as FnId;
      return element.kind === "element" ? this.#rows(element.of).map((row) => ({ fn: owner, element: root, args: [row], self: null })) : [];
    }
    const each = sitesOf(this.#file.facts).ofFunction(fn).flatMap(({ call, arg }) => {
      const of = this.#value(call);
      const callee = of.kind === "call" ? this.#value(of.callee) : undefined;
      return arg === 0 && callee?.kind === "member" && callee.name !== null && EACH.get(callee.name) === inlet.index ? [callee.object] : [];
    });
    if (each.length > 0) return each.flatMap((list) => this.#rows(list)).map((row) => ({ fn, element: null, args: [row], self: null }));
    return this.#file.get(callsTo)(fn).flatMap(({ args, target }): readonly Site[] => {
      const callee = this.#value(target);
      const self = callee.kind === "member" ? callee.object : null;
      const arg = args?.[inlet.index];
      if (args === null || arg === undefined) return [];
      // A table that is gone over: each of its rows is given.
      const rows = path.length === 0 || inlet.isRest ? [] : this.#tableOf(arg);
      if (rows.length === 0) return [{ fn, element: null, args, self }];
      return rows.map((row) => ({ fn, element: null, args: args.map((a, i) => (i === inlet.index ? row : a)), self }));
    });
  }

  /** The rows of the literal list that an element, or the parameter of a callback, is one of. */
  #tableOf(arg: ValueId): readonly ValueId[] {
    const inlet = inletOf(this.#file, arg);
    if (inlet === null || inlet.path.length > 0) return [];
    const element = this.#value(inlet.root);
    const site = inlet.fn === null ? undefined : sitesOf(this.#file.facts).ofFunction(inlet.fn)[0];
    const call = site === undefined ? undefined : this.#value(site.call);
    const callee = call?.kind === "call" ? this.#value(call.callee) : undefined;
    const list = element.kind === "element" ? element.of : callee?.kind === "member" && callee.name !== null && EACH.get(callee.name) === inlet.index ? callee.object : undefined;
    return list === undefined ? [] : this.#itemsOf(list);
  }

  #itemsOf(list: ValueId): readonly ValueId[] {
    const [source, ...others] = this.#file.get(flow).sources(list);
    const table = source === undefined || others.length > 0 ? undefined : this.#value(source);
    return table?.kind === "array" ? table.items.filter((item): item is ValueId => item !== null && this.#value(item).kind === "object") : [];
  }

  /** What is added to a list by whoever holds it. */
  #rows(list: ValueId): readonly ValueId[] {
    const answers = this.#file.get(flow);
    const same = answers.sameAs(list);
    const of = this.#value(same);
    const written = this.#value(list);
    const added = [
      ...(written.kind === "var" ? answers.elementWrites(written.binding) : []),
      ...(of.kind === "member" && of.name !== null ? this.#addedTo(of.object, of.name) : []),
    ];
    const rows = added.filter((row) => this.#value(row).kind === "object");
    return rows.length === 0 ? rows : [...this.#itemsOf(list), ...rows];
  }

  #addedTo(object: ValueId, name: string): readonly ValueId[] {
    const answers = this.#file.get(flow);
    const holder = this.#value(object);
    if (holder.kind === "var") return answers.partAdditions(holder.binding).filter((a) => a.name === name).map((a) => a.value);
    const cls: ClassId | null = holder.kind === "this" ? enclosingClass(this.#file.facts, this.#file.facts.owner[object] as FnId) : null;
    return cls === null ? [] : answers.fieldAdditions(cls, name);
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}

function givenAt(inlet: Inlet, { args, self }: Site): Part | null {
  if (inlet.index !== SELF) return argumentOf(inlet, args);
  return self === null ? null : { value: self, path: [] };
}

const keyOf = ({ fn, root }: Inlet): string => (fn === null ? `e${root}` : `f${fn}`);
