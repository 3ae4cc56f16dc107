import type { Answer, Place, SqlDialect } from "../core/rule.js";
import type { Change } from "./changes.js";
import type { Transaction } from "./hazards.js";
import { codeMigration } from "./code-migration.js";
import { sqlMigration } from "./sql-migration.js";

/** One file of a project's migrations: what it does to the database on the way up and on the way down. */
export interface Migration {
  readonly dialect: SqlDialect;
  readonly up: readonly Change[];
  readonly down: readonly Change[];
  readonly transaction: Transaction;
  /** What takes it out of the transaction that its tool wraps it in, as one would write it. */
  readonly freedBy: string | null;
  readonly back: WayBack;
}

/** Is there a way back? `missing` also where the tool has none to ask for: then it is `there`. */
export type WayBack =
  | { readonly is: "there" }
  | { readonly is: "empty"; readonly at: Place }
  /** `where`: what should be there: a function, a section, a file. */
  | { readonly is: "missing"; readonly at: Place; readonly where: string };

/** null: the file is no migration of a tool that anybody here knows. */
export const migration: Answer<Migration | null> = {
  name: "migration",
  of: (file) => (/\.sql$/i.test(file.path) ? sqlMigration(file) : codeMigration(file)),
};
