import type { BindingId, FnId, Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callsites } from "./callsites.js";
import { context } from "./context.js";
import { flow } from "./flow.js";
import { exportedNames } from "./links.js";
import { occurrences } from "./occurrences.js";

/** A method call of a chain. */
export interface Link {
  readonly name: string;
  readonly call: ValueId;
  readonly args: readonly ValueId[];
  /** Some roads go past it: `if (page) query = query.limit(10)`. */
  readonly isSometimes: boolean;
}

/** The calls that make one query, over statements and names. */
export interface Chain {
  readonly links: readonly Link[];
  /** Why more may be added where this file does not see; null if nothing can. */
  readonly open: string | null;
  /** It is awaited, or handed to who awaits it. Else it is a part of another query, or never run. */
  readonly runs: boolean;
}

/** Methods that run what was built, without adding to it. */
const RUNS = /^(?:then|catch|finally|exec|execute|toArray|all|asCallback|values|forEach|getMany|getRawMany)$/;
/** Those that give a promise whoever's builder it is: what comes after is about rows. */
const ENDS = /^(?:then|catch|finally|exec|execute|toArray|asCallback|getMany|getRawMany)$/;
const MOST = 400;

/** What was built before a call that runs it: `repo.createQueryBuilder("u").where(…).getMany()`. `changes`: calls change what they are called on. */
export function chainBefore(file: FileView, call: ValueId, changes = false): Chain {
  const walk = new Walk(file, call, changes);
  walk.back(call);
  return { links: walk.links, open: walk.open, runs: true };
}

/** What is built on from a call that begins it: `db("users").where(…)`, until it is awaited. */
export function chainFrom(file: FileView, call: ValueId): Chain {
  const walk = new Walk(file, call, true);
  walk.forth(call);
  return { links: walk.links, open: walk.open, runs: walk.runs || walk.links.some((l) => RUNS.test(l.name)) };
}

class Walk {
  readonly links: Link[] = [];
  open: string | null = null;
  runs = false;
  readonly #file: FileView;
  readonly #start: ValueId;
  readonly #changes: boolean;
  readonly #seen = new Set<ValueId>();
  readonly #names = new Set<BindingId>();

  constructor(file: FileView, start: ValueId, changes: boolean) {
    this.#file = file;
    this.#start = start;
    this.#changes = changes;
  }

  back(id: ValueId): void {
    if (this.#enter(id)) return;
    const value = this.#value(id);
    switch (value.kind) {
      case "call": {
        const callee = this.#value(value.callee);
        if (callee.kind === "member") {
          if (id !== this.#start) this.#link(callee.name, id, value.args);
          // A method of the team's own may have begun it: `this.lists.build(User, options)`.
          const own = this.#file.get(flow).functions(value.callee);
          for (const fn of own) for (const given of this.#file.get(flow).returns(fn)) this.back(given);
          if (own.length === 0) this.back(callee.object);
        } else if (value.form === undefined) this.#origins(id);
        return;
      }
      case "cast":
      case "await":
        this.back(value.of);
        return;
      case "assign":
        this.back(value.value);
        return;
      case "choice":
        this.back(value.then);
        this.back(value.otherwise);
        return;
      case "logical":
        this.back(value.left);
        this.back(value.right);
        return;
      case "var":
        this.#held(id, value.binding);
        return;
      case "param":
      case "member":
        this.#origins(id);
        if (this.#isBuilder(id)) this.open ??= "the query is begun where this file does not see";
        return;
      default:
        return;
    }
  }

  /** What a local function returns, a field holds, or callers give. */
  #origins(id: ValueId): void {
    for (const source of this.#file.get(flow).sources(id)) if (source !== id) this.back(source);
  }

  /** Every value of a name, and what is called on it in statements of its own. */
  #held(id: ValueId, binding: BindingId): void {
    if (this.#names.has(binding)) return;
    this.#names.add(binding);
    const fact = this.#file.facts.bindings[binding];
    if (fact?.from !== undefined) return;
    for (const version of fact?.versions ?? []) if (version.value !== undefined) this.back(version.value);
    if (!this.#isBuilder(id)) return;
    for (const read of this.#file.get(occurrences).reads(binding)) if (!this.#seen.has(read)) this.#further(read);
  }

  /** A builder that is held changes with each call on it: `query.take(10);`. Handed to a function, it may change there. */
  #further(id: ValueId): void {
    if (this.#enter(id)) return;
    for (const user of this.#file.get(occurrences).users(id)) {
      const value = this.#value(user);
      if (value.kind === "member" && value.object === id && this.#changes) {
        for (const call of this.#file.get(occurrences).users(user)) {
          const made = this.#value(call);
          if (made.kind !== "call" || made.callee !== user || call === this.#start || this.#seen.has(call)) continue;
          this.#link(value.name, call, made.args);
          this.#further(call);
        }
      } else if (value.kind === "call" && value.callee !== id && this.#isBuilder(id)) this.open ??= "the query is handed to another function, which may limit it";
      else if (value.kind === "cast") this.#further(user);
    }
  }

  #isBuilder(id: ValueId): boolean {
    const start = this.#value(this.#start);
    const callee = start.kind === "call" ? this.#value(start.callee) : undefined;
    if (callee?.kind !== "member") return false;
    const builders = this.#file.get(flow).symbols(callee.object).map((s) => s.text);
    return this.#file.get(flow).symbols(id).some((s) => builders.includes(s.text));
  }

  forth(id: ValueId): void {
    if (this.#enter(id)) return;
    const found = this.#file.get(occurrences);
    const users = found.users(id);
    for (const user of users) this.#usedBy(user, id);
    for (const { binding, version } of found.holders(id)) {
      if (this.#file.get(exportedNames).has(binding)) this.open ??= "other files may build on it";
      for (const read of found.reads(binding)) {
        const value = this.#value(read);
        if (value.kind === "var" && (value.version < 0 || value.version === version || this.#joins(binding, value.version, version, 0))) this.forth(read);
      }
    }
    if (users.length === 0) this.#returned(id);
  }

  #joins(binding: BindingId, read: number, version: number, depth: number): boolean {
    const of = this.#file.facts.bindings[binding]?.versions[read]?.of ?? [];
    return of.includes(version) || (depth < 8 && of.some((v) => this.#joins(binding, v, version, depth + 1)));
  }

  #usedBy(user: ValueId, id: ValueId): void {
    const value = this.#value(user);
    switch (value.kind) {
      case "member":
        for (const call of this.#file.get(occurrences).users(user)) {
          const made = this.#value(call);
          if (value.object !== id || made.kind !== "call" || made.callee !== user) continue;
          this.#link(value.name, call, made.args);
          if (!ENDS.test(value.name ?? "")) this.forth(call);
        }
        return;
      case "await":
        this.runs = true;
        return;
      case "element":
        this.runs = true;
        if (value.awaited) this.links.push({ name: "for await", call: user, args: [], isSometimes: false });
        return;
      case "cast":
      case "choice":
      case "logical":
      case "assign":
      case "sequence":
        this.forth(user);
        return;
      case "array":
        for (const outer of this.#file.get(occurrences).users(user)) if (this.#isPromise(outer)) this.runs = true;
        if (!this.runs) this.open ??= "the query is handed on in a list";
        return;
      case "call":
        if (this.#isPromise(user)) this.runs = true;
        else if (!this.#file.get(flow).symbols(value.callee).some((s) => s.leadsSomewhere)) this.open ??= "the query is handed to another function";
        return;
      default:
        this.open ??= "the query is handed on";
    }
  }

  /** Returned from an async function it runs; from another one, whoever calls it may build on. */
  #returned(id: ValueId): void {
    const { facts } = this.#file;
    if (this.#file.get(context).statement(id)?.kind !== "return") return;
    const owner = facts.owner[id] as FnId;
    const fn = facts.functions[owner];
    const type = fn?.returnType;
    if (fn?.async === true || (type?.t === "name" && type.name === "Promise")) {
      this.runs = true;
      return;
    }
    const all = this.#file.get(flow).callers(owner);
    // A method's calls are known by what they are called on, of which the program sees all there is.
    const callers = all === null && this.#file.isProgram ? this.#file.get(callsites)(owner) : all;
    if (callers === null || callers.length === 0) this.open ??= "whoever calls the function may build on it";
    else for (const caller of callers) this.forth(caller);
  }

  #isPromise(id: ValueId): boolean {
    const value = this.#value(id);
    const callee = value.kind === "call" ? this.#value(value.callee) : undefined;
    const object = callee?.kind === "member" ? this.#value(callee.object) : undefined;
    return object?.kind === "global" && object.name === "Promise";
  }

  #link(name: string | null, call: ValueId, args: readonly ValueId[]): void {
    if (name !== null) this.links.push({ name, call, args, isSometimes: this.#isSometimes(call) });
  }

  /** Around it stands a branch that does not stand around the start. */
  #isSometimes(call: ValueId): boolean {
    const where = this.#file.get(context);
    const { owner } = this.#file.facts;
    // In a function that begins the query for others, every branch is only some of its roads.
    const around = new Set(owner[call] !== owner[this.#start] ? [] : where.enclosing(this.#start).map((e) => `${e.statement.at} ${e.part}`));
    if (where.enclosing(call).some((e) => e.part !== "head" && e.statement.kind !== "block" && e.statement.kind !== "try" && !around.has(`${e.statement.at} ${e.part}`))) return true;
    for (let at: ValueId | null = call, up = where.parent(call); up !== null; at = up, up = where.parent(up)) {
      const value = this.#value(up);
      if (value.kind === "choice" && value.test !== at && !this.#contains(up)) return true;
    }
    return false;
  }

  /** Is the start itself inside of a value? */
  #contains(outer: ValueId): boolean {
    for (let at: ValueId | null = this.#start; at !== null; at = this.#file.get(context).parent(at)) if (at === outer) return true;
    return false;
  }

  #enter(id: ValueId): boolean {
    if (this.#seen.has(id) || this.#seen.size > MOST) return true;
    this.#seen.add(id);
    return false;
  }

  #value(id: ValueId): Value {
    return this.#file.facts.values[id] as Value;
  }
}
