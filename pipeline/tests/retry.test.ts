import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AppFailure, dispatch, entry, fail, pipeline, type Policy } from "../src/index.js";
import { root } from "../src/scope.js";
import { wheel } from "../src/state.js";
import { fresh, never, rejection } from "./setting.js";

const t = fresh();
afterEach(() => vi.restoreAllMocks());

/** Counts how often it is tried; fails until the given try. */
function flaky(until: number): { run: () => Promise<string>; tries: number } {
  const state = { tries: 0, run: async () => { if (++state.tries < until) throw new Error(`try ${state.tries}`); return "done"; } };
  return state;
}

async function finish<T>(work: Promise<T>): Promise<T> {
  const clock = t.clock();
  let over = false;
  void work.then(() => (over = true), () => (over = true));
  for (let i = 0; i < 400 && !over; i++) await clock.advance(50);
  return work;
}

describe("another try", () => {
  it("is made for what may run twice, and only then", async () => {
    t.clock();
    pipeline.configure({ ops: { safe: { retry: 2, idempotent: true } } });
    const safe = flaky(3);
    expect(await finish(dispatch("safe", safe.run))).toBe("done");
    expect(safe.tries).toBe(3);
    const unsafe = flaky(2);
    await rejection(finish(dispatch("unsafe", unsafe.run, { retry: 2 } as unknown as Policy)));
    expect(unsafe.tries).toBe(1);
    expect(() => pipeline.configure({ ops: { x: { retry: 2 } as unknown as Policy } })).toThrow(/idempotent/);
  });

  it("is not made by the method of what has none", async () => {
    pipeline.configure({ ops: { "*": { retry: 2, idempotent: "method" } } });
    let tries = 0;
    await rejection(dispatch("stripe.charge", async () => { tries++; throw new Error("broken"); }));
    expect(tries).toBe(1);
  });

  it("ends with the last error itself", async () => {
    t.clock();
    const always = flaky(99);
    const error = await rejection(finish(dispatch("a", always.run, { retry: 1, idempotent: true })));
    expect([error.message, always.tries]).toEqual(["try 2", 2]);
  });

  it("is not made below another one that retries", async () => {
    t.clock();
    pipeline.configure({ ops: { "*": { retry: 2, idempotent: true } } });
    const deep = flaky(99);
    await rejection(finish(dispatch("one", () => dispatch("two", () => dispatch("three", deep.run)))));
    expect(deep.tries).toBe(3);
  });

  it("is not made after a refusal", async () => {
    t.clock();
    let tries = 0;
    await rejection(finish(dispatch("a", () => { tries++; throw fail("NOT_FOUND", { resource: "x" }); }, { retry: 3, idempotent: true })));
    expect(tries).toBe(1);
  });

  it("is made for errors that `retryIf` names", async () => {
    t.clock();
    const policy: Policy = { retry: 3, idempotent: true, retryIf: (e) => e instanceof Error && e.message === "try 1" };
    const some = flaky(99);
    await rejection(finish(dispatch("a", some.run, policy)));
    expect(some.tries).toBe(2);
  });

  it("has a budget a destination: an outage is not multiplied", async () => {
    t.clock();
    let tries = 0;
    await Promise.all(Array.from({ length: 100 }, () => rejection(finish(dispatch("down.get", () => { tries++; throw new Error("down"); }, { retry: 3, idempotent: true, timeout: 900 })))));
    expect(tries).toBeGreaterThan(100);
    expect(tries).toBeLessThan(125);
  });

  it("is not made when the time left is less than a call takes", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { a: { retry: 1, idempotent: true, timeout: 300 } } });
    for (let i = 0; i < 200; i++) await dispatch("a", () => clock.advance(250));
    let tries = 0;
    await rejection(finish(dispatch("a", async () => { tries++; await clock.advance(250); throw new Error("no"); })));
    expect(tries).toBe(1);
  });

  it("follows one that took too long, within the bound of the whole", async () => {
    t.clock();
    const left: number[] = [];
    const value = await finish(dispatch("a", (call) => { left.push(Math.round(call.remaining())); return call.attempt === 1 ? never() : Promise.resolve("second"); }, { retry: 1, idempotent: true, attemptTimeout: 100, timeout: 1_000 }));
    expect(value).toBe("second");
    expect(left).toEqual([100, 100]);
  });

  it("ends with the bound of the whole", async () => {
    t.clock();
    const error = await rejection(finish(dispatch("a", never, { retry: 9, idempotent: true, attemptTimeout: 100, timeout: 250 })));
    expect((error as AppFailure).error).toEqual({ code: "TIMEOUT", op: "a" });
  });
});

describe("the pause before another try", () => {
  it("is anything up to a limit that doubles, so that those who failed together do not come back together", async () => {
    for (const share of [0, 0.5, 0.999]) {
      const clock = t.clock();
      vi.spyOn(Math, "random").mockReturnValue(share);
      const at: number[] = [];
      pipeline.configure({ ops: { a: { retry: 7, idempotent: true, timeout: 60_000 } } });
      const work = rejection(dispatch("a", async () => { at.push(clock.now()); throw new Error("down"); }));
      for (let i = 0; i < 2_000; i++) await clock.advance(5);
      await work;
      const pauses = at.slice(1).map((time, i) => time - (at[i] as number));
      // What the budget of a destination allows, and a slot of the timer beside.
      expect(pauses.length).toBeGreaterThanOrEqual(3);
      for (const [i, pause] of pauses.entries()) {
        const most = Math.min(2_000, 100 * 2 ** i) * share;
        expect(pause).toBeGreaterThanOrEqual(most);
        expect(pause).toBeLessThanOrEqual(most + 10);
      }
    }
  });
});

describe("a breaker", () => {
  const policy: Policy = { breaker: { failures: 3, cooldown: 1_000 } };
  const down = (): Promise<never> => Promise.reject(new Error("down"));

  it("opens after failures in a row, lets one through after its pause, and closes on success", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { b: policy } });
    for (let i = 0; i < 3; i++) await rejection(dispatch("b", down));
    expect((await rejection(dispatch("b", () => 1))).error).toEqual({ code: "OVERLOADED", retryAfter: 1 });
    await clock.advance(1_010);
    expect((await rejection(dispatch("b", down))).message).toBe("down");
    expect((await rejection(dispatch("b", () => 1))).code).toBe("OVERLOADED");
    await clock.advance(1_010);
    expect(await dispatch("b", () => 1)).toBe(1);
    expect(await dispatch("b", () => 2)).toBe(2);
  });

  it("lets only one through to probe", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { b: policy } });
    for (let i = 0; i < 3; i++) await rejection(dispatch("b", down));
    await clock.advance(1_010);
    const probe = rejection(dispatch("b", never, { timeout: 50 }));
    expect((await rejection(dispatch("b", () => 1))).code).toBe("OVERLOADED");
    await clock.advance(60);
    await probe;
  });

  it("does not count refusals", async () => {
    pipeline.configure({ ops: { b: policy } });
    for (let i = 0; i < 5; i++) await rejection(dispatch("b", () => Promise.reject(fail("NOT_FOUND", { resource: "x" }))));
    expect(await dispatch("b", () => 1)).toBe(1);
  });

  it("in observe mode only says so", async () => {
    pipeline.configure({ ops: { b: { ...policy, mode: "observe" } } });
    for (let i = 0; i < 3; i++) await rejection(dispatch("b", down));
    expect(await dispatch("b", () => 1)).toBe(1);
    expect(t.logs.at(-1)).toMatchObject({ message: "would_break" });
  });
});

describe("a shutdown while a retry sleeps", () => {
  it("waits for the try that is to come, as long as it may", async () => {
    const clock = t.clock();
    const twice = flaky(2);
    const work = entry("e", () => dispatch("a", twice.run, { retry: 1, idempotent: true }))();
    await clock.advance(0);
    const down = pipeline.shutdown({ within: 5_000 });
    expect(await finish(work)).toBe("done");
    expect([await down, twice.tries, wheel.size]).toEqual([{ drained: true }, 2, 0]);
  });

  it("cuts the sleep when its time is up, and makes no other try", async () => {
    const clock = t.clock();
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const never = flaky(99);
    const work = rejection(entry("e", () => dispatch("a", never.run, { retry: 9, idempotent: true }))());
    await clock.advance(120);
    const tries = never.tries;
    const down = pipeline.shutdown({ within: 0 });
    await clock.advance(10);
    expect((await work).error).toMatchObject({ code: "CANCELLED" });
    await clock.advance(10_000);
    expect([await down, never.tries, wheel.size, root.members]).toEqual([{ drained: false }, tries, 0, undefined]);
  });

  it("keeps no process from its end, nor is kept from its own", () => {
    const script = `
      import { dispatch, entry, pipeline } from "@nobypass/pipeline";
      pipeline.configure({ level: "silent", shutdown: { signals: ["SIGTERM"], within: 200, after: () => console.log("closed") } });
      Math.random = () => 1;
      const down = async () => { throw new Error("down"); };
      entry("e", () => dispatch("a", down, { retry: 9, idempotent: true }), { timeout: 60_000 })().catch((error) => console.log(error.code));
      setTimeout(() => process.kill(process.pid, "SIGTERM"), 150);
    `;
    const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8", timeout: 20_000 });
    expect([stdout, signal]).toEqual(["CANCELLED\nclosed\n", "SIGTERM"]);
  });
});
