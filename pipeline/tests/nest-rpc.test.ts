import "reflect-metadata";
import { Controller, Module, UseGuards, type ExecutionContext, type INestMicroservice } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, EventPattern, MessagePattern, Transport, type ClientProxy } from "@nestjs/microservices";
import type { AddressInfo, Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { firstValueFrom, lastValueFrom, Observable, of, toArray } from "rxjs";
import { dispatch, fail, log, pipeline as root } from "../src/index.js";
import { PipelineFilter, PipelineInterceptor } from "../src/nest.js";
import { state, wheel } from "../src/state.js";
import { decorate } from "./nest-app.js";
import { fresh, never, rejection, turns } from "./setting.js";

const t = fresh();
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(what()).toBe(true);
};
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

async function up(): Promise<{ client: ClientProxy; seen: { signal?: AbortSignal; unsubscribed: number; events: unknown[]; guard: () => boolean } }> {
  const seen = { unsubscribed: 0, events: [] as unknown[], guard: (): boolean => true } as { signal?: AbortSignal; unsubscribed: number; events: unknown[]; guard: () => boolean };
  class Guard {
    canActivate(_: ExecutionContext): boolean {
      return seen.guard();
    }
  }
  class StockController {
    async sum(n: number[]) { await dispatch("db", () => turns(1), { concurrency: 10 }); log.info("handler"); return n.reduce((a, b) => a + b, 0); }
    many() { return of(1, 2, 3); }
    failing(kind: string) { if (kind === "ours") throw fail("NOT_FOUND", { resource: "item", id: "7" }, { message: "inside" }); throw kind === "text" ? "select * from users" : new Error("select * from users"); }
    async slow() { await dispatch("db.slow", ({ signal }) => { seen.signal = signal; return never(); }); }
    stuck() { return new Observable(() => () => void seen.unsubscribed++); }
    happened(n: number) { seen.events.push(n); }
  }
  decorate(StockController, { sum: [MessagePattern("sum")], many: [MessagePattern("many")], failing: [MessagePattern("failing")], slow: [MessagePattern("slow")], stuck: [MessagePattern("stuck")], happened: [EventPattern("happened")] } as never);
  UseGuards(Guard)(StockController);
  Controller()(StockController);
  class AppModule {}
  Module({ controllers: [StockController] })(AppModule);
  const app: INestMicroservice = await NestFactory.createMicroservice(AppModule, { transport: Transport.TCP, options: { host: "127.0.0.1", port: 0 }, logger: false });
  app.useGlobalInterceptors(new PipelineInterceptor());
  app.useGlobalFilters(new PipelineFilter());
  await app.listen();
  const { port } = app.unwrap<Server>().address() as AddressInfo;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: "127.0.0.1", port } });
  await client.connect();
  open.push(() => client.close(), () => app.close());
  return { client, seen };
}

describe("Nest's microservices", () => {
  it("answer as before, each message an entry", async () => {
    const { client, seen } = await up();
    expect(await firstValueFrom(client.send("sum", [1, 2, 3]))).toBe(6);
    expect(await lastValueFrom(client.send("many", {}).pipe(toArray()))).toEqual([1, 2, 3]);
    await lastValueFrom(client.emit("happened", 7), { defaultValue: undefined });
    await until(() => entries().length === 3);
    expect([seen.events, entries().map((l) => [l["entry"], l["outcome"]])]).toEqual([[7], [["StockController.sum", "ok"], ["StockController.many", "ok"], ["StockController.happened", "ok"]]]);
    expect(new Set(entries().map((l) => l["requestId"])).size).toBe(3);
  });

  it("give the caller a problem, and tell why once", async () => {
    const { client } = await up();
    for (const kind of ["error", "text"]) {
      const problem = await rejection(firstValueFrom(client.send("failing", kind)));
      expect(problem).toEqual({ type: "urn:problem:internal", title: "Internal error", status: 500, code: "INTERNAL", instance: `urn:request:${String(entries().at(-1)?.["requestId"])}` });
    }
    expect(await rejection(firstValueFrom(client.send("failing", "ours")))).toMatchObject({ code: "NOT_FOUND", status: 404, resource: "item", id: "7" });
    expect(entries()).toHaveLength(3);
    expect(entries()[0]).toMatchObject({ level: "error", entry: "StockController.failing", err: { message: "select * from users" } });
  });

  it("answer for their guards", async () => {
    const { client, seen } = await up();
    await firstValueFrom(client.send("sum", [1]));
    seen.guard = () => { throw fail("FORBIDDEN"); };
    expect(await rejection(firstValueFrom(client.send("sum", [1])))).toMatchObject({ code: "FORBIDDEN", status: 403 });
    expect(entries()[1]).toMatchObject({ entry: "rpc", outcome: "FORBIDDEN" });
  });

  it("are bounded: released, cancelled, unsubscribed from", async () => {
    root.configure({ entries: { "StockController.*": { timeout: 80 } } });
    const { client, seen } = await up();
    for (const pattern of ["slow", "stuck"]) expect(await rejection(firstValueFrom(client.send(pattern, {})))).toMatchObject({ code: "TIMEOUT", status: 504 });
    expect([seen.signal?.aborted, seen.unsubscribed]).toEqual([true, 1]);
    await until(() => state.working === 0);
    expect(wheel.size).toBe(0);
  });

  it("keep hundreds at once apart", async () => {
    const { client } = await up();
    expect(await Promise.all(Array.from({ length: 300 }, (_, i) => firstValueFrom(client.send("sum", [i, 1]))))).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    const mine = t.logs.filter((l) => l.message === "handler").map((l) => l["requestId"]);
    await until(() => entries().length === 300);
    expect([new Set(mine).size, new Set(entries().map((l) => l["requestId"])).size]).toEqual([300, 300]);
    expect(state.working).toBe(0);
  });
});

describe("the filter, of other contexts", () => {
  const host = (type: string, ...args: unknown[]) => ({ getType: () => type, getArgs: () => args });

  it("emits to a socket, and gives a resolver an error without a leak", () => {
    const emitted: unknown[] = [];
    new PipelineFilter().catch(new Error("select"), host("ws", { emit: (...args: unknown[]) => emitted.push(args) }, {}));
    expect(emitted).toMatchObject([["exception", { code: "INTERNAL", status: 500 }]]);
    const error = new PipelineFilter().catch(fail("NOT_FOUND", { resource: "cat" }, { message: "inside" }), host("graphql", {}, {})) as Error & { extensions: object };
    expect([error instanceof Error, error.message, error.extensions]).toMatchObject([true, "Not found", { code: "NOT_FOUND", resource: "cat" }]);
    expect(entries().map((l) => [l["entry"], l["outcome"]])).toEqual([["ws", "INTERNAL"], ["graphql", "NOT_FOUND"]]);
  });
});
