import { join } from "node:path";
import { expect, it } from "vitest";
import { filesIn, textOf } from "../../tests/support/sources.js";
import { tempTree } from "../../tests/temp-tree.js";
import { factsOf } from "../parse.js";
import { FactsByBytes } from "./facts-by-bytes.js";
import { Store } from "./store.js";

const stop = (): never => {
  throw new Error("made anew");
};
const storeIn = (dir: string): Store => new Store(join(dir, "cache"), stop);

it("gives back what was extracted, of every fixture, also from another path", () => {
  const dir = tempTree({});
  const made = new Map(filesIn("fixtures").filter((path) => /\.(?:[cm]?[jt]sx?|sql)$/.test(path)).map((path) => [path, factsOf(path, textOf(path))]));
  const first = new FactsByBytes(storeIn(dir), "me");
  for (const [path, facts] of made) first.of(path, textOf(path), () => facts);
  first.save();
  const second = new FactsByBytes(storeIn(dir), "me");
  let kept = made.size;
  for (const [path, facts] of made) expect(second.of(`moved/${path}`, textOf(path), () => (kept--, facts)), path).toStrictEqual(facts);
  expect(kept).toBeGreaterThan(0.99 * made.size);
});

it("tells languages and makers apart, and keeps no number that JSON cannot hold", () => {
  const dir = tempTree({});
  const keep = (path: string, text: string): void => {
    const facts = new FactsByBytes(storeIn(dir), "me");
    facts.of(path, text, () => factsOf(path, text));
    facts.save();
  };
  const isKept = (path: string, text: string, maker = "me"): boolean => {
    let kept = true;
    new FactsByBytes(storeIn(dir), maker).of(path, text, () => {
      kept = false;
      return factsOf(path, text);
    });
    return kept;
  };
  const text = "export const a = <T,>(x: T) => x;\n";
  keep("a.ts", text);
  expect([isKept("b.ts", text), isKept("a.tsx", text), isKept("a.ts", text, "you")]).toEqual([true, false, false]);
  for (const large of ["1e999", "1E+1_000", `0x${"f".repeat(300)}`]) {
    keep("a.ts", `export const a = ${large};\n`);
    expect(isKept("a.ts", `export const a = ${large};\n`), large).toBe(false);
  }
});

it("forgets what nobody asks for any more, and not at once", () => {
  const dir = tempTree({});
  const texts = Array.from({ length: 40 }, (_, i) => `export const a${i} = 1;\n`);
  const ask = (from: number, to: number): number => {
    const facts = new FactsByBytes(storeIn(dir), "me");
    let made = 0;
    for (const text of texts.slice(from, to)) facts.of("a.ts", text, () => (made++, factsOf("a.ts", text)));
    facts.save();
    return made;
  };
  expect(ask(0, 20)).toBe(20);
  expect(ask(0, 20)).toBe(0);
  expect(ask(20, 40)).toBe(20);
  expect(ask(0, 40)).toBe(0);
});
