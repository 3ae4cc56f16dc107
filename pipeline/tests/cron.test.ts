import cron, { type Logger, type TaskContext } from "node-cron";
import { afterEach, describe, expect, it } from "vitest";
import { entry } from "../src/cron.js";
import { dispatch, entry as rootEntry, fail, log } from "../src/index.js";
import { AppFailure } from "../src/failure.js";
import { state } from "../src/state.js";
import { deferred, fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
};

/** What node-cron itself writes. */
const said: unknown[] = [];
const logger: Logger = { info: () => {}, warn: (m) => void said.push(m), error: (m, e) => void said.push(m, e), debug: () => {} };
const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): void => void unhandled.push(error);
process.on("unhandledRejection", onUnhandled);

afterEach(async () => {
  await cron.shutdown();
  await turns();
  expect(unhandled.splice(0)).toEqual([]);
  said.length = 0;
});

describe("a task of node-cron in its entry", () => {
  it("stays what it was, for node-cron and for whoever calls it", async () => {
    const sweep = function sweep(this: { n: number } | void, context: TaskContext): number {
      return (this?.n ?? 0) + context.date.getTime() * 0;
    };
    const entered = entry("cron.sweep", sweep);
    expect([entered.name, entered.length]).toEqual(["sweep", 1]);
    expect(entered.call({ n: 7 }, { date: new Date() } as TaskContext)).toBe(7);
    const task = cron.createTask("* * * * *", entry("cron.sweep", async () => "swept"), { logger });
    expect(await task.execute()).toBe("swept");
  });

  it("runs on schedule, each run under an id of its own: node-cron's", async () => {
    const ids: unknown[] = [];
    // Scheduled inside a request, it does not belong to that request.
    await rootEntry("boot", async () => {
      cron.schedule("* * * * * *", entry("cron.sweep", async (context: TaskContext) => {
        ids.push(context.execution?.id);
        await dispatch("db.sweep", () => turns(1));
        log.info("swept", { id: context.execution?.id });
      }), { logger });
    })();
    await until(() => entries().filter((l) => l["entry"] === "cron.sweep").length >= 2);
    const [boot, ...runs] = entries();
    expect(runs.map((l) => l["requestId"])).toEqual(ids.slice(0, runs.length));
    expect(new Set([boot?.["requestId"], ...ids]).size).toBe(ids.length + 1);
    const swept = t.logs.filter((l) => l.message === "swept");
    expect([swept.length >= 2, swept.every((l) => l["requestId"] === l["id"] && l["entry"] === "cron.sweep")]).toEqual([true, true]);
  });

  it("fails for node-cron too, and tells why once", async () => {
    for (const thrown of [new Error("select * from users"), "hunter22", undefined, null]) {
      for (const task of [async () => Promise.reject(thrown), () => { throw thrown; }]) {
        const scheduled = cron.createTask("* * * * *", entry("cron.sweep", task), { logger });
        const failed: unknown[] = [];
        scheduled.on("execution:failed", (context) => void failed.push(context.execution?.error));
        const error = await rejection(scheduled.execute());
        expect([error instanceof AppFailure, error.code, error.message, error.cause, error.stack]).toEqual([true, "INTERNAL", "INTERNAL", undefined, "AppFailure: INTERNAL"]);
        expect(failed).toEqual([error]);
      }
    }
    expect(entries()).toHaveLength(8);
    expect(entries()[0]).toMatchObject({ level: "error", outcome: "INTERNAL", err: { message: "select * from users" } });
    expect(JSON.stringify(said)).not.toMatch(/select|hunter22/);
  });

  it("keeps what a failure says", async () => {
    const task = cron.createTask("* * * * *", entry("cron.sweep", async () => { throw fail("NOT_FOUND", { resource: "table", id: "7" }, { message: "for logs" }); }), { logger });
    const error = await rejection(task.execute());
    expect([error.message, error.error]).toEqual(["NOT_FOUND", { code: "NOT_FOUND", resource: "table", id: "7" }]);
  });

  it("is cut at its bound, and holds its slot until the work has settled", async () => {
    const clock = t.clock();
    const gate = deferred();
    let runs = 0;
    const task = cron.createTask("* * * * *", entry("cron.sweep", async () => { runs++; await gate.promise; throw new Error("late"); }, { timeout: 50_000, concurrency: 1 }), { logger });
    const first = rejection(task.execute());
    await turns();
    expect((await rejection(task.execute())).code).toBe("OVERLOADED");
    await clock.advance(50_010);
    expect((await first).code).toBe("TIMEOUT");
    expect((await rejection(task.execute())).code).toBe("OVERLOADED");
    gate.resolve();
    await until(() => t.logs.some((l) => l.message === "failed after its end"));
    const third = rejection(task.execute());
    expect([(await third).code, runs]).toEqual(["INTERNAL", 2]);
    expect(entries().map((l) => l["outcome"])).toEqual(["OVERLOADED", "TIMEOUT", "OVERLOADED", "INTERNAL"]);
  });

  it("is what overlapping runs on a real schedule are bounded by", async () => {
    let running = 0;
    let most = 0;
    const task = cron.schedule("* * * * * *", entry("cron.sweep", async () => { most = Math.max(most, ++running); await new Promise((resolve) => setTimeout(resolve, 2_300)); running--; }, { concurrency: 1 }), { logger });
    await until(() => entries().some((l) => l["outcome"] === "OVERLOADED") && entries().some((l) => l["outcome"] === "ok"));
    await task.stop();
    expect(most).toBe(1);
    await until(() => state.working === 0);
  });

  it("is cancelled by what cuts it, and starts nothing while the process goes", async () => {
    const clock = t.clock();
    let aborted: unknown;
    const task = cron.createTask("* * * * *", entry("cron.sweep", () => dispatch("slow", ({ signal }) => { signal.addEventListener("abort", () => (aborted = signal.reason)); return never(); }), { timeout: 1_000 }), { logger });
    const run = rejection(task.execute());
    await turns();
    await clock.advance(1_100);
    expect([(await run).code, (aborted as AppFailure).code]).toEqual(["TIMEOUT", "TIMEOUT"]);
    state.draining = true;
    expect((await rejection(task.execute())).code).toBe("OVERLOADED");
  });
});
