import type { CallValue, ClassId, FnId, Statement, Value, ValueId } from "../core/facts.js";
import type { Answer } from "../core/rule.js";
import { listAt } from "../core/lists.js";
import { eachStatement, enclosingClass } from "./flow.js";
import { ANY, type Token } from "./heap.js";
import { methodOfEmitter } from "./emitters.js";
import { ImplicitRuns } from "./implicit-runs.js";
import { borrowed, madeByLanguage, madeOf, methodOfLanguage } from "./language-calls.js";
import { staticOfLanguage } from "./language-statics.js";
import { isModule, methodAround } from "./links.js";
import { INDEX, LISTS, type Ran, Running } from "./object-runs.js";
import { heldBy } from "./held.js";
import { Undeclared } from "./undeclared.js";

/**
 * Who is called by what objects hold: writes through other names, prototypes, iterators, arguments, what promises and
 * lists carry. It knows no order and no contexts, so it is asked only where nothing better says who is called.
 */
export const objectCalls: Answer<readonly Ran[]> = { name: "calls by objects", of: (file) => new Objects(file).run() };

/** One of so many that the same place runs. */
export interface OneRan extends Ran {
  readonly of: number;
}

/** The same by the function in which it happens. */
export const objectRuns: Answer<(by: FnId) => readonly OneRan[]> = {
  name: "calls by objects of a function",
  of(file) {
    const all = file.get(objectCalls);
    const counts = new Map<ValueId, number>();
    for (const { at } of all) counts.set(at, (counts.get(at) ?? 0) + 1);
    const found: OneRan[][] = [];
    for (const ran of all) (found[file.facts.owner[ran.at] as FnId] ??= []).push({ ...ran, of: counts.get(ran.at) as number });
    return (by) => found[by] ?? NONE;
  },
};

const NONE: readonly OneRan[] = [];

/** What may be so many things is most likely none of them, but a text. */
const MOST_CONVERSIONS = 6;

class Objects extends Running {
  /** Members that are only written. */
  readonly #written = new Set<ValueId>();
  /** The blocks of a class that run when it is made. */
  readonly #statics = new Map<ClassId, FnId[]>();

  run(): readonly Ran[] {
    for (const value of this.facts.values) if (value.kind === "assign" && value.op === "=" && value.target !== null && "member" in value.target) this.#written.add(value.target.member);
    this.facts.functions.forEach((fn, id) => {
      if (fn.kind === "fields" && fn.cls !== null) this.fieldsOf.set(fn.cls, id);
      if (fn.kind === "static" && fn.cls !== null) listAt(this.#statics, fn.cls).push(id);
      eachStatement(fn.body, (s) => this.#statement(s, id));
    });
    this.facts.classes.forEach((_, cls) => this.#class(cls));
    const undeclared = new Undeclared(this.facts);
    this.facts.values.forEach((value, id) => {
      this.#value(value, id);
      if (value.kind === "global") for (const written of undeclared.of(id, value.name)) this.heap.flows(written, id);
    });
    new ImplicitRuns(this).all();
    this.heap.solve();
    const all = [...this.ranAt.values()];
    const conversions = new Map<ValueId, number>();
    for (const { at, how } of all) if (how === "conversion") conversions.set(at, (conversions.get(at) ?? 0) + 1);
    return all.filter(({ at, how }) => how !== "conversion" || (conversions.get(at) as number) <= MOST_CONVERSIONS);
  }

  #statement(s: Statement, fn: FnId): void {
    if (s.kind === "return" && s.value !== null) this.heap.flows(s.value, this.returnOf(fn));
  }

  #class(cls: ClassId): void {
    const { heap } = this;
    const self = heap.token("class", cls);
    const proto = heap.token("proto", cls);
    const made = heap.token("instance", cls);
    heap.add(heap.field(self, "prototype"), proto);
    heap.add(heap.field(proto, "constructor"), self);
    heap.inherits(made, proto);
    const fact = this.facts.classes[cls];
    if (fact?.extends != null) {
      heap.each(fact.extends, (base) => {
        heap.inherits(self, base);
        heap.each(this.prototypeOf(base), (above) => heap.inherits(proto, above));
      });
    }
    const fields = this.fieldsOf.get(cls);
    if (fields !== undefined) heap.add(this.thisOf(fields), made);
    for (const { name, key, kind, static: isStatic, fn, value } of fact?.members ?? []) {
      const called = this.nameOf(name, key);
      const holder = isStatic ? self : proto;
      if (fn !== null) heap.add(this.thisOf(fn), isStatic ? self : made);
      if (called === null || kind === "constructor") continue;
      if (fn !== null && kind !== "field") for (const of of this.standIns(fn)) heap.define(holder, called, heap.token("function", of), kind === "getter" || kind === "setter" ? kind : "value");
      else if (value !== null) heap.flows(value, heap.field(isStatic ? self : made, called));
    }
    for (const of of this.#statics.get(cls) ?? []) heap.add(this.thisOf(of), self);
    this.#properties(this.constructorOf(cls));
  }

  /** `constructor(private readonly repo: Repo)` */
  #properties(constructor: FnId | null): void {
    if (constructor === null) return;
    for (const { property, binding, value } of this.facts.functions[constructor]?.params ?? []) {
      const name = property && binding !== null ? this.facts.bindings[binding]?.name : undefined;
      if (name !== undefined) this.heap.each(this.thisOf(constructor), (self) => this.heap.flows(value, this.heap.field(self, name)));
    }
  }

  #value(value: Value, id: ValueId): void {
    const { heap } = this;
    switch (value.kind) {
      case "function":
        return heap.add(id, heap.token("function", value.fn));
      case "class":
        return heap.add(id, heap.token("class", value.cls));
      case "var": {
        const binding = this.facts.bindings[value.binding];
        if (binding) for (const held of heldBy(binding, value.version)) heap.flows(held, id);
        return;
      }
      case "global":
        if (value.name === "exports") this.#exports(id);
        if (value.name === "arguments") heap.add(id, heap.token("arguments", methodAround(this.facts, this.facts.owner[id] as FnId)));
        return;
      case "this": {
        const around = methodAround(this.facts, this.facts.owner[id] as FnId);
        // Of a CommonJS module: what it exports, to begin with.
        if (isModule(this.facts, around)) heap.add(this.thisOf(around), heap.token("module", around));
        return heap.flows(this.thisOf(around), id);
      }
      case "super": {
        const cls = enclosingClass(this.facts, this.facts.owner[id] as FnId);
        const base = cls === null ? null : (this.facts.classes[cls]?.extends ?? null);
        if (base !== null) heap.flows(base, id);
        return;
      }
      case "cast":
      case "await":
        return heap.flows(value.of, id);
      case "choice":
        heap.flows(value.then, id);
        return heap.flows(value.otherwise, id);
      case "logical":
        if (value.op !== "&&") heap.flows(value.left, id);
        return heap.flows(value.right, id);
      case "sequence": {
        const last = value.items.at(-1);
        return last === undefined ? undefined : heap.flows(last, id);
      }
      case "default":
        heap.flows(value.of, id);
        return heap.flows(value.fallback, id);
      case "assign":
        heap.flows(value.value, id);
        if (value.target !== null && "member" in value.target) this.#write(value.target.member, value.value);
        return;
      case "object":
        return this.#object(value, id);
      case "array": {
        const list = heap.token("list", id);
        heap.add(id, list);
        let isAfterSpread = false;
        value.items.forEach((item, i) => {
          const of = item === null ? null : this.value(item);
          if (of?.kind === "spread") {
            isAfterSpread = true;
            this.elements(of.of, heap.field(list, ANY), of.of);
          } else if (item !== null) heap.flows(item, heap.field(list, isAfterSpread ? ANY : String(i)));
        });
        return;
      }
      case "member":
        return this.#written.has(id) ? undefined : this.#member(value, id);
      case "element":
        return this.elements(value.of, id, value.of);
      case "rest":
        return this.#rest(value, id);
      case "yield": {
        const of = this.facts.owner[id] as FnId;
        const out = this.yieldOf(of);
        if (value.of !== null && value.delegate) {
          this.elements(value.of, out, value.of);
          // `const last = yield* other()`: what the other returns.
          heap.each(value.of, (token) => heap.what(token).kind === "generator" && heap.flows(this.returnOf(heap.what(token).id), id));
        }
        else if (value.of !== null) heap.flows(value.of, out);
        return value.delegate ? undefined : heap.flows(heap.field(heap.token("generator", of), "@@sent"), id);
      }
      case "call":
        return this.#call(value, id);
    }
  }

  #object(object: Value & { kind: "object" }, id: ValueId): void {
    const { heap } = this;
    const self = heap.token("object", id);
    heap.add(id, self);
    const last = new Map(object.props.map((prop) => [prop.name, prop]));
    for (const prop of object.props) {
      const { name, key, value, form } = prop;
      // Of several properties of one name the last is there.
      if (name !== null && form !== "get" && form !== "set" && last.get(name) !== prop) continue;
      if (form === "spread") {
        heap.each(value, (from) => this.copy(from, self, id));
        continue;
      }
      const called = this.nameOf(name, key);
      const held = this.value(value);
      if (held.kind === "function") heap.add(this.thisOf(held.fn), self);
      if (called === "__proto__") heap.each(value, (proto) => heap.inherits(self, proto));
      else if ((form === "get" || form === "set") && held.kind === "function" && called !== null) heap.define(self, called, heap.token("function", held.fn), form === "get" ? "getter" : "setter");
      else {
        if (called !== null) heap.hides(self, called);
        if (held.kind !== "literal" && held.kind !== "template") heap.flows(value, heap.field(self, called ?? ANY));
      }
    }
  }

  #rest(value: Value & { kind: "rest" }, id: ValueId): void {
    const { heap } = this;
    const made = heap.token("list", id);
    heap.add(id, made);
    heap.each(value.of, (from) => {
      const { kind } = heap.what(from);
      if (kind !== "list" && kind !== "arguments") return this.copy(from, made, id, value.without);
      heap.eachField(from, (name, node) => {
        const index = INDEX.test(name) ? Number(name) - value.without.length : -1;
        if (index >= 0) heap.flows(node, heap.field(made, String(index)));
        else if (name === ANY) heap.flows(node, heap.field(made, ANY));
      });
    });
  }

  /** What a CommonJS module exports, as its own functions see it. */
  #exports(id: ValueId): void {
    const module = this.#moduleAround(id);
    const node = this.thisOf(module);
    this.heap.add(node, this.heap.token("module", module));
    this.heap.flows(node, id);
  }

  #moduleAround(id: ValueId): FnId {
    let at = this.facts.owner[id] as FnId;
    while (!isModule(this.facts, at)) at = this.facts.functions[at]?.parent ?? 0;
    return at;
  }

  /** `module.exports` */
  #isExports({ name, object }: Value & { kind: "member" }): boolean {
    const of = this.value(object);
    return name === "exports" && of.kind === "global" && of.name === "module";
  }

  #member(value: Value & { kind: "member" }, id: ValueId): void {
    if (this.#isExports(value)) this.#exports(id);
    for (const name of this.namesOf(value.name, value.key)) this.#read(value, name, id);
  }

  #read(value: Value & { kind: "member" }, name: string | null, id: ValueId): void {
    const { heap } = this;
    // `super.m` looks in what the class's instances inherit.
    const isSuper = this.value(value.object).kind === "super";
    const around = methodAround(this.facts, this.facts.owner[id] as FnId);
    if (isSuper && enclosingClass(this.facts, around) === null) return heap.each(this.thisOf(around), (self) => heap.readAbove(self, name, id, (getter, by, into) => this.got(id, getter, by, into)));
    const isOfList = name !== null && this.isOfList(value.object, name);
    heap.each(value.object, (object) => {
      if (isOfList && !LISTS.has(heap.what(object).kind)) return;
      if (isSuper && !this.#isStatic(id)) return heap.each(this.prototypeOf(object), (proto) => this.get(proto, name, id, id));
      if (name === "__proto__" || name === "prototype") {
        if (name === "prototype") return heap.flows(this.prototypeOf(object), id);
      }
      this.get(object, name, id, id);
      // `const [first] = thing`
      if (name !== null && INDEX.test(name) && heap.what(object).kind !== "list") this.iterator(object, "@@iterator", id, value.object);
    });
  }

  #isStatic(id: ValueId): boolean {
    const around = methodAround(this.facts, this.facts.owner[id] as FnId);
    const of = this.facts.functions[around];
    return of?.kind === "static" || (this.facts.classes[of?.cls ?? -1]?.members.some((m) => m.static && m.fn === around) ?? false);
  }

  #write(member: ValueId, value: ValueId): void {
    const of = this.value(member);
    if (of.kind !== "member") return;
    if (this.#isExports(of)) return this.heap.flows(value, this.thisOf(this.#moduleAround(member)));
    const names = this.namesOf(of.name, of.key);
    const copied = names.includes(null) ? this.#copiedFrom(of, value) : null;
    if (copied !== null) return this.heap.each(copied, (from) => this.heap.each(of.object, (to) => this.copy(from, to, member)));
    for (const name of names) this.#writeTo(of, name, member, value);
  }

  /** `to[key] = from[key]`, also with a name in between: what stands under each name goes to the same name. */
  #copiedFrom({ key }: Value & { kind: "member" }, value: ValueId): ValueId | null {
    const from = this.value(this.sameAs(value));
    if (from.kind !== "member" || from.key === undefined || key === undefined) return null;
    const [a, b] = [this.sameAs(key), this.sameAs(from.key)];
    const [to, at] = [this.value(a), this.value(b)];
    return a === b || (to.kind === "var" && at.kind === "var" && to.binding === at.binding) ? from.object : null;
  }

  #writeTo(of: Value & { kind: "member" }, name: string | null, member: ValueId, value: ValueId): void {
    const { heap } = this;
    heap.each(of.object, (object) => {
      if (heap.what(object).kind === "proxy") return this.proxies.set(object, value, member);
      if (name === "__proto__") return heap.each(value, (proto) => heap.inherits(object, proto));
      const setter = name === null ? null : heap.setter(object, name);
      if (setter === null) return heap.flows(value, heap.field(object, name ?? ANY));
      this.ran(member, setter, "setter");
      this.invoke(setter, [value], null, object, member, "setter");
    });
  }

  #call(call: CallValue, id: ValueId): void {
    const { heap } = this;
    const callee = this.value(call.callee);
    if (call.form === "new" && callee.kind === "global") madeByLanguage(this, callee.name, call, id);
    if (call.form === "new" && this.#isOfLibrary(call.callee)) heap.add(id, heap.token("emitter", id));
    if (call.form === undefined) madeOf(this, this.#nameOfLibrary(call.callee), call, id);
    if (call.form === "new" || callee.kind === "super") return heap.each(call.callee, (made) => this.make(made, call.args, id, callee.kind === "super" ? this.thisOf(methodAround(this.facts, this.facts.owner[id] as FnId)) : null));
    const tagged = call.form === "tag" ? this.value(call.args[0] as ValueId) : undefined;
    const args: readonly (ValueId | null)[] = tagged?.kind === "template" ? [null, ...tagged.holes] : call.args;
    if (callee.kind === "member") {
      const name = this.nameOf(callee.name, callee.key);
      const object = this.value(callee.object);
      if (name !== null && object.kind === "global" && staticOfLanguage(this, `${object.name}.${name}`, call, id)) return;
      if (name === "call") borrowed(this, callee.object, call, id);
      if (name !== null) {
        heap.each(callee.object, (self) => {
          if (heap.what(self).kind === "emitter") methodOfEmitter(this, name, self, call, id);
          else methodOfLanguage(this, name, self, call, id);
        });
      }
      if (name === "then" || name === "catch" || name === "finally") this.#then(name, callee.object, call, id);
    }
    heap.each(call.callee, (fn) => {
      if (callee.kind !== "member") return this.invoke(fn, args, id, null, id, "call");
      const receivers = this.value(callee.object).kind === "super" ? this.thisOf(methodAround(this.facts, this.facts.owner[id] as FnId)) : callee.object;
      this.invoke(fn, args, id, null, id, "call");
      const { kind, id: of } = heap.what(fn);
      // An arrow has the `this` of where it stands; a method of a class has that class's or what is below it.
      if (kind === "function" && this.facts.functions[of]?.kind !== "arrow") heap.each(receivers, (self) => this.#fits(self, of) && heap.add(this.thisOf(of), self));
    });
  }

  /** `new EventEmitter()`: of an import, or of the host. */
  #isOfLibrary(callee: ValueId): boolean {
    const of = this.value(this.sameAs(callee));
    if (of.kind === "global") return of.name === "EventTarget" || of.name === "BroadcastChannel";
    return (of.kind === "var" && this.facts.bindings[of.binding]?.from !== undefined) || of.kind === "member";
  }

  /** What a helper of a library is called: `partial` of `_.partial`. */
  #nameOfLibrary(callee: ValueId): string | null {
    const of = this.value(callee);
    const from = of.kind === "var" ? this.facts.bindings[of.binding]?.from : undefined;
    // `const { inherits } = require("util")`
    const taken = of.kind === "var" && from === undefined ? this.value(this.sameAs(callee)) : of;
    if (taken.kind === "member") return taken.name;
    return from === undefined ? null : (this.facts.imports[from.import]?.names[from.name]?.imported ?? null);
  }

  /** May the receiver have this method? Of several receivers each has its own. */
  #fits(self: Token, fn: FnId): boolean {
    const cls = this.facts.functions[fn]?.cls ?? null;
    const { kind, id } = this.heap.what(self);
    if (cls === null || kind !== "instance") return true;
    for (let at: ClassId | null = id, depth = 0; at !== null && depth < 12; depth++) {
      if (at === cls) return true;
      const base: ValueId | null = this.facts.classes[at]?.extends ?? null;
      let next: ClassId | null = null;
      for (const token of base === null ? [] : this.heap.at(base)) if (this.heap.what(token).kind === "class") next = this.heap.what(token).id;
      at = next;
    }
    return false;
  }

  #then(name: string, promise: ValueId, call: CallValue, id: ValueId): void {
    const { heap } = this;
    const rejected = heap.node();
    heap.each(promise, (token) => heap.what(token).kind === "promise" && heap.flows(heap.field(token, "@@rejected"), rejected));
    // Without a handler for it, the next promise is rejected with the same.
    if (name === "finally" || (name === "then" && call.args.length < 2)) {
      const next = heap.token("promise", id);
      heap.each(rejected, (token) => {
        heap.add(id, next);
        heap.add(heap.field(next, "@@rejected"), token);
      });
    }
    const resolved = heap.node();
    heap.each(promise, (token) => heap.what(token).kind !== "promise" && heap.add(resolved, token));
    if (name !== "then") heap.flows(resolved, id);
    call.args.forEach((arg, i) => heap.each(arg, (fn) => this.callback(fn, name === "finally" ? [] : [name === "catch" || i === 1 ? rejected : resolved], name === "finally" ? null : id, id)));
  }
}
