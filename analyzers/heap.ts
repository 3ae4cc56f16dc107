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

/** The field of which nobody knows the name. */
export const ANY = "*";

interface Fields {
  readonly byName: Map<string, Node>;
  /** Told of each field, also of those to come. */
  readonly watchers: ((name: string, node: Node) => void)[];
  readonly protos: Token[];
  /** Reads that go on with what the object inherits. */
  readonly reads: { readonly name: string | null; readonly to: Node; readonly by: Read }[];
  /** Methods and properties that hide those of the same name further up. */
  readonly own: Set<string>;
  readonly getters: Map<string, Token>;
  readonly setters: Map<string, Token>;
}

/** Whose field is read where: for getters and for `this`. */
export interface Read {
  readonly object: Token;
  readonly getter: (fn: Token, object: Token, to: Node) => void;
}

/** What may be where: sets that include each other, solved until nothing moves any more. */
export class Heap {
  readonly #tokens: (Set<Token> | undefined)[] = [];
  readonly #into: (Set<Node> | undefined)[] = [];
  readonly #listeners: (((token: Token) => void)[] | undefined)[] = [];
  readonly #fields = new Map<Token, Fields>();
  readonly #interned = new Map<string, Token>();
  readonly #said: { readonly kind: string; readonly id: number }[] = [];
  readonly #queue: [Node, Token][] = [];
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
    const key = `${kind} ${id}`;
    let token = this.#interned.get(key);
    if (token === undefined) this.#interned.set(key, (token = this.#said.push({ kind, id }) - 1));
    return token;
  }

  what(token: Token): { readonly kind: string; readonly id: number } {
    return this.#said[token] as { kind: string; id: number };
  }

  at(node: Node): ReadonlySet<Token> {
    return this.#tokens[node] ?? NOTHING;
  }

  add(node: Node, token: Token): void {
    if (this.#work++ > this.#most) return;
    const set = (this.#tokens[node] ??= new Set());
    if (set.size >= MOST_TOKENS || set.has(token)) return;
    set.add(token);
    this.#queue.push([node, token]);
  }

  flows(from: Node, to: Node): void {
    if (from === to) return;
    const into = (this.#into[from] ??= new Set());
    if (into.has(to)) return;
    into.add(to);
    for (const token of this.#tokens[from] ?? NOTHING) this.add(to, token);
  }

  each(node: Node, listener: (token: Token) => void): void {
    (this.#listeners[node] ??= []).push(listener);
    for (const token of [...(this.#tokens[node] ?? NOTHING)]) listener(token);
  }

  solve(): void {
    for (let next = this.#queue.pop(); next !== undefined && this.#work++ < this.#most; next = this.#queue.pop()) {
      const [node, token] = next;
      for (const to of this.#into[node] ?? NOTHING) this.add(to, token);
      for (const listener of [...(this.#listeners[node] ?? [])]) {
        if (this.#work++ > this.#most) break;
        listener(token);
      }
    }
  }

  field(object: Token, name: string): Node {
    const { byName, watchers } = this.#of(object);
    let node = byName.get(name);
    if (node === undefined) {
      byName.set(name, (node = this.node()));
      for (const watch of [...watchers]) watch(name, node);
    }
    return node;
  }

  eachField(object: Token, watch: (name: string, node: Node) => void): void {
    const { byName, watchers } = this.#of(object);
    watchers.push(watch);
    for (const [name, node] of [...byName]) watch(name, node);
  }

  /** A method or property that stands in the source. */
  define(object: Token, name: string, fn: Token, form: "value" | "getter" | "setter"): void {
    const of = this.#of(object);
    of.own.add(name);
    if (form === "getter") of.getters.set(name, fn);
    else if (form === "setter") of.setters.set(name, fn);
    else this.add(this.field(object, name), fn);
  }

  hides(object: Token, name: string): void {
    this.#of(object).own.add(name);
  }

  isOwn(object: Token, name: string): boolean {
    return this.#of(object).own.has(name);
  }

  inherits(object: Token, proto: Token): void {
    const { protos, reads } = this.#of(object);
    if (object === proto || protos.includes(proto)) return;
    protos.push(proto);
    for (const { name, to, by } of [...reads]) this.#read(proto, name, to, by, 0);
  }

  read(object: Token, name: string | null, to: Node, getter: Read["getter"]): void {
    this.#read(object, name, to, { object, getter }, 0);
  }

  /** `super.name` of an object: what it inherits, whatever it has itself. */
  readAbove(object: Token, name: string | null, to: Node, getter: Read["getter"]): void {
    const { reads, protos } = this.#of(object);
    const by = { object, getter };
    reads.push({ name, to, by });
    for (const proto of protos) this.#read(proto, name, to, by, 0);
  }

  #read(object: Token, name: string | null, to: Node, by: Read, depth: number): void {
    if (depth > 12) return;
    const of = this.#of(object);
    if (name === null) this.eachField(object, (_, node) => this.flows(node, to));
    else {
      const getter = of.getters.get(name);
      if (getter !== undefined) by.getter(getter, by.object, to);
      if (getter === undefined || of.byName.has(name)) this.flows(this.field(object, name), to);
      this.flows(this.field(object, ANY), to);
      if (of.own.has(name)) return;
    }
    of.reads.push({ name, to, by });
    for (const proto of of.protos) this.#read(proto, name, to, by, depth + 1);
  }

  /** The setter that a write runs, here or further up; null where it is a plain field. */
  setter(object: Token, name: string, depth = 0): Token | null {
    const { setters, protos, own } = this.#of(object);
    const found = setters.get(name);
    if (found !== undefined) return found;
    if (own.has(name) || depth > 12) return null;
    for (const proto of protos) {
      const further = this.setter(proto, name, depth + 1);
      if (further !== null) return further;
    }
    return null;
  }

  #of(object: Token): Fields {
    let fields = this.#fields.get(object);
    if (!fields) this.#fields.set(object, (fields = { byName: new Map(), watchers: [], protos: [], reads: [], own: new Set(), getters: new Map(), setters: new Map() }));
    return fields;
  }
}

const NOTHING: ReadonlySet<number> = new Set();
