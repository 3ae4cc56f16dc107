import axios, { type AxiosError, type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from "axios";
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

describe.each(["fetch", "axios", "axios by way of fetch"] as const)("a redirect that http.%s follows", (kind) => {
  const adapter = { fetch: "", axios: "http", "axios by way of fetch": "fetch" }[kind];
  const client = http.axios(axios.create({ responseType: "text", adapter }));
  const get = async (url: string, headers: Record<string, string> = {}): Promise<string> => (kind === "fetch" ? (await http.fetch(url, { headers })).text() : ((await client.get(url, { headers })).data as string));

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

/** Its own hook tells of no redirect. */
describe("axios by way of fetch", () => {
  const answers = (away: () => string): Record<string, RequestListener> => ({ "/307": to(() => `${away()}/end`, 307), "/303": to(() => `${away()}/end`, 303) });
  const create = (more: object = {}): AxiosInstance => axios.create({ responseType: "text", adapter: "fetch", ...more });

  it("sends what it is given, as it does by itself", async () => {
    const seen: unknown[] = [];
    for (const client of [create(), http.axios(create())]) {
      const away = await origin();
      const ours = await origin(answers(() => away.url));
      pipeline.configure({ propagate: [ours.url], trust: { origins: [ours.url] } });
      const form = new FormData();
      form.set("a", "1");
      const ask = async (call: () => Promise<AxiosResponse>): Promise<unknown> => call().then(({ status, data }) => [status, data as unknown], (error: AxiosError) => [error.code, error.response?.status]);
      seen.push(await entry("e", async () => [
        await ask(() => client.post(`${ours.url}/307`, { a: 1 }, { headers: { authorization: "a", "x-own": "1" } })),
        await ask(() => client.post(`${ours.url}/303`, { a: 1 })),
        await ask(() => client.request({ url: `${ours.url}/307`, method: "put", data: new URLSearchParams({ a: "1" }) })),
        await ask(() => client.post(`${ours.url}/307`, form).then((res) => ({ ...res, data: String(res.data).replace(/formdata-undici-\d+/g, "-") }))),
        await ask(() => client.post(`${ours.url}/307`, new Blob(["AB"]).stream())),
        await ask(() => client.get(`${ours.url}/307`, { maxRedirects: 0 })),
        [...ours.seen, ...away.seen].map(({ method, url, headers }) => [method, url, headers.authorization, headers["x-own"], headers["content-type"]?.split(";")[0]]),
      ])());
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  // The first as its versions before 1.12 did, the second whatever it does.
  const deaf = create();
  deaf.interceptors.request.use((config) => ({ ...config, env: { FormData } as unknown as NonNullable<typeof config.env> }));
  it.each([["axios takes no function in the place of fetch", deaf], ["an adapter is one's own", create({ adapter: axios.getAdapter("fetch") })]])("tells nobody where %s", async (_name, instance) => {
    const away = await origin();
    const ours = await origin({ "/": to(() => away.url) });
    pipeline.configure({ propagate: [ours.url], trust: { origins: [ours.url] } });
    await entry("e", () => http.axios(instance).get(ours.url))();
    expect([ours.seen.map(told), away.seen.map(told)]).toEqual([[[]], [[]]]);
  });

  it("tells whoever is asked where nothing is followed", async () => {
    const ours = await origin();
    pipeline.configure({ propagate: [ours.url], trust: { origins: [ours.url] } });
    await entry("e", () => http.axios(create({ adapter: axios.getAdapter("fetch"), maxRedirects: 0 })).get(ours.url))();
    expect(ours.seen.map(told)).toEqual([["traceparent", "x-request-id", "x-nobypass-remaining"]]);
  });

  it("goes by the function that one has given, also when a request is made again as it was", async () => {
    const ours = await origin();
    pipeline.configure({ propagate: [ours.url] });
    let asked = 0;
    const client = http.axios(create({ env: { fetch: (...args: Parameters<typeof fetch>) => (asked++, fetch(...args)) } }));
    await entry("e", async () => client.request((await client.get(ours.url)).config as AxiosRequestConfig))();
    expect([asked, ours.seen.map(told)]).toEqual([1, Array(2).fill(["traceparent", "x-request-id"])]);
  });

  it("is made for axios once, not once a call", async () => {
    const ours = await origin();
    pipeline.configure({ propagate: [ours.url] });
    const client = http.axios(create());
    const configs = await entry("e", async () => [(await client.get(ours.url)).config, (await client.get(ours.url)).config])();
    expect(configs[0]?.env).toEqual(configs[1]?.env);
    expect((configs[0]?.env as { fetch?: unknown }).fetch).toBe((configs[1]?.env as { fetch?: unknown }).fetch);
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
