import { listAt } from "../core/lists.js";
import { type Aspect, CALLS, type Row, type RowsOf, STANDS_IN } from "./aspects.js";
import type { Library, MiddlewareRow, SymbolPath } from "./library.js";
import type { Imported } from "./imported.js";
import { type Ends, type Mentioned, Roads, Roots, writesEnd } from "./roots.js";
import { ANY, CALL, ELEMENT, modulePattern, packageBehind, parsePath, REST } from "./symbol-path.js";
import { type Word, wordOf, type Words } from "./words.js";

export type { Aspect, Row } from "./aspects.js";
export type { Mentioned } from "./roots.js";

const ASPECTS = Object.keys(CALLS) as Aspect[];

interface Placed {
  readonly entry: Row<Aspect>;
  /** How many `*` its path has: the row that says most wins. */
  readonly stars: number;
}

/** What the paths of some rows end in. */
export interface LastNames {
  has(name: string): boolean;
  /** Some end without a name: what is called is the instance itself, under whatever name it is kept. */
  readonly itself: boolean;
}

export interface Loaded {
  readonly row: MiddlewareRow;
  readonly name: string;
  readonly word: Word;
  readonly modules: readonly string[];
}

/** A state of the pattern automaton: what has been read of a path so far. */
interface State {
  readonly next: Map<string, State>;
  readonly rows: Map<Aspect, Placed[]>;
  /** Calls on a client that have no effect: `redis.on(…)`. */
  quiet: boolean;
  /** This path is the same thing as that one. */
  same: SymbolPath[];
  /** A type of this name declares that instance. */
  declares: SymbolPath[];
}

/**
 * Who a value is, in the catalog's words: `pg:Pool().query`. Every path exists once, so what the catalog says of it is
 * worked out once for all files.
 */
export class SymbolNode {
  readonly text: SymbolPath;
  readonly #catalog: Catalog;
  readonly #states: readonly State[];
  readonly #steps = new Map<string, SymbolNode>();
  readonly #rows = new Map<Aspect, readonly Row<Aspect>[]>();
  #instance: SymbolNode | undefined;

  constructor(catalog: Catalog, text: SymbolPath, states: readonly State[]) {
    this.#catalog = catalog;
    this.text = text;
    this.#states = states;
  }

  /** Its member of this name. The first `default` of a module is the module itself. */
  member(name: string): SymbolNode {
    if (this.text.endsWith(":")) return name === "default" ? this : this.#step(name, this.text + name);
    return this.#step(name, `${this.text}.${name}`);
  }

  /** What calling or constructing it gives. */
  call(): SymbolNode {
    return this.#step(CALL, this.text + CALL);
  }

  /** What a loop over it gives. */
  element(): SymbolNode {
    return this.#step(ELEMENT, this.text + ELEMENT);
  }

  /** What a type of this name declares: an instance of the class, unless the catalog says more. */
  instance(): SymbolNode {
    if (this.#instance) return this.#instance;
    const declared = this.#states.flatMap((s) => s.declares)[0];
    this.#instance = declared === undefined ? this.call() : this.#catalog.path(declared);
    return this.#instance;
  }

  /** What the catalog says of it, the most exact row first, each once. */
  rows<A extends Aspect>(aspect: A): readonly Row<A>[] {
    let found = this.#rows.get(aspect);
    if (!found) this.#rows.set(aspect, (found = this.#collect(aspect)));
    return found as unknown as readonly Row<A>[];
  }

  #collect(aspect: Aspect): readonly Row<Aspect>[] {
    if ((aspect === "effects" || aspect === "callBounds") && this.#states.some((s) => s.quiet)) return [];
    const placed = this.#states.flatMap((s) => s.rows.get(aspect) ?? []).sort((a, b) => a.stars - b.stars);
    const seen = new Set<object>();
    return placed.flatMap(({ entry }) => (seen.has(entry.row) ? [] : (seen.add(entry.row), [entry])));
  }

  /** Is there any row for it, so that a rule need not look further? */
  get isKnown(): boolean {
    return this.#states.some((s) => s.rows.size > 0);
  }

  /** Does the catalog know anything that begins with this path? */
  get leadsSomewhere(): boolean {
    return this.#states.length > 0;
  }

  #step(token: string, text: SymbolPath): SymbolNode {
    const known = this.#steps.get(token);
    if (known) return known;
    const states = new Set<State>();
    for (const state of this.#states) {
      const exact = state.next.get(token);
      if (exact) states.add(exact);
      if (token !== CALL && token !== ELEMENT && !OF_PROMISES.has(token)) {
        const any = state.next.get(ANY);
        if (any) states.add(any);
      }
      const rest = state.next.get(REST);
      if (rest) states.add(rest);
    }
    const node = this.#catalog.canonical(states) ?? new SymbolNode(this.#catalog, text, [...states]);
    this.#steps.set(token, node);
    return node;
  }
}

/** "Every method" of a client that is its own promise (`client.connect().then(…)`) does not mean that promise's. */
const OF_PROMISES = new Set(["then", "catch", "finally"]);

/** All rows of all libraries, found by walking along a path. */
export class Catalog {
  readonly libraries: readonly Library[];
  /** What is said of each module's paths: a project uses few, and only for those it is worked out. */
  readonly #said = new Map<string, Said[]>();
  readonly #modulePatterns: { readonly name: string; readonly test: RegExp; state?: State }[] = [];
  readonly #nodes = new Map<string, SymbolNode>();
  readonly #roots = new Map<Mentioned, Roots>();
  #roads: Roads | undefined;
  #loaded: readonly Loaded[] | undefined;

  constructor(libraries: readonly Library[]) {
    this.libraries = libraries;
    for (const library of libraries) {
      for (const instance of library.instances ?? []) {
        for (const also of instance.also ?? []) if (also !== instance.is) this.#say(also, (state) => void state.same.push(instance.is));
        for (const type of instance.types ?? []) this.#say(type, (state) => void state.declares.push(instance.is));
      }
      for (const path of library.quiet ?? []) this.#say(path, (state) => void (state.quiet = true));
      for (const aspect of ASPECTS) this.#add(library, aspect);
    }
  }

  /** The node of a module: `pg`, `node:fs`, `./db.js`. */
  module(specifier: string): SymbolNode {
    const name = specifier.startsWith("node:") ? specifier.slice(5) : specifier;
    let node = this.#nodes.get(name);
    if (!node) {
      const states: State[] = [];
      if (this.#said.has(name)) states.push(this.#moduleState(name));
      for (const pattern of this.#modulePatterns) if (pattern.test.test(name)) states.push((pattern.state ??= this.#moduleState(pattern.name)));
      const around = states.length > 0 ? null : packageBehind(name, this.libraries);
      if (around !== null && this.#said.has(around)) states.push(this.#insideOf(around));
      this.#nodes.set(name, (node = new SymbolNode(this, `${name}:`, states)));
    }
    return node;
  }

  global(name: string): SymbolNode {
    return this.module("global").member(name);
  }

  path(path: SymbolPath): SymbolNode {
    const [module, ...steps] = parsePath(path);
    let node = this.module(module as string);
    for (const step of steps) node = step === CALL ? node.call() : step === ELEMENT ? node.element() : node.member(step);
    return node;
  }

  /** Could a text have a symbol with rows of this aspect, or one that handlers are given? Its imports, the globals and the last names it writes decide. */
  mentions(words: Words, imported: Imported, aspect: Mentioned): boolean {
    const roots = this.#rootsOf(aspect);
    if (roots.globals.some(({ word, ends }) => words.has(word) && writesEnd(ends, words, true))) return true;
    for (const [module, isWhole] of imported) {
      const ends = roots.ofModule(module);
      if (ends && writesEnd(ends, words, isWhole)) return true;
    }
    return this.loaded.some(({ word, modules }) => words.has(word) && modules.some((module) => {
      const ends = imported.has(module) ? null : roots.ofModule(module);
      return ends !== null && writesEnd(ends, words, true);
    }));
  }

  /** What packages load by where its file lies: functions whose first parameter has such a name, and the modules of what they are given. */
  get loaded(): readonly Loaded[] {
    return (this.#loaded ??= this.libraries.flatMap((l) => l.middleware ?? []).flatMap((row) => (row.exported === undefined ? [] : [{ row, name: row.exported, word: wordOf(row.exported), modules: (row.params ?? []).flatMap((p) => (p === null ? [] : [p.slice(0, p.lastIndexOf(":"))])) }])));
  }

  /** Does a name end a path with rows of these aspects that starts at what a file imports, or at a global? null: any name may. */
  lastNames(imported: Iterable<string>, aspects: readonly Aspect[]): LastNames | null {
    const reached = new Set<Ends>();
    for (const aspect of aspects) {
      const roots = this.#rootsOf(aspect);
      for (const { ends } of roots.globals) reached.add(ends);
      for (const module of imported) {
        const ends = roots.ofModule(module);
        if (ends) reached.add(ends);
      }
    }
    const all = [...reached];
    if (all.some((ends) => ends.any)) return null;
    const names = new Set(all.flatMap((ends) => [...ends.names.keys()]));
    return { has: (name) => names.has(name), itself: all.some((ends) => ends.itself) };
  }

  #rootsOf(aspect: Mentioned): Roots {
    let roots = this.#roots.get(aspect);
    if (!roots) this.#roots.set(aspect, (roots = new Roots(this.libraries, aspect, (this.#roads ??= new Roads(this.libraries)))));
    return roots;
  }

  /** If one of these states is another road to a canonical path: that path's node. */
  canonical(states: ReadonlySet<State>): SymbolNode | null {
    for (const state of states) {
      const same = state.same[0];
      if (same !== undefined) return this.path(same);
    }
    return null;
  }

  #add<A extends Aspect>(library: Library, aspect: A): void {
    for (const row of (library[STANDS_IN[aspect] ?? (aspect as keyof Library)] ?? []) as unknown as readonly RowsOf[A][]) {
      const entry = { library, row } as unknown as Row<Aspect>;
      for (const call of new Set(CALLS[aspect](row))) {
        this.#say(call, ({ rows }) => {
          const placed: Placed = { entry, stars: call.split(ANY).length - 1 };
          listAt(rows, aspect).push(placed);
        });
      }
    }
  }

  #say(path: SymbolPath, what: Said["what"]): void {
    const module = path.slice(0, path.lastIndexOf(":"));
    const known = this.#said.get(module);
    if (known) known.push({ path, what });
    else {
      this.#said.set(module, [{ path, what }]);
      if (module.includes(ANY)) this.#modulePatterns.push({ name: module, test: modulePattern(module) });
    }
  }

  /** A file of a package, of which nothing is said: its classes are those that the package exports. */
  #insideOf(module: string): State {
    const state = newState();
    for (const name of this.#moduleState(module).next.keys()) if (/^[A-Z]/.test(name)) state.next.set(name, { ...newState(), same: [`${module}:${name}`] });
    return state;
  }

  /** All that is said of a module, as an automaton over the steps of its paths. */
  #moduleState(name: string): State {
    const root = newState();
    for (const { path, what } of this.#said.get(name) ?? []) {
      let state = root;
      for (const step of parsePath(path).slice(1)) {
        let next = state.next.get(step);
        if (!next) {
          next = newState();
          // `**` goes on for as long as the path does.
          if (step === REST) next.next.set(REST, next);
          state.next.set(step, next);
        }
        state = next;
      }
      what(state);
    }
    return root;
  }
}

/** What one path of the catalog is: the state it leads to is told. */
interface Said {
  readonly path: SymbolPath;
  readonly what: (state: State) => void;
}

function newState(): State {
  return { next: new Map(), rows: new Map(), same: [], declares: [], quiet: false };
}
