import { AsyncLocalStorage } from "node:async_hooks";
import pg, { type PoolClient } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { dispatch, entry, log, map, pipeline, port } from "../src/index.js";
import { injectFaults } from "../src/testing.js";
import { state, wheel } from "../src/state.js";
import { startPostgres, type Postgres } from "./servers/postgres.js";
import { fresh, rejection } from "./setting.js";

let server: Postgres;
// It may have to be installed first.
beforeAll(async () => {
  server = await startPostgres();
  const client = new pg.Client(server.config);
  await client.connect();
  await client.query("create table users (id int primary key, name text not null); insert into users values (1, 'ada'), (2, 'bob')");
  await client.end();
}, 300_000);
afterAll(() => server?.stop());

const t = fresh();
const pools: pg.Pool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
  expect([state.working, wheel.size]).toEqual([0, 0]);
});

function poolOf(max: number): pg.Pool {
  const pool = new pg.Pool({ ...server.config, max });
  // An idle client is told when the server stops, after the test.
  pool.on("error", () => undefined);
  pools.push(pool);
  return pool;
}

const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 20 });
const countsOf = (pool: pg.Pool): number[] => [pool.totalCount, pool.idleCount, pool.waitingCount];
const entered = <T>(name: string, work: () => Promise<T>): Promise<T> => entry(name, work)();
const SLOW = "select pg_sleep(1)";

/** The two ways that lead to a pool: a call at a time, and the client wrapped once. */
const ways: readonly [name: string, query: (pool: pg.Pool) => (sql: string, values?: unknown[]) => Promise<pg.QueryResult>][] = [
  ["dispatch", (pool) => (sql, values) => dispatch("pg.query", () => pool.query(sql, values))],
  ["port", (pool) => { const db = port("pg", pool); return (sql, values) => db.query(sql, values); }],
];

describe.each(ways)("a pool behind %s", (_name, queryOf) => {
  it("answers with rows and with the driver's own errors", async () => {
    const query = queryOf(poolOf(2));
    expect((await query("select name from users where id = $1", [1])).rows).toEqual([{ name: "ada" }]);
    const twice = await rejection(query("insert into users values (1, 'eve')"));
    expect([twice instanceof pg.DatabaseError, twice.code, twice.constraint]).toEqual([true, "23505", "users_pkey"]);
    expect((await rejection(query("select nothing"))).code).toBe("42703");
    const failure = await rejection(entered("GET /", () => query("insert into users values (1, 'eve')")));
    expect([failure.code, failure.cause instanceof pg.DatabaseError, failure.cause.code]).toEqual(["INTERNAL", true, "23505"]);
  });

  it("releases the caller of a query that outlives its deadline; slot and connection are free when it has ended", async () => {
    pipeline.configure({ ops: { "pg.*": { timeout: 150, concurrency: 1 } } });
    const pool = poolOf(2);
    const query = queryOf(pool);
    await query("select 1");
    const from = performance.now();
    expect((await rejection(query(SLOW))).error).toEqual({ code: "TIMEOUT", op: "pg.query" });
    expect(performance.now() - from).toBeLessThan(900);
    expect([state.ops.get("pg.query")?.active, pool.idleCount]).toEqual([1, 0]);
    // Its slot is taken, so this one is not even sent.
    expect((await rejection(query("insert into users values (99, 'not sent')"))).code).toBe("TIMEOUT");
    await until(() => expect([state.ops.get("pg.query")?.active, pool.idleCount]).toEqual([0, 1]));
    expect(performance.now() - from).toBeGreaterThan(900);
    expect((await query("select * from users where id = 99")).rows).toEqual([]);
    expect(t.logs.filter((l) => l.message === "failed dispatch").map((l) => [l["op"], l["outcome"]])).toEqual([["pg.query", "TIMEOUT"], ["pg.query", "TIMEOUT"]]);
  });

  it("releases whom a pool that ran dry keeps waiting, and recovers", async () => {
    const pool = poolOf(2);
    const query = queryOf(pool);
    const held = await Promise.all([pool.connect(), pool.connect()]);
    pipeline.configure({ ops: { "pg.*": { timeout: 100 } } });
    const failures = await Promise.all(Array.from({ length: 20 }, () => rejection(query("select 1"))));
    expect(new Set(failures.map((f) => f.code))).toEqual(new Set(["TIMEOUT"]));
    expect(countsOf(pool)).toEqual([2, 0, 20]);
    for (const client of held) client.release();
    await until(() => expect(countsOf(pool)).toEqual([2, 2, 0]));
    expect((await query("select 2 as n")).rows).toEqual([{ n: 2 }]);
  });

  it("sends nothing once the request is over its time", async () => {
    const query = queryOf(poolOf(1));
    await query("select 1");
    let inner: unknown;
    const work = entry("GET /", async () => {
      await rejection(query(SLOW));
      inner = await rejection(query("insert into users values (98, 'not sent')"));
    }, { timeout: 100 });
    expect((await rejection(work())).code).toBe("TIMEOUT");
    await until(() => expect(inner).toMatchObject({ code: "TIMEOUT" }));
    expect((await query("select * from users where id = 98")).rows).toEqual([]);
  });

  it("keeps two hundred requests apart on three connections", async () => {
    const query = queryOf(poolOf(3));
    await Promise.all(Array.from({ length: 200 }, (_, n) => entered(`GET /${n}`, async () => {
      const { rows } = await query("select $1::int as n", [n]);
      log.info("one", { n: rows[0].n });
      await query("select pg_sleep(0.001)").then(() => log.info("two", { n }));
    })));
    const lines = t.logs.filter((l) => l.message === "one" || l.message === "two");
    expect([lines.length, lines.every((l) => l["entry"] === `GET /${l["n"]}`)]).toEqual([400, true]);
  });
});

describe("a connection that is taken from the pool", () => {
  it("is the driver's own, for a transaction", async () => {
    const { calls } = injectFaults();
    const pool = poolOf(1);
    const db = port("pg", pool);
    const rename = async (name: string, fails: boolean): Promise<void> => {
      const client = await db.connect();
      expect([client instanceof pg.Client, typeof client.release]).toEqual([true, "function"]);
      try {
        await client.query("begin");
        await client.query("update users set name = $1 where id = 2", [name]);
        if (fails) await client.query("insert into users values (1, 'eve')");
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw error;
      } finally {
        client.release();
      }
    };
    await entered("PUT /", () => rename("bo", false));
    expect((await rejection(rename("rolled back", true))).code).toBe("23505");
    expect((await db.query("select name from users where id = 2")).rows).toEqual([{ name: "bo" }]);
    expect([calls, countsOf(pool)]).toEqual([["pg.connect", "pg.connect", "pg.query"], [1, 1, 0]]);
    await db.query("update users set name = 'bob' where id = 2");
  });

  it("may be dispatched on within one slot, for there is no dispatch in a dispatch", async () => {
    pipeline.configure({ ops: { "pg.*": { concurrency: 1, timeout: 5_000 } } });
    const db = port("pg", poolOf(1));
    const transaction = (n: number): Promise<unknown> =>
      dispatch("tx.transfer", async () => {
        const client = await db.connect();
        try {
          await client.query("begin");
          const { rows } = await client.query("select $1::int as n", [n]);
          await client.query("commit");
          return rows[0].n;
        } finally {
          client.release();
        }
      });
    expect(await map([1, 2, 3, 4, 5], transaction)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ["dispatch", (pool: pg.Pool) => () => dispatch("pg.connect", () => pool.connect())],
    ["dispatch with its own slot", (pool: pg.Pool) => () => dispatch("pg.connect", () => pool.connect(), { breaker: { failures: 50, cooldown: 1 } })],
    ["port", (pool: pg.Pool) => { const db = port("pg", pool); return () => db.connect(); }],
    ["an entry's bound", (pool: pg.Pool) => { const db = port("pg", pool); return () => entry("GET /", () => db.connect(), { timeout: 100 })(); }],
  ])("goes back if it comes too late for its caller: %s", async (_way, connectOf) => {
    pipeline.configure({ ops: { "pg.connect": { timeout: 100 } } });
    const pool = poolOf(1);
    // The first connection is opened without a bound: how long that takes is not the question.
    (await pool.connect()).release();
    const connect = connectOf(pool);
    (await connect()).release();
    const held = await pool.connect();
    const late = await Promise.all([rejection(connect()), rejection(connect())]);
    expect(late.map((e) => e.code)).toEqual(["TIMEOUT", "TIMEOUT"]);
    held.release();
    await until(() => expect(countsOf(pool)).toEqual([1, 1, 0]));
    const client = await connect();
    expect((await client.query("select 3 as n")).rows).toEqual([{ n: 3 }]);
    client.release();
  });

  it("is not asked to go back twice, and who fails at it takes nobody down", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const late = { released: 0, query: () => {}, release() { this.released++; throw new Error("released already"); } };
    const plain = { released: 0, release() { this.released++; } };
    for (const value of [late, plain]) await rejection(dispatch("db.connect", () => new Promise((resolve) => setTimeout(resolve, 150, value)), { timeout: 30 }));
    await until(() => expect(late.released).toBe(1));
    await until(() => expect(state.ops.get("db.connect")?.active).toBe(0));
    process.off("unhandledRejection", note);
    expect([late.released, plain.released, unhandled]).toEqual([1, 0, []]);
  });
});

describe("a callback on a pooled connection", () => {
  const own = new AsyncLocalStorage<string>();

  /** Whatever opens the connection first is not whoever uses it. */
  async function opened(): Promise<pg.Pool> {
    const pool = poolOf(1);
    await own.run("first", () => entered("GET /first", () => pool.query("select 1")));
    return pool;
  }

  it("runs in the context of its own request, not of the one that opened the connection", async () => {
    const db = port("pg", await opened());
    await Promise.all(["b", "c", "d"].map((n) => own.run(n, () => entered(`GET /${n}`, () => new Promise<void>((resolve, reject) => {
      db.query("select 1", (error: unknown) => {
        log.info("called back", { n, own: own.getStore() });
        if (error) reject(error);
        else resolve();
      });
    })))));
    await own.run("e", () => entered("GET /e", () => new Promise<void>((resolve) => {
      db.connect((_error, _client, release) => {
        log.info("called back", { n: "e", own: own.getStore() });
        release();
        resolve();
      });
    })));
    const lines = t.logs.filter((l) => l.message === "called back");
    expect(lines.map((l) => [l["n"], l["own"], l["entry"]])).toEqual(["b", "c", "d", "e"].map((n) => [n, n, `GET /${n}`]));
  });

  it("outside of any request is in none", async () => {
    const db = port("pg", await opened());
    await new Promise<void>((resolve) => db.query("select 1", () => { log.info("called back"); resolve(); }));
    expect(t.logs.find((l) => l.message === "called back")).not.toHaveProperty("entry");
  });

  it("of a client that was taken is awaited in its own request", async () => {
    const db = port("pg", await opened());
    await entered("GET /f", async () => {
      const client = await db.connect();
      await client.query("select 1").then(() => log.info("then"));
      client.release();
      log.info("after");
    });
    expect(t.logs.filter((l) => l.message === "then" || l.message === "after").map((l) => l["entry"])).toEqual(["GET /f", "GET /f"]);
  });
});

describe("what a pool also has", () => {
  it("passes through: events, counts, end, and who removes a listener removes it", async () => {
    const pool = poolOf(1);
    const db = port("pg", pool);
    const connected: PoolClient[] = [];
    const listener = (client: PoolClient): void => void connected.push(client);
    expect(db.on("connect", listener)).toBe(db);
    await db.query("select 1");
    expect([connected[0] instanceof pg.Client, db.totalCount, db.options.max, db instanceof pg.Pool]).toEqual([true, 1, 1, true]);
    db.off("connect", listener);
    expect(pool.listenerCount("connect")).toBe(0);
    db.once("release", listener as never);
    db.removeListener("release", listener as never);
    expect(pool.listenerCount("release")).toBe(0);
    const ended = port("pg", new pg.Pool(server.config));
    await ended.query("select 1");
    await ended.end();
    expect(ended.ended).toBe(true);
  });

  it("answers to queries that are events and to notices on the client", async () => {
    const db = port("pg", poolOf(1));
    const client = await db.connect();
    const query = client.query(new pg.Query("select generate_series(1, 3) as n"));
    expect(query).toBeInstanceOf(pg.Query);
    const rows: number[] = [];
    await new Promise<void>((resolve, reject) => query.on("row", (row: { n: number }) => void rows.push(row.n)).on("end", () => resolve()).on("error", reject));
    expect(rows).toEqual([1, 2, 3]);
    const notices: (string | undefined)[] = [];
    client.on("notice", (notice) => notices.push(notice.message));
    await client.query("do $$ begin raise notice 'seen'; end $$");
    expect(notices).toEqual(["seen"]);
    client.release();
  });

  it("takes a query object that is told of its end, such as a cursor, without making it a promise", async () => {
    const { calls } = injectFaults();
    const client = new pg.Client(server.config);
    const db = port("pg", client);
    await db.connect();
    await db.query("select 1");
    calls.length = 0;
    const query = new pg.Query("select 4 as n");
    const given = db.query(query);
    expect(given).toBe(query);
    const rows: unknown[] = [];
    await new Promise<void>((resolve, reject) => query.on("row", (row) => void rows.push(row)).on("end", () => resolve()).on("error", reject));
    expect([rows, calls]).toEqual([[{ n: 4 }], []]);
    await db.end();
  });

  it("prepares statements by name", async () => {
    const db = port("pg", poolOf(1));
    const find = { name: "find-user", text: "select name from users where id = $1" };
    expect((await db.query({ ...find, values: [1] })).rows).toEqual([{ name: "ada" }]);
    expect((await db.query({ ...find, values: [2] })).rows).toEqual([{ name: "bob" }]);
    expect((await db.query("select name from pg_prepared_statements")).rows).toEqual([{ name: "find-user" }]);
    expect((await db.query<[string]>({ text: "select name from users where id = 1", rowMode: "array" })).rows).toEqual([["ada"]]);
  });
});
