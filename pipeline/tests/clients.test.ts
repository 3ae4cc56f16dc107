import "reflect-metadata";
import { Controller, Get, Module, type INestApplication } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import express from "express";
import fastify from "fastify";
import { request } from "node:http";
import { createRequire } from "node:module";
import { afterEach, describe, expect, it } from "vitest";
import { arriveFrom } from "../src/arrival.js";
import { EntryPlan } from "../src/entry-plan.js";
import { entry as expressEntry } from "../src/express.js";
import { entry as fastifyEntry } from "../src/fastify.js";
import { pipeline as root } from "../src/index.js";
import { pipeline as nest, PipelineFilter, PipelineInterceptor } from "../src/nest.js";
import { entry as nodeEntry } from "../src/node.js";
import { addressOf, clientOf } from "../src/trust.js";
import { loopback } from "./loopback.js";
import { decorate } from "./nest-app.js";
import { fresh } from "./setting.js";

fresh();
const listen = loopback();
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** The machine has all of 127.0.0.0/8: one of it is the proxy, another a client that connects by itself. */
const PROXY = "127.0.0.1";
const STRANGER = "127.0.0.2";
const LIMIT = { limit: 1, per: 60_000 };
const express4 = createRequire(import.meta.url)("express4") as typeof express;

const asked = (url: string, from: string, forwarded?: string | string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { localAddress: from, agent: false, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } }, (res) => resolve(res.resume().statusCode as number)).on("error", reject).end();
  });

type Trusts = "itself" | "by us" | "nobody";

async function nestApp(app: INestApplication, isWhole: boolean): Promise<string> {
  root.configure({ entries: { "LoginController.login": { rateLimit: LIMIT } } });
  if (isWhole) app.use(nest());
  app.useGlobalInterceptors(new PipelineInterceptor());
  app.useGlobalFilters(new PipelineFilter());
  open.push(() => app.close());
  await app.listen(0, "127.0.0.1");
  return app.getUrl();
}

function nestModule(): new () => object {
  class LoginController {
    login() { return "in"; }
  }
  decorate(LoginController, { login: [Get()] });
  Controller()(LoginController);
  class AppModule {}
  Module({ controllers: [LoginController] })(AppModule);
  return AppModule;
}

const onExpress = (made: typeof express) => (trusts: Trusts) => {
  const app = made();
  if (trusts === "itself") app.set("trust proxy", PROXY);
  return listen(app.get("/", expressEntry("login", (_req, res) => void res.send("in"), { rateLimit: LIMIT })));
};
const onNestExpress = (isWhole: boolean) => async (trusts: Trusts) => {
  const adapter = new ExpressAdapter();
  if (trusts === "itself") adapter.set("trust proxy", PROXY);
  return nestApp(await NestFactory.create(nestModule(), adapter, { logger: false }), isWhole);
};
const onNestFastify = (isWhole: boolean) => async (trusts: Trusts) =>
  nestApp(await NestFactory.create<NestFastifyApplication>(nestModule(), new FastifyAdapter(trusts === "itself" ? { trustProxy: PROXY } : {}), { logger: false }), isWhole);

const BOTH: readonly Trusts[] = ["itself", "by us"];
/** `ways` in which a proxy may be trusted. */
const servers: readonly { readonly name: string; readonly ways: readonly Trusts[]; readonly up: (trusts: Trusts) => Promise<string> }[] = [
  { name: "node:http", ways: ["by us"], up: () => listen(nodeEntry("login", (_req, res) => void res.end("in"), { rateLimit: LIMIT })) },
  { name: "Express 4", ways: BOTH, up: onExpress(express4) },
  { name: "Express 5", ways: BOTH, up: onExpress(express) },
  { name: "Fastify", ways: BOTH, up: async (trusts) => {
    const app = fastify(trusts === "itself" ? { trustProxy: PROXY } : {});
    app.get("/", fastifyEntry("login", async () => "in", { rateLimit: LIMIT }));
    open.push(() => app.close());
    return app.listen({ port: 0, host: "127.0.0.1" });
  } },
  { name: "Nest on Express, interceptor alone", ways: BOTH, up: onNestExpress(false) },
  { name: "Nest on Express", ways: BOTH, up: onNestExpress(true) },
  { name: "Nest on Fastify, interceptor alone", ways: BOTH, up: onNestFastify(false) },
  { name: "Nest on Fastify", ways: BOTH, up: onNestFastify(true) },
];

describe.each(servers)("a rate limit on $name counts", ({ up, ways }) => {
  it("the connection, whatever it says of others", async () => {
    const url = await up("nobody");
    expect([await asked(url, PROXY, "1.1.1.1"), await asked(url, PROXY, "2.2.2.2"), await asked(url, STRANGER, "1.1.1.1"), await asked(url, STRANGER)]).toEqual([200, 429, 200, 429]);
  });

  it.each(ways)("the client behind a proxy that is trusted (%s), and nobody else's word", async (trusts) => {
    if (trusts === "by us") root.configure({ trust: { proxies: [PROXY] } });
    const url = await up(trusts);
    expect([await asked(url, PROXY, "1.1.1.1"), await asked(url, PROXY, "2.2.2.2"), await asked(url, PROXY, "1.1.1.1")]).toEqual([200, 200, 429]);
    // What the client itself wrote stands to the left of what the proxy saw; in a header of its own, too.
    expect([await asked(url, PROXY, "9.9.9.9, 1.1.1.1"), await asked(url, PROXY, ["8.8.8.8", "1.1.1.1"])]).toEqual([429, 429]);
    expect([await asked(url, STRANGER, "3.3.3.3"), await asked(url, STRANGER, "4.4.4.4"), await asked(url, STRANGER, PROXY)]).toEqual([200, 429, 429]);
  });
});

describe("the client of an arrival", () => {
  const behind = (peer: string | undefined, forwarded?: string | readonly string[], claimed?: string): string | undefined => clientOf(peer, claimed, (name) => (name === "x-forwarded-for" ? forwarded : undefined));

  it("is found past every proxy of ours, and no farther", () => {
    root.configure({ trust: { proxies: ["10.0.0.0/8", "fd00::/8"] } });
    expect(behind("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2")).toBe("1.2.3.4");
    expect(behind("::ffff:10.0.0.1", "1.2.3.4,fd00::7")).toBe("1.2.3.4");
    expect(behind("10.0.0.1", ["6.6.6.6", "2001:db8::1"])).toBe("2001:db8::1");
    expect(behind("10.0.0.1", "10.0.0.3, 10.0.0.2")).toBe("10.0.0.3");
    // No header, or not an address: as far as it is known.
    for (const nothing of [undefined, "", " , ", "unknown", "1.2.3.4, _hidden", "x".repeat(10_000), "1.2.3.4;5"]) expect(behind("10.0.0.1", nothing), String(nothing)).toBe("10.0.0.1");
    expect([behind("11.0.0.1", "1.2.3.4"), behind(undefined, "1.2.3.4")]).toEqual(["11.0.0.1", undefined]);
  });

  it("is what a framework knows better, if that is an address", () => {
    expect([behind("11.0.0.1", "6.6.6.6", "1.2.3.4"), behind(undefined, undefined, "1.2.3.4"), behind("11.0.0.1", undefined, "<script>"), behind("11.0.0.1", undefined, "::ffff:11.0.0.1")]).toEqual(["1.2.3.4", "1.2.3.4", "11.0.0.1", "11.0.0.1"]);
    root.configure({ trust: { proxies: ["11.0.0.1"] } });
    expect(behind("11.0.0.1", "6.6.6.6", "11.0.0.1")).toBe("6.6.6.6");
  });

  it("has no port, no brackets and no interface", () => {
    expect(["1.2.3.4:5678", "[2001:db8::1]:443", "[::1]", "fe80::1%eth0", " 1.2.3.4 ", "::FFFF:1.2.3.4"].map(addressOf)).toEqual(["1.2.3.4", "2001:db8::1", "::1", "fe80::1", "1.2.3.4", "1.2.3.4"]);
  });

  it("neither lends a proxy the trust of a peer, nor the other way round", () => {
    const headers: Record<string, string> = { "x-nobypass-remaining": "100", "x-forwarded-for": "1.2.3.4" };
    root.configure({ trust: { proxies: ["10.0.0.1"], peers: ["10.0.0.2"] } });
    const left = (peer: string): number => {
      const edge = arriveFrom(new EntryPlan("e"), { peer, header: (name) => headers[name] });
      edge.end();
      return edge.scope.deadline - performance.now();
    };
    expect([left("10.0.0.1") > 20_000, left("10.0.0.2") <= 100]).toEqual([true, true]);
    expect([behind("10.0.0.1", "1.2.3.4"), behind("10.0.0.2", "1.2.3.4")]).toEqual(["1.2.3.4", "10.0.0.2"]);
    expect(() => root.configure({ trust: { proxies: ["loopback"] } })).toThrow(/trust\.proxies: loopback/);
  });
});
