import type { Value, ValueId } from "../core/facts.js";
import type { Answer, FileView } from "../core/rule.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import { plainName, singular } from "./unique-keys.js";

/**
 * Does a schema in sight say that a column of one of these tables is unique: a mongoose or sequelize schema, an entity's
 * decorators, a drizzle table? Tables and what reads them are told by their names.
 */
export const declaredUnique: Answer<(column: string, tables: readonly string[]) => boolean> = {
  name: "declared unique",
  of(file) {
    const found = /unique|primaryKey/i.test(file.text) ? declared(file) : new Set<string>();
    return (column, tables) => found.size > 0 && tables.some((table) => found.has(keyOf(table, column)));
  },
};

const keyOf = (table: string, column: string): string => `${singular(plainName(table).replace(/_?(?:schema|table|model|entity|repository|repo|collection)$/, ""))}.${plainName(column)}`;

function declared(file: FileView): Set<string> {
  const found = new Set<string>();
  const { values, classes } = file.facts;
  values.forEach((value, id) => {
    const columns = value.kind === "object" ? value.props.filter((p) => p.name !== null && isUnique(file, p.value)) : value.kind === "call" ? ofIndex(file, value) : [];
    if (columns.length === 0) return;
    const tables = value.kind === "call" ? namesOf(file, (values[value.callee] as Value & { kind: "member" }).object) : tablesOf(file, id, 0);
    for (const { name } of columns) for (const table of tables) found.add(keyOf(table, name as string));
  });
  for (const { name, members } of classes) {
    const keys = members.filter((m) => m.name !== null && m.decorators.some((d) => marks(file, d)));
    for (const key of name === null ? [] : keys) found.add(keyOf(name as string, key.name as string));
  }
  return found;
}

const SAYS = /^(?:unique|primaryKey)$/;

/** `{ type: String, unique: true }`, `text("email").notNull().unique()` */
function isUnique(file: FileView, id: ValueId): boolean {
  let value = file.facts.values[id] as Value;
  if (value.kind === "object") return says(file, value);
  for (let steps = 0; value.kind === "call" && steps < 12; steps++) {
    const callee = file.facts.values[value.callee] as Value;
    if (callee.kind !== "member" || callee.name === null) return false;
    if (SAYS.test(callee.name)) return true;
    value = file.facts.values[callee.object] as Value;
  }
  return false;
}

const says = (file: FileView, object: Value & { kind: "object" }): boolean => object.props.some((p) => p.name !== null && SAYS.test(p.name) && file.get(flow).constant(p.value) === true);

/** `schema.index({ tag: 1 }, { unique: true })` of one column alone. */
function ofIndex(file: FileView, { callee, args }: Value & { kind: "call" }): readonly { readonly name: string | null }[] {
  const of = file.facts.values[callee] as Value;
  const [columns, options] = args.map((arg) => file.facts.values[arg] as Value);
  if (of.kind !== "member" || !/^(?:index|createIndex|ensureIndex)$/.test(of.name ?? "") || columns?.kind !== "object" || options?.kind !== "object") return [];
  return columns.props.length === 1 && columns.props[0]?.name !== null && says(file, options) ? columns.props : [];
}

/** `@Column({ unique: true })`, `@Unique()` */
function marks(file: FileView, id: ValueId): boolean {
  const value = file.facts.values[id] as Value;
  if (value.kind !== "call") return false;
  const callee = file.facts.values[value.callee] as Value;
  const name = callee.kind === "member" ? callee.name : callee.kind === "var" ? file.facts.bindings[callee.binding]?.name : null;
  return name === "Unique" || value.args.some((arg) => { const given = file.facts.values[arg] as Value; return given.kind === "object" && says(file, given); });
}

/** What the columns are given to is called: `pgTable("rooms", columns)`, `new Schema(columns)`, `Account.init(columns)`, `const catSchema = …`. */
function tablesOf(file: FileView, columns: ValueId, depth: number): readonly string[] {
  return file.get(occurrences).users(columns).flatMap((user) => {
    const value = file.facts.values[user] as Value;
    if (value.kind !== "call" || value.callee === columns) return [];
    const callee = file.facts.values[value.callee] as Value;
    const own = callee.kind === "member" && callee.name === "init" ? namesOf(file, callee.object) : [];
    const said = value.args.flatMap((arg) => { const text = file.get(flow).constant(arg); return typeof text === "string" ? [text] : []; });
    const outer = depth < 2 ? tablesOf(file, user, depth + 1) : [];
    const held = file.get(occurrences).holders(user).flatMap(({ binding }) => file.facts.bindings[binding]?.name ?? []);
    return [...own, ...said, ...outer, ...held];
  });
}

function namesOf(file: FileView, id: ValueId): readonly string[] {
  const value = file.facts.values[id] as Value;
  return value.kind === "var" ? [file.facts.bindings[value.binding]?.name ?? ""] : value.kind === "member" && value.name !== null ? [value.name] : [];
}
