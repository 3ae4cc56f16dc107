import express, { type ErrorRequestHandler, type Express, type NextFunction, type Request, type RequestHandler, type Response as Reply } from "express";
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entry, pipeline } from "../src/express.js";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { caughtLater, expectMasked, halfSent, LEAK, loopback, pause, REQUEST_IDS, THROWN, until } from "./loopback.js";
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

    it("counts from the arrival, body included, where `pipeline()` is registered", async () => {
      root.configure({ entries: { http: { timeout: 150 } } });
      let ran = false;
      const url = await serve(global().use(express.json()).post("/", () => void (ran = true)));
      const req = halfSent(url);
      const status = await new Promise((resolve) => req.on("response", (res) => resolve(res.statusCode)));
      req.destroy();
      await until(() => entries().length === 1);
      expect([status, ran]).toEqual([504, false]);
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

    it("cuts nothing in observe mode", async () => {
      root.configure({ mode: "observe", entries: { "*": { timeout: 30, concurrency: 1, rateLimit: { limit: 1, per: 60_000 }, authorize: () => false } } });
      const url = await serve(global().get("/", entry("GET /", async (_req, res) => { await pause(120); res.send("fine"); })));
      expect(await Promise.all([1, 2].map(async () => (await fetch(url)).text()))).toEqual(["fine", "fine"]);
      await until(() => entries().length === 2);
      expect(new Set(t.logs.filter((l) => l.message.startsWith("would_")).map((l) => l.message))).toEqual(new Set(["would_timeout", "would_overload", "would_limit", "would_forbid"]));
      expect(entries().map((l) => l["outcome"])).toEqual(["ok", "ok"]);
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

    it("while the body is parsed ends the request", async () => {
      const url = await serve(global().use(express.json()).post("/", (_req, res) => void res.end()));
      const req = halfSent(url);
      await until(() => state.working === 1);
      req.destroy();
      await until(() => entries().length === 1);
      expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
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

  describe("admission", () => {
    it("refuses with what to do about it", async () => {
      const gate = deferred();
      const app = global();
      app.get("/limited", entry("a", (_req, res) => void res.end(), { rateLimit: { limit: 1, per: 60_000 } }));
      app.get("/full", entry("b", async (_req, res) => { await gate.promise; res.end(); }, { concurrency: 1 }));
      for (const authorize of [(req: Request) => req.query["ok"] === "1", async (req: Request) => req.query["ok"] === "1"])
        app.get(`/${authorize.constructor.name}`, entry("c", (_req: Request, res: Reply) => void setImmediate(() => res.send("in")), { authorize }));
      const url = await serve(app);
      expect((await fetch(`${url}/limited`)).status).toBe(200);
      const limited = await fetch(`${url}/limited`);
      expect([limited.status, Number(limited.headers.get("retry-after")) > 0, await limited.json()]).toMatchObject([429, true, { code: "RATE_LIMITED" }]);
      const first = fetch(`${url}/full`);
      await until(() => state.working === 1);
      const second = await fetch(`${url}/full`);
      expect([second.status, second.headers.get("retry-after")]).toEqual([503, "1"]);
      gate.resolve();
      expect((await first).status).toBe(200);
      expect((await fetch(`${url}/full`)).status).toBe(200);
      for (const path of ["Function", "AsyncFunction"]) {
        await expectMasked(await fetch(`${url}/${path}`), 403, "FORBIDDEN", "Not allowed");
        expect(await (await fetch(`${url}/${path}?ok=1`)).text()).toBe("in");
      }
    });
  });

  describe("correlation", () => {
    it("takes what is well-formed, and replaces what is not", async () => {
      const url = await serve(bare().get("/", entry("GET /", (_req, res) => void res.end())));
      for (const id of REQUEST_IDS) {
        const given = (await fetch(url, { headers: { "x-request-id": id } })).headers.get("x-request-id") as string;
        expect(id === "mine-1" ? given === id : given !== id && /^[0-9a-f]{32}$/.test(given), id).toBe(true);
      }
      const trace = "0af7651916cd43dd8448eb211c80319c";
      await fetch(url, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
      await fetch(url, { headers: { traceparent: `00-${"0".repeat(32)}-b7ad6b7169203331-01` } });
      await until(() => entries().length === REQUEST_IDS.length + 2);
      const [kept, replaced] = entries().slice(-2).map((l) => l["traceId"]);
      expect([kept === trace, replaced === "0".repeat(32)]).toEqual([true, false]);
    });

    it("keeps a thousand at once apart, through parsers and streams", async () => {
      const app = global().post("/", express.json(), entry("POST /", async (req: Request, res: Reply) => {
        await dispatch("a", () => turns(1), { concurrency: 10 });
        log.info("mine", { n: req.body.n });
        if (req.body.n % 2) throw fail("CONFLICT");
        res.json({ n: req.body.n });
      }));
      // Listeners on the request are called by its socket.
      app.put("/", (req, res) => void req.resume().on("end", () => { log.info("mine", { n: Number(req.headers["x-request-id"]) }); res.end(); }));
      const url = await serve(app);
      const answers = await Promise.all(Array.from({ length: 1_000 }, async (_, n) => {
        const res = await fetch(url, { method: n % 4 ? "POST" : "PUT", headers: { "x-request-id": String(n), "content-type": "application/json" }, body: JSON.stringify({ n }) });
        return [res.status, res.headers.get("x-request-id"), n % 2 ? ((await res.json()) as { instance: string }).instance : (await res.text()) && ""];
      }));
      expect(answers).toEqual(Array.from({ length: 1_000 }, (_, n) => [n % 2 ? 409 : 200, String(n), n % 2 ? `urn:request:${n}` : ""]));
      const mine = t.logs.filter((l) => l.message === "mine");
      expect([mine.length, mine.every((l) => String(l["n"]) === l["requestId"])]).toEqual([1_000, true]);
      await until(() => state.working === 0);
      expect(new Set(entries().map((l) => l["requestId"])).size).toBe(1_000);
      expect(wheel.size).toBe(0);
    });
  });
});
