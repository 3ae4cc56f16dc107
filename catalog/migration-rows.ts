/** How migrations of a tool look, and what the calls in them do to the database. */
export interface MigrationRow {
  /** What the two ways are: functions that the file exports, or methods of a class that extends or implements one of `types`. */
  readonly ways: "exports" | "class";
  /** What the ways are given, or `this` has: the calls below are its methods. */
  readonly given: {
    /** Names that documentation and generators give to the parameter. */
    readonly names: readonly string[];
    /** Types it is declared to be; for classes what they extend or implement. */
    readonly types: readonly string[];
    /** The property of the first parameter, where that is an object: umzug's `({ context })`. */
    readonly property?: string;
    readonly isThis?: true;
  };
  /** own: each migration writes its way down · derived: the tool makes it of the way up. */
  readonly down: "own" | "derived";
  readonly transaction: {
    /** What a migration runs in if nobody says otherwise; perhaps: the tool's config, in another file, can. */
    readonly usual: "always" | "never" | "perhaps";
    /** How one takes it out, as it is written. */
    readonly freedBy: string | null;
    /** Where that stands: a property of an export (`config.transaction`), a member of the class, or a call. */
    readonly off?: { readonly export: string } | { readonly member: string } | { readonly call: string };
  };
  readonly steps: readonly StepRow[];
  readonly columns?: ColumnWords;
  /** Names of column types that PostgreSQL calls otherwise; with a size, the usual one. */
  readonly types?: Readonly<Record<string, string>>;
}

/** Where a name stands: an argument, a property of one, or the first argument of an earlier call of the chain. */
export type NamePlace = number | { readonly arg: number; readonly path: string } | { readonly of: string };

export interface StepRow {
  /**
   * Names along the chain, in this order, with others between: `schema.dropTable`, `schema.alterTable.dropColumn`. `()` is the
   * given itself when it is called. Of several names at the end each is meant: `schema.{dropTable,dropTableIfExists}`.
   */
  readonly call: string;
  readonly does:
    | "createTable" | "dropTable" | "renameTable" | "dropSchema"
    | "addColumn" | "changeColumn" | "dropColumn" | "renameColumn" | "setNotNull"
    | "addIndex" | "addUnique" | "addPrimaryKey" | "addForeignKey" | "addCheck"
    | "truncate" | "rows"
    /** A text of SQL: the argument `sql`. */
    | "sql"
    /** Opens a table for the calls on what it hands to its function. */
    | "table"
    /** What it hands to its function is the given once more: a transaction's handle. */
    | "scope"
    /** A constraint whose kind is written at `kind`. */
    | "constraint";
  readonly table?: NamePlace;
  /** The column; a list means each. */
  readonly name?: NamePlace;
  readonly to?: NamePlace;
  /** The argument that is a function with the table as its parameter. */
  readonly builder?: number;
  /** What a column is: in the rest of the chain, in an argument, in the chain that a function argument writes, or in an object with a property for each column. */
  readonly column?: { readonly in: "chain" } | { readonly in: "argument" | "function" | "columns"; readonly arg: number };
  /** Where the type stands, if the description has none: an argument, or `call` if the method is named for it. */
  readonly type?: number | "call";
  readonly concurrently?: { readonly arg: number; readonly path: string };
  /** With it the call runs in a transaction of the code's own. */
  readonly inTransaction?: { readonly arg: number; readonly path: string };
  readonly kind?: { readonly arg: number; readonly path: string };
  readonly sql?: number;
  /** Of `rows`: the argument with the conditions; else they are calls of the chain. */
  readonly where?: number;
}

/** How a tool describes a column: properties of an object, or calls of a chain. */
export interface ColumnWords {
  readonly name?: string;
  readonly type?: string;
  readonly notNull?: { readonly words: readonly string[]; readonly is?: boolean };
  readonly nullable?: { readonly words: readonly string[]; readonly is?: boolean };
  readonly isNotNullUnlessSaid?: true;
  readonly default?: readonly string[];
  readonly unique?: readonly string[];
  readonly primary?: readonly string[];
  readonly index?: readonly string[];
  readonly generated?: readonly string[];
  readonly references?: readonly string[];
  /** The foreign key is a statement of its own, so that rows are checked. */
  readonly referencesApart?: true;
  /** A word in a chain that makes it a change of a column that is there. */
  readonly change?: string;
  /** Functions of the tool that give each row a value of its own. */
  readonly volatile?: readonly string[];
}
