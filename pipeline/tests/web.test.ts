import { getRequestListener } from "@hono/node-server";
import { describe, expect, it } from "vitest";
import { dispatch, fail, pipeline as root } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { entry } from "../src/web.js";
import { expectMasked, halfSent, LEAK, loopback, pause, THROWN, until } from "./loopback.js";
import { fresh, never, rejection } from "./setting.js";

const t = fresh();
const serve = loopback();

const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");
const asked = (init?: RequestInit): Request => new Request("http://shop.example/orders/7?a=1", init);

describe("a handler of `Request` and `Response` in its entry", () => {
  it("answers as it did, and stays the function it was", async () => {
    const handler = async (request: Request, { params }: { params: { id: string } }): Promise<Response> => Response.json({ id: params.id, url: request.url }, { status: 201 });
    const GET = entry("GET /orders/:id", handler);
    expect([GET.name, GET.length]).toEqual(["handler", 2]);
    const res = await GET(asked({ headers: { "x-request-id": "mine-1", traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" } }), { params: { id: "7" } });
    expect([res.status, res.headers.get("x-request-id"), await res.json()]).toEqual([201, "mine-1", { id: "7", url: "http://shop.example/orders/7?a=1" }]);
    expect(entries()).toMatchObject([{ level: "info", entry: "GET /orders/:id", requestId: "mine-1", traceId: "4bf92f3577b34da6a3ce929d0e0e4736", status: 201, outcome: "ok" }]);
  });

  it("leaves an answer alone whose headers cannot be written to", async () => {
    const res = Response.redirect("http://shop.example/", 303);
    expect(entry("GET /", (_request: Request) => res)(asked())).toBe(res);
    expect(entries()).toMatchObject([{ status: 303, outcome: "ok" }]);
  });

  it("tells a client nothing but the code, whatever was thrown, and in whichever way", async () => {
    const ways: ((thrown: unknown) => (request: Request) => unknown)[] = [
      (thrown) => () => { throw thrown; },
      (thrown) => async () => { throw thrown; },
      (thrown) => async () => dispatch("db", async () => { throw thrown; }),
    ];
    for (const way of ways) for (const thrown of THROWN) await expectMasked((await entry("GET /", way(thrown))(asked())) as Response, 500, "INTERNAL", "Internal error");
    expect(entries()).toHaveLength(ways.length * THROWN.length);
    expect(entries()[0]).toMatchObject({ level: "error", status: 500, err: { message: LEAK } });
    const res = await entry("GET /", async (_request: Request): Promise<Response> => { throw fail("NOT_FOUND", { resource: "user" }, { message: LEAK }); })(asked());
    expect([res.status, await res.json()]).toMatchObject([404, { code: "NOT_FOUND", resource: "user" }]);
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("lets go on what steers its framework", async () => {
    const steering = [new Response(null, { status: 404 }), ...["NEXT_REDIRECT;replace;/login;307;", "NEXT_HTTP_ERROR_FALLBACK;404", "DYNAMIC_SERVER_USAGE"].map((digest) => Object.assign(new Error("steers"), { digest }))];
    for (const thrown of steering) expect(await rejection(entry("loader", async ({ request: _ }: { request: Request }) => { throw thrown; })({ request: asked() }))).toBe(thrown);
    expect(entries().map((l) => l["outcome"])).toEqual(steering.map(() => "ok"));
    await expectMasked(await entry("GET /", async (_request: Request): Promise<Response> => { throw Object.assign(new Error(LEAK), { digest: "1234567" }); })(asked()), 500, "INTERNAL", "Internal error");
  });

  it("is refused what its policy refuses", async () => {
    const GET = entry("GET /", (_request: Request) => new Response("in"), { authorize: (request) => request.url.endsWith("a=1"), rateLimit: { limit: 1, per: 60_000 } });
    expect((await Promise.resolve(GET(asked()))).status).toBe(200);
    const limited = await Promise.resolve(GET(asked()));
    expect([limited.status, Number(limited.headers.get("retry-after")) > 0]).toEqual([429, true]);
  });

  it("answers 504 at its bound, and is cancelled when whoever asked has gone", async () => {
    root.configure({ entries: { slow: { timeout: 60 } } });
    await expectMasked(await entry("slow", async (_request: Request): Promise<Response> => never())(asked()), 504, "TIMEOUT", "Took too long");
    const [before, going] = [AbortSignal.abort(), new AbortController()];
    let ran = 0;
    let signal: AbortSignal | undefined;
    const GET = entry("GET /", async (_request: Request) => { ran++; return dispatch("x", async (call): Promise<Response> => { signal = call.signal; return never(); }); });
    await GET(asked({ signal: before }));
    const answer = GET(asked({ signal: going.signal }));
    await pause(20);
    going.abort();
    await answer;
    expect([ran, signal?.aborted, entries().slice(1).map((l) => l["outcome"])]).toEqual([1, true, ["CANCELLED", "CANCELLED"]]);
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("is cancelled when the client of a server goes", async () => {
    let signal: AbortSignal | undefined;
    const POST = entry("POST /", async (request: Request) => dispatch("read", async (call) => { signal = call.signal; return new Response(await request.text()); }));
    const req = halfSent(await serve(getRequestListener((request) => POST(request))));
    await until(() => signal !== undefined);
    req.destroy();
    await until(() => signal?.aborted === true && entries().length === 1);
    expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
  });

  it("as a stream is over with its body", async () => {
    const body = (): ReadableStream => new ReadableStream({ async start(to) { for (const text of ["a", "b"]) { await pause(20); to.enqueue(new TextEncoder().encode(text)); } to.close(); } });
    const res = await entry.stream("GET /events", async (_request: Request) => new Response(body(), { status: 202 }))(asked());
    expect(entries()).toEqual([]);
    expect([res.status, await res.text()]).toEqual([202, "ab"]);
    expect(entries()).toMatchObject([{ entry: "GET /events", status: 202, outcome: "ok" }]);
    expect((await entry.stream("GET /none", async (_request: Request) => new Response(null, { status: 204 }))(asked())).status).toBe(204);
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });
});
