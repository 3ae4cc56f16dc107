import type { BindingId, ExportFact, Facts, PropFact, Value, ValueId } from "../core/facts.js";
import { folderLoad } from "./folder-loads.js";
import { listAt } from "../core/lists.js";
import { loadPatterns } from "./load-patterns.js";
import { pluginFolders } from "./plugin-folders.js";
import { loadOf } from "./loads.js";
import { extending } from "./own-exports.js";

/** What a name that crosses a file's edge stands for, in the numbers of the file where it stands. */
export type Target =
  | { readonly kind: "binding"; readonly file: number; readonly binding: BindingId }
  | { readonly kind: "value"; readonly file: number; readonly value: ValueId }
  /** All that a file exports. */
  | { readonly kind: "namespace"; readonly file: number }
  /** Of no file of the program, or a name that stays what it is. */
  | { readonly kind: "outside"; readonly module: string; readonly name: string };

export type Inside = Exclude<Target, { kind: "outside" }>;

/** What a linker is told about the project around the files. */
export interface Roads {
  /** The file of the program behind a module's name. */
  fileOf(module: string, from: number): number | null;
  /** The files of the program whose name a relative one with stars may mean. */
  filesLike?(pattern: string, from: number): readonly number[];
  /** The name of a file without its folders and its extension. */
  nameOf?(file: number): string;
  /** The module as the whole program calls it, where a name is sanctioned and stands for itself; null elsewhere. */
  stays(module: string, name: string, from: number): string | null;
  /** A relative name that leads to no file of the program, seen from its root. */
  outside(module: string, from: number): string;
}

/** Re-exports of re-exports: barrels may go in a circle. */
const DEEPEST = 20;
/** A name that so many files may have says nothing. */
const MOST_LIKE = 80;

/** What the imports of a set of files stand for: through re-exports, barrels, namespaces and `require`. */
export class Linker {
  readonly #files: readonly Facts[];
  readonly #roads: Roads;
  readonly #tables: (ReadonlyMap<string, ExportFact> | undefined)[] = [];
  readonly #imports: (Map<BindingId, Target | null> | undefined)[] = [];
  readonly #namespaces: (Map<ValueId, number | null> | undefined)[] = [];
  /** The exports that files of the program import by name. */
  readonly #imported = new Set<ExportFact>();
  /** By file, the reads that only hand a name on to who imports it: `module.exports = { a }`, `export default a`. */
  readonly handedOn: Set<ValueId>[] = [];

  readonly #added: (ReadonlyMap<string, Inside> | undefined)[] = [];
  #given: ReadonlyMap<string, readonly { readonly by: number; readonly as: "own" | number }[]> | null = null;

  constructor(files: readonly Facts[], roads: Roads) {
    this.#files = files;
    this.#roads = roads;
  }

  /** What an import's name stands for; null: no import, or nothing is there under that name. */
  importOf(file: number, binding: BindingId): Target | null {
    const known = (this.#imports[file] ??= new Map());
    let target = known.get(binding);
    if (target === undefined) {
      // While it is worked out: files that import each other's re-exports of each other.
      known.set(binding, null);
      known.set(binding, (target = this.#importOf(file, binding)));
    }
    return target;
  }

  #importOf(file: number, id: BindingId): Target | null {
    const facts = this.#files[file] as Facts;
    const from = facts.bindings[id]?.from;
    const fact = from && facts.imports[from.import];
    const name = from && fact?.names[from.name]?.imported;
    return fact === undefined || name === undefined ? null : this.#through(fact.module, name, file, 0);
  }

  /** A name of a module, as a file asks for it. */
  #through(module: string, name: string, from: number, depth: number): Target | null {
    const kept = this.#roads.stays(module, name, from);
    if (kept !== null) return { kind: "outside", module: kept, name };
    const to = this.#roads.fileOf(module, from);
    if (to === null) return { kind: "outside", module: this.#roads.outside(module, from), name };
    return name === "*" ? this.#whole(to) : this.exportOf(to, name, depth + 1);
  }

  /** `import * as x`, `require("x")`: what the file is, where it exports one thing in place of names. */
  #whole(file: number): Target {
    const assigned = this.tableOf(file).get("=");
    return assigned === undefined || this.#isTable(file, assigned) ? { kind: "namespace", file } : (this.#exported(file, assigned, 0) ?? { kind: "namespace", file });
  }

  /** What a file exports under a name. */
  exportOf(file: number, name: string, depth = 0): Target | null {
    if (depth > DEEPEST) return null;
    const table = this.tableOf(file);
    const own = table.get(name);
    if (own !== undefined) return this.#exported(file, own, depth);
    const { exports, values } = this.#files[file] as Facts;
    const assigned = table.get("=");
    const object = assigned?.value === undefined ? undefined : values[assigned.value];
    if (object?.kind === "object" && name !== "default") {
      const prop = object.props.findLast((p) => p.name === name && p.form !== "get" && p.form !== "set");
      if (prop !== undefined) return this.#held(file, prop.value, depth);
      return this.#spreadInto(file, object.props, name, depth) ?? this.#extended(file).get(name) ?? null;
    }
    if (name === "default") return assigned === undefined && (this.#files[file] as Facts).moduleKind === "esm" ? null : this.#whole(file);
    for (const e of exports) {
      if (e.name !== "*" || e.from === undefined) continue;
      const found = this.#through(e.from, name, file, depth + 1);
      // A package may export anything; a file of ours that has the name comes first.
      if (found !== null && (found.kind !== "outside" || this.#onlyOutside(exports, file))) return found;
    }
    return this.#extended(file).get(name) ?? null;
  }

  /** `module.exports = { ...require("./users"), ...orders }`: the name stands in a file that is spread there; of several the last that has it. */
  #spreadInto(file: number, props: readonly PropFact[], name: string, depth: number): Target | null {
    for (const { form, value } of props.toReversed()) {
      const from = form === "spread" ? this.namespaceOf(file, value) : null;
      const found = from === null || from === file ? null : this.exportOf(from, name, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  /** What others add to what a file exports, by name: `require("./data")(User)`. */
  #extended(file: number): ReadonlyMap<string, Inside> {
    return (this.#added[file] ??= new Map(this.#extensionsOf(file, "own", new Set()).map(({ name, ...target }) => [name, target] as const)));
  }

  #extensionsOf(file: number, what: "own" | number, seen: Set<string>): readonly (Inside & { readonly name: string })[] {
    if (seen.size > MOST_LIKE || seen.has(`${file} ${what}`)) return [];
    seen.add(`${file} ${what}`);
    return extending(this.#files[file] as Facts).extensions.filter(({ given }) => given === what).flatMap(({ module, arg }) => {
      const to = this.#roads.fileOf(module, file);
      if (to === null) return [];
      const own = (extending(this.#files[to] as Facts).writes.get(arg) ?? []).map(({ name, value }) => ({ name, kind: "value" as const, file: to, value }));
      return [...own, ...this.#extensionsOf(to, arg, seen)];
    });
  }

  /** The one file whose exports are given to the function of this one as a parameter. */
  #hostOf(file: number, param: number, depth = 0): number | null {
    const given = this.#givenTo().get(`${file} ${param}`) ?? [];
    const hosts = new Set(given.map(({ by, as }) => (as === "own" ? by : depth < DEEPEST ? this.#hostOf(by, as, depth + 1) : null)));
    const [only = null] = hosts;
    return hosts.size === 1 ? only : null;
  }

  /** Who gives what, by file and parameter. */
  #givenTo(): ReadonlyMap<string, readonly { readonly by: number; readonly as: "own" | number }[]> {
    if (this.#given === null) {
      const found = new Map<string, { by: number; as: "own" | number }[]>();
      this.#files.forEach((facts, by) => {
        for (const { module, arg, given: as } of extending(facts).extensions) {
          const to = this.#roads.fileOf(module, by);
          if (to !== null) listAt(found, `${to} ${arg}`).push({ by, as });
        }
      });
      this.#given = found;
    }
    return this.#given;
  }

  /** What a member of such a parameter stands for; what is written to it stands for itself. */
  #ofHost(file: number, id: ValueId, { object, name }: Value & { kind: "member" }): Target | null {
    const facts = this.#files[file] as Facts;
    const holder = facts.values[object] as Value;
    const param = holder.kind === "var" && name !== null ? extending(facts).params.get(holder.binding) : undefined;
    const host = param === undefined || extending(facts).written.has(id) ? null : this.#hostOf(file, param);
    return host === null ? null : this.exportOf(host, name as string);
  }

  #onlyOutside(exports: readonly ExportFact[], file: number): boolean {
    return exports.filter((e) => e.name === "*").every((e) => e.from === undefined || this.#roads.fileOf(e.from, file) === null);
  }

  #exported(file: number, e: ExportFact, depth: number): Target | null {
    this.#imported.add(e);
    if (e.from !== undefined) return this.#through(e.from, e.imported ?? e.name, file, depth + 1);
    if (e.binding !== undefined) return this.#named(file, e.binding);
    return e.value === undefined ? null : this.#held(file, e.value, depth);
  }

  #named(file: number, binding: BindingId): Target | null {
    return (this.#files[file] as Facts).bindings[binding]?.from === undefined ? { kind: "binding", file, binding } : this.importOf(file, binding);
  }

  /** `export default router`, `module.exports = router`: the name that stands there. */
  #held(file: number, id: ValueId, depth: number): Target | null {
    const facts = this.#files[file] as Facts;
    const value = facts.values[id] as Value;
    if (value.kind === "cast" && depth < DEEPEST) return this.#held(file, value.of, depth + 1);
    const whole = this.namespaceOf(file, id);
    if (whole !== null) return this.#whole(whole);
    const binding = value.kind === "var" ? facts.bindings[value.binding] : undefined;
    if (value.kind === "var" && (binding?.versions.length === 1 || binding?.from !== undefined)) {
      (this.handedOn[file] ??= new Set()).add(id);
      return this.#named(file, value.binding);
    }
    return { kind: "value", file, value: id };
  }

  /** The file whose exports a value holds: `require("./x")`, `await import("./x")`, `import * as x`, and names for them. */
  namespaceOf(file: number, id: ValueId): number | null {
    const known = (this.#namespaces[file] ??= new Map());
    let found = known.get(id);
    if (found === undefined) {
      known.set(id, null);
      known.set(id, (found = this.#namespaceOf(file, id)));
    }
    return found;
  }

  #namespaceOf(file: number, id: ValueId): number | null {
    const facts = this.#files[file] as Facts;
    const value = facts.values[id] as Value;
    switch (value.kind) {
      case "await":
      case "cast":
        return this.namespaceOf(file, value.of);
      case "var": {
        const binding = facts.bindings[value.binding];
        if (binding?.from !== undefined) {
          const target = this.importOf(file, value.binding);
          return target?.kind === "namespace" ? target.file : null;
        }
        const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
        return held === undefined ? null : this.namespaceOf(file, held);
      }
      case "call":
      case "dynamicImport": {
        const target = this.wholeOf(file, value);
        return target?.kind === "namespace" ? target.file : null;
      }
      // `User.email` of `User.email = require("./email")`
      case "member": {
        const target = this.memberOf(file, id, value);
        return target?.kind === "namespace" ? target.file : null;
      }
      default:
        return null;
    }
  }

  /** What `require("./x")` or `import("./x")` gives, where a file of the program is behind it. */
  wholeOf(file: number, value: Value): Target | null {
    const load = value.kind === "call" || value.kind === "dynamicImport" ? loadOf(this.#files[file] as Facts, value) : null;
    const to = load === null || load.kind === "worker" ? null : this.#roads.fileOf(load.module, file);
    if (load === null || to === null || this.#roads.stays(load.module, "*", file) !== null) return null;
    return value.kind === "dynamicImport" ? { kind: "namespace", file: to } : this.#whole(to);
  }

  /** What a `require` or `import()` may give whose argument is put together: the files of a folder, of a list, of a table. */
  someOf(file: number, value: Value): readonly Inside[] {
    const facts = this.#files[file] as Facts;
    const patterns = this.#roads.filesLike === undefined ? [] : loadPatterns(facts, value);
    if (patterns.length === 0 || loadOf(facts, value) !== null) return [];
    return this.#filesLike(patterns, file).map((to): Target => (value.kind === "dynamicImport" ? { kind: "namespace", file: to } : this.#whole(to))).filter((target) => target.kind !== "outside");
  }

  /** The plugins that stand in the place of one that registers those of a folder. */
  pluginsOf(file: number, id: ValueId): readonly Inside[] {
    const patterns = this.#roads.filesLike === undefined ? undefined : pluginFolders(this.#files[file] as Facts).get(id);
    return patterns === undefined ? [] : this.#filesLike(patterns, file).flatMap((to): readonly Inside[] => {
      const target = this.exportOf(to, "default");
      // `export default rateLimit` of a package: the name that it has there.
      const own = target?.kind === "outside" ? this.tableOf(to).get("default")?.value : undefined;
      if (own != null) return [{ kind: "value", file: to, value: own }];
      return target === null || target.kind === "outside" || target.kind === "namespace" ? [] : [target];
    });
  }

  /** The files that a call loads from a folder, in a table under their names or as a list. */
  folderOf(file: number, value: Value): readonly { readonly name: string | null; readonly target: Inside }[] {
    const load = this.#roads.filesLike === undefined ? null : folderLoad(this.#files[file] as Facts, value);
    return (load === null ? [] : this.#filesLike(load.patterns, file)).flatMap((to) => {
      const own = load?.keyed === false && this.tableOf(to).has("default") ? this.exportOf(to, "default") : null;
      const target = own ?? this.#whole(to);
      return target.kind === "outside" ? [] : [{ name: load?.keyed === true ? (this.#roads.nameOf?.(to) ?? null) : null, target }];
    });
  }

  #filesLike(patterns: readonly string[], file: number): readonly number[] {
    const found = new Set(patterns.flatMap((pattern) => this.#roads.filesLike?.(pattern, file) ?? []));
    found.delete(file);
    return found.size > MOST_LIKE ? [] : [...found].sort((a, b) => a - b);
  }

  /** The file of the program that a value starts as a thread or process of its own. */
  startedBy(file: number, value: Value): number | null {
    const load = value.kind === "call" ? loadOf(this.#files[file] as Facts, value) : null;
    return load?.kind === "worker" ? this.#roads.fileOf(load.module, file) : null;
  }

  /** Under which name a file knows the module whose exports a value holds. */
  #moduleOf(file: number, id: ValueId, depth = 0): string | null {
    const facts = this.#files[file] as Facts;
    const value = facts.values[id] as Value;
    if (depth > DEEPEST) return null;
    if (value.kind === "await" || value.kind === "cast") return this.#moduleOf(file, value.of, depth + 1);
    if (value.kind !== "var") return loadOf(facts, value)?.module ?? null;
    const binding = facts.bindings[value.binding];
    if (binding?.from !== undefined) return facts.imports[binding.from.import]?.module ?? null;
    const held = binding?.versions.length === 1 ? binding.versions[0]?.value : undefined;
    return held === undefined ? null : this.#moduleOf(file, held, depth + 1);
  }

  /** What a member of a namespace stands for; outside the program only what is sanctioned by its name. */
  memberOf(file: number, id: ValueId, member: Value & { kind: "member" }): Target | null {
    if (member.name === null) return null;
    const of = this.namespaceOf(file, member.object) ?? this.#besides(file, member.object, member.name);
    if (of === null) {
      const added = this.#ofHost(file, id, member);
      return added?.kind === "outside" ? null : added;
    }
    const module = this.#moduleOf(file, member.object);
    const kept = module === null ? null : this.#roads.stays(module, member.name, file);
    if (kept !== null) return { kind: "outside", module: kept, name: member.name };
    const target = this.exportOf(of, member.name);
    return target?.kind === "outside" ? null : target;
  }

  /** `module.exports = start; module.exports.stop = stop`: one thing, and names beside it. */
  #besides(file: number, id: ValueId, name: string, depth = 0): number | null {
    const facts = this.#files[file] as Facts;
    const value = facts.values[id] as Value;
    const binding = value.kind === "var" ? facts.bindings[value.binding] : undefined;
    if (binding !== undefined && binding.from === undefined) {
      const held = binding.versions.length === 1 && depth < DEEPEST ? binding.versions[0]?.value : undefined;
      return held === undefined ? null : this.#besides(file, held, name, depth + 1);
    }
    const fact = binding?.from && facts.imports[binding.from.import];
    const load = value.kind === "call" ? loadOf(facts, value) : null;
    const isWhole = fact ? /^(?:\*|default|=)$/.test(fact.names[binding.from.name]?.imported ?? "") : load !== null && load.kind !== "worker";
    const module = fact?.module ?? load?.module;
    const to = !isWhole || module === undefined || this.#roads.stays(module, "*", file) !== null ? null : this.#roads.fileOf(module, file);
    return to !== null && this.tableOf(to).has("=") && this.tableOf(to).has(name) ? to : null;
  }

  /** The names under which a file exports something, by name; of several assignments the last. */
  tableOf(file: number): ReadonlyMap<string, ExportFact> {
    let table = this.#tables[file];
    if (!table) {
      const { exports } = this.#files[file] as Facts;
      this.#tables[file] = table = new Map(exports.flatMap((e) => (e.name === "*" ? [] : [[e.name, e] as const])));
    }
    return table;
  }

  /** The names of values that a file exports, those of other files that it passes on included. */
  namesOf(file: number, seen: Set<number> = new Set()): ReadonlySet<string> {
    const names = new Set<string>();
    if (seen.has(file)) return names;
    seen.add(file);
    const { exports, values } = this.#files[file] as Facts;
    for (const e of exports) {
      if (e.typeOnly) continue;
      const object = e.name === "=" && e.value !== undefined ? values[e.value] : undefined;
      for (const { name, form, value } of object?.kind === "object" ? object.props : []) {
        if (name !== null) names.add(name);
        const from = form === "spread" ? this.namespaceOf(file, value) : null;
        if (from !== null) for (const name of this.namesOf(from, seen)) names.add(name);
      }
      if (e.name !== "*" && e.name !== "=") names.add(e.name);
      const to = e.name === "*" && e.from !== undefined ? this.#roads.fileOf(e.from, file) : null;
      if (to !== null) for (const name of this.namesOf(to, seen)) if (name !== "default") names.add(name);
    }
    return names;
  }

  /** `module.exports = { a, b }`: names, not one thing. */
  #isTable(file: number, e: ExportFact): boolean {
    return e.value !== undefined && (this.#files[file] as Facts).values[e.value]?.kind === "object";
  }

  /** Does a file of the program import it by name? */
  isImported(e: ExportFact): boolean {
    return this.#imported.has(e);
  }
}
