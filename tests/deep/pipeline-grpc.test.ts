import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../support/built.js";
import { execute, npmInstall, packed, project } from "../support/packages.js";

/** Nest's own gRPC transport and NATS's own headers, with the pipeline as it would be published: none of both is a dependency here. */

let tarball: string;
let discard = (): void => {};
beforeAll(() => {
  ({ tarball, remove: discard } = packed("pipeline"));
});
afterAll(() => discard());

const { devDependencies } = JSON.parse(readFileSync(join(repository, "pipeline/package.json"), "utf8")) as { devDependencies: Readonly<Record<string, string>> };
const of = (...names: string[]): object => Object.fromEntries(names.map((name) => [name, devDependencies[name]]));

const PROTO = `syntax = "proto3"; package stock; service Stock { rpc Level (Item) returns (Amount); rpc Missing (Item) returns (Amount); rpc Broken (Item) returns (Amount); rpc Slow (Item) returns (Amount); } message Item { int32 id = 1; } message Amount { int32 n = 1; }`;

const APP = `
require("reflect-metadata");
const { Controller, Module } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
const { GrpcMethod, NatsContext, Transport } = require("@nestjs/microservices");
const { credentials, loadPackageDefinition, Metadata } = require("@grpc/grpc-js");
const { loadSync } = require("@grpc/proto-loader");
const nats = require("nats");
const { dispatch, fail, pipeline } = require("@nobypass/pipeline");
const { PipelineFilter, PipelineInterceptor } = require("@nobypass/pipeline/nest");

const lines = [];
const at = (fields, message) => message === "entry" && lines.push([fields.entry, fields.requestId, fields.traceId, fields.outcome]);
pipeline.configure({ logger: { debug: at, info: at, warn: at, error: at }, trust: { peers: ["127.0.0.0/8"] } });

let aborted = false;
class StockController {
  Level() { return { n: 7 }; }
  Missing() { throw fail("NOT_FOUND", { resource: "item" }, { message: "select * from items" }); }
  Broken() { throw new Error("select * from users"); }
  Slow() { return dispatch("db", ({ signal }) => new Promise(() => signal.addEventListener("abort", () => (aborted = true)))); }
}
for (const name of ["Level", "Missing", "Broken", "Slow"]) GrpcMethod("Stock", name)(StockController.prototype, name, Object.getOwnPropertyDescriptor(StockController.prototype, name));
Controller()(StockController);
class AppModule {}
Module({ controllers: [StockController] })(AppModule);

const PORT = Number(process.argv[2]);
(async () => {
  const options = { package: "stock", protoPath: __dirname + "/stock.proto", url: "127.0.0.1:" + PORT };
  const app = await NestFactory.createMicroservice(AppModule, { transport: Transport.GRPC, options, logger: false });
  app.useGlobalInterceptors(new PipelineInterceptor());
  app.useGlobalFilters(new PipelineFilter());
  await app.listen();
  const { Stock } = loadPackageDefinition(loadSync(options.protoPath)).stock;
  const client = new Stock(options.url, credentials.createInsecure());
  const call = (method, headers, deadline) => new Promise((resolve) => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.add(name, value);
    client[method]({ id: 1 }, metadata, deadline ? { deadline: Date.now() + deadline } : {}, (error, answer) => resolve(error ? [error.code, error.details] : answer));
  });
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const answers = [];
  for (const method of ["Level", "Missing", "Broken"]) answers.push(await call(method, { "x-request-id": "order-7", traceparent: "00-" + trace + "-00f067aa0ba902b7-01" }));
  answers.push(await call("Level", { "x-request-id": "<script>", traceparent: "00-zz" }));
  answers.push((await call("Slow", { "x-request-id": "late", "x-nobypass-remaining": "150" }))[0]);
  answers.push((await call("Slow", { "x-request-id": "gone" }, 200))[0]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.close();
  await app.close();

  // What NATS hands over beside a message.
  const headers = nats.headers();
  headers.set("x-request-id", "order-8");
  const seen = [];
  const Observable = require("rxjs").Observable;
  const context = { getType: () => "rpc", getArgs: () => [{}, new NatsContext(["a", headers])], getClass: () => StockController, getHandler: () => StockController.prototype.Level };
  await new Promise((complete) => new PipelineInterceptor().intercept(context, { handle: () => new Observable((s) => { s.next(1); s.complete(); }) }).subscribe({ complete }));
  process.stdout.write(JSON.stringify({ answers, aborted, hostile: /^[0-9a-f]{32}$/.test(lines[3][1]), lines: lines.map(([entry, id, traceId, outcome]) => [entry.split(".")[1], id.length === 32 ? "made" : id, traceId === trace, outcome]) }));
  process.exit();
})();
`;

it("gRPC and NATS carry the request into Nest's handlers, and failures out as a status", () => {
  const { dir, remove } = project(
    { dependencies: { "@nobypass/pipeline": `file:${tarball}`, "@grpc/grpc-js": "^1.14.0", "@grpc/proto-loader": "^0.8.0", nats: "^2.29.0", ...of("@nestjs/common", "@nestjs/core", "@nestjs/microservices", "reflect-metadata", "rxjs") } },
    { "app.js": APP, "stock.proto": PROTO, "port.js": 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });' },
  );
  try {
    npmInstall(dir);
    const port = execute(dir, process.execPath, ["port.js"]).trim();
    const said = JSON.parse(execute(dir, process.execPath, ["app.js", port])) as unknown;
    expect(said).toEqual({
      answers: [{ n: 7 }, [5, "NOT_FOUND urn:request:order-7"], [13, "INTERNAL urn:request:order-7"], { n: 7 }, 4, 4],
      aborted: true,
      hostile: true,
      lines: [["Level", "order-7", true, "ok"], ["Missing", "order-7", true, "NOT_FOUND"], ["Broken", "order-7", true, "INTERNAL"], ["Level", "made", false, "ok"], ["Slow", "late", false, "TIMEOUT"], ["Slow", "gone", false, "CANCELLED"], ["Level", "order-8", false, "ok"]],
    });
  } finally {
    remove();
  }
});
