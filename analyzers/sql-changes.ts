import { partsOf } from "../facts/sql-statements.js";
import type { Span } from "../core/finding.js";
import type { Change, ColumnSpec } from "./changes.js";
import { at, list, parseDoBlock, parsePostgres, type PgNode, type PgValue, text } from "./postgres-parser.js";
import { rowsOf } from "./row-conditions.js";

/** What a statement does, without its place; `part`: the range in it that says so, where it is not all of it. */
export type SqlChange = Omit<Change, "at"> & { readonly part?: Span };

/** Statements that change nothing a rule looks at begin otherwise: what fills a table may be megabytes long. */
const WORTH_PARSING = /^(?:alter|create|drop|truncate|update|delete|with|do|rename|begin|start|commit|end|rollback)\b/i;

/** What one statement of PostgreSQL does. */
export function postgresChanges(statement: string): readonly SqlChange[] {
  if (!WORTH_PARSING.test(statement)) return [{ does: "other", table: null }];
  const parsed = parsePostgres(statement);
  if ("error" in parsed) return [{ does: "unknown", table: null, why: `the parser of PostgreSQL does not take it: ${parsed.error}` }];
  const [kind, node] = Object.entries(parsed.node)[0] as [string, PgNode];
  return (READERS[kind]?.(node, statement) ?? []).concat();
}

const READERS: Readonly<Record<string, (node: PgNode, statement: string) => readonly SqlChange[]>> = {
  CreateStmt: (node) => [{ does: "createTable", table: tableOf(node["relation"]) }],
  CreateTableAsStmt: (node) => [{ does: "createTable", table: tableOf(at(node, "into", "rel")) }],
  CreateForeignTableStmt: (node) => [{ does: "createTable", table: tableOf(at(node, "base", "relation")) }],
  SelectStmt: (node) => {
    const into = at(node, "intoClause", "rel");
    return [...(into === undefined ? [] : [{ does: "createTable", table: tableOf(into) } as const]), ...inCtes(node)];
  },
  InsertStmt: inCtes,
  AlterTableStmt: alterTable,
  RenameStmt: rename,
  AlterObjectSchemaStmt: (node) => (text(node, "objectType") === "OBJECT_TABLE" ? [{ does: "renameTable", table: tableOf(node["relation"]), to: tableOf(node["relation"]) }] : []),
  IndexStmt: (node) => {
    // On a partitioned table ONLY, it is a frame that no row is looked at for.
    if (at(node, "relation", "inh") !== true) return [];
    return [{ does: "addIndex", table: tableOf(node["relation"]), name: text(node, "idxname") ?? null, concurrently: node["concurrent"] === true }];
  },
  DropStmt: drop,
  TruncateStmt: (node) => list(node, "relations").map((relation) => ({ does: "truncate", table: tableOf(at(relation, "RangeVar")) })),
  UpdateStmt: (node) => [...inCtes(node), { does: "rows", table: tableOf(node["relation"]), name: "UPDATE", rows: bySource(node, "fromClause") }],
  DeleteStmt: (node) => [...inCtes(node), { does: "rows", table: tableOf(node["relation"]), name: "DELETE", rows: bySource(node, "usingClause") }],
  TransactionStmt: (node) => [{ does: "transaction", table: null, begins: /BEGIN|START/.test(text(node, "kind") ?? "") }],
  DoStmt: (_, statement) => {
    const block = parseDoBlock(statement);
    if (block === null) return [{ does: "unknown", table: null, why: "what this block runs cannot be read" }];
    const found = block.statements.flatMap(postgresChanges);
    return block.isDynamic ? [...found, { does: "unknown", table: null, why: "this block runs a text that it puts together" }] : found;
  },
};

function inCtes(node: PgNode): readonly SqlChange[] {
  return list(node, "withClause", "ctes").flatMap((cte) => {
    const query = at(cte, "CommonTableExpr", "ctequery");
    const [kind, inner] = (typeof query === "object" ? Object.entries(query as PgNode)[0] : undefined) ?? [];
    return kind === "UpdateStmt" || kind === "DeleteStmt" ? (READERS[kind]?.(inner as PgNode, "") ?? []) : [];
  });
}

/** Rows that belong to those of a list of constants, `FROM (VALUES …)`, are as few as the list is long. */
function bySource(node: PgNode, clause: string): Change["rows"] & string {
  const rows = rowsOf(node["whereClause"], tableOf(node["relation"]));
  const fromList = list(node, clause).some((from) => list(from, "RangeSubselect", "subquery", "SelectStmt", "valuesLists").length > 0);
  const limited = node["withClause"] !== undefined && JSON.stringify(node["withClause"]).includes('"limitCount"');
  return rows === "all" && (fromList || limited) ? "narrow" : rows;
}

export function tableOf(relation: PgValue): string | null {
  return text(relation, "relname") ?? null;
}

/** The last part of a qualified name. */
const lastName = (object: PgValue): string | null => text(list(object, "List", "items").at(-1), "String", "sval") ?? text(object, "String", "sval") ?? null;

function drop(node: PgNode): readonly SqlChange[] {
  const kind = text(node, "removeType");
  if (kind === "OBJECT_TABLE" || kind === "OBJECT_FOREIGN_TABLE") return list(node, "objects").map((object) => ({ does: "dropTable", table: lastName(object) }));
  if (kind === "OBJECT_SCHEMA") return list(node, "objects").map((object) => ({ does: "dropSchema", table: null, name: lastName(object) }));
  return [];
}

function rename(node: PgNode): readonly SqlChange[] {
  const table = tableOf(node["relation"]);
  const to = text(node, "newname") ?? null;
  const kind = text(node, "renameType");
  if (kind === "OBJECT_TABLE") return [{ does: "renameTable", table, to }];
  if (kind === "OBJECT_COLUMN" && (text(node, "relationType") === "OBJECT_TABLE" || text(node, "relationType") === "OBJECT_FOREIGN_TABLE")) return [{ does: "renameColumn", table, name: text(node, "subname") ?? null, to }];
  return [];
}

function alterTable(node: PgNode, statement: string): readonly SqlChange[] {
  if (text(node, "objtype") !== "OBJECT_TABLE" && text(node, "objtype") !== "OBJECT_FOREIGN_TABLE") return [];
  const table = tableOf(node["relation"]);
  const commands = list(node, "cmds");
  const parts = partsOf(statement, { start: 0, end: statement.length });
  const isSplit = commands.length > 1 && parts.length === commands.length;
  return commands.flatMap((command, i) => {
    const part = isSplit ? afterTable(statement, parts[i] as Span, i) : undefined;
    return alteration(table, at(command, "AlterTableCmd")).map((change) => (part === undefined ? change : { ...change, part }));
  });
}

/** The first part of `ALTER TABLE t DROP a, DROP b` begins with the table: its action begins behind that, if it stands on a line of its own. */
function afterTable(statement: string, part: Span, index: number): Span {
  if (index > 0) return part;
  const head = /^alter\s+(?:foreign\s+)?table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:"(?:[^"]|"")*"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\w$]+))*\s*\*?\s*/i.exec(statement)?.[0] ?? "";
  return head.includes("\n") ? { start: part.start + head.length, end: part.end } : part;
}

function alteration(table: string | null, command: PgValue): readonly SqlChange[] {
  const name = text(command, "name") ?? null;
  switch (text(command, "subtype")) {
    case "AT_AddColumn": {
      const column = at(command, "def", "ColumnDef");
      return [{ does: "addColumn", table, name: text(column, "colname") ?? null, column: columnSpec(column) }];
    }
    case "AT_DropColumn":
      return [{ does: "dropColumn", table, name }];
    case "AT_AlterColumnType": {
      const column = at(command, "def", "ColumnDef");
      return [{ does: "changeType", table, name, type: typeName(at(column, "typeName")), ...(at(column, "raw_default") !== undefined && { converts: true }) }];
    }
    case "AT_SetNotNull":
      return [{ does: "setNotNull", table, name }];
    case "AT_ValidateConstraint":
      return [{ does: "validate", table, name }];
    case "AT_DropConstraint":
      return [{ does: "dropConstraint", table, name }];
    case "AT_AddConstraint":
      return constraint(table, at(command, "def", "Constraint"));
    default:
      return [];
  }
}

function constraint(table: string | null, node: PgValue): readonly SqlChange[] {
  const name = text(node, "conname") ?? null;
  const usingIndex = text(node, "indexname") !== undefined;
  const notValid = at(node, "skip_validation") === true;
  switch (text(node, "contype")) {
    case "CONSTR_FOREIGN":
      return [{ does: "addForeignKey", table, name, notValid }];
    case "CONSTR_CHECK": {
      const tested = at(node, "raw_expr", "NullTest");
      const notNull = text(tested, "nulltesttype") === "IS_NOT_NULL" ? text(list(tested, "arg", "ColumnRef", "fields").at(-1), "String", "sval") : undefined;
      return [{ does: "addCheck", table, name, notValid, ...(notNull !== undefined && { notNull }) }];
    }
    // `ADD CONSTRAINT … NOT NULL column`, of PostgreSQL 18.
    case "CONSTR_NOTNULL":
      return notValid ? [] : [{ does: "setNotNull", table, name: text(list(node, "keys")[0], "String", "sval") ?? null }];
    case "CONSTR_UNIQUE":
    case "CONSTR_EXCLUSION":
      return [{ does: "addUnique", table, name, usingIndex }];
    case "CONSTR_PRIMARY":
      return [{ does: "addPrimaryKey", table, name, usingIndex }];
    default:
      return [];
  }
}

/** `character varying(30)` is `varchar(30)`; arrays end in `[]`. */
export function typeName(node: PgValue): string {
  const name = text(list(node, "names").at(-1), "String", "sval") ?? "?";
  const sizes = list(node, "typmods").map((m) => at(m, "A_Const", "ival", "ival") ?? "?");
  const size = sizes.length > 0 && name !== "interval" ? `(${sizes.join(",")})` : "";
  return `${name}${size}${list(node, "arrayBounds").length > 0 ? "[]" : ""}`;
}

const SERIAL = /^(?:small|big)?serial[248]?$/;
/** Functions that give one value for the whole statement, so that it is kept beside the table and no row is written. */
const STABLE = /^(?:now|current_timestamp|transaction_timestamp|statement_timestamp|current_setting|current_user|session_user|current_database|current_schema|timezone|date_trunc|to_timestamp|make_\w+|json\w*_build_\w+|to_jsonb?|array\w*|coalesce|concat|lower|upper|length|text|date|timestamptz?)$/;

function columnSpec(node: PgValue): ColumnSpec {
  const type = typeName(at(node, "typeName"));
  const constraints = list(node, "constraints").map((c) => at(c, "Constraint"));
  const of = (kind: string): PgValue => constraints.find((c) => text(c, "contype") === kind);
  const given = at(of("CONSTR_DEFAULT"), "raw_expr");
  const volatile = given === undefined ? null : volatileIn(given);
  const computed = SERIAL.test(type) ? type : of("CONSTR_IDENTITY") !== undefined ? "an identity" : text(of("CONSTR_GENERATED"), "generated_kind") === "s" ? "a stored expression" : (volatile ?? undefined);
  return {
    type,
    notNull: of("CONSTR_NOTNULL") !== undefined || of("CONSTR_PRIMARY") !== undefined,
    hasDefault: (given !== undefined && at(given, "A_Const", "isnull") !== true) || computed !== undefined || of("CONSTR_GENERATED") !== undefined,
    ...(computed !== undefined && { computed }),
    unique: of("CONSTR_UNIQUE") !== undefined,
    primary: of("CONSTR_PRIMARY") !== undefined,
    references: of("CONSTR_FOREIGN") !== undefined,
  };
}

/** A function in a default that is called for each row. One that nobody knows may be either; the table would be written anew. */
function volatileIn(node: PgValue): string | null {
  if (typeof node !== "object") return null;
  if (Array.isArray(node)) return (node as readonly PgValue[]).map(volatileIn).find((name) => name !== null) ?? null;
  const called = at(node, "FuncCall");
  const name = text(list(called, "funcname").at(-1), "String", "sval");
  if (name !== undefined && !STABLE.test(name)) return `${name}()`;
  return Object.values(node as PgNode).map(volatileIn).find((found) => found !== null) ?? null;
}
