import { describe, expect, it } from "vitest";
import { configFromSettings } from "../config/load.js";
import { findProject } from "../config/project.js";
import type { Value } from "../core/facts.js";
import { parse } from "../engine/parse.js";
import { extract } from "../facts/extract.js";
import { settingsOf } from "../rules/settings.js";
import { catalog } from "../tests/support/judge-file.js";
import { taint } from "./taint.js";
import { View } from "./view.js";

const loaded = configFromSettings({ preset: "strict" }, "/nowhere");
const settings = settingsOf({ loaded, project: findProject(loaded), catalog, pipelineResolves: true });

const HEAD = `import express from "express"; import { z } from "zod"; import path from "node:path"; import _ from "lodash"; const app = express();\n`;

/** What arrives in `sink(…)` of a file whose handler this is: the sources as they are written. */
function arrives(body: string, more = ""): string[] {
  return inFile(`${more}\napp.post("/x", async (req, res) => { ${body} });`);
}

function inFile(text: string): string[] {
  const whole = HEAD + text;
  const parsed = parse("a.ts", whole);
  if ("message" in parsed) throw new Error(parsed.message);
  const view = new View(extract(parsed), whole, "src/a.ts", "server", settings);
  const answer = view.get(taint);
  const found = view.facts.values.flatMap((value) => {
    const callee = value.kind === "call" ? (view.facts.values[value.callee] as Value) : undefined;
    if (value.kind !== "call" || callee?.kind !== "global" || callee.name !== "sink") return [];
    return answer.resolved(value.args[0] as number).flatMap((o) => {
      if (o.from.kind !== "source") return [];
      const { start, end } = view.span({ value: o.at });
      // A text is no query object: most of these are texts.
      const safe = o.safeFor.filter((proof) => proof !== "nosql" && proof !== "rooted");
      return [`${whole.slice(start, end)}${safe.length > 0 ? ` -${safe.join()}` : ""}${o.doubt === null ? "" : " ?"}`];
    });
  });
  return [...new Set(found)];
}

describe("what is followed", () => {
  it.each<[string, string, readonly string[]]>([
    ["a read", `sink(req.body.name)`, ["req.body"]],
    ["a name", `const n = req.body.name; sink(n)`, ["req.body"]],
    ["destructuring", `const { name: n, ...rest } = req.body; sink(rest.x)`, ["req.body"]],
    ["nested destructuring", `const { body: { name } } = req; sink(name)`, ["body: { name }"]],
    ["a template", "sink(`a ${req.query.q}`)", ["req.query"]],
    ["a sum", `sink("a" + req.query.q)`, ["req.query"]],
    ["a sum in steps", `let s = "a"; s += req.query.q; sink(s)`, ["req.query"]],
    ["an object's property", `const o = { a: req.body.a, b: 1 }; sink(o.a)`, ["req.body"]],
    ["a property written later", `const o = {}; o.a = req.body.a; sink(o.a)`, ["req.body"]],
    ["a spread", `const o = { ...req.body }; sink(o.a)`, ["req.body"]],
    ["a list", `const l = []; l.push(req.body.a); sink(l[0])`, ["req.body"]],
    ["a list's parts", `sink(["a", req.body.a].join(","))`, ["req.body"]],
    ["text methods", `sink(req.body.a.trim().toLowerCase().split(",")[0])`, ["req.body"]],
    ["JSON", `sink(JSON.parse(JSON.stringify(req.body)).a)`, ["req.body"]],
    ["a URL", `sink(new URL(req.query.u).hostname)`, ["req.query"]],
    ["a buffer", `sink(Buffer.from(req.body.a, "base64").toString("utf8"))`, ["req.body"]],
    ["a part by its name", `sink(_.get(req.body, "a.b"))`, ["req.body"]],
    ["picked parts", `sink(_.pick(req.body, ["a"]).a)`, ["req.body"]],
    ["parts that were not picked", `sink(_.pick(req.body, ["a"]).b)`, []],
    ["what is not left out", `sink(_.omit({ a: req.body.a, b: 1 }, "b"))`, ["req.body"]],
    ["parts that were left out", `sink(_.omit({ a: req.body.a, b: 1 }, "a"))`, []],
    ["the rest of an object", `const { a, ...rest } = { a: req.body.a, b: 1 }; sink(rest)`, []],
    ["rest parameters", `const last = (...all) => all[1]; sink(last(1, req.body.a))`, ["req.body"]],
    ["rest parameters beside it", `const last = (...all) => all[1]; sink(last(req.body.a, 1))`, []],
    ["a text before what is added", `let s = req.query.q; s += "a"; sink(s)`, ["req.query"]],
    ["a list of an object", `const o = { l: [] }; o.l.push(req.body.a); sink(o.l[0])`, ["req.body"]],
    ["another list of that object", `const o = { l: [], m: [] }; o.l.push(req.body.a); sink(o.m)`, []],
    ["a promise that is settled by hand", `sink(await new Promise((resolve) => setTimeout(() => resolve(req.body.a), 5)))`, ["req.body"]],
    ["a promise that is refused by hand", `sink(await new Promise((resolve, reject) => { reject(req.body.a); resolve(1); }))`, []],
    ["path.join", `sink(path.join("/srv", req.params.f))`, ["req.params"]],
    ["Object.assign", `const o = Object.assign({}, req.body); sink(o.a)`, ["req.body"]],
    ["a map's callback", `sink(req.body.ids.map((id) => "x" + id).join())`, ["req.body"]],
    ["an element", `for (const id of req.body.ids) sink(id)`, ["req.body"]],
    ["a callback's element", `req.body.ids.forEach((id) => sink(id))`, ["req.body"]],
    ["a key", `for (const k in req.body) sink(k)`, ["req.body"]],
    ["a choice", `sink(req.body.a ? req.body.a : "x")`, ["req.body"]],
    ["a default", `const { a = "x" } = req.body; sink(a)`, ["req.body"]],
    ["a fallback", `sink(req.body.a || "x")`, ["req.body"]],
    ["an assertion of its type", `sink((req.body as { a: string }).a)`, ["req.body"]],
    ["a promise", `const a = await Promise.resolve(req.body.a); sink(a)`, ["req.body"]],
    ["a then", `await Promise.resolve(req.body).then((b) => sink(b.a))`, ["req.body"]],
    ["an async wrapper", `const f = async () => req.body.a; sink(await f())`, ["req.body"]],
    ["a method of the request", `sink(req.get("x-y"))`, [`req.get("x-y")`]],
    ["a reassignment that keeps it", `let a = req.body.a; a = a.trim(); sink(a)`, ["req.body"]],
  ])("%s", (_, body, expected) => {
    expect(arrives(body)).toEqual(expected);
  });

  it.each<[string, string, string, readonly string[]]>([
    ["a helper's parameter", `run(req.body.a)`, `function run(x) { sink(x); }`, ["req.body"]],
    ["helpers of helpers", `run(req.body)`, `const run = (x) => go(x.name); const go = ({ first }) => sink(first);`, ["req.body"]],
    ["a helper's result", `sink(upper(req.body.a))`, `const upper = (x) => x.toUpperCase();`, ["req.body"]],
    ["a part of a helper's result", `sink(pick(req.body).a)`, `const pick = (b) => ({ a: b.a, b: 1 });`, ["req.body"]],
    ["an own method", `new S().run(req.body.a)`, `class S { run(x) { sink(x); } }`, ["req.body"]],
    ["a field", `new S(req.body.a).run()`, `class S { constructor(private readonly x: string) {} run() { sink(this.x); } }`, ["req.body"]],
    ["a callback of a local helper", `apply((x) => sink(x), req.body.a)`, `function apply(f, v) { f(v); }`, ["req.body"]],
    ["the request handed on", `run(req)`, `function run(r) { sink(r.body.a); }`, ["r.body"]],
  ])("%s", (_, body, more, expected) => {
    expect(arrives(body, more)).toEqual(expected);
  });
});

describe("what takes it away", () => {
  it.each<[string, string, readonly string[]]>([
    ["a constant", `sink("a")`, []],
    ["another part of an object", `const o = { a: req.body.a, b: 1 }; sink(o.b)`, []],
    ["a name written anew", `let a = req.body.a; a = "x"; sink(a)`, []],
    ["its length", `sink(req.body.a.length)`, []],
    ["a comparison", `sink(req.body.a === "x")`, []],
    ["a number", `sink(Number(req.query.n))`, []],
    ["parseInt", `sink(parseInt(req.query.n, 10))`, []],
    ["a schema's result", `const b = z.object({ a: z.string() }).parse(req.body); sink(b.a)`, []],
    ["not what the schema was given", `z.object({ a: z.string() }).parse(req.body); sink(req.body.a)`, ["req.body"]],
    ["safeParse's data", `const r = z.object({ a: z.string() }).safeParse(req.body); if (!r.success) return; sink(r.data.a)`, []],
    ["a list of what is allowed", `if (!["a", "b"].includes(req.body.a)) return; sink(req.body.a)`, []],
    ["allowed, in the branch", `const a = req.body.a; if (["a", "b"].includes(a)) sink(a)`, []],
    ["not after the branch", `const a = req.body.a; if (["a", "b"].includes(a)) { log(a); } sink(a)`, ["req.body"]],
    ["refused, and gone on", `const a = req.body.a; if (!["a"].includes(a)) { log(a); } sink(a)`, ["req.body"]],
    ["a set", `const ok = new Set(["a"]); const a = req.body.a; if (!ok.has(a)) throw new Error("no"); sink(a)`, []],
    ["a table", `const t = { a: 1 }; const a = req.body.a; if (!(a in t)) throw new Error("no"); sink(a)`, []],
    ["a typeof number", `const a = req.body.a; if (typeof a !== "number") return; sink(a)`, []],
    ["a typeof string is one for queries only", `const a = req.body.a; if (typeof a !== "string") return; sink(a)`, ["req.body -deserialise"]],
    ["a whole pattern", `const a = req.body.a; if (!/^[a-z0-9_]+$/.test(a)) return; sink(a)`, []],
    ["a pattern without ends", `const a = req.body.a; if (!/[a-z]+/.test(a)) return; sink(a)`, ["req.body"]],
    ["a pattern with a wildcard", `const a = req.body.a; if (!/^.+$/.test(a)) return; sink(a)`, ["req.body"]],
    ["a switch over constants", `const a = req.body.a; switch (a) { case "x": case "y": sink(a); break; default: }`, []],
    ["a switch's default", `const a = req.body.a; switch (a) { case "x": break; default: sink(a); }`, ["req.body"]],
    ["an equality", `const a = req.body.a; if (a === "x") sink(a)`, []],
    ["a && before it", `const a = req.body.a; ["x"].includes(a) && sink(a)`, []],
    ["a replacement that keeps word characters", `sink(req.body.a.replace(/[^a-z0-9_]/gi, ""))`, []],
    ["a replacement that takes quotes", `sink(req.body.a.replace(/'/g, "''"))`, ["req.body"]],
    ["basename, for paths", `sink(path.basename(req.params.f))`, ["req.params -path"]],
    ["in a function made after the check", `const a = req.body.a; if (!["x"].includes(a)) return; const f = () => sink(a); f()`, []],
  ])("%s", (_, body, expected) => {
    expect(arrives(body)).toEqual(expected);
  });

  it.each<[string, string, string, readonly string[]]>([
    ["a guard of its own", `if (!isUser(req.body)) return; sink(req.body.a)`, `function isUser(x: unknown): x is { a: string } { return typeof x === "object" && x !== null && "a" in x; }`, []],
    ["a guard that looks at nothing", `if (!isUser(req.body)) return; sink(req.body.a)`, `function isUser(x: unknown): x is { a: string } { return true; }`, ["req.body"]],
    ["a guard of another file", `if (!isUser(req.body)) return; sink(req.body.a)`, `import { isUser } from "./user.js";`, ["req.body ?"]],
    ["a function of another file", `sink(clean(req.body.a))`, `import { clean } from "./clean.js";`, ["req.body ?"]],
    ["a helper that answers with a constant", `sink(kind(req.body.a))`, `const kind = (x) => (x === "a" ? "one" : "two");`, []],
    ["a helper called with a constant too", `run("x")`, `function run(x) { sink(x); }`, []],
  ])("%s", (_, body, more, expected) => {
    expect(arrives(body, more)).toEqual(expected);
  });
});

describe("sources", () => {
  it.each<[string, string, readonly string[]]>([
    ["a declared request", `import type { Request } from "express"; export function show(r: Request) { sink(r.body.a); }`, ["r.body"]],
    ["Nest", `import { Controller, Post, Body } from "@nestjs/common"; @Controller() class C { @Post() go(@Body() dto: { a: string }) { sink(dto.a); } }`, ["dto: { a: string }"]],
    ["Lambda", `export const handler = async (event) => { sink(JSON.parse(event.body).a); };`, ["event.body"]],
    ["Fastify", `import Fastify from "fastify"; const f = Fastify(); f.post("/", async (request) => { sink(request.body.a); });`, ["request.body"]],
    ["Hono", `import { Hono } from "hono"; const h = new Hono(); h.post("/", async (c) => { const b = await c.req.json(); sink(b.a); });`, ["c.req.json()"]],
    ["Koa", `import Router from "@koa/router"; const r = new Router(); r.post("/", async (ctx) => { sink(ctx.request.body.a); });`, ["ctx.request.body"]],
    ["not a request of nobody", `export function show(r) { sink(r.body.a); }`, []],
  ])("%s", (_, text, expected) => {
    expect(inFile(text)).toEqual(expected);
  });
});
