import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import { enclosingClass, type Links } from "./links.js";
import type { Parts } from "./parts.js";
import { sitesOf } from "./sites.js";

/** As much of the sources as is asked here. */
interface Who {
  readonly links: Links;
  readonly parts: { of(object: ValueId, name: string | null): Parts | null };
  functions(value: ValueId): readonly FnId[];
  sameAs(value: ValueId): ValueId;
}

/** Methods of a builder of procedures that take a function with `ctx` in its first parameter. */
const TAKES = new Set(["query", "mutation", "subscription", "use", "middleware", "action"]);
/** What a request carries from function to function: `ctx.state.user`, `res.locals.db`, `c.var.db`. */
const BAGS = new Set(["state", "locals", "var"]);
const SERVES_GRAPHQL = /^(?:@apollo\/server|apollo-server|graphql-yoga|mercurius|graphql-http|express-graphql|@as-integrations\/)/;
/** Packages whose applications carry what plugins give them. */
const DECORATES = /^@?fastify(?:-|\/|$)|^elysia$/;
/** A context that is made in so many places says nothing of one function's. */
const MOST = 40;

/**
 * What one function puts into the context of a request and another finds there, matched by name over the whole program:
 * a framework hands it on, and no call says so. Who runs before whom is not asked.
 */
export class Contexts {
  readonly #facts: Facts;
  readonly #who: Who;
  #made: readonly ValueId[] | undefined;
  #served: readonly ValueId[] | undefined;
  #put: ReadonlyMap<string, readonly ValueId[]> | undefined;
  #decorated: ReadonlyMap<string, readonly ValueId[]> | undefined;

  constructor(facts: Facts, who: Who) {
    this.#facts = facts;
    this.#who = who;
  }

  /** What a member of a context, or the context itself, may hold. */
  ofMember({ object, name }: Value & { kind: "member" }): readonly ValueId[] {
    if (name === null) return [];
    const of = this.#value(this.#who.sameAs(object));
    if (name === "ctx" && this.#isTaken(of)) return this.#contexts();
    const hung = this.#hung().get(name);
    if (hung !== undefined && (this.#isGiven(object) || this.#isApp(object) || (of.kind === "this" && enclosingClass(this.#facts, this.#facts.owner[object] as FnId) === null))) return hung;
    if (this.#isResolvers(of)) return this.#queried().flatMap((made) => this.#who.parts.of(made, name)?.values ?? []);
    return of.kind === "member" && of.name !== null && BAGS.has(of.name) && this.#isGiven(of.object) ? this.#puts().get(name) ?? [] : [];
  }

  /** `c.get("db")` */
  ofCall({ callee, args }: Value & { kind: "call" }): readonly ValueId[] {
    const of = this.#value(callee);
    const name = args.length === 1 && of.kind === "member" && of.name === "get" ? this.#text(args[0] as ValueId) : null;
    return name !== null && of.kind === "member" && this.#isGiven(of.object) ? this.#puts().get(name) ?? [] : [];
  }

  /** The first parameter of a function that is given to a builder of procedures. */
  #isTaken(of: Value): boolean {
    return of.kind === "param" && of.index === 0 && sitesOf(this.#facts).ofFunction(of.fn).some(({ call, path }) => {
      const value = this.#value(call);
      const callee = value.kind === "call" ? this.#value(value.callee) : undefined;
      return path.length === 0 && callee?.kind === "member" && callee.name !== null && TAKES.has(callee.name);
    });
  }

  /** What `createContext` of a server gives, and what middleware hands to `next({ ctx })`. */
  #contexts(): readonly ValueId[] {
    if (this.#made !== undefined) return this.#made;
    // While it is worked out: what middleware hands on holds what it was given.
    this.#made = [];
    const found = new Set<ValueId>();
    for (const value of this.#facts.values) {
      if (value.kind !== "call") continue;
      const callee = this.#value(value.callee);
      const isNext = (callee.kind === "member" ? callee.name : callee.kind === "var" ? this.#facts.bindings[callee.binding]?.name : null) === "next";
      for (const arg of value.args) {
        const object = this.#value(arg);
        for (const prop of object.kind === "object" ? object.props : []) {
          if (isNext && prop.name === "ctx") found.add(prop.value);
          else if (prop.name === "createContext") for (const fn of this.#who.functions(prop.value)) for (const made of this.#who.links.returns(fn)) found.add(made);
        }
      }
    }
    return (this.#made = found.size > MOST ? [] : [...found]);
  }

  /** `(parent, args, context)` of a function that nobody calls by its name, where a server of GraphQL makes contexts. */
  #isResolvers(of: Value): boolean {
    return of.kind === "param" && of.index === 2 && !of.rest && (this.#facts.functions[of.fn]?.params.length ?? 0) <= 4 && this.#queried().length > 0 && (this.#who.links.callers(of.fn) ?? []).length === 0;
  }

  /** What `context` of a server of GraphQL gives. */
  #queried(): readonly ValueId[] {
    if (this.#served !== undefined) return this.#served;
    this.#served = [];
    const found = new Set<ValueId>();
    for (const value of this.#facts.imports.some(({ module }) => SERVES_GRAPHQL.test(module)) ? this.#facts.values : []) {
      for (const arg of value.kind === "call" ? value.args : []) {
        const object = this.#value(arg);
        for (const prop of object.kind === "object" ? object.props : []) {
          if (prop.name !== "context") continue;
          if (this.#value(this.#who.sameAs(prop.value)).kind === "object") found.add(prop.value);
          for (const fn of this.#who.functions(prop.value)) for (const made of this.#who.links.returns(fn)) found.add(made);
        }
      }
    }
    return (this.#served = found.size > MOST ? [] : [...found]);
  }

  /** What is put into contexts, by name: `c.set("db", db)`, `ctx.state.db = db`. */
  #puts(): ReadonlyMap<string, readonly ValueId[]> {
    if (this.#put !== undefined) return this.#put;
    const found = new Map<string, ValueId[]>();
    for (const call of this.#who.links.memberCalls("set")) {
      const { callee, args } = this.#value(call) as Value & { kind: "call" };
      const name = args.length === 2 ? this.#text(args[0] as ValueId) : null;
      const of = this.#value(callee);
      if (name !== null && of.kind === "member" && (this.#isGiven(of.object) || this.#isApp(of.object))) listAt(found, name).push(args[1] as ValueId);
    }
    for (const value of this.#facts.values) {
      const target = value.kind === "assign" && value.target !== null && "member" in value.target ? this.#value(value.target.member) : undefined;
      const bag = target?.kind === "member" ? this.#value(target.object) : undefined;
      if (value.kind === "assign" && target?.kind === "member" && target.name !== null && bag?.kind === "member" && bag.name !== null && BAGS.has(bag.name) && (this.#isGiven(bag.object) || this.#isApp(bag.object))) listAt(found, target.name).push(value.value);
    }
    for (const [name, list] of found) if (list.length > MOST) found.delete(name);
    return (this.#put = found);
  }

  /** What plugins hang on an application, its requests and its answers, by name: `app.decorate("db", db)`. */
  #hung(): ReadonlyMap<string, readonly ValueId[]> {
    if (this.#decorated !== undefined) return this.#decorated;
    const found = new Map<string, ValueId[]>();
    for (const verb of this.#facts.imports.some(({ module }) => DECORATES.test(module)) ? ["decorate", "decorateRequest", "decorateReply"] : []) {
      for (const call of this.#who.links.memberCalls(verb)) {
        const { args } = this.#value(call) as Value & { kind: "call" };
        const name = args.length > 1 ? this.#text(args[0] as ValueId) : null;
        if (name !== null) listAt(found, name).push(args[1] as ValueId);
      }
    }
    return (this.#decorated = found);
  }

  /** A parameter as it stands, or its `app`: of a list or a map that the program makes, its own calls say what it holds. */
  #isGiven(id: ValueId): boolean {
    const of = this.#value(this.#who.sameAs(id));
    return of.kind === "param" || (of.kind === "member" && (of.name === "app" || of.name === "server") && this.#value(this.#who.sameAs(of.object)).kind === "param");
  }

  /** `express()`, whose settings and locals every request can read; `fastify()`, which has what plugins hang on it. */
  #isApp(id: ValueId): boolean {
    const of = this.#value(this.#who.sameAs(id));
    const callee = of.kind === "call" ? this.#value(of.callee) : undefined;
    const from = callee?.kind === "var" ? this.#facts.bindings[callee.binding]?.from : undefined;
    return from !== undefined && /^(?:express|fastify)$/.test(this.#facts.imports[from.import]?.module ?? "");
  }

  #text(id: ValueId): string | null {
    const of = this.#value(id);
    return of.kind === "literal" && typeof of.value === "string" ? of.value : null;
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}
