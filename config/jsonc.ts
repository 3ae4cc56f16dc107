/**
 * JSON with comments, trailing commas and a byte order mark: what tsconfig files and our own `.json` config are written in.
 * Own parser because the engine's messages differ by Node version and lose the position; no JSON5 beyond those three.
 */
export class JsoncError extends Error {
  override readonly name = "JsoncError";
  constructor(
    readonly problem: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`${line}:${column}: ${problem}`);
  }
}

const ESCAPES = new Map([["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"], ['"', '"'], ["\\", "\\"], ["/", "/"]]);
const WORDS = new Map<string, unknown>([["true", true], ["false", false], ["null", null]]);

export function parseJsonc(source: string): unknown {
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  const plain = plainJson(text);
  if (plain !== undefined) return plain;
  let at = 0;

  const fail = (problem: string, where = at): never => {
    const before = text.slice(0, where).split(/\r\n|\r|\n/);
    throw new JsoncError(problem, before.length, (before.at(-1)?.length ?? 0) + 1);
  };
  const here = (): string => (at < text.length ? `\`${text[at]}\`` : "the end of the file");

  const skip = (): void => {
    for (;;) {
      while (/\s/.test(text[at] ?? "")) at++;
      if (text.startsWith("//", at)) {
        while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
      } else if (text.startsWith("/*", at)) {
        const end = text.indexOf("*/", at + 2);
        if (end < 0) fail("this comment is never closed");
        at = end + 2;
      } else return;
    }
  };

  const string = (): string => {
    const start = at++;
    let out = "";
    for (;;) {
      const char = text[at];
      if (char === undefined || char === "\n" || char === "\r") return fail("this string is never closed", start);
      at++;
      if (char === '"') return out;
      if (char !== "\\") { out += char; continue; }
      const escape = text[at++] ?? "";
      const hex = text.slice(at, at + 4);
      const plain = ESCAPES.get(escape);
      if (plain !== undefined) out += plain;
      else if (escape === "u" && /^[0-9a-f]{4}$/i.test(hex)) { out += String.fromCharCode(Number.parseInt(hex, 16)); at += 4; }
      else return fail(`\`\\${escape}\` is no escape in JSON`, at - 2);
    }
  };

  /** Items up to the closing bracket; a comma may follow the last one. */
  const items = (close: string, what: string, item: () => void): void => {
    const start = at++;
    for (;;) {
      skip();
      if (text[at] === close) { at++; return; }
      if (at >= text.length) fail(`this ${what} is never closed`, start);
      item();
      skip();
      if (text[at] === ",") at++;
      else if (text[at] !== close) {
        if (at >= text.length) fail(`this ${what} is never closed`, start);
        fail(`expected \`,\` or \`${close}\` but found ${here()}`);
      }
    }
  };

  const object = (): unknown => {
    const entries: [string, unknown][] = [];
    items("}", "object", () => {
      if (text[at] !== '"') fail(`expected a key in double quotes but found ${here()}`);
      const key = string();
      skip();
      if (text[at] !== ":") fail(`expected \`:\` after the key "${key}" but found ${here()}`);
      at++;
      entries.push([key, value()]);
    });
    return Object.fromEntries(entries); // defines, never assigns: a `__proto__` key is an ordinary key
  };

  const value = (): unknown => {
    skip();
    const char = text[at];
    if (char === "{") return object();
    if (char === "[") {
      const list: unknown[] = [];
      items("]", "list", () => list.push(value()));
      return list;
    }
    if (char === '"') return string();
    const word = /^[A-Za-z]+|^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(at, at + 64))?.[0];
    if (word === undefined) return fail(char === "'" ? "strings have double quotes in JSON" : `expected a value but found ${here()}`);
    const known = WORDS.has(word) ? WORDS.get(word) : /^[A-Za-z]/.test(word) ? fail(`\`${word}\` is no JSON value`) : Number(word);
    at += word.length;
    return known;
  };

  const result = value();
  skip();
  if (at < text.length) fail(`expected the end of the file but found ${here()}`);
  return result;
}

/** What is written by tools has nothing to forgive, and the engine's parser is many times as fast. */
function plainJson(text: string): unknown {
  try {
    return JSON.parse(text);
    // nobypass-disable-next-line swallowed-error -- the parser that forgives more says where, if it is wrong
  } catch {
    return undefined;
  }
}
