import { createReadStream } from "node:fs";
import { createServer, request, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline as pipe } from "node:stream/promises";
import { afterEach, describe, expect, it } from "vitest";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { entry, pipeline } from "../src/node.js";
import { state, wheel } from "../src/state.js";
import { deferred, fresh, never, turns } from "./setting.js";

const t = fresh();
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => { server.closeAllConnections(); server.close(); }));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
};
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

describe("a node:http handler in its entry", () => {
  it("answers as it did, with the request's id", async () => {
    const handler = (_req: IncomingMessage, res: ServerResponse): void => void res.end("fine");
    const entered = entry("GET /", handler);
    expect([entered.name, entered.length]).toEqual(["handler", 2]);
    const url = await serve(entered);
    const res = await fetch(url, { headers: { "x-request-id": "mine-1" } });
    expect([res.status, await res.text(), res.headers.get("x-request-id")]).toEqual([200, "fine", "mine-1"]);
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ entry: "GET /", requestId: "mine-1", status: 200, outcome: "ok" });
  });

  it("keeps its context in the callbacks of a body that is read", async () => {
    const url = await serve(entry("POST /", (req, res) => {
      req.resume().on("end", () => {
        log.info("read");
        res.end();
      });
    }));
    await fetch(url, { method: "POST", body: "x".repeat(100_000), headers: { "x-request-id": "mine-2" } });
    await until(() => entries().length === 1);
    expect(t.logs.find((l) => l.message === "read")).toMatchObject({ requestId: "mine-2" });
  });

  it("ends where the response was over before it began", async () => {
    const late = deferred<void>();
    const entered = entry("GET /", async (_req: IncomingMessage, _res: ServerResponse) => undefined);
    const url = await serve((req, res) => {
      res.end();
      res.once("close", () => setImmediate(() => {
        void entered(req, res);
        late.resolve();
      }));
    });
    await fetch(url);
    await late.promise;
    await until(() => entries().length === 1);
    expect(state.working).toBe(0);
  });

  it("tells a client nothing but the code, whatever was thrown", async () => {
    const thrown: unknown[] = [new Error("select * from users /srv/app"), "hunter22", null, undefined, 42, { message: "leak" }];
    let sync = false;
    const url = await serve(entry("GET /", (req, res) => {
      res.setHeader("x-internal", "leak");
      const error = thrown[Number(req.headers["x-n"])];
      if (sync) throw error;
      return Promise.reject(error);
    }));
    for (sync of [false, true])
      for (const n of thrown.keys()) {
        const res = await fetch(url, { headers: { "x-n": String(n) } });
        const body = await res.text();
        expect([res.status, res.headers.get("content-type"), res.headers.get("x-internal")]).toEqual([500, "application/problem+json", null]);
        expect(JSON.parse(body)).toEqual({ type: "urn:problem:internal", title: "Internal error", status: 500, code: "INTERNAL", instance: `urn:request:${res.headers.get("x-request-id")}` });
      }
    await until(() => entries().length === 12);
    expect(entries()[0]).toMatchObject({ level: "error", err: { message: "select * from users /srv/app" } });
  });

  it("answers 504 at its bound, also for a handler that returned long ago", async () => {
    root.configure({ entries: { "*": { timeout: 60 } } });
    for (const handler of [() => never(), () => undefined]) {
      const res = await fetch(await serve(entry("GET /", handler)));
      expect([res.status, await res.json()]).toMatchObject([504, { code: "TIMEOUT" }]);
    }
    expect(wheel.size).toBe(0);
  });

  it("cancels what runs when the client goes in mid-body", async () => {
    let signal: AbortSignal | undefined;
    const url = await serve(entry("POST /", async (req) => {
      await dispatch("read", async (call) => { signal = call.signal; for await (const _ of req); });
    }));
    const req = request(url, { method: "POST", headers: { "content-length": "1000" } });
    req.on("error", () => {});
    req.write("half");
    await until(() => signal !== undefined);
    req.destroy();
    await until(() => signal?.aborted === true && entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "CANCELLED" });
    await until(() => state.working === 0);
  });

  it("only breaks the connection once a head is out", async () => {
    const url = await serve(entry("GET /", async (_req, res) => {
      res.write("half");
      await turns(2);
      throw new Error("late");
    }));
    await expect(fetch(url).then((res) => res.text())).rejects.toThrow();
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "INTERNAL", err: { message: "late" } });
  });

  it("fails by what it breaks its response with itself, and tells why", async () => {
    const url = await serve(entry("GET /", async (req, res) => {
      if (req.url === "/half") res.write("half");
      await pipe(createReadStream("/there/is/none"), res);
    }));
    for (const path of ["/", "/half"]) await expect(fetch(url + path).then((res) => res.text())).rejects.toThrow();
    await until(() => entries().length === 2);
    expect(entries()).toMatchObject(Array(2).fill({ outcome: "INTERNAL", level: "error", err: { code: "ENOENT" } }));
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("tells of a failure after its end", async () => {
    const gate = deferred();
    const url = await serve(entry("GET /", async (_req, res) => {
      res.end("ok");
      await gate.promise;
      throw new Error("afterwards");
    }));
    expect(await (await fetch(url)).text()).toBe("ok");
    await until(() => entries().length === 1);
    gate.resolve();
    await until(() => t.logs.some((l) => l.message === "failed after its end"));
    expect(entries()[0]).toMatchObject({ outcome: "ok" });
  });

  it("keeps a thousand at once apart", async () => {
    const url = await serve(entry("GET /", async (req, res) => {
      await dispatch("a", () => turns(1), { concurrency: 2_000 });
      await dispatch("b", () => turns(1), { concurrency: 10 });
      log.info("mine", { n: req.headers["x-request-id"] });
      if (Number(req.headers["x-request-id"]) % 2) throw fail("NOT_FOUND", { resource: "x" });
      res.end(req.headers["x-request-id"]);
    }));
    const answers = await Promise.all(Array.from({ length: 1_000 }, async (_, i) => {
      const res = await fetch(url, { headers: { "x-request-id": String(i) } });
      return [res.status, i % 2 ? ((await res.json()) as { instance: string }).instance : await res.text()];
    }));
    expect(answers).toEqual(Array.from({ length: 1_000 }, (_, i) => (i % 2 ? [404, `urn:request:${i}`] : [200, String(i)])));
    const mine = t.logs.filter((l) => l.message === "mine");
    expect([mine.length, mine.every((l) => l["n"] === l["requestId"])]).toEqual([1_000, true]);
    await until(() => state.working === 0);
    expect(wheel.size).toBe(0);
  });

  it("sheds what is too much, with when to come back", async () => {
    const gate = deferred();
    const url = await serve(entry("GET /", async (_req, res) => { await gate.promise; res.end(); }, { concurrency: 1 }));
    const first = fetch(url);
    await until(() => state.working === 1);
    const second = await fetch(url);
    expect([second.status, second.headers.get("retry-after")]).toEqual([503, "1"]);
    gate.resolve();
    expect((await first).status).toBe(200);
  });

  it("limits the rate by address", async () => {
    const url = await serve(entry("POST /login", (_req, res) => res.end(), { rateLimit: { limit: 1, per: 60_000 } }));
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([200, 429]);
  });

  it("inside `pipeline()` is one entry: its own name, one line", async () => {
    const url = await serve(pipeline()((req, res) => (req.url === "/a" ? entry("GET /a", async (_req: IncomingMessage, _res: ServerResponse) => { throw fail("FORBIDDEN"); })(req, res) : res.end())));
    expect((await fetch(`${url}/a`)).status).toBe(403);
    expect((await fetch(`${url}/b`)).status).toBe(200);
    await until(() => entries().length === 2);
    expect(entries().map((l) => [l["entry"], l["outcome"]])).toEqual([["GET /a", "FORBIDDEN"], ["http", "ok"]]);
  });

  it("as a stream lasts while it writes", async () => {
    const url = await serve(entry.stream("GET /events", async (_req, res) => {
      for (let i = 0; i < 6; i++) { res.write(`${i}`); await new Promise((resolve) => setTimeout(resolve, 50)); }
      await never();
    }, { idle: 200 }));
    const res = await fetch(url);
    let text = "";
    await expect((async () => { for await (const part of res.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(part).toString(); })()).rejects.toThrow();
    expect(text).toBe("012345");
    await until(() => entries().length === 1);
    expect(entries()[0]).toMatchObject({ outcome: "TIMEOUT" });
  });
});
