import { initTRPC, TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { state, wheel } from "../src/state.js";
import { entry, pipeline } from "../src/trpc.js";
import { entry as webEntry } from "../src/web.js";
import { LEAK, pause, THROWN } from "./loopback.js";
import { fresh, never } from "./setting.js";

const t = fresh();
const trpc = initTRPC.context<{ user: string }>().create({ isDev: true });
const entered = trpc.procedure.use(pipeline());

const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

/** The ways to enter a resolver: by the base of all procedures, or itself. */
const WAYS: readonly (readonly [string, (resolver: () => unknown) => unknown])[] = [
  ["under `pipeline()`", (resolver) => entered.query(resolver)],
  ["in its entry", (resolver) => trpc.procedure.query(entry("shop.get", resolver))],
];

/** As a client sees it. */
async function ask(procedure: unknown, init?: RequestInit, input?: unknown): Promise<{ status: number; data?: any; error?: { message: string; code: number; data: Record<string, unknown> } }> {
  const router = trpc.router({ shop: trpc.router({ get: procedure as ReturnType<typeof entered.query> }) });
  const url = `http://shop.example/trpc/shop.get${input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`}`;
  const res = await fetchRequestHandler({ endpoint: "/trpc", req: new Request(url, init), router, createContext: () => ({ user: "u" }) });
  const body = (await res.json()) as { result?: { data: unknown }; error?: { message: string; code: number; data: Record<string, unknown> } };
  return { status: res.status, ...(body.result && { data: body.result.data }), ...(body.error !== undefined && { error: body.error }) };
}

describe.each(WAYS)("a resolver of tRPC %s", (_, way) => {
  it("answers as it did, under its name", async () => {
    expect(await ask(way(async () => { log.info("inside"); return { n: await dispatch("db", async () => 7) }; }))).toEqual({ status: 200, data: { n: 7 } });
    expect(entries()).toMatchObject([{ level: "info", entry: "shop.get", outcome: "ok" }]);
    expect(new Set(t.logs.map((l) => l.requestId)).size).toBe(1);
  });

  it("tells a client nothing but the title, whatever was thrown", async () => {
    const thrown = [...THROWN, new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: LEAK }), new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: new Error(LEAK) })];
    for (const each of thrown) for (const resolver of [() => { throw each; }, async () => { throw each; }]) {
      const { status, error } = await ask(way(resolver));
      expect([status, error?.message, error?.data["code"], JSON.stringify(error).includes("select")]).toEqual([500, "Internal error", "INTERNAL_SERVER_ERROR", false]);
    }
    expect(entries()).toHaveLength(2 * thrown.length);
    expect(entries()[0]).toMatchObject({ level: "error", outcome: "INTERNAL", err: { message: LEAK } });
    expect([state.working, wheel.size]).toEqual([0, 0]);
  });

  it("is answered by its own failure, and lets a refusal in the words of tRPC be", async () => {
    const failed = await ask(way(async () => { throw fail("NOT_FOUND", { resource: "user", id: "7" }, { message: LEAK }); }));
    expect(failed).toMatchObject({ status: 404, error: { message: "Not found", data: { code: "NOT_FOUND" } } });
    const refused = await ask(way(async () => { throw new TRPCError({ code: "CONFLICT", message: "taken" }); }));
    expect(refused).toMatchObject({ status: 409, error: { message: "taken", data: { code: "CONFLICT" } } });
    expect(entries().map((l) => [l["level"], l["outcome"]])).toEqual([["info", "NOT_FOUND"], ["info", "CONFLICT"]]);
  });

  it("is cut at its bound, and cancelled when whoever asked has gone", async () => {
    root.configure({ entries: { "shop.*": { timeout: 60 } } });
    expect(await ask(way(never))).toMatchObject({ status: 504, error: { message: "Took too long", data: { code: "GATEWAY_TIMEOUT" } } });
    root.configure({ entries: {} });
    const going = new AbortController();
    let signal: AbortSignal | undefined;
    const answer = ask(way(() => dispatch("x", (call) => { signal = call.signal; return never(); })), { signal: going.signal });
    await pause(20);
    going.abort();
    await answer;
    expect([signal?.aborted, entries().at(-1)?.["outcome"], state.working, wheel.size]).toEqual([true, "CANCELLED", 0, 0]);
  });

  it("is refused what its policy refuses", async () => {
    root.configure({ entries: { "shop.get": { rateLimit: { limit: 1, per: 60_000, key: () => "all" } } } });
    const procedure = way(() => "in");
    expect(await ask(procedure)).toEqual({ status: 200, data: "in" });
    expect(await ask(procedure)).toMatchObject({ status: 429, error: { message: "Too many requests", data: { code: "TOO_MANY_REQUESTS" } } });
  });
});

it("keeps the context, the input and what is wrong with it", async () => {
  const procedure = entered.input(z.object({ n: z.number() })).use(({ next }) => next({ ctx: { more: 1 } })).query(({ ctx, input }) => ({ user: ctx.user, n: input.n + ctx.more }));
  expect(await ask(procedure, undefined, { n: 6 })).toEqual({ status: 200, data: { user: "u", n: 7 } });
  expect(await ask(procedure, undefined, { n: "6" })).toMatchObject({ status: 400, error: { data: { code: "BAD_REQUEST" } } });
  expect(entries().map((l) => l["outcome"])).toEqual(["ok", "BAD_REQUEST"]);
});

it("has the id and the bound of the request around it", async () => {
  const router = trpc.router({ get: entered.query(never) });
  const serve = webEntry("POST /trpc", (req: Request) => fetchRequestHandler({ endpoint: "/trpc", req, router, createContext: () => ({ user: "u" }) }), { timeout: 60 });
  expect((await serve(new Request("http://shop.example/trpc/get", { headers: { "x-request-id": "mine-1" } }))).status).toBe(504);
  expect(entries().map((l) => [l["entry"], l["requestId"], l["outcome"]]).sort()).toEqual([["POST /trpc", "mine-1", "TIMEOUT"], ["get", "mine-1", "TIMEOUT"]]);
});
