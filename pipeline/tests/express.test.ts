import express, { type ErrorRequestHandler, type Express, type NextFunction, type Request, type RequestHandler, type Response as Reply } from "express";
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entry, pipeline } from "../src/express.js";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { caughtLater, expectMasked, halfSent, LEAK, loopback, pause, THROWN, until } from "./loopback.js";
import { scenarios, type Asked } from "./scenarios.js";
import { deferred, fresh, never, turns } from "./setting.js";

const t = fresh();
const serve = loopback();
const file = fileURLToPath(import.meta.url);
const express4 = createRequire(import.meta.url)("express4") as typeof express;

const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const internal = (res: Response): Promise<void> => expectMasked(res, 500, "INTERNAL", "Internal error");
/** As many applications have it. */
const leaking: ErrorRequestHandler = (error, _req, res, _next) => void res.status(error.status ?? 500).json({ own: String(error.message) });

describe.each([["4", express4], ["5", express]])("Express %s:", (_version, express) => {
  const bare = (): Express => express();
  const global = (): Express => express().use(pipeline());

  describe("a handler in its entry", () => {
    it("answers as it did, and stays the function it was", async () => {
      const self = { n: 7 };
      const handler = function (this: unknown, req: Request, res: Reply): void {
        res.status(201).json({ id: req.params["id"], isSelf: this === self });
      };
      const entered = entry("GET /users/:id", handler);
      expect([entered.name, entered.length, entry("e", leaking).length]).toEqual(["handler", 2, 4]);
      const url = await serve(bare().get("/users/:id", (req, res) => entered.call(self, req, res)));
      const res = await fetch(`${url}/users/7`);
      expect([res.status, await res.json()]).toEqual([201, { id: "7", isSelf: true }]);
      await until(() => entries().length === 1);
      expect(entries()[0]).toMatchObject({ level: "info", entry: "GET /users/:id", requestId: res.headers.get("x-request-id"), status: 201, outcome: "ok" });
    });

    it("tells a client nothing but the code, whatever was thrown, and in whichever way", async () => {
      const ways: RequestHandler[] = [
        (req) => { throw THROWN[Number(req.query["n"])]; },
        async (req) => { throw THROWN[Number(req.query["n"])]; },
        async (req) => { await dispatch("db", async () => { throw THROWN[Number(req.query["n"])]; }); },
      ];
      const app = bare();
      ways.forEach((way, i) => app.get(`/${i}`, entry("GET /", way)));
      const url = await serve(app.use(leaking));
      for (const way of ways.keys()) for (const n of THROWN.keys()) await internal(await fetch(`${url}/${way}?n=${n}`));
      await until(() => entries().length === ways.length * THROWN.length);
      expect(entries()[0]).toMatchObject({ level: "error", status: 500, err: { message: LEAK } });
      expect(state.working).toBe(0);
    });

    it("is answered by its own failure, with what is declared for it", async () => {
      const url = await serve(bare().get("/", entry("GET /", async () => { throw fail("NOT_FOUND", { resource: "user", id: "7" }, { message: LEAK }); })));
      const res = await fetch(url);
      expect([res.status, await res.json()]).toMatchObject([404, { code: "NOT_FOUND", resource: "user", id: "7" }]);
    });

    it("keeps the headers that a browser needs to read the problem, and no other", async () => {
      const url = await serve(bare().get("/", (_req, res, next) => { res.set({ "access-control-allow-origin": "*", etag: "1", "x-internal": "leak" }); next(); }, entry("GET /", () => { throw new Error(LEAK); })));
      const res = await fetch(url);
      expect(["access-control-allow-origin", "etag", "x-internal"].map((name) => res.headers.get(name))).toEqual(["*", null, null]);
    });

    it("gives `next` what it is given, unless the mask is registered", async () => {
      const mine = Object.assign(new Error(LEAK), { status: 409 });
      const seen: unknown[] = [];
      const own: ErrorRequestHandler = (error, req, res, next) => { seen.push(error); leaking(error, req, res, next); };
      const handler = entry("GET /", async (_req: Request, _res: Reply, next: NextFunction) => next(mine));
      const url = await serve(bare().get("/", handler).use(own));
      expect([(await fetch(url)).status, seen[0]]).toEqual([409, mine]);
      await until(() => entries().length === 1);
      expect(entries()[0]).toMatchObject({ outcome: "CONFLICT", status: 409, err: { message: LEAK } });
      await internal(await fetch(await serve(global().get("/", handler).use(own))));
      expect(seen.length).toBe(1);
    });

    it("may be middleware, which lasts as long as the response, or an error handler", async () => {
      const middle = entry("auth", (_req: Request, res: Reply, next: NextFunction) => { res.locals["user"] = "u"; setImmediate(next); });
      const app = bare().use(middle);
      app.get("/a", (_req, _res, next) => next("route"), () => expect.unreachable());
      app.get("/a", entry("GET /a", (_req, _res, next) => next("route")), () => expect.unreachable());
      app.get("/a", entry("GET /a", async (_req, res) => void res.send(res.locals["user"])));
      app.get("/b", entry("GET /b", (_req, _res, next) => next(new Error(LEAK))));
      app.use(entry("errors", (error: Error, _req: Request, res: Reply, _next: NextFunction) => void res.status(418).send(error.name)));
      const url = await serve(app);
      expect(await (await fetch(`${url}/a`)).text()).toBe("u");
      const res = await fetch(`${url}/b`);
      expect([res.status, await res.text()]).toEqual([418, "Error"]);
      await until(() => entries().length === 2);
      expect(entries().map((l) => [l["entry"], l["status"], l["outcome"]])).toEqual([["GET /a", 200, "ok"], ["GET /b", 418, "I_M_A_TEAPOT"]]);
      await until(() => state.working === 0);
    });

    it("answers HEAD, 204 and 304 without a body, also when it fails", async () => {
      const app = bare();
      app.get("/204", entry("a", (_req, res) => void res.sendStatus(204)));
      app.get("/304", entry("b", (_req, res) => void res.set("etag", '"1"').send("x")));
      app.get("/fails", entry("c", async (_req, res) => { res.status(204); throw new Error(LEAK); }));
      const url = await serve(app);
      expect((await fetch(`${url}/204`)).status).toBe(204);
      expect((await fetch(`${url}/304`, { headers: { "if-none-match": '"1"', "cache-control": "max-age=0" } })).status).toBe(304);
      await internal(await fetch(`${url}/fails`));
      const head = await fetch(`${url}/fails`, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([500, ""]);
      await until(() => state.working === 0);
    });

    it("sends files and pipes streams", async () => {
      const app = bare();
      app.get("/file", entry("a", (_req, res) => res.sendFile(file)));
      app.get("/pipe", entry("b", (_req, res) => void createReadStream(file).pipe(res)));
      const url = await serve(app);
      const [sent, piped] = await Promise.all([(await fetch(`${url}/file`)).text(), (await fetch(`${url}/pipe`)).text()]);
      expect(sent).toContain("sends files and pipes streams");
      expect(piped).toBe(sent);
    });

    it("only breaks the connection once a head is out", async () => {
      const url = await serve(bare().get("/", entry("GET /", async (_req, res) => { res.write("half"); await turns(2); throw new Error(LEAK); })));
      await expect(fetch(url).then((res) => res.text())).rejects.toThrow();
      await until(() => entries().length === 1);
      expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", status: 200, err: { message: LEAK } });
    });

    it("tells of a failure after its end", async () => {
      const gate = deferred();
      const url = await serve(bare().get("/", entry("GET /", async (_req, res) => { res.send("ok"); await gate.promise; throw new Error(LEAK); })));
      expect(await (await fetch(url)).text()).toBe("ok");
      await until(() => entries().length === 1);
      gate.resolve();
      await until(() => t.logs.some((l) => l.message === "failed after its end"));
      expect(entries()[0]).toMatchObject({ outcome: "ok", status: 200 });
    });

    it("as a stream lasts while it writes", async () => {
      const url = await serve(bare().get("/", entry.stream("GET /events", async (_req, res) => {
        for (let i = 0; i < 6; i++) { res.write(`${i}`); await pause(50); }
        await never();
      }, { idle: 250 })));
      const res = await fetch(url);
      let text = "";
      await expect((async () => { for await (const part of res.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(part).toString(); })()).rejects.toThrow();
      expect(text).toBe("012345");
      await until(() => entries().length === 1);
      expect(entries()[0]).toMatchObject({ outcome: "TIMEOUT" });
    });
  });

  describe("at its bound", () => {
    it("answers 504, and whoever answers later harms nobody", async () => {
      root.configure({ entries: { "*": { timeout: 60 } } });
      const late: unknown[] = [];
      const ways: RequestHandler[] = [
        (_req, res) => void res.status(200).json({}),
        (_req, res) => { res.writeHead(200); res.write("x"); res.end("y"); },
        (_req, res) => void createReadStream(file).pipe(res),
        (_req, res) => res.sendFile(file),
        (_req, res) => res.redirect("/"),
        (_req, _res, next) => next(),
        (_req, _res, next) => next(new Error(LEAK)),
      ];
      const app = bare();
      ways.forEach((way, i) => app.get(`/${i}`, entry("GET /", (req, res, next) => void setTimeout(() => {
        try {
          way(req, res, next);
          late.push("fine");
        } catch (error) {
          late.push(error);
        }
      }, 200))));
      const url = await serve(app.use(() => late.push("went on")));
      await Promise.all(ways.map(async (_, i) => expectMasked(await fetch(`${url}/${i}`), 504, "TIMEOUT", "Took too long")));
      await until(() => late.length >= ways.length);
      await pause(50);
      expect(late).toEqual(ways.map(() => "fine"));
      expect(entries().map((l) => [l["status"], l["outcome"]])).toEqual(ways.map(() => [504, "TIMEOUT"]));
      expect([state.working, wheel.size]).toEqual([0, 0]);
    });

    it("breaks what was begun, and whoever goes on harms nobody", async () => {
      const late = deferred<unknown>();
      const url = await serve(bare().get("/", entry("GET /", (_req, res) => {
        res.write("half");
        setTimeout(() => {
          try {
            late.resolve(res.json({}));
          } catch (error) {
            late.resolve(error);
          }
        }, 200);
      }, { timeout: 60 })));
      await expect(fetch(url).then((res) => res.text())).rejects.toThrow();
      expect(await late.promise).not.toBeInstanceOf(Error);
    });

    it("has answered before a handler that catches, and middleware may end it later", async () => {
      root.configure({ entries: { "*": { timeout: 60 } } });
      const late: unknown[] = [];
      const app = bare().get("/caught", entry("a", (_req, res) => caughtLater(dispatch("x", () => never()), () => res.status(418).json({}), late)));
      app.get("/failed", entry("b", (_req, res) => caughtLater(turns(1).then(() => { throw new Error(LEAK); }), () => res.status(418).json({}), late)));
      // As sessions do, which are saved first.
      app.use((_req, res, next) => {
        const end = res.end as (...args: unknown[]) => Reply;
        res.end = (...args: unknown[]) => { setTimeout(() => Reflect.apply(end, res, args), 50); return res; };
        next();
      });
      app.get("/session", entry("c", async () => dispatch("x", () => never())));
      const url = await serve(app);
      for (const path of ["/caught", "/session"]) await expectMasked(await fetch(url + path), 504, "TIMEOUT", "Took too long");
      await internal(await fetch(`${url}/failed`));
      await until(() => entries().length === 3);
      expect([late, entries().map((l) => l["status"])]).toEqual([["fine", "fine"], [504, 504, 500]]);
    });

  });

  describe("a client that goes", () => {
    it("in mid-body cancels what reads it", async () => {
      let signal: AbortSignal | undefined;
      const url = await serve(bare().post("/", entry("POST /", async (req) => {
        await dispatch("read", async (call) => { signal = call.signal; for await (const _ of req); });
      })));
      const req = halfSent(url);
      await until(() => signal !== undefined);
      req.destroy();
      await until(() => signal?.aborted === true && entries().length === 1);
      expect(entries()[0]).toMatchObject({ outcome: "CANCELLED" });
      await until(() => state.working === 0);
    });

    it("before its handler is reached leaves nothing open", async () => {
      const gate = deferred();
      const handler = entry("POST /", () => never());
      const url = await serve(bare().post("/", (_req, _res, next) => void gate.promise.then(() => next()), handler));
      const req = halfSent(url);
      await new Promise((resolve) => req.on("socket", (socket) => socket.once("connect", resolve)));
      await pause(50);
      req.destroy();
      await pause(50);
      gate.resolve();
      await until(() => entries().length === 1);
      expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
    });
  });

  describe("a request that is read by listeners", () => {
    it("calls them in its own context, not in that of its socket", async () => {
      const app = global();
      app.put("/", (req, res) => void req.resume().on("end", () => { log.info("mine", { n: Number(req.headers["x-request-id"]) }); res.end(); }));
      const url = await serve(app);
      await Promise.all(Array.from({ length: 200 }, (_, n) => fetch(url, { method: "PUT", headers: { "x-request-id": String(n) }, body: "x" })));
      const mine = t.logs.filter((l) => l.message === "mine");
      expect([mine.length, mine.every((l) => String(l["n"]) === l["requestId"])]).toEqual([200, true]);
    });
  });

  scenarios({
    serve(routes, isWhole) {
      const app = isWhole ? global().use(express.json()) : bare();
      for (const [name, { handle, policy, isBare }] of Object.entries(routes)) {
        const [method = "", path = ""] = name.split(" ");
        // Express 4 does not mind a promise that is rejected.
        const handler = (req: Request, res: Reply, next: NextFunction): unknown => Promise.resolve().then(() => handle(req as unknown as Asked)).then((value) => res.send(value), isBare ? next : undefined);
        app[method.toLowerCase() as "get"](path, isBare ? (handler as RequestHandler) : (entry(name, handler, policy) as RequestHandler));
      }
      return serve(app);
    },
  }, t);
});
