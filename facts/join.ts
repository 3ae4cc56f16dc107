import { ANY_VERSION, type BindingFact, type BindingId, type ClassFact, type ExportFact, type Facts, type FnId, type FunctionFact, type ImportFact, type TypeFact, type Value, type ValueId, type WorkerFact } from "../core/facts.js";
import { type Inside, Linker, type Roads, type Target } from "./link.js";
import { type Shift, shiftClass, shiftExport, shiftFunction, shiftImport, shiftType, shiftTypeFact, shiftValue } from "./shift.js";

export interface JoinedFile {
  readonly facts: Facts;
  readonly text: string;
  /** Others than the program's own files import it: a library's entry. */
  readonly isPublic?: boolean;
}

export interface Joined {
  readonly facts: Facts;
  readonly text: string;
  /** Where each file begins, in the order they were given. */
  readonly starts: readonly Start[];
}

export interface Start {
  readonly text: number;
  readonly values: number;
  readonly marks: number;
  readonly functions: number;
}

/**
 * The facts of many files as those of one, so that what follows values, calls and types in a file follows them through
 * a program: the tables stand one behind the other, an imported name holds what the other file exports, and a member of
 * a namespace is the name it stands for. The order of the files is the caller's; nothing else decides the result.
 */
export function join(files: readonly JoinedFile[], roads: Roads): Joined {
  return new Joiner(files, roads).join();
}

class Joiner {
  readonly #files: readonly JoinedFile[];
  readonly #linker: Linker;
  readonly #shifts: Shift[] = [];
  readonly #starts: Start[] = [];
  readonly #values: Value[] = [];
  readonly #owner: FnId[] = [];
  readonly #bindings: BindingFact[] = [];
  readonly #imports: ImportFact[] = [];
  readonly #valueSpans: number[] = [];
  /** Names for what is exported without one, by file and value, and for what is sanctioned outside, by module and name. */
  readonly #names = new Map<string, BindingId>();
  /** The objects of namespaces that somebody uses as a whole. */
  readonly #wholes = new Map<number, BindingId>();

  constructor(files: readonly JoinedFile[], roads: Roads) {
    this.#files = files;
    this.#linker = new Linker(files.map((f) => f.facts), roads);
  }

  join(): Joined {
    this.#layOut();
    const markSpans: number[] = [];
    const functions: FunctionFact[] = [];
    const classes: ClassFact[] = [];
    const types: TypeFact[] = [];
    this.#files.forEach(({ facts }, i) => {
      const by = this.#shifts[i] as Shift;
      const { text } = this.#starts[i] as Start;
      for (const span of facts.spans.marks) markSpans.push(span + text);
      for (const span of facts.spans.values) this.#valueSpans.push(span + text);
      for (const fn of facts.owner) this.#owner.push(fn + by.functions);
      facts.values.forEach((value, id) => this.#values.push(this.#value(i, value, by, id)));
      for (const id of this.#wholesOf(i)) this.#values[id + by.values] = this.#read(this.#linker.wholeOf(i, facts.values[id] as Value) as Inside);
      for (const fn of facts.functions) functions.push(shiftFunction(fn, by));
      for (const cls of facts.classes) classes.push(shiftClass(cls, by));
      for (const type of facts.types) types.push(shiftTypeFact(type, by));
    });
    this.#files.forEach(({ facts }, i) => {
      const by = this.#shifts[i] as Shift;
      facts.imports.forEach((fact, k) => (this.#imports[by.imports + k] = shiftImport(fact, by)));
      facts.bindings.forEach((binding, b) => (this.#bindings[by.bindings + b] = this.#binding(i, b, binding, by)));
    });
    const open = this.#openNames();
    const own = this.#files.map((file, i) => this.#exportsOf(file, i, open));
    // Only now: what asks for a name counts as who imports it.
    const exports = own.flatMap((list, i) => list.map((e) => this.#reexported(e, i)));
    for (const { value, file } of this.#extra) {
      const { text, functions: module } = this.#starts[file] as Start;
      this.#values.push(value);
      this.#owner.push(module);
      this.#valueSpans.push(text, text);
    }
    const facts: Facts = {
      moduleKind: "esm",
      prologue: [],
      headAt: 0,
      imports: this.#imports,
      exports,
      functions,
      classes,
      bindings: this.#bindings,
      types,
      values: this.#values,
      owner: this.#owner,
      directives: [],
      spans: { values: this.#valueSpans, marks: markSpans },
      workers: this.#files.flatMap(({ facts }, i) => this.#workersOf(facts, i)),
      handedOn: new Set(this.#linker.handedOn.flatMap((reads, i) => [...reads].map((id) => id + (this.#shifts[i] as Shift).values))),
    };
    return { facts, text: this.#files.map((f) => f.text).join("\n"), starts: this.#starts };
  }

  #workersOf({ values }: Facts, file: number): WorkerFact[] {
    return values.flatMap((value, id) => {
      const to = this.#linker.startedBy(file, value);
      return to === null ? [] : [{ at: id + (this.#shifts[file] as Shift).values, module: (this.#shifts[to] as Shift).functions }];
    });
  }

  #layOut(): void {
    const at = { text: 0, values: 0, marks: 0, functions: 0, classes: 0, bindings: 0, imports: 0, exports: 0 };
    this.#files.forEach(({ facts, text }, i) => {
      this.#starts.push({ text: at.text, values: at.values, marks: at.marks, functions: at.functions });
      this.#shifts.push({ ...at, type: (name, binding) => this.#typeName(i, name, binding) });
      at.text += text.length + 1;
      at.values += facts.values.length;
      at.marks += facts.spans.marks.length / 2;
      at.functions += facts.functions.length;
      at.classes += facts.classes.length;
      at.bindings += facts.bindings.length;
      at.imports += facts.imports.length;
      at.exports += facts.exports.length;
    });
    this.#bindings.length = at.bindings;
    this.#imports.length = at.imports;
    this.#room = at.values;
  }

  /** Where values of the program's own begin. */
  #room = 0;
  readonly #extra: { readonly value: Value; readonly file: number }[] = [];

  #value(file: number, value: Value, by: Shift, id: ValueId): Value {
    if (value.kind === "member") {
      const target = this.#linker.memberOf(file, id, value);
      if (target !== null) {
        (this.#taken[file] ??= new Set()).add(value.object);
        return target.kind === "outside" ? { kind: "var", binding: this.#keptOf(target, by), version: 0 } : this.#read(target);
      }
    } else if (value.kind === "call" || value.kind === "dynamicImport") {
      const target = this.#linker.wholeOf(file, value);
      if (target !== null && target.kind !== "outside" && target.kind !== "namespace") return this.#read(target);
      const some = target === null ? this.#linker.someOf(file, value) : NONE;
      const folder = target === null ? this.#linker.folderOf(file, value) : NONE_LOADED;
      if (folder.length > 0 && folder[0]?.name !== null) return { kind: "object", props: folder.map(({ name, target: of }) => ({ name, value: this.#add(this.#read(of), file), form: "init" as const, at: by.marks })) };
      if (folder.length > 0) return { kind: "var", binding: this.#oneOf(folder.map((f) => f.target), file), version: ANY_VERSION };
      if (some.length > 0) return { kind: "var", binding: this.#oneOf(some, file), version: ANY_VERSION };
    }
    const plugins = this.#linker.pluginsOf(file, id);
    return plugins.length > 0 ? { kind: "var", binding: this.#oneOf(plugins, file), version: ANY_VERSION } : shiftValue(value, by);
  }

  /** A name that holds any of them. */
  #oneOf(targets: readonly Inside[], file: number): BindingId {
    const binding = this.#name("*", file, 0);
    const versions = targets.map((target) => ({ by: "write" as const, value: this.#add(this.#read(target), file) }));
    this.#bindings[binding] = { ...(this.#bindings[binding] as BindingFact), kind: "let", versions };
    return binding;
  }

  /** By file, the values of which only a member was asked, which is the name it stands for by now. */
  readonly #taken: Set<ValueId>[] = [];

  /** The `require("./x")` and `import("./x")` whose object somebody needs for more than one of its names. */
  #wholesOf(file: number): ValueId[] {
    const { values, bindings } = this.#facts(file);
    const calls = values.flatMap((value, id) => ((value.kind === "call" || value.kind === "dynamicImport") && this.#linker.wholeOf(file, value)?.kind === "namespace" ? [id] : []));
    return calls.filter((id) => {
      // `await import("./x")`
      const next = values[id + 1];
      const held = next?.kind === "await" && next.of === id ? id + 1 : id;
      if (this.#taken[file]?.has(held)) return false;
      const holder = bindings.findIndex((b) => b.versions.some((v) => v.value === held));
      return holder === -1 || this.#isUsedWhole(file, holder);
    });
  }

  /** Is a name of a namespace read for anything but one of its members? */
  #isUsedWhole(file: number, binding: BindingId): boolean {
    return this.#facts(file).values.some((value, id) => value.kind === "var" && value.binding === binding && !this.#taken[file]?.has(id));
  }

  /** A read of what stands in another file. */
  #read(target: Inside): Value {
    const binding = this.#bindingOf(target);
    const held = target.kind === "binding" ? (this.#facts(target.file).bindings[target.binding] as BindingFact) : null;
    return { kind: "var", binding, version: held === null || held.versions.length === 1 ? 0 : ANY_VERSION };
  }

  #bindingOf(target: Inside): BindingId {
    const by = this.#shifts[target.file] as Shift;
    if (target.kind === "binding") return target.binding + by.bindings;
    if (target.kind === "namespace") return this.#wholeOf(target.file);
    const key = `${target.file} ${target.value}`;
    let known = this.#names.get(key);
    if (known === undefined) this.#names.set(key, (known = this.#name("default", target.file, target.value + by.values)));
    return known;
  }

  #name(name: string, file: number, value: ValueId): BindingId {
    return this.#bindings.push({ name, kind: "const", fn: (this.#shifts[file] as Shift).functions, versions: [{ by: "init", value }] }) - 1;
  }

  /** The object of all that a file exports; each of its properties reads the name. */
  #wholeOf(file: number): BindingId {
    const known = this.#wholes.get(file);
    if (known !== undefined) return known;
    const binding = this.#name("*", file, 0);
    this.#wholes.set(file, binding);
    const props = [...this.#linker.namesOf(file)].flatMap((name) => {
      const target = this.#linker.exportOf(file, name);
      if (target === null || target.kind === "outside") return [];
      return [{ name, value: this.#add(this.#read(target), file), form: "init" as const, at: (this.#shifts[file] as Shift).marks }];
    });
    const value = this.#add({ kind: "object", props }, file);
    this.#bindings[binding] = { ...(this.#bindings[binding] as BindingFact), versions: [{ by: "init", value }] };
    return binding;
  }

  /** A value that stands nowhere: at the head of its file. */
  #add(value: Value, file: number): ValueId {
    return this.#room + this.#extra.push({ value, file }) - 1;
  }

  /** The name of what is sanctioned, as if it were imported by itself. */
  #keptOf({ module, name }: Target & { kind: "outside" }, { marks, functions }: Shift): BindingId {
    const key = `${module}:${name}`;
    let known = this.#names.get(key);
    if (known === undefined) {
      const binding = this.#bindings.length;
      const at = { at: marks, typeOnly: false };
      const fact: ImportFact = { ...at, module, form: "import", names: [{ ...at, imported: name, local: name, binding }], sourceAt: marks };
      this.#bindings.push({ name, kind: "import", fn: functions, versions: [{ by: "init" }], from: { import: this.#imports.push(fact) - 1, name: 0 } });
      this.#names.set(key, (known = binding));
    }
    return known;
  }

  #binding(file: number, id: BindingId, binding: BindingFact, by: Shift): BindingFact {
    const target = binding.from === undefined ? null : this.#linker.importOf(file, id);
    const { from, type, overloads, ...own } = binding;
    const written = { ...(type && { type: shiftType(type, by) }), ...(overloads && { overloads: overloads.map((o) => shiftType(o, by)) }) };
    if (from === undefined) {
      const versions = binding.versions.map((v) => (v.value === undefined ? v : { ...v, value: v.value + by.values }));
      return { ...own, ...written, fn: binding.fn + by.functions, versions };
    }
    const base = { ...own, ...written, fn: binding.fn + by.functions };
    if (target === null) return { ...base, from: { import: from.import + by.imports, name: from.name } };
    if (target.kind === "outside") return { ...base, from: this.#outside(file, id, target, by) };
    if (target.kind === "namespace" && !this.#isUsedWhole(file, id)) return { ...base, versions: [{ by: "empty" }] };
    return { ...base, versions: [{ by: "init", value: this.#heldBy(target, file) }] };
  }

  /** The value itself where there is only one: who holds a function is another name of it. */
  #heldBy(target: Inside, file: number): ValueId {
    if (target.kind === "value") return target.value + (this.#shifts[target.file] as Shift).values;
    const read = this.#read(target);
    const versions = target.kind === "binding" ? this.#facts(target.file).bindings[target.binding]?.versions : undefined;
    const only = versions?.length === 1 ? versions[0]?.value : undefined;
    return only === undefined ? this.#add(read, file) : only + (this.#shifts[target.file] as Shift).values;
  }

  /** An import that leads out of the program: as it stands, or as the file says that re-exports it. */
  #outside(file: number, id: BindingId, target: Target & { kind: "outside" }, by: Shift): { import: number; name: number } {
    const { bindings, imports } = this.#facts(file);
    const from = (bindings[id] as BindingFact).from as { import: number; name: number };
    const fact = imports[from.import] as ImportFact;
    const name = fact.names[from.name] as ImportFact["names"][number];
    if (fact.module === target.module && name.imported === target.name) return { import: from.import + by.imports, name: from.name };
    const shifted = shiftImport({ ...fact, module: target.module, names: [{ ...name, imported: target.name }] }, by);
    return { import: this.#imports.push(shifted) - 1, name: 0 };
  }

  /** The name of a type as the program knows it; null where it leads out of the program. */
  #typeName(file: number, name: string, id: BindingId): { name: string; binding: BindingId } | null {
    let target = this.#linker.importOf(file, id);
    let rest = name.split(".").slice(1);
    if (target?.kind === "namespace" && rest[0] !== undefined) {
      target = this.#linker.exportOf(target.file, rest[0]);
      rest = rest.slice(1);
    }
    if (target?.kind !== "binding") return null;
    const own = this.#facts(target.file).bindings[target.binding] as BindingFact;
    return { name: [own.name, ...rest].join("."), binding: target.binding + (this.#shifts[target.file] as Shift).bindings };
  }

  /** What a library hands out at its entry, wherever it stands. */
  #openNames(): ReadonlySet<BindingId> {
    const open = new Set<BindingId>();
    this.#files.forEach(({ isPublic, facts }, i) => {
      const names = isPublic !== true ? [] : facts.exports.some((e) => e.name === "*") ? [...this.#linker.namesOf(i)] : facts.exports.map((e) => e.name);
      for (const name of names) {
        const target = this.#linker.exportOf(i, name);
        if (target?.kind === "binding") open.add(this.#bindingOf(target));
      }
    });
    return open;
  }

  #exportsOf({ facts, isPublic }: JoinedFile, file: number, open: ReadonlySet<BindingId>): ExportFact[] {
    const by = this.#shifts[file] as Shift;
    return facts.exports.map((e) => {
      const isOpen = isPublic === true || (e.binding !== undefined && open.has(e.binding + by.bindings));
      const isLinked = !isOpen && this.#linker.isImported(e);
      const name = e.binding === undefined && e.value !== undefined ? this.#names.get(`${file} ${e.value}`) : undefined;
      return { ...shiftExport(e, by), ...(name !== undefined && { binding: name }), ...(isLinked && { linked: true as const }), ...(isOpen && { open: true as const }) };
    });
  }

  /** `export { list as default } from "./list"` holds what is held there. */
  #reexported(e: ExportFact, file: number): ExportFact {
    const target = e.from === undefined || e.typeOnly || e.name === "*" ? null : this.#linker.exportOf(file, e.name);
    return target === null || target.kind === "outside" || target.kind === "namespace" ? e : { ...e, value: this.#heldBy(target, file), linked: true };
  }

  #facts(file: number): Facts {
    return (this.#files[file] as JoinedFile).facts;
  }
}

const NONE: readonly Inside[] = [];
const NONE_LOADED: readonly { readonly name: string | null; readonly target: Inside }[] = [];
