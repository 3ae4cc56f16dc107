import { isDocumented } from "./placeholders.js";

const SAYS_SO = /example|placeholder|your[-_]?(?:api|key|token|secret)|dummy|sample|redacted|changeme|not[-_]?real|x{6}|\*{4}|\.{4}|0{12}|0123456789|1234567890|abcdefghij|(?:abc123){2}|(?:1234){3}/i;
/** A repetition of up to this many characters is a filler: "deadbeefdeadbeef…". */
const LONGEST_PERIOD = 12;
const FEW = 4;

/** A token that has its provider's form and was typed by hand: examples, fillers, counted digits. Random ones are so with a chance of less than one in a million. */
export function isDummy(token: string, bodyFrom: number): boolean {
  if (token.startsWith("-----BEGIN")) return /\.\.\.|…|x{10}|\*{4}|<|your|EXAMPLE/i.test(token.slice(10));
  const body = token.slice(bodyFrom);
  if (isDocumented(token) || SAYS_SO.test(body)) return true;
  if (body.length < 12) return false;
  if (new Set(body).size <= FEW) return true;
  for (let period = 1; period <= LONGEST_PERIOD && period * 2 <= body.length; period++) {
    let at = period;
    while (at < body.length && body.charCodeAt(at) === body.charCodeAt(at - period)) at++;
    if (at === body.length) return true;
  }
  return false;
}
