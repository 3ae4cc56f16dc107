import type { SqlDialect } from "../core/rule.js";
import type { Change } from "./changes.js";

/** What is wrong with a change. */
export type HazardKind =
  | Exclude<Change["does"], "createTable" | "addColumn" | "validate" | "dropConstraint" | "transaction" | "rows" | "other" | "unknown">
  | "notNullColumn"
  | "computedColumn"
  | "uniqueColumn"
  | "referencingColumn"
  | "backfill"
  | "concurrentlyInTransaction"
  | "validatedAtOnce";

export type Judged =
  | { readonly change: Change; readonly verdict: "clear" }
  | { readonly change: Change; readonly verdict: "unknown"; readonly why: string }
  | { readonly change: Change; readonly verdict: "found"; readonly hazard: HazardKind };

/** What one way of a migration runs in: all in one transaction, none, or what another file decides. */
export type Transaction = "always" | "never" | "severalStatements" | "perhaps";

export interface Way {
  readonly changes: readonly Change[];
  readonly dialect: SqlDialect;
  readonly transaction: Transaction;
  /** What the other way does: it says what a column was before. */
  readonly back: readonly Change[];
}

/** Each change of a way up, judged with what the same way has done before it. */
export function hazards(way: Way): readonly Judged[] {
  const ledger = new Ledger(way);
  return way.changes.flatMap((change) => ledger.judge(change));
}

const key = (name: string | null | undefined): string => (name ?? "").toLowerCase();

class Ledger {
  readonly #way: Way;
  readonly #created = new Set<string>();
  /** Something of an unknown name was created: another unknown name may be that. */
  #createdOpen = false;
  #begun = false;
  /** Constraints that this transaction has added NOT VALID: it holds their locks until it ends. */
  readonly #unchecked = new Set<string>();
  readonly #isPostgres: boolean;
  readonly #statements: number;

  constructor(way: Way) {
    this.#way = way;
    this.#isPostgres = way.dialect === "postgresql";
    this.#statements = way.changes.filter((c) => c.does !== "transaction").length;
  }

  judge(change: Change): Judged[] {
    switch (change.does) {
      case "other":
        return [];
      case "transaction":
        this.#begun = change.begins === true;
        this.#unchecked.clear();
        return [];
      case "unknown":
        return [{ change, verdict: "unknown", why: change.why ?? "nobody can say what this does" }];
      case "createTable":
        if (change.table === null) this.#createdOpen = true;
        else this.#created.add(key(change.table));
        return [{ change, verdict: "clear" }];
      default: {
        const judged = this.#isNew(change) ? [{ change, verdict: "clear" } as const] : this.#judgeExisting(change);
        // A copy that takes the name of what it replaces is still a table of this migration.
        if (change.does === "renameTable" && change.to != null && this.#created.has(key(change.table))) this.#created.add(key(change.to));
        return judged;
      }
    }
  }

  #isNew({ table, does }: Change): boolean {
    return does !== "dropSchema" && table !== null && this.#created.has(key(table));
  }

  #judgeExisting(change: Change): Judged[] {
    const clear: Judged = { change, verdict: "clear" };
    if (change.table === null && this.#createdOpen && change.does !== "dropSchema") return [{ change, verdict: "unknown", why: "whether this table was created in the same migration is not in the code" }];
    const found = (hazard: HazardKind): Judged => ({ change, verdict: "found", hazard });
    switch (change.does) {
      case "dropTable":
        return [this.#isReplaced(change) ? clear : found(change.does)];
      case "renameTable":
      case "renameColumn":
      case "dropSchema":
      case "dropColumn":
      case "truncate":
        return [found(change.does)];
      case "changeType":
        return [this.#typeChange(change)];
      case "validate":
        return [this.#isPostgres && this.#unchecked.has(`${key(change.table)} ${key(change.name)}`) ? found("validatedAtOnce") : clear];
      case "dropConstraint":
        return [clear];
      default:
        return this.#isPostgres ? this.#judgeLocks(change, found, clear) : [];
    }
  }

  /** What only PostgreSQL's locks make a hazard. */
  #judgeLocks(change: Change, found: (hazard: HazardKind) => Judged, clear: Judged): Judged[] {
    switch (change.does) {
      case "addColumn": {
        const judged = this.#addedColumn(change).map(found);
        if (judged.length === 0 && change.column?.isOpen) return [{ change, verdict: "unknown", why: "what this column is, is not written here" }];
        return judged.length === 0 ? [clear] : judged;
      }
      case "setNotNull":
        return [this.#setNotNull(change, found, clear)];
      case "addIndex":
        if (!change.concurrently) return [found("addIndex")];
        return [this.#concurrently(change, found, clear)];
      case "addForeignKey":
      case "addCheck":
        if (change.notValid && change.name != null && this.#isInTransaction()) this.#unchecked.add(`${key(change.table)} ${key(change.name)}`);
        return [change.notValid ? clear : found(change.does)];
      case "addUnique":
      case "addPrimaryKey":
        return [change.usingIndex ? clear : found(change.does)];
      case "rows":
        if (change.rows === "narrow") return [clear];
        return [change.rows === "all" ? found("backfill") : { change, verdict: "unknown", why: "how many rows this condition leaves is not in the code" }];
      default:
        return [clear];
    }
  }

  #addedColumn({ column }: Change): HazardKind[] {
    if (!column) return [];
    const kinds: HazardKind[] = [];
    if (column.notNull && !column.hasDefault && !column.isOpen) kinds.push("notNullColumn");
    else if (column.computed !== undefined) kinds.push("computedColumn");
    if (column.unique || column.primary) kinds.push("uniqueColumn");
    // Of a column that is empty everywhere, no row is looked at.
    if (column.references && column.hasDefault) kinds.push("referencingColumn");
    return kinds;
  }

  #concurrently(change: Change, found: (hazard: HazardKind) => Judged, clear: Judged): Judged {
    if (this.#isInTransaction()) return found("concurrentlyInTransaction");
    return this.#way.transaction === "perhaps" ? { change, verdict: "unknown", why: "CONCURRENTLY fails inside a transaction, and the tool's own config says whether this runs in one" } : clear;
  }

  #isInTransaction(): boolean {
    const { transaction } = this.#way;
    return this.#begun || transaction === "always" || (transaction === "severalStatements" && this.#statements > 1);
  }

  /** A new table gets the name later: this one was copied into it. Or it is a view, which is made anew. */
  #isReplaced({ table }: Change): boolean {
    return this.#way.changes.some((c) => (c.does === "renameTable" && key(c.to) === key(table) && this.#created.has(key(c.table))) || (c.does === "createTable" && c.isView === true && table !== null && key(c.table) === key(table)));
  }

  #setNotNull(change: Change, found: (hazard: HazardKind) => Judged, clear: Judged): Judged {
    const { changes, back } = this.#way;
    // The way back says so too: nothing about NULL changes.
    if (back.some((c) => c.does === "setNotNull" && key(c.table) === key(change.table) && key(c.name) === key(change.name))) return clear;
    const here = changes.indexOf(change);
    const ofTable = changes.map((c, i) => ({ ...c, isBefore: i < here })).filter((c) => key(c.table) === key(change.table));
    const added = ofTable.filter((c) => c.does === "addCheck");
    const isOwn = (name: Change["name"]): boolean => added.some((c) => key(c.name) === key(name));
    const validated = ofTable.filter((c) => c.does === "validate" && c.isBefore);
    if (added.some((c) => c.isBefore && key(c.notNull) === key(change.name) && (!c.notValid || validated.some((v) => key(v.name) === key(c.name))))) return clear;
    // The check was added by an earlier migration: that it is this column's only its name could say.
    if (validated.some((v) => !isOwn(v.name))) return clear;
    const dropped = ofTable.filter((c) => c.does === "dropConstraint" && !c.isBefore && !isOwn(c.name));
    if (dropped.some((c) => /null/.test(key(c.name)) || key(c.name).includes(key(change.name)))) return clear;
    return dropped.length > 0 ? { change, verdict: "unknown", why: "whether a validated CHECK holds this column is in another migration" } : found("setNotNull");
  }

  #typeChange(change: Change): Judged {
    // ClickHouse locks nothing: it says what a column is from now on, and writes the rest anew in the background.
    if (this.#way.dialect === "clickhouse") return { change, verdict: "clear" };
    if (!this.#isPostgres || change.type === undefined) return { change, verdict: "found", hazard: "changeType" };
    const before = [...this.#way.changes.slice(0, this.#way.changes.indexOf(change)), ...this.#way.back].find(
      (c) => key(c.table) === key(change.table) && key(c.name) === key(change.name) && (c.does === "changeType" || c.does === "addColumn"),
    );
    const was = before?.type ?? before?.column?.type;
    if (was != null) return widens(was, change.type) ? { change, verdict: "clear" } : { change, verdict: "found", hazard: "changeType" };
    if (change.isRestated) return { change, verdict: "unknown", why: "the type may be the one that the column has: what it was is in another migration" };
    if (!change.converts && UNBOUNDED_TEXT.test(change.type)) return { change, verdict: "unknown", why: "from a text of limited length this is free, from any other type the table is written anew: what it was is in another migration" };
    return { change, verdict: "found", hazard: "changeType" };
  }
}

const UNBOUNDED_TEXT = /^(?:text|varchar)$/;

/** Does PostgreSQL take the new type without a look at the rows? */
export function widens(was: string, is: string): boolean {
  const [from, fromSizes] = parts(was);
  const [to, toSizes] = parts(is);
  if (from === to && fromSizes.join() === toSizes.join()) return true;
  if (from === "varchar" || (from === "text" && to === "text")) {
    if (to === "text") return true;
    return to === "varchar" && (toSizes.length === 0 || (fromSizes[0] !== undefined && Number(toSizes[0]) >= Number(fromSizes[0])));
  }
  if (from === "text") return to === "varchar" && toSizes.length === 0;
  if (from === "numeric" && to === "numeric") return toSizes.length === 0 || (fromSizes.length > 0 && (fromSizes[1] ?? "0") === (toSizes[1] ?? "0") && Number(toSizes[0]) >= Number(fromSizes[0]));
  if ((from === "timestamp" || from === "timestamptz" || from === "varbit") && from === to) return toSizes.length === 0 || Number(toSizes[0]) >= Number(fromSizes[0] ?? Infinity);
  return from === "cidr" && to === "inet";
}

function parts(type: string): [string, string[]] {
  const [, name = "", sizes = "", rest = ""] = /^([^(]*)(?:\(([^)]*)\))?(.*)$/.exec(type.toLowerCase().trim()) ?? [];
  const plain = name.trim() + rest;
  return [SAME[plain] ?? plain, sizes === "" ? [] : sizes.split(",").map((s) => s.trim())];
}

const SAME: Readonly<Record<string, string>> = { "character varying": "varchar", decimal: "numeric", "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp", string: "varchar" };
