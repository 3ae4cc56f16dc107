import { ForbiddenException, NotFoundException, type ArgumentsHost, type INestApplication } from "@nestjs/common";
import { APP_FILTER, APP_INTERCEPTOR } from "@nestjs/core";
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail, pipeline as root } from "../src/index.js";
import { pipeline, PipelineFilter, PipelineInterceptor } from "../src/nest.js";
import { state, wheel } from "../src/state.js";
import { start, type Platform, type Started } from "./nest-app.js";
import { fresh } from "./setting.js";

const t = fresh();
const apps: INestApplication[] = [];
const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => void unhandled.push(error));
beforeEach(() => void unhandled.splice(0));
afterEach(async () => {
  for (const app of apps.splice(0)) {
    (app.getHttpServer() as { closeAllConnections(): void }).closeAllConnections();
    await app.close();
  }
  expect(unhandled).toEqual([]);
});

const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
};
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

const global = (app: INestApplication): void => {
  app.useGlobalInterceptors(new PipelineInterceptor());
  app.useGlobalFilters(new PipelineFilter());
};
const fromArrival = (app: INestApplication): void => {
  app.use(pipeline());
  global(app);
};

describe.each(["express", "fastify"] as Platform[])("Nest on %s", (platform) => {
  const up = async (before: (app: INestApplication) => void = fromArrival, thrown?: { value: unknown }): Promise<Started> => {
    const started = await start(platform, before, thrown);
    apps.push(started.app);
    return started;
  };

  it.each([["from arrival", fromArrival], ["with the interceptor alone", global]])("names, correlates and answers as before, %s", async (_, before) => {
    const { url, seen } = await up(before);
    const headers = { "x-request-id": "mine-1", traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
    const res = await fetch(`${url}/cats/one/7`, { headers });
    expect([res.status, await res.json(), res.headers.get("x-request-id"), seen.order]).toEqual([200, { n: 7, wrapped: true }, "mine-1", ["own"]]);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ entry: "CatsController.one", requestId: "mine-1", traceId: "4bf92f3577b34da6a3ce929d0e0e4736", status: 200, outcome: "ok" });
    const lines = (message: string) => t.logs.filter((l) => l.message === message).map((l) => l["requestId"]);
    expect([lines("guard"), lines("own interceptor"), lines("handler")]).toEqual([[before === fromArrival ? "mine-1" : undefined], ["mine-1"], ["mine-1"]]);
    expect(await (await fetch(`${url}/cats/ticks`)).json()).toBe(2);
    expect(await (await fetch(`${url}/cats/file`)).text()).toBe("ab");
    expect(await (await fetch(`${url}/cats/raw`)).text()).toBe("by hand");
    await until(() => state.working === 0);
    expect(wheel.size).toBe(0);
  });

  it("keeps the context through a body", async () => {
    const { url } = await up();
    // In two pieces, of which the second comes with an event of its socket.
    const body = new ReadableStream<Uint8Array>({ async start(to) { to.enqueue(Buffer.from('{"name":')); await new Promise((resolve) => setTimeout(resolve, 60)); to.enqueue(Buffer.from('"Tom"}')); to.close(); } });
    const res = await fetch(`${url}/cats`, { method: "POST", headers: { "content-type": "application/json", "x-request-id": "mine-2" }, body, duplex: "half" } as RequestInit);
    expect([res.status, await res.json()]).toEqual([201, { made: "Tom" }]);
    await until(() => entries().length === 1);
    expect(t.logs.map((l) => [l.message, l["requestId"]])).toEqual([["guard", "mine-2"], ["own interceptor", "mine-2"], ["handler", "mine-2"], ["entry", "mine-2"]]);
  });

  it.each([["from arrival", fromArrival], ["with the interceptor alone", global]])("tells a client nothing but the code, whatever was thrown, %s", async (_, before) => {
    const thrown = { value: undefined as unknown };
    const { url } = await up(before, thrown);
    let n = 0;
    for (thrown.value of [new Error("select * from users /srv/app"), "hunter22", null, undefined, 42, { message: "leak", statusCode: 404 }, Object.assign(new Error("upstream"), { status: 404 })])
      for (const path of ["failing", "rejecting", "rx"]) {
        const res = await fetch(`${url}/cats/${path}`, { headers: { origin: "https://x.test" } });
        expect([res.status, res.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
        expect(await res.json()).toEqual({ type: "urn:problem:internal", title: "Internal error", status: 500, code: "INTERNAL", instance: `urn:request:${res.headers.get("x-request-id")}` });
        n++;
      }
    await until(() => entries().length === n);
    expect(entries()[0]).toMatchObject({ entry: "CatsController.failing", level: "error", status: 500, err: { message: "select * from users /srv/app" } });
    expect(t.logs.filter((l) => JSON.stringify(l).includes("select"))).toHaveLength(3);
  });

  it("keeps the status of Nest's own exceptions, and their messages inside", async () => {
    const { url } = await up((app) => { app.enableCors(); fromArrival(app); });
    const of = async (path: string): Promise<[number, string, string | null]> => {
      const res = await fetch(`${url}${path}`, { headers: { origin: "https://x.test" } });
      const text = await res.text();
      expect(text).not.toMatch(/owner@|leak|10\.0\.0|Cannot GET|numeric/);
      // A page of another origin may read it.
      expect([res.headers.get("content-type"), res.headers.get("access-control-allow-origin")]).toEqual(["application/problem+json", "*"]);
      return [res.status, (JSON.parse(text) as { code: string }).code, res.headers.get("x-request-id")];
    };
    const answers = [await of("/cats/missing"), await of("/cats/refused"), await of("/cats/away"), await of("/cats/ours"), await of("/cats/one/x"), await of("/nowhere")];
    expect(answers.map(([status, code]) => [status, code])).toEqual([[404, "NOT_FOUND"], [418, "I_M_A_TEAPOT"], [500, "INTERNAL"], [409, "CONFLICT"], [400, "BAD_REQUEST"], [404, "NOT_FOUND"]]);
    await until(() => entries().length === 6);
    expect(entries().map((l) => [l["requestId"], l["level"], l["entry"], l["outcome"]])).toEqual(answers.map(([, code, id], i) => [id, i === 2 ? "error" : "info", ["CatsController.missing", "CatsController.refused", "CatsController.away", "CatsController.ours", "CatsController.one", "http"][i], code]));
    // What the developer meant to say is in the log.
    expect(entries()[0]).toMatchObject({ err: { message: "cat 7 of owner@example.org is not in table cats" } });
  });

  it("shows what a ValidationPipe found, by path, without the values", async () => {
    const { url } = await up();
    const res = await fetch(`${url}/cats`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: 987654 }) });
    expect([res.status, await res.json()]).toMatchObject([400, { code: "VALIDATION", status: 400, issues: [{ path: "name", message: "name must be a string" }, { path: "owner.tags", message: "owner.each value in tags must be a string" }, { path: "extra", message: "property extra should not exist" }, { path: "", message: "Invalid value" }] }]);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ level: "info", outcome: "VALIDATION", entry: "CatsController.create" });
  });

  it("refuses a body that cannot be read, as the platform does", async () => {
    const { url } = await up();
    const post = (body: string, type = "application/json") => fetch(`${url}/cats`, { method: "POST", headers: { "content-type": type }, body });
    const broken = await post('{"name": "sel');
    expect([broken.status, ((await broken.json()) as { code: string }).code]).toEqual([400, "BAD_REQUEST"]);
    const large = await post(JSON.stringify({ name: "x".repeat(2_000_000) }));
    expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    await until(() => entries().length === 2);
    expect(entries().map((l) => l["level"])).toEqual(["info", "info"]);
  });

  it("answers at the bound, which begins at arrival or after the guards", async () => {
    root.configure({ entries: { "CatsController.*": { timeout: 150 } } });
    for (const before of [fromArrival, global]) {
      const { url, seen } = await up(before);
      let passed = 0;
      seen.guard = () => new Promise((resolve) => setTimeout(() => { passed = performance.now(); resolve(true); }, 120));
      const res = await fetch(`${url}/cats/slow`);
      const after = performance.now() - passed;
      expect([res.status, await res.json()]).toMatchObject([504, { code: "TIMEOUT" }]);
      expect([seen.signal?.aborted, (seen.signal?.reason as { code?: string })?.code]).toEqual([true, "TIMEOUT"]);
      // With the interceptor alone the guard's time is not counted.
      if (before === global) expect(after).toBeGreaterThanOrEqual(140);
    }
    await until(() => entries().length === 2);
    expect(entries()[0]?.["ms"]).toBeGreaterThanOrEqual(140);
    await until(() => state.working === 0);
    expect(wheel.size).toBe(0);
  });

  it("bounds guards too, if it begins at arrival, and runs no handler after that", async () => {
    root.configure({ entries: { http: { timeout: 60 } } });
    const { url, seen } = await up();
    seen.guard = () => seen.gate.promise.then(() => true);
    const res = await fetch(`${url}/cats/one/1`);
    expect([res.status, await res.json()]).toMatchObject([504, { code: "TIMEOUT" }]);
    seen.gate.resolve();
    await until(() => entries().length === 1 && state.working === 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([t.logs.filter((l) => l.message === "handler").length, entries().length]).toEqual([0, 1]);
  });

  it("finds its way back where the context was lost", async () => {
    // A middleware that goes on in the context of whoever came first, like a pooled callback.
    const waiting: (() => void)[] = [];
    const pool = setInterval(() => { for (const next of waiting.splice(0)) next(); }, 5);
    const { url } = await up((app) => {
      app.use(pipeline());
      app.use((_req: unknown, _res: unknown, next: () => void) => waiting.push(next));
      global(app);
    });
    const res = await fetch(`${url}/cats/one/7`, { headers: { "x-request-id": "mine-3" } });
    clearInterval(pool);
    expect([res.status, res.headers.get("x-request-id")]).toEqual([200, "mine-3"]);
    await until(() => entries().length === 1 && state.working === 0);
    expect(t.logs.map((l) => [l.message, l["requestId"]])).toEqual([["guard", undefined], ["own interceptor", "mine-3"], ["handler", "mine-3"], ["entry", "mine-3"]]);
  });

  it.each([["lets in", true], ["refuses", false]])("ends what a guard %s after the client has gone", async (_, answer) => {
    const { url, seen } = await up(global);
    let asked = false;
    seen.guard = () => { asked = true; return seen.gate.promise.then(() => answer); };
    const req = request(`${url}/cats/one/1`);
    req.on("error", () => {});
    req.end();
    await until(() => asked);
    req.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen.gate.resolve();
    await until(() => entries().length === 1 && state.working === 0);
    expect([entries()[0]?.["outcome"], t.logs.some((l) => l.message === "handler"), wheel.size]).toEqual(["CANCELLED", false, 0]);
  });

  it("unsubscribes at the cut, and when the client goes", async () => {
    root.configure({ entries: { "CatsController.*": { timeout: 100 } } });
    const { url, seen } = await up();
    expect((await fetch(`${url}/cats/stuck`)).status).toBe(504);
    await until(() => seen.unsubscribed === 1);
    root.configure({ entries: { "CatsController.*": { timeout: 60_000 } } });
    const gone = new AbortController();
    const answer = fetch(`${url}/cats/stuck`, { signal: gone.signal }).catch(() => "gone");
    await until(() => state.working === 1);
    gone.abort();
    expect(await answer).toBe("gone");
    await until(() => seen.unsubscribed === 2 && state.working === 0);
    expect([...state.plans.values()].map((plan) => plan.active)).toEqual([0]);
  });

  it("cancels what runs when the client goes in mid-body or while it waits", async () => {
    const { url, seen } = await up();
    const req = request(`${url}/cats/slow`);
    req.on("error", () => {});
    req.end();
    await until(() => seen.signal !== undefined);
    req.destroy();
    await until(() => seen.signal?.aborted === true && entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "CANCELLED", entry: "CatsController.slow" });
    const half = request(`${url}/cats`, { method: "POST", headers: { "content-type": "application/json", "content-length": "1000" } });
    half.on("error", () => {});
    half.write('{"name"');
    await until(() => state.working === 1);
    half.destroy();
    await until(() => entries().length === 2 && state.working === 0);
    expect(entries()[1]).toMatchObject({ outcome: "CANCELLED" });
  });

  it("holds the slot of a promise until it has settled, and tells of a failure after the end", async () => {
    root.configure({ entries: { "CatsController.late": { timeout: 60, concurrency: 1 } } });
    const { url, seen } = await up();
    expect((await fetch(`${url}/cats/late`)).status).toBe(504);
    const shed = await fetch(`${url}/cats/late`);
    expect([shed.status, shed.headers.get("retry-after")]).toEqual([503, "1"]);
    seen.gate.resolve();
    await until(() => t.logs.some((l) => l.message === "failed after its end"));
    expect((await fetch(`${url}/cats/late`)).status).toBe(500);
  });

  it("outlives a handler that answers by hand when it is too late", async () => {
    root.configure({ entries: { "CatsController.raw*": { timeout: 40 } } });
    const { url, seen } = await up();
    for (const path of ["rawLate", "rawHalf"]) {
      const outcome = await fetch(`${url}/cats/${path}`).then(async (res) => [res.status, await res.text()] as const).catch(() => ["broken"] as const);
      expect(outcome[0]).toBe(path === "rawLate" ? 504 : "broken");
    }
    await until(() => seen.order.filter((said) => said === "late").length === 2 && state.working === 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(entries().map((l) => l["outcome"])).toEqual(["TIMEOUT", "TIMEOUT"]);
  });

  it("only breaks the connection once a head is out", async () => {
    const { url } = await up();
    await expect(fetch(`${url}/cats/half`).then((res) => res.text())).rejects.toThrow();
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", err: { message: "after the head" } });
  });

  it.each([["from arrival", fromArrival], ["with the interceptor alone", global]])("answers for guards, %s", async (_, before) => {
    const { url, seen } = await up(before);
    const outcomes: unknown[] = [];
    for (const guard of [() => false, () => { throw new ForbiddenException("role admin in table roles"); }, () => { throw fail("UNAUTHORIZED"); }, async () => { throw new Error("select * from roles"); }]) {
      seen.guard = guard;
      const res = await fetch(`${url}/cats/one/1`);
      const text = await res.text();
      expect(text).not.toMatch(/roles|resource/);
      outcomes.push([res.status, (JSON.parse(text) as { code: string }).code]);
    }
    expect(outcomes).toEqual([[403, "FORBIDDEN"], [403, "FORBIDDEN"], [401, "UNAUTHORIZED"], [500, "INTERNAL"]]);
    await until(() => entries().length === 4);
    expect(entries().map((l) => l["entry"])).toEqual(Array.from({ length: 4 }, () => "GET /cats/one/:id"));
    await until(() => state.working === 0);
  });

  it("does not cut events by a total, but when none comes", async () => {
    root.configure({ defaults: { entry: { timeout: 150, idle: 250 } } });
    const { url, seen } = await up();
    const res = await fetch(`${url}/cats/events`);
    const text = await res.text();
    expect([...text.matchAll(/"n":(\d)/g)].map((m) => m[1])).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(text).toMatch(/event: error\n(?:id: \d+\n)?data: \{.*"code":"TIMEOUT"/);
    await until(() => seen.unsubscribed === 1 && entries().length === 1);
    expect(entries()[0]).toMatchObject({ entry: "CatsController.events", outcome: "TIMEOUT" });
    expect(entries()[0]?.["ms"]).toBeGreaterThan(400);
  });

  it("masks a failure among events", async () => {
    const { url } = await up();
    const text = await (await fetch(`${url}/cats/broken`)).text();
    expect(text).toMatch(/data: first/);
    expect(text).toMatch(/"code":"INTERNAL"/);
    expect(text).not.toMatch(/select/);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", err: { message: "select * from users" } });
  });

  it("keeps hundreds at once apart", async () => {
    const { url } = await up();
    const answers = await Promise.all(Array.from({ length: 400 }, async (_, i) => {
      const res = await fetch(i % 3 ? `${url}/cats/one/${i}` : `${url}/cats/missing`, { headers: { "x-request-id": String(i) } });
      const body = (await res.json()) as { n?: number; instance?: string };
      return [res.status, res.headers.get("x-request-id"), body.n ?? body.instance];
    }));
    expect(answers).toEqual(Array.from({ length: 400 }, (_, i) => [i % 3 ? 200 : 404, String(i), i % 3 ? i : `urn:request:${i}`]));
    const mine = t.logs.filter((l) => l.message === "handler");
    expect([mine.length, mine.every((l) => String(l["n"]) === l["requestId"])]).toEqual([266, true]);
    await until(() => state.working === 0 && entries().length === 400);
    expect(wheel.size).toBe(0);
  });

  it("limits and authorizes by the names of handlers, with what the platform passes", async () => {
    const asked: unknown[] = [];
    root.configure({ entries: { "CatsController.one": { rateLimit: { limit: 1, per: 60_000, key: (req: { headers: Record<string, string> }) => req.headers["x-key"] as string } }, "CatsController.ticks": { authorize: async (req: { url: string }) => { asked.push(req.url); return false; } } } });
    const { url } = await up();
    const one = async (key: string) => (await fetch(`${url}/cats/one/1`, { headers: { "x-key": key } })).status;
    expect([await one("a"), await one("a"), await one("b")]).toEqual([200, 429, 200]);
    expect([(await fetch(`${url}/cats/ticks`)).status, asked]).toEqual([403, ["/cats/ticks"]]);
  });

  it("takes nothing new while the process goes", async () => {
    for (const before of [fromArrival, global]) {
      const { url } = await up(before);
      state.draining = true;
      const res = await fetch(`${url}/cats/one/1`);
      expect([res.status, res.headers.get("retry-after")]).toEqual([503, "1"]);
      state.draining = false;
    }
  });

  it("is also what Nest makes of the classes itself", async () => {
    const started = await start(platform, () => {}, { value: new Error("x") }, [{ provide: APP_INTERCEPTOR, useClass: PipelineInterceptor }, { provide: APP_FILTER, useClass: PipelineFilter }]);
    apps.push(started.app);
    const res = await fetch(`${started.url}/cats/failing`);
    expect([res.status, await res.json()]).toMatchObject([500, { code: "INTERNAL" }]);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ entry: "CatsController.failing" });
  });

  it("leaves errors of one's own to filters of one's own, in their identity", async () => {
    const error = new NotFoundException("seen");
    class Own {
      catch(caught: unknown, host: ArgumentsHost): void {
        const res = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>();
        res.status(caught === error ? 410 : 599).send({ own: true });
      }
    }
    const { url } = await up((app) => { fromArrival(app); app.useGlobalFilters(new Own()); }, { value: error });
    const res = await fetch(`${url}/cats/rx`);
    expect([res.status, await res.json()]).toEqual([410, { own: true }]);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ status: 410 });
  });
});
