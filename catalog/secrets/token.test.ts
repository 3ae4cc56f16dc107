import { expect, test } from "vitest";
import type { SecretFormat } from "./format.js";
import { isPublishable, providerSecrets } from "./scan.js";

/** A seeded generator: no whole token stands in the repository (hosting platforms would refuse the push), and a failing test fails the same way twice. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const DIGIT = "0123456789";

/** What the letter of a hole stands for: `{36w}` is 36 letters and digits. */
const ALPHABETS: Readonly<Record<string, string>> = {
  w: UPPER + LOWER + DIGIT,
  u: `${UPPER + LOWER + DIGIT}_`,
  h: `${DIGIT}abcdef`,
  H: `${DIGIT}ABCDEF`,
  l: LOWER + DIGIT,
  U: UPPER + DIGIT,
  a: UPPER + LOWER,
  d: DIGIT,
  s: `${UPPER}234567`,
  z: `${LOWER}234567`,
  b: `${UPPER + LOWER + DIGIT}+/`,
  e: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
  x: UPPER.slice(0, 16),
  A: "A",
};

/** Puts a text together from a specification: each hole becomes that many random characters, `{g}` a UUID, `{n}` a line break. */
export function token(spec: string, random: () => number): string {
  const run = (count: number, alphabet: string): string => Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
  return spec.replace(/\{(\d*)([a-zA-Z])\}/g, (_, count: string, kind: string) => {
    if (kind === "n") return "\n";
    if (kind === "g") return [8, 4, 4, 4, 12].map((length) => run(length, ALPHABETS["h"]!)).join("-");
    return run(Number(count), ALPHABETS[kind]!);
  });
}

/** `[id, specification, name]`, the name where the format needs one. */
export type Sample = readonly [id: string, spec: string, name?: string];

/** Each format finds its token alone, in a text and at its exact place, and finds none in a near miss. */
export function holdsFor(formats: readonly SecretFormat[], samples: readonly Sample[]): void {
  test("every format has its sample", () => {
    expect(samples.map(([id]) => id)).toEqual(formats.map((format) => format.id));
  });
  for (const [id, spec, name] of samples) test(id, () => {
    const format = formats.find((row) => row.id === id)!;
    for (const seed of [1, 2, 3]) {
      const text = token(spec, seeded(seed * 7919 + id.length));
      const wanted = { format: id, provider: format.provider, start: 0, end: text.length };
      if (format.publishable) {
        expect(isPublishable(text), text).toBe(true);
        expect(providerSecrets(text, name), text).toEqual([]);
        continue;
      }
      expect(providerSecrets(text, name), text).toEqual([wanted]);
      if (format.needsName) {
        expect(providerSecrets(text).map((found) => found.format)).not.toContain(id);
        expect(providerSecrets(text, "checksum").map((found) => found.format)).not.toContain(id);
      }
      const start = format.starts?.find((begin) => text.startsWith(begin));
      const short = start === undefined ? text.slice(0, Math.floor(text.length / 2) - 1) : text.slice(0, start.length + 3);
      expect(providerSecrets(short, name).map((found) => found.format), short).not.toContain(id);
      if (format.starts || format.holds) {
        expect(providerSecrets(`Use "${text}" here`, name)).toEqual([{ ...wanted, start: 5, end: text.length + 5 }]);
        const longer = format.starts?.some((begin) => begin.startsWith("-")) ? text.replace("BEGIN", "BEGINNING") : `Identifier_${text}`;
        expect(providerSecrets(longer, name).map((found) => found.format), longer).not.toContain(id);
      }
    }
  });
}

test("the generator repeats itself, and keeps to its alphabet", () => {
  expect(token("a-{8h}-{g}", seeded(5))).toBe(token("a-{8h}-{g}", seeded(5)));
  expect(token("a-{8h}-{g}", seeded(5))).not.toBe(token("a-{8h}-{g}", seeded(6)));
  expect(token("{40z}", seeded(5))).toMatch(/^[a-z2-7]{40}$/);
});
