import { expect, it } from "vitest";
import { MayHold } from "./may-hold.js";

/** `needs[v]`: what `v` may be made of; null where something comes in. */
function asked(needs: readonly (readonly number[] | null)[]): { readonly of: (value: number) => boolean; readonly looks: number[] } {
  const looks: number[] = [];
  const mayHold = new MayHold(needs.length, (value) => {
    looks.push(value);
    return needs[value] as readonly number[] | null;
  });
  return { of: (value) => mayHold.of(value), looks };
}

it("goes through all that a value may be made of", () => {
  const { of } = asked([[1, 2], [], [3], null]);
  expect([0, 1, 2, 3].map(of)).toEqual([true, false, true, true]);
});

it("says the same of all members of a circle, whichever is asked first", () => {
  for (const first of [0, 1, 2]) {
    const { of } = asked([[1], [2], [0, 3], null, [0], []]);
    expect(of(first)).toBe(true);
    expect([0, 1, 2, 3, 4, 5].map(of)).toEqual([true, true, true, true, true, false]);
  }
  const without = asked([[1], [2], [0, 3], []]);
  expect([0, 1, 2, 3].map(without.of)).toEqual([false, false, false, false]);
});

it("looks at each value once, however many ask and on however many ways it is reached", () => {
  const levels = 30;
  // Each value is made of both of the next level: two to the thirtieth ways.
  const needs = Array.from({ length: 2 * levels }, (_, v) => (v < 2 * levels - 2 ? [v - (v % 2) + 2, v - (v % 2) + 3] : v % 2 === 0 ? null : []));
  const { of, looks } = asked(needs);
  expect(needs.map((_, v) => of(v))).toEqual(needs.map((_, v) => v !== 2 * levels - 1));
  expect(looks.length).toBe(2 * levels);
});
