import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DelayedError, Queue, UnrecoverableError, Worker, type Job, type JobsOptions, type WorkerOptions } from "bullmq";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { correlated, entry } from "../src/bullmq.js";
import { AppFailure, dispatch, entry as enter, fail, log, parse, pipeline } from "../src/index.js";
import { shutdown } from "../src/shutdown.js";
import { state, wheel } from "../src/state.js";
import type { Running } from "./servers/launch.js";
import { startRedis } from "./servers/redis.js";
import { deferred, fresh, never } from "./setting.js";

let redis: Running;
// It may have to be installed first.
beforeAll(async () => void (redis = await startRedis()), 300_000);
afterAll(() => redis?.stop());

const t = fresh();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

let queues = 0;
interface Bench {
  readonly queue: Queue;
  readonly worker: Worker;
  add(data?: unknown, options?: JobsOptions): Promise<string>;
  ended(id: string, state?: string): Promise<Job>;
}

/** A queue with a worker, as an application has them. */
function bench(processor: (job: Job, token?: string, signal?: AbortSignal) => Promise<unknown>, options: Partial<WorkerOptions> = {}): Bench {
  const connection = { host: "127.0.0.1", port: redis.port };
  const queue = new Queue(`mail-${++queues}`, { connection });
  const worker = new Worker(queue.name, processor, { connection, drainDelay: 1, ...options });
  worker.on("error", () => {});
  open.push(queue, worker);
  return {
    queue,
    worker,
    add: async (data = {}, opts = {}) => (await queue.add("x", data, opts)).id as string,
    ended: async (id, expected = "completed") => {
      await until(async () => expect(await queue.getJobState(id)).toBe(expected));
      return (await queue.getJob(id)) as Job;
    },
  };
}

const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 20 });
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const told = (message: string): Record<string, unknown>[] => t.logs.filter((l) => l.message === message);
const atRest = (): Promise<unknown> => until(() => expect([state.working, wheel.size]).toEqual([0, 0]));
const storedOf = async ({ queue }: Bench, id: string): Promise<Record<string, string>> => (await queue.client).hgetall(queue.toKey(id));

describe("a job in its entry", () => {
  it("tries nothing again inside while the queue will, and does for the last time", async () => {
    pipeline.configure({ ops: { "*.send": { retry: 2, idempotent: true } } });
    const tries: number[] = [];
    const b = bench(entry("job.mail", async (job: Job) => dispatch(`${job.data.via}.send`, async () => { tries.push(job.attemptsMade); throw new Error("no answer"); })));
    await b.ended(await b.add({ via: "smtp" }, { attempts: 3 }), "failed");
    await b.ended(await b.add({ via: "push" }), "failed");
    expect(tries).toEqual([0, 1, 2, 2, 2, 0, 0, 0]);
  });

  it("returns what it returned, under the job's id", async () => {
    const seen: unknown[] = [];
    async function send(this: unknown, job: Job<{ n: number }>): Promise<number> {
      seen.push(this);
      log.info("at work");
      return job.data.n + 1;
    }
    const entered = entry("job.mail", send);
    expect(entered.name).toBe("send");
    const b = bench(entered);
    const id = await b.add({ n: 41 });
    expect((await b.ended(id)).returnvalue).toBe(42);
    expect(seen).toEqual([b.worker]);
    expect(entries()).toMatchObject([{ level: "info", entry: "job.mail", requestId: id, outcome: "ok" }]);
    expect(told("at work")).toMatchObject([{ requestId: id, traceId: entries()[0]?.["traceId"] }]);
    await atRest();
  });

  it("fails as often as bullmq tries it, and tells each cause once", async () => {
    const failed: Error[] = [];
    const b = bench(entry("job.mail", async (job) => {
      if (job.attemptsMade < 2) throw new Error(`no answer to try ${job.attemptsMade}`);
      return "sent";
    }));
    b.worker.on("failed", (_job, error) => failed.push(error));
    const job = await b.ended(await b.add({}, { attempts: 3 }));
    expect([job.returnvalue, job.attemptsMade, job.failedReason]).toEqual(["sent", 3, "INTERNAL"]);
    expect(entries().map((l) => [l["level"], l["outcome"], (l["err"] as Error | undefined)?.message])).toEqual([
      ["error", "INTERNAL", "no answer to try 0"],
      ["error", "INTERNAL", "no answer to try 1"],
      ["info", "ok", undefined],
    ]);
    expect(t.logs.filter((l) => JSON.stringify(l).includes("no answer to try 0"))).toHaveLength(1);
    // Listeners in this process are given the failure, and its cause.
    expect(failed.map((e) => [e instanceof AppFailure, (e as AppFailure).code, (e.cause as Error).message])).toEqual([[true, "INTERNAL", "no answer to try 0"], [true, "INTERNAL", "no answer to try 1"]]);
  });

  it("has nothing stored of what was thrown", async () => {
    const secret = "hunter22 at /srv/app/mail.ts";
    const thrown: (() => unknown)[] = [
      () => new Error(`select * from users where password = '${secret}'`, { cause: new Error(secret) }),
      () => Object.assign(new Error("x"), { sql: secret, stack: secret }),
      () => fail("UPSTREAM_FAILURE", { service: secret }, { message: secret, cause: new Error(secret) }),
      () => fail("INTERNAL", {}, { message: secret }),
      () => new UnrecoverableError(secret),
      () => secret,
      () => ({ message: secret }),
      () => undefined,
      () => null,
    ];
    const b = bench(entry("job.mail", async (job) => Promise.reject(thrown[job.data.n]?.())));
    for (const n of thrown.keys()) {
      const id = await b.add({ n });
      const { failedReason } = await b.ended(id, "failed");
      expect(failedReason).toBe(n === 2 ? "UPSTREAM_FAILURE" : "INTERNAL");
      const stored = await storedOf(b, id);
      expect(JSON.parse(stored["stacktrace"] ?? "")).toEqual([expect.stringMatching(/^AppFailure: [A-Z_]+$/)]);
      expect(JSON.stringify(stored)).not.toMatch(/hunter22|select|\/srv|\.ts/);
    }
    await until(() => expect(entries()).toHaveLength(thrown.length));
    expect(JSON.stringify(entries()[0])).toContain("hunter22");
  });

  it("is not tried again where it was refused", async () => {
    class NoSuchTemplate extends UnrecoverableError {}
    const refusals: Record<string, () => unknown> = {
      'VALIDATION {"issues":[{"path":"to","message":"Invalid input: expected string, received number"}]}': () => parse(z.object({ to: z.string() }), { to: 5 }),
      'NOT_FOUND {"resource":"user","id":"7"}': () => Promise.reject(fail("NOT_FOUND", { resource: "user", id: "7" })),
      FORBIDDEN: () => Promise.reject(fail("FORBIDDEN")),
      INTERNAL: () => Promise.reject(new NoSuchTemplate("welcome")),
    };
    const b = bench(entry("job.mail", async (job) => refusals[job.data.which]?.()));
    for (const which of Object.keys(refusals)) {
      const job = await b.ended(await b.add({ which }, { attempts: 5 }), "failed");
      expect([job.failedReason, job.attemptsMade]).toEqual([which, 1]);
    }
    const authorized = bench(entry("job.admin", async () => "never", { authorize: () => false }));
    const job = await authorized.ended(await authorized.add({}, { attempts: 5 }), "failed");
    expect([job.failedReason, job.attemptsMade]).toEqual(["FORBIDDEN", 1]);
  });

  it("is tried again where a refusal says when to come back, or an error of the code base's own says it is no refusal", async () => {
    class Busy extends Error {}
    pipeline.configure({ errors: [[Busy, () => ({ code: "UPSTREAM_FAILURE", service: "smtp" })]] });
    const b = bench(entry("job.mail", async (job) => {
      if (job.attemptsMade === 0) throw fail("RATE_LIMITED", { retryAfter: 1 });
      if (job.attemptsMade === 1) throw new Busy("smtp");
      return "sent";
    }));
    expect((await b.ended(await b.add({}, { attempts: 3 }))).attemptsMade).toBe(3);
    expect(entries().map((l) => l["outcome"])).toEqual(["RATE_LIMITED", "UPSTREAM_FAILURE", "ok"]);
  });

  it("may put itself elsewhere, which is no failure", async () => {
    let runs = 0;
    const b: Bench = bench(entry("job.mail", async (job: Job, token) => {
      if (runs++ === 0) {
        await job.moveToDelayed(Date.now() + 50, token);
        throw new DelayedError();
      }
      if (runs === 2) {
        await b.worker.rateLimit(50);
        throw Worker.RateLimitError();
      }
      return "sent";
    }));
    const job = await b.ended(await b.add());
    expect([job.returnvalue, job.attemptsMade, runs, job.failedReason]).toEqual(["sent", 1, 3, undefined]);
    expect(entries().map((l) => [l["level"], l["outcome"]])).toEqual([["info", "ok"], ["info", "ok"], ["info", "ok"]]);
  });

  it("is cut at its bound; what goes on alone and fails late takes nobody down", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    pipeline.configure({ entries: { "job.*": { timeout: 100 } } });
    const gate = deferred<never>();
    const signals: (AbortSignal | undefined)[] = [];
    const b = bench(entry("job.mail", async (job, _token, signal) => {
      signals.push(signal);
      if (job.attemptsMade === 0) return gate.promise;
      if (job.attemptsMade === 1) return dispatch("smtp.send", never);
      return "sent";
    }));
    const job = await b.ended(await b.add({}, { attempts: 3 }));
    expect([job.returnvalue, job.attemptsMade, job.failedReason]).toEqual(["sent", 3, "TIMEOUT"]);
    expect(signals.map((s) => s?.aborted)).toEqual([true, true, false]);
    expect(entries().map((l) => l["outcome"])).toEqual(["TIMEOUT", "TIMEOUT", "ok"]);
    gate.reject(new Error("late"));
    const late = (): unknown[] => told("failed after its end").filter((l) => (l["err"] as Error).message === "late");
    await until(() => expect(late()).toMatchObject([{ requestId: job.id, traceId: entries()[0]?.["traceId"] }]));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    await atRest();
  });

  it("in observe mode runs to its end, and says what would have been", async () => {
    pipeline.configure({ mode: "observe", entries: { "job.*": { timeout: 50 } } });
    const b = bench(entry("job.mail", () => new Promise((resolve) => setTimeout(resolve, 200, "sent"))));
    expect((await b.ended(await b.add())).returnvalue).toBe("sent");
    expect(told("would_timeout")).toHaveLength(1);
  });

  it("is cancelled as bullmq says, whether or not the processor takes a signal", async () => {
    let inner: AbortSignal | undefined;
    const b = bench(entry("job.mail", async () => dispatch("smtp.send", ({ signal }) => ((inner = signal), never()))));
    const id = await b.add();
    await until(() => expect(inner).toBeDefined());
    expect(b.worker.cancelJob(id, "not needed")).toBe(true);
    expect((await b.ended(id, "failed")).failedReason).toBe("CANCELLED");
    expect(inner?.aborted).toBe(true);
  });

  it("hands on bullmq's signal with its reason, in observe mode too", async () => {
    pipeline.configure({ mode: "observe" });
    const b: Bench = bench(entry("job.mail", (_job, _token, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve(signal.reason)))));
    const id = await b.add();
    await until(() => expect(b.worker.cancelJob(id, "not needed")).toBe(true));
    expect((await b.ended(id)).returnvalue).toBe("not needed");
  });

  it("means the same in a process of its own", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nobypass-sandbox-"));
    const built = (name: string): string => pathToFileURL(fileURLToPath(new URL(`../dist/esm/${name}.js`, import.meta.url))).href;
    writeFileSync(join(folder, "processor.mjs"), `
      import { entry } from ${JSON.stringify(built("bullmq"))};
      import { fail, pipeline } from ${JSON.stringify(built("index"))};
      pipeline.configure({ level: "silent" });
      export default entry("job.mail", async (job) => {
        if (job.data.n === 0) throw fail("NOT_FOUND", { resource: "user" }, { message: "hunter22" });
        if (job.data.n === 1) throw new Error("hunter22");
        return job.data.n;
      });
    `);
    const connection = { host: "127.0.0.1", port: redis.port };
    const queue = new Queue(`mail-${++queues}`, { connection });
    const worker = new Worker(queue.name, pathToFileURL(join(folder, "processor.mjs")), { connection });
    open.push(queue, worker);
    const jobs = await Promise.all([0, 1, 2].map((n) => queue.add("x", { n }, { attempts: 2 })));
    await until(async () => expect(await Promise.all(jobs.map((j) => queue.getJobState(j.id as string)))).toEqual(["failed", "failed", "completed"]));
    const ended = await Promise.all(jobs.map((j) => queue.getJob(j.id as string)));
    expect(ended.map((j) => [j?.failedReason, j?.attemptsMade, j?.returnvalue])).toEqual([['NOT_FOUND {"resource":"user"}', 1, null], ["INTERNAL", 2, null], [undefined, 1, 2]]);
    const stored = await (await queue.client).hgetall(queue.toKey(jobs[0]?.id as string));
    expect(JSON.stringify(stored)).not.toContain("hunter22");
    rmSync(folder, { recursive: true });
  });
});

describe("the correlation of a job", () => {
  it("leads from the request that made it to each of its lines, and does not show in its data", async () => {
    const Mail = z.strictObject({ to: z.string() });
    const b = bench(entry("job.mail", async (job) => {
      log.info("sending", { to: parse(Mail, job.data).to });
      if (job.attemptsMade === 0) throw new Error("first");
      await b.queue.add("next", correlated(job.data), { jobId: "follow-up", attempts: 2 });
    }));
    const signup = enter("POST /signup", async (to: string) => {
      log.info("signing up", { to });
      return b.add(correlated({ to }), { attempts: 2, jobId: `welcome-${to}` });
    });
    const ids = await Promise.all(["ada", "bob"].map(signup));
    for (const id of ids) await b.ended(id);
    await b.ended("follow-up");
    for (const to of ["ada", "bob"]) {
      const [from] = t.logs.filter((l) => l.message === "signing up" && l["to"] === to);
      const lines = t.logs.filter((l) => l.message === "sending" && l["to"] === to);
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(new Set(lines.map((l) => `${l["requestId"]} ${l["traceId"]}`))).toEqual(new Set([`${from?.["requestId"]} ${from?.["traceId"]}`]));
    }
    expect(entries().filter((l) => l["entry"] === "job.mail" && l["outcome"] === "INTERNAL").length).toBeGreaterThanOrEqual(2);
  });

  it("outside a request changes nothing", () => {
    const data = { to: "ada" };
    expect(correlated(data)).toBe(data);
  });

  it("believes no hostile value", async () => {
    const hostile: unknown[] = [
      { "x-request-id": "a\nlevel=error", traceparent: "zz" },
      { "x-request-id": { toString: "x" }, traceparent: ["00-1"], tracestate: 5 },
      { "x-request-id": "a".repeat(500), "x-nobypass-remaining": "1" },
      "text", 5, null, [],
    ];
    const b = bench(entry("job.mail", async () => "sent"));
    for (const _ctx of hostile) await b.ended(await b.add({ _ctx }));
    for (const data of ["text", 5, null]) await b.ended(await b.add(data));
    expect(entries().map((l) => [l["requestId"], l["outcome"]])).toEqual(Array.from({ length: 10 }, (_, i) => [String(i + 1), "ok"]));
    for (const line of entries()) expect(line["traceId"]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("comes from the id where that has signs that no request id may have", async () => {
    const b = bench(entry("job.mail", async () => "sent"));
    await b.ended(await b.add({}, { jobId: "repeat:ä:1" }));
    expect(entries()).toMatchObject([{ requestId: "repeat...1" }]);
  });
});

describe("many jobs", () => {
  it("at once keep their contexts apart", async () => {
    const b = bench(entry("job.mail", async (job) => {
      await dispatch("a", () => new Promise((resolve) => setTimeout(resolve, Math.random() * 10)), { concurrency: 3 });
      log.info("mine", { n: job.id });
      if (Number(job.data.n) % 5 === 0) throw new Error("fifth");
    }), { concurrency: 25 });
    await b.queue.addBulk(Array.from({ length: 200 }, (_, n) => ({ name: "x", data: { n } })));
    await until(async () => expect(await b.queue.getJobCounts("completed", "failed")).toEqual({ completed: 160, failed: 40 }));
    expect([told("mine").length, told("mine").every((l) => l["n"] === l["requestId"])]).toEqual([200, true]);
    await atRest();
  });

  it("too many for the entry go back to their queue, without the loss of an attempt", async () => {
    let running = 0;
    let most = 0;
    const b = bench(entry("job.mail", async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 100));
      running--;
    }, { concurrency: 1 }), { concurrency: 3 });
    const ids = await Promise.all([1, 2, 3].map(() => b.add()));
    for (const id of ids) expect((await b.ended(id)).attemptsMade).toBe(1);
    expect(most).toBe(1);
    expect(entries().some((l) => l["outcome"] === "OVERLOADED")).toBe(true);
  });

  it("share a rate: who comes too early comes later", async () => {
    const b = bench(entry("job.mail", async () => "sent", { rateLimit: { limit: 1, per: 1_000 } }), { concurrency: 2 });
    const ids = await Promise.all([1, 2].map(() => b.add()));
    for (const id of ids) expect((await b.ended(id)).attemptsMade).toBe(1);
    expect(entries().filter((l) => l["outcome"] === "RATE_LIMITED").length).toBeGreaterThanOrEqual(1);
  });
});

describe("the end of a worker", () => {
  it("by close() waits for the job at work", async () => {
    const gate = deferred();
    const b = bench(entry("job.mail", async () => gate.promise));
    const id = await b.add();
    await until(() => expect(state.working).toBe(1));
    const closing = b.worker.close();
    gate.resolve();
    await closing;
    expect([await b.queue.getJobState(id), state.working, wheel.size]).toEqual(["completed", 0, 0]);
  });

  it("by a shutdown waits until the outcome is stored", async () => {
    const b: Bench = bench(entry("job.mail", () => new Promise((resolve) => setTimeout(resolve, 200, "sent"))));
    pipeline.configure({ shutdown: { before: () => b.worker.close() } });
    const id = await b.add();
    await until(() => expect(state.working).toBe(1));
    expect(await shutdown({ within: 5_000 })).toEqual({ drained: true });
    expect(await b.queue.getJobState(id)).toBe("completed");
  });

  it("by a shutdown cuts what takes too long, and bullmq may try it again", async () => {
    const b: Bench = bench(entry("job.mail", () => dispatch("smtp.send", never)));
    pipeline.configure({ shutdown: { before: () => b.worker.close() } });
    const id = await b.add({}, { attempts: 2 });
    await until(() => expect(state.working).toBe(1));
    expect(await shutdown({ within: 100 })).toEqual({ drained: false });
    expect([await b.queue.getJobState(id), (await b.queue.getJob(id))?.failedReason]).toEqual(["waiting", "CANCELLED"]);
    expect(entries()).toMatchObject([{ outcome: "CANCELLED" }]);
  });

  it("that was not closed gives back what it takes during a shutdown", async () => {
    let runs = 0;
    const b = bench(entry("job.mail", async () => void runs++));
    state.draining = true;
    const id = await b.add();
    const job = await b.ended(id, "delayed");
    expect([job.attemptsMade, job.failedReason, runs]).toEqual([0, undefined, 0]);
    state.draining = false;
    await b.ended(id);
    expect(runs).toBe(1);
  });
});
