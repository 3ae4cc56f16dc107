import { describe, expect, it } from "vitest";
import { dispatch, entry, http, pipeline, type Policy } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { loopback } from "./loopback.js";
import { deferred, fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const serve = loopback();
const loosen: Policy = { timeout: 5_000, concurrency: 50 };

/** Whoever is asked something by the pipeline may configure it, and what runs must end as it began. */
describe("configuring from within", () => {
  it("a policy's own questions holds for what comes after", async () => {
    const again = (): void => pipeline.configure({ ops: { "*": loosen }, entries: { "*": { concurrency: 50 } }, mode: "enforce" });
    class Missing extends Error {}
    pipeline.configure({
      ops: { a: { retry: 2, idempotent: true, retryIf: () => { again(); return true; } } },
      entries: { e: { authorize: () => { again(); return true; }, around: async (next) => { again(); return next(); }, rateLimit: { limit: 100, per: 1_000, key: () => { again(); return "k"; } } } },
      errors: [[Missing, () => { again(); return { code: "NOT_FOUND", resource: "x" }; }]],
      logger: { debug: again, info: again, warn: again, error: again },
      rateLimits: { take: () => { again(); return 0; } },
    });
    let tries = 0;
    const work = entry("e", () => dispatch("a", () => { tries++; throw new Missing(); }));
    for (let i = 0; i < 3; i++) expect((await rejection(work())).error).toEqual({ code: "NOT_FOUND", resource: "x" });
    expect(tries).toBeGreaterThan(3);
    expect([state.ops.get("a")?.active, state.working, wheel.size]).toEqual([0, 0, 0]);
  });

  it("a call gives back the slot it took, whatever the limit is now", async () => {
    pipeline.configure({ ops: { a: { concurrency: 1, queue: 10 } } });
    const gate = deferred();
    const first = dispatch("a", () => gate.promise);
    const waiting = [dispatch("a", async () => 1), dispatch("a", async () => { pipeline.configure({ ops: { a: { concurrency: 1 } } }); return 2; }), dispatch("a", async () => 3)];
    pipeline.configure({ ops: { a: { concurrency: 2 } } });
    const next = dispatch("a", async () => 4);
    expect(await next).toBe(4);
    gate.resolve();
    await first;
    expect(await Promise.all(waiting)).toEqual([1, 2, 3]);
    expect(state.ops.get("a")?.active).toBe(0);
  });

  it("an entry keeps its bound, and its rows are found anew", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 100 } }, ops: { a: { timeout: 1_000 } } });
    const work = rejection(entry("e", async () => { pipeline.configure({ entries: { e: { timeout: 10_000 } }, ops: { a: { timeout: 20 } } }); await rejection(dispatch("a", never)); await never(); })());
    await clock.advance(30);
    expect(t.logs.filter((l) => l.message === "failed dispatch")).toHaveLength(1);
    await clock.advance(100);
    expect((await work).error).toEqual({ code: "TIMEOUT", op: "e" });
    expect(wheel.size).toBe(0);
  });

  it("a wrong row changes nothing at all", async () => {
    pipeline.configure({ ops: { a: { timeout: 1_000 } } });
    const before = state.settings;
    for (const wrong of [{ ops: { a: { timeout: 10 }, b: { timeout: -1 } } }, { mode: "enforce", defaults: { entry: { idle: 0 } } }, { propagate: ["no origin"] }, { trust: { peers: ["nobody"] } }]) expect(() => pipeline.configure(wrong as never)).toThrow(/pipeline\.configure|trust/);
    expect(state.settings).toBe(before);
  });

  it("a redirect is followed by the list that there is now", async () => {
    const seen: (string | undefined)[] = [];
    const away = await serve((req, res) => { seen.push(req.headers["x-request-id"] as string); res.end(); });
    const ours = await serve((_req, res) => { pipeline.configure({ propagate: [ours, away] }); res.writeHead(302, { location: away }).end(); });
    pipeline.configure({ propagate: [ours] });
    await entry("e", async () => { await (await http.fetch(ours)).text(); })();
    expect(seen).toEqual([expect.any(String)]);
    await turns();
  });
});
