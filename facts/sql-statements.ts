import type { Span } from "../core/finding.js";

export interface SqlComment extends Span {
  /** Without its marks. */
  readonly text: string;
  readonly block: boolean;
}

export interface SqlStatements {
  /** Each from its first word to its last, without the semicolon. */
  readonly statements: readonly Span[];
  readonly comments: readonly SqlComment[];
}

/** A piece of SQL that holds together, whatever the dialect: a comment, a quoted text or name, a word, or one character. */
interface Lexeme extends Span {
  readonly kind: "comment" | "quoted" | "word" | "sign";
}

const LEXEME = new RegExp(
  [
    String.raw`(--[^\n\r]*|/\*(?:[^*]|\*(?!/))*(?:\*/|$))`,
    String.raw`([eE]'(?:[^'\\]|''|\\[^])*(?:'|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|${"`"}[^${"`"}]*(?:${"`"}|$)|\$(\w*)\$[^]*?(?:\$\3\$|$))`,
    String.raw`([A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`,
    String.raw`([^\s])`,
  ].join("|"),
  "g",
);

function* lexemes(text: string, start: number, end: number): Generator<Lexeme> {
  const pattern = new RegExp(LEXEME);
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match !== null && match.index < end; match = pattern.exec(text)) {
    const kind = match[1] !== undefined ? "comment" : match[2] !== undefined ? "quoted" : match[4] !== undefined ? "word" : "sign";
    yield { kind, start: match.index, end: pattern.lastIndex };
  }
}

/** `-- +goose StatementBegin`: until the end of it, semicolons separate nothing. */
const HELD = /^\+?\w+\s+Statement(Begin|End)\b/i;
/** A body of statements up to its END: a trigger of SQLite, a procedure of MySQL. */
const HAS_BODY = /^create\s+(?:or\s+replace\s+)?(?:definer\s*=\s*\S+\s+)?(?:temp(?:orary)?\s+)?(?:trigger|procedure|function|event)\b/i;

/** The statements of a text and its comments. Tolerant of every dialect: what no lexer knows is a character. */
export function sqlStatements(text: string): SqlStatements {
  const statements: Span[] = [];
  const comments: SqlComment[] = [];
  let start = -1;
  let end = -1;
  let depth = 0;
  let isHeld = false;
  const close = (): void => {
    if (start !== -1) statements.push({ start, end });
    start = end = -1;
    depth = 0;
  };
  for (const lexeme of lexemes(text, 0, text.length)) {
    const written = text.slice(lexeme.start, lexeme.end);
    if (lexeme.kind === "comment") {
      const block = written.startsWith("/*");
      const said = block ? written.slice(2).replace(/\*\/$/, "") : written.slice(2);
      const held = HELD.exec(said.trim())?.[1];
      if (held !== undefined) close();
      if (held !== undefined) isHeld = held.toLowerCase() === "begin";
      // A section's mark stands between statements, also where the last one has no semicolon.
      else if (sectionOf(said) !== null) close();
      comments.push({ start: lexeme.start, end: lexeme.end, text: said.trim(), block });
      continue;
    }
    if (lexeme.kind === "word" && start !== -1) {
      const word = written.toLowerCase();
      if (word === "begin" && HAS_BODY.test(text.slice(start, start + 200))) depth++;
      else if (depth > 0 && word === "case") depth++;
      else if (depth > 0 && word === "end" && !/^\s*(?:if|loop|while|repeat)\b/i.test(text.slice(lexeme.end, lexeme.end + 20))) depth--;
    }
    if (written === ";" && depth === 0 && !isHeld) {
      close();
      continue;
    }
    // The separator of SQL Server's tools, on a line of its own.
    if (lexeme.kind === "word" && /^go$/i.test(written) && isAlone(text, lexeme)) {
      close();
      continue;
    }
    if (start === -1) start = lexeme.start;
    end = lexeme.end;
  }
  close();
  return { statements, comments };
}

function isAlone(text: string, { start, end }: Span): boolean {
  return /(?:^|[\n\r])[ \t]*$/.test(text.slice(Math.max(0, start - 80), start)) && /^[ \t]*(?:$|[\n\r])/.test(text.slice(end, end + 80));
}

/** A mark between the way up and the way down in one file: of dbmate, goose, sql-migrate, node-pg-migrate, sqlite. */
export function sectionOf(comment: string): { readonly name: "up" | "down"; readonly options: string } | null {
  const [, way, options = ""] = /^[\s-]*(?:migrate:|\+(?:goose|migrate)\s+)(up|down)\b\s*(.*)$/i.exec(comment) ?? /^[\s-]*(up|down)(?:\s+migration)?\s*()$/i.exec(comment) ?? [];
  return way === undefined ? null : { name: way.toLowerCase() as "up" | "down", options: options.trim() };
}

/** The parts of a statement between the commas outside of parentheses: the actions of an ALTER TABLE. */
export function partsOf(text: string, { start, end }: Span): readonly Span[] {
  const parts: Span[] = [];
  let from = -1;
  let to = -1;
  let depth = 0;
  for (const lexeme of lexemes(text, start, end)) {
    if (lexeme.kind === "comment") continue;
    const sign = lexeme.kind === "sign" ? text[lexeme.start] : "";
    if (sign === "(") depth++;
    else if (sign === ")") depth--;
    if (sign === "," && depth === 0) {
      if (from !== -1) parts.push({ start: from, end: to });
      from = -1;
      continue;
    }
    if (from === -1) from = lexeme.start;
    to = lexeme.end;
  }
  if (from !== -1) parts.push({ start: from, end: to });
  return parts;
}
