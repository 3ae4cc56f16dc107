import type { Facts, FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { FunctionClasses } from "./function-classes.js";
import type { Occurrences } from "./occurrences.js";
import { enclosingClass, methodAround } from "./this-of.js";

export { enclosingClass, methodAround } from "./this-of.js";

export interface MemberWrite {
  readonly name: string;
  readonly value: ValueId;
  /** The assignment, or the call that does it. */
  readonly at: ValueId;
}

/** What a file's values do to each other at a distance: writes, results and calls, by what they are done to. */
export class Links {
  readonly functionClasses: FunctionClasses;
  readonly #facts: Facts;
  readonly #occurrences: Occurrences;
  readonly #returns = new Map<FnId, readonly ValueId[]>();
  readonly #memberWrites = new Map<number, MemberWrite[]>();
  readonly #elementWrites = new Map<number, ValueId[]>();
  readonly #fieldWrites = new Map<string, ValueId[]>();
  readonly #partAdditions = new Map<number, MemberWrite[]>();
  readonly #fieldAdditions = new Map<string, ValueId[]>();
  readonly #callers = new Map<FnId, readonly ValueId[] | null>();
  #modulesOwn: ReadonlyMap<ValueId, number> | undefined;
  #ownExports: Map<string, ValueId[]> | undefined;
  #bindingsOf: ReadonlyMap<FnId, readonly number[]> | undefined;
  #memberCalls: Map<string | null, ValueId[]> | undefined;
  #exported: ReadonlySet<number | undefined> | undefined;
  #statics: ReadonlySet<FnId | null> | undefined;

  constructor(facts: Facts, found: Occurrences) {
    this.#facts = facts;
    this.#occurrences = found;
    this.functionClasses = new FunctionClasses(facts);
    facts.values.forEach((value, id) => {
      if (value.kind === "call") this.#adds(value, id);
      else if (value.kind === "assign" && value.target !== null && "member" in value.target) this.#write(value.target.member, value.value, id);
    });
  }

  #adds({ callee, args }: Value & { kind: "call" }, at: ValueId): void {
    const method = args.length === 0 ? undefined : this.#facts.values[callee];
    if (method?.kind !== "member" || method.name === null) return;
    if (method.name === "assign") this.#assigned(method.object, args, at);
    if (!ADDS.has(method.name)) return;
    const list = this.#facts.values[method.object];
    if (list?.kind === "var") listAt(this.#elementWrites, list.binding).push(args.at(-1) as ValueId);
    else if (list?.kind === "member") this.#added(list, args.at(-1) as ValueId, at);
  }

  /** `Object.assign(answer, { detail })` */
  #assigned(object: ValueId, [target, ...given]: readonly ValueId[], at: ValueId): void {
    const of = this.#facts.values[object];
    const to = target === undefined ? undefined : this.#facts.values[target];
    if (of?.kind !== "global" || of.name !== "Object" || to?.kind !== "var") return;
    for (const arg of given) {
      const made = this.#facts.values[arg];
      for (const prop of made?.kind === "object" ? made.props : []) if (prop.name !== null && prop.form !== "get" && prop.form !== "set") listAt(this.#memberWrites, to.binding).push({ name: prop.name, value: prop.value, at });
    }
  }

  /** `store.items.push(value)`, `this.items[key] = value` */
  #added({ object, name }: Value & { kind: "member" }, value: ValueId, at: ValueId): void {
    const holder = this.#facts.values[object];
    if (name === null) return;
    if (holder?.kind === "var") listAt(this.#partAdditions, holder.binding).push({ name, value, at });
    else if (holder?.kind === "this") {
      const fn = this.#facts.owner[at] as FnId;
      const cls = enclosingClass(this.#facts, fn);
      if (cls !== null) listAt(this.#fieldAdditions, fieldKey(cls, this.isStatic(fn), name)).push(value);
    }
  }

  #write(member: ValueId, value: ValueId, at: ValueId): void {
    const target = this.#facts.values[member];
    if (target?.kind !== "member") return;
    const object = this.#facts.values[target.object];
    if (object?.kind === "var") {
      if (target.name === null) listAt(this.#elementWrites, object.binding).push(value);
      else listAt(this.#memberWrites, object.binding).push({ name: target.name, value, at });
      if (target.name === "prototype") this.#wholePrototype(object.binding, value);
    } else if (object?.kind === "member" && object.name === "prototype" && target.name !== null) {
      const made = this.#facts.values[object.object];
      if (made?.kind === "var") this.functionClasses.writesPrototype(made.binding, target.name, value);
    } else if (object?.kind === "this" && target.name !== null) {
      const fn = this.#facts.owner[at] as FnId;
      const cls = enclosingClass(this.#facts, fn);
      if (cls !== null) listAt(this.#fieldWrites, fieldKey(cls, this.isStatic(fn), target.name)).push(value);
      else this.functionClasses.writes(target.name, value, fn);
    }
  }

  #wholePrototype(binding: number, value: ValueId): void {
    const whole = this.#facts.values[value];
    if (whole?.kind === "object") for (const prop of whole.props) if (prop.name !== null) this.functionClasses.writesPrototype(binding, prop.name, prop.value);
  }

  returns(fn: FnId): readonly ValueId[] {
    let known = this.#returns.get(fn);
    if (!known) {
      const found: ValueId[] = [];
      eachStatement(fn > 0 ? (this.#facts.functions[fn]?.body ?? []) : [], (s) => {
        if (s.kind === "return" && s.value !== null) found.push(s.value);
      });
      this.#returns.set(fn, (known = found));
    }
    return known;
  }

  memberWrites(binding: number): readonly MemberWrite[] {
    return this.#memberWrites.get(binding) ?? [];
  }

  /** What a module writes to an object of its own, by the name that it has there: `const api = {}; api.run = …; module.exports = api`. Whoever loads it has another name for it. */
  writtenAtHome(object: ValueId, reader: number | null): readonly MemberWrite[] {
    const name = (this.#modulesOwn ??= this.#objectsOfModules()).get(object);
    return name === undefined || name === reader ? [] : this.memberWrites(name);
  }

  /** What the CommonJS module that a value stands in exports under a name (`=`: in place of names). */
  exportedBeside(at: ValueId, name: string): readonly ValueId[] {
    if (this.#ownExports === undefined) {
      this.#ownExports = new Map();
      for (const { name, value } of this.#facts.exports) if (value !== undefined) listAt(this.#ownExports, `${this.#moduleAround(value)} ${name}`).push(value);
    }
    return this.#ownExports.get(`${this.#moduleAround(at)} ${name}`) ?? [];
  }

  #moduleAround(id: ValueId): FnId {
    let at = this.#facts.owner[id] as FnId;
    while (!isModule(this.#facts, at)) at = this.#facts.functions[at]?.parent ?? 0;
    return at;
  }

  #objectsOfModules(): Map<ValueId, number> {
    const found = new Map<ValueId, number>();
    for (const binding of this.#memberWrites.keys()) {
      const of = this.#facts.bindings[binding];
      const [only, ...more] = of?.versions ?? [];
      if (of === undefined || only?.value === undefined || more.length > 0 || !isModule(this.#facts, of.fn)) continue;
      if (this.#facts.values[only.value]?.kind === "object") found.set(only.value, binding);
    }
    return found;
  }

  /** What is pushed into, added to or set in a list that a name holds. */
  elementWrites(binding: number): readonly ValueId[] {
    return this.#elementWrites.get(binding) ?? [];
  }

  /** `this.name = value`. */
  fieldWrites(cls: number, isStatic: boolean, name: string): readonly ValueId[] {
    return this.#fieldWrites.get(fieldKey(cls, isStatic, name)) ?? [];
  }

  /** What is pushed into or set in the list under a name of what a binding holds. */
  partAdditions(binding: number): readonly MemberWrite[] {
    return this.#partAdditions.get(binding) ?? [];
  }

  /** The same of the list that a field of an instance holds. */
  fieldAdditions(cls: number, name: string): readonly ValueId[] {
    return this.#fieldAdditions.get(fieldKey(cls, false, name)) ?? [];
  }

  /** Does `this` in it mean the class itself? */
  isStatic(fn: FnId): boolean {
    const around = methodAround(this.#facts, fn);
    this.#statics ??= new Set(this.#facts.classes.flatMap((cls) => cls.members.flatMap((m) => (m.static ? [m.fn] : []))));
    return this.#facts.functions[around]?.kind === "static" || this.#statics.has(around);
  }

  /** The object literal whose method (or function property) sees this `this`; null in classes and plain functions. */
  objectOf(fn: FnId): ValueId | null {
    const around = methodAround(this.#facts, fn);
    const value = this.#facts.functions[around]?.cls == null ? this.#occurrences.valueOf(around) : null;
    const parent = value === null ? null : this.#occurrences.parent(value);
    const holder = parent === null ? undefined : this.#facts.values[parent];
    return holder?.kind === "object" ? parent : holder?.kind === "assign" ? this.#puts(holder) : null;
  }

  /** `exports.save = function () { this.check(); }`: what it is put into. What is put into a `prototype` is a class's. */
  #puts({ target }: Value & { kind: "assign" }): ValueId | null {
    const member = target !== null && "member" in target ? this.#facts.values[target.member] : undefined;
    const into = member?.kind === "member" ? this.#facts.values[member.object] : undefined;
    return member?.kind !== "member" || (into?.kind === "member" && into.name === "prototype") ? null : member.object;
  }

  /** Every call that may call the function; null if it can be called from elsewhere too. */
  callers(fn: FnId): readonly ValueId[] | null {
    let known = this.#callers.get(fn);
    if (known === undefined) this.#callers.set(fn, (known = this.#findCallers(fn)));
    return known;
  }

  #findCallers(fn: FnId): readonly ValueId[] | null {
    const value = this.#occurrences.valueOf(fn);
    const inline = value === null ? [] : this.#calls(value);
    if (inline.length > 0) return inline;
    const bindings = (this.#bindingsOf ??= this.#namesOfFunctions()).get(fn);
    this.#exported ??= openExports(this.#facts);
    if (bindings === undefined) return null;
    const names = [...bindings];
    const found: ValueId[] = [];
    for (const name of names) {
      if (this.#exported.has(name)) return null;
      for (const read of this.#occurrences.reads(name)) {
        if (this.#facts.handedOn?.has(read) || this.#isAsked(read)) continue;
        const calls = this.#calls(read);
        const alias = calls.length === 0 ? this.#aliasOf(read) : null;
        if (alias !== null) {
          if (!names.includes(alias)) names.push(alias);
          continue;
        }
        // Read other than to be called: nobody knows who calls it then.
        if (calls.length === 0) return null;
        found.push(...calls);
      }
    }
    return found.sort((a, b) => a - b);
  }

  /** `x instanceof F` and `F.prototype.m = …` call nothing. */
  #isAsked(read: ValueId): boolean {
    const users = this.#occurrences.users(read);
    return users.length > 0 && users.every((user) => {
      const value = this.#facts.values[user];
      return (value?.kind === "binary" && value.op === "instanceof") || (value?.kind === "member" && value.name === "prototype");
    });
  }

  /** `const g = f`: another name, and nothing but a name. */
  #aliasOf(read: ValueId): number | null {
    const holders = this.#occurrences.holders(read);
    const [holder] = holders;
    if (holder === undefined || holders.length > 1 || this.#occurrences.users(read).length > 0) return null;
    return this.#facts.bindings[holder.binding]?.versions.length === 1 ? holder.binding : null;
  }

  /** The calls of members of this name. */
  memberCalls(name: string | null): readonly ValueId[] {
    if (this.#memberCalls === undefined) {
      const found = (this.#memberCalls = new Map<string | null, ValueId[]>());
      this.#facts.values.forEach((value, id) => {
        const callee = value.kind === "call" && value.form === undefined ? this.#facts.values[value.callee] : undefined;
        if (callee?.kind === "member") listAt(found, callee.name).push(id);
      });
    }
    return this.#memberCalls.get(name) ?? [];
  }

  /** Where a function calls what it is given as a parameter. */
  paramCalls(fn: FnId, index: number): readonly ValueId[] {
    const binding = this.#facts.functions[fn]?.params[index]?.binding ?? null;
    return binding === null ? [] : this.#occurrences.reads(binding).flatMap((read) => this.#calls(read));
  }

  /** The calls of this very value. */
  #calls(callee: ValueId): readonly ValueId[] {
    return this.#occurrences.users(callee).filter((user) => {
      const value = this.#facts.values[user];
      return value?.kind === "call" && value.callee === callee;
    });
  }

  /** The names that stand for one function, or for a class with its constructor. */
  #namesOfFunctions(): ReadonlyMap<FnId, readonly number[]> {
    const facts = this.#facts;
    const declared = new Set<ValueId>();
    for (const fn of facts.functions) {
      eachStatement(fn.body, (s) => {
        if (s.kind === "declare") declared.add(s.value);
      });
    }
    const found = new Map<FnId, number[]>();
    facts.bindings.forEach((binding, id) => {
      const only = binding.versions.length === 1 ? binding.versions[0]?.value : undefined;
      const value = only === undefined ? undefined : facts.values[only];
      const fn = value?.kind === "function" ? value.fn : value?.kind === "class" ? facts.classes[value.cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn : null;
      // The inner name of an expression: who calls it there says nothing of who else has the value.
      const isOwnName = only !== undefined && (binding.kind === "function" || binding.kind === "class") && !declared.has(only);
      if (fn != null && !isOwnName) listAt(found, fn).push(id);
    });
    return found;
  }
}

const ADDS = new Set(["push", "unshift", "add", "set"]);

const fieldKey = (cls: number, isStatic: boolean, name: string): string => `${cls}${isStatic ? "::" : "."}${name}`;

/** The names that others than this file, or this program, may import. */
export function openExports(facts: Facts): ReadonlySet<number | undefined> {
  return new Set(facts.exports.filter((e) => e.linked !== true).map((e) => e.binding));
}

export const exportedNames: Answer<ReadonlySet<number | undefined>> = { name: "exported names", of: ({ facts }) => openExports(facts) };

/** Is this function the top level of a file? */
export const isModule = (facts: Facts, fn: FnId): boolean => facts.functions[fn]?.kind === "module";

/** Is it the outer function, or one in it? */
export function isInside(facts: Facts, fn: FnId, outer: FnId): boolean {
  for (let at: FnId | null = fn; at !== null; at = facts.functions[at]?.parent ?? null) if (at === outer) return true;
  return false;
}

/** Every statement of a body, inner ones included, functions inside not. */
export function eachStatement(body: FunctionFact["body"], visit: (s: Statement) => void): void {
  for (const s of body) {
    visit(s);
    switch (s.kind) {
      case "if":
        eachStatement(s.then, visit);
        eachStatement(s.otherwise, visit);
        break;
      case "loop":
        eachStatement(s.init, visit);
        eachStatement(s.body, visit);
        break;
      case "try":
        eachStatement(s.body, visit);
        if (s.handler) eachStatement(s.handler.body, visit);
        if (s.finalizer) eachStatement(s.finalizer, visit);
        break;
      case "switch":
        for (const c of s.cases) eachStatement(c.body, visit);
        break;
      case "block":
        eachStatement(s.body, visit);
        break;
    }
  }
}

