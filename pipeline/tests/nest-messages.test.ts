import "reflect-metadata";
import { Controller, Module, UseGuards } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, KafkaContext, MessagePattern, NatsContext, RmqContext, Server, Transport, type CustomTransportStrategy } from "@nestjs/microservices";
import { EventEmitter } from "node:events";
import type { AddressInfo, Server as NetServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { firstValueFrom } from "rxjs";
import { dispatch, fail, pipeline as root, type Call } from "../src/index.js";
import { correlation, PipelineFilter, PipelineInterceptor } from "../src/nest.js";
import { state } from "../src/state.js";
import { until } from "./loopback.js";
import { decorate } from "./nest-app.js";
import { fresh, never, rejection } from "./setting.js";

const t = fresh();
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
const entries = (): Record<string, unknown>[] => t.logs.filter((l) => l.message === "entry");

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

/** A transport in memory: what it hands to Nest beside a message is what the real ones hand over. */
class Memory extends Server implements CustomTransportStrategy {
  listen(listening: () => void): void { listening(); }
  close(): void {}
  on(): void {}
  unwrap<T>(): T { return this as unknown as T; }
  deliver(pattern: string, ...given: [data: unknown, beside: unknown, call?: unknown]): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern) as (...args: unknown[]) => Promise<unknown>;
    return firstValueFrom(this.transformToObservable(handler(...given)));
  }
}

const seen: { left: number; retrying: boolean | undefined; signal: AbortSignal | undefined; sent: Record<string, string>; guard(): boolean } = { left: 0, retrying: undefined, signal: undefined, sent: {}, guard: () => true };

function moduleOf(): new () => object {
  class Guard {
    canActivate(): boolean { return seen.guard(); }
  }
  class StockController {
    sum() {
      seen.left = (state.als.getStore()?.deadline ?? Infinity) - performance.now();
      seen.retrying = state.als.getStore()?.retrying;
      seen.sent = correlation();
      return 6;
    }
    missing() { throw fail("NOT_FOUND", { resource: "item" }, { message: "select * from items" }); }
    broken() { throw new Error("select * from users"); }
    async slow() { await dispatch("db", ({ signal }: Call) => { seen.signal = signal; return never(); }); }
  }
  decorate(StockController, { sum: [MessagePattern("sum")], missing: [MessagePattern("missing")], broken: [MessagePattern("broken")], slow: [MessagePattern("slow")] } as never);
  UseGuards(Guard)(StockController);
  Controller()(StockController);
  class AppModule {}
  Module({ controllers: [StockController] })(AppModule);
  seen.guard = () => true;
  return AppModule;
}

async function up(): Promise<Memory> {
  const server = new Memory();
  const app = await NestFactory.createMicroservice(moduleOf(), { strategy: server, logger: false });
  app.useGlobalInterceptors(new PipelineInterceptor());
  app.useGlobalFilters(new PipelineFilter());
  await app.listen();
  open.push(() => app.close());
  return server;
}

/** As the client of NATS has them: texts, several a name. */
class NatsHeaders {
  constructor(private readonly all: Readonly<Record<string, readonly string[]>>) {}
  get(name: string): string { return this.all[name]?.[0] ?? ""; }
  values(name: string): readonly string[] { return this.all[name] ?? []; }
}

const lists = (headers: Record<string, string>): Record<string, string[]> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
const bytes = (headers: Record<string, string>): Record<string, Buffer> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]));
const kafka = (headers: unknown): KafkaContext => new KafkaContext([{ key: null, value: null, timestamp: "0", attributes: 0, offset: "0", headers }, 0, "orders", undefined, async () => {}, undefined] as never);
const rabbit = (headers: unknown, more: object = {}): RmqContext => new RmqContext([{ properties: { headers, ...more } }, {}, "sum"]);

const transports: readonly (readonly [name: string, make: (headers: Record<string, string>) => unknown])[] = [
  ["Kafka, as texts", (headers) => kafka(headers)],
  ["Kafka, as bytes", (headers) => kafka(bytes(headers))],
  ["NATS", (headers) => new NatsContext(["orders", new NatsHeaders(lists(headers))])],
  ["RabbitMQ", (headers) => rabbit(headers)],
];

describe.each(transports)("a message of %s", (_name, beside) => {
  it("goes on in the request that it comes from", async () => {
    const server = await up();
    expect(await server.deliver("sum", {}, beside({ traceparent: PARENT, "x-request-id": "order-7" }))).toBe(6);
    expect(entries()).toMatchObject([{ entry: "StockController.sum", requestId: "order-7", traceId: TRACE }]);
    expect(seen.sent).toMatchObject({ "x-request-id": "order-7", traceparent: expect.stringMatching(`^00-${TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`) });
  });

  it("is not believed what is no id, nor anything of time, whoever wrote it", async () => {
    root.configure({ trust: { peers: ["0.0.0.0/0", "::/0"] } });
    const server = await up();
    for (const [id, trace] of [["a b", "00-zz"], ["x".repeat(129), `${PARENT}${"-x".repeat(600)}`], ['{"$ne":1}', PARENT.replace(TRACE, "0".repeat(32))], ["a\r\nb", `${PARENT}\n`]] as const)
      await server.deliver("sum", {}, beside({ traceparent: trace, "x-request-id": id, "x-nobypass-remaining": "5", "x-nobypass-retrying": "1" }));
    expect([entries().length, entries().every((l) => /^[0-9a-f]{32}$/.test(String(l["requestId"])) && l["traceId"] !== TRACE)]).toEqual([4, true]);
    expect([seen.left > 20_000, seen.retrying]).toEqual([true, false]);
  });

  it("is told by the same id where a guard refuses it", async () => {
    const server = await up();
    await server.deliver("sum", {}, beside({}));
    seen.guard = () => { throw fail("FORBIDDEN"); };
    expect(await rejection(server.deliver("sum", {}, beside({ "x-request-id": "order-8" })))).toMatchObject({ code: "FORBIDDEN", instance: "urn:request:order-8" });
    expect(entries()[1]).toMatchObject({ requestId: "order-8", outcome: "FORBIDDEN" });
  });
});

describe("a message", () => {
  it("with headers of any other kind is a request of its own", async () => {
    const server = await up();
    const odd = [null, undefined, 7, "text", [], { "x-request-id": 7 }, { "x-request-id": ["a", "b"] }, { "x-request-id": { toString: () => "a" } }, { "x-request-id": Buffer.alloc(5_000, "a") }, Object.create({ "x-request-id": { length: 1 } })];
    for (const headers of odd) expect(await server.deliver("sum", {}, kafka(headers))).toBe(6);
    for (const beside of [undefined, new NatsContext(["a", undefined]), new RmqContext([undefined as never, {}, "a"]), rabbit(null), {}]) expect(await server.deliver("sum", {}, beside)).toBe(6);
    expect(new Set(entries().map((l) => l["requestId"])).size).toBe(odd.length + 5);
  });

  it("of RabbitMQ goes by its correlation id where it has no other", async () => {
    const server = await up();
    await server.deliver("sum", {}, rabbit({}, { correlationId: "reply-9" }));
    await server.deliver("sum", {}, rabbit({ "x-request-id": "order-9" }, { correlationId: "reply-9" }));
    expect(entries().map((l) => l["requestId"])).toEqual(["order-9", "reply-9"].reverse());
  });

  it("over TCP has a peer, and no header", async () => {
    const app = await NestFactory.createMicroservice(moduleOf(), { transport: Transport.TCP, options: { host: "127.0.0.1", port: 0 }, logger: false });
    app.useGlobalInterceptors(new PipelineInterceptor());
    await app.listen();
    root.configure({ entries: { "StockController.sum": { rateLimit: { limit: 1, per: 60_000 } } } });
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: "127.0.0.1", port: (app.unwrap<NetServer>().address() as AddressInfo).port } });
    open.push(() => client.close(), () => app.close());
    expect(await firstValueFrom(client.send("sum", {}))).toBe(6);
    await rejection(firstValueFrom(client.send("sum", {})));
    await until(() => entries().length === 2);
    expect(entries().map((l) => l["outcome"])).toEqual(["ok", "RATE_LIMITED"]);
  });
});

describe("a call of gRPC", () => {
  class Metadata {
    constructor(private readonly all: Readonly<Record<string, readonly (string | Buffer)[]>>) {}
    get(name: string): readonly (string | Buffer)[] { return this.all[name] ?? []; }
    getMap(): object { return this.all; }
  }
  const call = (peer: string): EventEmitter & { getPeer(): string } => Object.assign(new EventEmitter(), { getPeer: () => peer });
  const metadata = (headers: Record<string, string>): Metadata => new Metadata(lists(headers));

  it("goes on in the request that it comes from, with the time that a trusted peer has left", async () => {
    root.configure({ trust: { peers: ["10.0.0.0/8", "fd00::/8"] } });
    const server = await up();
    const headers = { traceparent: PARENT, "x-request-id": "order-7", "x-nobypass-remaining": "900" };
    const left: boolean[] = [];
    for (const peer of ["10.1.2.3:50051", "fd00::1:50051", "11.1.2.3:50051", "unknown"]) {
      await server.deliver("sum", {}, metadata(headers), call(peer));
      left.push(seen.left <= 900);
    }
    expect(left).toEqual([true, true, false, false]);
    expect(entries().every((l) => l["requestId"] === "order-7" && l["traceId"] === TRACE)).toBe(true);
  });

  it("that fails gives a status, and nothing else", async () => {
    const server = await up();
    const of = (pattern: string): Promise<unknown> => rejection(server.deliver(pattern, {}, metadata({ "x-request-id": "order-7" }), call("10.0.0.1:1")));
    expect([await of("missing"), await of("broken")]).toEqual([{ code: 5, details: "NOT_FOUND urn:request:order-7" }, { code: 13, details: "INTERNAL urn:request:order-7" }]);
  });

  it("is cancelled with its caller", async () => {
    const server = await up();
    const calling = call("10.0.0.1:1");
    const answer = rejection(server.deliver("slow", {}, metadata({}), calling));
    await until(() => seen.signal !== undefined);
    calling.emit("cancelled");
    expect(await answer).toMatchObject({ code: 1 });
    expect([seen.signal?.aborted, entries()[0]?.["outcome"], state.working]).toEqual([true, "CANCELLED", 0]);
    const gone = Object.assign(call("10.0.0.1:1"), { cancelled: true });
    expect(await rejection(server.deliver("sum", {}, metadata({}), gone))).toMatchObject({ code: 1 });
  });
});
