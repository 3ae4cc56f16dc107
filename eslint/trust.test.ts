import { describe, expect, it } from "vitest";
import { Trust } from "./trust.js";

describe("what was read of a project is trusted", () => {
  it("from the first to the last file of a run", () => {
    const trust = new Trust();
    for (let file = 0; file < 100; file++) {
      const now = 10_000 + 400 * file;
      // What the first file read, at 10,000 ms, still counts.
      expect(now - 10_000).toBeLessThan(trust.for(`/p/${file}.ts`, now));
    }
  });

  it("over a file that takes long", () => {
    const trust = new Trust();
    trust.for("/p/a.ts", 10_000);
    trust.done(18_000);
    expect(trust.for("/p/b.ts", 18_001)).toBeGreaterThan(8_000);
  });

  it("for half a second where a file comes again, or after a pause", () => {
    const trust = new Trust();
    trust.for("/p/a.ts", 10_000);
    trust.for("/p/b.ts", 10_400);
    trust.for("/p/c.ts", 10_800);
    expect(trust.for("/p/a.ts", 11_200)).toBe(500);
    expect(trust.for("/p/d.ts", 11_300)).toBe(500);
    expect(trust.for("/p/e.ts", 20_000)).toBe(500);
  });

  it("for half a second where the clock is set back", () => {
    const trust = new Trust();
    trust.for("/p/a.ts", 10_000);
    trust.for("/p/b.ts", 10_400);
    expect(trust.for("/p/c.ts", 9_000)).toBe(500);
  });
});
