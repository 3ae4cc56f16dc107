import type { BindsRow } from "../catalog/binds.js";
import { HOLE } from "./sql-tokens.js";

/** What could be bound: a stretch of a query's text with holes in it. */
export interface Slot {
  readonly start: number;
  readonly end: number;
  /** Its holes. */
  readonly holes: readonly number[];
  /** What it says around them: `%` of `'%${term}%'`. Null between quotes that are none of the text's, that is without any. */
  readonly quoted: readonly (string | number)[] | null;
  /** `interval '${days} days'`: the type that has to be said of a parameter. */
  readonly type?: string;
  /** All that is in `in (…)`: a list, perhaps; from `in` (`not in`) on. */
  readonly list?: { readonly start: number; readonly end: number; readonly isNot: boolean; readonly shouts: boolean };
}

/** A parameter that the text has already. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  /** `1` of `$1`, `name` of `:name`, nothing of `?`. */
  readonly name: string;
}

export interface Slots {
  readonly slots: readonly Slot[];
  readonly marks: readonly Mark[];
  /** Holes that are no value, and why they are none. */
  readonly others: ReadonlyMap<number, string>;
}

interface Token {
  readonly kind: "word" | "text" | "name" | "number" | "mark" | "hole" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = new RegExp(
  [
    String.raw`\s+|(--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)`,
    String.raw`('(?:[^']|'')*')`,
    String.raw`("(?:[^"]|"")*"|${"`"}[^${"`"}]*${"`"}|\[[A-Za-z_][\w $]*\])`,
    String.raw`(\d[\w.]*)`,
    String.raw`(\$\d+|[:@$][A-Za-z_]\w*|\?)`,
    String.raw`([A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`,
    String.raw`(\u0000)`,
    String.raw`(::|<=|>=|<>|!=|\|\||[^])`,
  ].join("|"),
  "g",
);
const KINDS = ["comment", "text", "name", "number", "mark", "word", "hole", "sign"] as const;

const TAKES_NONE = new Set(["create", "alter", "drop", "truncate", "grant", "revoke", "set", "comment", "copy", "listen", "notify", "vacuum", "analyze", "lock", "use", "do", "explain"]);
/** Statements in which a parameter may stand. */
const TAKES_VALUES = new Set(["select", "insert", "update", "delete", "with", "replace", "merge", "call", "values"]);
const COMPARES = new Set(["=", "<>", "!=", "<", ">", "<=", ">=", "like", "ilike", "rlike", "regexp", "between"]);
/** Words after which a text is anything but a value. */
const NAMES_NEXT = new Set(["as", "collate", "identified", "user", "password", "role", "comment", "charset", "encoding", "escape", "separator", "type", "index", "using", "for", "language", "by", "from", "join", "into", "update", "table"]);
const TYPED = new Set(["interval", "date", "time", "timestamp", "timestamptz"]);
/** Functions that take any type, so that a parameter has none. */
const TYPELESS = new Set(["concat", "concat_ws", "format", "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array", "to_json", "to_jsonb", "array_append"]);

/** What of a text's holes could be bound, by the way a driver has for it. `text` has `HOLE` for each hole. */
export function slotsOf(text: string, { mark, dialect, part }: BindsRow): Slots {
  const others = new Map<number, string>();
  const tokens: Token[] = [];
  const holesBefore = (at: number): number => text.slice(0, at).split(HOLE).length - 1;
  const holesIn = ({ start, end }: Token): number[] => [...text.slice(start, end)].flatMap((c, i) => (c === HOLE ? [holesBefore(start + i)] : []));
  for (const match of text.matchAll(TOKEN)) {
    const kind = KINDS.find((_, i) => match[i + 1] !== undefined);
    if (kind === undefined) continue;
    const token = { text: kind === "word" ? match[0].toLowerCase() : match[0], start: match.index, end: match.index + match[0].length };
    if (kind !== "comment") tokens.push({ ...token, kind });
    else if (token.text.includes(HOLE)) holesIn({ ...token, kind: "sign" }).forEach((h) => others.set(h, "stands in a comment of the query"));
  }
  const first = tokens.find((t) => t.text !== "(");
  const takes = part === true ? !TAKES_NONE.has(first?.text ?? "") : first?.kind === "word" && (TAKES_VALUES.has(first.text) || (mark === "@name" && /^exec(?:ute)?$/.test(first.text)));
  const semicolon = tokens.findIndex((t) => t.text === ";");
  const isOne = semicolon === -1 || semicolon === tokens.length - 1;
  const why = !takes ? "stands in a statement that takes no parameters" : !isOne ? "stands in a text of several statements, which take no parameters" : null;
  const slots: Slot[] = [];
  const opened: number[] = [];
  const around: (number | undefined)[] = [];
  tokens.forEach((t, i) => {
    around.push(opened.at(-1));
    if (t.text === "(") opened.push(i);
    else if (t.text === ")") opened.pop();
  });
  const reader = new Reader(text, tokens, around, dialect);
  tokens.forEach((token, i) => {
    const holes = token.text.includes(HOLE) ? holesIn(token) : [];
    if (holes.length === 0) return;
    const slot = why ?? reader.slot(i, holes);
    if (typeof slot === "string") holes.forEach((h) => others.set(h, slot));
    else slots.push(slot);
  });
  return { slots, others, marks: tokens.flatMap((t) => (t.kind === "mark" && sameKind(t.text, mark) ? [{ start: t.start, end: t.end, name: t.text.slice(1) }] : [])) };
}

const sameKind = (text: string, mark: BindsRow["mark"]): boolean => (mark === "${}" ? !/^[:@]/.test(text) : text[0] === mark[0]);

class Reader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #around: readonly (number | undefined)[];
  readonly #dialect: BindsRow["dialect"];

  constructor(text: string, tokens: readonly Token[], around: readonly (number | undefined)[], dialect: BindsRow["dialect"]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#around = around;
    this.#dialect = dialect;
  }

  /** The slot of a token with holes in it, or what is wrong with it. */
  slot(i: number, holes: readonly number[]): Slot | string {
    const token = this.#tokens[i] as Token;
    if (token.kind === "hole") return this.#bare(i, holes);
    const isText = token.kind === "text" || (token.kind === "name" && token.text.startsWith('"') && this.#dialect === "mysql");
    if (!isText) return token.kind === "name" ? "is a name, not a value" : "is part of a word of the query";
    return this.#quoted(i, holes);
  }

  #quoted(i: number, holes: readonly number[]): Slot | string {
    const { start, end, text } = this.#tokens[i] as Token;
    const before = this.#tokens[i - 1];
    if (text.includes("\\")) return "stands in a text with escapes";
    if (before?.kind === "word" && before.end === start) return "stands in a text that is written in a special way";
    const quote = text[0] as string;
    let nth = 0;
    const quoted = text.slice(1, -1).replaceAll(quote + quote, quote).split(/(\0)/).filter((p) => p !== "").map((p) => (p === HOLE ? (holes[nth++] as number) : p));
    const slot: Slot = { start, end, holes, quoted };
    if (before?.kind === "word" && TYPED.has(before.text) && this.#tokens[i - 2]?.text !== ".") {
      return this.#dialect === "postgres" ? { ...slot, start: before.start, type: before.text } : `is part of the ${before.text} itself, which takes no parameter`;
    }
    if (before === undefined || NAMES_NEXT.has(before.text)) return "is no value of the query";
    const list = this.#listAround(i);
    const of = this.#functionAround(i);
    return { ...slot, ...(list && { list }), ...(of !== null && TYPELESS.has(of) && this.#dialect === "postgres" && { type: "text" }) };
  }

  /** Without quotes: only where nothing but a value can stand. */
  #bare(i: number, holes: readonly number[]): Slot | string {
    const { start, end } = this.#tokens[i] as Token;
    const [before, after] = [this.#tokens[i - 1], this.#tokens[i + 1]];
    if (/[\w$"'`.\]\0@#:]/.test(this.#text[start - 1] ?? "") || /[\w$"'`.(\0]/.test(this.#text[end] ?? "") || after?.text === "(") return "is part of a name or of a word of the query";
    const slot: Slot = { start, end, holes, quoted: null };
    if (before === undefined) return "is a whole part of the query";
    if (before.text === "limit" || before.text === "offset") return this.#dialect === "postgres" ? slot : `stands behind ${before.text}, which takes a number: convert it`;
    if (COMPARES.has(before.text)) return slot;
    if (before.text === "and" && this.#tokens.slice(Math.max(0, i - 6), i - 1).some((t) => t.text === "between")) return slot;
    if (before.text === "(" || before.text === ",") {
      const list = this.#listAround(i);
      if (list) return { ...slot, list };
      const open = this.#around[i];
      const opener = open === undefined ? undefined : this.#tokens[open - 1];
      const isRow = opener?.text === "values" || opener?.text === "value" || (opener?.text === "," && this.#tokens[(open as number) - 2]?.text === ")");
      if (isRow || (opener?.text === "in" && (before.text === "," || after?.text === ","))) return slot;
    }
    return "is a name, a keyword or a whole part of the query";
  }

  /** `in (…)` with nothing else in it. */
  #listAround(i: number): Slot["list"] | null {
    const [open, close, opener, not] = [this.#tokens[i - 1], this.#tokens[i + 1], this.#tokens[i - 2], this.#tokens[i - 3]];
    if (open?.text !== "(" || close?.text !== ")" || opener?.text !== "in") return null;
    const isNot = not?.text === "not";
    return { start: (isNot ? not : opener).start, end: close.end, isNot, shouts: this.#text.slice(opener.start, opener.end) === "IN" };
  }

  #functionAround(i: number): string | null {
    const open = this.#around[i];
    const opener = open === undefined ? undefined : this.#tokens[open - 1];
    return opener?.kind === "word" ? opener.text : null;
  }
}
