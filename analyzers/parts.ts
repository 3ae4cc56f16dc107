import type { Facts, FnId, Value, ValueId } from "../core/facts.js";
import type { ClassMembers, Side } from "./class-members.js";
import type { Constant } from "./constants.js";
import type { Links } from "./links.js";
import { enclosingClass } from "./this-of.js";
import { GIVES_LIST, GIVES_ONE } from "./written-types.js";

/** What stands at a place of an object or list. */
export interface Parts {
  readonly values: readonly ValueId[];
  /** Nothing else can stand there. */
  readonly isAll: boolean;
}

export const NO_PARTS: Parts = { values: [], isAll: false };

/** Looked into on the same question before: what it holds has been named. */
const SEEN: Parts = { values: [], isAll: true };

/** More elements or properties than this are looked at no further. */
const MOST_PARTS = 60;

/** Parts of parts, spread into each other. */
const DEEPEST = 100;

const INDEX = /^\d+$/;

/** As much of the sources as is asked here. */
interface Who {
  readonly links: Links;
  readonly classes: ClassMembers;
  of(value: ValueId): readonly ValueId[];
  sameAs(value: ValueId): ValueId;
  functions(value: ValueId): readonly FnId[];
  constant(value: ValueId): Constant | undefined;
  sideOf(source: ValueId): Side | null;
  handedOver(fn: FnId, index: number): readonly { readonly from: ValueId; readonly isElement: boolean }[];
}

/** What stands in the objects and lists of a file. */
export class PartFinder {
  readonly #facts: Facts;
  readonly #who: Who;
  /** What one question has looked into: lists made of each other (`all = all.slice().concat(all)`) are gone through once. */
  #seen: Set<string> | null = null;
  #depth = 0;

  constructor(facts: Facts, who: Who) {
    this.#facts = facts;
    this.#who = who;
  }

  /** Questions that come up on the way to an answer have nothing to do with it. */
  apart(run: () => void): void {
    const outer = this.#seen;
    this.#seen = null;
    run();
    this.#seen = outer;
  }

  #query<T>(ask: () => T): T {
    if (this.#seen !== null) return ask();
    this.#seen = new Set();
    const answer = ask();
    this.#seen = null;
    return answer;
  }

  #isNew(key: string): boolean {
    const seen = this.#seen as Set<string>;
    return seen.size < seen.add(key).size;
  }

  /** What stands under a name (null: any) of an object; null while nobody knows the object yet. */
  of(object: ValueId, name: string | null): Parts | null {
    return this.#query(() => this.#of(object, name));
  }

  #of(object: ValueId, name: string | null): Parts | null {
    if (this.#depth >= DEEPEST) return NO_PARTS;
    this.#depth++;
    const parts = this.#ofOwners(object, name);
    this.#depth--;
    return parts;
  }

  #ofOwners(object: ValueId, name: string | null): Parts | null {
    const owners = this.#who.of(object);
    if (owners.length === 0) return null;
    const values = [...this.#written(object, name)];
    const of = this.#value(object);
    const reader = of.kind === "var" ? of.binding : null;
    let isAll = true;
    for (const owner of owners) {
      const parts = this.#partsOf(owner, name);
      values.push(...parts.values);
      for (const write of this.#who.links.writtenAtHome(owner, reader)) if (name === null || write.name === name) values.push(write.value);
      isAll &&= parts.isAll;
      if (values.length > MOST_PARTS) return { values: few(values), isAll: false };
    }
    return { values: few(values), isAll };
  }

  #partsOf(owner: ValueId, name: string | null): Parts {
    if (!this.#isNew(`${name ?? "any"} of ${owner}`)) return SEEN;
    const of = this.#value(owner);
    switch (of.kind) {
      case "object":
        return this.#property(of, name);
      case "array": {
        if (name === null) return this.#items(owner);
        const item = INDEX.test(name) && !of.items.slice(0, Number(name) + 1).some((i) => i !== null && this.#value(i).kind === "spread") ? of.items[Number(name)] : null;
        return item == null ? NO_PARTS : { values: [item], isAll: true };
      }
      case "rest":
        if (name === null) return NO_PARTS;
        if (!this.isList(of.of)) return of.without.includes(name) ? NO_PARTS : (this.#of(of.of, name) ?? NO_PARTS);
        return INDEX.test(name) ? (this.#of(of.of, String(Number(name) + of.without.length)) ?? NO_PARTS) : NO_PARTS;
      case "element":
      case "param": {
        // `for (const [name, handler] of Object.entries(table))`
        const tables = name === "1" ? this.#tablesOf(of) : [];
        const parts = tables.map((table) => this.#of(table, null) ?? NO_PARTS);
        if (parts.length > 0) return { values: parts.flatMap((p) => p.values), isAll: parts.every((p) => p.isAll) };
        return this.#memberOf(owner, name);
      }
      case "global":
        return of.name === "exports" ? this.#exported(owner, name) : NO_PARTS;
      case "member":
        return this.#isOwnExports(of) ? this.#exported(owner, name) : this.#memberOf(owner, name);
      default:
        return this.#memberOf(owner, name);
    }
  }

  /** `module.exports` */
  #isOwnExports({ name, object }: Value & { kind: "member" }): boolean {
    const of = this.#value(object);
    return name === "exports" && of.kind === "global" && of.name === "module";
  }

  /** `exports.log`, `module.exports.log`: what the module itself put there, under the name or in place of names. */
  #exported(owner: ValueId, name: string | null): Parts {
    if (name === null) return NO_PARTS;
    const values = this.#who.links.exportedBeside(owner, name);
    const whole = values.length > 0 ? [] : this.#who.links.exportedBeside(owner, "=");
    return whole.length === 1 ? (this.#of(whole[0] as ValueId, name) ?? NO_PARTS) : { values, isAll: values.length === 1 };
  }

  /** The objects of whose `Object.entries` something is one. */
  #tablesOf(of: Value & { kind: "element" | "param" }): ValueId[] {
    const lists = of.kind === "element" ? [of.of] : this.#who.handedOver(of.fn, of.index).flatMap(({ from, isElement }) => (isElement ? [from] : []));
    return lists.flatMap((list) => this.#who.of(list)).flatMap((source) => {
      const call = this.#value(source);
      const callee = call.kind === "call" ? this.#value(call.callee) : undefined;
      return call.kind === "call" && callee?.kind === "member" && globalPath(this.#facts, callee) === "Object.entries" ? call.args.slice(0, 1) : [];
    });
  }

  #memberOf(owner: ValueId, name: string | null): Parts {
    const side = name === null ? null : this.#who.sideOf(owner);
    const member = side === null || name === null ? null : this.#who.classes.find(side, name);
    if (member === null) return NO_PARTS;
    const got = member.getter === null ? [] : this.#who.links.returns(member.getter);
    return { values: [...member.values, ...got], isAll: member.values.length + got.length > 0 };
  }

  /** What a method of a list gives of it, and `handlers.get(name)` of the functions in a map; null for other methods. */
  taken({ object, name }: Value & { kind: "member" }, given: number): Parts | null {
    if (name !== null && GIVES_ONE.has(name)) {
      const items = this.items(object);
      return items.isAll ? items : NO_PARTS;
    }
    const values = name === "get" && given === 1 ? this.#inMap(object) : [];
    return values.length > 0 ? { values, isAll: false } : null;
  }

  /** The functions that are put into a map, by the name or the field that holds it. */
  #inMap(map: ValueId): readonly ValueId[] {
    const of = this.#value(map);
    const field = of.kind === "member" && of.name !== null && this.#value(of.object).kind === "this" ? of.name : null;
    const cls = field === null ? null : enclosingClass(this.#facts, this.#facts.owner[map] as FnId);
    const set = of.kind === "var" ? this.#who.links.elementWrites(of.binding) : field !== null && cls !== null ? this.#who.links.fieldAdditions(cls, field) : [];
    const made = this.#who.of(map).flatMap((source) => {
      const call = this.#value(source);
      const callee = call.kind === "call" && call.form === "new" ? this.#value(call.callee) : undefined;
      const rows = call.kind === "call" && callee?.kind === "global" && callee.name === "Map" && call.args[0] !== undefined ? this.items(call.args[0]).values : [];
      return rows.flatMap((row) => {
        const pair = this.#value(row);
        return pair.kind === "array" && pair.items[1] != null ? [pair.items[1]] : [];
      });
    });
    return [...set, ...made].filter((value) => this.#value(this.#who.sameAs(value)).kind === "function");
  }

  isList(value: ValueId): boolean {
    return this.#who.of(value).some((s) => this.#value(s).kind === "array");
  }

  /** The last property of the name wins; a spread after it may replace it, one before it may be all there is. */
  #property(object: Value & { kind: "object" }, name: string | null): Parts {
    const values: ValueId[] = [];
    let isOpen = false;
    for (const prop of object.props.toReversed()) {
      if (prop.form === "spread") {
        const inner = this.#of(prop.value, name);
        values.push(...(inner?.values ?? []));
        if (inner === null || (inner.isAll && inner.values.length > 0 && name !== null)) return { values, isAll: true };
        isOpen ||= !inner.isAll && this.#who.of(prop.value).some((s) => this.#value(s).kind !== "object" && this.#value(s).kind !== "literal");
        continue;
      }
      if (prop.form === "set") continue;
      const key = prop.name ?? constantKey(this.#who, prop.key);
      if (name !== null && key !== name) continue;
      if (prop.form === "get") values.push(...this.#who.functions(prop.value).flatMap((fn) => this.#who.links.returns(fn)));
      else values.push(prop.value);
      if (name !== null) return { values, isAll: values.length > 0 && !isOpen };
    }
    return { values, isAll: name === null && !object.props.some((p) => p.form === "spread") };
  }

  /** What is written to an object by the name that holds it: `db.main = pool`. */
  #written(object: ValueId, name: string | null): ValueId[] {
    const of = this.#value(object);
    if (of.kind !== "var") return [];
    if (name === null) return [...this.#who.links.elementWrites(of.binding), ...this.#who.links.memberWrites(of.binding).map((w) => w.value)];
    return this.#who.links.memberWrites(of.binding).filter((w) => w.name === name).map((w) => w.value);
  }

  /** The elements of a list. */
  items(list: ValueId): Parts {
    return this.#query(() => this.#items(list));
  }

  #items(list: ValueId): Parts {
    const holder = this.#value(list);
    const values: ValueId[] = holder.kind === "var" ? [...this.#who.links.elementWrites(holder.binding)] : [];
    let isAll = true;
    for (const source of this.#who.of(list)) {
      const of = this.#value(source);
      if (!this.#isNew(`items of ${source}`)) continue;
      const parts = of.kind === "array" ? this.#arrayItems(of) : of.kind === "call" ? this.#callItems(of) : NO_PARTS;
      values.push(...parts.values);
      isAll &&= parts.isAll;
      if (values.length > MOST_PARTS) return { values: few(values), isAll: false };
    }
    return { values: few(values), isAll };
  }

  #arrayItems(array: Value & { kind: "array" }): Parts {
    const values: ValueId[] = [];
    let isAll = true;
    for (const item of array.items) {
      if (item === null) continue;
      const of = this.#value(item);
      const inner = of.kind === "spread" ? this.#items(of.of) : null;
      values.push(...(inner?.values ?? [item]));
      isAll &&= inner?.isAll ?? true;
    }
    return { values, isAll };
  }

  /** `one.concat(others, last)`: the elements of lists, and what is none. */
  #joined(lists: readonly ValueId[]): Parts {
    const values: ValueId[] = [];
    let isAll = true;
    for (const list of lists) {
      const inner = this.#items(list);
      values.push(...inner.values);
      isAll &&= inner.isAll && this.isList(list);
    }
    return { values, isAll };
  }

  #callItems(call: Value & { kind: "call" }): Parts {
    const callee = this.#value(call.callee);
    const first = call.args[0];
    if (call.form === "new") return first !== undefined && callee.kind === "global" && callee.name === "Set" ? this.#items(first) : NO_PARTS;
    if (callee.kind !== "member" || callee.name === null) return NO_PARTS;
    const path = globalPath(this.#facts, callee);
    if (first !== undefined) {
      if (path === "Object.values") return this.#of(first, null) ?? NO_PARTS;
      if (path === "Promise.all") return this.#items(first);
      const made = callee.name === "map" || callee.name === "flatMap" ? first : path === "Array.from" ? call.args[1] : undefined;
      if (made !== undefined) return { values: this.#who.functions(made).flatMap((fn) => this.#who.links.returns(fn)), isAll: true };
      if (path === "Array.from") return this.#items(first);
    }
    if (callee.name === "concat") return this.#joined([callee.object, ...call.args]);
    return GIVES_LIST.has(callee.name) ? this.#items(callee.object) : NO_PARTS;
  }

  #value(id: ValueId): Value {
    return this.#facts.values[id] as Value;
  }
}

const few = (values: readonly ValueId[]): readonly ValueId[] => (values.length < 2 ? values : [...new Set(values)].slice(0, MOST_PARTS));

/** The constant that a computed key holds. */
export function constantKey(who: { constant(value: ValueId): Constant | undefined }, key: ValueId | undefined): string | null {
  const name = key === undefined ? undefined : who.constant(key);
  return name === undefined || name === null ? null : String(name);
}

/** The names that a member may be read by; null stands for any. */
export function keysOf(who: { constants(value: ValueId): readonly Constant[] | null }, { name, key }: Value & { kind: "member" }): readonly (string | null)[] {
  if (name !== null || key === undefined) return [name];
  return who.constants(key)?.map(String) ?? [null];
}

/** `Object.values` as text, where `Object` is the global. */
export function globalPath(facts: Facts, member: Value & { kind: "member" }): string | null {
  const object = facts.values[member.object] as Value;
  return object.kind === "global" ? `${object.name}.${member.name}` : null;
}
