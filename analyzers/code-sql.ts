import type { Value, ValueId } from "../core/facts.js";
import type { FileView, Place, SqlDialect } from "../core/rule.js";
import { sqlStatements } from "../facts/sql-statements.js";
import type { Change } from "./changes.js";
import { flow } from "./flow.js";
import { statementChanges } from "./sql-migration.js";
import { joined, textsOf, UNKNOWN } from "./texts.js";

/** Stands for a part of a text that nobody knows, where a name or a value may stand. */
const HOLE = "nobypass_hole";
/** Stands for a name that the driver fills in. */
const BOUND_NAME = "ŧŧ";
/** A text is read in so many of the ways it may be put together. */
const MOST_TEXTS = 4;

/** What the SQL does that a call is given as text. */
export function changesOfText(file: FileView, here: Place, text: ValueId, dialect: SqlDialect): readonly Change[] {
  const found: Change[] = [];
  const seen = new Set<string>();
  const held = tagged(file, text) ?? text;
  for (const parts of textsOf(file, held, "seen through names").slice(0, MOST_TEXTS)) {
    if (parts.every((part) => part.text === null || part.text.trim() === "")) {
      found.push({ does: "unknown", table: null, at: here, why: "the SQL that this runs is not in this file" });
      continue;
    }
    const sql = joined(parts).replaceAll(UNKNOWN, HOLE);
    const { statements } = sqlStatements(sql);
    for (const { start, end } of statements) {
      const statement = sql.slice(start, end);
      for (const { part, ...change } of statementChanges(withoutParameters(statement), dialect)) {
        const said = JSON.stringify(change);
        if (seen.has(said)) continue;
        seen.add(said);
        const whole = placeOf(file, held, statement);
        const within = part === undefined ? null : placeOf(file, held, statement.slice(part.start, part.end));
        const written = whole === null || !whole.isWhole ? {} : { written: { statement: whole, ...(within && { part: within }), isAlone: statements.length === 1 } };
        // One statement is the call's; of several each has its own place.
        const at = statements.length === 1 ? here : (within ?? whole ?? here);
        found.push({ ...change, ...written, table: known(change.table), ...(change.name !== undefined && { name: known(change.name) }), ...(change.to !== undefined && { to: known(change.to) }), at });
      }
    }
  }
  return found;
}

const known = (name: string | null | undefined): string | null => (name == null || name.toLowerCase().includes(HOLE) || name.includes(BOUND_NAME) ? null : name);

/** The template of sql`…`. */
function tagged(file: FileView, text: ValueId): ValueId | null {
  for (const source of file.get(flow).sources(text)) {
    const value = file.facts.values[source] as Value;
    if (value.kind === "call" && value.form === "tag") return value.args[0] ?? null;
    // sql.raw("…")
    if (value.kind === "call" && value.args[0] !== undefined && /^(?:raw|literal|query)$/.test(nameOf(file, value.callee))) return value.args[0];
  }
  return null;
}

function nameOf(file: FileView, callee: ValueId): string {
  const value = file.facts.values[callee] as Value;
  return value.kind === "member" ? (value.name ?? "") : value.kind === "global" ? value.name : "";
}

/** `:id` and `?`, which drivers fill in, are values, knex's `??` a name. Outside of quotes only, and every text stays as long as it was. */
function withoutParameters(statement: string): string {
  return statement.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[^]*?\$\1\$|::|:=|:[A-Za-z_]\w*|\?\?|\?(?![|&?])/g, (found) => (found === "??" ? BOUND_NAME : /^(?::\w|\?)/.test(found) ? "0".padEnd(found.length) : found));
}

/** Where a statement stands in the literal that holds it, if it is written there as it is. */
function placeOf(file: FileView, text: ValueId, statement: string): { start: number; end: number; isWhole: boolean } | null {
  for (const source of file.get(flow).sources(text)) {
    const span = file.span({ value: source });
    const written = file.text.slice(span.start, span.end);
    const head = statement.split(HOLE)[0] as string;
    const at = head.length < 8 ? -1 : written.indexOf(head);
    if (at === -1) continue;
    const isWhole = written.startsWith(statement, at);
    return { start: span.start + at, end: span.start + at + (isWhole ? statement.length : head.trimEnd().length), isWhole };
  }
  return null;
}
