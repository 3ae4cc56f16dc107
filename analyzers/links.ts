import type { Facts, FnId, FunctionFact, Statement, Value, ValueId } from "../core/facts.js";

export interface MemberWrite {
  readonly name: string;
  readonly value: ValueId;
}

/** What a file's values do to each other at a distance: writes, results and calls, by what they are done to. One pass. */
export class Links {
  readonly #facts: Facts;
  readonly #returns = new Map<FnId, ValueId[]>();
  readonly #memberWrites = new Map<number, MemberWrite[]>();
  readonly #elementWrites = new Map<number, ValueId[]>();
  readonly #fieldWrites = new Map<string, ValueId[]>();
  readonly #callsOf = new Map<number, ValueId[]>();
  readonly #callOfInline = new Map<FnId, ValueId>();
  /** Names that are read other than to be called. */
  readonly #escaped = new Set<number>();
  readonly #bindingsOf = new Map<FnId, number[]>();
  readonly #declared = new Set<ValueId>();
  readonly #statics = new Set<FnId>();

  constructor(facts: Facts) {
    this.#facts = facts;
    facts.functions.forEach((fn, id) => {
      eachStatement(fn.body, (s) => {
        if (s.kind === "return" && s.value !== null && id > 0) push(this.#returns, id, s.value);
        else if (s.kind === "declare") this.#declared.add(s.value);
      });
    });
    for (const cls of facts.classes) for (const member of cls.members) if (member.static && member.fn !== null) this.#statics.add(member.fn);
    const callees = new Set<ValueId>();
    facts.values.forEach((value, id) => {
      if (value.kind === "call") this.#call(value, id, callees);
      else if (value.kind === "assign" && value.target !== null && "member" in value.target) this.#write(value.target.member, value.value, id);
    });
    facts.values.forEach((value, id) => {
      if (value.kind === "var" && !callees.has(id)) this.#escaped.add(value.binding);
    });
    for (const e of facts.exports) if (e.binding !== undefined) this.#escaped.add(e.binding);
    facts.bindings.forEach((binding, id) => {
      const only = binding.versions.length === 1 ? binding.versions[0]?.value : undefined;
      const value = only === undefined ? undefined : facts.values[only];
      const fn = value?.kind === "function" ? value.fn : value?.kind === "class" ? facts.classes[value.cls]?.members.find((m) => m.kind === "constructor" && m.fn !== null)?.fn : null;
      // The inner name of an expression: who calls it there says nothing of who else has the value.
      const isOwnName = only !== undefined && (binding.kind === "function" || binding.kind === "class") && !this.#declared.has(only);
      if (fn != null && !isOwnName) push(this.#bindingsOf, fn, id);
    });
  }

  #call(value: Value & { kind: "call" }, id: ValueId, callees: Set<ValueId>): void {
    const callee = this.#facts.values[value.callee];
    if (callee?.kind === "function") this.#callOfInline.set(callee.fn, id);
    if (callee?.kind === "var") {
      callees.add(value.callee);
      push(this.#callsOf, callee.binding, id);
    }
    if (callee?.kind !== "member" || value.args.length === 0 || !ADDS.has(callee.name ?? "")) return;
    const list = this.#facts.values[callee.object];
    const added = value.args.at(-1) as ValueId;
    if (list?.kind === "var") push(this.#elementWrites, list.binding, added);
  }

  #write(member: ValueId, value: ValueId, at: ValueId): void {
    const target = this.#facts.values[member];
    if (target?.kind !== "member") return;
    const object = this.#facts.values[target.object];
    if (object?.kind === "var") {
      if (target.name === null) push(this.#elementWrites, object.binding, value);
      else push(this.#memberWrites, object.binding, { name: target.name, value });
    } else if (object?.kind === "this" && target.name !== null) {
      const fn = this.#facts.owner[at] as FnId;
      const cls = enclosingClass(this.#facts, fn);
      if (cls !== null) push(this.#fieldWrites, fieldKey(cls, this.isStatic(fn), target.name), value);
    }
  }

  returns(fn: FnId): readonly ValueId[] {
    return this.#returns.get(fn) ?? [];
  }

  memberWrites(binding: number): readonly MemberWrite[] {
    return this.#memberWrites.get(binding) ?? [];
  }

  /** What is pushed into, added to or set in a list that a name holds. */
  elementWrites(binding: number): readonly ValueId[] {
    return this.#elementWrites.get(binding) ?? [];
  }

  /** `this.name = value`. */
  fieldWrites(cls: number, isStatic: boolean, name: string): readonly ValueId[] {
    return this.#fieldWrites.get(fieldKey(cls, isStatic, name)) ?? [];
  }

  /** Does `this` in it mean the class itself? */
  isStatic(fn: FnId): boolean {
    const method = this.#facts.functions[methodAround(this.#facts, fn)];
    return method !== undefined && (method.kind === "static" || this.#statics.has(methodAround(this.#facts, fn)));
  }

  callers(fn: FnId): readonly ValueId[] | null {
    const inline = this.#callOfInline.get(fn);
    if (inline !== undefined) return [inline];
    const bindings = this.#bindingsOf.get(fn);
    if (bindings === undefined || bindings.some((b) => this.#escaped.has(b))) return null;
    return bindings.flatMap((b) => this.#callsOf.get(b) ?? []);
  }
}

const ADDS = new Set(["push", "unshift", "add", "set"]);

const fieldKey = (cls: number, isStatic: boolean, name: string): string => `${cls}${isStatic ? "::" : "."}${name}`;

/** Arrow functions share the `this` of what they stand in. */
function methodAround(facts: Facts, fn: FnId): FnId {
  let id = fn;
  for (let fact = facts.functions[id]; fact && fact.kind === "arrow" && fact.cls === null && fact.parent !== null; fact = facts.functions[id]) id = fact.parent;
  return id;
}

/** The class whose `this` a function sees. */
export function enclosingClass(facts: Facts, fn: FnId): number | null {
  return facts.functions[methodAround(facts, fn)]?.cls ?? null;
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

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
