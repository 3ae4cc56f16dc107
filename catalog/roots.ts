import { type Aspect, CALLS, type RowsOf, STANDS_IN } from "./aspects.js";
import type { Library, SymbolPath } from "./library.js";
import { ANY, CALL, ELEMENT, modulePattern, packageBehind, parsePath, REST } from "./symbol-path.js";
import { type Word, wordOf, type Words } from "./words.js";

/** What ends the paths of an aspect's rows that start at one module or global, other roads to their instances included. */
export interface Ends {
  /** By name. */
  readonly names: ReadonlyMap<string, Word>;
  /** A path ends in `*`. */
  readonly any: boolean;
  /** A path without a name: what the module exports by default is called itself. */
  readonly itself: boolean;
}

/** A path's last name stands in every text that uses it, however it is aliased. `isWhole`: the text may have what the module exports by default. */
export function writesEnd({ any, itself, names }: Ends, words: Words, isWhole: boolean): boolean {
  if (any || (itself && isWhole)) return true;
  for (const name of names.values()) if (words.has(name)) return true;
  return false;
}

/** What a text may mention: what rows of an aspect name, or what handlers are `given`, by its type. */
export type Mentioned = Aspect | "given";

/** Where the paths of an aspect's rows start. A project imports few modules, and only for those it is worked out. */
export class Roots {
  readonly #rows = new ByModule<readonly string[]>();
  readonly #roads: Roads;
  readonly #libraries: readonly Library[];
  readonly #ends = new Map<string, Ends | null>();
  #globals: readonly { readonly word: Word; readonly ends: Ends }[] | undefined;

  constructor(libraries: readonly Library[], aspect: Mentioned, roads: Roads) {
    this.#roads = roads;
    this.#libraries = libraries.filter((library) => library.generatedTo !== undefined);
    const paths = new Set(libraries.flatMap((library) => (aspect === "given" ? givenIn(library) : pathsIn(library, aspect))));
    for (const path of paths) this.#rows.add(moduleOf(path), () => parsePath(path));
  }

  /** null: none starts there. */
  ofModule(module: string): Ends | null {
    // Most modules of a file are the project's own: no two files need name them alike.
    if (module.startsWith(".") && !this.#rows.hasRelative && !this.#roads.hasRelative && packageBehind(module, this.#libraries) === null) return null;
    let known = this.#ends.get(module);
    if (known === undefined) {
      const draft = new Draft();
      for (const row of this.#rows.of(module)) draft.add(row);
      this.#reach(this.#roads.of(module), draft);
      const around = draft.isEmpty ? packageBehind(module, this.#libraries) : null;
      if (around !== null) return this.ofModule(around);
      this.#ends.set(module, (known = draft.isEmpty ? null : draft));
    }
    return known;
  }

  get globals(): readonly { readonly word: Word; readonly ends: Ends }[] {
    if (this.#globals) return this.#globals;
    const drafts = new Map<string, Draft>();
    const of = ([, name]: readonly string[]): Draft | null => {
      if (name === undefined || name === ANY) return null;
      let draft = drafts.get(name);
      if (!draft) drafts.set(name, (draft = new Draft()));
      return draft;
    };
    for (const row of this.#rows.of("global")) of(row)?.add(row);
    for (const road of this.#roads.of("global")) this.#reach([road], of(road.steps));
    return (this.#globals = [...drafts].filter(([, draft]) => !draft.isEmpty).map(([name, ends]) => ({ word: wordOf(name), ends })));
  }

  /** The rows of the instances that these roads lead to, and of those that a road leads to which begins at one of them. */
  #reach(roads: readonly Road[], draft: Draft | null): void {
    const reached = new Set(roads.map((road) => road.is));
    for (const is of reached) {
      const module = is[0] as string;
      for (const row of this.#rows.of(module)) if (beginsWith(row, is)) draft?.add(row);
      for (const road of this.#roads.of(module)) if (beginsWith(road.steps, is)) reached.add(road.is);
    }
  }
}

class Draft implements Ends {
  readonly names = new Map<string, Word>();
  any = false;
  itself = false;

  get isEmpty(): boolean {
    return this.names.size === 0 && !this.any && !this.itself;
  }

  add(path: readonly string[]): void {
    const last = path.findLast((step, i) => i > 0 && step !== CALL && step !== ELEMENT);
    if (last === undefined) this.itself = true;
    else if (last === ANY || last === REST) this.any = true;
    else if (!this.names.has(last)) this.names.set(last, wordOf(last));
  }
}

function pathsIn<A extends Aspect>(library: Library, aspect: A): readonly SymbolPath[] {
  const rows = (library[STANDS_IN[aspect] ?? (aspect as keyof Library)] ?? []) as unknown as readonly RowsOf[A][];
  return rows.flatMap(CALLS[aspect]);
}

function givenIn({ entries = [], middleware = [] }: Library): readonly SymbolPath[] {
  return [...entries, ...middleware].flatMap(({ params = [] }) => params).filter((param) => param !== null);
}

/** Another road to an instance. */
interface Road {
  readonly steps: readonly string[];
  readonly is: readonly string[];
}

/** The roads to all instances, by where they start. */
export class Roads {
  readonly #roads = new ByModule<Road>();

  constructor(libraries: readonly Library[]) {
    for (const { is, also = [], types = [] } of libraries.flatMap((l) => l.instances ?? [])) {
      let steps: readonly string[] | undefined;
      for (const road of [...also, ...types]) this.#roads.add(moduleOf(road), () => ({ steps: parsePath(road), is: (steps ??= parsePath(is)) }));
    }
  }

  of(module: string): readonly Road[] {
    return this.#roads.of(module);
  }

  get hasRelative(): boolean {
    return this.#roads.hasRelative;
  }
}

/** Things by the module that their path starts at, made when somebody asks for that module. Names of modules may hold a `*`, on either side. */
class ByModule<T> {
  readonly #waiting = new Map<string, (() => T)[]>();
  readonly #patterns: { readonly name: string; readonly test: RegExp }[] = [];
  readonly #made = new Map<string, readonly T[]>();
  readonly #found = new Map<string, readonly T[]>();
  /** Some name may be that of a file. */
  hasRelative = false;

  add(module: string, make: () => T): void {
    const known = this.#waiting.get(module);
    if (known) known.push(make);
    else {
      this.#waiting.set(module, [make]);
      if (module.startsWith(".") || module.startsWith(ANY)) this.hasRelative = true;
      if (module.includes(ANY)) this.#patterns.push({ name: module, test: modulePattern(module) });
    }
  }

  of(module: string): readonly T[] {
    let found = this.#found.get(module);
    if (!found) {
      const test = module.includes(ANY) ? modulePattern(module) : null;
      const names = test ? [...this.#waiting.keys()].filter((name) => test.test(name)) : this.#waiting.has(module) ? [module] : [];
      const patterns = this.#patterns.filter((pattern) => pattern.test.test(module)).map((pattern) => pattern.name);
      this.#found.set(module, (found = [...new Set([...names, ...patterns])].flatMap((name) => this.#madeFor(name))));
    }
    return found;
  }

  #madeFor(name: string): readonly T[] {
    let made = this.#made.get(name);
    if (!made) this.#made.set(name, (made = (this.#waiting.get(name) ?? []).map((make) => make())));
    return made;
  }
}

const moduleOf = (path: SymbolPath): string => path.slice(0, path.lastIndexOf(":"));

/** After their modules. Both may hold `*`. */
function beginsWith(path: readonly string[], start: readonly string[]): boolean {
  for (let i = 1; i < start.length; i++) {
    const a = path[i];
    const b = start[i];
    if (a === REST || b === REST) return true;
    if (a === undefined || (a !== b && a !== ANY && b !== ANY)) return false;
  }
  return true;
}
