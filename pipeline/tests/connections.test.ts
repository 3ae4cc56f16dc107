import express from "express";
import Fastify from "fastify";
import { request, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { entry as expressEntry, pipeline as expressGlobal } from "../src/express.js";
import { entry as fastifyEntry, pipeline as fastifyGlobal } from "../src/fastify.js";
import { dispatch, entry as plain, log, pipeline as root } from "../src/index.js";
import { entry, pipeline } from "../src/node.js";
import { root as scopes } from "../src/scope.js";
import { state, wheel } from "../src/state.js";
import { loopback, pause, SWITCHED, until } from "./loopback.js";
import { deferred, fresh, never } from "./setting.js";

const t = fresh();
const serve = loopback();
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

/** A connection on which a test says byte by byte what it wants, and all that came back. */
function spoken(url: string): { readonly socket: Socket; heard(): string } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("error", () => {}).on("data", (part) => (text += String(part)));
  return { socket, heard: () => text };
}
const get = (path: string, headers = ""): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`;
const ended = async (count: number): Promise<void> => {
  await until(() => entries().length >= count && state.working === 0);
  expect([entries().length, wheel.size, scopes.members]).toEqual([count, 0, undefined]);
};

describe("requests that come on one connection without waiting", () => {
  it("are each an entry of their own, answered in order", async () => {
    const slow = deferred();
    const url = await serve(entry("GET /", async (req, res) => {
      if (req.url === "/1") await slow.promise;
      log.info("at", { url: req.url });
      res.end(req.url);
    }));
    const { socket, heard } = spoken(url);
    socket.write(["/1", "/2", "/3"].map((path) => get(path, `x-request-id: id${path.slice(1)}\r\n`)).join(""));
    await until(() => t.logs.filter((l) => l.message === "at").length === 2);
    slow.resolve();
    await until(() => heard().includes("/3"));
    expect([...heard().matchAll(/^x-request-id: (\w+)/gm)].map((m) => m[1])).toEqual(["id1", "id2", "id3"]);
    for (const line of t.logs.filter((l) => l.message === "at")) expect(line["requestId"]).toBe(`id${String(line["url"]).slice(1)}`);
    socket.destroy();
    await ended(3);
  });

  it("end with it, also those that wait for their turn to be answered", async () => {
    const signals: AbortSignal[] = [];
    const url = await serve(entry("GET /", () => dispatch("wait", ({ signal }) => { signals.push(signal); return never(); })));
    const { socket } = spoken(url);
    socket.write(get("/1") + get("/2") + get("/3"));
    await until(() => signals.length === 3);
    socket.destroy();
    await until(() => signals.every((s) => s.aborted));
    await ended(3);
    expect(entries().map((l) => l["outcome"])).toEqual(["CANCELLED", "CANCELLED", "CANCELLED"]);
  });

  it("end at their bounds, whoever is before them", async () => {
    root.configure({ entries: { "*": { timeout: 80 } } });
    const url = await serve(entry("GET /", () => never()));
    const { socket, heard } = spoken(url);
    socket.write(get("/1") + get("/2"));
    await until(() => heard().split("HTTP/1.1 504").length === 3);
    socket.destroy();
    await ended(2);
  });

  it("that are answered already when the connection breaks are over too", async () => {
    const url = await serve(entry("GET /", (req, res) => req.url === "/2" ? void res.end("second") : dispatch("wait", never)));
    const { socket } = spoken(url);
    socket.write(get("/1") + get("/2"));
    await until(() => state.working === 2);
    await pause(30);
    socket.destroy();
    await ended(2);
  });
});

/** The same wait and the same echo on each framework. */
const frameworks: Readonly<Record<string, (wait: () => unknown) => Promise<RequestListener>>> = {
  "node:http": async (wait) => pipeline()(async (req: IncomingMessage, res: ServerResponse) => {
    if (req.method === "GET") return void (await wait());
    let size = 0;
    for await (const part of req) size += (part as Buffer).length;
    res.end(String(size));
  }),
  express: async (wait) => {
    const app = express().use(expressGlobal(), express.text({ type: "*/*", limit: "1mb" }));
    app.get("/", expressEntry("GET /", async () => void (await wait())));
    app.post("/", expressEntry("POST /", (req, res) => void res.send(String(String(req.body).length))));
    return app;
  },
  fastify: async (wait) => {
    const app = Fastify();
    await app.register(fastifyGlobal());
    app.addContentTypeParser("*", { parseAs: "string" }, (_req, body, done) => done(null, body));
    app.get("/", fastifyEntry("GET /", async () => void (await wait())));
    app.post("/", fastifyEntry("POST /", async (req) => String(String(req.body).length)));
    await app.ready();
    return (req, res) => void app.routing(req, res);
  },
};

describe.each(Object.entries(frameworks))("a connection of %s", (_name, make) => {
  it("that breaks takes along every request that came on it", async () => {
    const signals: AbortSignal[] = [];
    const url = await serve(await make(() => dispatch("wait", ({ signal }) => { signals.push(signal); return never(); })));
    const { socket } = spoken(url);
    socket.write(get("/").repeat(20));
    await until(() => signals.length === 20);
    socket.destroy();
    await ended(20);
    expect([signals.every((s) => s.aborted), new Set(entries().map((l) => l["outcome"]))]).toEqual([true, new Set(["CANCELLED"])]);
  });

  it("may ask before it sends a body, whether it is let in or not", async () => {
    const listener = await make(never);
    const url = await serve(listener);
    const ask = (body: string): Promise<{ readonly status: number | undefined; readonly text: string; readonly asked: boolean }> => new Promise((resolve, reject) => {
      const req = request(url, { method: "POST", headers: { expect: "100-continue", "content-type": "text/plain", "content-length": body.length } });
      let asked = false;
      req.on("continue", () => { asked = true; req.end(body); }).on("error", reject).on("response", async (res) => {
        let text = "";
        for await (const part of res) text += String(part);
        resolve({ status: res.statusCode, text, asked });
        req.destroy();
      });
      req.flushHeaders();
    });
    expect(await ask("x".repeat(70_000))).toEqual({ status: 200, text: "70000", asked: true });
    root.configure({ entries: { "*": { authorize: () => false } } });
    expect((await ask("x")).status).toBe(403);
    await ended(2);
  });

  it("that breaks amid a chunk leaves nothing, and one that sends no chunk at all is no failure of ours", async () => {
    const url = await serve(await make(never), (server) => server.on("clientError", (_error, socket) => socket.destroy()));
    const head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n";
    for (const [i, part] of ["5\r\nhe", "5\r\nhello\r\n", "5\r\nhello\r\nzz\r\n", "ffffffffffffffffff\r\n"].entries()) {
      const { socket } = spoken(url);
      socket.write(head);
      await until(() => state.working === 1);
      socket.write(part);
      if (i < 2) await pause(20).then(() => socket.destroy());
      await ended(i + 1);
      socket.destroy();
    }
    expect(entries().map((l) => l["outcome"])).toEqual(Array(4).fill("CANCELLED"));
    const whole = spoken(url);
    whole.socket.write(`${head}5\r\nhello\r\n0\r\n\r\n`);
    await until(() => whole.heard().includes("HTTP/1.1 200"));
    whole.socket.destroy();
  });
});

describe("a server that also upgrades connections", () => {
  it("neither bounds nor waits for them, and its requests are entries as ever", async () => {
    root.configure({ entries: { "*": { timeout: 60 } } });
    const url = await serve(pipeline()((_req, res) => void res.end("fine")), (server) =>
      server.on("upgrade", (_req, socket: Socket) => {
        socket.write(SWITCHED);
        socket.on("data", plain("message", (part: Buffer) => void socket.write(`echo ${String(part)}`)) as never).on("error", () => {});
      }));
    const { socket, heard: text } = spoken(url);
    socket.write(get("/", "connection: upgrade\r\nupgrade: websocket\r\n"));
    await until(() => text().endsWith("hello"));
    expect(await (await fetch(url)).text()).toBe("fine");
    await pause(150);
    expect([state.working, text().split("HTTP/1.1").length]).toEqual([0, 2]);
    socket.write("one");
    await until(() => text().endsWith("echo one"));
    expect(await root.shutdown()).toEqual({ drained: true });
    socket.destroy();
    expect(entries().map((l) => [l["entry"], l["outcome"]])).toEqual([["http", "ok"], ["message", "ok"]]);
  });
});
