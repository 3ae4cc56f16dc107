import { afterEach, describe, expect, it } from "vitest";
import { AppFailure, detach, dispatch, entry, fail, log, pipeline } from "../src/index.js";
import { arriveFrom } from "../src/arrival.js";
import type { Edge } from "../src/edge.js";
import { EntryPlan } from "../src/entry-plan.js";
import { memoryRateLimits } from "../src/rate-limit.js";
import { als, state, wheel } from "../src/state.js";
import { clientKey } from "../src/trust.js";
import { deferred, fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const lines = (): unknown[] => t.logs.filter((l) => l.message === "entry");

describe("an entered function", () => {
  it("is the same to whoever looks at it, and to itself", async () => {
    function handler(this: { n: number }, a: number, b: number): number {
      return this.n + a + b;
    }
    const entered = entry("e", handler);
    expect([entered.name, entered.length]).toEqual(["handler", 2]);
    expect(entered.call({ n: 1 }, 2, 3)).toBe(6);
    expect(entry("e", (_a: unknown, _b: unknown, _c: unknown, _d: unknown) => {}).length).toBe(4);
  });

  it("answers at once if the function does", () => {
    expect(entry("e", () => 5)()).toBe(5);
    expect(() => entry("e", () => { throw new TypeError("x"); })()).toThrow(AppFailure);
  });

  it("throws failures only, with what was thrown as their cause", async () => {
    class NoRow extends Error {}
    pipeline.configure({ errors: [[NoRow, () => ({ code: "NOT_FOUND", resource: "row" })]] });
    const known = fail("CONFLICT", {});
    expect(await rejection(entry("e", () => Promise.reject(known))())).toBe(known);
    for (const thrown of [new TypeError("sql at /srv/app"), "text", null, undefined, { odd: true }]) {
      const failure = await rejection(entry("e", () => Promise.reject(thrown))());
      expect([failure.error, failure.cause, failure.message]).toEqual([{ code: "INTERNAL" }, thrown, "INTERNAL"]);
    }
    const row = new NoRow("select * from x");
    expect(await rejection(entry("e", () => Promise.reject(row))())).toMatchObject({ error: { code: "NOT_FOUND", resource: "row" }, cause: row });
  });

  it("has one line, which tells the cause", async () => {
    await entry("fine", async () => {})();
    await rejection(entry("bad", async () => { throw new Error("outer", { cause: new Error("inner") }); })());
    await rejection(entry("refused", async () => { throw fail("NOT_FOUND", { resource: "x" }); })());
    expect(lines()).toMatchObject([
      { level: "info", entry: "fine", outcome: "ok", requestId: expect.stringMatching(/^[0-9a-f]{32}$/), ms: expect.any(Number) },
      { level: "error", entry: "bad", outcome: "INTERNAL", err: { message: "outer", stack: expect.any(String), cause: { message: "inner" } } },
      { level: "info", entry: "refused", outcome: "NOT_FOUND" },
    ]);
    expect(lines()[2]).not.toHaveProperty("err");
  });

  it("carries its correlation into every line, also of entries and detached work inside", async () => {
    await entry("outer", async () => {
      log.info("a");
      await entry("inner", async () => log.info("b"))();
      detach("later", async () => { await turns(1); log.info("c"); });
      await dispatch("d", () => log.info("d"));
    })();
    await turns(5);
    expect(new Set(t.logs.map((l) => l["requestId"])).size).toBe(1);
    expect(t.logs.map((l) => `${String(l["entry"])}:${l.message}`)).toEqual(["outer:a", "inner:b", "inner:entry", "outer:d", "outer:entry", "later:c", "later:entry"]);
  });

  it("is released at its bound, though the function goes on, and keeps its slot until that has settled", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 100, concurrency: 1 } } });
    const gate = deferred();
    const handler = entry("e", () => gate.promise);
    const late = rejection(handler());
    await clock.advance(110);
    expect((await late).error).toEqual({ code: "TIMEOUT", op: "e" });
    expect((await rejection(handler())).error).toEqual({ code: "OVERLOADED", retryAfter: 1 });
    gate.resolve();
    await turns();
    await handler();
    expect([wheel.size, state.working]).toEqual([0, 0]);
  });

  it("inside another has no more time than that", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { outer: { timeout: 50 }, inner: { timeout: 500 } } });
    let inner: Promise<any> | undefined;
    const outer = rejection(entry("outer", async () => { await (inner = rejection(entry("inner", never)())); })());
    await clock.advance(60);
    expect([(await outer).error, (await inner).error]).toEqual([{ code: "TIMEOUT", op: "outer" }, { code: "TIMEOUT", op: "inner" }]);
  });
});

describe("admission", () => {
  it("limits the rate by key, evenly after a burst", async () => {
    const clock = t.clock();
    const login = entry("login", async (_user: string) => "in", { rateLimit: { limit: 2, per: 1_000, key: (user) => user } });
    expect([await login("a"), await login("a"), await login("b")]).toEqual(["in", "in", "in"]);
    expect((await rejection(login("a"))).error).toEqual({ code: "RATE_LIMITED", retryAfter: 1 });
    await clock.advance(500);
    expect(await login("a")).toBe("in");
    expect((await rejection(login("a"))).code).toBe("RATE_LIMITED");
  });

  it("forgets who has not come for longest when there are too many to remember", () => {
    const clock = t.clock();
    const store = memoryRateLimits(2);
    const rule = { limit: 1, per: 1_000 };
    expect(["a", "b", "a", "c", "b", "c"].map((key) => store.take(key, rule))).toEqual([0, 0, 1_000, 0, 1_000, 1_000]);
    expect([store.take("a", rule), store.take("b", rule), clock.now()]).toEqual([0, 0, clock.now()]);
  });

  it("asks a store of one's own, and stays open when that fails", async () => {
    const asked: unknown[] = [];
    const rule = { limit: 1, per: 60_000 };
    pipeline.configure({ rateLimits: { take: async (key, { limit, per }) => { asked.push([key, limit, per]); return 30_000; } } });
    expect((await rejection(entry("e", async () => 1, { rateLimit: rule })())).error).toEqual({ code: "RATE_LIMITED", retryAfter: 30 });
    expect(asked).toEqual([["e ", 1, 60_000]]);
    for (const take of [() => Promise.reject(new Error("down")), () => { throw new Error("down"); }]) {
      pipeline.configure({ rateLimits: { take } });
      expect(await entry("e", async () => 1, { rateLimit: rule })()).toBe(1);
    }
    expect(t.logs.filter((l) => l.message === "rate limits unavailable")).toHaveLength(2);
  });

  it("forbids unless the answer is true, before the function runs", async () => {
    let ran = 0;
    const ask = (authorize: () => any): Promise<unknown> => entry("e", async () => { ran++; }, { authorize })();
    for (const no of [() => false, () => undefined, async () => false, async () => "yes"]) expect((await rejection((async () => ask(no))())).error).toEqual({ code: "FORBIDDEN" });
    expect((await rejection((async () => ask(() => { throw fail("UNAUTHORIZED"); }))())).error).toEqual({ code: "UNAUTHORIZED" });
    expect((await rejection((async () => ask(() => Promise.reject(new Error("ldap down"))))())).error).toEqual({ code: "INTERNAL" });
    expect(ran).toBe(0);
    await ask(() => true);
    await ask(async () => true);
    expect(ran).toBe(2);
  });

  it("in observe mode lets in and says so", async () => {
    pipeline.configure({ entries: { "old.*": { mode: "observe", concurrency: 1 } } });
    const gate = deferred();
    const handler = entry("old.a", () => gate.promise, { rateLimit: { limit: 1, per: 60_000 }, authorize: () => false });
    const all = [handler(), handler()];
    gate.resolve();
    await Promise.all(all);
    expect(t.logs.map((l) => l.message)).toEqual(["would_forbid", "would_overload", "would_limit", "would_forbid", "entry", "entry"]);
    expect((await rejection((async () => entry("new.a", async () => {}, { authorize: () => false })())())).code).toBe("FORBIDDEN");
  });

  it("has one place for something of one's own, inside the scope", async () => {
    const seen: unknown[] = [];
    const handler = entry("e", async () => 1, { around: async (next, { name, requestId }) => { seen.push(name, requestId === als.getStore()?.context?.requestId); return (((await next()) as number) + 1); } });
    expect(await handler()).toBe(2);
    expect(seen).toEqual(["e", true]);
  });
});

describe("a stream", () => {
  it("is bounded between two items, not as a whole", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { s: { idle: 100 } } });
    const gates = [deferred<number>(), deferred<number>(), deferred<number>()];
    const items: number[] = [];
    const feed = entry.stream("s", async function* () { for (const gate of gates) yield await gate.promise; });
    const work = (async () => { for await (const item of feed()) items.push(item); })().catch((e: unknown) => e);
    for (const [i, gate] of gates.slice(0, 2).entries()) {
      await clock.advance(80);
      gate.resolve(i);
      await turns();
    }
    await clock.advance(120);
    expect((await work as AppFailure).error).toEqual({ code: "TIMEOUT", op: "s" });
    expect(items).toEqual([0, 1]);
  });

  it("ends with its last item, or when nobody wants more", async () => {
    const feed = entry.stream("s", async function* () { yield 1; yield 2; });
    const all: number[] = [];
    for await (const item of feed()) all.push(item);
    for await (const _ of feed()) break;
    expect(all).toEqual([1, 2]);
    expect(lines()).toHaveLength(2);
    expect([wheel.size, state.working]).toEqual([0, 0]);
  });
});

describe("an arrival", () => {
  const edges: Edge[] = [];
  afterEach(() => edges.splice(0).forEach((edge) => edge.end()));
  const open = (headers: Record<string, string | string[]>, peer?: string): Edge => {
    const edge = arriveFrom(new EntryPlan("e"), { header: (name) => headers[name], peer });
    edges.push(edge);
    return edge;
  };
  const left = (headers: Record<string, string>, peer?: string): number => { const edge = open(headers, peer); return Math.round(edge.scope.deadline - wheel.clock.now()); };

  it("keeps a well-formed trace and request id, and no other", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const good = open({ traceparent, "x-request-id": "A.b_c-9", tracestate: "v=1" });
    expect(good.context).toMatchObject({ requestId: "A.b_c-9", traceId: "4bf92f3577b34da6a3ce929d0e0e4736", traceFlags: "01", traceState: "v=1" });
    for (const id of ["", "a b", "a\nb", "x".repeat(129), "<script>", "é"]) expect(open({ "x-request-id": id }).requestId).toMatch(/^[0-9a-f]{32}$/);
    for (const bad of [`${traceparent}-extra`, "00-0000000000000000000000000000000a-0000000000000000-01", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `ff${traceparent.slice(2)}`, traceparent.toUpperCase(), traceparent.slice(0, -1)])
      expect(open({ traceparent: bad }).context.traceId).not.toContain("4bf92f3577b34da6");
    expect(open({ "x-request-id": ["a", "b"] }).requestId).toMatch(/^[0-9a-f]{32}$/);
    expect(open({ traceparent: `01${traceparent.slice(2)}-more` }).context.traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
  });

  it("gets no more time than a trusted peer grants; others grant nothing", () => {
    t.clock();
    const headers = { "x-nobypass-remaining": "1500" };
    expect(left(headers, "10.1.2.3")).toBe(30_000);
    pipeline.configure({ trust: { peers: ["10.0.0.0/8", "::1"] } });
    expect([left(headers, "10.1.2.3"), left(headers, "::ffff:10.1.2.3"), left(headers, "::1"), left(headers, "11.1.2.3"), left(headers)]).toEqual([1_500, 1_500, 1_500, 30_000, 30_000]);
    expect(["99999999", "-5", "1e3", "", "5 "].map((v) => left({ "x-nobypass-remaining": v }, "::1"))).toEqual(Array(5).fill(30_000));
    expect(() => pipeline.configure({ trust: { peers: ["ten"] } })).toThrow(/ten/);
  });

  it("counts one IPv6 client by its half of the address", () => {
    expect(["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9", "::ffff:10.0.0.1", "10.0.0.1", "::1"].map((peer) => clientKey(peer))).toEqual(["2001:db8:1:2/64", "2001:db8:1:2/64", "10.0.0.1", "10.0.0.1", "0:0:0:0/64"]);
    expect(clientKey("2001:db8::1:2:3:4:5")).toBe(clientKey("2001:db8::1:9:9:9:9"));
    expect(clientKey("2001:db8::1:2:3:4:5")).not.toBe(clientKey("2001:db8::2:2:3:4:5"));
  });

  it("around the same request twice is one: the inner name and bound, one line", async () => {
    const clock = t.clock();
    const carrier = {};
    const outer = arriveFrom(new EntryPlan("http"), { header: () => undefined, carrier });
    let bound = 0;
    outer.run(() => {
      const inner = arriveFrom(new EntryPlan("GET /x", { timeout: 60_000 }), { header: () => undefined, carrier });
      expect(inner.requestId).toBe(outer.requestId);
      inner.run(() => (bound = inner.scope.deadline - clock.now()));
      inner.end();
    });
    outer.end(200);
    expect(Math.round(bound)).toBe(60_000);
    expect(t.logs).toMatchObject([{ entry: "GET /x", status: 200, outcome: "ok" }]);
  });

  it("whose client has gone is cancelled, in observe mode only watched", async () => {
    for (const mode of ["enforce", "observe"] as const) {
      pipeline.configure({ mode });
      const edge = open({});
      const call = edge.run(() => dispatch("db", () => (mode === "observe" ? turns(2).then(() => "kept") : never())));
      edge.cancel();
      if (mode === "enforce") expect((await rejection(call)).error).toMatchObject({ code: "CANCELLED" });
      else expect(await call).toBe("kept");
      edge.end();
    }
    expect(t.logs.map((l) => l.message)).toEqual(["failed dispatch", "entry", "would_cancel", "entry"]);
  });
});

describe("a shutdown", () => {
  it("takes nothing new, and waits for what is in flight and detached", async () => {
    const clock = t.clock();
    const gate = deferred();
    const handler = entry("e", async () => { await gate.promise; detach("mail", () => turns(2)); return await dispatch("db", () => "done"); });
    const work = handler();
    const down = pipeline.shutdown({ within: 1_000 });
    expect((await rejection(handler())).error).toEqual({ code: "OVERLOADED", retryAfter: 1 });
    gate.resolve();
    expect([await work, await down]).toEqual(["done", { drained: true }]);
    expect(t.logs.filter((l) => l["entry"] === "mail")).toHaveLength(1);
    await clock.advance(2_000);
  });

  it("cancels what takes longer", async () => {
    const clock = t.clock();
    let signal: AbortSignal | undefined;
    const work = rejection(entry("e", () => dispatch("db", (call) => { signal = call.signal; return never(); }))());
    const down = pipeline.shutdown({ within: 1_000 });
    await clock.advance(1_010);
    expect((await work).error).toMatchObject({ code: "CANCELLED" });
    expect([signal?.aborted, await down]).toEqual([true, { drained: false }]);
  });
});
