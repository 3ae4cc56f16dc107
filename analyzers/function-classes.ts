import type { ClassId, Facts, FnId, Value, ValueId } from "../core/facts.js";
import { listAt } from "../core/lists.js";
import { methodAround } from "./this-of.js";

/** `this.find = …` outside all classes, and in which function. */
interface Write {
  readonly name: string;
  readonly value: ValueId;
  readonly fn: FnId;
}

/** `Store.prototype.find = …` */
interface PrototypeWrite {
  readonly binding: number;
  readonly name: string;
  readonly value: ValueId;
}

/**
 * Functions that serve as classes: `function Store(db) { this.find = … }`, `Store.prototype.find = …`. Each has an id
 * below zero, so that nobody takes it for one of the file's classes.
 */
export class FunctionClasses {
  readonly #facts: Facts;
  readonly #fields = new Map<string, ValueId[]>();
  readonly #methods = new Map<string, FnId>();
  /** By the functions that see such an instance as `this`. */
  readonly #classOf = new Map<FnId, ClassId>();
  readonly #written: Write[] = [];
  readonly #onPrototype: PrototypeWrite[] = [];
  #isReady = false;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  writes(name: string, value: ValueId, by: FnId): void {
    this.#written.push({ name, value, fn: methodAround(this.#facts, by) });
  }

  writesPrototype(binding: number, name: string, value: ValueId): void {
    this.#onPrototype.push({ binding, name, value });
  }

  /** The class whose `this` a function sees; null where it is none of these. */
  around(fn: FnId): ClassId | null {
    this.#prepare();
    return this.#classOf.get(methodAround(this.#facts, fn)) ?? null;
  }

  /** What `new` of this function makes an instance of. */
  madeBy(fn: FnId): ClassId | null {
    this.#prepare();
    return this.#classOf.get(fn) === idOf(fn) ? idOf(fn) : null;
  }

  fields(cls: ClassId, name: string): readonly ValueId[] {
    return this.#fields.get(`${cls}.${name}`) ?? [];
  }

  method(cls: ClassId, name: string): FnId | null {
    return this.#methods.get(`${cls}.${name}`) ?? null;
  }

  #prepare(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    const { functions } = this.#facts;
    for (const { binding, name, value } of this.#onPrototype) {
      const fn = this.#functionOf(this.#facts.bindings[binding]?.versions[0]?.value);
      const method = this.#functionOf(value);
      if (fn === null || method === null) continue;
      this.#classOf.set(fn, idOf(fn));
      if (functions[method]?.kind === "function") this.#classOf.set(method, idOf(fn));
      this.#methods.set(`${idOf(fn)}.${name}`, method);
    }
    for (const { fn } of this.#written) if (!this.#classOf.has(fn) && this.#isWrittenAsOne(fn)) this.#classOf.set(fn, idOf(fn));
    // A function that an instance is given sees it too: `this.find = function () { … }`. What it writes stands before that.
    for (const { fn, value } of this.#written.toReversed()) {
      const cls = this.#classOf.get(fn);
      const given = this.#functionOf(value);
      if (cls !== undefined && given !== null && functions[given]?.kind === "function" && !this.#classOf.has(given)) this.#classOf.set(given, cls);
    }
    for (const { fn, name, value } of this.#written) {
      const cls = this.#classOf.get(fn);
      if (cls !== undefined) push(this.#fields, `${cls}.${name}`, value);
    }
  }

  #isWrittenAsOne(fn: FnId): boolean {
    const { kind, name, async, generator } = this.#facts.functions[fn] ?? {};
    return kind === "function" && !async && !generator && CAPITAL.test(name ?? "");
  }

  #functionOf(id: ValueId | undefined): FnId | null {
    const value: Value | undefined = id === undefined ? undefined : this.#facts.values[id];
    return value?.kind === "function" ? value.fn : null;
  }
}

const idOf = (fn: FnId): ClassId => -1 - fn;

/** What is made with `new` is written so; `module.exports.Store = function () { … }` too. */
const CAPITAL = /(?:^|\.)[A-Z]\w*$/;

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  listAt(map, key).push(value);
}
