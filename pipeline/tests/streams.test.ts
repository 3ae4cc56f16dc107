import express from "express";
import Fastify from "fastify";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { pipeline as piped } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { entry as expressEntry, pipeline as expressGlobal } from "../src/express.js";
import { entry as fastifyEntry, pipeline as fastifyGlobal } from "../src/fastify.js";
import { dispatch, entry as plain, pipeline as root } from "../src/index.js";
import { entry, pipeline } from "../src/node.js";
import { root as scopes } from "../src/scope.js";
import { state, wheel } from "../src/state.js";
import { loopback, pause, until } from "./loopback.js";
import { fresh, never, rejection } from "./setting.js";

const t = fresh();
const serve = loopback();
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const over = async (): Promise<void> => {
  await until(() => entries().length === 1 && state.working === 0);
  await until(() => scopes.members === undefined && wheel.size === 0);
};

type Write = (res: ServerResponse) => unknown;
const policy = { idle: 250 };
/** What writes to the raw response of each framework. */
const frameworks: Readonly<Record<string, (write: Write) => Promise<RequestListener>>> = {
  "node:http": async (write) => pipeline()(entry.stream("GET /", (_req: IncomingMessage, res: ServerResponse) => write(res), policy)),
  express: async (write) => express().use(expressGlobal()).get("/", expressEntry.stream("GET /", (_req, res) => write(res), policy)),
  fastify: async (write) => {
    const app = Fastify();
    await app.register(fastifyGlobal());
    app.get("/", fastifyEntry.stream("GET /", async (_req, reply) => {
      reply.hijack();
      await write(reply.raw);
      return reply;
    }, policy));
    await app.ready();
    return (req, res) => void app.routing(req, res);
  },
};

/** A client that reads only when told to. */
function slow(url: string): { read(): void; size(): number; destroy(): void } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let size = 0;
  socket.on("error", () => {}).on("data", (part) => (size += part.length)).pause();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  return { read: () => void socket.resume(), size: () => size, destroy: () => void socket.destroy() };
}
const CHUNK = Buffer.alloc(256 * 1024, "x");

describe.each(Object.entries(frameworks))("a stream of %s", (_name, make) => {
  it("whose client does not read is not written on, and is cut when nothing has moved for its bound", async () => {
    let made = 0;
    const source = Readable.from((async function* () { for (;;) { made++; yield CHUNK; } })());
    const client = slow(await serve(await make((res) => { res.writeHead(200); return piped(source, res); })));
    await over();
    expect(entries()[0]).toMatchObject({ outcome: "TIMEOUT" });
    // What fits into the buffers of both sides, and no more.
    expect(made).toBeLessThan(200);
    expect(source.destroyed).toBe(true);
    client.destroy();
  });

  it("whose client reads in the end lasts as long as it needs", async () => {
    const client = slow(await serve(await make(async (res) => {
      res.writeHead(200, { "content-length": CHUNK.length * 40 });
      await piped(Readable.from((async function* () { for (let i = 0; i < 40; i++) { if (i % 8 === 0) await pause(100); yield CHUNK; } })()), res);
    })));
    await pause(150);
    client.read();
    await over();
    // The last of it may still be on its way.
    await until(() => client.size() >= CHUNK.length * 40);
    expect(entries()[0]?.["outcome"]).toBe("ok");
    expect(entries()[0]?.["ms"]).toBeGreaterThan(policy.idle);
    client.destroy();
  });

  it("whose client has gone ends what makes its events", async () => {
    let signal: AbortSignal | undefined;
    let isClosed = false;
    const client = slow(await serve(await make(async (res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      const events = Readable.from((async function* () { try { for (let i = 0; ; i++) { await pause(20); yield `data: ${i}\n\n`; } } finally { isClosed = true; } })());
      void dispatch("subscription", (call) => { signal = call.signal; return never(); }).catch(() => {});
      await piped(events, res).catch(() => {});
    })));
    client.read();
    await until(() => client.size() > 300);
    client.destroy();
    await over();
    expect(entries()[0]).toMatchObject({ outcome: "CANCELLED" });
    await until(() => isClosed);
    expect(signal?.aborted).toBe(true);
  });
});

describe("an entry that returns items", () => {
  it("makes none before it is asked, and ends its source when nobody wants more", async () => {
    let made = 0;
    let isClosed = false;
    const numbers = plain.stream("numbers", async function* () {
      try { for (;;) yield ++made; } finally { isClosed = true; }
    });
    for await (const n of numbers()) {
      await pause(5);
      expect(made).toBe(n);
      if (n === 5) break;
    }
    expect([made, isClosed]).toEqual([5, true]);
    await over();
  });

  it("is cut with what it waits for", async () => {
    root.configure({ entries: { numbers: { idle: 60 } } });
    let signal: AbortSignal | undefined;
    const numbers = plain.stream("numbers", async function* () {
      yield 1;
      await dispatch("wait", (call) => { signal = call.signal; return never(); });
    });
    const error = await rejection((async () => { for await (const _ of numbers()); })());
    expect([error.code, signal?.aborted]).toEqual(["TIMEOUT", true]);
    await over();
  });

  it("refuses as an asynchronous one refuses, and fails with failures only", async () => {
    const refused = plain.stream("refused", async () => (async function* () { yield 1; })(), { authorize: () => false });
    expect((await rejection(refused())).code).toBe("FORBIDDEN");
    t.logs.length = 0;
    const failing = plain.stream("failing", async () => { throw new Error("no source"); });
    expect((await rejection(failing())).error).toEqual({ code: "INTERNAL" });
    await over();
  });
});
