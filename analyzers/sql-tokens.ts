/** A word, a quoted name, a value (number, text, parameter), a hole that the program fills, or a sign. */
export interface SqlToken {
  readonly kind: "word" | "name" | "value" | "hole" | "sign";
  /** Words in lower case; names without their quotes. */
  readonly text: string;
  /** As it is written, for words and names. */
  readonly raw: string;
  /** For a hole: which one. */
  readonly hole?: number;
}

/** Stands for a hole in a text that is given to `sqlTokens`; no text that a program holds has it. */
export const HOLE = "\u0000";

const TOKEN = new RegExp(
  [
    String.raw`\s+|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/`, // nothing
    String.raw`(\u0000)`,
    String.raw`([eEnNbBxX]?'(?:[^'\\]|''|\\[^])*'|\$(\w*)\$[^]*?\$\3\$)`,
    String.raw`"((?:[^"]|"")*)"|${"`"}([^${"`"}]*)${"`"}|\[([A-Za-z_][\w $]*)\]`,
    String.raw`(\d[\w.]*|\$\d+(?::(?!:)\w+)?|\$[A-Za-z_]\w*|\$(?:<\w+|\(\w+|/\w+|\[\w+|\{\w+)(?::\w+)?[>)/\]}]|[:@](?![:=])\.{0,3}[A-Za-z_]\w*|\{\w+:[^}]*\}|%\(\w+\)s|%s|\?(?![|&?]))`,
    String.raw`([A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`,
    String.raw`(::|<=|>=|<>|!=|\|\||[^])`,
  ].join("|"),
  "g",
);

/** The text of a query in tokens, without comments. Tolerant: what no dialect has becomes signs. */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let holes = 0;
  const put = (kind: SqlToken["kind"], text: string, raw = text): void => void tokens.push({ kind, text, raw });
  for (const [whole, hole, quoted, , name, tick, bracket, value, word, sign] of text.matchAll(TOKEN)) {
    const named = name ?? tick ?? bracket;
    if (hole !== undefined) tokens.push({ kind: "hole", text: "", raw: "", hole: holes });
    else if (quoted !== undefined) put("value", quoted);
    else if (named !== undefined) put("name", named);
    else if (value !== undefined) put("value", value);
    else if (word !== undefined) put("word", word.toLowerCase(), word);
    else if (sign !== undefined) put("sign", sign);
    // In a text or a comment too: `'%${term}%'`.
    holes += whole.split(HOLE).length - 1;
  }
  return tokens;
}
