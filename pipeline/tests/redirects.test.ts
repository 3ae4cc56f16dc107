import axios from "axios";
import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { AppFailure, entry, http, pipeline } from "../src/index.js";
import { root } from "../src/scope.js";
import { wheel } from "../src/state.js";
import { loopback, pause } from "./loopback.js";
import { fresh, rejection } from "./setting.js";

fresh();
const serve = loopback();

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that tells what it was asked. `answers` at a path are asked first. */
async function origin(answers: Readonly<Record<string, RequestListener>> = {}): Promise<{ readonly url: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const url = await serve(async (req, res) => {
    let body = "";
    for await (const part of req) body += String(part);
    seen.push({ method: req.method, url: req.url, headers: req.headers, body });
    const answer = answers[(req.url ?? "").split("?")[0] as string];
    if (answer) answer(req, res);
    else res.end(`${req.method} ${req.url} ${body}`);
  });
  return { url, seen };
}
const to = (location: () => string, status = 302): RequestListener => (_req, res) => void res.writeHead(status, { location: location() }).end("elsewhere");
const OURS = ["traceparent", "tracestate", "x-request-id", "x-nobypass-remaining", "x-nobypass-retrying"];
const told = (seen: Seen | undefined): string[] => OURS.filter((name) => seen?.headers[name] !== undefined);

describe.each(["fetch", "axios"] as const)("a redirect that http.%s follows", (kind) => {
  const client = http.axios(axios.create({ responseType: "text" }));
  const get = async (url: string, headers: Record<string, string> = {}): Promise<string> => (kind === "axios" ? ((await client.get(url, { headers })).data as string) : (await http.fetch(url, { headers })).text());

  it("takes to another origin only what that may have", async () => {
    const away = await origin();
    const ours = await origin({ "/": to(() => `${away.url}/away`), "/home": to(() => "/here") });
    pipeline.configure({ propagate: [ours.url], trust: { origins: [ours.url] } });
    const work = entry("e", async () => [await get(ours.url), await get(`${ours.url}/home`)]);
    expect(await work()).toEqual(["GET /away ", "GET /here "]);
    expect([ours.seen.map(told), away.seen.map(told)]).toEqual([Array(3).fill(["traceparent", "x-request-id", "x-nobypass-remaining"]), [[]]]);
  });

  it("tells the time that is left when it is followed, and to whom it is meant", async () => {
    const peer = await origin();
    const plain = await origin({ "/": to(() => peer.url) });
    const ours: Awaited<ReturnType<typeof origin>> = await origin({ "/": async (req, res) => { await pause(120); to(() => `${ours.url}/2`)(req, res); }, "/2": to(() => plain.url) });
    pipeline.configure({ trust: { origins: [ours.url, peer.url] } });
    await entry("e", () => get(ours.url), { timeout: 5_000 })();
    const [first, second] = [...ours.seen, ...peer.seen].map((s) => Number(s.headers["x-nobypass-remaining"]));
    expect(first).toBeLessThanOrEqual(5_000);
    expect(second).toBeLessThanOrEqual((first as number) - 119);
    // Without a list, the trace goes to all of them.
    expect(told(plain.seen[0])).toEqual(["traceparent", "x-request-id"]);
  });

  it("is within the same bound, and ends somewhere", async () => {
    const stalls = await serve(() => {});
    const ours: Awaited<ReturnType<typeof origin>> = await origin({ "/": to(() => stalls), "/round": to(() => `${ours.url}/round`) });
    pipeline.configure({ propagate: [ours.url], ops: { "http.*": { timeout: 150 } } });
    const error = await rejection(entry("e", () => get(ours.url))());
    expect(error).toMatchObject({ code: "TIMEOUT" });
    pipeline.configure({ ops: { "http.*": { timeout: 20_000 } } });
    const round = await rejection(entry("e", () => get(`${ours.url}/round`), { timeout: 20_000 })());
    expect(round).toBeInstanceOf(AppFailure);
    // Either client has a limit of its own.
    expect(ours.seen.length).toBeLessThan(25);
    expect([wheel.size, root.members]).toEqual([0, undefined]);
  });
});

/** What the platform's own `fetch` makes of the same requests is what ours is held to. */
describe("http.fetch, where it follows by itself,", () => {
  async function compared(ask: (url: string, call: typeof fetch) => Promise<Response>, answers: (away: string) => Readonly<Record<string, RequestListener>>): Promise<{ readonly both: unknown[]; readonly seen: Seen[] }> {
    const both: unknown[] = [];
    let seen: Seen[] = [];
    for (const call of [fetch, http.fetch as typeof fetch]) {
      const away = await origin();
      const ours = await origin(answers(away.url));
      pipeline.configure({ propagate: [ours.url] });
      const result = await entry("e", async () => {
        try {
          const res = await ask(ours.url, call);
          return [res.status, res.redirected, res.url.replace(away.url, "away").replace(ours.url, "ours"), await res.text()];
        } catch (error) {
          return error instanceof TypeError ? ["TypeError", error.message] : String(error);
        }
      })();
      seen = [...ours.seen, ...away.seen];
      const headers = ["authorization", "proxy-authorization", "cookie", "content-type", "content-length", "content-language", "x-own"];
      both.push([result, seen.map((s) => [s.method, s.url, s.body, ...headers.map((name) => s.headers[name])])]);
    }
    return { both, seen };
  }
  const init = (method: string, body?: RequestInit["body"]): RequestInit => ({ method, ...(body !== undefined && { body, duplex: "half" }), headers: { authorization: "a", "proxy-authorization": "p", cookie: "c", "content-language": "en", "x-own": "1" } }) as RequestInit;

  const cases: [string, (url: string, call: typeof fetch) => Promise<Response>][] = [];
  for (const status of [301, 302, 303, 307, 308])
    for (const path of ["near", "far"])
      for (const method of ["GET", "HEAD", "POST", "PUT"])
        cases.push([`${method} ${status} ${path}`, (url, call) => call(`${url}/${status}/${path}`, init(method, method.startsWith("P") ? "body" : undefined))]);
  cases.push(
    ["a body of a form", (url, call) => call(`${url}/308/far`, init("POST", new URLSearchParams({ a: "1" })))],
    ["a body of a blob", (url, call) => call(`${url}/307/near`, init("POST", new Blob(["AB"])))],
    ["a body that is spent", (url, call) => call(`${url}/307/far`, init("POST", new ReadableStream({ start(c) { c.enqueue(new Uint8Array([65])); c.close(); } })))],
    ["a Request", (url, call) => call(new Request(`${url}/307/far`, init("POST", "body")))],
    ["a Request, and more", (url, call) => call(new Request(`${url}/302/far`, init("POST", "body")), { headers: { "x-own": "2", cookie: "d" } })],
    ["no address", (url, call) => call(`${url}/bad`)],
    ["another scheme", (url, call) => call(`${url}/data`)],
    ["a name and a password", (url, call) => call(`${url}/named`)],
    ["a name and a password of its own", (url, call) => call(`${url}/named/near`)],
    ["letters of all kinds", (url, call) => call(`${url}/letters`)],
    ["no location", (url, call) => call(`${url}/nowhere`)],
    ["not to be followed", (url, call) => call(`${url}/302/far`, { redirect: "manual" })],
    ["to be refused", (url, call) => call(`${url}/302/far`, { redirect: "error" })],
    ["a Request that is not to be followed", (url, call) => call(new Request(`${url}/302/far`, { redirect: "manual" }))],
    ["round and round", (url, call) => call(`${url}/round`)],
    ["a mark", (url, call) => call(`${url}/302/near#mark`)],
  );
  const answers = (away: string): Record<string, RequestListener> => ({
    ...Object.fromEntries([301, 302, 303, 307, 308].flatMap((status) => [[`/${status}/near`, to(() => "/end?q=1", status)], [`/${status}/far`, to(() => `${away}/end`, status)]])),
    "/bad": to(() => "http://[bad"),
    "/data": to(() => "data:text/plain,secret"),
    "/named": to(() => away.replace("//", "//user:pass@")),
    "/named/near": (req, res) => void res.writeHead(302, { location: `http://user:pass@${req.headers.host}/end` }).end(),
    "/letters": (_req, res) => void res.writeHead(302, { location: Buffer.from("/é?ü=ö").toString("latin1") }).end(),
    "/nowhere": (_req, res) => void res.writeHead(302).end("stays"),
    "/round": to(() => "/round"),
  });

  it.each(cases)("does as the platform does: %s", async (_name, ask) => {
    const { both } = await compared(ask, answers);
    expect(both[1]).toEqual(both[0]);
  });
});
