import { credentialName } from "./names.js";

/** Names worth a second look: a cheap sieve before the real judgement of names. */
export const HINT = /pass|pwd|secret|token|key|auth|cred|jwt|bearer|pepper|salt|cookie|signature|signing|license|dsn|\bpin\b|webhook/i;
const HINTS = new RegExp(HINT, "gi");
export const AUTH_HEADER = /^(?:cookie|(?:proxy-)?authorization|x-[\w-]*(?:api-?key|token|secret|auth|access-key)|api-?key)$/i;
/** `setApiKey`, `withPassword`, `useToken`. */
export const SETTER = /^(?:set|with|use)([A-Z])(?=\w*$)/;

/** So long is the shorter half of a token that is put together. */
const RUN = 12;
const table = (signs: string): Uint8Array => {
  const set = new Uint8Array(128);
  for (const sign of signs) set[sign.charCodeAt(0)] = 1;
  return set;
};
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
const IN_RUN = table(`${LETTERS}+/=~-`);
/** Of a setting's or header's name: `jwt.secret` is two. */
export const IN_NAME = table(`${LETTERS}$-`);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Does a text write the name of a credential anywhere, or of a header that carries one? */
export function namesCredential(text: string): boolean {
  HINTS.lastIndex = 0;
  for (let hint = HINTS.exec(text); hint; hint = HINTS.exec(text)) {
    let start = hint.index;
    let end = HINTS.lastIndex;
    while (start > 0 && IN_NAME[text.charCodeAt(start - 1)] === 1) start--;
    while (IN_NAME[text.charCodeAt(end)] === 1) end++;
    HINTS.lastIndex = end;
    const name = text.slice(start, end);
    if (credentialName(name) !== null || AUTH_HEADER.test(name) || credentialName(name.replace(SETTER, "$1")) !== null) return true;
  }
  return false;
}

/**
 * Does a text hold a run of a token's signs with a figure among them? Looks at every twelfth character and walks back
 * from those that fit. Relative paths are none, nor names with a number at their end (`handler12`).
 */
export function holdsRun(text: string): boolean {
  let from = 0;
  for (let at = RUN - 1; at < text.length; at = from + RUN - 1) {
    let start = at;
    while (start >= from && IN_RUN[text.charCodeAt(start)] === 1) start--;
    from = start + 1;
    if (at - start < RUN) continue;
    let end = at + 1;
    while (IN_RUN[text.charCodeAt(end)] === 1) end++;
    if (!(text[from] === "/" && text[from - 1] === ".") && isMixed(text, from, end)) return true;
    from = end;
  }
  return false;
}

const LONG_NUMBER = 5;

/** A figure with something after it, or a long number. */
function isMixed(text: string, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (isDigit(text.charCodeAt(i)) && ((i + 1 < end && !isDigit(text.charCodeAt(i + 1))) || end - i >= LONG_NUMBER)) return true;
  return false;
}
