import type { Statement } from "../core/facts.js";
import type { FileView } from "../core/rule.js";

/** How a file is written, as far as new text has to fit in. */
export interface Style {
  readonly quote: '"' | "'";
  readonly semicolon: ";" | "";
  readonly newline: "\n" | "\r\n";
}

/** By its imports, which every formatter writes alike; by its first text where there are none. */
export function style(file: FileView): Style {
  const { facts, text } = file;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const source = facts.imports[0] === undefined ? undefined : file.span({ mark: facts.imports[0].sourceAt });
  const prologue = /(["'])[^\S\r\n]*;?$/.exec(text.slice(0, file.span({ mark: facts.headAt }).end))?.[1];
  const literal = source?.start ?? facts.values.findIndex((v) => v.kind === "literal" && typeof v.value === "string");
  const first = source === undefined ? (prologue ?? (literal === -1 ? '"' : text[facts.spans.values[2 * literal] as number])) : text[source.start];
  return { quote: first === "'" ? "'" : '"', semicolon: endsWithSemicolon(file) ? ";" : "", newline };
}

/** A text as the file would write it. */
export const inStyle = (file: FileView, text: string): string => inQuotes(text, style(file).quote);

export function inQuotes(text: string, quote: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return quote === "'" ? `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : `"${inner}"`;
}

/** What ends a statement that is put before the code at an offset: a line that begins so would go on with it. */
export function endBefore(file: FileView, at: number): ";" | "" {
  return style(file).semicolon === ";" || GOES_ON.test(file.text.slice(at)) ? ";" : "";
}

// Each comment to its end and no further, so that there is one way to read it.
const GOES_ON = /^(?:\s|\/\/[^\r\n]*(?=[\r\n]|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?!\/[/*])[([`/+-]/;

function endsWithSemicolon({ facts, text }: FileView): boolean {
  const [module, ...functions] = facts.functions;
  const isEnded = (s: Statement): boolean => s.kind === "eval" || s.kind === "return" || s.kind === "throw";
  // What has no statement at module level has some in its functions, where a name may be a parameter's.
  const own = facts.imports[0]?.at ?? module?.body.find((s) => s.kind === "eval" || s.kind === "define")?.at;
  const at = own ?? functions.find((fn) => fn.expressionBody !== true && fn.body.some(isEnded))?.body.find(isEnded)?.at;
  if (at === undefined) return true;
  const end = facts.spans.marks[2 * at + 1] as number;
  return text[end - 1] === ";" || /^[^\S\r\n]*;/.test(text.slice(end));
}
