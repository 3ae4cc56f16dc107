import axios from "axios";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { AppFailure, dispatch, entry, http, pipeline } from "../src/index.js";
import { entry as nodeEntry } from "../src/node.js";
import { root } from "../src/scope.js";
import { wheel } from "../src/state.js";
import { fresh, rejection } from "./setting.js";

const t = fresh();
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => { server.closeAllConnections(); server.close(); }));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const opOf = (url: string): string => `http.${new URL(url).host}`;

describe.each(["fetch", "axios"] as const)("http.%s", (kind) => {
  const client = http.axios(axios.create({ responseType: "text" }));
  const get = async (url: string, init: { method?: string; headers?: Record<string, string>; signal?: AbortSignal; body?: string } = {}): Promise<string> => {
    if (kind === "axios") return (await client.request({ url, validateStatus: null, ...init, data: init.body } as never)).data as string;
    return (await http.fetch(url, init)).text();
  };

  it("gives what the server gives, and carries the correlation", async () => {
    let headers: IncomingHttpHeaders = {};
    const url = await serve((req, res) => { headers = req.headers; res.end("fine"); });
    let id = "";
    await entry("e", async () => { expect(await get(url, { headers: { "x-own": "1" } })).toBe("fine"); })();
    id = t.logs.at(-1)?.["requestId"] as string;
    expect(headers).toMatchObject({ "x-request-id": id, traceparent: expect.stringMatching(new RegExp(`^00-${id}-[0-9a-f]{16}-01$`)), "x-own": "1" });
    expect(headers).not.toHaveProperty("x-nobypass-remaining");
    pipeline.configure({ propagate: [], trust: { origins: [url] } });
    await entry("e", () => get(url))();
    expect(headers).not.toHaveProperty("traceparent");
    expect(Number(headers["x-nobypass-remaining"])).toBeGreaterThan(20_000);
    expect(Number(headers["x-nobypass-remaining"])).toBeLessThanOrEqual(30_000);
    await entry("e", () => get(url, { headers: { traceparent: "own" } }))();
    expect(headers["traceparent"]).toBe("own");
  });

  it("is bounded against a server that is slow, in its head or in its body", async () => {
    for (const listener of [(() => {}) as RequestListener, ((_req, res) => { res.write("half"); }) as RequestListener]) {
      const url = await serve(listener);
      pipeline.configure({ ops: { [opOf(url)]: { timeout: 150 } } });
      const error = await rejection(get(url));
      if (error instanceof AppFailure) expect(error.error).toEqual({ code: "TIMEOUT", op: opOf(url) });
      else expect(kind).toBe("axios"); // reports its own cancellation
    }
    expect([wheel.size, root.members]).toEqual([0, undefined]);
  });

  it("is bounded by its entry", async () => {
    let gone = false;
    const url = await serve((_req, res) => { res.on("close", () => (gone = true)); });
    pipeline.configure({ entries: { e: { timeout: 100 } } });
    expect((await rejection(entry("e", () => get(url))())).error).toEqual({ code: "TIMEOUT", op: "e" });
    for (let i = 0; i < 500 && !gone; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(gone).toBe(true);
  });

  it("throws what the client throws when the connection is reset or refused", async () => {
    const url = await serve((req) => req.socket.destroy());
    const error = await rejection(get(url));
    expect(error instanceof AppFailure).toBe(false);
    expect(kind === "fetch" ? error instanceof TypeError : axios.isAxiosError(error)).toBe(true);
    expect((await rejection(get("http://127.0.0.1:1"))) instanceof AppFailure).toBe(false);
  });

  it("heeds a signal of the caller's, with its reason", async () => {
    const url = await serve(() => {});
    const controller = new AbortController();
    const work = rejection(get(url, { signal: controller.signal }));
    const reason = new Error("changed my mind");
    setTimeout(() => controller.abort(reason), 30);
    const error = await work;
    if (kind === "fetch") expect(error).toBe(reason);
    else expect(axios.isCancel(error)).toBe(true);
    expect(await rejection(get(url, { signal: AbortSignal.abort(reason) }))).toBeInstanceOf(Error);
  });

  it("tries again only what may be sent twice", async () => {
    const seen: string[] = [];
    const url = await serve((req, res) => { seen.push(req.method as string); if (seen.length < 2) req.socket.destroy(); else res.end("second"); });
    pipeline.configure({ ops: { "http.*": { retry: 2, idempotent: "method" } } });
    expect(await get(url)).toBe("second");
    seen.length = 0;
    await rejection(get(url, { method: "POST", body: "x" }));
    seen.length = 0;
    expect(await get(url, { method: "POST", body: "x", headers: { "Idempotency-Key": "k" } })).toBe("second");
    expect(seen).toEqual(["POST", "POST"]);
  });
});

describe("a call that is tried again", () => {
  it("says so to those who are trusted, and they try nothing again below it", async () => {
    const told: unknown[] = [];
    let tries = 0;
    const url = await serve(nodeEntry("GET /", async (req, res) => {
      told.push(req.headers["x-nobypass-retrying"]);
      await dispatch("below", () => { tries++; throw new Error("down"); }, { retry: 1, idempotent: true }).catch(() => {});
      res.end();
    }));
    const ask = (): Promise<string> => http.fetch(url).then((res) => res.text());
    pipeline.configure({ ops: { "http.*": { retry: 1, idempotent: "method" } } });
    await ask();
    pipeline.configure({ trust: { origins: [url] } });
    await ask();
    expect([told, tries]).toEqual([[undefined, "1"], 4]);
    pipeline.configure({ trust: { peers: ["127.0.0.1"] } });
    await ask();
    expect([told[2], tries]).toEqual(["1", 5]);
  });

  it("is not made with a body that is spent", async () => {
    const bodies: string[] = [];
    const url = await serve(async (req, res) => { let body = ""; for await (const part of req) body += String(part); bodies.push(body); res.writeHead(503, { "retry-after": "0" }).end(); });
    pipeline.configure({ ops: { "http.*": { retry: 2, idempotent: true } } });
    const client = http.axios(axios.create({ validateStatus: null }));
    const retried = axios.create();
    const bytes = (): AsyncGenerator<Uint8Array> => (async function* () { yield new Uint8Array([65]); })();
    const ways: (() => Promise<unknown>)[] = [
      () => http.fetch(url, { method: "PUT", body: ReadableStream.from(bytes()) as never, duplex: "half" } as never),
      () => http.fetch(url, { method: "PUT", body: bytes() as never, duplex: "half" } as never),
      () => http.fetch(new Request(url, { method: "PUT", body: "A" })),
      () => client.put(url, Readable.from(bytes())),
      () => client.request({ url, method: "put", data: Readable.from(bytes()) }),
      // The older streams, as forms of the package form-data are, have no iterator.
      () => http.axios(retried).put(url, Object.assign(Readable.from(bytes()), { [Symbol.asyncIterator]: undefined })).catch(() => {}),
    ];
    for (const way of ways) { const res = await way(); if (res instanceof Response) await res.text(); }
    expect(bodies).toEqual(Array(ways.length).fill("A"));
    bodies.length = 0;
    for (const body of ["A", new Uint8Array([65]), new Blob(["A"]), new URLSearchParams("A")]) await (await http.fetch(url, { method: "PUT", body })).text();
    // As often as the budget of the destination lasts.
    expect(bodies.length).toBeGreaterThan(4);
  });

  it("is none that the server has refused", async () => {
    let count = 0;
    const url = await serve((_req, res) => { count++; res.writeHead(404).end(); });
    pipeline.configure({ ops: { "http.*": { retry: 3, idempotent: "method" } } });
    const answer = await http.fetch(url);
    expect([answer.status, await answer.text()]).toEqual([404, ""]);
    expect((await rejection(http.axios(axios.create()).get(url))).response.status).toBe(404);
    expect(count).toBe(2);
  });
});

describe("http.fetch", () => {
  it("refuses what fetch refuses", async () => {
    expect(await rejection(http.fetch("no url"))).toBeInstanceOf(TypeError);
    expect(await rejection(http.fetch("ftp://x/"))).toBeInstanceOf(TypeError);
  });

  it("takes what fetch takes", async () => {
    const url = await serve(async (req, res) => { let body = ""; for await (const part of req) body += String(part); res.end(`${req.method} ${req.headers["x-a"]} ${body}`); });
    const request = new Request(url, { method: "PUT", headers: { "x-a": "1" }, body: "b" });
    expect(await (await http.fetch(request)).text()).toBe("PUT 1 b");
    expect(await (await http.fetch(new URL(url), { method: "POST", body: new URLSearchParams({ q: "1" }), headers: [["x-a", "2"]] })).text()).toBe("POST 2 q=1");
    const response = await http.fetch(url);
    expect([response.url, response.ok, response instanceof Response, await response.clone().text(), await response.text()]).toEqual([`${url}/`, true, true, "GET undefined ", "GET undefined "]);
  });

  it("gives the last of several unwelcome answers as it is, and waits as long as one asks", async () => {
    let count = 0;
    const url = await serve((_req, res) => { count++; res.writeHead(503, { "retry-after": "0" }).end(`no ${count}`); });
    pipeline.configure({ ops: { "http.*": { retry: 1, idempotent: "method" } } });
    const response = await http.fetch(url);
    expect([response.status, await response.text(), wheel.size]).toEqual([503, "no 2", 0]);
    pipeline.configure({ ops: { "http.*": { retry: 0 } } });
    const once = await http.fetch(url);
    expect([once.status, await once.text()]).toEqual([503, "no 3"]);
  });

  it("with a streamed body bounds the head alone; the body ends with the entry", async () => {
    const url = await serve(async (_req, res) => { for (let i = 0; i < 5; i++) { res.write(String(i)); await new Promise((resolve) => setTimeout(resolve, 300)); } res.end(); });
    pipeline.configure({ ops: { "http.*": { timeout: 1_000 } }, entries: { short: { timeout: 800 } } });
    const read = async (): Promise<string> => {
      const { body } = await http.fetch(url, {}, { body: "stream" });
      let text = "";
      for await (const part of body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(part).toString();
      return text;
    };
    expect(await read()).toBe("01234");
    expect((await rejection(entry("short", read)())).error.code).toBe("TIMEOUT");
  });

  it("forgets a body that nobody reads at its bound", async () => {
    const url = await serve((_req, res) => void res.write("half"));
    pipeline.configure({ ops: { "http.*": { timeout: 80 } } });
    expect((await http.fetch(url)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([wheel.size, root.members]).toEqual([0, undefined]);
  });
});

describe("http.axios", () => {
  it("keeps the instance, its methods, defaults and interceptors", async () => {
    const url = await serve((req, res) => res.end(`${req.method} ${req.url} ${req.headers["x-i"]}`));
    const api = http.axios(axios.create({ baseURL: url }));
    api.interceptors.request.use((config) => { config.headers.set("x-i", "1"); return config; });
    const all = [api.get("/a"), api.delete("/b"), api.post("/c", { x: 1 }), api.put("/d", {}), api({ url: "/e" }), api("/f", { method: "patch" }), api.request({ url: "/g" })];
    expect((await Promise.all(all)).map((r) => r.data as string)).toEqual(["GET /a 1", "DELETE /b 1", "POST /c 1", "PUT /d 1", "GET /e 1", "PATCH /f 1", "GET /g 1"]);
    expect([api.defaults.baseURL, api.getUri({ url: "/x" })]).toEqual([url, `${url}/x`]);
    pipeline.configure({ ops: { "http.*": { concurrency: 1, queue: 0 } } });
    const [one, two] = [api.get("/a"), rejection(api.get("/b"))];
    expect([(await one).status, (await two).code]).toEqual([200, "OVERLOADED"]);
  });
});
