import Router from "@koa/router";
import Koa, { type Context, type Middleware, type Next } from "koa";
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dispatch, fail, pipeline as root } from "../src/index.js";
import { entry, pipeline } from "../src/koa.js";
import { state, wheel } from "../src/state.js";
import { expectMasked, halfSent, LEAK, loopback, pause, THROWN, until } from "./loopback.js";
import { scenarios, type Asked } from "./scenarios.js";
import { fresh, never } from "./setting.js";

const t = fresh();
const serve = loopback();
const file = fileURLToPath(import.meta.url);

const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const internal = (res: Response): Promise<void> => expectMasked(res, 500, "INTERNAL", "Internal error");

/** An application that would print what nobody catches. */
function appWith(...middleware: Middleware[]): Koa {
  const app = new Koa();
  app.silent = true;
  for (const each of middleware) app.use(each);
  return app;
}

function routed(routes: (router: Router) => unknown, ...before: Middleware[]): Promise<string> {
  const router = new Router();
  routes(router);
  return serve(appWith(...before, router.routes() as Middleware).callback());
}

describe("a handler of Koa in its entry", () => {
  it("answers as it did, and stays the function it was", async () => {
    const handler = async (ctx: Context, _next: Next): Promise<void> => {
      ctx.status = 201;
      ctx.body = { id: (ctx["params"] as { id: string }).id };
    };
    const entered = entry("GET /users/:id", handler);
    expect([entered.name, entered.length]).toEqual(["handler", 2]);
    const res = await fetch(`${await routed((r) => r.get("/users/:id", entered))}/users/7`);
    expect([res.status, await res.json()]).toEqual([201, { id: "7" }]);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ level: "info", entry: "GET /users/:id", requestId: res.headers.get("x-request-id"), status: 201, outcome: "ok" });
  });

  it("tells a client nothing but the code, whatever was thrown, and in whichever way", async () => {
    const thrown = (ctx: Context): unknown => THROWN[Number(ctx.query["n"])];
    const ways: ((ctx: Context) => unknown)[] = [
      (ctx) => { throw thrown(ctx); },
      async (ctx) => { ctx.body = LEAK; throw thrown(ctx); },
      async (ctx) => { await dispatch("db", async () => { throw thrown(ctx); }); },
    ];
    const url = await routed((r) => ways.forEach((way, i) => r.get(`/${i}`, entry("GET /", way))));
    for (const way of ways.keys()) for (const n of THROWN.keys()) await internal(await fetch(`${url}/${way}?n=${n}`));
    await until(() => entries().length === ways.length * THROWN.length);
    expect(entries()[0]).toMatchObject({ level: "error", status: 500, err: { message: LEAK } });
    expect(state.working).toBe(0);
  });

  it("is answered by its own failure, and keeps the status of what `ctx.throw` shows", async () => {
    const url = await routed((r) => {
      r.get("/fails", entry("GET /fails", async () => { throw fail("NOT_FOUND", { resource: "user", id: "7" }, { message: LEAK }); }));
      r.get("/throws", entry("GET /throws", async (ctx) => ctx.throw(409, LEAK)));
      r.get("/hides", entry("GET /hides", async (ctx) => ctx.throw(503, LEAK)));
    });
    const res = await fetch(`${url}/fails`);
    expect([res.status, await res.json()]).toMatchObject([404, { code: "NOT_FOUND", resource: "user", id: "7" }]);
    await expectMasked(await fetch(`${url}/throws`), 409, "CONFLICT", "Conflict");
    await internal(await fetch(`${url}/hides`));
  });

  it("may be middleware, which takes in what comes after it, and lasts as long as the response", async () => {
    const url = await routed((r) => {
      r.use(entry("auth", async (ctx, next) => { ctx["user"] = "u"; await next(); ctx.set("x-after", "yes"); }));
      r.get("/a", entry("GET /a", async (ctx) => { ctx.body = ctx["user"]; }));
      r.get("/b", async () => { throw new Error(LEAK); });
    });
    const a = await fetch(`${url}/a`);
    expect([await a.text(), a.headers.get("x-after")]).toEqual(["u", "yes"]);
    await internal(await fetch(`${url}/b`));
    await until(() => entries().length === 2);
    expect(entries().map((l) => [l["entry"], l["status"]])).toEqual([["GET /a", 200], ["auth", 500]]);
  });

  it("may stand before its handler", async () => {
    const url = await routed((r) => {
      r.get("/a/:id", entry("GET /a/:id", { timeout: 5_000 }), async (ctx) => { ctx.body = ctx.params["id"]; });
      r.get("/b", entry("GET /b"), async () => { throw new Error(LEAK); });
      r.get("/c", entry("GET /c", { timeout: 60 }), () => never());
    });
    expect(await (await fetch(`${url}/a/7`)).text()).toBe("7");
    await internal(await fetch(`${url}/b`));
    await expectMasked(await fetch(`${url}/c`), 504, "TIMEOUT", "Took too long");
    await until(() => entries().length === 3);
    expect(entries().map((l) => l["entry"])).toEqual(["GET /a/:id", "GET /b", "GET /c"]);
  });

  it("sends streams, HEAD and 204 as before", async () => {
    const url = await routed((r) => {
      r.get("/file", entry("a", async (ctx) => { ctx.type = "text"; ctx.body = createReadStream(file); }));
      r.get("/204", entry("b", (ctx) => { ctx.status = 204; }));
    });
    expect(await (await fetch(`${url}/file`)).text()).toContain("sends streams, HEAD and 204 as before");
    expect((await fetch(`${url}/204`)).status).toBe(204);
    expect((await fetch(`${url}/file`, { method: "HEAD" })).status).toBe(200);
    await until(() => entries().length === 3 && state.working === 0);
  });

  it("answers 504 at its bound, and whoever answers later harms nobody", async () => {
    root.configure({ entries: { "*": { timeout: 60 } } });
    const late: unknown[] = [];
    const url = await routed((r) => r.get("/", entry("GET /", async (ctx) => {
      await pause(200);
      try {
        ctx.set("x-late", "1");
        ctx.body = "late";
        late.push("fine");
      } catch (error) {
        late.push(error);
      }
    })));
    await expectMasked(await fetch(url), 504, "TIMEOUT", "Took too long");
    await until(() => late.length === 1);
    expect([late, entries().map((l) => [l["status"], l["outcome"]]), state.working, wheel.size]).toEqual([["fine"], [[504, "TIMEOUT"]], 0, 0]);
  });

  it("as a stream lasts while it writes", async () => {
    const url = await routed((r) => r.get("/", entry.stream("GET /events", async (ctx) => {
      for (let i = 0; i < 6; i++) { ctx.res.write(`${i}`); await pause(50); }
      await never();
    }, { idle: 250 })));
    const res = await fetch(url);
    let text = "";
    await expect((async () => { for await (const part of res.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(part).toString(); })()).rejects.toThrow();
    expect(text).toBe("012345");
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "TIMEOUT" });
  });

  it("is cancelled when the client goes", async () => {
    let signal: AbortSignal | undefined;
    const url = await routed((r) => r.post("/", entry("POST /", async (ctx) => {
      await dispatch("read", async (call) => { signal = call.signal; for await (const _ of ctx.req); });
    })));
    const req = halfSent(url);
    await until(() => signal !== undefined);
    req.destroy();
    await until(() => signal?.aborted === true && entries().length === 1);
    expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
  });
});

describe("`pipeline()` in Koa", () => {
  it("masks middleware and handlers without an entry, under the route they have", async () => {
    const url = await routed((r) => r.get("/users/:id", async () => { throw new Error(LEAK); }), pipeline(), async (ctx, next) => (ctx.path === "/middle" ? Promise.reject(new Error(LEAK)) : next()));
    await internal(await fetch(`${url}/users/7`));
    await internal(await fetch(`${url}/middle`));
    expect((await fetch(`${url}/none`)).status).toBe(404);
    await until(() => entries().length === 3);
    expect(entries().map((l) => [l["entry"], l["status"]])).toEqual([["GET /users/:id", 500], ["http", 500], ["http", 404]]);
  });

  it("asks the application's own middleware first, and masks what that passes on", async () => {
    const own: Middleware = async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        if ((error as Error).message !== "known") throw error;
        ctx.status = 422;
        ctx.body = "mine";
      }
    };
    const url = await routed((r) => r.get("/:what", (ctx) => { throw new Error(ctx.params["what"]); }), pipeline(), own);
    const known = await fetch(`${url}/known`);
    expect([known.status, await known.text()]).toEqual([422, "mine"]);
    await internal(await fetch(`${url}/unknown`));
  });
});

scenarios({
  serve(routes, isWhole) {
    const parse: Middleware = async (ctx, next) => {
      let text = "";
      for await (const part of ctx.req) text += String(part);
      Object.assign(ctx.request, { body: text === "" ? undefined : JSON.parse(text) });
      await next();
    };
    return routed((router) => {
      for (const [name, { handle, policy, isBare }] of Object.entries(routes)) {
        const [method = "", path = ""] = name.split(" ");
        const handler = async (ctx: Context): Promise<void> => { ctx.body = await handle(ctx.request as unknown as Asked); };
        router[method.toLowerCase() as "get"](path, isBare ? handler : entry(name, handler, policy && { ...policy, ...(policy.authorize && { authorize: (ctx: Context) => policy.authorize?.(ctx.request as never) as boolean }) }));
      }
    }, ...(isWhole ? [pipeline(), parse] : []));
  },
}, t);
