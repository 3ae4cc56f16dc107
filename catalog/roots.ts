import { type Aspect, CALLS, type RowsOf, STANDS_IN } from "./aspects.js";
import type { Library, SymbolPath } from "./library.js";
import { ANY, CALL, ELEMENT, modulePattern, parsePath, REST } from "./symbol-path.js";
import { type Word, wordOf, type Words } from "./words.js";

/** What ends the paths of an aspect's rows that start at one module or global, other roads to their instances included. */
export interface Ends {
  /** By name. `any`: a path ends in `*`. */
  readonly names: ReadonlyMap<string, Word>;
  readonly any: boolean;
  /** A path without a name: what the module exports by default is called itself. */
  readonly itself: boolean;
}

/** Where the paths of an aspect's rows start, and how they end. */
export interface Roots {
  readonly byModule: ReadonlyMap<string, Ends>;
  readonly byPattern: readonly { readonly test: RegExp; readonly ends: Ends }[];
  readonly byGlobal: readonly { readonly word: Word; readonly ends: Ends }[];
}

/** A path's last name stands in every text that uses it, however it is aliased. `isWhole`: the text may have what the module exports by default. */
export function writesEnd({ any, itself, names }: Ends, words: Words, isWhole: boolean): boolean {
  if (any || (itself && isWhole)) return true;
  for (const name of names.values()) if (words.has(name)) return true;
  return false;
}

interface Drafts {
  names: Map<string, Word>;
  any: boolean;
  itself: boolean;
}

/** What a text may mention: what rows of an aspect name, or what handlers are `given`, by its type. */
export type Mentioned = Aspect | "given";

/** The modules and globals from which the rows of an aspect can be reached. */
export function rootsOf(libraries: readonly Library[], aspect: Mentioned): Roots {
  const paths = new Set(libraries.flatMap((library) => (aspect === "given" ? givenIn(library) : pathsIn(library, aspect))));
  const all = instancesOf(libraries);
  const modules = new Map<string, Drafts>();
  const globals = new Map<string, Drafts>();
  for (const path of paths) {
    const steps = parsePath(path);
    const last = steps.findLast((step, i) => i > 0 && step !== CALL && step !== ELEMENT);
    for (const start of all.startsOf(steps)) {
      const [module = "", name] = start;
      if (module === "global" && (name === undefined || name === ANY)) continue;
      const [table, key] = module === "global" ? [globals, name as string] : [modules, module];
      let ends = table.get(key);
      if (!ends) table.set(key, (ends = { names: new Map(), any: false, itself: false }));
      if (last === undefined) ends.itself = true;
      else if (last === ANY || last === REST) ends.any = true;
      else if (!ends.names.has(last)) ends.names.set(last, wordOf(last));
    }
  }
  const byModule = new Map([...modules].filter(([name]) => !name.includes(ANY)));
  const patterns = [...modules].filter(([name]) => name.includes(ANY));
  return {
    byModule,
    byPattern: patterns.map(([name, ends]) => ({ test: modulePattern(name), ends })),
    byGlobal: [...globals].map(([name, ends]) => ({ word: wordOf(name), ends })),
  };
}

function pathsIn<A extends Aspect>(library: Library, aspect: A): readonly SymbolPath[] {
  const rows = (library[STANDS_IN[aspect] ?? (aspect as keyof Library)] ?? []) as unknown as readonly RowsOf[A][];
  return rows.flatMap(CALLS[aspect]);
}

function givenIn({ entries = [], middleware = [] }: Library): readonly SymbolPath[] {
  return [...entries, ...middleware].flatMap(({ params = [] }) => params).filter((param) => param !== null);
}

interface Instance {
  readonly is: readonly string[];
  /** The other roads to it. */
  readonly roads: readonly (readonly string[])[];
}

/** Instances by their modules; those whose module holds a `*` apart. */
class Instances {
  readonly #byModule = new Map<string, Instance[]>();
  readonly #patterns: { readonly test: RegExp; readonly instances: Instance[] }[] = [];

  constructor(libraries: readonly Library[]) {
    for (const { is, also = [], types = [] } of libraries.flatMap((l) => l.instances ?? [])) {
      const steps = parsePath(is);
      const [module = ""] = steps;
      let known = this.#byModule.get(module);
      if (!known) {
        this.#byModule.set(module, (known = []));
        if (module.includes(ANY)) this.#patterns.push({ test: modulePattern(module), instances: known });
      }
      known.push({ is: steps, roads: [...also, ...types].map(parsePath) });
    }
  }

  /** A path, and all other roads that lead onto it: to an instance it begins with, to one that such a road begins with … */
  startsOf(path: readonly string[]): ReadonlySet<readonly string[]> {
    const starts = new Set([path]);
    for (const start of starts) for (const { is, roads } of this.#of(start[0] as string)) if (roads.length > 0 && beginsWith(start, is)) for (const road of roads) starts.add(road);
    return starts;
  }

  #of(module: string): readonly Instance[] {
    if (module.includes(ANY)) {
      const test = modulePattern(module);
      return [...this.#byModule].flatMap(([name, instances]) => (name === module || test.test(name) ? instances : []));
    }
    const own = this.#byModule.get(module) ?? [];
    const others = this.#patterns.filter(({ test }) => test.test(module));
    return others.length === 0 ? own : [...own, ...others.flatMap(({ instances }) => instances)];
  }
}

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

const instances = new WeakMap<readonly Library[], Instances>();

function instancesOf(libraries: readonly Library[]): Instances {
  let found = instances.get(libraries);
  if (!found) instances.set(libraries, (found = new Instances(libraries)));
  return found;
}
