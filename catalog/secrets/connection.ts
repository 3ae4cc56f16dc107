import { isPlaceholder } from "./placeholders.js";

export interface ConnectionSecret {
  /** Where the password stands in the text. */
  readonly start: number;
  readonly end: number;
  /** The server is this machine: a development default. */
  readonly local: boolean;
}

const SCHEME_BEFORE = /[A-Za-z][A-Za-z0-9+.-]*$/;
/** In these an unescaped "/", "#" or "?" in a password is common, and no path with an "@" is. */
const DATABASE = /^(?:jdbc:)?(?:postgres(?:ql)?|mysqlx?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|cockroachdb|clickhouse|neo4j(?:\+s)?|bolt|cassandra|couchbases?|oracle|cockroach)$/i;
const DOCUMENT_HOST = /^(?:host(?:name)?|your[-_.\w]*|my-?host|server|example|\w*\.?example\.(?:com|org|net)|.*\.example(?:\.(?:com|org|net))?|domain\.(?:com|tld)|some[-_]?host|<.*|\[.*|\{.*|%.*|\$.*|x+|\.{3}|…)$/i;
/** Passwords that a URL in documentation has; on a host of its own they would be real. */
const DOCUMENT_PASSWORD = /^(?:pass(?:word)?|pwd|passwd|secret|token|pw|p)$/i;
export const isLoginOfManual = (user: string, password: string): boolean => DOCUMENT_USER.test(user) && DOCUMENT_PASSWORD.test(password);
const DOCUMENT_USER = /^(?:user(?:name)?|usr|login|u|db_?user|my_?user)$/i;
const PAIR = /(?:^|[;?&\s])(?:password|pwd|passwd|sharedaccesskey|accountkey|sharedsecret)\s*=\s*('[^']*'|"[^"]*"|[^;&\s]+)/i;
const PAIR_COMPANY = /(?:^|[;?&\s])(?:server|data source|host|hostaddr|addr(?:ess)?|network address|uid|user id|user ?name|user|database|initial catalog|dbname|driver|endpoint|dsn|accountname|defaultendpointsprotocol|sharedaccesskeyname|hostname)\s*=/i;
const PAIR_HOST = /(?:^|[;\s])(?:server|data source|host|hostaddr|addr(?:ess)?|network address|endpoint|hostname)\s*=\s*(?:tcp:|sb:\/\/)?([^;,\s]+)/i;
const PAIR_USER = /(?:^|[;?&\s])(?:uid|user id|user ?name|user)\s*=\s*([^;&\s]+)/i;

export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || name === "0.0.0.0" || name === "." || name === "(local)" || name.startsWith("(localdb)") || /^127\.\d+\.\d+\.\d+$/.test(name) || name === "host.docker.internal" || name.endsWith(".localhost") || /^(?:localhost|127\.0\.0\.1|\.|\(local\))\\/.test(name);
}

const hostOf = (authority: string): string => {
  const first = authority.split(",", 1)[0] ?? "";
  return first.startsWith("[") ? first.slice(0, first.indexOf("]") + 1) : first.replace(/:\d*$/, "");
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A password that nobody is meant to use: a hole of a template, a word that asks to be replaced, or the user:password@host of a manual. */
function empty(password: string, user: string, host: string): boolean {
  if (isPlaceholder(decoded(password), { use: true }) || /^[:$%{<[(]|^[\w.]+\(|^[A-Za-z_$]+(?:\.[A-Za-z_$]+)+$|[<>{}]|^\*+$/.test(password) || /[[{<]/.test(user)) return true;
  return DOCUMENT_PASSWORD.test(password) && (DOCUMENT_HOST.test(host) || DOCUMENT_USER.test(user) && !host.includes("."));
}

function inUrl(text: string, marker: number): ConnectionSecret | null {
  const scheme = SCHEME_BEFORE.exec(text.slice(Math.max(0, marker - 24), marker))?.[0];
  if (scheme === undefined) return null;
  const from = marker + 3;
  const stop = /[\s"'`<>]/.exec(text.slice(from));
  const whole = stop && !text.slice(from, from + stop.index + 1).endsWith("<") ? text.slice(from, from + stop.index) : text.slice(from);
  const slash = /[/?#]/.exec(whole);
  let authority = slash ? whole.slice(0, slash.index) : whole;
  if (!authority.includes("@") && DATABASE.test(scheme) && whole.includes("@")) {
    const at = whole.lastIndexOf("@");
    const rest = /[/?#]/.exec(whole.slice(at));
    authority = rest ? whole.slice(0, at + rest.index) : whole;
  }
  const at = authority.lastIndexOf("@");
  if (at < 0) return null;
  const colon = authority.indexOf(":");
  if (colon < 0 || colon >= at - 1) return null;
  const password = authority.slice(colon + 1, at);
  const user = authority.slice(0, colon);
  const host = hostOf(authority.slice(at + 1));
  if (host === "" || empty(password, user, host)) return null;
  return { start: from + colon + 1, end: from + at, local: isLocalHost(host) };
}

function inPairs(text: string, urlHost: string | null): ConnectionSecret | null {
  const pair = PAIR.exec(text);
  if (pair === null || (urlHost === null && !PAIR_COMPANY.test(text))) return null;
  const quoted = /^['"]/.test(pair[1]!);
  const password = quoted ? pair[1]!.slice(1, -1) : pair[1]!;
  const end = pair.index + pair[0].length - (quoted ? 1 : 0);
  const host = urlHost ?? PAIR_HOST.exec(text)?.[1] ?? "";
  // `AccountKey=KEY`
  if (/^[A-Z]{3,}$/.test(password) && pair[0].slice(0, pair[0].indexOf("=")).trim().toLowerCase().endsWith(password.toLowerCase())) return null;
  if (password === "" || empty(password, PAIR_USER.exec(text)?.[1] ?? "", host)) return null;
  return { start: end - password.length, end, local: isLocalHost(host) || /accountname=devstoreaccount1/i.test(text) };
}

/**
 * The password that a connection string or URL carries. Where a literal has holes, the caller writes `${}` for each;
 * a password that is or holds one is none. A user name alone (`https://token@host`) is left to the provider formats.
 */
export function connectionSecret(text: string): ConnectionSecret | null {
  if (text.length < 10 || text.length > 4096) return null;
  let host: string | null = null;
  for (let marker = text.indexOf("://"); marker >= 0; marker = text.indexOf("://", marker + 3)) {
    const found = text.includes("@", marker) ? inUrl(text, marker) : null;
    if (found) return found;
    // In web addresses `password=` belongs to a query that some page reads, not to a server.
    const scheme = SCHEME_BEFORE.exec(text.slice(Math.max(0, marker - 24), marker))?.[0] ?? "";
    if (DATABASE.test(scheme)) host ??= hostOf(text.slice(marker + 3).split(/[/?#;]/, 1)[0] ?? "");
    else if (/^https?$/i.test(scheme) && !text.includes(";")) return null;
  }
  return text.includes("=") ? inPairs(text, host) : null;
}
