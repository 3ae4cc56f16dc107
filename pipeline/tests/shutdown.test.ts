import { describe, expect, it } from "vitest";
import { dispatch, entry, pipeline } from "../src/index.js";
import { wheel } from "../src/state.js";
import { deferred, fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const errors = (): unknown[] => t.logs.filter((l) => l.level === "error").map((l) => l.message);

describe("what runs after the drain", () => {
  it("comes in order, when nothing is in flight any more", async () => {
    const gate = deferred();
    const order: string[] = [];
    const step = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await turns(2);
      order.push(`${name} ends`);
    };
    pipeline.configure({ shutdown: { before: step("before"), after: [step("pools"), () => { order.push("failing"); throw new Error("pool is gone"); }, step("log")] } });
    const work = entry("e", async () => { await gate.promise; order.push("work"); })();
    const down = pipeline.shutdown();
    await turns(5);
    expect(order).toEqual(["before begins", "before ends"]);
    gate.resolve();
    await work;
    expect(await down).toEqual({ drained: true });
    expect(order.slice(2)).toEqual(["work", "pools begins", "pools ends", "failing", "log begins", "log ends"]);
    expect(errors()).toEqual(["shutdown hook failed"]);
    expect(wheel.size).toBe(0);
  });

  it("comes too when work had to be cut, and may call out", async () => {
    const clock = t.clock();
    let sent: unknown;
    pipeline.configure({ shutdown: { within: 1_000, after: async () => { sent = await dispatch("flush", async () => "sent"); } } });
    // Asked for from within a request, whose own scope is cut with the rest.
    let down: Promise<unknown> | undefined;
    const work = rejection(entry("admin", async () => { down = pipeline.shutdown(); await never(); })());
    await clock.advance(2_000);
    expect((await work).error).toMatchObject({ code: "CANCELLED" });
    expect([await down, sent]).toEqual([{ drained: false }, "sent"]);
  });

  it("has a bound, of which one that hangs takes its share", async () => {
    const clock = t.clock();
    let flushed = 0;
    pipeline.configure({ shutdown: { afterWithin: 2_000, after: [function pools() { return never(); }, () => void (flushed = clock.now()), () => never()] } });
    const from = clock.now();
    const down = pipeline.shutdown();
    await clock.advance(600);
    expect(flushed).toBe(0);
    await clock.advance(100);
    expect(flushed - from).toBeGreaterThanOrEqual(666);
    await clock.advance(1_400);
    expect(await down).toEqual({ drained: true });
    expect(t.logs.filter((l) => l.message === "shutdown hook took too long").map((l) => [l["hook"], l["ms"]])).toEqual([["pools", 667], ["", expect.any(Number)]]);
  });

  it("takes no bound that is none", () => {
    expect(() => pipeline.configure({ shutdown: { afterWithin: -1 } })).toThrow(/shutdown\.afterWithin/);
    expect(() => pipeline.configure({ shutdown: { within: Number.NaN } })).toThrow(/shutdown\.within/);
  });
});

describe("a shutdown that is asked for twice", () => {
  it("is one", async () => {
    let closed = 0;
    pipeline.configure({ shutdown: { before: () => void closed++, after: () => void (closed += 10) } });
    const [first, second] = [pipeline.shutdown(), pipeline.shutdown({ within: 1 })];
    expect(first).toBe(second);
    await first;
    expect(await pipeline.shutdown()).toEqual({ drained: true });
    expect(closed).toBe(11);
  });
});
