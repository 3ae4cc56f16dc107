import express, { type ErrorRequestHandler, type Express } from "express";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { entry, pipeline } from "../src/express.js";
import { fail, pipeline as root } from "../src/index.js";
import { pipeline as nodePipeline } from "../src/node.js";
import { state } from "../src/state.js";
import { expectMasked, heard, LEAK, loopback, routesUpgrades, SWITCHED, until } from "./loopback.js";
import { fresh } from "./setting.js";

const t = fresh();
const serve = loopback();
const express4 = createRequire(import.meta.url)("express4") as typeof express;

const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const internal = (res: Response): Promise<void> => expectMasked(res, 500, "INTERNAL", "Internal error");

describe.each([["4", express4], ["5", express]])("`pipeline()` in Express %s", (_version, express) => {
  const global = (): Express => express().use(pipeline());

  it("masks body parsers, middleware and handlers without an entry", async () => {
    const app = global().use(express.json({ limit: 100 }));
    app.post("/", (_req, res) => void res.end());
    app.get("/users/:id", (_req, res) => void res.end());
    app.get("/sync", () => { throw new Error(LEAK); });
    app.get("/next", (_req, _res, next) => next(LEAK));
    app.get("/file", (_req, res) => res.sendFile("/srv/app/none.txt"));
    app.get("/jwt", (_req, _res, next) => next(Object.assign(new Error(LEAK), { name: "UnauthorizedError", status: 401 })));
    if (express === express4) app.get("/async", (_req, _res, next) => void Promise.reject(new Error(LEAK)).catch(next));
    else app.get("/async", async () => { throw new Error(LEAK); });
    const url = await serve(app);
    const post = (body: string): Promise<Response> => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    await expectMasked(await post('{"secret": hunter2'), 400, "BAD_REQUEST", "Bad Request");
    await expectMasked(await post(JSON.stringify("x".repeat(200))), 413, "PAYLOAD_TOO_LARGE", "Payload Too Large");
    for (const path of ["/sync", "/next", "/async"]) await internal(await fetch(url + path));
    await expectMasked(await fetch(`${url}/file`), 404, "NOT_FOUND", "Not Found");
    await expectMasked(await fetch(`${url}/jwt`), 401, "UNAUTHORIZED", "Unauthorized");
    await expectMasked(await fetch(`${url}/users/%ff`), 400, "BAD_REQUEST", "Bad Request");
    await until(() => entries().length === 8);
    expect(entries().slice(0, 3).map((l) => [l["level"], l["outcome"], l["status"], l["entry"]])).toEqual([["info", "BAD_REQUEST", 400, "http"], ["info", "PAYLOAD_TOO_LARGE", 413, "http"], ["error", "INTERNAL", 500, "GET /sync"]]);
  });

  it("asks the application's own error handler first, and masks what that passes on", async () => {
    const app = global().get("/:what", (req) => { throw new Error(req.params["what"]); });
    app.use(((error, _req, res, next) => (error.message === "known" ? res.status(422).send("mine") : next(error))) as ErrorRequestHandler);
    const url = await serve(app);
    const known = await fetch(`${url}/known`);
    expect([known.status, await known.text()]).toEqual([422, "mine"]);
    await internal(await fetch(`${url}/unknown`));
  });

  it("stays last when routes come late, without growing", async () => {
    const app = global();
    const url = await serve(app);
    const layers = (): number => ((app as unknown as { _router?: { stack: unknown[] } })._router ?? app.router as unknown as { stack: unknown[] }).stack.length;
    expect((await fetch(url)).status).toBe(404);
    app.get("/late", () => { throw new Error(LEAK); });
    await internal(await fetch(`${url}/late`));
    const before = layers();
    for (let i = 0; i < 20; i++) await internal(await fetch(`${url}/late`));
    expect(layers()).toBe(before);
  });

  it("lets connections in that are upgraded, and leaves them alone", async () => {
    root.configure({ entries: { http: { timeout: 50, authorize: (req) => req.url !== "/refused" } } });
    const app = global().get("/", (req) => void req.socket.write(SWITCHED));
    const url = await serve(app, (server) => routesUpgrades(server, app));
    expect(await heard(url, 200)).toBe("hello");
    expect(await heard(`${url}/refused`, 200)).toBe("answered 403");
    await until(() => entries().length === 2);
    expect(entries().map((l) => l["outcome"])).toEqual(["ok", "FORBIDDEN"]);
    expect(state.working).toBe(0);
  });

  it("is one entry with those inside: the inner name, one line, one id", async () => {
    const app = global();
    app.get("/a", entry("first", (_req, _res, next) => next("route")), () => expect.unreachable());
    app.get("/a", entry("GET /a", async () => { throw fail("FORBIDDEN"); }));
    app.use("/b", express.Router().get("/:id", (_req, res) => void res.end()));
    // Around an application, `node:http`'s is the outermost, and knows no routes.
    for (const [listener, name] of [[app, "GET /b/:id"], [nodePipeline()(app), "http"]] as const) {
      const url = await serve(listener);
      t.logs.length = 0;
      const a = await fetch(`${url}/a`);
      expect(a.status).toBe(403);
      await fetch(`${url}/b/secret`);
      await until(() => entries().length === 2);
      expect(entries().map((l) => [l["entry"], l["outcome"], l["status"]])).toEqual([["GET /a", "FORBIDDEN", 403], [name, "ok", 200]]);
      expect(entries()[0]?.["requestId"]).toBe(a.headers.get("x-request-id"));
      await until(() => state.working === 0);
    }
  });
});
