import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entry } from "../src/fastify.js";
import { dispatch, fail, pipeline as root } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { fastifyApps } from "./fastify-apps.js";
import { caughtLater, expectMasked, halfSent, LEAK, pause, THROWN, until } from "./loopback.js";
import { scenarios, type Asked } from "./scenarios.js";
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

describe("admission of a handler that answers in a callback", () => {
  it("waits for who is asked", async () => {
    const app = global();
    app.get("/", entry("c", (_request: FastifyRequest, reply: FastifyReply) => void setImmediate(() => reply.send("in")), { authorize: async (request) => (request.query as { ok?: string }).ok === "1" }));
    const url = await serve(app);
    await expectMasked(await fetch(url), 403, "FORBIDDEN", "Not allowed");
    expect(await (await fetch(`${url}/?ok=1`)).text()).toBe("in");
  });
});

scenarios({
  serve(routes, isWhole) {
    const app = isWhole ? global() : bare();
    for (const [name, { handle, policy, isBare }] of Object.entries(routes)) {
      const [method = "", url = ""] = name.split(" ");
      const handler = async (request: FastifyRequest): Promise<unknown> => handle(request as unknown as Asked);
      app.route({ method, url, handler: isBare ? handler : entry(name, handler, policy) });
    }
    return serve(app);
  },
}, t);
