import { type Aspect, CALLS, type RowsOf, STANDS_IN } from "./aspects.js";
import type { Library, SymbolPath } from "./library.js";
import { ANY, CALL, escapeRegExp, modulePattern, parsePath, REST } from "./symbol-path.js";

export interface LibraryRoots {
  readonly modules: ReadonlySet<string>;
  readonly patterns: readonly RegExp[];
  readonly globals: RegExp | null;
  /** The last names of its paths; null: a path ends in `*`. */
  readonly names: ReadonlySet<string> | null;
  /** Any of them, in a text. Made when first asked for. */
  written?: RegExp;
}

export interface Roots {
  /** Those with patterns for modules. */
  readonly withPatterns: readonly LibraryRoots[];
  /** Those with globals. */
  readonly always: readonly LibraryRoots[];
  readonly byModule: ReadonlyMap<string, readonly LibraryRoots[]>;
  readonly globals: RegExp | null;
}

/** A path's last name stands in every text that uses it, however it is aliased. */
export function writesName(library: LibraryRoots, text: string): boolean {
  return library.names === null || (library.written ??= anyOf(library.names)).test(text);
}

/** The modules and globals from which the rows of an aspect can be reached, other roads to their instances included. */
export function rootsOf(libraries: readonly Library[], aspect: Aspect): Roots {
  const roads = roadsTo(libraries);
  const found: LibraryRoots[] = [];
  const allGlobals = new Set<string>();
  for (const library of libraries) {
    const rows = (library[STANDS_IN[aspect] ?? (aspect as keyof Library)] ?? []) as readonly RowsOf[Aspect][];
    if (rows.length === 0) continue;
    const modules = new Set<string>();
    const patterns: RegExp[] = [];
    const globals = new Set<string>();
    const names = new Set<string>();
    const add = (path: SymbolPath): void => {
      const [module, name] = parsePath(path);
      if (module === "global" && name !== undefined && name !== ANY) globals.add(name);
      if (module?.includes(ANY)) patterns.push(modulePattern(module));
      else if (module !== undefined) modules.add(module);
    };
    for (const row of rows) {
      for (const call of (CALLS[aspect] as (row: RowsOf[Aspect]) => readonly SymbolPath[])(row)) {
        add(call);
        const last = parsePath(call).findLast((step) => step !== CALL);
        if (last !== undefined) names.add(last);
      }
    }
    for (const name of library.packages) if (name !== "global") add(`${name}:`);
    for (const { also = [], types = [] } of library.instances ?? []) [...also, ...types].forEach(add);
    // Rows for what another library describes: its roads lead here too.
    for (const road of [...modules].flatMap((module) => roads.get(module) ?? [])) add(road);
    for (const name of globals) allGlobals.add(name);
    found.push({ modules, patterns, globals: globals.size === 0 ? null : anyOf(globals), names: names.has(ANY) || names.has(REST) ? null : names });
  }
  const byModule = new Map<string, LibraryRoots[]>();
  for (const library of found) {
    for (const module of library.modules) {
      const known = byModule.get(module);
      if (known) known.push(library);
      else byModule.set(module, [library]);
    }
  }
  byModule.delete("global");
  return { withPatterns: found.filter((l) => l.patterns.length > 0), always: found.filter((l) => l.modules.has("global")), byModule, globals: allGlobals.size === 0 ? null : anyOf(allGlobals) };
}

/** By the module of an instance, the other roads to it. */
function roadsTo(libraries: readonly Library[]): ReadonlyMap<string, readonly SymbolPath[]> {
  const found = new Map<string, SymbolPath[]>();
  for (const { is, also = [], types = [] } of libraries.flatMap((l) => l.instances ?? [])) {
    const module = parsePath(is)[0] as string;
    const list = found.get(module);
    if (list) list.push(...also, ...types);
    else found.set(module, [...also, ...types]);
  }
  return found;
}

const anyOf = (names: ReadonlySet<string>): RegExp => new RegExp(`(?<![\\w$])(?:${[...names].map(escapeRegExp).join("|")})(?![\\w$])`);
