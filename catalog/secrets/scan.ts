import { listAt } from "../../core/lists.js";
import { isDummy } from "./dummy.js";
import type { SecretFormat } from "./format.js";
import { formats } from "./formats.js";

export interface ProviderSecret {
  readonly format: string;
  readonly provider: string;
  readonly start: number;
  readonly end: number;
}

/** Every literal of a program comes by here, so three questions stand before the first pattern, each a few look-ups: is it long enough, does it hold a long run of letters and digits, does any pair of its characters begin a format. */
const SHORTEST = 16;
/** Half of what any format has in one piece. Base64 loses a run to its signs once in twenty-five 40-character keys; those are found by name alone, without this. */
const RUN = 12;

const IN_RUN = new Uint8Array(128);
const IN_WORD = new Uint8Array(128);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") IN_RUN[sign.charCodeAt(0)] = IN_WORD[sign.charCodeAt(0)] = 1;
IN_RUN["-".charCodeAt(0)] = 1;

interface Ready {
  readonly format: SecretFormat;
  /** The fixed text that is looked for, at the start or in the middle. */
  readonly text: string;
  readonly pattern: RegExp;
}

/** A token ends where no further character could belong to it. */
const END = "(?![A-Za-z0-9_-])";
const BEHIND = "(?<![A-Za-z0-9_-])";
const flagsOf = (format: SecretFormat, own: string): string => own + format.pattern.flags;

/** Two characters, not one: one letter begins hundreds of words. */
const pairOf = (first: number, second: number): number => (first << 7) | second;
const pairs = new Uint8Array(1 << 14);
const BEGINS = 1;
const HOLDS = 2;
const begins = new Map<number, Ready[]>();
const middles = new Map<number, Ready[]>();
const byName: (Ready & { readonly needsName: RegExp })[] = [];

function put(table: Map<number, Ready[]>, flag: number, ready: Ready): void {
  const first = ready.text.charCodeAt(0);
  const second = ready.text.charCodeAt(1);
  for (let other = 0; other < 128; other++) {
    if (ready.text.length > 1 && other !== second) continue;
    const pair = pairOf(first, other);
    pairs[pair] = (pairs[pair] ?? 0) | flag;
    listAt(table, pair).push(ready);
  }
}

for (const format of formats) {
  if (format.starts) {
    const pattern = new RegExp(`(?:${format.pattern.source})${END}`, flagsOf(format, "y"));
    for (const text of format.starts) put(begins, BEGINS, { format, text, pattern });
  } else if (format.holds) {
    const pattern = new RegExp(`${BEHIND}(?:${format.pattern.source})${END}`, flagsOf(format, "g"));
    for (const text of format.holds) put(middles, HOLDS, { format, text, pattern });
  } else if (format.needsName) {
    byName.push({ format, text: "", needsName: format.needsName, pattern: new RegExp(`^(?:${format.pattern.source})$`, flagsOf(format, "")) });
  }
}
// `sk-ant-` before `sk-`.
for (const list of begins.values()) list.sort((a, b) => b.text.length - a.text.length);

/** What a format without a beginning can look like. Each of them holds a digit with near certainty, and words do not. */
const WHOLE = /^[A-Za-z0-9_+/=.:~-]{16,160}$/;

/** Looks at every twelfth character and walks back from those that fit, so that a sentence costs a few look-ups. */
function hasRun(text: string): boolean {
  const length = text.length;
  let from = 0;
  for (let at = RUN - 1; at < length; at = from + RUN - 1) {
    let back = at;
    while (back >= from && IN_RUN[text.charCodeAt(back)] === 1) back--;
    if (at - back >= RUN) return true;
    from = back + 1;
  }
  return false;
}

/** In the text of JSON or of an environment file a token may stand behind the two characters of an escaped line break. */
const afterEscape = (text: string, at: number): boolean => text.charCodeAt(at - 2) === 92 && "nrt".includes(text.charAt(at - 1));

/** `video.ico-7a38….png`: a part of a name between two dots. */
const inFileName = (text: string, start: number, end: number): boolean => text.charAt(start - 1) === "." && text.charAt(end) === "." && /\w/.test(text.charAt(start - 2)) && /^\.[a-z]{2,5}\b/.test(text.slice(end, end + 7));

/** The matches of one text; the first of two that overlap stays. */
class Matches {
  readonly all: ProviderSecret[] = [];
  constructor(
    private readonly text: string,
    private readonly name: string | undefined,
    private readonly publishable: boolean,
  ) {}

  wants(format: SecretFormat): boolean {
    return (format.publishable === true) === this.publishable && (format.needsName === undefined || (this.name !== undefined && format.needsName.test(this.name)));
  }

  add(format: SecretFormat, start: number, match: string, bodyFrom: number): boolean {
    const end = start + match.length;
    if (inFileName(this.text, start, end)) return false;
    if (this.all.some((other) => other.start < end && start < other.end)) return false;
    if ((format.accepts && !format.accepts(match)) || (!this.publishable && isDummy(match, bodyFrom))) return false;
    this.all.push({ format: format.id, provider: format.provider, start, end });
    return true;
  }
}

function everywhere(text: string, matches: Matches): void {
  let pending: Set<Ready> | null = null;
  const last = text.length - 1;
  let code = text.charCodeAt(0);
  let inside = false;
  for (let at = 0; at < last; at++) {
    const next = text.charCodeAt(at + 1);
    const flag = (code | next) < 128 ? pairs[pairOf(code, next)]! : 0;
    if (flag !== 0) {
      if ((flag & BEGINS) !== 0 && (!inside || afterEscape(text, at))) {
        const match = begin(text, at, matches);
        if (match > 0) {
          at += match - 1;
          code = text.charCodeAt(at + 1);
          inside = true;
          continue;
        }
      }
      if ((flag & HOLDS) !== 0) {
        for (const ready of middles.get(pairOf(code, next))!) if (text.startsWith(ready.text, at) && matches.wants(ready.format)) (pending ??= new Set()).add(ready);
      }
    }
    inside = code < 128 && IN_WORD[code] === 1;
    code = next;
  }
  for (const { format, pattern } of pending ?? []) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) matches.add(format, match.index, match[0], 0);
  }
}

/** The length of the token that begins here, or 0. */
function begin(text: string, at: number, matches: Matches): number {
  for (const { format, text: start, pattern } of begins.get(pairOf(text.charCodeAt(at), text.charCodeAt(at + 1)))!) {
    if (!text.startsWith(start, at) || !matches.wants(format)) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined && matches.add(format, at, match, start.length)) return match.length;
  }
  return 0;
}

/**
 * Tokens and key material of known formats in a text, wherever they stand in it. `name` is the variable or property that holds the text
 * (a dotted path is better: `datadog.apiKey`); formats that any hash would fit are matched only with a name that fits.
 * The result never holds the value itself. Public keys and documentation examples are left out.
 * A token that a literal is put together of at run time is not seen: the caller joins constant parts first.
 */
export function providerSecrets(text: string, name?: string): ProviderSecret[] {
  if (text.length < SHORTEST) return [];
  const long = hasRun(text);
  const whole = name !== undefined && text.length <= 160 && WHOLE.test(text) && /[0-9]/.test(text);
  if (!long && !whole) return [];
  const matches = new Matches(text, name, false);
  if (long) everywhere(text, matches);
  if (whole && matches.all.length === 0) {
    for (const { format, pattern } of byName) if (pattern.test(text) && matches.wants(format) && matches.add(format, 0, text, 0)) break;
  }
  return matches.all.length > 1 ? matches.all.sort((a, b) => a.start - b.start) : matches.all;
}

/** A key that is made to be shown, such as Stripe's pk_live_ or Mapbox's pk. */
export function isPublishable(text: string): boolean {
  if (text.length < SHORTEST || !hasRun(text)) return false;
  const matches = new Matches(text, undefined, true);
  everywhere(text, matches);
  return matches.all.some((found) => found.start === 0 && found.end === text.length);
}
