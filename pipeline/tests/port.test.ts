import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import knex from "knex";
import { describe, expect, it } from "vitest";
import { entry, pipeline, port } from "../src/index.js";
import { injectFaults } from "../src/testing.js";
import { fresh, never, rejection } from "./setting.js";

const t = fresh();

class Pool extends EventEmitter {
  #rows = [1, 2];
  readonly options = { max: 3 };
  readonly list = [1];
  calls = 0;
  get size(): number {
    return this.#rows.length;
  }
  set size(n: number) {
    this.#rows.length = n;
  }
  async query(_sql?: string): Promise<number[]> {
    this.calls++;
    return this.#rows;
  }
  stuck(): Promise<never> {
    return never();
  }
  ask(sql: string, done: (rows: number[]) => void): void {
    done([...this.#rows, sql.length]);
  }
  mixed<T>(what: T): T | Promise<number> {
    return what instanceof EventEmitter ? what : Promise.resolve(1);
  }
  self(): this {
    return this;
  }
  transaction<T>(work: (tx: { run(): string }) => Promise<T>): Promise<T> {
    return work({ run: () => "ran" });
  }
  stream(): Readable {
    return Readable.from([1]);
  }
  user = { find: async (id: number) => ({ id, found: this.#rows.length }) };
  failing(): Promise<never> {
    return Promise.reject(this.error);
  }
  error = new Error("mine");
}

describe("a wrapped client", () => {
  it("dispatches what returns a promise, by the method's name, and nothing else", async () => {
    const { calls } = injectFaults();
    const pool = new Pool();
    const db = port("pg", pool);
    expect([await db.query(), await db.query("x"), await db.user.find(7)]).toEqual([[1, 2], [1, 2], { id: 7, found: 2 }]);
    expect(calls).toEqual(["pg.query", "pg.query", "pg.user.find"]);
    let told: number[] = [];
    db.ask("abc", (rows) => (told = rows));
    expect(told).toEqual([1, 2, 3]);
    expect(await db.transaction(async (tx) => tx.run())).toBe("ran");
    expect([db.size, db.options.max, db.list, db.self() === db, db.stream() instanceof Readable, db instanceof Pool]).toEqual([2, 3, [1], true, true, true]);
    expect(db.on("error", () => {}) === db && pool.listenerCount("error") === 1).toBe(true);
    expect([db.query.name, db.query.length, db.query === db.query]).toEqual(["query", 1, true]);
    db.size = 1;
    expect([pool.size, calls.length]).toEqual([1, 3]);
  });

  it("keeps errors, bounds callers, and lets no cursor become a promise", async () => {
    const clock = t.clock();
    pipeline.configure({ ops: { "pg.*": { timeout: 50 } } });
    const pool = new Pool();
    const db = port("pg", pool);
    expect(await rejection(db.failing())).toBe(pool.error);
    expect(await db.mixed(2)).toBe(1);
    const cursor = new EventEmitter();
    expect(db.mixed(cursor)).toBe(cursor);
    for (let i = 0; i < 2; i++) {
      const stuck = rejection(db.stuck());
      await clock.advance(60);
      expect((await stuck).error).toEqual({ code: "TIMEOUT", op: "pg.stuck" });
    }
  });

  it("calls no method once the time is up", async () => {
    const clock = t.clock();
    pipeline.configure({ entries: { e: { timeout: 20 } } });
    const pool = new Pool();
    const db = port("pg", pool);
    await db.query();
    let refused: any;
    const work = rejection(entry("e", async () => { await rejection(db.stuck()); refused = await rejection(db.query()); })());
    await clock.advance(30);
    await work;
    await Promise.resolve();
    expect([refused?.code, pool.calls]).toEqual(["TIMEOUT", 1]);
  });

  it("leaves query builders lazy and chained, and dispatches when they are awaited", async () => {
    const { calls } = injectFaults();
    const db = port("db", knex({ client: "pg" }));
    const sql = db("users").where({ id: 1 }).select("a").limit(2);
    expect(calls).toEqual([]);
    expect(sql.toString()).toBe(`select "a" from "users" where "id" = 1 limit 2`);
    expect(db("x").whereIn("id", db("y").select("id")).toString()).toBe('select * from "x" where "id" in (select "id" from "y")');
    expect(db.raw("select ?", [1]).toString()).toBe("select 1");
    expect(db.schema.createTable("t", (table) => void table.increments()).toString()).toContain("create table");

    const ran: string[] = [];
    class Query implements PromiseLike<string> {
      readonly #sql: string[] = [];
      where(part: string): this { this.#sql.push(part); return this; }
      then<A, B>(ok?: ((v: string) => A | PromiseLike<A>) | null, bad?: ((e: unknown) => B | PromiseLike<B>) | null): Promise<A | B> { ran.push(this.#sql.join()); return Promise.resolve(this.#sql.join()).then(ok, bad); }
    }
    const lazy = port("q", { find: () => new Query() });
    const query = lazy.find().where("a").where("b");
    expect([calls, ran]).toEqual([[], []]);
    expect([await query, calls, ran]).toEqual(["a,b", ["q.find"], ["a,b"]]);
    // Also where the same method has returned a promise before.
    const both = port("b", { get: (lazily: boolean): PromiseLike<string> => (lazily ? new Query() : Promise.resolve("now")) });
    expect(await both.get(false)).toBe("now");
    const late = both.get(true);
    expect([late instanceof Promise, ran.length, await late, ran.length]).toEqual([false, 1, "", 2]);
  });

  it("may be a class's constructor or a function itself", async () => {
    const { calls } = injectFaults();
    class Thing { constructor(readonly n: number) {} }
    const sql = Object.assign(async (parts: TemplateStringsArray) => parts.join(), { Thing });
    const wrapped = port("sql", sql);
    expect([await wrapped`select 1`, new wrapped.Thing(3).n, calls]).toEqual(["select 1", 3, ["sql"]]);
  });
});
