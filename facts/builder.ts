import type { TSESTree } from "@typescript-eslint/types";
import {
  ANY_VERSION,
  type BindingFact,
  type BindingId,
  type ClassFact,
  type ClassId,
  type ExportFact,
  type FnId,
  type FunctionFact,
  type ImportFact,
  type MarkId,
  type TypeFact,
  type Value,
  type ValueId,
} from "../core/facts.js";
import { endOf, type References, startOf, type Variable } from "./scopes.js";
import { type DraftVersion, Versions } from "./versions.js";

type DraftFact = { -readonly [K in keyof BindingFact]: BindingFact[K] } & { versions: DraftVersion[] };

interface DraftBinding {
  readonly fact: DraftFact;
  /** More than one write, all by its own function. */
  readonly tracked: boolean;
  readonly writtenAt: readonly number[];
}

/** The facts of a file while they are being collected: tables to append to, and where the walk stands. */
export class Builder {
  readonly values: Value[] = [];
  readonly owner: FnId[] = [];
  readonly valueSpans: number[] = [];
  readonly markSpans: number[] = [];
  readonly functions: FunctionFact[] = [];
  readonly classes: ClassFact[] = [];
  readonly bindings: DraftBinding[] = [];
  readonly types: TypeFact[] = [];
  readonly imports: ImportFact[] = [];
  readonly exports: ExportFact[] = [];
  /** The function the walk is in, and the path its inner functions are named by. */
  fn: FnId = 0;
  path = "";
  versions: Versions;
  usesCommonJs = false;
  usesEsm = false;

  readonly #refers: References;
  #vars: ReadonlyMap<TSESTree.Node, ReadonlySet<Variable>> | undefined;
  readonly #text: string;
  /** By variable. */
  readonly #bindingOf: Int32Array;
  readonly #fnOfBlock = new Map<TSESTree.Node, FnId>();
  readonly #ids = new Map<string, number>();

  constructor(refers: References, text: string) {
    this.#refers = refers;
    this.#bindingOf = new Int32Array(refers.variables.length).fill(-1);
    this.#text = text;
    this.versions = this.newVersions();
  }

  newVersions(): Versions {
    return new Versions((binding) => this.draft(binding).versions);
  }

  add(node: TSESTree.Node, value: Value): ValueId {
    return this.addAt(startOf(node), endOf(node), value);
  }

  addAt(start: number, end: number, value: Value): ValueId {
    this.valueSpans.push(start, end);
    this.owner.push(this.fn);
    return this.values.push(value) - 1;
  }

  written(node: TSESTree.Node): string {
    return this.#text.slice(startOf(node), endOf(node));
  }

  /** The offset of the next token, over white space and comments. */
  afterTrivia(from: number): number {
    TRIVIA.lastIndex = from;
    TRIVIA.test(this.#text);
    return TRIVIA.lastIndex;
  }

  mark(node: TSESTree.Node | TSESTree.Comment): MarkId {
    return this.markRange(startOf(node), endOf(node));
  }

  markRange(start: number, end: number): MarkId {
    return this.markSpans.push(start, end) / 2 - 1;
  }

  /** Reserves the function's index, so that what it contains can name it as its owner. */
  openFunction(block: TSESTree.Node): FnId {
    const fn = this.functions.push(undefined as unknown as FunctionFact) - 1;
    this.#fnOfBlock.set(block, fn);
    return fn;
  }

  /** Another scope block that runs as part of a function already open: a second field initialiser. */
  aliasFunction(block: TSESTree.Node, fn: FnId): void {
    this.#fnOfBlock.set(block, fn);
  }

  openClass(): ClassId {
    return this.classes.push(undefined as unknown as ClassFact) - 1;
  }

  /** `path/segment`, with an ordinal from the second equal on. */
  idFor(segment: string, separator: "/" | "."): string {
    const id = this.path === "" ? segment : `${this.path}${separator}${segment}`;
    const n = (this.#ids.get(id) ?? 0) + 1;
    this.#ids.set(id, n);
    return n === 1 ? id : `${id}#${n}`;
  }

  binding(node: TSESTree.Node): BindingId | null {
    const variable = this.#refers.get(node);
    return variable === undefined ? null : this.#bind(variable);
  }

  draft(id: BindingId): DraftFact {
    return (this.bindings[id] as DraftBinding).fact;
  }

  /** The version that a read here and now sees. */
  versionSeen(id: BindingId): number {
    const { fact, tracked } = this.bindings[id] as DraftBinding;
    if (fact.shared) return ANY_VERSION;
    if (!tracked) return 0;
    return (fact.fn === this.fn ? this.versions.read(id) : undefined) ?? ANY_VERSION;
  }

  /** A write; returns the version it makes. */
  define(id: BindingId, by: "init" | "write" | "empty", value: ValueId | undefined): number {
    const { fact: binding, tracked } = this.bindings[id] as DraftBinding;
    const version: DraftVersion = value === undefined ? { by } : { by, value };
    const slot = binding.versions[0];
    // Version 0 is reserved from the start: a closure above the declaration already refers to it.
    const isHoisted = tracked && binding.kind === "var";
    if (slot !== undefined && slot.by === "empty" && by === "init" && binding.versions.length === 1 && !isHoisted) {
      binding.versions[0] = version;
      if (tracked) this.versions.write(id, 0);
      return 0;
    }
    if (by === "empty") {
      // `var x;` changes nothing, `let x;` in a loop starts anew.
      if (tracked && !isHoisted) this.versions.write(id, 0);
      return 0;
    }
    const index = binding.versions.push(version) - 1;
    if (tracked && binding.fn === this.fn) this.versions.write(id, index);
    return index;
  }

  /** A function declaration has its value from the start of its block. */
  hoist(name: TSESTree.Identifier): void {
    const id = this.binding(name);
    if (id !== null && this.bindings[id]?.tracked) this.versions.write(id, 0);
  }

  /** The declaration itself, when the walk comes by: it is no write of that moment. */
  defineHoisted(name: TSESTree.Identifier, value: ValueId): void {
    const id = this.binding(name);
    if (id !== null) this.draft(id).versions[0] = { by: "init", value };
  }

  /** `var` exists, empty, from the start of its function. */
  hoistVars(block: TSESTree.Node): void {
    this.#vars ??= varsByBlock(this.#refers.variables);
    for (const variable of this.#vars.get(block) ?? []) {
      const id = this.#bind(variable);
      if (this.bindings[id]?.tracked) this.versions.write(id, 0);
    }
  }

  writtenBetween(start: number, end: number): (id: BindingId) => boolean {
    return (id) => (this.bindings[id] as DraftBinding).writtenAt.some((at) => at >= start && at < end);
  }

  #bind(variable: Variable): BindingId {
    const known = this.#bindingOf[variable.index] as number;
    if (known !== -1) return known;
    const { kind, writtenAt } = variable;
    // What has a value before its first write makes that write its second version; so does `let x;`.
    const initial = variable.startsWithValue ? 0 : kind === "const" || kind === "using" ? 0 : 1;
    const many = writtenAt.length > 0 && writtenAt.length + initial > 1;
    const fact: DraftFact = { name: variable.name, kind, fn: this.#fnOfBlock.get(variable.block) ?? 0, versions: [EMPTY] };
    if (many && variable.isWrittenElsewhere) fact.shared = true;
    const id = this.bindings.push({ fact, tracked: many && !variable.isWrittenElsewhere, writtenAt }) - 1;
    this.#bindingOf[variable.index] = id;
    return id;
  }
}

const EMPTY: DraftVersion = { by: "empty" };

/** Those that are written, by the block whose they are. */
function varsByBlock(variables: Iterable<Variable>): Map<TSESTree.Node, Set<Variable>> {
  const found = new Map<TSESTree.Node, Set<Variable>>();
  for (const variable of variables) {
    if (variable.kind !== "var" || variable.writtenAt.length === 0) continue;
    const known = found.get(variable.block);
    if (known) known.add(variable);
    else found.set(variable.block, new Set([variable]));
  }
  return found;
}

const TRIVIA = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)*/y;
