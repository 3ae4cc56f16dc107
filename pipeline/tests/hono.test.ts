import { getRequestListener } from "@hono/node-server";
import { Hono, type Context, type Handler } from "hono";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { entry, pipeline } from "../src/hono.js";
import { state, wheel } from "../src/state.js";
import { expectMasked, halfSent, LEAK, loopback, pause, THROWN, until } from "./loopback.js";
import { scenarios, type Asked } from "./scenarios.js";
import { fresh, never } from "./setting.js";

const t = fresh();
const serve = loopback();

// Hono's own `onError` prints what it answers with 500.
beforeEach(() => {
  const printed = vi.spyOn(console, "error").mockReturnValue();
  return () => printed.mockRestore();
});

const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const internal = (res: Response): Promise<void> => expectMasked(res, 500, "INTERNAL", "Internal error");
const served = (app: Hono): Promise<string> => serve(getRequestListener((request, env) => app.fetch(request, env)));
/** Each route of an application twice: with its handler in the entry, and behind it. */
const both = (name: string, handler: Handler): Hono[] => {
  const [, path = ""] = name.split(" ");
  return [new Hono().all(path, entry(name, handler)), new Hono().all(path, entry(name), handler)];
};

describe("a handler of Hono in its entry", () => {
  it("answers as it did, and stays the function it was", async () => {
    const handler = async (c: Context): Promise<Response> => c.json({ id: c.req.param("id") }, 201);
    expect([entry("GET /users/:id", handler).name, entry("GET /users/:id", handler).length]).toEqual(["handler", 1]);
    for (const app of both("GET /users/:id", handler)) {
      const res = await app.request("/users/7");
      expect([res.status, await res.json()]).toEqual([201, { id: "7" }]);
      expect(entries().at(-1)).toMatchObject({ level: "info", entry: "GET /users/:id", requestId: res.headers.get("x-request-id"), status: 201, outcome: "ok" });
    }
    expect(state.working).toBe(0);
  });

  it("tells a client nothing but the code, whatever was thrown, and in whichever way", async () => {
    const thrown = (c: Context): unknown => THROWN[Number(c.req.query("n"))];
    const ways: Handler[] = [
      (c) => { throw thrown(c); },
      async (c) => { throw thrown(c); },
      async (c) => dispatch("db", async () => { throw thrown(c); }),
    ];
    for (const app of ways.flatMap((way) => both("GET /", way))) for (const n of THROWN.keys()) await internal(await app.request(`/?n=${n}`));
    expect(entries()).toHaveLength(2 * ways.length * THROWN.length);
    expect(entries()[0]).toMatchObject({ level: "error", status: 500, err: { message: LEAK } });
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("is answered by its own failure, and keeps the status of an exception of Hono that blames the client", async () => {
    for (const app of both("GET /", async () => { throw fail("NOT_FOUND", { resource: "user", id: "7" }, { message: LEAK }); })) {
      const res = await app.request("/");
      expect([res.status, await res.json()]).toMatchObject([404, { code: "NOT_FOUND", resource: "user", id: "7" }]);
    }
    const [inside, behind] = both("GET /", async () => { throw new HTTPException(409, { message: "taken" }); }) as [Hono, Hono];
    await expectMasked(await inside.request("/"), 409, "CONFLICT", "Conflict");
    // There Hono has answered, as an exception that blames the client says.
    const own = await behind.request("/");
    expect([own.status, await own.text()]).toEqual([409, "taken"]);
    expect(entries().slice(-2).map((l) => [l["status"], l["outcome"]])).toEqual([[409, "CONFLICT"], [409, "CONFLICT"]]);
    for (const app of both("GET /", async () => { throw new HTTPException(503, { message: LEAK }); })) await internal(await app.request("/"));
  });

  it("keeps the headers that a browser needs to read the problem, and no other", async () => {
    for (const inner of both("GET /", () => { throw new Error(LEAK); })) {
      const app = new Hono().use(cors({ origin: "https://a.example" })).use(async (c, next) => { c.res.headers.set("x-internal", "leak"); await next(); }).route("/", inner);
      const res = await app.request("/", { headers: { origin: "https://a.example" } });
      expect([res.headers.get("access-control-allow-origin"), res.headers.get("x-internal")]).toEqual(["https://a.example", null]);
      await internal(res);
    }
  });

  it("answers 504 at its bound, and is cancelled when whoever asked has gone", async () => {
    root.configure({ entries: { "*": { timeout: 60 } } });
    for (const app of both("GET /", () => never())) await expectMasked(await app.request("/"), 504, "TIMEOUT", "Took too long");
    root.configure({ entries: {} });
    for (const app of both("GET /", () => dispatch("x", ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))))) {
      const going = new AbortController();
      const answer = app.request("/", { signal: going.signal });
      await pause(20);
      going.abort();
      await answer;
      expect(entries().at(-1)).toMatchObject({ outcome: "CANCELLED" });
    }
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("is cancelled when the client of a server goes", async () => {
    let signal: AbortSignal | undefined;
    const [app] = both("POST /", async (c) => dispatch("read", async (call) => { signal = call.signal; return c.text(await c.req.text()); }));
    const req = halfSent(await served(app as Hono));
    await until(() => signal !== undefined);
    req.destroy();
    await until(() => signal?.aborted === true && entries().length === 1);
    expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
  });

  it("as a stream lasts while it writes, in its own context, and is over when nobody reads on", async () => {
    const encoder = new TextEncoder();
    const writing = (pieces: number, then: () => Promise<unknown>): Response => {
      let i = 0;
      return new Response(new ReadableStream({ pull: async (to) => { await (i === pieces ? then() : pause(40)); log.info("piece"); if (i === pieces) to.close(); else to.enqueue(encoder.encode(`${i++}`)); } }), { headers: { "x-own": "1" } });
    };
    const app = new Hono();
    app.get("/ends", entry.stream("GET /ends", () => writing(5, async () => undefined), { idle: 150 }));
    app.get("/hangs", entry.stream("GET /hangs", () => writing(3, never), { idle: 150 }));
    app.get("/left", entry.stream("GET /left", () => writing(30, never)));
    app.get("/behind", entry.stream("GET /behind", { idle: 150 }), () => writing(3, never));
    const ends = await app.request("/ends");
    expect([ends.headers.get("x-own"), await ends.text()]).toEqual(["1", "01234"]);
    const ids = new Set(t.logs.filter((l) => l.message === "piece").map((l) => l.requestId));
    expect([...ids]).toEqual([ends.headers.get("x-request-id")]);
    await expect((await app.request("/hangs")).text()).rejects.toMatchObject({ code: "TIMEOUT" });
    const behind = await app.request("/behind");
    expect([behind.headers.get("x-own"), behind.headers.get("x-request-id")?.length]).toEqual(["1", 32]);
    await expect(behind.text()).rejects.toMatchObject({ code: "TIMEOUT" });
    const reader = (await app.request("/left")).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(entries().map((l) => [l["entry"], l["outcome"]])).toEqual([["GET /ends", "ok"], ["GET /hangs", "TIMEOUT"], ["GET /behind", "TIMEOUT"], ["GET /left", "CANCELLED"]]);
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });
});

describe("`pipeline()` in Hono", () => {
  it("masks middleware and handlers without an entry, under the route they have", async () => {
    const app = new Hono().use(pipeline()).use("/middle", () => { throw new Error(LEAK); });
    app.get("/users/:id", () => { throw new Error(LEAK); });
    app.get("/texts", () => { throw LEAK as unknown as Error; });
    app.get("/named", entry("mine"), (c) => c.text("x"));
    for (const path of ["/users/7", "/middle", "/texts"]) await internal(await app.request(path));
    expect((await app.request("/none")).status).toBe(404);
    expect((await app.request("/named")).headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(entries().map((l) => [l["entry"], l["status"]])).toEqual([["GET /users/:id", 500], ["GET /middle", 500], ["http", 500], ["http", 404], ["mine", 200]]);
    expect(state.working).toBe(0);
  });

  it("asks the application's `onError` first: what it answers to a mistake of the client stays", async () => {
    const app = new Hono().use(pipeline());
    app.onError((error, c) => (error.message === "known" ? c.text("mine", 422) : c.text(error.message, 500, { "x-internal": "leak" })));
    app.get("/:what", (c) => { throw new Error(c.req.param("what")); });
    const known = await app.request("/known");
    expect([known.status, await known.text()]).toEqual([422, "mine"]);
    const unknown = await app.request("/unknown");
    expect(unknown.headers.get("x-internal")).toBeNull();
    await internal(unknown);
    expect(entries().map((l) => [l["status"], (l["err"] as Error | undefined)?.message])).toEqual([[422, "known"], [500, "unknown"]]);
  });
});

scenarios({
  serve(routes, isWhole) {
    const app = new Hono();
    // Read before what refuses, as a parser of bodies does.
    if (isWhole) app.use(pipeline(), async (c, next) => { await c.req.text(); await next(); });
    for (const [name, { handle, policy, isBare }] of Object.entries(routes)) {
      const [method = "", path = ""] = name.split(" ");
      const asked = (c: Context, body?: unknown): Asked => ({ query: c.req.query(), headers: c.req.header(), body: body as { n: number } });
      const handler: Handler = async (c) => {
        const text = isWhole ? await c.req.text() : "";
        const answer = await handle(asked(c, text === "" ? undefined : JSON.parse(text)));
        return typeof answer === "string" ? c.text(answer) : c.json(answer as object);
      };
      const authorize = policy?.authorize as ((asked: Asked) => boolean | Promise<boolean>) | undefined;
      app.on(method, path, isBare ? handler : entry(name, handler, { ...policy, ...(authorize && { authorize: (c: Context) => authorize(asked(c)) }) } as never));
    }
    return served(app);
  },
}, t);
