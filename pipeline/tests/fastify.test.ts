import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entry } from "../src/fastify.js";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { fastifyApps } from "./fastify-apps.js";
import { caughtLater, expectMasked, halfSent, LEAK, pause, REQUEST_IDS, THROWN, until } from "./loopback.js";
import { deferred, fresh, never, turns } from "./setting.js";

const t = fresh();
const { bare, global, serve } = fastifyApps();
const file = fileURLToPath(import.meta.url);
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const internal = (res: Response): Promise<void> => expectMasked(res, 500, "INTERNAL", "Internal error");

describe("a handler in its entry", () => {
  it("answers as it did, serialised by Fastify, and stays the function it was", async () => {
    const app = bare();
    const handler = async function (this: FastifyInstance, request: FastifyRequest): Promise<object> {
      return { id: (request.params as { id: string }).id, hidden: LEAK, isApp: this.server === app.server };
    };
    const entered = entry("GET /users/:id", handler);
    expect([entered.name, entered.length]).toEqual(["handler", 1]);
    app.get("/users/:id", { schema: { response: { 200: { type: "object", properties: { id: { type: "integer" }, isApp: { type: "boolean" } } } } } }, entered);
    app.get("/sync", entry("a", () => ({ n: 1 })));
    app.get("/send", entry("b", (_request, reply) => void setImmediate(() => reply.code(202).send({ n: 2 }))));
    app.get("/reply", entry("c", async (_request, reply) => reply.type("text/plain").send("3")));
    app.get("/204", entry("d", async (_request, reply) => reply.code(204).send()));
    app.get("/file", entry("e", async () => createReadStream(file)));
    const url = await serve(app);
    const res = await fetch(`${url}/users/7`);
    expect([res.status, await res.text()]).toEqual([200, '{"id":7,"isApp":true}']);
    const texts = ["/sync", "/send", "/reply", "/204"].map(async (path) => { const answer = await fetch(url + path); return [answer.status, await answer.text()]; });
    expect(await Promise.all(texts)).toEqual([[200, '{"n":1}'], [202, '{"n":2}'], [200, "3"], [204, ""]]);
    expect(await (await fetch(`${url}/file`)).text()).toContain("serialised by Fastify");
    await until(() => entries().length === 6);
    expect(entries()[0]).toMatchObject({ level: "info", entry: "GET /users/:id", requestId: res.headers.get("x-request-id"), status: 200, outcome: "ok" });
    expect(state.working).toBe(0);
  });

  it("tells a client nothing but the code, whatever was thrown, and in whichever way", async () => {
    const app = bare();
    const n = (request: FastifyRequest): unknown => THROWN[Number((request.query as { n: string }).n)];
    app.get("/0", entry("a", (request) => { throw n(request); }));
    app.get("/1", entry("b", async (request) => { throw n(request); }));
    app.get("/2", entry("c", async (request) => { await dispatch("db", async () => { throw n(request); }); }));
    // A schema for failures is the application's, not that of a problem.
    app.get("/3", { schema: { response: { "5xx": { type: "object", properties: { message: { type: "string" } } } } } }, entry("d", async (request, reply) => { reply.serializer(() => "mine"); throw n(request); }));
    const url = await serve(app);
    for (const way of [0, 1, 2, 3]) for (const n of THROWN.keys()) await internal(await fetch(`${url}/${way}?n=${n}`));
    const head = await fetch(`${url}/1?n=0`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([500, ""]);
    await until(() => entries().length === 4 * THROWN.length + 1);
    expect(entries()[0]).toMatchObject({ level: "error", status: 500, err: { message: LEAK } });
    expect(state.working).toBe(0);
  });

  it("keeps the headers that a browser needs, runs the hooks that send, and knows what is meant to be known", async () => {
    const warnings: string[] = [];
    let sent = 0;
    const app = bare({ logger: { level: "warn", stream: { write: (line) => void warnings.push(line) } } }).addHook("onRequest", async (_request, reply) => void reply.headers({ "access-control-allow-origin": "*", etag: "1", "x-internal": "leak" }));
    app.addHook("onSend", async (_request, reply) => { await pause(20); reply.header("x-sent", `${++sent}`); });
    app.get("/", entry("GET /", async () => { throw fail("NOT_FOUND", { resource: "user", id: "7" }, { message: LEAK }); }));
    app.get("/fst", entry("GET /fst", async () => { throw Object.assign(new Error(LEAK), { code: "FST_REQ_FILE_TOO_LARGE", statusCode: 413 }); }));
    const url = await serve(app);
    const res = await fetch(url);
    expect(["access-control-allow-origin", "etag", "x-internal", "x-sent"].map((name) => res.headers.get(name))).toEqual(["*", null, null, "1"]);
    expect([res.status, await res.json()]).toMatchObject([404, { code: "NOT_FOUND", resource: "user", id: "7" }]);
    await expectMasked(await fetch(`${url}/fst`), 413, "PAYLOAD_TOO_LARGE", "Payload Too Large");
    expect([sent, warnings]).toEqual([2, []]);
  });

  it("only breaks the connection once a head is out", async () => {
    const app = bare().get("/", entry("GET /", async (_request, reply) => { reply.raw.write("half"); await turns(2); throw new Error(LEAK); }));
    await expect(serve(app).then(fetch).then((res) => res.text())).rejects.toThrow();
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", status: 200, err: { message: LEAK } });
  });

  it("tells of a failure after its end", async () => {
    const gate = deferred();
    const url = await serve(bare().get("/", entry("GET /", async (_request, reply) => { reply.send("ok"); await gate.promise; throw new Error(LEAK); })));
    expect(await (await fetch(url)).text()).toBe("ok");
    await until(() => entries().length === 1);
    gate.resolve();
    await until(() => t.logs.some((l) => l.message === "failed after its end"));
    expect(entries()[0]).toMatchObject({ outcome: "ok", status: 200 });
  });

  it("is ended too where no server runs", async () => {
    const res = await bare().get("/", entry("GET /", async () => { throw fail("FORBIDDEN"); })).inject({ url: "/", headers: { "x-request-id": "mine" } });
    expect([res.statusCode, res.json()]).toMatchObject([403, { instance: "urn:request:mine" }]);
    await until(() => entries().length === 1);
    expect([state.working, entries()[0]]).toMatchObject([0, { outcome: "FORBIDDEN", requestId: "mine" }]);
  });

  it("as a stream lasts while it writes", async () => {
    const app = bare().get("/", entry.stream("GET /events", async (_request, reply) => {
      reply.hijack();
      for (let i = 0; i < 6; i++) { reply.raw.write(`${i}`); await pause(50); }
      await never();
    }, { idle: 250 }));
    const res = await fetch(await serve(app));
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
    const ways: ((reply: FastifyReply) => unknown)[] = [
      (reply) => reply.send({}),
      (reply) => { reply.raw.writeHead(200); reply.raw.write("x"); reply.raw.end("y"); },
      (reply) => createReadStream(file).pipe(reply.raw),
      (reply) => reply.send(createReadStream(file)),
    ];
    const app = bare();
    ways.forEach((way, i) => {
      const handler = (_request: FastifyRequest, reply: FastifyReply): void => {
        setTimeout(() => {
          try {
            way(reply);
            late.push("fine");
          } catch (error) {
            late.push(error);
          }
        }, 200);
      };
      app.get(`/${i}`, entry("GET /", handler));
      app.get(`/async/${i}`, entry("GET /", async (request, reply) => { handler(request, reply); await never(); }));
      // A reply that Fastify no longer minds is answered all the same.
      app.get(`/hijacked/${i}`, entry("GET /", (request, reply) => { reply.hijack(); handler(request, reply); }));
    });
    const url = await serve(app);
    const urls = ["", "/async", "/hijacked"].flatMap((kind) => ways.map((_, i) => `${url}${kind}/${i}`));
    await Promise.all(urls.map(async (each) => expectMasked(await fetch(each), 504, "TIMEOUT", "Took too long")));
    await until(() => late.length === urls.length);
    await pause(50);
    expect(late).toEqual(urls.map(() => "fine"));
    expect(entries().map((l) => [l["status"], l["outcome"]])).toEqual(urls.map(() => [504, "TIMEOUT"]));
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("has answered before a handler that catches, and hooks may send it later", async () => {
    root.configure({ entries: { "*": { timeout: 60 } } });
    const late: unknown[] = [];
    const head = (reply: FastifyReply): void => void reply.raw.writeHead(500).end();
    const app = bare().get("/caught", entry("a", (_request, reply) => caughtLater(dispatch("x", () => never()), () => head(reply), late)));
    app.get("/failed", entry("b", (_request, reply) => caughtLater(turns(1).then(() => { throw new Error(LEAK); }), () => head(reply), late)));
    app.register(async (child) => {
      child.addHook("onSend", async () => pause(20));
      child.get("/hooked", entry("c", (_request, reply) => caughtLater(dispatch("x", () => never()).catch(() => pause(100)).then(() => head(reply)), () => {}, late)));
    });
    const url = await serve(app);
    for (const path of ["/caught", "/hooked"]) await expectMasked(await fetch(url + path), 504, "TIMEOUT", "Took too long");
    await internal(await fetch(`${url}/failed`));
    await until(() => late.length === 3);
    expect([late, entries().map((l) => l["status"])]).toEqual([["fine", "fine", "fine"], [504, 504, 500]]);
  });

  it("counts from the arrival, body included, where `pipeline()` is registered", async () => {
    root.configure({ entries: { http: { timeout: 150 } } });
    let ran = false;
    const app = global();
    app.post("/", () => { ran = true; return "x"; });
    const req = halfSent(await serve(app));
    const status = await new Promise((resolve) => req.on("response", (res) => resolve(res.statusCode)));
    req.destroy();
    await until(() => entries().length === 1);
    expect([status, ran]).toEqual([504, false]);
  });

  it("cuts nothing in observe mode", async () => {
    root.configure({ mode: "observe", entries: { "*": { timeout: 30, concurrency: 1, rateLimit: { limit: 1, per: 60_000 }, authorize: () => false } } });
    const app = global();
    app.get("/", entry("GET /", async () => { await pause(120); return "fine"; }));
    const url = await serve(app);
    expect(await Promise.all([1, 2].map(async () => (await fetch(url)).text()))).toEqual(["fine", "fine"]);
    await until(() => entries().length === 2);
    expect(new Set(t.logs.filter((l) => l.message.startsWith("would_")).map((l) => l.message))).toEqual(new Set(["would_timeout", "would_overload", "would_limit", "would_forbid"]));
    expect(entries().map((l) => l["outcome"])).toEqual(["ok", "ok"]);
  });
});

describe("a client that goes", () => {
  it("in mid-body cancels what reads it", async () => {
    let signal: AbortSignal | undefined;
    const app = bare();
    app.addContentTypeParser("application/json", (_request, payload, done) => done(null, payload));
    app.post("/", entry("POST /", async (request) => {
      await dispatch("read", async (call) => { signal = call.signal; for await (const _ of request.body as AsyncIterable<unknown>); });
    }));
    const req = halfSent(await serve(app));
    await until(() => signal !== undefined);
    req.destroy();
    await until(() => signal?.aborted === true && entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "CANCELLED" });
    await until(() => state.working === 0);
  });

  it("while the body is parsed ends the request", async () => {
    const app = global();
    app.post("/", async () => "x");
    const req = halfSent(await serve(app));
    await until(() => state.working === 1);
    req.destroy();
    await until(() => entries().length === 1);
    expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
  });

  it("before its handler is reached leaves nothing open", async () => {
    const gate = deferred();
    let isAsked = false;
    const app = bare().addHook("preHandler", async () => { isAsked = true; await gate.promise; });
    app.get("/", entry("GET /", () => never()));
    const gone = new AbortController();
    const res = fetch(await serve(app), { signal: gone.signal }).catch(() => "gone");
    await until(() => isAsked);
    gone.abort();
    expect(await res).toBe("gone");
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
    app.get("/limited", entry("a", async () => "x", { rateLimit: { limit: 1, per: 60_000 } }));
    app.get("/full", entry("b", async () => { await gate.promise; return "x"; }, { concurrency: 1 }));
    const isOk = (request: FastifyRequest): boolean => (request.query as { ok?: string }).ok === "1";
    const asks = [isOk, async (request: FastifyRequest) => isOk(request)];
    asks.forEach((authorize, i) => {
      app.get(`/asked/${i}`, entry("c", async (_request: FastifyRequest) => "in", { authorize }));
      app.get(`/asked-callback/${i}`, entry("d", (_request: FastifyRequest, reply: FastifyReply) => void setImmediate(() => reply.send("in")), { authorize }));
    });
    const url = await serve(app);
    expect((await fetch(`${url}/limited`)).status).toBe(200);
    const limited = await fetch(`${url}/limited`);
    expect([limited.status, Number(limited.headers.get("retry-after")) > 0, await limited.json()]).toMatchObject([429, true, { code: "RATE_LIMITED" }]);
    const first = fetch(`${url}/full`);
    await until(() => state.working === 1);
    const second = await fetch(`${url}/full`);
    expect([second.status, second.headers.get("retry-after")]).toEqual([503, "1"]);
    gate.resolve();
    expect([(await first).status, (await fetch(`${url}/full`)).status]).toEqual([200, 200]);
    for (const path of ["asked/0", "asked/1", "asked-callback/0", "asked-callback/1"]) {
      await expectMasked(await fetch(`${url}/${path}`), 403, "FORBIDDEN", "Not allowed");
      expect(await (await fetch(`${url}/${path}?ok=1`)).text()).toBe("in");
    }
  });
});

describe("correlation", () => {
  it("takes what is well-formed, and replaces what is not", async () => {
    const url = await serve(bare().get("/", entry("GET /", async () => "x")));
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

  it("keeps a thousand at once apart, through parsers and without an entry of their own", async () => {
    const app = global();
    const handler = async (request: FastifyRequest): Promise<object> => {
      const { n } = request.body as { n: number };
      await dispatch("a", () => turns(1), { concurrency: 10 });
      log.info("mine", { n });
      if (n % 2) throw fail("CONFLICT");
      return { n };
    };
    app.post("/", entry("POST /", handler));
    app.put("/", handler);
    const url = await serve(app);
    const answers = await Promise.all(Array.from({ length: 1_000 }, async (_, n) => {
      const res = await fetch(url, { method: n % 3 ? "POST" : "PUT", headers: { "x-request-id": String(n), "content-type": "application/json" }, body: JSON.stringify({ n }) });
      const body = (await res.json()) as { instance?: string; n?: number };
      return [res.status, res.headers.get("x-request-id"), body.instance ?? body.n];
    }));
    expect(answers).toEqual(Array.from({ length: 1_000 }, (_, n) => [n % 2 ? 409 : 200, String(n), n % 2 ? `urn:request:${n}` : n]));
    const mine = t.logs.filter((l) => l.message === "mine");
    expect([mine.length, mine.every((l) => String(l["n"]) === l["requestId"])]).toEqual([1_000, true]);
    await until(() => state.working === 0);
    expect(new Set(entries().map((l) => l["requestId"])).size).toBe(1_000);
    expect(wheel.size).toBe(0);
  });
});
