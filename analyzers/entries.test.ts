import { describe, expect, it } from "vitest";
import { configFromSettings } from "../config/load.js";
import { findProject } from "../config/project.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import { settingsOf } from "../rules/settings.js";
import { catalog } from "../tests/support/judge-file.js";
import { entries } from "./entries.js";
import { View } from "./view.js";

const loaded = configFromSettings({ preset: "strict" }, "/nowhere");
const settings = settingsOf({ loaded, project: findProject(loaded), catalog, pipelineResolves: true });

/** `framework name -> functions that serve` */
function entriesOf(text: string, path = "src/a.ts"): string[] {
  const parsed = parse(path, text);
  if ("message" in parsed) throw new Error(parsed.message);
  const view = new View(extract(parsed), text, path, "server", settings);
  return view.get(entries).map((e) => `${e.framework} ${e.name} -> ${e.functions.map((f) => view.facts.functions[f]?.id).join(", ")}`);
}

describe("an entry has the name users know it by, and the functions that serve it", () => {
  it.each<[string, string, readonly string[]]>([
    ["express", `import express from "express"; const app = express(); app.get("/users/:id", function show(req, res) {});`, ["express GET /users/:id -> show"]],
    ["a chain", `import { Router } from "express"; const r = Router(); r.route("/x").get(a).delete(b); function a() {} function b() {}`, ["express GET /x -> a", "express DELETE /x -> b"]],
    ["a wrapper of another file", `import { Router } from "express"; import { wrap } from "./wrap.js"; Router().put("/x", wrap(function inner() {}));`, ["express PUT /x -> inner"]],
    ["the pipeline", `import { Router } from "express"; import { entry } from "@nobypass/pipeline/express"; Router().get("/x", entry("GET /x", function inner() {}));`, ["express GET /x -> inner"]],
    ["a constant path", `import { Router } from "express"; const base = "/v1"; Router().get(base + "/x", function x() {});`, ["express GET /v1/x -> x"]],
    ["fastify's route", `import Fastify from "fastify"; Fastify().route({ method: "POST", url: "/x", handler: function x() {} });`, ["fastify POST /x -> x"]],
    ["koa's del", `import Router from "@koa/router"; new Router().del("/x", function x() {});`, ["koa DELETE /x -> x"]],
    ["a queue", `import { Worker } from "bullmq"; new Worker("mail", async function send() {});`, ["bullmq mail -> send"]],
    ["a resolver", `import { ApolloServer } from "@apollo/server"; new ApolloServer({ resolvers: { Query: { me: function me() {} } } });`, ["graphql Query.me -> me"]],
    [
      "Nest",
      `import { Controller, Get, Post } from "@nestjs/common"; @Controller("users") class Users { @Get(":id") show() {} @Post() create() {} helper() {} }`,
      ["nest GET /users/:id -> Users.show", "nest POST /users -> Users.create"],
    ],
    ["Nest, prefix in an object", `import { Controller, Get } from "@nestjs/common"; @Controller({ path: "users", version: "1" }) class Users { @Get() list() {} }`, ["nest GET /users -> Users.list"]],
    ["Lambda", `export const handler = async (event) => event;`, ["lambda handler -> handler"]],
  ])("%s", (_, text, expected) => {
    expect(entriesOf(text)).toEqual(expected);
  });

  it("of a Next route is its export", () => {
    expect(entriesOf(`export async function GET() {} export const POST = () => {};`, "app/api/users/route.ts")).toEqual(["next GET -> GET", "next POST -> POST"]);
  });

  it("is no timer that is set while serving", () => {
    expect(entriesOf(`import { Router } from "express"; Router().get("/x", function x() { setInterval(() => {}, 1); });`)).toEqual(["express GET /x -> x"]);
  });
});
