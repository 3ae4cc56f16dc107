import type { Change, ChangeKind } from "../analyzers/changes.js";
import type { Transaction } from "../analyzers/hazards.js";
import { postgresChanges } from "../analyzers/sql-changes.js";
import type { Fix } from "../core/finding.js";
import type { FileView } from "../core/rule.js";

/** `ADD CONSTRAINT … FOREIGN KEY …` -> `… NOT VALID`: new rows are checked from now on, those that are there by a later migration. */
export function addNotValid(file: FileView, change: Change): Fix | null {
  const { written } = change;
  if (written === undefined) return null;
  const { end } = written.part ?? written.statement;
  if (!says(file, change, end, " NOT VALID", (c) => c.notValid === true)) return null;
  return { tier: "review", title: "Add it NOT VALID, and VALIDATE CONSTRAINT in a later migration", edits: [{ start: end, end, text: " NOT VALID" }] };
}

/** `CREATE INDEX` -> `CREATE INDEX CONCURRENTLY`, where nothing wraps it in a transaction: neither the tool nor a text of several statements. */
export function buildConcurrently(file: FileView, change: Change, transaction: Transaction): Fix | null {
  const { written } = change;
  if (written?.isAlone !== true || transaction === "always" || transaction === "perhaps") return null;
  const { statement } = written;
  const head = /^create\s+(?:unique\s+)?index\b/i.exec(file.text.slice(statement.start, statement.end));
  if (head === null) return null;
  const at = statement.start + head[0].length;
  const word = /index$/.test(head[0]) ? " concurrently" : " CONCURRENTLY";
  if (!says(file, change, at, word, (c) => c.concurrently === true)) return null;
  return { tier: "review", title: "Build the index CONCURRENTLY", edits: [{ start: at, end: at, text: word }] };
}

/** Does the statement with the words in it say the same, but for what they are meant to change? */
function says(file: FileView, change: Change, at: number, words: string, isMeant: (change: Omit<Change, "at">) => boolean): boolean {
  const { statement } = change.written as NonNullable<Change["written"]>;
  const { text } = file;
  const before = kinds(postgresChanges(text.slice(statement.start, statement.end)));
  const after = postgresChanges(text.slice(statement.start, at) + words + text.slice(at, statement.end));
  return kinds(after).join() === before.join() && after.some((c) => c.does === change.does && (c.name ?? null) === (change.name ?? null) && isMeant(c));
}

const kinds = (changes: readonly { readonly does: ChangeKind; readonly table: string | null; readonly name?: string | null }[]): string[] => changes.map((c) => `${c.does} ${c.table} ${c.name}`);
