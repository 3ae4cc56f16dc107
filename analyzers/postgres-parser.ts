import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** A node of PostgreSQL's own parse tree, as its JSON says it: `{ AlterTableStmt: { relation, cmds } }`. */
export type PgNode = { readonly [key: string]: PgValue };
export type PgValue = string | number | boolean | PgNode | readonly PgValue[] | undefined;

/** One statement's tree, or why it is none. */
export type PgParsed = { readonly node: PgNode } | { readonly error: string };

interface PgModule {
  instantiateWasm?: (imports: object, done: (instance: object) => void) => void;
  _malloc(size: number): number;
  _free(at: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, at: number, size: number): void;
  UTF8ToString(at: number): string;
  getValue(at: number, type: "i32"): number;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  _wasm_parse_plpgsql(text: number): number;
  _wasm_free_string(text: number): void;
}

/** The part of WebAssembly that loads at once; Node's types leave it to the browser's. */
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object; readonly Instance: new (module: object, imports: object) => object } };
const require = createRequire(import.meta.url);
let loaded: PgModule | undefined;

/**
 * The parser of PostgreSQL itself, as WebAssembly. It is loaded with the first statement, and at once: rules and ESLint judge
 * synchronously, so its memory and functions are taken as soon as the instance exists; what its own start-up does later, a file
 * system for its standard streams, parsing does not need.
 */
function parser(): PgModule {
  if (loaded) return loaded;
  const start = require("libpg-query/wasm/libpg-query.js") as (module: Partial<PgModule>) => Promise<unknown>;
  const bytes = readFileSync(require.resolve("libpg-query/wasm/libpg-query.wasm"));
  const module: Partial<PgModule> = {
    instantiateWasm: (imports, done) => done(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)),
  };
  // nobypass-disable-next-line swallowed-error -- of what parsing needs, its absence is told below
  start(module).catch(() => undefined);
  if (module._wasm_parse_query_raw === undefined) throw new Error("libpg-query did not start at once");
  return (loaded = module as PgModule);
}

/** The first statement of a text. */
export function parsePostgres(text: string): PgParsed {
  const pg = parser();
  try {
    return parsed(pg, text);
  } catch (error) {
    // Its stack has an end, which a statement of a hundred thousand operands meets; what it leaves behind is not used again.
    loaded = undefined;
    return { error: `it is too much for it (${(error as Error).message})` };
  }
}

function parsed(pg: PgModule, text: string): PgParsed {
  return withText(pg, text, (at) => {
    const result = pg._wasm_parse_query_raw(at);
    try {
      const error = pg.getValue(result + 8, "i32");
      if (error !== 0) return { error: pg.UTF8ToString(pg.getValue(error, "i32")) };
      const { stmts } = JSON.parse(pg.UTF8ToString(pg.getValue(result, "i32"))) as { stmts?: readonly { stmt?: PgNode }[] };
      const node = stmts?.[0]?.stmt;
      return node === undefined ? { error: "there is no statement" } : { node };
    } finally {
      pg._wasm_free_parse_result(result);
    }
  });
}

/** The statements inside a DO block, and whether it runs text that is put together while it runs. */
export function parseDoBlock(text: string): { readonly statements: readonly string[]; readonly isDynamic: boolean } | null {
  const pg = parser();
  const said = withText(pg, text, (at) => {
    const result = pg._wasm_parse_plpgsql(at);
    const json = pg.UTF8ToString(result);
    pg._wasm_free_string(result);
    return json;
  });
  if (!said.startsWith("{")) return null;
  const statements: string[] = [];
  let isDynamic = false;
  const walk = (value: PgValue): void => {
    if (typeof value !== "object") return;
    if (isList(value)) return value.forEach(walk);
    for (const [key, inner] of Object.entries(value)) {
      if (key === "PLpgSQL_stmt_dynexecute") isDynamic = true;
      const query = key === "PLpgSQL_stmt_execsql" ? at(inner, "sqlstmt", "PLpgSQL_expr", "query") : undefined;
      if (typeof query === "string") statements.push(query);
      else walk(inner);
    }
  };
  walk(JSON.parse(said) as PgNode);
  return { statements, isDynamic };
}

function withText<T>(pg: PgModule, text: string, use: (at: number) => T): T {
  const size = pg.lengthBytesUTF8(text) + 1;
  const at = pg._malloc(size);
  try {
    pg.stringToUTF8(text, at, size);
    return use(at);
  } finally {
    pg._free(at);
  }
}

const isList = (value: PgValue): value is readonly PgValue[] => Array.isArray(value);

/** What lies along these keys of a tree. */
export function at(node: PgValue, ...path: readonly (string | number)[]): PgValue {
  let value = node;
  for (const key of path) {
    if (typeof value !== "object") return undefined;
    value = isList(value) ? value[Number(key)] : value[key];
  }
  return value;
}

export const list = (node: PgValue, ...path: readonly (string | number)[]): readonly PgValue[] => {
  const value = at(node, ...path);
  return typeof value === "object" && isList(value) ? value : [];
};

export const text = (node: PgValue, ...path: readonly (string | number)[]): string | undefined => {
  const value = at(node, ...path);
  return typeof value === "string" ? value : undefined;
};
