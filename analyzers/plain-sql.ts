import type { SqlChange } from "./sql-changes.js";
import { type SqlToken, sqlTokens } from "./sql-tokens.js";

/** What a statement of a dialect without a parser of its own does to names: drops, renames, new types. */
export function plainChanges(statement: string): readonly SqlChange[] {
  const tokens = sqlTokens(statement);
  const words = new Reader(tokens);
  if (words.take("alter", "table")) return alterTable(words);
  if (words.take("drop", "table")) return names(words.past("if", "exists")).map((table) => ({ does: "dropTable", table }));
  if (words.take("drop", "schema") || words.take("drop", "database")) return [{ does: "dropSchema", table: null, name: words.past("if", "exists").name() }];
  if (words.take("truncate")) return [{ does: "truncate", table: words.past("table").name() }];
  if (words.take("rename", "table")) return [{ does: "renameTable", table: words.name(), to: words.past("to").name() }];
  if (/^\s*exec(?:ute)?\s+sp_rename\b/i.test(statement)) return [spRename(statement)];
  if (words.take("create")) {
    for (const word of ["or", "replace", "global", "local", "temp", "temporary", "unlogged", "virtual"]) words.take(word);
    if (words.take("materialized", "view")) return [{ does: "createTable", table: words.past("if", "not", "exists").name(), isView: true }];
    return words.take("table") ? [{ does: "createTable", table: words.past("if", "not", "exists").name() }] : [{ does: "other", table: null }];
  }
  return [{ does: "other", table: null }];
}

/** Behind DROP, these are no columns. */
const NO_COLUMN = new Set(["constraint", "index", "key", "primary", "foreign", "check", "default", "partition"]);

function alterTable(words: Reader): readonly SqlChange[] {
  words.past("if", "exists").past("only");
  const table = words.name();
  return words.actions().flatMap((action): readonly SqlChange[] => {
    if (action.take("drop")) {
      if (action.next !== null && NO_COLUMN.has(action.next)) return [];
      return [{ does: "dropColumn", table, name: action.past("column").past("if", "exists").name() }];
    }
    if (action.take("rename")) {
      if (action.next === "index" || action.next === "key" || action.next === "constraint") return [];
      if (action.take("to") || action.take("as")) return [{ does: "renameTable", table, to: action.name() }];
      return [{ does: "renameColumn", table, name: action.past("column").name(), to: action.past("to").name() }];
    }
    if (action.take("change")) {
      const name = action.past("column").name();
      const to = action.name();
      return [name !== null && name === to ? { does: "changeType", table, name } : { does: "renameColumn", table, name, to }];
    }
    if (action.take("modify")) return [{ does: "changeType", table, name: action.past("column").name() }];
    if (action.take("alter")) {
      const name = action.past("column").name();
      return action.next === "set" || action.next === "drop" || action.next === "add" ? [] : [{ does: "changeType", table, name }];
    }
    return [];
  });
}

function spRename(statement: string): SqlChange {
  const [, from = null, to = null, kind] = /sp_rename\s+N?'([^']*)'\s*,\s*N?'([^']*)'(?:\s*,\s*N?'(\w+)')?/i.exec(statement) ?? [];
  const parts = from?.replace(/[[\]]/g, "").split(".") ?? [];
  if (kind?.toUpperCase() === "COLUMN") return { does: "renameColumn", table: parts.at(-2) ?? null, name: parts.at(-1) ?? null, to };
  return kind === undefined || kind.toUpperCase() === "OBJECT" ? { does: "renameTable", table: parts.at(-1) ?? null, to } : { does: "other", table: null };
}

function names(words: Reader): readonly (string | null)[] {
  const found = [words.name()];
  while (words.sign(",")) found.push(words.name());
  return found;
}

/** Reads tokens from left to right. */
class Reader {
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
  }

  get next(): string | null {
    const token = this.#tokens[this.#at];
    return token?.kind === "word" ? token.text : null;
  }

  /** Goes on if these words follow. */
  take(...words: readonly string[]): boolean {
    const follows = words.every((word, i) => this.#tokens[this.#at + i]?.kind === "word" && this.#tokens[this.#at + i]?.text === word);
    if (follows) this.#at += words.length;
    return follows;
  }

  past(...words: readonly string[]): this {
    this.take(...words);
    return this;
  }

  sign(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  /** The last part of a qualified name. */
  name(): string | null {
    let found: string | null = null;
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== "word" && token?.kind !== "name") return found;
      found = token.kind === "name" ? token.text : token.raw;
      this.#at++;
    } while (this.sign("."));
    return found;
  }

  /** What is left, split at the commas outside of parentheses. */
  actions(): readonly Reader[] {
    const parts: SqlToken[][] = [[]];
    let depth = 0;
    for (const token of this.#tokens.slice(this.#at)) {
      if (token.kind === "sign" && token.text === "(") depth++;
      if (token.kind === "sign" && token.text === ")") depth--;
      if (token.kind === "sign" && token.text === "," && depth === 0) parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts.map((part) => new Reader(part));
  }
}
