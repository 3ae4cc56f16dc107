import express from "express";
import { spawnSync } from "node:child_process";
import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { entry as expressEntry, pipeline as global } from "../src/express.js";
import { dispatch, entry, fail, http, log, pipeline as root } from "../src/index.js";
import { entry as nodeEntry } from "../src/node.js";
import { state } from "../src/state.js";
import { expectMasked, loopback, pause, until } from "./loopback.js";
import { fresh } from "./setting.js";

const t = fresh();
const serve = loopback();
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

const throwing = (): never => {
  throw new Error("looked at");
};
/** What cannot be looked at, and is thrown or returned all the same. */
const untouchable = (): unknown => new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing, ownKeys: throwing, getOwnPropertyDescriptor: throwing });
const odd: readonly (() => unknown)[] = [
  untouchable,
  () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; },
  () => Object.defineProperties(new Error("x"), { stack: { get: throwing }, message: { get: throwing }, name: { get: throwing }, cause: { get: throwing }, status: { get: throwing } }),
  () => Object.assign(new Error("x"), { message: Object.create(null) as string, stack: Symbol("s") }),
  () => new Error("outer", { cause: untouchable() }),
  () => Object.create(null) as object,
];

describe("what is thrown", () => {
  it("is masked and told, even if it cannot be looked at", async () => {
    const app = express().use(global());
    odd.forEach((make, i) => app.get(`/express/${i}`, expressEntry("e", async () => { throw make(); })));
    app.get("/next/:i", (req, _res, next) => next((odd[Number(req.params.i)] as () => unknown)()));
    const url = await serve(app);
    const plain = await serve(nodeEntry("n", (req) => { throw (odd[Number(req.url?.slice(1))] as () => unknown)(); }));
    for (const i of odd.keys())
      for (const each of [`${url}/express/${i}`, `${plain}/${i}`]) await expectMasked(await fetch(each), 500, "INTERNAL", "Internal error");
    await until(() => entries().length === odd.length * 2);
    expect(entries().every((l) => l["outcome"] === "INTERNAL" && l["err"] !== undefined)).toBe(true);
    expect(state.working).toBe(0);
  });

  it("may be said to the log too", () => {
    for (const make of odd) log.error("failed", { err: make() });
    for (const make of odd) log.error("failed", make() as Error);
    expect(t.logs.length).toBe(2 * odd.length);
  });

  it("fills no disk", () => {
    log.error("failed", new Error("m".repeat(5_000_000)));
    expect(JSON.stringify(t.logs[0]).length).toBeLessThan(40_000);
  });
});

describe("what is returned", () => {
  it("frees its slot, whatever its `then` does", async () => {
    const thens: (() => unknown)[] = [
      untouchable,
      () => ({ then: throwing }),
      () => ({ then(resolve: (value: number) => void) { resolve(1); resolve(2); } }),
      () => ({ then(resolve: (value: number) => void, reject: (error: unknown) => void) { resolve(1); reject(new Error("both")); } }),
      () => Object.defineProperty({}, "then", { get: throwing }),
    ];
    for (const policy of [undefined, { timeout: 1_000 }]) for (const make of thens) await dispatch("odd", make, policy).then(() => {}, () => {});
    expect(state.ops.get("odd")?.active).toBe(0);
    const app = express();
    thens.forEach((make, i) => app.get(`/${i}`, expressEntry("e", async (_req, res) => { setTimeout(() => res.end("x"), 10); return make() as never; }, { concurrency: 1 })));
    const url = await serve(app);
    for (const i of thens.keys()) for (let again = 0; again < 2; again++) expect((await fetch(`${url}/${i}`)).status).not.toBe(503);
    const handler = entry("plain", ((n: number) => (thens[n] as () => unknown)()) as (n: number) => Promise<unknown>, { concurrency: 1 });
    for (const i of thens.keys()) for (let again = 0; again < 2; again++) expect(await (async () => handler(i))().catch((error: { code?: string }) => error.code)).not.toBe("OVERLOADED");
  });
});

describe("a log line", () => {
  it("keeps its own correlation, level and message, whatever the fields are called", async () => {
    const forged = JSON.parse('{"requestId":"forged","traceId":"forged","entry":"forged","level":"debug","msg":"forged","message":"forged","time":0,"pid":1,"hostname":"h","__proto__":{"requestId":"p"}}') as object;
    await entry("real", async () => log.warn("said", forged as never))();
    const [line, own] = t.logs as unknown as Record<string, unknown>[];
    expect(line).toMatchObject({ level: "warn", message: "said", entry: "real", requestId: own?.["requestId"], traceId: own?.["traceId"] });
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", `
      import { entry, log } from "@nobypass/pipeline";
      await entry("real", async () => log.warn("said", JSON.parse(process.argv[1])))();
    `, JSON.stringify(forged)], { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8" });
    const [written = ""] = stdout.split("\n");
    // What is deeper down forges nothing.
    const first = written.replace('"__proto__":{"requestId":"p"}', "");
    for (const key of ["level", "time", "pid", "hostname", "msg", "requestId", "traceId", "entry"]) expect(first.split(`"${key}":`).length, `${key} in ${first}`).toBe(2);
    expect([status, JSON.parse(written)]).toMatchObject([0, { level: 40, msg: "said", entry: "real" }]);
  });

  it("outside an entry says what it is given", () => {
    log.info("said", { requestId: "theirs" });
    expect(t.logs[0]).toMatchObject({ requestId: "theirs" });
  });
});

describe("what is told", () => {
  it("has the keys it was given, and gives nobody a prototype", () => {
    log.info("x", JSON.parse('{"__proto__":{"password":"hunter2","level":"debug","a":1},"deep":{"__proto__":{"b":1}},"constructor":{"prototype":{"c":1}}}') as Record<string, unknown>);
    expect(JSON.stringify(t.logs[0])).toContain('"__proto__":{"password":"[redacted]","level":"debug","a":1}');
    expect(JSON.stringify(t.logs[0])).toContain('"deep":{"__proto__":{"b":1}}');
    expect(["a", "b", "c"].filter((key) => key in {})).toEqual([]);
  });

  it("has all the errors of one that stands for several, each once", () => {
    const refused = (address: string): Error => Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: "ECONNREFUSED", password: "hunter2" });
    const several = new AggregateError([refused("::1"), refused("127.0.0.1"), "text"], "", { cause: new Error("why") });
    several.errors.push(several);
    log.error("failed", several);
    expect(t.logs[0]).toMatchObject({ err: { type: "AggregateError", errors: [{ message: "connect ECONNREFUSED ::1", code: "ECONNREFUSED", password: "[redacted]" }, { message: "connect ECONNREFUSED 127.0.0.1" }, "text", { type: "AggregateError" }], cause: { message: "why" } } });
    expect(JSON.stringify(t.logs[0]).length).toBeLessThan(20_000);
  });

  it.each([["postgres://shop:hun/ter2@db/x", "db/x"], ["postgres://shop:hun@ter2@db/x", "db/x"], ["redis://:h#ter2?@db", "db"], ["amqp://a:ter2@one,amqp://b:ter2@two", "two"], ["mongodb+srv://a:73192@db", "db"]])("holds no password of an address, however it is written: %s", (address, rest) => {
    log.error(`cannot use ${address}`, { err: Object.assign(new TypeError("Invalid URL"), { input: address }), url: address });
    expect(JSON.stringify(t.logs[0])).not.toMatch(/ter2|73192/);
    expect(t.logs[0]?.["url"]).toMatch(new RegExp(`:\\[redacted\\]@${rest}$`));
  });

  it.each(["http://host:8080/users/joe@example.com", "http://host:80 joe@example.com", "http://host/a:b@c", 'say {"a":"http://host:x","b":"joe@example.com"}'])("keeps what only looks like one: %s", (text) => {
    log.info(text, { text });
    expect(t.logs[0]).toMatchObject({ message: text, text });
  });

  it("takes no longer for a text that is made to look like many", () => {
    const text = "://a:".repeat(400_000);
    const from = process.cpuUsage().user;
    log.info(text, { text });
    expect(process.cpuUsage().user - from).toBeLessThan(500_000);
    expect(JSON.stringify(t.logs[0]).length).toBeLessThan(20_000);
  });
});

describe("a problem", () => {
  it.each([["a number too large for JSON", 10n], ["a circle", (() => { const o: { o?: unknown } = {}; return (o.o = o); })()], ["what refuses to be told", { toJSON: throwing }]])("is answered without %s, and the process goes on", async (_name, value) => {
    const url = await serve(nodeEntry("GET /", () => {
      throw fail("CONFLICT", { resource: value as string });
    }));
    const res = await fetch(url);
    expect([res.status, await res.json()]).toEqual([409, { type: "urn:problem:conflict", title: "Conflict", status: 409, code: "CONFLICT", instance: `urn:request:${res.headers.get("x-request-id")}` }]);
    await until(() => state.working === 0);
  });

  it.each([Infinity, NaN, -1])("says no time to come back that is none: %d", async (retryAfter) => {
    const res = await fetch(await serve(nodeEntry("GET /", () => { throw fail("OVERLOADED", { retryAfter }); })));
    expect([res.status, res.headers.get("retry-after")]).toEqual([503, null]);
  });
});

describe("a bound that cuts several calls at once", () => {
  it("ends no process by those that are not awaited yet", () => {
    const script = `
      import { dispatch, entry, http, map, pipeline } from "@nobypass/pipeline";
      import { createServer } from "node:http";
      pipeline.configure({ level: "silent", ops: { "retried": { retry: 1, idempotent: true } } });
      const never = () => new Promise(() => {});
      const silent = createServer(() => {}).listen(0, "127.0.0.1", async () => {
        const url = "http://127.0.0.1:" + silent.address().port;
        const inner = entry("inner", () => dispatch("e", never));
        const outer = entry("outer", async () => {
          const all = [dispatch("a", never), dispatch("b", never, { timeout: 5_000 }), dispatch("retried", never), map([1], never), http.fetch(url), inner(), dispatch("c", async () => dispatch("d", never))];
          for (const each of all) await each;
        }, { timeout: 100 });
        const code = await outer().catch((error) => error.code);
        await new Promise((resolve) => setTimeout(resolve, 200));
        console.log(code);
        process.exit();
      });
    `;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8" });
    expect([stdout, stderr, status]).toEqual(["TIMEOUT\n", "", 0]);
  });
});

describe("a function in its entry", () => {
  it("keeps what hangs on it", () => {
    const mark = Symbol("mark");
    const handler = Object.assign(async (n: number) => n, { path: "/x", [mark]: { n: 1 } });
    Object.defineProperty(handler, "hidden", { value: 7, enumerable: false });
    const entered = entry("e", handler);
    expect([entered.path, entered[mark], (entered as unknown as { hidden: number }).hidden, entered.length]).toEqual(["/x", { n: 1 }, 7, 1]);
    entered.path = "/y";
    expect(handler.path).toBe("/x");
  });
});

describe("headers that are handed on", () => {
  it("lend a client of ours neither more time nor a word about tries", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const behind = await serve((req, res) => { seen.push(req.headers); res.end(); });
    root.configure({ trust: { origins: [behind] } });
    const gateway = await serve(nodeEntry("g", async (req, res) => {
      await (await http.fetch(behind, { headers: { "x-nobypass-remaining": String(req.headers["x-nobypass-remaining"]), "x-nobypass-retrying": String(req.headers["x-nobypass-retrying"]) } })).text();
      res.end();
    }, { timeout: 2_000 }));
    await fetch(gateway, { headers: { "x-nobypass-remaining": "999999999", "x-nobypass-retrying": "1" } });
    expect([Number(seen[0]?.["x-nobypass-remaining"]) <= 2_000, seen[0]?.["x-nobypass-retrying"]]).toEqual([true, undefined]);
  });
});

describe("a handler that is reached too late", () => {
  it("does not begin, and keeps no slot", async () => {
    root.configure({ entries: { http: { timeout: 50 } } });
    let ran = 0;
    const app = express().use(global());
    app.use((_req, _res, next) => void setTimeout(next, 150));
    app.get("/", expressEntry("GET /", async (_req, res) => { ran++; res.end("x"); }));
    const url = await serve(app);
    for (let i = 0; i < 3; i++) expect((await fetch(url)).status).toBe(504);
    await pause(300);
    expect([ran, state.working]).toEqual([0, 0]);
  });
});

