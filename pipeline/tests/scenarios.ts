import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import type { EntryPolicy } from "../src/settings.js";
import { state, wheel } from "../src/state.js";
import type { LogLine } from "../src/testing.js";
import { expectMasked, halfSent, pause, REQUEST_IDS, until } from "./loopback.js";
import { deferred, turns } from "./setting.js";

/** What every framework is held to, told once. */

export interface Asked {
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: { readonly n: number };
  readonly headers: IncomingHttpHeaders;
}

export interface Route {
  /** What it returns is sent, as a text or as JSON. */
  handle(asked: Asked): unknown;
  readonly policy?: EntryPolicy;
  /** Without an entry of its own. */
  readonly isBare?: true;
}

export interface Framework {
  /** Routes by `METHOD /path`, each an entry of that name. As a whole: with `pipeline()` registered before all, and JSON parsed. */
  serve(routes: Readonly<Record<string, Route>>, isWhole?: boolean): Promise<string>;
}

export function scenarios({ serve }: Framework, t: { readonly logs: LogLine[] }): void {
  const entries = (): LogLine[] => t.logs.filter((l) => l.message === "entry");

  describe("at its bound, like any other,", () => {
    it("counts from the arrival, body included, where `pipeline()` is registered", async () => {
      root.configure({ entries: { http: { timeout: 150 } } });
      let ran = false;
      const req = halfSent(await serve({ "POST /": { isBare: true, handle: () => { ran = true; return "x"; } } }, true));
      const status = await new Promise((resolve) => req.on("response", (res) => resolve(res.statusCode)));
      req.destroy();
      await until(() => entries().length === 1);
      expect([status, ran]).toEqual([504, false]);
    });

    it("cuts nothing in observe mode", async () => {
      root.configure({ mode: "observe", entries: { "*": { timeout: 30, concurrency: 1, rateLimit: { limit: 1, per: 60_000 }, authorize: () => false } } });
      const url = await serve({ "GET /": { handle: async () => { await pause(120); return "fine"; } } }, true);
      expect(await Promise.all([1, 2].map(async () => (await fetch(url)).text()))).toEqual(["fine", "fine"]);
      await until(() => entries().length === 2);
      expect(new Set(t.logs.filter((l) => l.message.startsWith("would_")).map((l) => l.message))).toEqual(new Set(["would_timeout", "would_overload", "would_limit", "would_forbid"]));
      expect(entries().map((l) => l["outcome"])).toEqual(["ok", "ok"]);
    });
  });

  describe("a client that goes, on any framework,", () => {
    it("while the body is parsed ends the request", async () => {
      const req = halfSent(await serve({ "POST /": { isBare: true, handle: () => "x" } }, true));
      await until(() => state.working === 1);
      req.destroy();
      await until(() => entries().length === 1);
      expect([entries()[0]?.["outcome"], state.working]).toEqual(["CANCELLED", 0]);
    });
  });

  describe("admission", () => {
    it("refuses with what to do about it", async () => {
      const gate = deferred();
      const isOk = (asked: Asked): boolean => asked.query["ok"] === "1";
      const url = await serve({
        "GET /limited": { handle: () => "x", policy: { rateLimit: { limit: 1, per: 60_000 } } },
        "GET /full": { handle: async () => { await gate.promise; return "x"; }, policy: { concurrency: 1 } },
        "GET /asked": { handle: () => "in", policy: { authorize: isOk } },
        "GET /waited": { handle: () => "in", policy: { authorize: async (asked: Asked) => isOk(asked) } },
      }, true);
      expect((await fetch(`${url}/limited`)).status).toBe(200);
      const limited = await fetch(`${url}/limited`);
      expect([limited.status, Number(limited.headers.get("retry-after")) > 0, await limited.json()]).toMatchObject([429, true, { code: "RATE_LIMITED" }]);
      const first = fetch(`${url}/full`);
      await until(() => state.working === 1);
      const second = await fetch(`${url}/full`);
      expect([second.status, second.headers.get("retry-after")]).toEqual([503, "1"]);
      gate.resolve();
      expect([(await first).status, (await fetch(`${url}/full`)).status]).toEqual([200, 200]);
      for (const path of ["asked", "waited"]) {
        await expectMasked(await fetch(`${url}/${path}`), 403, "FORBIDDEN", "Not allowed");
        expect(await (await fetch(`${url}/${path}?ok=1`)).text()).toBe("in");
      }
    });
  });

  describe("correlation", () => {
    it("takes what is well-formed, and replaces what is not", async () => {
      const url = await serve({ "GET /": { handle: () => "x" } });
      for (const id of REQUEST_IDS) {
        const given = (await fetch(url, { headers: { "x-request-id": id } })).headers.get("x-request-id") as string;
        expect(id === "mine-1" ? given === id : given !== id && /^[0-9a-f]{32}$/.test(given), id).toBe(true);
      }
      const trace = "0af7651916cd43dd8448eb211c80319c";
      await fetch(url, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
      await fetch(url, { headers: { traceparent: `00-${"0".repeat(32)}-b7ad6b7169203331-01` } });
      await until(() => entries().length === REQUEST_IDS.length + 2);
      const [kept, replaced] = entries().slice(-2).map((l) => l["traceId"]);
      expect([kept === trace, replaced === "0".repeat(32)]).toEqual([true, false]);
    });

    it("keeps a thousand at once apart, through parsers and without an entry of their own", async () => {
      const handle = async ({ body: { n } }: Asked): Promise<object> => {
        await dispatch("a", () => turns(1), { concurrency: 10 });
        log.info("mine", { n });
        if (n % 2) throw fail("CONFLICT");
        return { n };
      };
      const url = await serve({ "POST /": { handle }, "PUT /": { handle, isBare: true } }, true);
      const answers = await Promise.all(Array.from({ length: 1_000 }, async (_, n) => {
        const res = await fetch(url, { method: n % 3 ? "POST" : "PUT", headers: { "x-request-id": String(n), "content-type": "application/json" }, body: JSON.stringify({ n }) });
        const body = (await res.json()) as { instance?: string; n?: number };
        return [res.status, res.headers.get("x-request-id"), body.instance ?? body.n];
      }));
      expect(answers).toEqual(Array.from({ length: 1_000 }, (_, n) => [n % 2 ? 409 : 200, String(n), n % 2 ? `urn:request:${n}` : n]));
      const mine = t.logs.filter((l) => l.message === "mine");
      expect([mine.length, mine.every((l) => String(l["n"]) === l["requestId"])]).toEqual([1_000, true]);
      await until(() => state.working === 0);
      expect(new Set(entries().map((l) => l["requestId"])).size).toBe(1_000);
      expect(wheel.size).toBe(0);
    });
  });
}
