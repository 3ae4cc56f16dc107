import type { MigrationRow, NamePlace, StepRow } from "../catalog/migration-rows.js";
import type { FnId, Value, ValueId } from "../core/facts.js";
import type { FileView, Place, SqlDialect } from "../core/rule.js";
import { type CallChain, type ChainLink, chainOf, endsChain } from "./call-chains.js";
import type { Change, ChangeKind, Rows } from "./changes.js";
import { changesOfText } from "./code-sql.js";
import { columnsOf } from "./column-words.js";
import { endsOf, intoLists } from "./ends.js";
import { flow } from "./flow.js";
import { callsWithin, isGiven, linksOnGiven } from "./migration-ways.js";
import { valueAt } from "./options.js";
import { isNarrow } from "./row-conditions.js";
import { matches, type StepPath, stepPath } from "./step-paths.js";

/** A table that a call opens for the function it is given. */
interface OpenTable {
  readonly table: string | null;
  /** It is being created: what is said of its columns changes nothing that is there. */
  readonly isNew: boolean;
}

/** What a way does by calls of its tool, in the order they are written. */
export function changesOfWay(file: FileView, row: MigrationRow, way: FnId, dialect: SqlDialect): readonly Change[] {
  return new Reader(file, row, way, dialect).read();
}

type Matched = StepPath & { readonly step: StepRow };

class Reader {
  readonly #file: FileView;
  readonly #row: MigrationRow;
  readonly #way: FnId;
  readonly #dialect: SqlDialect;
  /** By the parameter that stands for it. */
  readonly #tables = new Map<ValueId, OpenTable>();
  readonly #scopes = new Set<ValueId>();
  readonly #found: { readonly at: number; readonly changes: readonly Change[] }[] = [];

  constructor(file: FileView, row: MigrationRow, way: FnId, dialect: SqlDialect) {
    this.#file = file;
    this.#row = row;
    this.#way = way;
    this.#dialect = dialect;
  }

  read(): readonly Change[] {
    const chains = callsWithin(this.#file, this.#way).filter((call) => endsChain(this.#file, call)).map((call) => chainOf(this.#file, call));
    const steps = this.#row.steps.map((step) => ({ step, ...stepPath(step.call) }));
    const plain = steps.filter((s) => !s.isOfTable);
    // What a function is handed is known once the call it is given to has been read: a transaction's first, then tables, then columns.
    for (const isScope of [true, false]) for (const chain of chains) this.#chain(this.#linksOf(chain), chain.top, plain.filter((s) => (s.step.does === "scope") === isScope), null);
    const ofTable = steps.filter((s) => s.isOfTable);
    for (const chain of chains) {
      const table = this.#tableOf(chain.root);
      if (table !== null && !table.isNew) this.#chain(chain.links, chain.top, ofTable, table);
    }
    for (const chain of chains) if (chain.links[0]?.name === "()" && this.#isTag(chain.root, chain.links)) this.#sqlTag(chain.links, chain.top);
    return this.#found.sort((a, b) => a.at - b.at).flatMap((f) => f.changes);
  }

  /** sql`…`.execute(db): the text is a statement of its own. */
  #isTag(root: ValueId, links: readonly ChainLink[]): boolean {
    const value = this.#file.facts.values[root] as Value;
    const name = value.kind === "var" ? this.#file.facts.bindings[value.binding]?.name : value.kind === "global" ? value.name : undefined;
    return name === "sql" && links.at(-1)?.name === "execute" && links.at(-1)?.args[0] !== undefined && this.#isGiven(links.at(-1)?.args[0] as ValueId);
  }

  #sqlTag(links: readonly ChainLink[], top: ValueId): void {
    const tag = links[0]?.call;
    if (tag !== undefined) this.#put(top, changesOfText(this.#file, { value: top }, tag, this.#dialect));
  }

  #linksOf(chain: CallChain): readonly ChainLink[] {
    return linksOnGiven(this.#file, this.#row, chain, this.#way) ?? (this.#isGiven(chain.root) ? chain.links : []);
  }

  #isGiven(root: ValueId): boolean {
    return isGiven(this.#file, this.#row, root, this.#way) || this.#file.get(flow).sources(root).some((s) => this.#scopes.has(s));
  }

  #tableOf(root: ValueId): OpenTable | null {
    for (const source of this.#file.get(flow).sources(root)) {
      const table = this.#tables.get(source);
      if (table) return table;
    }
    return null;
  }

  #chain(links: readonly ChainLink[], top: ValueId, steps: readonly Matched[], table: OpenTable | null): void {
    links.forEach((link, i) => {
      if (link.call === undefined) return;
      const matched = steps.find((s) => matches(s, links, i));
      if (matched) this.#step(matched.step, links, i, top, table);
    });
  }

  #step(step: StepRow, links: readonly ChainLink[], i: number, top: ValueId, opened: OpenTable | null): void {
    const link = links[i] as ChainLink;
    const at = opened === null ? this.#place(links, i) : { value: top };
    const tables = opened !== null ? [opened.table] : this.#names(step.table, links, i);
    const table = tables[0] ?? null;
    const names = step.name === undefined ? [] : this.#names(step.name, links, i);
    if (step.builder !== undefined) this.#open(step, link, table);
    const base = (does: ChangeKind): Change[] => (names.length === 0 ? [{ does, table, at }] : names.map((name) => ({ does, table, name, at })));
    switch (step.does) {
      case "table":
      case "scope":
        return;
      case "sql": {
        const text = step.sql === undefined ? undefined : link.args[step.sql];
        return this.#put(top, text === undefined ? [] : changesOfText(this.#file, at, text, this.#dialect));
      }
      case "createTable":
        return this.#put(top, [{ does: "createTable", table, at }]);
      case "renameTable":
      case "renameColumn":
        return this.#put(top, base(step.does).map((c) => ({ ...c, to: step.to === undefined ? null : (this.#names(step.to, links, i)[0] ?? null) })));
      case "addColumn":
      case "changeColumn":
        return this.#put(top, columnsOf(this.#file, this.#row, step, links, i).flatMap((column) => this.#columnChanges(step, column, { does: "other", table, name: column.key ?? column.name ?? names[0] ?? null, at })));
      case "addIndex": {
        const concurrently = this.#isOn(step.concurrently, link);
        const inTransaction = concurrently && this.#isOn(step.inTransaction, link);
        const index: Change = { does: "addIndex", table, at, concurrently };
        // It says so itself: the statement is sent in the transaction it names.
        return this.#put(top, inTransaction ? [{ does: "transaction", table: null, at, begins: true }, index, { does: "transaction", table: null, at, begins: false }] : [index]);
      }
      case "constraint":
        return this.#put(top, this.#constraint(step, link, table, at));
      case "rows":
        return this.#put(top, [{ does: "rows", table, name: /^(?:del|delete|deleteFrom|bulkDelete)$/.test(link.name) ? "DELETE" : "UPDATE", rows: this.#rows(step, links, link, table), at: { value: top } }]);
      default:
        return this.#put(top, base(step.does));
    }
  }

  /** A call far into a chain stands where its name is written. */
  #place(links: readonly ChainLink[], i: number): Place {
    const { call = 0, name } = links[i] as ChainLink;
    const { callee } = this.#file.facts.values[call] as Value & { kind: "call" };
    const whole = this.#file.span({ value: call });
    const start = this.#file.span({ value: callee }).end - name.length;
    return name !== "()" && this.#file.text.slice(whole.start, start).includes("\n") ? { start, end: whole.end } : { value: call };
  }

  #columnChanges(step: StepRow, column: ReturnType<typeof columnsOf>[number], base: Change): Change[] {
    const words = this.#row.columns;
    if (step.does === "changeColumn" || column.isChange) {
      const { type, references, unique, hasDefault } = column.spec;
      const changes: Change[] = [];
      // What a foreign key or a unique constraint is added to keeps its type.
      if (references) changes.push({ ...base, does: "addForeignKey" });
      else if (unique) changes.push({ ...base, does: "addUnique" });
      else if (type !== null) changes.push({ ...base, does: "changeType", type, isRestated: column.notNull !== null || hasDefault });
      if (column.notNull === true) changes.push({ ...base, does: "setNotNull" });
      return changes.length === 0 ? [{ ...base, does: "validate" }] : changes;
    }
    const isApart = words?.referencesApart === true && column.spec.references;
    return [
      { ...base, does: "addColumn", column: isApart ? { ...column.spec, references: false } : column.spec },
      ...(isApart ? [{ ...base, does: "addForeignKey" } as const] : []),
      ...(column.hasIndex ? [{ ...base, does: "addIndex" } as const] : []),
    ];
  }

  #constraint(step: StepRow, link: ChainLink, table: string | null, at: Change["at"]): Change[] {
    const kind = step.kind === undefined ? undefined : link.args[step.kind.arg];
    if (kind === undefined) return [];
    const text = this.#file.get(flow).constant(kind);
    if (typeof text === "string") return [{ does: kindOf(text), table, at, notValid: /\bnot\s+valid\b/i.test(text), usingIndex: /\busing\s+index\b/i.test(text) }];
    if (step.kind?.path === "") {
      const has = (key: string): boolean => valueAt(this.#file, kind, key).certainty === "present";
      const does = has("foreignKeys") ? "addForeignKey" : has("unique") ? "addUnique" : has("primaryKey") ? "addPrimaryKey" : has("check") ? "addCheck" : has("exclude") ? "addUnique" : null;
      return does === null ? [] : [{ does, table, at }];
    }
    // An object of options here, or behind a list of columns.
    for (const options of [kind, link.args[(step.kind?.arg ?? 0) + 1]]) {
      const [value] = options === undefined ? [] : valueAt(this.#file, options, step.kind?.path ?? "").values;
      const said = value === undefined ? undefined : this.#file.get(flow).constant(value);
      if (typeof said === "string") return [{ does: kindOf(said), table, at }];
    }
    return [{ does: "unknown", table, at, why: "what kind of constraint this adds is not written here" }];
  }

  #open(step: StepRow, link: ChainLink, table: string | null): void {
    const given = link.args[step.builder ?? 0];
    for (const fn of given === undefined ? [] : this.#file.get(flow).functions(given)) {
      const param = this.#file.facts.functions[fn]?.params[0]?.value;
      if (param === undefined) continue;
      if (step.does === "scope") this.#scopes.add(param);
      else this.#tables.set(param, { table, isNew: step.does === "createTable" });
    }
  }

  #rows(step: StepRow, links: readonly ChainLink[], link: ChainLink, table: string | null): Rows {
    if (step.where !== undefined) {
      const where = link.args[step.where];
      return where === undefined ? "all" : this.#condition([where], table);
    }
    const said = links.flatMap((l): Rows[] => {
      if (/^(?:limit|first)$/.test(l.name)) return ["narrow"];
      if (/^(?:where|andWhere|whereIn|andWhereIn|whereBetween)$/.test(l.name)) return [l.name === "whereBetween" ? "narrow" : this.#condition(l.args, table)];
      return /^(?:where|andWhere)(?:Raw|Exists)$|^orWhere/.test(l.name) ? ["some"] : [];
    });
    return said.includes("narrow") ? "narrow" : said.includes("some") ? "some" : "all";
  }

  /** `where("id", 3)`, `where("id", "=", 3)`, `where({ id: 3 })`. */
  #condition(args: readonly ValueId[], table: string | null): Rows {
    const [first, second, third] = args;
    if (first === undefined) return "all";
    const [source] = this.#file.get(flow).sources(first);
    const held = source === undefined ? undefined : this.#file.facts.values[source];
    if (held?.kind === "object") {
      if (held.props.length === 0) return "all";
      const columns = held.props.filter((p) => p.form !== "spread" && p.name !== null && !this.#isNothing(p.value));
      return columns.some((p) => isNarrow(p.name as string, table)) ? "narrow" : columns.length > 0 || held.props.some((p) => p.name === null) ? "some" : "all";
    }
    const column = this.#file.get(flow).constant(first);
    if (column === null) return "all";
    if (typeof column !== "string" || second === undefined) return "some";
    const sign = third === undefined ? "=" : this.#file.get(flow).constant(second);
    if (this.#isNothing(third ?? second) || sign === "is" || sign === "is not" || sign === "!=" || sign === "<>") return "all";
    return (sign === "=" || sign === "in") && isNarrow(column.slice(column.lastIndexOf(".") + 1), table) ? "narrow" : "some";
  }

  #isNothing(value: ValueId): boolean {
    const constant = this.#file.get(flow).constant(value);
    return constant === null;
  }

  #isOn(place: { readonly arg: number; readonly path: string } | undefined, link: ChainLink): boolean {
    if (place === undefined) return false;
    // Options may stand one earlier, where an optional argument is left out.
    return link.args.slice(Math.max(place.arg - 1, 0), place.arg + 1).some((arg) => {
      const { values, certainty } = valueAt(this.#file, arg, place.path);
      return certainty !== "absent" && values.some((v) => this.#file.get(flow).constant(v) !== false);
    });
  }

  #names(place: NamePlace | undefined, links: readonly ChainLink[], i: number): readonly (string | null)[] {
    if (place === undefined) return [];
    const value = typeof place === "object" && "of" in place ? links.slice(0, i).findLast((l) => l.name === place.of)?.args[0] : links[i]?.args[typeof place === "number" ? place : place.arg];
    if (value === undefined) return [null];
    const path = typeof place === "object" && "path" in place ? place.path : "";
    const found = (path === "" ? [value] : valueAt(this.#file, value, path).values).flatMap((v) => this.#texts(v));
    if (typeof place === "number" && place > 0 && links[i]?.name === "dropColumns" && place === links[i].args.length - 1) return found;
    const more = typeof place === "number" && links[i]?.name === "dropColumns" ? links[i].args.slice(place + 1).flatMap((v) => this.#texts(v)) : [];
    return found.length === 0 ? [null] : [...found, ...more];
  }

  /** A name, each of a list of names, or the name in `{ tableName, schema }`. */
  #texts(value: ValueId): readonly (string | null)[] {
    const { values } = this.#file.facts;
    const found = endsOf(this.#file, value, intoLists).flatMap(({ source }): (string | null)[] => {
      const held = values[source] as Value;
      if (held.kind === "object") return ["tableName", "name"].flatMap((key) => valueAt(this.#file, source, key).values.map((v) => this.#text(v))).slice(0, 1);
      return [this.#text(source)];
    });
    return found.length > 0 ? found : [null];
  }

  #text(value: ValueId): string | null {
    const text = this.#file.get(flow).constant(value);
    return typeof text === "string" ? text.slice(text.lastIndexOf(".") + 1).replace(/"/g, "") : null;
  }

  #put(top: ValueId, changes: readonly Change[]): void {
    const first = changes[0];
    const at = first === undefined ? 0 : this.#file.span(first.at).start;
    this.#found.push({ at: at === 0 ? this.#file.span({ value: top }).start : at, changes });
  }
}

function kindOf(text: string): ChangeKind {
  if (/foreign/i.test(text)) return "addForeignKey";
  if (/primary/i.test(text)) return "addPrimaryKey";
  if (/unique|exclude/i.test(text)) return "addUnique";
  return /check/i.test(text) ? "addCheck" : "other";
}
