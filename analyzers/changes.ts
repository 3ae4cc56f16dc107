import type { Span } from "../core/finding.js";
import type { Place } from "../core/rule.js";

export type ChangeKind =
  | "createTable"
  | "dropTable"
  | "renameTable"
  | "dropSchema"
  | "addColumn"
  | "dropColumn"
  | "renameColumn"
  | "changeType"
  | "setNotNull"
  | "addIndex"
  | "addUnique"
  | "addPrimaryKey"
  | "addForeignKey"
  | "addCheck"
  | "validate"
  | "dropConstraint"
  | "truncate"
  | "rows"
  | "transaction"
  | "other"
  | "unknown";

/** One thing that a migration does to a schema or to what is stored in it, whether it is SQL or a call of a builder. */
export interface Change {
  readonly does: ChangeKind;
  /** As plain name, without the schema; null where the code does not say it. */
  readonly table: string | null;
  readonly at: Place;
  /** The SQL that says it, where that stands in the file as it is run. */
  readonly written?: WrittenSql;
  /** The column, index or constraint that it is about. */
  readonly name?: string | null;
  /** `createTable`: what else is now known under this name; `renameTable`: the new name. */
  readonly to?: string | null;
  /** `createTable`: a view, which holds nothing that is not made anew. */
  readonly isView?: true;
  readonly column?: ColumnSpec;
  /** `changeType`: what it is now. */
  readonly type?: string;
  /** `changeType`: other things are said of the column as well, and the tool asks for its type each time. */
  readonly isRestated?: boolean;
  /** `changeType`: the old values are computed anew. */
  readonly converts?: true;
  /** `addIndex` and the like: without a lock that keeps writers out. */
  readonly concurrently?: boolean;
  /** `addForeignKey`, `addCheck`: what is there already is not looked at. */
  readonly notValid?: boolean;
  /** `addCheck`: the column that it says is not null. */
  readonly notNull?: string;
  /** `addUnique`, `addPrimaryKey`: an index that is there already. */
  readonly usingIndex?: boolean;
  /** `rows`: which of the table's rows an UPDATE or DELETE goes through. */
  readonly rows?: Rows;
  /** `transaction`: it begins or ends. */
  readonly begins?: boolean;
  /** `unknown`: why. */
  readonly why?: string;
}

export interface WrittenSql {
  readonly statement: Span;
  /** The action of the statement, where it has several. */
  readonly part?: Span;
  /** Nothing else is run with it in one text. */
  readonly isAlone: boolean;
}

/** What is said of a column that is added. */
export interface ColumnSpec {
  readonly type: string | null;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** Each row gets a value of its own, so that the table is written anew: the function or type that does it. */
  readonly computed?: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly references: boolean;
  /** Some of it is not written here. */
  readonly isOpen?: true;
}

/** all: whatever the table holds · narrow: by a key, or a piece at a time · some: nobody can say how many. */
export type Rows = "all" | "narrow" | "some";
