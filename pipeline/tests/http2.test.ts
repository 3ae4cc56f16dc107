import Fastify from "fastify";
import express from "express";
import { createReadStream } from "node:fs";
import { request as overHttp1 } from "node:http";
import { connect, constants, createSecureServer, createServer, Http2ServerRequest as H2Request, Http2ServerResponse as H2Response, type ClientHttp2Session, type ClientHttp2Stream, type Http2SecureServer, type Http2Server, type Http2ServerRequest, type Http2ServerResponse, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { pipeline as pipe } from "node:stream/promises";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { entry as expressEntry, pipeline as expressGlobal } from "../src/express.js";
import { entry as fastifyEntry, pipeline as fastifyGlobal } from "../src/fastify.js";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { entry, pipeline } from "../src/node.js";
import { root as scopes } from "../src/scope.js";
import { state, wheel } from "../src/state.js";
import { LEAK, until } from "./loopback.js";
import { deferred, fresh, never, turns } from "./setting.js";

const t = fresh();
const servers: { close(): unknown }[] = [];
const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const server of servers.splice(0)) server.close();
});
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<unknown>;
}
type Answer = (asked: Asked, write: (text: string) => void) => unknown;

function dial(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  sessions.push(session.on("error", () => {}));
  return session;
}

async function listening(server: Http2Server | Http2SecureServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const express4 = createRequire(import.meta.url)("express4") as typeof express;

/** As `http2-express-bridge` does it: Express gives every request and response its own prototypes, which must then be those of HTTP/2. */
function bridged(make: typeof express): { readonly app: express.Express; readonly listener: (req: unknown, res: unknown) => void } {
  const app = make();
  const over = (prototype: object, own: object): object => Object.create(Object.create(prototype, { ...Object.getOwnPropertyDescriptors(own), req: { value: undefined, writable: true } }) as object, { app: { value: app } }) as object;
  const [one, two] = [[app.request, app.response], [over(H2Request.prototype, make.request), over(H2Response.prototype, make.response)]];
  const listener = (req: { readonly httpVersionMajor: number }, res: unknown): void => {
    [app.request, app.response] = (req.httpVersionMajor === 2 ? two : one) as [typeof app.request, typeof app.response];
    app(req as express.Request, res as express.Response);
  };
  return { app, listener: listener as (req: unknown, res: unknown) => void };
}

const overExpress = (make: typeof express) => async (answer: Answer, policy?: object): Promise<ClientHttp2Session> => {
  const { app, listener } = bridged(make);
  app.use(expressGlobal());
  app.use(expressEntry("GET /", async (req: express.Request, res: express.Response) => {
    const said = await answer({ method: req.method, path: req.url, headers: req.headers, body: req }, (text) => void res.write(text));
    if (!res.headersSent) res.send(said);
    else res.end(said);
  }, policy));
  return dial(await listening(createServer(listener)));
};

/** A handler that writes, or returns what is to be said. */
const frameworks: Readonly<Record<string, (answer: Answer, policy?: object) => Promise<ClientHttp2Session>>> = {
  "node:http": async (answer, policy) => {
    const handler = pipeline()(entry("GET /", async (req: Http2ServerRequest, res: Http2ServerResponse) => {
      const said = await answer({ method: req.method as string, path: req.url as string, headers: req.headers, body: req }, (text) => void res.write(text));
      if (!res.writableEnded) res.end(said as string);
    }, policy));
    return dial(await listening(createServer(handler)));
  },
  "express 4": overExpress(express4),
  "express 5": overExpress(express),
  fastify: async (answer, policy) => {
    const app = Fastify({ http2: true });
    servers.push(app);
    await app.register(fastifyGlobal());
    app.addContentTypeParser("*", (_req, _body, done) => done(null));
    app.route({ method: ["GET", "POST"], url: "*", handler: fastifyEntry("GET /", async (req, reply) => {
      const said = await answer({ method: req.method, path: req.url, headers: req.headers, body: req.raw }, (text) => {
        if (!reply.sent) reply.hijack();
        reply.raw.write(text);
      });
      if (!reply.sent) return said;
      reply.raw.end(said as string);
      return reply;
    }, policy) });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return dial((app.server.address() as AddressInfo).port);
  },
};

interface Answered {
  readonly status: unknown;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly code: number;
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}, use: (stream: ClientHttp2Stream) => void = (stream) => stream.end()): Promise<Answered> {
  const stream = session.request({ ":path": "/", ...headers });
  let head: Record<string, unknown> = {};
  let text = "";
  stream.on("response", (got) => (head = got)).on("data", (part) => (text += String(part))).on("error", () => {});
  use(stream);
  return new Promise((resolve) => void stream.on("close", () => resolve({ status: head[":status"], headers: head, text, code: stream.rstCode })));
}
const over = async (count: number): Promise<void> => {
  await until(() => entries().length >= count && state.working === 0);
  expect([entries().length, wheel.size, scopes.members]).toEqual([count, 0, undefined]);
};

describe.each(Object.entries(frameworks))("%s over HTTP/2", (_name, serve) => {
  it("answers as ever, with the request's id; masks what fails", async () => {
    const session = await serve(({ path }) => {
      if (path === "/fails") throw new Error(LEAK);
      if (path === "/none") throw fail("NOT_FOUND", { resource: "x" });
      return "fine";
    });
    expect(await ask(session, { "x-request-id": "mine-1" })).toMatchObject({ status: 200, text: "fine", headers: { "x-request-id": "mine-1" } });
    const failed = await ask(session, { ":path": "/fails", "x-request-id": "mine-2" });
    expect([failed.status, failed.headers["content-type"], JSON.parse(failed.text)]).toEqual([500, "application/problem+json", { type: "urn:problem:internal", title: "Internal error", status: 500, code: "INTERNAL", instance: "urn:request:mine-2" }]);
    expect((await ask(session, { ":path": "/none" })).status).toBe(404);
    await over(3);
    expect(entries().map((l) => l["status"])).toEqual([200, 500, 404]);
  });

  it("answers at its bound, and limits by the address of the session", async () => {
    root.configure({ entries: { "*": { timeout: 60, rateLimit: { limit: 2, per: 60_000 } } } });
    const session = await serve(({ path }) => (path === "/fast" ? "fine" : never()));
    expect([(await ask(session)).status, (await ask(session, { ":path": "/fast" })).status]).toEqual([504, 200]);
    const limited = await ask(session, { ":path": "/fast" });
    expect([limited.status, limited.headers["content-type"], limited.headers["retry-after"], JSON.parse(limited.text)]).toMatchObject([429, "application/problem+json", expect.stringMatching(/^(?:29|30)$/), { code: "RATE_LIMITED" }]);
    await over(3);
  });

  it("cancels what a client resets, waiting or in mid-body, and no other stream of its session", async () => {
    const signals: AbortSignal[] = [];
    const gate = deferred();
    const session = await serve(async ({ path, body }) => {
      await dispatch("work", async ({ signal }) => {
        signals.push(signal);
        if (path === "/stays") return gate.promise;
        if (path === "/body") for await (const _ of body);
        return never();
      });
      return "stayed";
    });
    const stays = ask(session, { ":path": "/stays" });
    await until(() => signals.length === 1);
    const gone: ClientHttp2Stream[] = [];
    const others = [ask(session, {}, (s) => { gone.push(s); s.end(); }), ask(session, { ":path": "/body", ":method": "POST", "content-type": "application/x-raw" }, (s) => { gone.push(s); s.write("half"); })];
    await until(() => signals.length === 3);
    for (const stream of gone) stream.close(constants.NGHTTP2_CANCEL);
    await Promise.all(others);
    await until(() => entries().length === 2);
    expect([signals.map((s) => s.aborted), entries().map((l) => l["outcome"])]).toEqual([[false, true, true], ["CANCELLED", "CANCELLED"]]);
    gate.resolve();
    expect((await stays).text).toBe("stayed");
    await over(3);
  });

  it("cancels all that came on a session that breaks", async () => {
    const signals: AbortSignal[] = [];
    const session = await serve(() => dispatch("work", ({ signal }) => { signals.push(signal); return never(); }));
    const all = Array.from({ length: 50 }, () => ask(session));
    await until(() => signals.length === 50);
    session.destroy();
    await Promise.all(all);
    await over(50);
    expect(signals.every((s) => s.aborted)).toBe(true);
  });

  it("only breaks the stream once a head is out, and not the session", async () => {
    const session = await serve(async ({ path }, write) => {
      if (path !== "/fails") return "fine";
      write("half");
      await turns(2);
      throw new Error(LEAK);
    });
    const broken = await ask(session, { ":path": "/fails" });
    expect([broken.status, broken.text, broken.code === constants.NGHTTP2_NO_ERROR]).toEqual([200, "half", false]);
    expect((await ask(session)).text).toBe("fine");
    await over(2);
    expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", err: { message: LEAK } });
  });

  it("keeps hundreds at once on one session apart", async () => {
    const session = await serve(async ({ headers }) => {
      await dispatch("a", () => turns(1), { concurrency: 10 });
      log.info("mine", { n: headers["x-request-id"] });
      return String(headers["x-request-id"]);
    });
    const answers = await Promise.all(Array.from({ length: 90 }, (_, i) => ask(session, { "x-request-id": String(i) })));
    expect(answers.map((a) => a.text)).toEqual(Array.from({ length: 90 }, (_, i) => String(i)));
    expect(t.logs.filter((l) => l.message === "mine").every((l) => l["n"] === l["requestId"])).toBe(true);
    await over(90);
  });
});

describe("a stream of HTTP/2", () => {
  it("fails by what its handler breaks its response with", async () => {
    const session = dial(await listening(createServer(pipeline()(entry("GET /", async (_req: Http2ServerRequest, res: Http2ServerResponse) => {
      res.write("half");
      await pipe(createReadStream(LEAK), res);
    })))));
    expect(await ask(session)).toMatchObject({ text: "half" });
    await over(1);
    expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", level: "error", err: { code: "ENOENT" } });
  });

  it("is over before it begins where the session is gone already", async () => {
    const gate = deferred();
    let came = false;
    const handler = entry("GET /", (_req: Http2ServerRequest, res: Http2ServerResponse) => void res.end("late"));
    const session = dial(await listening(createServer(async (req, res) => {
      came = true;
      await gate.promise;
      handler(req, res);
    })));
    const gone = ask(session);
    await until(() => came);
    session.destroy();
    await gone;
    await turns(5);
    gate.resolve();
    await over(1);
    expect(entries()[0]).toMatchObject({ outcome: "CANCELLED" });
  });
});

/** No certificate is at hand: both ends know a key. */
const KEY = { psk: Buffer.from("0123456789abcdef"), identity: "test" };
const TLS = { ciphers: "PSK", maxVersion: "TLSv1.2" } as const;

interface Spoken {
  readonly status: unknown;
  readonly text: string;
}

/** Over HTTP/1.1, as a client does that knows nothing else. `gone`: it hangs up when that is so. */
function askOverHttp1(port: number, path: string, gone?: Promise<unknown>): Promise<Spoken | undefined> {
  const socket = connectTls({ port, host: "127.0.0.1", ...TLS, pskCallback: () => KEY, checkServerIdentity: () => undefined, ALPNProtocols: ["http/1.1"] });
  return new Promise((resolve) => {
    const req = overHttp1({ path, createConnection: () => socket, headers: { connection: "close" } }, (res) => {
      let text = "";
      res.on("data", (part) => (text += String(part))).on("end", () => resolve({ status: res.statusCode, text }));
    });
    req.on("error", () => resolve(undefined)).end();
    void gone?.then(() => req.destroy());
  });
}

const raw = (answer: (path: string) => unknown) => pipeline()(entry("GET /", async (req: Http2ServerRequest, res: Http2ServerResponse) => void res.end((await answer(req.url)) as string))) as never;
const overExpress5 = (answer: (path: string) => unknown) => {
  const { app, listener } = bridged(express);
  app.use(expressGlobal(), expressEntry("GET /", async (req: express.Request, res: express.Response) => void res.send(await answer(req.url))));
  return listener as never;
};

describe.each([["node:http", raw], ["express", overExpress5]])("%s on one server for HTTP/2 and HTTP/1.1", (_name, listen) => {
  it("is held to the same over both", async () => {
    root.configure({ entries: { "*": { timeout: 300 } } });
    const signals: AbortSignal[] = [];
    const port = await listening(createSecureServer({ ...TLS, allowHTTP1: true, pskCallback: () => KEY.psk }, listen((path) => {
      if (path === "/fails") throw new Error(LEAK);
      if (path === "/waits") return dispatch("work", ({ signal }) => { signals.push(signal); return never(); });
      return "fine";
    })));
    const session = connect(`https://127.0.0.1:${port}`, { ...TLS, pskCallback: () => KEY, checkServerIdentity: () => undefined });
    sessions.push(session.on("error", () => {}));
    const askOverHttp2 = async (path: string, gone?: Promise<unknown>): Promise<Spoken | undefined> => {
      const { status, text } = await ask(session, { ":path": path }, (stream) => {
        stream.end();
        void gone?.then(() => stream.close(constants.NGHTTP2_CANCEL));
      });
      return status === undefined ? undefined : { status, text };
    };
    for (const speak of [(path: string, gone?: Promise<unknown>) => askOverHttp1(port, path, gone), askOverHttp2]) {
      expect(await speak("/")).toEqual({ status: 200, text: "fine" });
      const failed = await speak("/fails");
      expect([failed?.status, failed?.text.includes(LEAK), JSON.parse(failed?.text ?? "")]).toMatchObject([500, false, { code: "INTERNAL" }]);
      expect(JSON.parse((await speak("/waits"))?.text ?? "")).toMatchObject({ status: 504, code: "TIMEOUT" });
      const before = signals.length;
      expect(await speak("/waits", until(() => signals.length > before))).toBeUndefined();
      await until(() => signals.at(-1)?.aborted === true);
    }
    await over(8);
    expect(entries().map((l) => l["outcome"])).toEqual([0, 1].flatMap(() => ["ok", "INTERNAL", "TIMEOUT", "CANCELLED"]));
  });
});
