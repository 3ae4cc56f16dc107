import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { AppFailure, dispatch, entry, fail, pipeline, type Call } from "../src/index.js";
import { als, wheel } from "../src/state.js";
import { deferred, fresh, never, rejection, turns } from "./setting.js";

const t = fresh();

describe("what is dispatched", () => {
  it("gives back what it returns, awaited or not", async () => {
    expect(await dispatch("a", () => 1)).toBe(1);
    expect(await dispatch("a", async () => [2])).toEqual([2]);
    expect(await dispatch("a", () => ({ then: (ok: (v: number) => void) => ok(3) }))).toBe(3);
  });

  it("throws what it throws: the very same error, in every way through", async () => {
    pipeline.configure({ ops: { tight: { timeout: 50 }, retried: { retry: 1, idempotent: true }, queued: { concurrency: 1 } } });
    class PgError extends Error {}
    const error = new PgError("duplicate");
    for (const op of ["plain", "tight", "queued"]) {
      expect(await rejection(dispatch(op, () => Promise.reject(error)))).toBe(error);
      expect(await rejection(dispatch(op, () => { throw error; }))).toBe(error);
      await entry("e", async () => expect(await rejection(dispatch(op, () => Promise.reject(error)))).toBe(error))();
    }
    expect(await rejection(dispatch("retried", () => { throw error; }))).toBe(error);
    expect(await rejection(dispatch("plain", () => Promise.reject("text")))).toBe("text");
  });

  it("gets a call only if it takes one", async () => {
    let given: unknown[] = [];
    await dispatch("a", function () { given = [...arguments]; });
    expect(given).toEqual([]);
    await dispatch("a", ({ signal, remaining, attempt }) => { given = [signal.aborted, remaining() > 9_000, attempt]; });
    expect(given).toEqual([false, true, 1]);
  });
});

describe("time", () => {
  it("is bounded outside any entry too", async () => {
    const clock = t.clock();
    const late = rejection(dispatch("a.b", never));
    await clock.advance(9_000);
    await clock.advance(1_010);
    const error = await late;
    expect(error).toBeInstanceOf(AppFailure);
    expect(error.error).toEqual({ code: "TIMEOUT", op: "a.b" });
    expect(t.logs).toMatchObject([{ level: "warn", message: "failed dispatch", op: "a.b", outcome: "TIMEOUT" }]);
  });

  it("of a call is what its entry has left, or less", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { short: { timeout: 20 }, long: { timeout: 60_000 } }, entries: { e: { timeout: 100 } } });
    const left: number[] = [];
    await entry("e", async () => {
      await clock.advance(40);
      for (const op of ["short", "long", "other"]) await dispatch(op, (call) => void left.push(call.remaining()));
      await dispatch("short", () => dispatch("long", (call) => void left.push(call.remaining())));
    })();
    expect(left.map(Math.round)).toEqual([20, 60, 60, 20]);
  });

  it("that is up releases every caller below, with its own name, and aborts their signals", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { outer: { timeout: 50 }, inner: { timeout: 5_000 } } });
    let signal: AbortSignal | undefined;
    const inner: unknown[] = [];
    const outer = rejection(dispatch("outer", async () => {
      await Promise.all([
        dispatch("inner", (call) => { signal = call.signal; return never(); }).catch((e: unknown) => inner.push(e)),
        dispatch("shared", never).catch((e: unknown) => inner.push(e)),
      ]);
    }));
    await clock.advance(60);
    expect((await outer).error).toEqual({ code: "TIMEOUT", op: "outer" });
    expect(inner.map((e) => (e as AppFailure).error)).toEqual(expect.arrayContaining([{ code: "TIMEOUT", op: "inner" }, { code: "TIMEOUT", op: "shared" }]));
    expect(signal?.aborted).toBe(true);
    // Whose time it was: the inner calls had no tighter bound, so they had no scope of their own.
    expect((signal?.reason as AppFailure).error).toEqual({ code: "TIMEOUT", op: "outer" });
  });

  it("that is up lets nothing start below", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 10 } } });
    const gate = deferred();
    let started = false;
    let refused: unknown;
    const work = rejection(entry("e", async () => {
      await gate.promise;
      refused = await rejection(dispatch("a", () => void (started = true)));
    })());
    await clock.advance(20);
    await work;
    gate.resolve();
    await turns();
    expect([started, (refused as AppFailure).error]).toEqual([false, { code: "TIMEOUT", op: "a" }]);
  });

  it("is not taken from work that outlives its entry: that has a bound of its own", async () => {
    const clock = t.clock();
    let late: Promise<any> | undefined;
    const gate = deferred();
    await entry("e", async () => { void gate.promise.then(() => (late = rejection(dispatch("a", never)))); })();
    gate.resolve();
    await turns();
    await clock.advance(10_010);
    expect((await late).error).toEqual({ code: "TIMEOUT", op: "a" });
  });

  it("still holds for what an entry left running", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 100 } } });
    let late: Promise<any> | undefined;
    await entry("e", async () => { late = rejection(dispatch("a", never)); })();
    await clock.advance(110);
    expect((await late).error).toEqual({ code: "TIMEOUT", op: "a" });
    expect(wheel.size).toBe(0);
  });

  it("in observe mode is only watched", async () => {
    const clock = t.clock();
    pipeline.configure({ mode: "observe", ops: { slow: { timeout: 50 } }, entries: { e: { timeout: 80 } } });
    const gate = deferred<string>();
    const work = entry("e", () => dispatch("slow", () => gate.promise))();
    await clock.advance(100);
    gate.resolve("done");
    expect(await work).toBe("done");
    expect(t.logs.map((l) => [l.message, l["op"] ?? l["entry"]])).toEqual([["would_timeout", "slow"], ["would_timeout", "e"], ["entry", "e"]]);
    expect(wheel.size).toBe(0);
  });

  it("a rejection that comes too late is handled", async () => {
    const clock = t.clock();
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", listen);
    pipeline.configure({ ops: { tight: { timeout: 10 } } });
    const gates = ["tight", "plain"].map((op) => { const gate = deferred(); return { gate, work: rejection(dispatch(op, () => gate.promise)) }; });
    await clock.advance(10_100);
    for (const { gate, work } of gates) { expect((await work).code).toBe("TIMEOUT"); gate.reject(new Error("late")); }
    await turns(5);
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });
});

describe("slots", () => {
  it.each([
    ["a bound of its own", { timeout: 50 }],
    ["its caller's bound", {}],
    ["several tries", { timeout: 50, retry: 1, idempotent: true as const }],
  ])("are free when the work has settled, not when its caller was released, with %s", async (_, policy) => {
    const clock = t.clock();
    pipeline.configure({ ops: { db: { ...policy, concurrency: 1 } }, entries: { e: { timeout: 50 } } });
    const query = deferred();
    const first = rejection(entry("e", () => dispatch("db", () => query.promise))());
    await clock.advance(60);
    expect((await first).code).toBe("TIMEOUT");
    let ran = false;
    const second = dispatch("db", () => void (ran = true));
    await turns();
    expect(ran).toBe(false);
    query.resolve();
    await second;
    expect(ran).toBe(true);
  });

  it("go in order, and to nobody who has gone", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { db: { concurrency: 1, timeout: 100 } } });
    const order: string[] = [];
    const query = deferred();
    const first = dispatch("db", () => query.promise);
    const gone = rejection(dispatch("db", () => void order.push("gone"), { timeout: 20 }));
    const waiting = ["a", "b"].map((n) => dispatch("db", () => void order.push(n)));
    await clock.advance(30);
    expect((await gone).code).toBe("TIMEOUT");
    query.resolve();
    await Promise.all([first, ...waiting]);
    expect(order).toEqual(["a", "b"]);
  });

  it("have a line of limited length", async () => {
    pipeline.configure({ ops: { db: { concurrency: 1, queue: 1 } } });
    const query = deferred();
    const first = dispatch("db", () => query.promise);
    const second = dispatch("db", () => 2);
    expect((await rejection(dispatch("db", () => 3))).error).toEqual({ code: "OVERLOADED", retryAfter: 1 });
    query.resolve();
    expect([await first, await second]).toEqual([undefined, 2]);
  });

  it("in observe mode refuse nobody", async () => {
    pipeline.configure({ ops: { db: { concurrency: 1, queue: 0, mode: "observe" } } });
    const query = deferred();
    const first = dispatch("db", () => query.promise);
    expect(await dispatch("db", () => 2)).toBe(2);
    query.resolve();
    await first;
    expect(t.logs.map((l) => l.message)).toEqual(["would_overload"]);
  });

  it("of a queue run each task in the context of its own request, also for other storages", async () => {
    pipeline.configure({ ops: { db: { concurrency: 1 } } });
    const theirs = new AsyncLocalStorage<string>();
    const seen: [string, string | undefined, string | undefined][] = [];
    const handle = entry("e", (who: string) =>
      dispatch("db", async () => {
        await turns(1);
        seen.push([who, theirs.getStore(), als.getStore()?.context?.requestId]);
      }),
    );
    await Promise.all(["a", "b", "c"].map((who) => theirs.run(who, () => handle(who))));
    expect(seen.map(([who]) => who)).toEqual(["a", "b", "c"]);
    for (const [who, other] of seen) expect(other).toBe(who);
    expect(new Set(seen.map(([, , id]) => id)).size).toBe(3);
  });
});

describe("the log", () => {
  it("has a line for a failed dispatch and for a slow one, none for the others", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { slow: { slow: 500 } } });
    await dispatch("fine", () => 1);
    await dispatch("slow", () => clock.advance(600));
    await dispatch("bad", () => Promise.reject(Object.assign(new Error("postgres://u:hunter22@db failed"), { code: "ECONNRESET" }))).catch(() => {});
    await dispatch("known", () => Promise.reject(fail("NOT_FOUND", { resource: "x" }))).catch(() => {});
    expect(t.logs).toMatchObject([
      { level: "warn", message: "slow dispatch", op: "slow" },
      { level: "warn", message: "failed dispatch", op: "bad", error: { type: "Error", code: "ECONNRESET", message: "postgres://u:[redacted]@db failed" } },
      { level: "info", message: "failed dispatch", op: "known", outcome: "NOT_FOUND" },
    ]);
  });
});

it("the table holds from the next call on", async () => {
  t.clock();
  const bound = (): Promise<number> => dispatch("pg.query", (call: Call) => Math.round(call.remaining()));
  expect(await bound()).toBe(10_000);
  pipeline.configure({ ops: { "pg.*": { timeout: 500 }, "*": { timeout: 50 } } });
  expect(await bound()).toBe(500);
  pipeline.configure({ ops: { "pg.query": { timeout: 700 } } });
  expect(await bound()).toBe(700);
  expect(await dispatch("pg.query", (call) => Math.round(call.remaining()), { timeout: 30 })).toBe(30);
});

it("observes and enforces by name, the most literal pattern last", async () => {
  const clock = t.clock();
  pipeline.configure({ mode: "observe", ops: { "*": { timeout: 50 }, "pg.*": { mode: "enforce" }, "pg.report": { mode: "observe" } } });
  const slow = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, 0, "done"));
  const late = (op: string): Promise<unknown> => dispatch(op, async () => { await clock.advance(60); return slow(); }).catch((error: { code: unknown }) => error.code);
  expect([await late("http.stock"), await late("pg.query"), await late("pg.report")]).toEqual(["done", "TIMEOUT", "done"]);
  expect(t.logs.filter((l) => l.message === "would_timeout").map((l) => l["op"])).toEqual(["http.stock", "pg.report"]);
});
