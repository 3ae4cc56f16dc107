import Fastify from "fastify";
import { connect, constants, createServer, type ClientHttp2Session, type ClientHttp2Stream, type Http2Server, type Http2ServerRequest, type Http2ServerResponse, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
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

/** A handler that writes, or returns what is to be said. */
const frameworks: Readonly<Record<string, (answer: Answer, policy?: object) => Promise<ClientHttp2Session>>> = {
  "node:http": async (answer, policy) => {
    const handler = pipeline()(entry("GET /", async (req: Http2ServerRequest, res: Http2ServerResponse) => {
      const said = await answer({ method: req.method as string, path: req.url as string, headers: req.headers, body: req }, (text) => void res.write(text));
      if (!res.writableEnded) res.end(said as string);
    }, policy));
    const server: Http2Server = createServer(handler);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return dial((server.address() as AddressInfo).port);
  },
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
    expect([(await ask(session)).status, (await ask(session, { ":path": "/fast" })).status, (await ask(session, { ":path": "/fast" })).status]).toEqual([504, expect.any(Number), 429]);
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

