import "reflect-metadata";
import { BadRequestException, Body, Controller, Get, HttpException, Injectable, Module, NotFoundException, Param, ParseIntPipe, Post, Res, ServiceUnavailableException, Sse, StreamableFile, UseGuards, UseInterceptors, ValidationPipe, type CallHandler, type ExecutionContext, type INestApplication, type Provider, type ValidationPipeOptions } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { Readable } from "node:stream";
import { concat, defer, interval, map, NEVER, Observable, of, take, tap, throwError } from "rxjs";
import { dispatch, fail, log } from "../src/index.js";
import { deferred, never, turns } from "./setting.js";

/** A real application, decorated by hand: the test runner emits no metadata of types. */
export type Platform = "express" | "fastify";

type Decorator = (target: object, key: string, descriptor: PropertyDescriptor) => void;

export function decorate(type: Function, methods: Record<string, Decorator[]>, parameters: Record<string, ParameterDecorator[]> = {}): void {
  for (const [key, decorators] of Object.entries(methods)) {
    for (const decorator of decorators) decorator(type.prototype as object, key, Object.getOwnPropertyDescriptor(type.prototype, key) as PropertyDescriptor);
    parameters[key]?.forEach((decorator, i) => decorator(type.prototype as object, key, i));
  }
}

/** What the handlers saw and are told; made anew for each application. */
export class Seen {
  signal: AbortSignal | undefined;
  unsubscribed = 0;
  readonly order: string[] = [];
  guard: (context: ExecutionContext) => boolean | Promise<boolean> = () => true;
  gate = deferred();
}

export class InputOfCat {
  name!: string;
}

export interface Started {
  readonly app: INestApplication;
  readonly url: string;
  readonly seen: Seen;
}

/** The rules that class-validator would have, by which `ValidationPipe` is given what it found. */
const validatorPackage = {
  validate: async (value: { name?: unknown; tags?: unknown }) =>
    typeof value.name === "string" ? [] : [
      { property: "name", target: value, value: value.name, constraints: { isString: "name must be a string" } },
      { property: "owner", target: value, children: [{ property: "tags", constraints: { isString: "each value in tags must be a string" } }] },
      { property: "extra", constraints: { whitelist: "property extra should not exist" } },
      { property: "name", constraints: { custom: `Dear user, ${JSON.stringify(value.name)} is no name` } },
    ],
  validateSync: () => [],
};
const transformerPackage = {
  plainToInstance: (type: new () => object, value: object) => Object.assign(new type(), value),
  plainToClass: (type: new () => object, value: object) => Object.assign(new type(), value),
  classToPlain: (value: object) => value,
} as unknown as NonNullable<ValidationPipeOptions["transformerPackage"]>;

export async function start(platform: Platform, before: (app: INestApplication) => void, thrown: { value: unknown } = { value: undefined }, providers: Provider[] = []): Promise<Started> {
  const seen = new Seen();

  class Guard {
    canActivate(context: ExecutionContext): boolean | Promise<boolean> {
      log.info("guard");
      return seen.guard(context);
    }
  }
  Injectable()(Guard);

  class Around {
    intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
      log.info("own interceptor");
      return next.handle().pipe(tap(() => seen.order.push("own")), map((value) => (typeof value === "object" && value !== null && "n" in value ? { ...value, wrapped: true } : value)));
    }
  }
  Injectable()(Around);

  class CatsController {
    async slow() { await dispatch("db.slow", ({ signal }) => { seen.signal = signal; return never(); }); }
    async late() { await seen.gate.promise; throw new Error("late"); }
    async one(id: number) { await dispatch("a", () => turns(1), { concurrency: 10 }); log.info("handler", { n: id }); return { n: id }; }
    create(body: InputOfCat) { log.info("handler"); return { made: body.name }; }
    failing() { throw thrown.value; }
    async rejecting() { throw thrown.value; }
    rx() { return throwError(() => thrown.value); }
    ticks() { return interval(5).pipe(take(3)); }
    stuck() { return new Observable(() => () => void seen.unsubscribed++); }
    missing() { throw new NotFoundException("cat 7 of owner@example.org is not in table cats"); }
    refused() { throw new HttpException({ secret: "leak" }, 418); }
    away() { throw new ServiceUnavailableException("db at 10.0.0.7"); }
    ours() { throw fail("CONFLICT", { resource: "cat" }); }
    events() { return concat(interval(60).pipe(take(6), map((n) => ({ data: { n } }))), NEVER.pipe(tap({ unsubscribe: () => void seen.unsubscribed++ }))); }
    broken() { return concat(of({ data: "first" }), defer(() => throwError(() => new BadRequestException("select * from users")))); }
    file() { return new StreamableFile(Readable.from(["a", "b"])); }
    raw(res: { send(text: string): void }) { setTimeout(() => res.send("by hand"), 5); }
    rawLate(res: { send(text: string): void }) { setTimeout(() => { res.send("too late"); seen.order.push("late"); }, 150); }
    rawHalf(res: { raw?: NodeJS.WritableStream }) {
      const out = (res.raw ?? res) as NodeJS.WritableStream;
      out.write("half");
      setTimeout(() => { out.write("more"); out.end("end"); seen.order.push("late"); }, 150);
    }
    half(res: { raw?: NodeJS.WritableStream; write?: unknown }) { ((res.raw ?? res) as NodeJS.WritableStream).write("half"); throw new Error("after the head"); }
  }
  decorate(CatsController, {
    slow: [Get("slow")], late: [Get("late")], one: [Get("one/:id")], create: [Post()], failing: [Get("failing")], rejecting: [Get("rejecting")], rx: [Get("rx")], ticks: [Get("ticks")],
    stuck: [Get("stuck")], missing: [Get("missing")], refused: [Get("refused")], away: [Get("away")], ours: [Get("ours")], events: [Sse("events")], broken: [Sse("broken")], file: [Get("file")], raw: [Get("raw")], half: [Get("half")], rawLate: [Get("rawLate")], rawHalf: [Get("rawHalf")],
  }, { one: [Param("id", ParseIntPipe)], create: [Body(new ValidationPipe({ validatorPackage, transformerPackage, expectedType: InputOfCat }))], raw: [Res()], half: [Res()], rawLate: [Res()], rawHalf: [Res()] });
  UseGuards(Guard)(CatsController);
  UseInterceptors(Around)(CatsController);
  Controller("cats")(CatsController);

  class AppModule {}
  Module({ controllers: [CatsController], providers })(AppModule);
  const app = platform === "express"
    ? await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false })
    : await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false });
  before(app);
  await app.listen(0, "127.0.0.1");
  return { app, url: await app.getUrl(), seen };
}
