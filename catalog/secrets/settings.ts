import { isLoginOfManual } from "./connection.js";
import { AUTH_HEADER, IN_NAME } from "./mention.js";

/** A value that a text gives a name: a line of an environment file, of YAML, JSON or XML, a header, an option of a command, a statement of any language. */
export interface TextSetting {
  readonly name: string;
  /** Behind the names of what holds it: `jwt.secret`. */
  readonly path: string;
  readonly value: string;
  /** Where the value stands in the text. */
  readonly start: number;
  readonly form: "key" | "header" | "option" | "login";
}

/** No value that would be judged is shorter, with its name. */
const SHORTEST = 12;
/** Longer texts are documents and data. */
const LONGEST = 100_000;
/** So many settings of one text are looked at. */
const MOST = 200;
const NAMED = /pass|pwd|secret|token|key|auth|cred|jwt|bearer|login|webhook|_pat\b/gi;
const SET = /[=:>]|["' ]-|["'] *, *["']|\w ["']|\bmachine\b/;

/** Between a name and its value. */
const OPERATOR = /(\\?["'`]?)\]?[ \t]*(?:=>|:{0,3}=(?![=~>])|[?|.]{1,2}=(?!=)|:[ \t]*\w+[ \t]*=(?![=>])|:(?![:/])|(,)|(>)|(?=([ \t])))[ \t]*/y;
const QUOTED = /\\?(["'`])((?:(?!\1|\\)[^\n]){2,4000})/y;
const BARE = /[^\s"'`,;<>()[\]{}|\\]{2,4000}/y;
const LINE = /[^\n"'`\\<>]{2,4000}/y;
const ELEMENT = /\s*([^\s<>]{2,4000})\s*<\//y;
const NETRC = /\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+([^\s"'`\\]{3,200})/g;
const LOGIN = /(?:^|\s)(?:-u|-U|--user|--proxy-user)(?:=|\s{0,4})(?:"((?:[^"\\:]{0,80}):[^"\\\n]*)"|'([^':]{0,80}:[^'\n]*)'|([^\s"'`:]{1,80}:(?:"[^"\n]*"|'[^'\n]*'|[^\s"'`\\]+)))/g;

/** The settings of a text whose names sound like a credential's, and the logins of its `curl` commands and of a `.netrc`. */
export function settingsIn(text: string): TextSetting[] {
  if (text.length < SHORTEST || text.length > LONGEST || !SET.test(text)) return [];
  const found: TextSetting[] = [];
  NAMED.lastIndex = 0;
  for (let hint = NAMED.exec(text); hint && found.length < MOST; hint = NAMED.exec(text)) {
    const setting = settingAt(text, hint.index, NAMED.lastIndex);
    NAMED.lastIndex = setting.end;
    if (setting.found !== null) found.push(setting.found);
  }
  if (text.includes("curl")) logins(text, found);
  if (text.includes("machine")) {
    for (const match of text.matchAll(NETRC)) found.push({ name: "password", path: "netrc.password", value: match[1] as string, start: match.index + match[0].length - (match[1] as string).length, form: "login" });
  }
  return found;
}

const inName = (code: number): boolean => IN_NAME[code] === 1;
const DOT = 46;

/** The setting whose name holds what stands from `from` to `to`, and where to go on. */
function settingAt(text: string, from: number, to: number): { found: TextSetting | null; end: number } {
  let start = from;
  let end = to;
  while (start > 0 && (inName(text.charCodeAt(start - 1)) || (text.charCodeAt(start - 1) === DOT && inName(text.charCodeAt(start - 2))))) start--;
  while (inName(text.charCodeAt(end)) || (text.charCodeAt(end) === DOT && inName(text.charCodeAt(end + 1)))) end++;
  const name = text.slice(start, end).replace(/^[-$]+/, "");
  const isOption = text.charAt(start) === "-" && !inName(text.charCodeAt(start - 1));
  const value = valueBehind(text, end, name, { isOption, isElement: text.charAt(start - 1) === "<" });
  if (value === null) return { found: null, end };
  return { found: { name: name.slice(name.lastIndexOf(".") + 1), path: (registryOf(text, start) ?? above(text, start)) + name, ...value }, end: value.start + value.value.length };
}

function valueBehind(text: string, at: number, name: string, { isOption, isElement }: { isOption: boolean; isElement: boolean }): Pick<TextSetting, "value" | "start" | "form"> | null {
  OPERATOR.lastIndex = at;
  const operator = OPERATOR.exec(text);
  if (operator === null) return null;
  const [whole, quote, comma, angle, space] = operator;
  const from = at + whole.length;
  if (angle !== undefined && !isElement) return null;
  if (comma !== undefined && quote === "") return null;
  const read = (pattern: RegExp, group: number): { value: string; start: number } | null => {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    const value = match?.[group];
    return match === null || value === undefined ? null : { value, start: from + match[0].indexOf(value) };
  };
  if (angle !== undefined) return as("key", read(ELEMENT, 1));
  const isHeader = AUTH_HEADER.test(name) && whole.trim() === ":" && !/^["'`]/.test(text.charAt(from));
  if (isHeader) return as("header", read(LINE, 0));
  const quoted = read(QUOTED, 2);
  if (quoted !== null) return as(AUTH_HEADER.test(name) ? "header" : isOption ? "option" : "key", quoted);
  // Words beside each other are a sentence; only an option of a command is given its value so.
  if (comma !== undefined || (space !== undefined && !isOption)) return null;
  const bare = read(BARE, 0);
  return bare === null || text.charAt(bare.start + bare.value.length) === "(" ? null : as(isOption ? "option" : "key", bare);
}

const as = (form: TextSetting["form"], value: { value: string; start: number } | null): Pick<TextSetting, "value" | "start" | "form"> | null =>
  value === null ? null : { form, value: value.value.trimEnd(), start: value.start };

/** `//registry.npmjs.org/:_authToken=…` of an `.npmrc` */
function registryOf(text: string, at: number): string | null {
  const host = text.charAt(at - 1) === ":" ? /(?:^|[\s"'`]|\\n)\/\/([\w.-]{3,100})(?:\/[\w./-]{0,100})?\/:$/.exec(text.slice(Math.max(0, at - 220), at))?.[1] : undefined;
  return host === undefined ? null : `npmrc.${host}.`;
}

const DEEPEST = 4;

/** The names of the lines under which an indented one stands, as in YAML: `jwt.` */
function above(text: string, at: number): string {
  let lineStart = text.lastIndexOf("\n", at - 1) + 1;
  let indent = indentOf(text, lineStart);
  let path = "";
  for (let depth = 0; lineStart > 0 && indent > 0 && depth < DEEPEST * 8; depth++) {
    const end = lineStart - 1;
    lineStart = text.lastIndexOf("\n", end - 1) + 1;
    const own = indentOf(text, lineStart);
    if (own >= indent || lineStart + own >= end) continue;
    const holder = /^["']?([\w.-]+)["']?\s*(?::|[:=]?\s*\{|=>?\s*\{|\()\s*$/.exec(text.slice(lineStart + own, end));
    if (holder === null) break;
    path = `${holder[1] as string}.${path}`;
    indent = own;
  }
  return path;
}

function indentOf(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
  return at - from;
}

/** `curl -u name:password` */
function logins(text: string, found: TextSetting[]): void {
  for (const match of text.matchAll(LOGIN)) {
    const pair = match[1] ?? match[2] ?? match[3] ?? "";
    const colon = pair.indexOf(":");
    const password = pair.slice(colon + 1).replace(/^["']|["']$/g, "");
    const value = password === "" ? pair.slice(0, colon) : password;
    if (value.length > 2 && !/^[<{[]/.test(pair) && !isLoginOfManual(pair.slice(0, Math.max(0, colon)), password)) found.push({ name: "password", path: "curl.password", value, start: match.index + match[0].lastIndexOf(value), form: "login" });
  }
}
