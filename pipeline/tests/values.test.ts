import { inspect } from "node:util";
import { type } from "arktype";
import axios, { AxiosError } from "axios";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AppFailure, attempt, config, ConfigError, contract, detach, dispatch, entry, err, fail, implement, log, map, ok, parse, parseAsync, pipeline, Secret, secret, unwrap } from "../src/index.js";
import { problemOf } from "../src/problem.js";
import { als } from "../src/state.js";
import { deferred, fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const thrown = (run: () => unknown): any => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("did not throw");
};

describe("parse", () => {
  const schemas = { zod: z.object({ age: z.coerce.number().max(150) }), valibot: v.object({ age: v.pipe(v.number(), v.maxValue(150)) }), arktype: type({ age: "number <= 150" }) };

  it.each(Object.entries(schemas))("takes %s, and names places but no values", (_, schema) => {
    expect(parse(schema, { age: 7 })).toEqual({ age: 7 });
    const failure = thrown(() => parse(schema, { age: 987654321 }));
    expect(failure.error).toMatchObject({ code: "VALIDATION", issues: [{ path: "age", message: expect.any(String) }] });
    expect(JSON.stringify(problemOf(failure))).not.toContain("987654321");
    expect(JSON.stringify(problemOf(thrown(() => parse(schema, { age: "hunter22" }))))).not.toContain("hunter22");
  });

  it("says of an asynchronous schema what to do; parseAsync does it", async () => {
    const schema = z.string().refine(async (s) => s === "yes");
    expect(thrown(() => parse(schema, "yes"))).toMatchObject({ name: expect.any(String) });
    const asks = { "~standard": { version: 1, vendor: "mine", validate: async (value: unknown) => ({ value }) } } as const;
    expect(thrown(() => parse(asks, 1))).toMatchObject({ name: "AsyncSchemaError", message: expect.stringContaining("parseAsync") });
    expect(await parseAsync(schema, "yes")).toBe("yes");
    expect((await rejection(parseAsync(schema, "no"))).code).toBe("VALIDATION");
  });
});

describe("a failure", () => {
  it("is an error with data, across two copies too", () => {
    const cause = new Error("c");
    const failure = fail("NOT_FOUND", { resource: "project", id: "7" }, { cause, message: "project missing" });
    expect(failure).toBeInstanceOf(Error);
    expect([failure.name, failure.message, failure.code, failure.cause, failure.error]).toEqual(["AppFailure", "project missing", "NOT_FOUND", cause, { code: "NOT_FOUND", resource: "project", id: "7" }]);
    expect(failure.stack).toContain("values.test.ts");
    expect(JSON.stringify({ failure })).toBe('{"failure":{"resource":"project","id":"7","code":"NOT_FOUND"}}');
    const foreign = Object.create({ [Symbol.for("nobypass.AppFailure")]: true }) as unknown;
    expect([foreign instanceof AppFailure, {} instanceof AppFailure, new Error() instanceof AppFailure]).toEqual([true, false, false]);
  });

  it("goes to a client as code and declared fields, nothing else", () => {
    const leaky = new Error("select * from users -- /srv/app/db.js hunter22", { cause: new Error("deep") });
    const of = (error: unknown): any => problemOf(error, "r-1");
    expect(of(leaky)).toEqual({ status: 500, headers: { "content-type": "application/problem+json", "cache-control": "no-store", "x-request-id": "r-1" }, body: { type: "urn:problem:internal", title: "Internal error", status: 500, instance: "urn:request:r-1", code: "INTERNAL" } });
    expect(of(fail("NOT_FOUND", { resource: "x", row: { password: 1 } } as never, { cause: leaky, message: "leak" })).body).toEqual({ type: "urn:problem:not-found", title: "Not found", status: 404, instance: "urn:request:r-1", code: "NOT_FOUND", resource: "x" });
    expect(of(fail("VALIDATION", { issues: [{ path: "a", message: "m", input: "secret" } as never] })).body.issues).toEqual([{ path: "a", message: "m" }]);
    expect(of(fail("TIMEOUT", { op: "pg.query" })).body).not.toHaveProperty("op");
    expect(of(fail("RATE_LIMITED", { retryAfter: 1.2 })).headers["retry-after"]).toBe("2");
    expect(of(fail("OWN" as never, { reason: "inner" } as never))).toMatchObject({ status: 422, body: { code: "OWN" } });
    expect(of(fail("OWN" as never, { reason: "inner" } as never)).body).not.toHaveProperty("reason");
    pipeline.configure({ problems: { OWN: { status: 402, title: "Declined", fields: ["reason"] } } as never });
    expect(of(fail("OWN" as never, { reason: "low" } as never)).body).toMatchObject({ status: 402, title: "Declined", reason: "low" });
    expect(problemOf(leaky, "r", 413).body).toMatchObject({ status: 413, code: "PAYLOAD_TOO_LARGE" });
    expect(problemOf(leaky, "r", 500).body.code).toBe("INTERNAL");
    for (const odd of [undefined, null, 1, "x", { code: "NOT_FOUND" }, Symbol("s")]) expect(problemOf(odd).status).toBe(500);
  });

  it("and a result turn into each other", async () => {
    expect(await attempt(async () => 1)).toEqual(ok(1));
    expect(await attempt(() => { throw fail("CONFLICT", { resource: "x" }); })).toEqual(err({ code: "CONFLICT", resource: "x" }));
    expect(await attempt(() => Promise.reject(new Error("boom")))).toEqual(err({ code: "INTERNAL" }));
    expect(t.logs).toMatchObject([{ level: "error", err: { message: "boom" } }]);
    expect(unwrap(ok(2))).toBe(2);
    expect(thrown(() => unwrap(err({ code: "FORBIDDEN" as const })))).toMatchObject({ error: { code: "FORBIDDEN" } });
  });
});

describe("a secret", () => {
  it("prints as redacted wherever it is printed", () => {
    const key = new Secret("hunter22");
    const error = new Error(`bad ${String(key)}`);
    log.info(`x ${String(key)}`, { key: 1, mine: key, nested: { list: [key], error, map: new Map([["k", key]]) } });
    const printed = [JSON.stringify({ key }), `${key as unknown as string}`, String(key), key + "", inspect({ key }, { depth: 9, showHidden: true }), inspect(key, { customInspect: false }), JSON.stringify(t.logs), error.message, JSON.stringify(Object.entries(key)), JSON.stringify(structuredClone({ ...key }))];
    for (const text of printed) expect(text).not.toContain("hunter22");
    expect(printed[0]).toBe('{"key":"[redacted]"}');
    expect(key.reveal()).toBe("hunter22");
  });
});

describe("the log", () => {
  it("hides values by key, four levels down, and Secrets and credentials anywhere", () => {
    pipeline.configure({ redact: ["nickName"] });
    log.warn("m", { a: { b: { c: { password: "x", fine: 1, deeper: { password: "x" } } } }, headers: new Headers({ authorization: "x", accept: "y" }), accessToken: "x", "set-cookie": "x", api_key: "x", tokens: 5, nick_name: "x", url: new URL("https://u:pw1234@h/"), text: "to https://u:pw1234@h/" });
    expect(t.logs[0]).toEqual({ level: "warn", message: "m", a: { b: { c: { password: "[redacted]", fine: 1, deeper: "[object]" } } }, headers: { authorization: "[redacted]", accept: "y" }, accessToken: "[redacted]", "set-cookie": "[redacted]", api_key: "[redacted]", tokens: 5, nick_name: "[redacted]", url: "https://u:[redacted]@h/", text: "to https://u:[redacted]@h/" });
  });

  it("tells of a client's error what failed, and neither its request nor its answer", async () => {
    const client = axios.create({ adapter: async (config) => { throw new AxiosError("refused", "ECONNREFUSED", config, { socket: {} }, { data: "4111-secret", status: 402, statusText: "", headers: {}, config }); } });
    const error = await rejection(client.post("https://pay.example/charges", { card: "4111-secret" }, { auth: { username: "u", password: "hunter22" } }));
    log.error("failed", { err: error, auth: "u:hunter22" });
    const line = JSON.stringify(t.logs);
    expect(line).toContain("ECONNREFUSED");
    for (const value of ["4111-secret", "hunter22"]) expect(line).not.toContain(value);
  });

  it("never throws, whatever it is given", () => {
    const loop: Record<string, unknown> = { big: 1n, when: new Date(Number.NaN), fn: () => 1, sym: Symbol("s"), bytes: Buffer.from("secret"), set: new Set([1]), get bad() { throw new Error("no"); } };
    loop["self"] = loop;
    log.info("m", loop);
    log.info("m", new Proxy({}, { ownKeys() { throw new Error("no"); } }));
    log.error("m", new Error("e"));
    expect(t.logs).toMatchObject([{ big: "1", when: null, fn: "[function]", bytes: "[6 bytes]", set: [1], bad: "[unreadable]" }, { fields: "[unreadable]" }, { err: { message: "e" } }]);
    pipeline.configure({ logger: { debug() {}, info() { throw new Error("disk full"); }, warn() {}, error() {} } });
    expect(() => log.info("m")).not.toThrow();
  });
});

describe("config", () => {
  const env = { PORT: "80", KEY: "hunter22", EMPTY: "" };

  it("takes a schema a variable, or one for all", () => {
    const rows = config({ PORT: z.coerce.number(), KEY: secret(z.string()), NONE: z.string().optional(), PLAIN: secret() }, { env: { ...env, PLAIN: "p" } });
    expect([rows.PORT, rows.KEY.reveal(), rows.NONE, rows.PLAIN.reveal(), Object.isFrozen(rows)]).toEqual([80, "hunter22", undefined, "p", true]);
    expect(config(v.object({ PORT: v.string() }), { env })).toEqual({ PORT: "80" });
    expect(config(type({ PORT: "string" }), { env }).PORT).toBe("80");
  });

  it("names all problems at once and no value", () => {
    const error = thrown(() => config({ PORT: v.pipe(v.string(), v.email()), KEY: secret(v.pipe(v.string(), v.minLength(20))), GONE: secret(), EMPTY: secret(), LIST: z.enum(["aa", "bb"]), ARK: type("string.numeric.parse") }, { env: { ...env, PORT: "sup3rs3cret", LIST: "s3cr3tvalue", ARK: "notanumber" } }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.problems.map((p: string) => p.split(/[.:]/)[0])).toEqual(["PORT", "KEY", "GONE", "EMPTY", "LIST", "ARK"]);
    expect(error.problems.slice(1, 4)).toEqual(["KEY: is not valid", "GONE: is missing", "EMPTY: is missing"]);
    for (const value of ["sup3rs3cret", "hunter22", "s3cr3tvalue", "notanumber"]) expect(inspect(error)).not.toContain(value);
  });

  it("does not wait", () => {
    expect(thrown(() => config({ A: { "~standard": { version: 1, vendor: "mine", validate: async (value: unknown) => ({ value }) } } as const }, { env })).name).toBe("AsyncSchemaError");
  });
});

describe("map", () => {
  it("keeps the order and the limit", async () => {
    let running = 0;
    let most = 0;
    const double = async (n: number, i: number): Promise<number> => { most = Math.max(most, ++running); await turns(1 + (n % 3)); running--; return n * 2 + i; };
    expect(await map(new Set([1, 2, 3, 4, 5, 6]), double, { concurrency: 2 })).toEqual([2, 5, 8, 11, 14, 17]);
    expect(most).toBe(2);
    expect(await map([], double)).toEqual([]);
    expect(await map([1, 2], (n) => n)).toEqual([1, 2]);
  });

  it("ends with the first failure, cancels what runs and begins nothing more", async () => {
    const error = new Error("second");
    const begun: number[] = [];
    let cancelled: any;
    const failed = await rejection(map([0, 1, 2, 3], async (n) => {
      begun.push(n);
      if (n === 0) await dispatch("db", never).catch((e: unknown) => { cancelled = e; throw e; });
      throw error;
    }, { concurrency: 2 }));
    await turns();
    expect([failed, begun, cancelled.error]).toEqual([error, [0, 1], { code: "CANCELLED", op: "db" }]);
    expect(await rejection(map([1], () => { throw error; }))).toBe(error);
  });

  it("runs each task in the caller's context, and ends with its bound", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 100 } } });
    const names = new Set<unknown>();
    const work = rejection(entry("e", () => map(Array(40).keys(), async (n) => { await turns(1); names.add(als.getStore()?.context?.entry); if (n === 39) await never(); }))());
    await turns(10);
    await clock.advance(110);
    expect([(await work).error, [...names]]).toEqual([{ code: "TIMEOUT", op: "e" }, ["e"]]);
  });
});

describe("detached work", () => {
  it("does not end with who began it, and its failure is told, not thrown", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 50 }, slow: { timeout: 500 } } });
    const gate = deferred();
    let done = false;
    const outer = rejection(entry("e", async () => { detach("slow", async () => { await gate.promise; await dispatch("db", () => void (done = true)); }); await never(); })());
    await clock.advance(60);
    await outer;
    gate.resolve();
    await turns();
    expect(done).toBe(true);
    detach("sync", () => { throw new Error("a"); });
    detach("async", () => Promise.reject(new Error("b")));
    detach("stuck", never);
    await clock.advance(30_010);
    expect(t.logs.filter((l) => l.message === "entry").map((l) => [l["entry"], l["outcome"]])).toEqual([["e", "TIMEOUT"], ["slow", "ok"], ["sync", "INTERNAL"], ["async", "INTERNAL"], ["stuck", "TIMEOUT"]]);
  });
});

describe("a contract", () => {
  const terms = { name: "users.get", input: z.object({ id: z.coerce.number() }), output: z.object({ name: z.string() }), errors: ["NOT_FOUND"] } as const;

  it("is called by callers, bound once, checked on both sides", async () => {
    const getUser = contract(terms);
    expect((await rejection(getUser({ id: 1 }))).code).toBe("INTERNAL");
    implement(getUser, async ({ id }) => {
      if (id === 2) throw fail("NOT_FOUND", { resource: "user" });
      if (id === 3) throw fail("CONFLICT");
      if (id === 4) return { name: 4 as never };
      return { name: "a", password: "x" };
    });
    expect(() => implement(getUser, async () => ({ name: "b" }))).toThrow(/already/);
    expect(await getUser({ id: "1" })).toEqual({ name: "a" });
    expect((await rejection(getUser({ id: "x" }))).code).toBe("VALIDATION");
    expect((await rejection(getUser({ id: 2 }))).code).toBe("NOT_FOUND");
    expect(await rejection(getUser({ id: 3 }))).toMatchObject({ code: "INTERNAL", cause: { code: "CONFLICT" } });
    expect((await rejection(getUser({ id: 4 }))).code).toBe("INTERNAL");
    expect(getUser.name).toBe("users.get");
  });

  it("in observe mode only says what it would refuse", async () => {
    pipeline.configure({ ops: { "users.*": { mode: "observe" } } });
    const getUser = contract(terms);
    implement(getUser, (async ({ id }: { id: unknown }) => { if (id === 3) throw fail("CONFLICT"); return { name: 5, given: id }; }) as never);
    expect(await getUser({ id: "x" })).toEqual({ name: 5, given: "x" });
    expect((await rejection(getUser({ id: 3 }))).code).toBe("CONFLICT");
    expect(t.logs.map((l) => l.message)).toEqual(["would_reject_input", "would_reject_output", "would_mask", "failed dispatch"]);
  });

  it("is bounded by its policy", async () => {
    const clock = t.clock();
    const slow = contract({ name: "slow", policy: { timeout: 50 } });
    implement(slow, never);
    const work = rejection(slow());
    await clock.advance(60);
    expect((await work).error).toEqual({ code: "TIMEOUT", op: "slow" });
  });
});
