import type { Value, ValueId } from "../core/facts.js";
import type { Edit } from "../core/finding.js";
import type { FileView } from "../core/rule.js";

/** A new last argument. A list with one argument a line stays so; a trailing comma stays one. `null` where none can stand last. */
export function addArgument(file: FileView, call: ValueId, text: string): readonly Edit[] | null {
  const value = file.facts.values[call] as Value;
  if (value.kind !== "call" || value.form === "tag") return null;
  const { start, end } = file.span({ value: call });
  const last = value.args.at(-1);
  if (last !== undefined) return append(file.text, file.span({ value: last }), end - 1, text);
  const list = tokens(file.text, file.span({ value: value.callee }).end, end);
  // `new Error` without a list; the `)` of `new (pick())` is the callee's.
  if (list.at(-1)?.text !== ")" || list.at(-2)?.text !== "(") return value.form === "new" && end > start ? [insert(end, `(${text})`)] : null;
  return [insert(end - 1, text)];
}

/** A new last property of an object literal. */
export function addProperty(file: FileView, object: ValueId, text: string): readonly Edit[] | null {
  const value = file.facts.values[object] as Value;
  if (value.kind !== "object") return null;
  const { start, end } = file.span({ value: object });
  const last = value.props.at(-1);
  if (last) return append(file.text, file.span({ mark: last.at }), end - 1, text);
  const inside = file.text.slice(start + 1, end - 1);
  const space = (at: string | undefined): string => (at !== undefined && /\s/.test(at) ? "" : " ");
  // After what stands in the braces (a comment), so that a line comment ends first.
  return [{ ...insert(end - 1, `${inside === "" ? " " : space(inside.at(-1))}${text}`), beside: { joint: "," } }, { ...insert(end - 1, " "), beside: { rank: 1 } }];
}

/** A new last item of an array literal. */
export function addItem(file: FileView, array: ValueId, text: string): readonly Edit[] | null {
  const value = file.facts.values[array] as Value;
  if (value.kind !== "array") return null;
  const { start, end } = file.span({ value: array });
  const last = value.items.at(-1);
  if (last === null) return null;
  return last === undefined ? [insert(start + 1, text)] : append(file.text, file.span({ value: last }), end - 1, text);
}

/** After the last item of a list that `close` ends. */
function append(text: string, last: { readonly start: number; readonly end: number }, close: number, item: string): Edit[] {
  let end = last.end;
  let comma: number | null = null;
  for (const token of tokens(text, last.end, close)) {
    if (token.text === ")") end = token.end;
    else if (token.text === ",") comma = token.end;
  }
  const line = lineOf(text, last.start);
  if (line === null) {
    // Comments on the same line belong to the item before.
    if (comma !== null) return [insert(comma, ` ${item},`)];
    return [insert(afterComments(text, end, close, false), `, ${item}`)];
  }
  if (comma !== null) return [insert(afterComments(text, comma, close, true), `${line}${item},`)];
  const at = afterComments(text, end, close, true);
  return at === end ? [insert(end, `,${line}${item}`)] : [insert(end, ","), { ...insert(at, `${line}${item}`), beside: { joint: "," } }];
}

/** The line end and indentation before an item that begins its line; null if something else begins it. */
export function lineOf(text: string, start: number): string | null {
  const match = /(\r\n|[\n\r])([^\S\r\n]*)\(*$/.exec(text.slice(0, start));
  return match ? `${match[1]}${match[2]}` : null;
}

/** The end of the comments that follow on the same line; a line comment only where a line end may come after it. */
function afterComments(text: string, from: number, to: number, lineComments: boolean): number {
  COMMENTS.lastIndex = from;
  let at = from;
  for (let match = COMMENTS.exec(text); match && match.index + match[0].length <= to; match = COMMENTS.exec(text)) {
    if (match[1]?.startsWith("//") ? !lineComments : /[\r\n]/.test(match[0])) break;
    at = COMMENTS.lastIndex;
  }
  return at;
}

const COMMENTS = /[^\S\r\n]*(\/\/[^\r\n\u2028\u2029]*|\/\*[^]*?\*\/)/y;
const TOKEN = /\/\/[^\r\n\u2028\u2029]*|\/\*[^]*?\*\/|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`(?:[^`\\]|\\[^])*`|[\w$]+|\S/gy;
const SPACE = /\s*/y;

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Does a comment stand there, which would be lost with it? */
export function hasComment(text: string, start: number, end: number): boolean {
  const length = (part: string): number => part.replace(/\s/g, "").length;
  const list = tokens(text, start, end);
  // A template is one token, with the comments in its holes; what looks like one in its text costs a fix, no comment.
  if (list.some((token) => token.text.startsWith("`") && /\$\{[^`]*?\/[/*]/.test(token.text))) return true;
  return length(text.slice(start, end)) !== list.reduce((sum, token) => sum + length(token.text), 0);
}

/** What stands between two places, without comments: punctuation, words, strings. */
export function tokens(text: string, from: number, to: number): Token[] {
  const found: Token[] = [];
  for (let at = from; at < to; ) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    TOKEN.lastIndex = SPACE.lastIndex;
    const match = TOKEN.exec(text);
    if (!match || match.index >= to) break;
    at = TOKEN.lastIndex;
    if (!/^\/[/*]/.test(match[0])) found.push({ text: match[0], start: match.index, end: at });
  }
  return found;
}

export function insert(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

const NEW_IMPORT = /^(\s*(?:import|const) \{ )([^}]+)( \} (?:from |= require\()["'][^"']+["']\)?;?\s*)$/;

/** New imports of one module at one place are one import. */
function joinImports(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits) {
    const [, head, names, tail] = NEW_IMPORT.exec(edit.text) ?? [];
    const at = head === undefined ? -1 : kept.findIndex((k) => k.start === edit.start && k.end === edit.end && k.text.startsWith(head) && k.text.endsWith(tail as string) && NEW_IMPORT.test(k.text));
    const other = kept[at];
    if (other === undefined) kept.push(edit);
    else kept[at] = { ...other, text: `${head}${[...(NEW_IMPORT.exec(other.text)?.[2] ?? "").split(", "), names as string].sort().join(", ")}${tail}` };
  }
  return kept;
}

/** The text with the edits made; equal ones count once. Throws where two of them overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const unique = joinImports([...new Map(edits.map((e) => [`${e.start}:${e.end}:${e.text}`, e])).values()]);
  unique.sort((a, b) => a.start - b.start || a.end - b.end || (a.beside?.rank ?? 0) - (b.beside?.rank ?? 0));
  let result = "";
  let at = 0;
  let before: Edit | undefined;
  for (const edit of unique) {
    if (edit.start < at) throw new Error(`edits overlap at ${edit.start}`);
    const isNext = before !== undefined && before.end === edit.start && before.beside?.joint !== undefined;
    result += text.slice(at, edit.start) + (isNext ? (edit.beside?.joint ?? "") : "") + edit.text;
    at = edit.end;
    before = edit;
  }
  return result + text.slice(at);
}
