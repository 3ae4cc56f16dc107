import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dispatch, entry, pipeline } from "../src/index.js";
import { als, wheel } from "../src/state.js";
import { Timed } from "../src/wheel.js";
import { fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
afterEach(() => vi.restoreAllMocks());

class Mark extends Timed {
  constructor(private readonly then: (now: number) => void) {
    super();
  }
  fire(now: number): void {
    this.then(now);
  }
}

describe("the shared timer", () => {
  it("is never early, and late by less than a slot", async () => {
    const clock = t.clock();
    const now = clock.now();
    const wrong: number[] = [];
    for (let ms = 1; ms < 6_000; ms += 7) wheel.add(new Mark((at) => { if (at < now + ms || at > now + ms + 5) wrong.push(ms); }), now + ms, now);
    await clock.advance(6_010);
    expect([wrong, wheel.size]).toEqual([[], 0]);
  });

  it("meets thousands of bounds at once, and late ones after a blocked loop", async () => {
    pipeline.configure({ ops: { a: { timeout: 30, concurrency: 100_000 } } });
    const all = Array.from({ length: 20_000 }, () => rejection(dispatch("a", never)));
    const until = performance.now() + 80;
    while (performance.now() < until);
    const codes = new Set((await Promise.all(all)).map((e) => e.code));
    expect([[...codes], wheel.size]).toEqual([["TIMEOUT"], 0]);
  });

  it("leaves nothing behind that was due already when the clock is changed", async () => {
    const now = wheel.clock.now();
    let fired = 0;
    wheel.add(new Mark(() => fired++), now + 10, now);
    while (wheel.clock.now() < now + 30);
    t.clock();
    expect([fired, wheel.size]).toEqual([1, 0]);
  });

  it("goes by fake timers, which replace the clock as well", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      let code: unknown;
      const call = rejection(dispatch("a", never, { timeout: 60_000 })).then((error) => (code = error.code));
      await vi.advanceTimersByTimeAsync(59_900);
      expect(code).toBeUndefined();
      // Would go round for ever if the clock stood still.
      await vi.runAllTimersAsync();
      await call;
      expect([code, wheel.size]).toEqual(["TIMEOUT", 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("does not care about a wall clock that jumps", async () => {
    pipeline.configure({ ops: { a: { timeout: 60 } } });
    const real = Date.now;
    const from = performance.now();
    const work = rejection(dispatch("a", never));
    vi.spyOn(Date, "now").mockImplementation(() => real() + 86_400_000);
    await turns(2);
    vi.spyOn(Date, "now").mockImplementation(() => real() - 86_400_000);
    await work;
    expect(performance.now() - from).toBeGreaterThanOrEqual(60);
  });

  it("meets its bounds when the clock goes back, those of before and those of after", async () => {
    const clock = t.clock();
    let now = clock.now();
    wheel.use({ now: () => now, driven: true });
    const fired: string[] = [];
    const mark = (name: string, ms: number): void => wheel.add(new Mark(() => fired.push(name)), now + ms, now);
    const move = (ms: number): void => wheel.advance((now += ms));
    mark("far", 4_000);
    mark("near", 100);
    move(50);
    now -= 30_000;
    mark("after", 20);
    move(15);
    expect(fired).toEqual([]);
    // A loop that was blocked until the clock has caught up with itself.
    move(10);
    expect(fired).toEqual(["after"]);
    mark("caught", 20);
    move(30_040);
    expect(fired).toEqual(["after", "caught", "near"]);
    move(4_000);
    expect([fired.at(-1), wheel.size]).toEqual(["far", 0]);
  });

  it("carries no request's context to another", async () => {
    const theirs = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    // The first one arms the timer; what fires then is another's.
    await theirs.run("first", () => entry("first", async () => {
      wheel.add(new Mark(() => seen.push(theirs.getStore(), als.getStore())), wheel.clock.now() + 20, wheel.clock.now());
    })());
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(seen).toEqual([undefined, undefined]);
  });

  it("lets what aborts run in the context of what was cut", async () => {
    pipeline.configure({ ops: { a: { timeout: 20 } } });
    let entryName: string | undefined;
    await entry("mine", () => rejection(dispatch("a", (call) => { call.signal.addEventListener("abort", () => (entryName = als.getStore()?.context?.entry)); return never(); })))();
    expect(entryName).toBe("mine");
  });

  it("survives what fires unlinking, adding and moving its neighbours", async () => {
    const clock = t.clock();
    const fired: string[] = [];
    const now = clock.now();
    const b = new Mark(() => fired.push("b"));
    const c = new Mark(() => { fired.push("c"); wheel.remove(b); wheel.add(new Mark(() => fired.push("new")), clock.now() + 2_560, clock.now()); });
    wheel.add(new Mark(() => fired.push("a")), now + 10, now);
    wheel.add(b, now + 10, now);
    wheel.add(c, now + 10, now);
    await clock.advance(20);
    expect(fired).toEqual(["c", "a"]);
    await clock.advance(2_600);
    expect([fired, wheel.size]).toEqual([["c", "a", "new"], 0]);
  });
});
