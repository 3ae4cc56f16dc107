import type { SecretFormat } from "./format.js";
import { formats } from "./formats.js";
import { isDummy } from "./dummy.js";

export interface ProviderSecret {
  readonly format: string;
  readonly provider: string;
  readonly start: number;
  readonly end: number;
}

/** No format is shorter, and none lacks a run of this many characters without a space or quote: most strings of a program do, and go no further. */
const RUN = 16;

const TOKEN = new Uint8Array(128);
const WORD = new Uint8Array(128);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") TOKEN[sign.charCodeAt(0)] = WORD[sign.charCodeAt(0)] = 1;
for (const sign of "-+/=.~") TOKEN[sign.charCodeAt(0)] = 1;

interface Ready {
  readonly format: SecretFormat;
  readonly start: string;
  readonly pattern: RegExp;
}

/** A token ends where no further character could belong to it. */
const END = "(?![A-Za-z0-9_-])";
/** Two characters, not one, say whether any format begins here: one letter would begin hundreds of words. */
const pairOf = (first: number, second: number): number => (first << 7) | second;
const begins = new Map<number, Ready[]>();
const pairs = new Uint8Array(1 << 14);
const middles: { readonly format: SecretFormat; readonly holds: readonly string[]; readonly pattern: RegExp }[] = [];
const named: { readonly format: SecretFormat; readonly pattern: RegExp; readonly needsName: RegExp }[] = [];

for (const format of formats) {
  if (format.starts) {
    const pattern = new RegExp(`(?:${format.pattern.source})${END}`, `y${format.pattern.flags.replace(/[gy]/g, "")}`);
    for (const start of format.starts) {
      const pair = pairOf(start.charCodeAt(0), start.charCodeAt(1));
      pairs[pair] = 1;
      const list = begins.get(pair);
      if (list) list.push({ format, start, pattern });
      else begins.set(pair, [{ format, start, pattern }]);
    }
  } else if (format.holds) {
    middles.push({ format, holds: format.holds, pattern: new RegExp(`(?<![A-Za-z0-9_-])(?:${format.pattern.source})${END}`, `g${format.pattern.flags.replace(/[gy]/g, "")}`) });
  } else if (format.needsName) {
    named.push({ format, needsName: format.needsName, pattern: new RegExp(`^(?:${format.pattern.source})$`, format.pattern.flags.replace(/[gy]/g, "")) });
  }
}
// Longer beginnings first: `sk-ant-` before `sk-`.
for (const list of begins.values()) list.sort((a, b) => b.start.length - a.start.length);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const MIDDLE = new RegExp(middles.flatMap((row) => row.holds).map(escaped).join("|"));
const WHOLE = /^(?=[^0-9]*[0-9])[A-Za-z0-9_+/=.:~|%-]{12,220}$/;

/** Looks at every sixteenth character and walks back from those that fit, so that a sentence costs a few look-ups. */
function hasRun(text: string): boolean {
  const length = text.length;
  let from = 0;
  for (let at = RUN - 1; at < length; ) {
    let back = at;
    while (back >= from && TOKEN[text.charCodeAt(back)] === 1) back--;
    if (at - back >= RUN) return true;
    from = back + 1;
    at = back + RUN;
  }
  return false;
}

const afterEscape = (text: string, at: number): boolean => text.charCodeAt(at - 2) === 92 && (text[at - 1] === "n" || text[at - 1] === "r" || text[at - 1] === "t");

function scan(text: string, name: string | undefined, publishable: boolean): ProviderSecret[] {
  let found: ProviderSecret[] | null = null;
  const add = (format: SecretFormat, start: number, match: string, bodyFrom: number): boolean => {
    if ((format.publishable === true) !== publishable) return false;
    if (format.accepts && !format.accepts(match)) return false;
    if (isDummy(match, bodyFrom)) return false;
    const end = start + match.length;
    if (found?.some((other) => other.start < end && start < other.end)) return false;
    (found ??= []).push({ format: format.id, provider: format.provider, start, end });
    return true;
  };
  const length = text.length;
  let before = 0;
  for (let at = 0; at < length - RUN + 1; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 && (before === 0 || afterEscape(text, at))) {
      const next = text.charCodeAt(at + 1);
      if (next < 128 && pairs[pairOf(code, next)] === 1) {
        for (const { format, start, pattern } of begins.get(pairOf(code, next))!) {
          if (!text.startsWith(start, at)) continue;
          if (format.needsName && (name === undefined || !format.needsName.test(name))) continue;
          pattern.lastIndex = at;
          const match = pattern.exec(text)?.[0];
          if (match !== undefined && add(format, at, match, start.length)) {
            at += match.length - 1;
            break;
          }
        }
      }
    }
    before = WORD[text.charCodeAt(at)] ?? 0;
  }
  if (MIDDLE.test(text)) {
    for (const { format, holds, pattern } of middles) {
      if (!holds.some((part) => text.includes(part)) || (format.needsName && (name === undefined || !format.needsName.test(name)))) continue;
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match; match = pattern.exec(text)) add(format, match.index, match[0], 0);
    }
  }
  if (found === null && name !== undefined && length <= 220 && WHOLE.test(text)) {
    for (const { format, pattern, needsName } of named) {
      if (pattern.test(text) && needsName.test(name) && add(format, 0, text, 0)) break;
    }
  }
  const all: ProviderSecret[] = found ?? NONE;
  return all.length > 1 ? all.sort((a, b) => a.start - b.start) : all;
}

const NONE: ProviderSecret[] = [];

/**
 * Tokens and key material of known formats in a text, wherever they stand in it. `name` is the variable or property that holds the text
 * (a dotted path is better: `datadog.apiKey`); formats that any hash would fit are matched only with a name that fits.
 * The result never holds the value itself. Public keys and documentation examples are left out.
 */
export function providerSecrets(text: string, name?: string): ProviderSecret[] {
  return text.length < RUN || !hasRun(text) ? [] : [...scan(text, name, false)];
}

/** A key that is made to be shown, such as Stripe's pk_live_ or Mapbox's pk. */
export function isPublishable(text: string): boolean {
  return text.length >= RUN && hasRun(text) && scan(text, undefined, true).some((found) => found.start === 0 && found.end === text.length);
}
