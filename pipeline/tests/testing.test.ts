import { expect, it } from "vitest";
import { z } from "zod";
import { contract, dispatch, entry, fail, implement, log } from "../src/index.js";
import { fakeClock, run } from "../src/testing.js";
import { never } from "./setting.js";

it("runs a handler from arrival to answer", async () => {
  const handler = async (input: { id: string }): Promise<string> => {
    log.info("reading", { id: input.id });
    return await dispatch("pg.query", () => `row ${input.id}`);
  };
  const ran = await run(handler, { input: { id: "7" }, headers: { "x-request-id": "r-1" } });
  expect(ran).toMatchObject({ result: "row 7", problem: undefined, calls: ["pg.query"], leftovers: [] });
  expect(ran.logs).toMatchObject([{ message: "reading", id: "7", requestId: "r-1" }, { message: "entry", outcome: "ok", requestId: "r-1" }]);
});

it("puts faults in the place of calls, and lets the time pass", async () => {
  const handler = entry("e", () => dispatch("pg.query", async () => 1));
  const clock = fakeClock();
  try {
    expect((await run(handler, { clock, faults: { "pg.*": "timeout" } })).problem).toMatchObject({ status: 504, body: { code: "TIMEOUT" } });
    expect((await run(handler, { clock, faults: { "pg.*": "error" } })).problem).toMatchObject({ status: 500, body: { code: "INTERNAL" } });
    expect((await run(handler, { clock, faults: { "pg.*": fail("CONFLICT") } })).problem).toMatchObject({ status: 409 });
    const from = clock.now();
    expect((await run(handler, { clock, faults: { "pg.*": 700 } })).result).toBe(1);
    expect(clock.now() - from).toBeGreaterThanOrEqual(700);
  } finally {
    clock.restore();
  }
});

it("has a clock on which sums are exact, whenever it began", async () => {
  const clock = fakeClock();
  try {
    const from = clock.now();
    await clock.advance(0.5);
    expect([Number.isInteger(from), from + 1_000 - from, clock.now() - from]).toEqual([true, 1_000, 0.5]);
  } finally {
    clock.restore();
  }
});

it("has a clock that never goes back, also when two advance it at once", async () => {
  const clock = fakeClock();
  try {
    const from = clock.now();
    await Promise.all([clock.advance(1_000), clock.advance(10)]);
    expect(clock.now() - from).toBe(1_000);
  } finally {
    clock.restore();
  }
});

it("runs a contract, and finds what is left over", async () => {
  const made = contract({ name: "c", input: z.object({ n: z.number() }), output: z.number() });
  implement(made, async ({ n }) => {
    void dispatch("forgotten", never).catch(() => {});
    return n + 1;
  });
  const ran = await run(made, { input: { n: 1 } });
  expect(ran).toMatchObject({ result: 2, leftovers: ["forgotten"] });
  expect((await run(made, { input: { n: "x" } as never })).problem).toMatchObject({ status: 400 });
});
