import { isDocumented } from "./placeholders.js";
import { MADE_UP } from "./words.js";

/** A repetition of up to this many characters is a filler: "deadbeefdeadbeef…". */
const LONGEST_PERIOD = 12;
const FEW = 4;
/** A key held down. Runs of A are the zeros of base64. */
const HELD = /([B-Za-z\d])\1{7,}/;

/** A token that has its provider's form and was typed by hand: examples, fillers, counted digits. Random ones are so with a chance of less than one in a million. */
export function isDummy(token: string, bodyFrom: number): boolean {
  if (token.startsWith("-----BEGIN")) return /\.\.\.|…|x{10}|\*{4}|<|your|EXAMPLE/i.test(token.slice(10));
  const body = token.slice(bodyFrom);
  if (isDocumented(token) || MADE_UP.test(body) || HELD.test(body) || isCounted(body)) return true;
  if (body.length < 12) return false;
  if (new Set(body).size <= FEW) return true;
  for (let period = 1; period <= LONGEST_PERIOD && period * 2 <= body.length; period++) {
    let at = period;
    while (at < body.length && body.charCodeAt(at) === body.charCodeAt(at - period)) at++;
    if (at === body.length) return true;
  }
  return false;
}

/** So many characters in a row count up. */
const COUNTS = 5;

/** Is half of it the alphabet or the digits in their order? A piece of them may stand where somebody hid a part of a token. */
function isCounted(text: string): boolean {
  const lower = text.toLowerCase();
  let counted = 0;
  let from = 0;
  for (let at = 1; at <= lower.length; at++) {
    if (lower.charCodeAt(at) === lower.charCodeAt(at - 1) + 1 || (lower[at - 1] === "9" && lower[at] === "0")) continue;
    if (at - from >= COUNTS) counted += at - from;
    from = at;
  }
  return counted * 2 >= text.length;
}
