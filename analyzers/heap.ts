/** A set of things that may stand somewhere, and where they flow from there. */
export type Node = number;
/** A function, a class, an object, wherever it was made. */
export type Token = number;

/**
 * Steps for each value: programs take one to four. Circles of objects within objects can take very many, and then what is
 * known by then is the answer.
 */
const MOST_WORK = 8;
const LEAST_WORK = 200_000;
/** Somewhere that so much can stand says nothing. */
const MOST_TOKENS = 60;

/** So many are found sooner by looking through them. */
const FEW = 12;

/** The field of which nobody knows the name. */
export const ANY = "*";

/** Most objects have next to nothing of all this: each part is made when something is put there. */
class Fields {
  byName: Map<string, Node> | undefined;
  /** Told of each field, also of those to come. */
  watchers: ((name: string, node: Node) => void)[] | undefined;
  protos: Token[] | undefined;
  /** Reads that go on with what the object inherits. */
  reads: { readonly name: string | null; readonly to: Node; readonly by: Read }[] | undefined;
  /** Reads that have come here from what inherits it. */
  told: Set<Read> | undefined;
  /** Methods and properties that hide those of the same name further up. */
  own: Set<string> | undefined;
  getters: Map<string, Token> | undefined;
  /** Told of each getter, also of those to come. */
  gettersTo: ((name: string, getter: Token) => void)[] | undefined;
  setters: Map<string, Token> | undefined;
}

/** Whose field is read where: for getters and for `this`. */
export interface Read {
  readonly object: Token;
  readonly getter: (fn: Token, object: Token, to: Node) => void;
}

/** What may be where: sets that include each other, solved until nothing moves any more. */
export class Heap {
  readonly #tokens: (Token[] | undefined)[] = [];
  /** Lists, as nearly all have one or two entries; those that grow long have a set beside them. */
  readonly #into: (Node[] | undefined)[] = [];
  readonly #intoMany = new Map<Node, Set<Node>>();
  readonly #listeners: (((token: Token) => void)[] | undefined)[] = [];
  readonly #fields: (Fields | undefined)[] = [];
  readonly #interned = new Map<string, Map<number, Token>>();
  readonly #said: { readonly kind: string; readonly id: number }[] = [];
  /** A node, and the token that came there. */
  readonly #queue: number[] = [];
  #count: number;
  #work = 0;
  readonly #most: number;

  constructor(nodes: number) {
    this.#count = nodes;
    this.#most = Math.max(LEAST_WORK, MOST_WORK * nodes);
  }

  node(): Node {
    return this.#count++;
  }

  token(kind: string, id: number): Token {
    let byId = this.#interned.get(kind);
    if (byId === undefined) this.#interned.set(kind, (byId = new Map()));
    let token = byId.get(id);
    if (token === undefined) byId.set(id, (token = this.#said.push({ kind, id }) - 1));
    return token;
  }

  what(token: Token): { readonly kind: string; readonly id: number } {
    return this.#said[token] as { kind: string; id: number };
  }

  at(node: Node): readonly Token[] {
    return this.#tokens[node] ?? NOTHING;
  }

  add(node: Node, token: Token): void {
    if (this.#work++ > this.#most) return;
    const there = this.#tokens[node];
    if (there === undefined) this.#tokens[node] = [token];
    else if (there.length >= MOST_TOKENS || there.includes(token)) return;
    else there.push(token);
    this.#queue.push(node, token);
  }

  flows(from: Node, to: Node): void {
    if (from === to) return;
    const into = this.#into[from];
    if (into === undefined) this.#into[from] = [to];
    else if (into.length < FEW) {
      if (into.includes(to)) return;
      into.push(to);
    } else {
      let all = this.#intoMany.get(from);
      if (all === undefined) this.#intoMany.set(from, (all = new Set(into)));
      if (all.has(to)) return;
      all.add(to);
      into.push(to);
    }
    for (const token of this.#tokens[from] ?? NOTHING) this.add(to, token);
  }

  each(node: Node, listener: (token: Token) => void): void {
    const listeners = this.#listeners[node];
    if (listeners === undefined) this.#listeners[node] = [listener];
    else listeners.push(listener);
    const there = this.#tokens[node];
    // What comes while it is told is told by the queue.
    if (there !== undefined) for (let i = 0, n = there.length; i < n; i++) listener(there[i] as Token);
  }

  solve(): void {
    const queue = this.#queue;
    while (queue.length > 0 && this.#work++ < this.#most) {
      const token = queue.pop() as Token;
      const node = queue.pop() as Node;
      for (const to of this.#into[node] ?? NOTHING) this.add(to, token);
      const listeners = this.#listeners[node];
      if (listeners === undefined) continue;
      for (let i = 0, n = listeners.length; i < n; i++) {
        if (this.#work++ > this.#most) break;
        (listeners[i] as (token: Token) => void)(token);
      }
    }
  }

  field(object: Token, name: string): Node {
    const of = this.#of(object);
    const fields = (of.byName ??= new Map());
    let node = fields.get(name);
    if (node === undefined) {
      fields.set(name, (node = this.node()));
      if (of.watchers !== undefined) for (const watch of [...of.watchers]) watch(name, node);
    }
    return node;
  }

  eachField(object: Token, watch: (name: string, node: Node) => void): void {
    const of = this.#of(object);
    (of.watchers ??= []).push(watch);
    if (of.byName !== undefined) for (const [name, node] of [...of.byName]) watch(name, node);
  }

  eachGetter(object: Token, watch: (name: string, getter: Token) => void): void {
    const of = this.#of(object);
    (of.gettersTo ??= []).push(watch);
    if (of.getters !== undefined) for (const [name, getter] of [...of.getters]) watch(name, getter);
  }

  /** A method or property that stands in the source. */
  define(object: Token, name: string, fn: Token, form: "value" | "getter" | "setter"): void {
    const of = this.#of(object);
    (of.own ??= new Set()).add(name);
    if (form === "getter") {
      (of.getters ??= new Map()).set(name, fn);
      if (of.gettersTo !== undefined) for (const watch of [...of.gettersTo]) watch(name, fn);
    }
    else if (form === "setter") (of.setters ??= new Map()).set(name, fn);
    else this.add(this.field(object, name), fn);
  }

  hides(object: Token, name: string): void {
    (this.#of(object).own ??= new Set()).add(name);
  }

  isOwn(object: Token, name: string): boolean {
    return this.#of(object).own?.has(name) ?? false;
  }

  inherits(object: Token, proto: Token): void {
    const of = this.#of(object);
    const protos = (of.protos ??= []);
    if (object === proto || protos.includes(proto)) return;
    protos.push(proto);
    if (of.reads !== undefined) for (const { name, to, by } of [...of.reads]) this.#readOf(proto, name, to, by, 0);
  }

  read(object: Token, name: string | null, to: Node, getter: Read["getter"]): void {
    this.#read(object, name, to, { object, getter }, 0);
  }

  /** `super.name` of an object: what it inherits, whatever it has itself. */
  readAbove(object: Token, name: string | null, to: Node, getter: Read["getter"]): void {
    const of = this.#of(object);
    const by = { object, getter };
    (of.reads ??= []).push({ name, to, by });
    for (const proto of of.protos ?? NOTHING) this.#readOf(proto, name, to, by, 0);
  }

  #read(object: Token, name: string | null, to: Node, by: Read, depth: number): void {
    if (depth > 12) return;
    const of = this.#of(object);
    if (name === null) this.eachField(object, (_, node) => this.flows(node, to));
    else {
      const getter = of.getters?.get(name);
      if (getter !== undefined) by.getter(getter, by.object, to);
      if (getter === undefined || of.byName?.has(name) === true) this.flows(this.field(object, name), to);
      if (!OF_ALL.has(name) && !name.startsWith("@@")) this.flows(this.field(object, ANY), to);
      if (of.own?.has(name) === true) return;
    }
    (of.reads ??= []).push({ name, to, by });
    for (const proto of of.protos ?? NOTHING) this.#readOf(proto, name, to, by, depth + 1);
  }

  /** Objects may inherit from each other in circles, and the same by many ways: a read comes by each of them once. */
  #readOf(proto: Token, name: string | null, to: Node, by: Read, depth: number): void {
    if (proto === by.object) return;
    const told = (this.#of(proto).told ??= new Set());
    if (told.has(by)) return;
    told.add(by);
    this.#read(proto, name, to, by, depth);
  }

  /** The setter that a write runs, here or further up; null where it is a plain field. */
  setter(object: Token, name: string, depth = 0): Token | null {
    const { setters, protos, own } = this.#of(object);
    const found = setters?.get(name);
    if (found !== undefined) return found;
    if (own?.has(name) === true || depth > 12) return null;
    for (const proto of protos ?? NOTHING) {
      const further = this.setter(proto, name, depth + 1);
      if (further !== null) return further;
    }
    return null;
  }

  #of(object: Token): Fields {
    return (this.#fields[object] ??= new Fields());
  }
}

const NOTHING: readonly number[] = [];
/** What every object has: who writes under a name made at run time means none of these, and no symbol of the language. */
const OF_ALL: ReadonlySet<string> = new Set(["toString", "toLocaleString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "constructor"]);
